"""A wallet takes an offer once, with the digits, for keys it proves; each step that is missing, wrong or repeated refuses and says what to do."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import ECKey, OKPKey

from mingtang.engines import vc
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.people.credentials import acts, addresses, keys, reads
from mingtang.platform.people.credentials.models import Issue, Nonce, Offer
from tests.platform.people.credentials.conftest import ELDER, PERSON, SYSTEM


def _at(clock):
    return int(clock.now().timestamp())


def test_an_offer_becomes_copies_with_keys_of_their_own(elder, clock):
    """Two copies, each bound to its key, hidden but for type, issuer, times and status; ages are yes and no."""
    issuer = vc.public_key(reads.issuer_keys("MZ-CIVIL")["jwks"]["keys"][0])
    seen = [vc.verify(credential, issuer, now=_at(clock)) for _key, credential in elder.held]
    assert seen[0].holder != seen[1].holder
    claims = seen[0].claims
    assert claims["name"] == "温伯年" and claims["age_equal_or_over"] == {"60": True, "65": True, "70": True, "80": True}
    assert claims["iss"] == addresses.issuer("MZ-CIVIL") and claims["exp"] % 86_400 == claims["iat"] % 86_400 == 0
    plain = vc.verify(elder.held[0][1].split("~")[0] + "~", issuer, now=_at(clock)).claims
    assert set(plain) == {"iss", "vct", "exp", "iat", "status", "cnf", "age_equal_or_over"} and plain["age_equal_or_over"] == {}
    assert seen[0].claims["status"]["status_list"]["idx"] != seen[1].claims["status"]["status_list"]["idx"]


def test_the_ledger_and_the_tables_hold_nothing_of_the_person(elder):
    """After the taking the claims are gone from the offer; the sealed acts name kind and number alone."""
    assert Offer.objects.get().claims == ""
    number = Issue.objects.get().number
    told = [
        ledger.receipt(
            act.id,
        ).document
        for act in ledger.acts_of(f"credentials/issues/{number}")
    ]
    assert told and "温" not in json.dumps(told, ensure_ascii=False) and PERSON not in json.dumps(told)


def test_the_code_is_not_in_the_link_and_not_in_the_database(wallet):
    """The offer's link names an address; the code behind it stands closed, the digits as a slow hash."""
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, _ = wallet.offer(made.link)
    code = offer["grants"][reads.PRE_AUTHORIZED]["pre-authorized_code"]
    row = Offer.objects.get()
    kept = [row.claims, row.code, row.tx_code]
    assert code not in made.link and all(
        code not in one and made.tx_code not in one.split("$")[-1] and "温" not in one for one in kept
    )


def test_a_stolen_link_is_of_no_use_without_the_digits(wallet):
    """Five wrong codes end the offer, also for the right one; the refusal says where to begin again."""
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, _ = wallet.offer(made.link)
    wrong = f"{(int(made.tx_code) + 1) % 10**6:06}"
    for _ in range(5):
        answer = wallet.token(offer, wrong)
        assert answer.status_code == 400 and answer.json()["error"] == "invalid_grant" and answer.json()["next"]
    assert wallet.token(offer, made.tx_code).json()["error"] == "invalid_grant"
    assert Offer.objects.get().claims == "" and wallet.get(addresses.offer(made.id)).status_code == 400


def test_an_offer_serves_once_and_not_for_ever(wallet, clock):
    """The code a second time, the offer after half an hour, the token after five minutes, the token a second time."""
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, metadata = wallet.offer(made.link)
    token = wallet.token(offer, made.tx_code).json()["access_token"]
    assert wallet.token(offer, made.tx_code).json()["error"] == "invalid_grant"
    issuer = metadata["credential_issuer"]

    def proof():
        return wallet.proof(ECKey.generate_key("P-256"), issuer, wallet.nonce(offer))

    assert wallet.credential(offer, token, [proof()]).status_code == 200
    again = wallet.credential(offer, token, [proof()])
    assert again.status_code == 401 and again.json()["error"] == "invalid_token"
    late = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, _ = wallet.offer(late.link)
    token = wallet.token(offer, late.tx_code).json()["access_token"]
    clock.advance(minutes=6)
    assert wallet.credential(offer, token, [proof()]).json()["error"] == "invalid_token"
    later = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, _ = wallet.offer(later.link)
    clock.advance(minutes=31)
    assert wallet.token(offer, later.tx_code).json()["error"] == "invalid_grant"


def test_another_issuer_does_not_honour_the_offer(wallet):
    """The police cannot issue what civil affairs offered, nor another type than the offer holds."""
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, metadata = wallet.offer(made.link)
    elsewhere = {**offer, "credential_issuer": addresses.issuer("MZ-POLICE")}
    assert wallet.token(elsewhere, made.tx_code).json()["error"] == "invalid_grant"
    token = wallet.token(offer, made.tx_code).json()["access_token"]
    proof = wallet.proof(ECKey.generate_key("P-256"), metadata["credential_issuer"], wallet.nonce(offer))
    assert wallet.credential(elsewhere, token, [proof]).json()["error"] == "invalid_token"
    assert wallet.credential(offer, token, [proof], kind="id").json()["error"] == "unknown_credential_configuration"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("no nonce of ours", "invalid_nonce"),
        ("nonce twice", "invalid_nonce"),
        ("nonce run out", "invalid_nonce"),
        ("another issuer", "invalid_proof"),
        ("too old", "invalid_proof"),
        ("from the future", "invalid_proof"),
        ("another type", "invalid_proof"),
        ("another key's", "invalid_proof"),
        ("key twice", "invalid_proof"),
        ("no key", "invalid_proof"),
        ("two keys named", "invalid_proof"),
        ("private key told", "invalid_proof"),
        ("garbage", "invalid_proof"),
        ("too many", "invalid_proof"),
        ("none", "invalid_request"),
    ],
)
def test_a_proof_that_does_not_hold_refuses(wallet, clock, name, error):
    """Each way in which a wallet fails to prove its key; the offer's token stays good for an honest try."""
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, metadata = wallet.offer(made.link)
    token = wallet.token(offer, made.tx_code).json()["access_token"]
    issuer, key, at = metadata["credential_issuer"], ECKey.generate_key("P-256"), _at(clock)
    nonce = wallet.nonce(offer)
    good = wallet.proof(key, issuer, nonce)
    if name == "nonce twice":
        assert Nonce.objects.filter(value=nonce).delete()[0] == 1
    if name == "nonce run out":
        Nonce.objects.filter(value=nonce).update(until=clock.now() - timedelta(seconds=1))
    other = ECKey.generate_key("P-256")
    proofs = {
        "no nonce of ours": [wallet.proof(key, issuer, "guessed")],
        "nonce twice": [good],
        "nonce run out": [good],
        "another issuer": [wallet.proof(key, "https://evil.example", nonce)],
        "too old": [wallet.proof(key, issuer, nonce, at=at - 900)],
        "from the future": [wallet.proof(key, issuer, nonce, at=at + 900)],
        "another type": [wallet.proof(key, issuer, nonce, typ="JWT")],
        "another key's": [wallet.proof(key, issuer, nonce, header={"jwk": other.as_dict(private=False)})],
        "key twice": [good, good],
        "no key": [wallet.proof(key, issuer, nonce, header={})],
        "two keys named": [wallet.proof(key, issuer, nonce, header={"jwk": key.as_dict(private=False), "kid": vc.did_jwk(key)})],
        "private key told": [wallet.proof(key, issuer, nonce, header={"jwk": key.as_dict(private=True)})],
        "garbage": ["a.b.c"],
        "too many": [wallet.proof(ECKey.generate_key("P-256"), issuer, nonce) for _ in range(6)],
        "none": [],
    }[name]
    answer = wallet.credential(offer, token, proofs)
    assert answer.status_code == 400 and answer.json()["error"] == error and answer.json()["next"]
    assert wallet.credential(offer, token, [wallet.proof(key, issuer, wallet.nonce(offer))]).status_code == 200


@pytest.mark.parametrize("make", [vc.did_jwk, vc.did_key])
def test_a_holder_may_name_its_key_by_did(wallet, make):
    """did:jwk and did:key, also with Ed25519."""
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, metadata = wallet.offer(made.link)
    token = wallet.token(offer, made.tx_code).json()["access_token"]
    nonce = wallet.nonce(offer)
    proofs = [
        wallet.proof(key, metadata["credential_issuer"], nonce, header={"kid": make(key)})
        for key in (ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519"))
    ]
    assert wallet.credential(offer, token, proofs).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"proofs":1}', b'{"credential_configuration_id":"elder-card","proofs":{"jwt":[1]}}', b"[" * 10_000],
)
def test_a_broken_request_is_refused_and_never_a_fault(wallet, body):
    """No body, no object, no JSON, wrong types, deep nesting."""
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    offer, _ = wallet.offer(made.link)
    token = wallet.token(offer, made.tx_code).json()["access_token"]
    answer = wallet.http.post(
        urlsplit(offer["credential_issuer"]).path + "/credential",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code in (400, 401) and answer.json()["error"]


def test_only_the_declared_claims_are_issued(agencies):
    """A missing claim, one more, an unknown kind."""
    for kind, claims, fault in (
        ("elder-card", {"name": "x"}, vc.CannotIssue),
        ("elder-card", {**ELDER, "more": 1}, vc.CannotIssue),
        ("none", ELDER, acts.MingtangError),
    ):
        with pytest.raises(fault):
            acts.offer(kind, PERSON, claims, SYSTEM)


def test_keys_lie_outside_the_database_for_their_owner_alone(agencies, settings):
    """The agency's key is a file that nobody else may read, and the same at each use."""
    from pathlib import Path

    first = keys.key("MZ-CIVIL", "issue").as_dict(private=False)
    path = Path(settings.DATA) / "issuers" / "MZ-CIVIL.issue.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    keys._key.cache_clear()
    assert keys.key("MZ-CIVIL", "issue").as_dict(private=False) == first


def test_an_issuer_that_is_none_is_told(wallet):
    """Metadata, keys, document, status and token of a unit that issues nothing."""
    for path in (
        "/.well-known/openid-credential-issuer/issuers/MZ",
        "/.well-known/jwt-vc-issuer/issuers/MZ",
        "/issuers/MZ/did.json",
        "/issuers/MZ/status/1",
        "/issuers/MZ-CIVIL/status/999999999999",
        "/credentials/types/none",
    ):
        assert wallet.http.get(path).status_code == 404, path
    assert wallet.http.post("/issuers/MZ/nonce").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_many_wallets_at_once_exactly_one_takes_the_offer(settings):
    """Twelve at the same moment with the right code and digits: one token, one taking, eleven refusals."""
    import threading

    from django.db import connection

    if connection.vendor == "sqlite":
        pytest.skip("the test's database in memory refuses a second writer where the file waits; this runs on PostgreSQL")
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    code = reads.offer_document(made.id)["grants"][reads.PRE_AUTHORIZED]["pre-authorized_code"]
    tokens, refused, gate = [], [], threading.Barrier(12)

    def redeem():
        gate.wait()
        try:
            tokens.append(acts.redeem("MZ-CIVIL", code, made.tx_code))
        except acts.GrantRefused:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=redeem) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(tokens), len(refused)) == (1, 11)
