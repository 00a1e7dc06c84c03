"""What follows from sharing: the plan comes under the consent alone, is logged, and is gone when it is turned off."""

import pytest
from tests.city.enterprises.conftest import PIN, SYSTEM, browser, mingzhou, seeded  # noqa: F401 - fixtures

from mingtang.city.registers.demo_people import BY_KEY
from mingtang.city.sharing import plans
from mingtang.platform.exchange import acts, reads
from mingtang.platform.exchange.faults import NotConsented

WEN = BY_KEY["wen"].number


def test_wen_turns_on_home_care_sees_the_hours_and_turns_it_off(browser):  # noqa: F811
    """Level two has seven hours a week; the look stands in the list with the consent as its ground; off, the same page shows nothing."""
    client = browser("wen")
    assert client.post("/my-data/sharing/home-care/").headers["Location"] == "/my-data/sharing/"
    client.post("/my-data/purposes/home-care/")
    assert "7 hours of home visits a week" in client.post("/my-data/sharing/home-care/").content.decode()
    look = reads.looks(reads.person_ref(WEN))[0]
    assert (look.by, look.purpose, look.ground_kind, look.fields) == (
        "MZ-CIVIL",
        "home-care",
        "consent",
        ("level", "lives_alone"),
    )
    consent = reads.consented(reads.person_ref(WEN), "home-care")
    client.post(f"/my-data/consents/{consent}/withdraw/")
    assert client.post("/my-data/sharing/home-care/").status_code == 302
    with pytest.raises(NotConsented):
        plans.home_care(WEN, consent)


def test_the_clinic_plans_by_illness_and_the_school_by_need(mingzhou):  # noqa: F811
    """Wen's high blood pressure has four visits a year; who is in no school register gets no plan."""
    person = acts.enrol(WEN, SYSTEM)
    consent = acts.consent(person, "family-doctor", SYSTEM).id
    assert any("four times a year" in line.en or "four visits" in line.en for line in plans.family_doctor(WEN, consent))
    consent = acts.consent(person, "school-support", SYSTEM).id
    assert plans.school_support(WEN, consent) == []


def test_one_scope_opens_nothing_of_another(mingzhou):  # noqa: F811
    """The consent for home care gives no look at the health record."""
    person = acts.enrol(WEN, SYSTEM)
    consent = acts.consent(person, "home-care", SYSTEM).id
    with pytest.raises(NotConsented):
        plans.family_doctor(WEN, consent)
