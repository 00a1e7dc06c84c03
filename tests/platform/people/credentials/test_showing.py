"""What is shown holds or is refused with words: replay, theft, another audience, old, revoked, suspended, unknown issuer, status not to be had."""

import json
from urllib.parse import urlsplit

import pytest
from django.test import Client
from joserfc.jwk import ECKey

from mingtang.engines import vc
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people.credentials import acts, acts_show, addresses, lists, reads
from mingtang.platform.people.credentials.models import Issue, Showing
from tests.platform.people.credentials.conftest import PERSON, SYSTEM, YOUNG
from tests.platform.people.credentials.wallet import Wallet

CIVIL = Actor("official", "civil-1", "MZ-CIVIL")


def _asked(wallet, purpose="elder-bus"):
    made = acts_show.ask(purpose, SYSTEM)
    return made, wallet.request(made.link)


def _refused(answer, code):
    told = answer.json()
    assert answer.status_code in (400, 409), answer.content
    assert told["code"] == code and told["message"] and told["next"], told
    return told


def test_only_what_was_asked_is_seen(elder):
    """Sixty-five or older: the service learns this one answer, once, and nothing that was shown besides."""
    made, request = _asked(elder)
    answer = elder.post(request, elder.present(request, "elder-card", ["65", "name"]))
    assert answer.status_code == 200 and "response_code=" in answer.json()["redirect_uri"]
    assert acts_show.read_answer(made.id, made.key, SYSTEM) == {"age_equal_or_over.65": True}
    with pytest.raises(acts_show.ShowingOver):
        acts_show.read_answer(made.id, made.key, SYSTEM)
    assert Showing.objects.get().answer == ""


def test_a_request_says_who_why_and_under_which_law_and_asks_for_nothing_more(wallet):
    """The signed request holds exactly the declared claims of each credential that answers it."""
    _, request = _asked(wallet)
    asked = request["dcql_query"]
    assert [(one["id"], [claim["path"] for claim in one["claims"]]) for one in asked["credentials"]] == [
        ("elder-card", [["age_equal_or_over", "65"]]),
        ("id", [["age_equal_or_over", "65"]]),
    ]
    assert asked["credential_sets"] == [{"options": [["elder-card"], ["id"]]}]
    told = request["verifier_info"][0]["data"]
    assert told["text"]["zh"] and told["law"]["en"] and told["declaration"].startswith("sha256:")
    with pytest.raises(acts_show.MingtangError):
        acts_show.ask("whatever-i-like", SYSTEM)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"audience": "decentralized_identifier:did:web:evil.example"}, "key binding is for this verifier"),
        ({"nonce": "another"}, "key binding answers this nonce"),
        ({"at": 0}, "key binding is fresh"),
        ({"at": 4_000_000_000}, "key binding is fresh"),
        ({"key": ECKey.generate_key("P-256")}, "signature"),
    ],
)
def test_what_is_bound_otherwise_refuses(elder, changes, rule):
    """Made for another verifier, another request, long ago, in the future, by somebody without the key."""
    _, request = _asked(elder)
    told = _refused(elder.post(request, elder.present(request, "elder-card", ["65"], **changes)), "vc.refused")
    assert rule in told["message"]


def test_a_replay_and_a_second_answer_refuse(elder):
    """The same presentation again at the same request, and at another one."""
    _, request = _asked(elder)
    token = elder.present(request, "elder-card", ["65"])
    assert elder.post(request, token).status_code == 200
    _refused(elder.post(request, token), "credentials.showing_over")
    _, other = _asked(elder)
    _refused(elder.post(other, token), "vc.refused")


def test_a_clock_a_minute_off_is_borne(elder, clock):
    """Half a minute ahead and four minutes behind are taken."""
    for skew in (30, -240):
        _, request = _asked(elder)
        assert (
            elder.post(request, elder.present(request, "elder-card", ["65"], at=int(clock.now().timestamp()) + skew)).status_code
            == 200
        )


def test_suspended_restored_and_revoked_are_told_apart(elder):
    """The official's act counts at once, at the verifier and in the signed list; a lifted suspension shows again, a revoked card never."""
    number = Issue.objects.get().number
    uri = vc.reference(vc.verify(elder.held[0][1], _issuer_key(), now=int(acts.now().timestamp())).claims)

    def shown():
        _, request = _asked(elder)
        return elder.post(request, elder.present(request, "elder-card", ["65"]))

    def listed():
        text = elder.http.get(urlsplit(uri[0]).path).content.decode()
        return vc.read_list(text, uri[0], _issuer_key(), now=int(acts.now().timestamp())).get(uri[1])

    acts.suspend(number, "reported lost", CIVIL)
    _refused(shown(), "vc.suspended")
    assert listed() == vc.SUSPENDED
    acts.restore(number, "found again", CIVIL)
    assert shown().status_code == 200 and listed() == vc.VALID
    acts.revoke(number, "moved away", CIVIL)
    _refused(shown(), "vc.revoked")
    assert listed() == vc.INVALID
    with pytest.raises(acts.NoSuchIssue):
        acts.restore(number, "again", CIVIL)


def _issuer_key():
    return vc.public_key(reads.issuer_keys("MZ-CIVIL")["jwks"]["keys"][0])


def test_only_the_agency_and_the_holder_change_a_status(elder):
    """Another agency's official and another person may not; the holder may; no reason, no act."""
    number = Issue.objects.get().number
    for actor, holder in ((Actor("official", "x", "MZ-POLICE"), ""), (Actor("resident"), "p-other"), (Actor("resident"), "")):
        with pytest.raises(acts.NotYourCredential):
            acts.suspend(number, "because", actor, holder)
    with pytest.raises(acts.ReasonNeeded):
        acts.suspend(number, "  ", CIVIL)
    acts.suspend(number, "lost my phone", Actor("resident"), PERSON)
    assert Issue.objects.get().status == vc.SUSPENDED


def test_a_status_that_cannot_be_had_refuses(elder, monkeypatch):
    """The list is gone: the credential is not accepted, and the words say to try later or go to the counter."""

    def gone(agency, uri):
        raise vc.StatusUnavailable()

    monkeypatch.setattr(lists, "own", gone)
    _, request = _asked(elder)
    told = _refused(elder.post(request, elder.present(request, "elder-card", ["65"])), "vc.status_unavailable")
    assert told["next"]


def test_a_status_list_of_a_stranger_is_not_fetched(elder):
    """Only https at the issuer's own host; an address inside the city's network is never called."""
    key = ECKey.generate_key("P-256")
    for issuer, uri in (
        ("https://a.example", "http://a.example/s"),
        ("https://a.example", "https://127.0.0.1/s"),
        ("https://a.example", "file:///etc/passwd"),
        ("https://a@b.example", "https://a@b.example/s"),
    ):
        with pytest.raises(vc.StatusUnavailable):
            lists.foreign(issuer, key, uri)


def test_an_unknown_issuer_and_a_forged_one_refuse(elder, clock):
    """A stranger's credential, and one that only says it is the city's."""
    stranger, holder = ECKey.generate_key("P-256"), elder.held[0][0]
    claims = {
        "vct": addresses.vct("elder-card"),
        "exp": int(clock.now().timestamp()) + 999,
        "age_equal_or_over": {"65": vc.Hidden(True)},
    }
    for iss, code in (
        ("https://evil.example", "credentials.unknown_issuer"),
        (addresses.issuer("MZ-CIVIL"), "vc.refused"),
        (addresses.issuer("MZ-POLICE"), "credentials.unknown_issuer"),
    ):
        forged = vc.issue({**claims, "iss": iss}, stranger, now=int(clock.now().timestamp()), holder=holder)
        _, request = _asked(elder)
        _refused(elder.post(request, elder.present(request, "elder-card", ["65"], credential=forged)), code)


def test_an_expired_card_refuses(elder, clock):
    """A year and a day later."""
    clock.advance(days=366)
    _, request = _asked(elder)
    assert "not expired" in _refused(elder.post(request, elder.present(request, "elder-card", ["65"])), "vc.refused")["message"]


def test_who_is_too_young_learns_why(wallet):
    """A card that says no to 65 is refused by name of the claim, and the service's page shows the words."""
    made = acts.offer("elder-card", PERSON, YOUNG, SYSTEM)
    wallet.take(made.link, made.tx_code)
    asked, request = _asked(wallet)
    _refused(wallet.post(request, wallet.present(request, "elder-card", ["65"])), "credentials.not_what_was_asked")
    assert reads.showing(asked.id).fault["zh"]["message"]


@pytest.mark.parametrize(
    "token",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"elder-card": []}',
        '{"elder-card": ["a~b"]}',
        '{"elder-card": [1]}',
        '{"elder-card": "x"}',
        '{"x": ["y"]}',
        '{"elder-card": ["x"], "id": ["x"]}',
        '{"elder-card": ["e30.e30.AA~"]}',
        '{"elder-card": ["x"], "elder-card": ["x"]}',
        "\ud800",
    ],
)
def test_a_broken_answer_is_refused_and_never_a_fault(elder, token):
    """Nothing, no JSON, wrong types, two at once, a member twice, half a character; ten in a row end the request."""
    _, request = _asked(elder)
    for _ in range(10):
        assert elder.post(request, token.encode("utf-8", "replace").decode()).status_code in (400, 409)
    _refused(elder.post(request, elder.present(request, "elder-card", ["65"])), "credentials.showing_over")


def test_what_is_missing_from_the_answer_refuses(elder):
    """The claim asked for was not disclosed; another card than those asked."""
    _, request = _asked(elder)
    _refused(elder.post(request, elder.present(request, "elder-card", ["name"])), "credentials.not_what_was_asked")
    _refused(elder.post(request, elder.present(request, "id", ["65"])), "credentials.unknown_issuer")


def test_a_request_runs_out_and_a_foreign_state_refuses(elder, clock):
    """State of another request; eleven minutes later."""
    _, request = _asked(elder)
    _refused(elder.post(request, elder.present(request, "elder-card", ["65"]), state="x"), "credentials.showing_over")
    clock.advance(minutes=11)
    _refused(elder.post(request, elder.present(request, "elder-card", ["65"])), "credentials.showing_over")


def test_the_page_of_another_browser_does_not_see_the_answer(agencies):
    """The service's page in the browser that began shows it once; whoever was sent the link sees neither key nor answer."""
    mine, other, wallet = Client(), Client(), Wallet()
    made = acts.offer("elder-card", PERSON, {"name": "温伯年", "birth_date": "1941-01-16", "street": "x"}, SYSTEM)
    wallet.take(made.link, made.tx_code)
    where = mine.post("/showings/new/elder-bus/").headers["Location"]
    held = next(iter(mine.session["credentials.asked"].values()))
    assert (
        held["web"] in mine.get(where).content.decode().replace("&amp;", "&")
        and held["link"].split("request_uri")[0] not in other.get(where).content.decode()
    )
    request = wallet.request(held["link"])
    back = wallet.post(request, wallet.present(request, "elder-card", ["65"])).json()["redirect_uri"]
    assert other.post(where).status_code == 403
    code = back.partition("response_code=")[2]
    assert mine.post(where, {"code": "another"}).status_code == 403
    page = mine.post(where, {"code": code})
    assert page.status_code == 200 and "年满 65 周岁" in page.content.decode() or "65 or older" in page.content.decode()
    assert mine.post(where, {"code": code}).status_code == 409


def test_the_desk_of_the_agency_acts_by_number(elder, client):
    """An official of the issuing agency finds and suspends; a resident is sent to sign in."""
    assert client.get("/credentials/desk/").status_code in (302, 401)
    number = Issue.objects.get().number
    assert json.loads(json.dumps(reads.issued(number).kind)) == "elder-card"
