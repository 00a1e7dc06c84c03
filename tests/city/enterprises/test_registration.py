"""Seconds approval: from the founder's card to the licence, refused with reasons, or left to an official."""

import json
import re
import sqlite3
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from mingtang.city.enterprises import acts, reads
from mingtang.city.enterprises.models import Application, Enterprise
from mingtang.city.registers.demo_people import BY_KEY
from mingtang.engines.identifiers import read_credit_code
from mingtang.kernel import now
from mingtang.platform.cases import check, outbox, timers
from mingtang.platform.cases.models import Effect
from mingtang.platform.exchange import acts as exchange
from mingtang.platform.exchange import reads as looks
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from mingtang.platform.ledger.acts import Actor
from tests.city.enterprises.conftest import ANSWERS, SYSTEM, apply


def _ref(key):
    return looks.person_ref(BY_KEY[key].number)


def _made(answer):
    assert answer.status_code == 201, answer.content
    return answer.json()


def _reasons(told):
    return " ".join(rule["en"] for table in told["decision"]["tables"] for rule in table["matched"])


def _clean():
    sequencer.run_once(1000)
    assert ledger.audit().findings == [] and check.faults() == []


def test_a_company_is_registered_at_once_with_its_licence(browser):
    """Approved by the contract, licence sealed with the contract's hash, five registers asked by their purpose, all in the founder's list."""
    told = _made(apply(browser("lin")))
    assert told["decision"]["value"]["result"] == "approved" and told["decision"]["kind"] == "granted"
    row = Enterprise.objects.get()
    assert read_credit_code(row.code).kind == "1" and row.name == ANSWERS["company name"]
    (act,) = ledger.acts_of(f"enterprises/{row.code}")
    assert act.contract.startswith("sha256:") and act.kind == "enterprises.register"
    seen = looks.looks(_ref("lin"))
    assert {look.source for look in seen} == {"population", "barred", "properties", "tax", "insurance"}
    assert all(look.case == f"scenes/decisions/{told['id']}" and look.outcome in ("given", "none") for look in seen)
    assert sorted(told["decision"]["looks"]) == sorted(str(look.id) for look in looks.looks_of_case(seen[0].case))
    _clean()


def test_only_answers_leave_the_registers(browser):
    """The decision holds neither birthday nor debts nor anybody's identity number."""
    told = json.dumps(_made(apply(browser("lin"))))
    assert "1988" not in told and BY_KEY["lin"].number not in told


@pytest.mark.parametrize(
    ("who", "changes", "reason"),
    [
        ("tao", {"premises_certificate": "MZB-00000003"}, "Under eighteen"),
        ("he", {"premises_certificate": "MZB-00000004"}, "lost its licence"),
        ("lin", {"years_to_pay_in": 6}, "Choose five years or fewer"),
        ("lin", {"registered_capital": 0}, "more than nothing"),
        ("lin", {"company_name": "望舟"}, "Chinese characters only"),
        ("lin", {"premises_certificate": "MZB-99999999"}, "no such certificate"),
        ("gu", {}, "not yours and the owner has not agreed"),
    ],
)
def test_it_is_refused_with_each_reason_and_how_to_mend_it(browser, who, changes, reason):
    """Nothing is registered; the reason stands in the decision."""
    told = _made(apply(browser(who), **changes))
    assert told["decision"]["kind"] == "refused" and reason in _reasons(told)
    assert not Enterprise.objects.exists() and not Application.objects.exists()


def test_a_taken_name_is_refused(browser):
    """A name of the register, and one that was registered here a moment ago."""
    path = Path(settings.DATA) / "registers" / "enterprises.sqlite3"
    connection = sqlite3.connect(path)
    (name,) = connection.execute("SELECT name FROM enterprises LIMIT 1").fetchone()
    connection.close()
    client = browser("lin")
    assert "Choose another mark" in _reasons(_made(apply(client, company_name=name)))
    _made(apply(client))
    assert apply(client).json()["error"]["code"] == "enterprises.name_just_taken"
    assert outbox.deliver_due(now()) == 1
    assert "Choose another mark" in _reasons(_made(apply(client)))


def test_the_register_is_entered_once(browser):
    """The outbox enters the company; delivered twice it is there once; without a register it is tried again."""
    _made(apply(browser("lin")))
    row, effect = Enterprise.objects.get(), Effect.objects.get()
    from mingtang.city.enterprises import register

    for _ in range(2):
        register.enter(effect.key, effect.payload)
    path = Path(settings.DATA) / "registers" / "enterprises.sqlite3"
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name, representative FROM enterprises WHERE code = ?", (row.code,)).fetchall() == [
        (row.name, BY_KEY["lin"].number)
    ]
    connection.close()
    assert BY_KEY["lin"].number not in json.dumps(effect.payload)
    path.unlink()
    assert outbox.deliver_due(now()) == 0 and Effect.objects.get().error


def test_the_owners_code_lets_another_use_the_premises(browser):
    """Lin owns, agrees for one use and gives the code; Gu founds there; the owner sees the look; the code serves once."""
    exchange.enrol(BY_KEY["lin"].number, SYSTEM)
    code = exchange.consent(_ref("lin"), "premises-use", SYSTEM).code
    client = browser("gu")
    assert _made(apply(client, premises_code=code))["decision"]["kind"] == "granted"
    assert any(look.purpose == "premises-use" for look in looks.looks(_ref("lin")))
    again = apply(client, premises_code=code, company_name="明州听雨软件有限公司")
    assert again.status_code == 400 and again.json()["error"]["path"] == "premises code"


def test_the_code_of_somebody_who_does_not_own_them_does_not_serve(browser):
    """Wen agrees, but the premises are Lin's."""
    exchange.enrol(BY_KEY["wen"].number, SYSTEM)
    code = exchange.consent(_ref("wen"), "premises-use", SYSTEM).code
    assert "owner has not agreed" in _reasons(_made(apply(browser("gu"), premises_code=code)))


def test_a_second_founder_agrees_with_a_code(browser):
    """With Gu's code the company has two founders; with Tao's it is refused, for he is fifteen; withdrawn, the code does not serve."""
    for key in ("gu", "tao"):
        exchange.enrol(BY_KEY[key].number, SYSTEM)
    client = browser("lin")
    gone = exchange.consent(_ref("gu"), "co-founding", SYSTEM)
    exchange.withdraw(gone.id, _ref("gu"), SYSTEM)
    assert apply(client, partner=True, partner_code=gone.code).status_code == 400
    young = exchange.consent(_ref("tao"), "co-founding", SYSTEM).code
    assert "second founder is under eighteen" in _reasons(_made(apply(client, partner=True, partner_code=young)))
    code = exchange.consent(_ref("gu"), "co-founding", SYSTEM).code
    assert _made(apply(client, partner=True, partner_code=code))["decision"]["kind"] == "granted"
    assert {look.ground_kind for look in looks.looks(_ref("gu"))} == {"consent"}


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        ("shen", {"premises_certificate": "MZB-00000002"}),
        ("lin", {"trade": "finance"}),
        ("lin", {"registered_capital": 100_000_000}),
        ("wen", {"premises_certificate": "MZB-00000005"}),
        ("lin", {"company_name": "明州中国望舟软件有限公司"}),
    ],
)
def test_what_the_contract_does_not_cover_goes_to_an_official(browser, who, changes):
    """Debts, licensed trades, very high capital, a home, a national name: a case with three working days."""
    told = _made(apply(browser(who), **changes))
    assert told["decision"]["value"]["result"] == "official" and not Enterprise.objects.exists()
    row = Application.objects.get()
    assert row.due.isoformat() == "2026-03-05T15:59:59+00:00"
    _clean()


def test_the_official_decides_and_the_founder_sees_it(browser):
    """Only the market regulator's; a reason is needed; approved, the licence opens from the same page."""
    told = _made(apply(browser("lin"), trade="finance"))
    row, page = Application.objects.get(), f"/enterprises/standing/{told['id']}/{told['secret']}/"
    assert "With an official" in browser().get(page).content.decode()
    assert browser(official="officer").get(f"/enterprises/desk/{row.number}/").status_code == 403
    official = browser(official="MZ-MARKET-2")
    assert row.number in official.get("/enterprises/desk/").content.decode()
    shown = official.get(f"/enterprises/desk/{row.number}/").content.decode()
    assert "needs a permit" in shown and "<svg" in shown
    assert official.post(f"/enterprises/desk/{row.number}/", {"outcome": "approve", "reason": " "}).status_code == 422
    assert official.post(f"/enterprises/desk/{row.number}/", {"outcome": "approve", "reason": "许可证已核对"}).status_code == 302
    assert "Registered" in browser().get(page).content.decode() and Enterprise.objects.get().name == row.name
    assert official.post(f"/enterprises/desk/{row.number}/", {"outcome": "refuse", "reason": "再来一次"}).status_code == 422
    assert browser().get(f"/enterprises/licence/{told['id']}/{told['secret']}/").status_code == 200
    _clean()


def test_after_three_working_days_the_head_is_told(browser, mingzhou):
    """The deadline passes: marked, sealed at its legal time, and shown to the founder."""
    told = _made(apply(browser("lin"), trade="medicine"))
    mingzhou.advance(days=4)
    timers.fire_due(now(), 100)
    row = Application.objects.get()
    act = ledger.acts_of(f"enterprises/applications/{row.number}")[-1]
    assert row.overdue and act.kind == "enterprises.overdue" and act.at == row.due
    assert (
        "The head of the office was told"
        in browser().get(f"/enterprises/standing/{told['id']}/{told['secret']}/").content.decode()
    )
    _clean()


def test_a_decision_after_the_time_that_no_worker_saw(browser, mingzhou):
    """The limit's act and the decision come in one step; the row says overdue, and the audit is clean."""
    _made(apply(browser("lin"), trade="finance"))
    row = Application.objects.get()
    mingzhou.advance(days=9)
    acts.decide(row.number, False, "许可证没有通过核对", {}, Actor("official", "MZ-MARKET-2", acts.AGENCY))
    assert [act.kind for act in ledger.acts_of(f"enterprises/applications/{row.number}")][-2:] == ["enterprises.overdue", "enterprises.decide"]
    assert Application.objects.get().overdue
    _clean()


def test_a_register_that_is_down_decides_nothing(browser):
    """The page says which and what to do; no decision, no company; the attempt is in the list."""
    (Path(settings.DATA) / "registers" / "tax.sqlite3").unlink()
    answer = apply(browser("lin"))
    assert (
        answer.status_code == 424
        and answer.json()["error"]["code"] == "exchange.source_down"
        and "Tax register" in answer.json()["error"]["message"]
    )
    assert not Enterprise.objects.exists()
    assert "failed" in {look.outcome for look in looks.looks(_ref("lin"))}


def test_without_a_card_nobody_applies(browser):
    """The API says 401; the page leads to the sign-in and back."""
    assert apply(browser()).status_code == 401
    assert (
        browser()
        .post("/scenes/api/scenes/enterprise-registration/try", {"facts": ANSWERS}, content_type="application/json")
        .status_code
        == 409
    )


def test_facts_of_registers_cannot_be_stated(browser):
    """Nobody claims what a register says."""
    answer = apply(browser("tao"), adult=True)
    assert answer.status_code == 400 and answer.json()["error"]["path"] == "adult"


def test_the_pages_lead_from_question_to_licence(browser):
    """Without script: eight questions, check, decision, licence, public page; a bad code is told at its question."""
    client = browser()
    typed = {
        "name": ANSWERS["company name"],
        "trade": "software",
        "capital": "500000",
        "years": "5",
        "premises": "MZB-00000001",
        "premises-code": "",
        "partner": "no",
    }
    for question, value in typed.items():
        assert client.post(f"/scenes/enterprise-registration/apply/{question}/", {question: value}).status_code == 302, question
    check = "/scenes/enterprise-registration/apply/check/"
    where = client.get(check).headers["Location"]
    assert where.startswith("/my-data/sign-in/?next=")
    card = exchange.issue_card(BY_KEY["lin"].number, SYSTEM, pin="135790")
    assert client.post(where, {"code": card.code, "pin": "135790", "next": check}).headers["Location"] == check
    page = client.get(check).content.decode()
    assert "What the registers are asked" in page and "Tax register" in page
    client.post("/scenes/enterprise-registration/apply/premises-code/", {"premises-code": "AAAA-BBBB-CCCC"})
    answer = client.post(check)
    assert answer.status_code == 422 and "no consent with this code" in answer.content.decode()
    client.post("/scenes/enterprise-registration/apply/premises-code/", {"premises-code": ""})
    decision = client.post(check).headers["Location"]
    page = client.get(decision).content.decode()
    assert "Your company is registered" in page and "The name is free" in page
    licence = re.search(r'href="(/enterprises/licence/[^"]+)"', page)[1]
    page = client.get(licence).content.decode()
    code = Enterprise.objects.get().code
    assert code in page and "<svg" in page and "Open the receipt" in page
    assert f'action="{licence}wallet/"' in page
    page = client.post(f"{licence}wallet/").content.decode()
    assert re.search(r'class="code">[0-9]{6}<', page) and "openid-credential-offer://" in page
    stranger = browser()
    assert stranger.post(re.sub(r"/[^/]+/$", "/wrong-secret/wallet/", licence)).status_code == 404
    assert code in stranger.get(f"/enterprises/{code}/").content.decode()
    assert stranger.get("/enterprises/", {"code": code}).headers["Location"] == f"/enterprises/{code}/"
    assert stranger.get("/enterprises/", {"code": "123"}).status_code == 404
    assert stranger.get(re.sub(r"/[^/]+/$", "/wrong-secret/", licence)).status_code == 404


def test_an_official_at_the_counter_applies_for_the_founder(browser):
    """Both names stand on the act; the looks name the official; another service is refused."""
    from mingtang.platform.exchange.models import CounterSession

    client = browser(official="MZ-MARKET-2")
    client.post("/exchange/counter/", {"number": BY_KEY["lin"].number, "service": "enterprise-registration", "seen": "on"})
    session = CounterSession.objects.get()
    told = _made(apply(client))
    document = ledger.receipt(UUID(told["act"])).document
    assert document["actor"] == {"kind": "official", "ref": "MZ-MARKET-2", "unit": "MZ-MARKET", "on_behalf_of": _ref("lin")}
    assert session.service == "enterprise-registration"
    assert client.get("/my-data/looks/").status_code == 403
    assert "You act for somebody" in client.get("/my-data/").content.decode()
    assert {look.official for look in looks.looks(_ref("lin"))} == {"MZ-MARKET-2"}


def test_the_founder_is_named_in_no_public_place(browser):
    """The public page and the log's subject hold neither number nor pseudonym."""
    client = browser("lin")
    _made(apply(client))
    row = Enterprise.objects.get()
    page = browser().get(f"/enterprises/{row.code}/").content.decode()
    assert _ref("lin") not in page and BY_KEY["lin"].number not in page
    assert reads.by_code(row.code).name == row.name and acts.AGENCY == "MZ-MARKET"
