"""A person takes her licences from the registers with her card, the looks are in her list, and she suspends what she lost."""

import re
from pathlib import Path

import pytest
from django.test import Client

from mingtang.city.registers import generate
from mingtang.city.registers.demo_people import BY_KEY
from mingtang.platform.exchange import acts as exchange
from mingtang.platform.exchange import catalogue
from mingtang.platform.exchange import reads as looking
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import demo, directory
from mingtang.platform.people.credentials import acts_show
from mingtang.platform.people.credentials import reads as credentials
from tests.platform.people.credentials.wallet import Wallet

SYSTEM, PIN = Actor("system", "test"), "246810"


@pytest.fixture
def enter(db, clock, settings):
    """The demo's registers; a function that gives the browser of one of its people, who entered with her card."""
    import shutil

    folder = Path(settings.DATA) / "registers"
    shutil.rmtree(folder, ignore_errors=True)
    generate.write(folder, 30, 3, seed=5)
    directory.forget()
    demo.seed()
    for kind, publish in (("sources", exchange.publish_source), ("purposes", exchange.publish_purpose)):
        for path in catalogue.files(kind).values():
            publish(catalogue.read_file(path), SYSTEM)

    def open_browser(name):
        browser = Client()
        card = exchange.issue_card(BY_KEY[name].number, SYSTEM, pin=PIN)
        assert browser.post("/my-data/sign-in/", {"code": card.code, "pin": PIN}).status_code == 302
        return browser, looking.person_ref(BY_KEY[name].number)

    yield open_browser
    directory.forget()


def _take(browser, kind):
    page = browser.post(f"/licences/take/{kind}/").content.decode()
    link = re.search(r"openid-credential-offer://[^<\s]+", page)
    wallet = Wallet()
    wallet.take(link[0].replace("&amp;", "&"), re.search(r'id="tx-code">(\d{6})<', page)[1])
    return wallet


def test_a_senior_takes_her_card_and_rides(enter):
    """Card and PIN, one button, six digits; the bus learns one yes; the look at the register stands in her list."""
    browser, person = enter("wen")
    wallet = _take(browser, "elder-card")
    asked = acts_show.ask("elder-bus", SYSTEM)
    request = wallet.request(asked.link)
    assert wallet.post(request, wallet.present(request, "elder-card", ["65"])).status_code == 200
    assert acts_show.read_answer(asked.id, asked.key, SYSTEM) == {"age_equal_or_over.65": True}
    assert [look.purpose for look in looking.looks(person)] == ["licence-elder-card"]
    assert "温伯年" not in browser.get("/licences/").content.decode()


@pytest.mark.parametrize("kind", ["id", "residence"])
def test_everybody_registered_takes_identity_and_residence(enter, kind):
    """Taken, listed with its number, and valid."""
    browser, person = enter("lin")
    _take(browser, kind)
    (held,) = credentials.issued_to(person)
    assert held.kind == kind and held.status == 0 and held.number in browser.get("/licences/").content.decode()


def test_who_is_too_young_and_what_is_not_online_are_told(enter):
    """No senior card at fifteen; the disability certificate is the counter's; an unknown kind too."""
    browser, _ = enter("tao")
    for kind, code in (
        ("elder-card", "licences.not_entitled"),
        ("disability", "licences.not_online"),
        ("none", "licences.not_online"),
    ):
        answer = browser.post(f"/licences/take/{kind}/", headers={"accept": "application/json"})
        assert answer.status_code == 409 and answer.json()["error"]["code"] == code


def test_a_lost_phone_is_suspended_by_its_owner_and_by_nobody_else(enter):
    """She suspends, lifts, ends; another person's card does not reach it; a stranger is asked for a card."""
    browser, person = enter("wen")
    _take(browser, "elder-card")
    number = credentials.issued_to(person)[0].number
    other, _ = enter("lin")
    assert other.post(f"/licences/{number}/suspend/").status_code == 403
    assert Client().post(f"/licences/{number}/suspend/").status_code == 401
    for verb, status in (("suspend", 2), ("restore", 0), ("end", 1)):
        assert browser.post(f"/licences/{number}/{verb}/").status_code == 302
        assert credentials.issued_to(person)[0].status == status
    assert browser.post(f"/licences/{number}/restore/").status_code == 404


def test_without_a_card_the_page_shows_what_there_is_and_the_way_in(enter):
    """Every declared licence by name, in both languages; no button to take."""
    for language, word in (("zh-hans", "老年人优待证"), ("en", "Senior card")):
        page = Client(headers={"accept-language": language}).get("/licences/").content.decode()
        assert word in page and "/licences/take/" not in page and "/my-data/sign-in/" in page
