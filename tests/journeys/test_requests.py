"""Whole stories of residents over HTTP, without script: filed by form, handled at the desk, confirmed by link, seen in the
rates.
"""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from mingtang.city.requests import acts, demo_texts, reads
from mingtang.kernel import FixedClock, now, use_clock
from mingtang.platform.cases import timers
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import demo
from mingtang.platform.people.models import Official


@pytest.fixture
def city(db, settings):
    """The demo city with its officials; Monday 2 March 2026, 09:00."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in with a password here
    with use_clock(FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))) as clock:
        demo.seed()
        yield clock


def official(code: str) -> Client:
    """A browser in which the official ``code`` is signed in."""
    client = Client()
    client.force_login(Official.objects.get(code=code))
    return client


def post(client: Client, address: str, **answers) -> str:
    """Send a form; it must be taken (a redirect). Returns where it leads."""
    answer = client.post(address, answers)
    assert answer.status_code == 302, (
        address,
        answer.status_code,
        re.findall(r"error[^>]*>([^<]{4,80})", answer.content.decode())[:5],
    )
    return answer["Location"]


def file(client: Client, text: str, **more) -> tuple[str, str]:
    """File through the pages, as a person does, one question after the other; returns number and secret."""
    at = "/requests/new/what/"
    answers = {
        "what": {"text": text},
        "category": {"choice": "unknown"},
        "place": {"street": more.get("street", "MZ-D1-S1")},
        "photo": {},
        "contact": {"who": "anonymous"},
        "check": {},
    }
    for _ in range(9):
        step = at.rstrip("/").rsplit("/", 1)[-1]
        if step == "filed":
            break
        page = client.get(at)
        assert page.status_code == 200
        fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.content.decode()))
        at = post(client, at, **fields, **answers[step])
    text = client.get(at).content.decode()
    found = re.search(r"/requests/([A-Z0-9-]+)/mine/([A-Za-z0-9_-]+)/", text)
    assert found, "the last page shows the secret link"
    return found.group(1), found.group(2)


def kinds(number: str) -> list[str]:
    """The kinds of the acts of a request, in order, without their office."""
    return [act.kind.removeprefix("requests.") for act in ledger.acts_of(f"requests/{number}")]


def test_no_water_filed_answered_and_confirmed(city):
    """Anonymous, by form; the water company answers in time; the resident is content; the rates count it; each act has a
    final receipt.
    """
    resident = Client()
    number, secret = file(resident, "望潮里小区已经停水两天，请尽快恢复")
    assert reads.public(number).unit == "MZ-WATER"
    water = official("water")
    assert number in water.get("/desk/").content.decode()
    post(water, f"/desk/{number}/accept/")
    city.advance(hours=5)
    post(water, f"/desk/{number}/reply/", text="主管道已修复，今天十八时恢复供水。")
    assert "主管道已修复" in resident.get(f"/requests/{number}/").content.decode()
    post(resident, f"/requests/{number}/mine/{secret}/confirm/", contacted="yes", solved="yes", satisfied="yes", comment="")
    assert kinds(number) == ["file", "dispatch", "accept", "reply", "confirm"]
    assert reads.rates("unit", [202603]).total.counts["satisfied"] == 1
    while sequencer.run_once(1000):
        pass
    assert all(ledger.receipt(act.id).final for act in ledger.acts_of(f"requests/{number}"))


def test_nobody_answers_and_it_escalates_in_public(city):
    """The unit sleeps: officer, head, public flag with supervision order, city; the public page and the board say so."""
    number, _ = file(Client(), "听雨坊昨晚开始停电")
    city.advance(hours=49)
    while timers.fire_due(now(), 500):
        pass
    assert kinds(number) == ["file", "dispatch", *["escalate"] * 4]
    assert reads.public(number).overdue
    assert Client().get(f"/requests/{number}/").status_code == 200
    assert number in official("supervisor").get("/board/overdue/").content.decode()


def test_wrong_office_two_officials_then_the_right_one(city):
    """A street returns what is not its duty; the desk agrees; the new unit leads; the second official was another person."""
    number, secret = file(Client(), "物业费涨了，小区保安没人管", street="MZ-D1-S1")
    street, desk, urban = official("officer"), official("clerk"), official("urban")
    post(street, f"/desk/{number}/propose_return/", reason="该事项属于城市管理局", ground="not_in_charge", target="MZ-URBAN")
    assert street.post(f"/desk/{number}/approve_return/", {"reason": "自己批准自己", "approve": "yes"}).status_code in (400, 403)
    post(desk, f"/desk/{number}/approve_return/", reason="核实同意改派", approve="yes")
    assert reads.public(number).unit == "MZ-URBAN"
    post(urban, f"/desk/{number}/accept/")
    assert reads.public(number).lead_unit == "MZ-URBAN"
    post(urban, f"/desk/{number}/reply/", text="已督促物业整改完毕。")
    post(
        Client(), f"/requests/{number}/mine/{secret}/confirm/", contacted="yes", solved="no", satisfied="no", comment="还是没人管"
    )
    view = reads.public(number)
    assert (view.state, view.lead_unit, view.reopened) == ("handling", "MZ-URBAN", 1)


def test_silence_is_recorded_as_silence(city):
    """The resident never answers: closed as unconfirmed, in no rate of satisfaction."""
    number, _ = file(Client(), "渡头街道路灯不亮，晚上很黑")
    urban = official("urban")
    post(urban, f"/desk/{number}/accept/")
    post(urban, f"/desk/{number}/reply/", text="路灯已经修好。")
    city.advance(days=9)
    while timers.fire_due(now(), 500):
        pass
    assert kinds(number)[-1] == "expire_confirmation"
    total = reads.rates("unit", [202603]).total
    assert (total.counts["unconfirmed"], total.counts["answered"]) == (1, 0)


def test_personal_data_stay_private(city):
    """A telephone number in the text is on no public page, and in no list."""
    number, secret = file(Client(), "停水两天了，请打 13812345678 找季先生")
    anyone = Client()
    for address in (f"/requests/{number}/", "/requests/", "/requests/?q=13812345678", "/rates/data/rates.csv"):
        answer = anyone.get(address)
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert address.endswith("q=13812345678") or "13812345678" not in text
    assert "13812345678" in anyone.get(f"/requests/{number}/mine/{secret}/").content.decode()
    assert anyone.get(f"/requests/{number}/mine/{secret[:-2]}xx/").status_code == 403


def test_a_day_of_many(city):
    """Sixty residents in one day: every request is with a unit, and the public list begins with the last."""
    chance = random.Random(1)
    filed = acts.file_many(
        [acts.Filing(text=demo_texts.draw(chance)[0], place=acts.Place(street="MZ-D3-S2")) for _ in range(60)], Actor("resident")
    )
    assert all(one.unit for one in filed)
    city.set(now() + timedelta(days=1))
    while timers.fire_due(now(), 500):
        pass
    page = Client().get("/requests/").content.decode()
    assert filed[-1].number in page
