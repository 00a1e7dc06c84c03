"""The pages of a person's own data, without script."""

import re

import pytest
from django.test import Client

from mingtang.platform.exchange import acts, reads
from mingtang.platform.exchange.models import CounterSession
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import directory
from mingtang.platform.people.acts import Appointment, Founding, appoint_many, found
from mingtang.platform.people.models import Official
from tests.platform.exchange.conftest import ANNA, BORIS, OFFICER, PURPOSE, SHARING, SYSTEM, WORDS, wanted

COPY = PURPOSE | {
    "code": "own-copy",
    "callers": ["self"],
    "fields": {"residents": ["name", "birth"]},
    "predicates": [],
    "grounds": [{"id": "own", "kind": "own-access", "law": WORDS}],
}
SCOPED = SHARING | {
    "code": "clinic",
    "scope": "health",
    "follows": {"zh": "安排随访", "en": "Check-ups are planned"},
    "titles": {"zh": "家庭医生", "en": "Family clinic"},
}
ONCE = SHARING | {"code": "co-founding", "single_use": True, "titles": {"zh": "共同设立", "en": "Founding together"}}


@pytest.fixture
def city(exchange):
    """Purposes for the pages, an agency with its officer, a person with a card."""
    directory.forget()
    for given in (COPY, SCOPED, ONCE, SHARING | {"code": "premises-use", "single_use": True}):
        acts.publish_purpose(given, SYSTEM)
    found(
        [
            Founding("T", "city", "测试市", "Test City"),
            Founding("T-POLICE", "agency", "公安", "Police", "T"),
            Founding("T-MARKET", "agency", "市场", "Market", "T"),
        ],
        SYSTEM,
    )
    appoint_many(
        [Appointment("o-5", "甲", "Jia", "T-POLICE", ("officer",)), Appointment("o-1", "乙", "Yi", "T-MARKET", ("officer",))],
        SYSTEM,
    )
    yield acts.issue_card(ANNA, OFFICER, pin="246810")
    directory.forget()


def _browser(official=""):
    client = Client(headers={"accept-language": "en"})
    if official:
        client.force_login(Official.objects.get(code=official))
    return client


@pytest.fixture
def person(city):
    """Anna's browser, signed in with her card."""
    client = _browser()
    assert client.post("/my-data/sign-in/", {"code": city.code, "pin": city.pin}).headers["Location"] == "/my-data/"
    return client


def _text(answer, status=200):
    assert answer.status_code == status, answer.content[-2000:]
    return answer.content.decode()


def test_without_a_card_nothing_is_shown(city):
    """Every page of a person sends to the sign-in or refuses; nothing of a person shows."""
    client = _browser()
    assert client.get("/my-data/").headers["Location"] == "/my-data/sign-in/"
    for path in ("looks", "sharing", "rights", "helpers", "rights/correct", "purposes/clinic"):
        assert client.get(f"/my-data/{path}/").status_code == 401
    for path in (
        "rights/copy",
        "helpers/D-1/act",
        f"consents/{acts.consent(reads.person_ref(ANNA), 'clinic', SYSTEM).id}/withdraw",
    ):
        assert client.post(f"/my-data/{path}/").status_code == 401


def test_a_wrong_pin_is_told_and_the_page_is_kept_by_nobody(city):
    """The fault stands on top, what was typed stays but the PIN; the answer is not stored anywhere."""
    answer = _browser().post("/my-data/sign-in/", {"code": city.code, "pin": "000000"})
    page = _text(answer, 403)
    assert "do not fit" in page and city.code in page and "000000" not in page
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_sign_in_leads_nowhere_else(city, target):
    """A foreign address after the sign-in is not followed."""
    answer = _browser().post("/my-data/sign-in/", {"code": city.code, "pin": city.pin, "next": target})
    assert answer.headers["Location"] == "/my-data/"


def test_the_person_sees_who_looked_with_its_receipt(person):
    """Agency, official, purpose, items and predicates in words, ground, receipt; never a value."""
    acts.ask(wanted(predicates=("adult",)))
    page = _text(person.get("/my-data/looks/"))
    for words in (
        "Market",
        "o-1",
        "Residents",
        "Name",
        "only whether: Words",
        "Duty under the law",
        "Handed out",
        "/ledger/receipts/",
    ):
        assert words in page, words
    assert "安禾" not in page and ANNA not in page
    assert person.get("/my-data/looks/?before=nonsense").status_code == 200
    assert "Nobody has looked" in _text(person.get("/my-data/looks/?before=2020-01-01T00:00:00%2B00:00"))


def test_sharing_is_turned_on_and_off(person):
    """Off at first; on after reading; what follows is said; off again by one button, and the gateway refuses at once."""
    from mingtang.platform.exchange.faults import NotConsented

    assert "Read and turn on" in _text(person.get("/my-data/sharing/"))
    assert "Check-ups are planned" in _text(person.get("/my-data/purposes/clinic/"))
    given = person.post("/my-data/purposes/clinic/").headers["Location"]
    ident = reads.consented(reads.person_ref(ANNA), "clinic")
    assert str(ident) in given and "Open the receipt" in _text(person.get(given))
    acts.ask(wanted(purpose="clinic", ground="consent", consent=ident))
    page = _text(person.get("/my-data/sharing/"))
    assert "Turn off" in page and "1 look under it so far" in page
    assert person.post(f"/my-data/consents/{ident}/withdraw/").status_code == 302
    with pytest.raises(NotConsented):
        acts.ask(wanted(purpose="clinic", ground="consent", consent=ident))


def test_a_code_is_shown_once_to_hand_on(person):
    """A purpose for one use gives a code."""
    page = _text(person.get(person.post("/my-data/purposes/co-founding/").headers["Location"]))
    code = re.search(r"class=\"code\">([0-9A-Z-]{14})<", page)[1]
    assert reads.agreed(code)[1] == ANNA


def test_what_rests_on_law_has_no_button(person):
    """A purpose without consent explains itself and takes no agreement."""
    page = _text(person.get("/my-data/purposes/registering/"))
    assert "rests on the law" in page and "I agree" not in page
    assert person.post("/my-data/purposes/registering/").status_code == 409


def test_a_correction_is_asked_for_and_answered(person):
    """Faults are told at their fields; the agency's officer answers; another agency's officer does not see it."""
    assert "Choose one of the items." in _text(person.post("/my-data/rights/correct/", {"words": "应为安和"}), 422)
    assert person.post("/my-data/rights/correct/", {"item": "residents.name", "words": "应为安和"}).status_code == 302
    (row,) = reads.rights(reads.person_ref(ANNA))
    police, market = _browser("o-5"), _browser("o-1")
    assert row.number in _text(police.get("/exchange/desk/")) and row.number not in _text(market.get("/exchange/desk/"))
    assert market.get(f"/exchange/desk/{row.number}/").status_code == 404
    assert police.post(f"/exchange/desk/{row.number}/", {"outcome": "done", "words": "已经改为安和"}).status_code == 302
    assert "已经改为安和" in _text(person.get("/my-data/rights/"))


def test_a_copy_is_a_file_and_a_look(person):
    """The registers' data come as a file; the list shows the person's own look."""
    answer = person.post("/my-data/rights/copy/")
    assert answer.json()["registers"]["residents"] == {"name": "安禾", "birth": "1960-03-01"}
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Your own right of access" in _text(person.get("/my-data/looks/"))


def test_erasing_ends_the_visit(person, city):
    """Only when it is meant; afterwards the card opens nothing."""
    assert person.post("/my-data/rights/erase/").status_code == 422
    assert person.post("/my-data/rights/erase/", {"meant": "on"}).status_code == 302
    assert person.get("/my-data/").status_code == 302
    assert _browser().post("/my-data/sign-in/", {"code": city.code, "pin": city.pin}).status_code == 403


def test_a_helper_is_named_acts_and_is_ended(person):
    """Given on one side, used on the other, limited to its services, ended at once."""
    helper = acts.issue_card(BORIS, OFFICER, pin="111222")
    assert person.post("/my-data/helpers/new/", {"helper": BORIS, "services": ["my-data"], "days": "30"}).status_code == 302
    (row,) = reads.delegations(reads.person_ref(ANNA))
    other = _browser()
    other.post("/my-data/sign-in/", {"code": helper.code, "pin": helper.pin})
    assert row.number in _text(other.get("/my-data/helpers/"))
    assert other.post(f"/my-data/helpers/{row.number}/act/").status_code == 302
    assert f"under the delegation {row.number}" in _text(other.get("/my-data/"))
    person.post(f"/my-data/helpers/{row.number}/end/")
    assert "it was ended" in _text(other.get("/my-data/"), 403)
    assert person.post("/my-data/helpers/new/", {"helper": "123", "services": ["my-data"], "days": "30"}).status_code == 422


def test_the_counter_gives_a_card_and_acts_for_ten_minutes(city, exchange):
    """Only with the identity card seen; the card is printed once with its code; a session ends by itself."""
    officer = _browser("o-1")
    assert officer.post("/exchange/counter/", {"number": BORIS, "service": "card"}).status_code == 422
    page = _text(officer.post("/exchange/counter/", {"number": BORIS, "service": "card", "seen": "on"}))
    assert "<svg" in page and re.search(r"<strong class=\"code\">\d{6}</strong>", page) and BORIS not in page
    assert "check" in _text(
        officer.post(
            "/exchange/counter/",
            {"number": BORIS[:-1] + "5" if BORIS[-1] != "5" else BORIS[:-1] + "6", "service": "card", "seen": "on"},
        ),
        422,
    )
    assert (
        officer.post("/exchange/counter/", {"number": ANNA, "service": "my-data", "seen": "on"}).headers["Location"]
        == "/my-data/"
    )
    assert "Counter session" in _text(officer.get("/my-data/"))
    officer.post("/my-data/purposes/clinic/")
    assert reads.consented(reads.person_ref(ANNA), "clinic")
    exchange.advance(minutes=11)
    assert officer.get("/my-data/").status_code == 403
    assert officer.get("/my-data/").status_code == 302
    officer.post("/exchange/counter/", {"number": ANNA, "service": "my-data", "seen": "on"})
    acts.ask(wanted())
    receipt = officer.post("/exchange/counter/close/").headers["Location"]
    page = _text(officer.get(receipt))
    assert "Receipt of the counter" in page and "o-1" in page and "Residents" in page and "large" in page
    assert _browser("o-5").get(receipt).status_code == 403
    assert CounterSession.objects.filter(closed_at__isnull=False).count() == 1


def test_what_the_registers_may_be_used_for_is_public(city):
    """Sources, purposes and policies, for people and for programs."""
    client = _browser()
    page = _text(client.get("/exchange/"))
    assert "Residents" in page and "Registering" in page
    assert client.get("/exchange/purposes/registering/policy").json()["@type"] == "Set"
    assert client.get("/exchange/purposes/none/policy").status_code == 404
    assert client.get("/exchange/counter/").status_code == 302 and client.get("/exchange/desk/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/my-data/consents/x/", "/my-data/consents/00000000-0000-0000-0000-000000000000/", "/my-data/purposes/none/"]
)
def test_what_is_not_there_is_not_found(person, path):
    """Strange addresses get a page of 4xx."""
    assert 400 <= person.get(path).status_code < 500


def test_every_page_speaks_chinese(person):
    """The pages in Chinese hold no English sentence of ours."""
    person.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    acts.ask(wanted())
    for path in ("", "looks/", "sharing/", "rights/", "helpers/", "helpers/new/", "rights/correct/", "purposes/clinic/"):
        page = re.sub(r"<[^>]+>", " ", _text(person.get(f"/my-data/{path}", headers={"accept-language": "zh-hans"})))
        page = re.sub(r"&\w+;|English|ODRL|ISO/IEC TS \d+|o-1|Mingtang", " ", page)
        assert not re.findall(r"[A-Za-z]{4,} [a-z]{3,}", page), path


def test_actor_of_a_person_is_never_named(person):
    """What the person does herself is sealed as a resident without reference."""
    from mingtang.platform.ledger import reads as ledger

    person.post("/my-data/purposes/clinic/")
    ident = reads.consented(reads.person_ref(ANNA), "clinic")
    (act,) = ledger.acts_of(f"exchange/consents/{ident}")
    assert act.actor == Actor("resident")
