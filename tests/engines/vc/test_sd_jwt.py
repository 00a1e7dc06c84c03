"""SD-JWT: what is shown is what was issued, and every rule of RFC 9901 that a verifier must hold refuses."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from mingtang.engines import vc
from mingtang.engines.vc import jws
from mingtang.engines.vc.disclosures import digest_of

NOW = 1_800_000_000
AUD, NONCE = "https://service.example/verify", "n-1"
CLAIMS = {
    "vct": "https://mingzhou.example/credentials/resident",
    "iss": "https://mingzhou.example",
    "exp": NOW + 1000,
    "birth_date": vc.Hidden("1940-05-01"),
    "address": vc.Hidden({"street": vc.Hidden("东湖街道"), "district": "城东区"}),
    "benefits": [vc.Hidden("elder card"), vc.Hidden("bus pass"), "library"],
}


@pytest.fixture(scope="module")
def keys():
    return ECKey.generate_key("P-256"), ECKey.generate_key("P-256")


def _b64(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _shown(keys, names=("birth_date",), **changes):
    issuer, holder = keys
    token = vc.issue({**CLAIMS, **changes.pop("claims", {})}, issuer, now=NOW, holder=holder)
    return vc.present(
        token, names, holder, audience=changes.get("aud", AUD), nonce=changes.get("nonce", NONCE), now=changes.get("at", NOW)
    )


def _verify(keys, shown, **changes):
    return vc.verify(
        shown, keys[0], now=changes.get("now", NOW), audience=changes.get("audience", AUD), nonce=changes.get("nonce", NONCE)
    )


def test_only_what_was_chosen_is_shown(keys):
    """The verifier sees the birth date and nothing else that was hidden."""
    claims = _verify(keys, _shown(keys)).claims
    assert claims["birth_date"] == "1940-05-01" and "address" not in claims and claims["benefits"] == ["library"]
    assert "_sd" not in claims and "_sd_alg" not in claims


def test_a_nested_claim_brings_what_encloses_it(keys):
    """Showing the street shows the address that holds it."""
    assert _verify(keys, _shown(keys, ["street"])).claims["address"] == {"street": "东湖街道", "district": "城东区"}


def test_ed25519_works_too():
    """An issuer and a holder with Ed25519 keys."""
    pair = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
    assert _verify(pair, _shown(pair)).claims["birth_date"] == "1940-05-01"


def _reissue(keys, change):
    """A presentation over a payload that a faulty issuer signed, with the disclosures that ``change`` returns."""
    issuer, holder = keys
    payload, disclosures = vc.conceal({k: v for k, v in CLAIMS.items()})
    payload["cnf"] = {"jwk": holder.as_dict(private=False)}
    disclosures = change(payload, disclosures) or disclosures
    shown = "~".join([jws.sign({"typ": "dc+sd-jwt"}, payload, issuer), *disclosures, ""])
    binding = {
        "iat": NOW,
        "aud": AUD,
        "nonce": NONCE,
        "sd_hash": jws.encode(__import__("hashlib").sha256(shown.encode()).digest()),
    }
    return shown + jws.sign({"typ": "kb+jwt"}, binding, holder)


def _named(name, value="x"):
    text = _b64(["salt", name, value])

    def change(payload, disclosures):
        payload["_sd"] = [*payload.get("_sd", []), digest_of(text)]
        return [*disclosures, text]

    return change


def _twice(payload, disclosures):
    payload["_sd"].append(payload["_sd"][0])


def _twice_elsewhere(payload, disclosures):
    payload["other"] = {"_sd": [payload["_sd"][0]]}


ISSUER_FAULTS = {
    "digest twice in one place": (_twice, "no digest stands twice"),
    "digest twice in two places": (_twice_elsewhere, "no digest stands twice"),
    "unreferenced disclosure": (lambda p, d: [*d, _b64(["salt", "extra", 1])], "every disclosure is named by a digest"),
    "disclosure twice": (lambda p, d: [*d, d[0]], "no disclosure stands twice"),
    "disclosed name _sd": (_named("_sd"), "name of a disclosed claim"),
    "disclosed name ...": (_named("..."), "name of a disclosed claim"),
    "disclosed name that is there already": (_named("iss", "https://evil.example"), "a disclosed name is new to its object"),
    "status hidden by the issuer": (_named("status", {}), "claims on which acceptance rests are in the open"),
    "disclosure that is no list": (lambda p, d: [*d, _b64({"a": 1})], "a disclosure is [salt, name, value] or [salt, value]"),
    "disclosure of four parts": (lambda p, d: [*d, _b64([1, 2, 3, 4])], "a disclosure is [salt, name, value] or [salt, value]"),
    "disclosure with a number as name": (lambda p, d: [*d, _b64(["s", 1, 2])], "name of a disclosed claim"),
    "disclosure not base64url": (lambda p, d: [*d, "a+b/="], "base64url of a disclosure"),
    "list element in an object's place": (
        lambda p, d: p.update(_sd=[*p["_sd"], digest_of(_b64(["s", 1]))]) or [*d, _b64(["s", 1])],
        "a disclosure fits its place",
    ),
    "another hash": (lambda p, d: p.update(_sd_alg="sha-512"), "_sd_alg is sha-256"),
    "_sd is no list": (lambda p, d: p.update(other={"_sd": "x"}), "_sd is a list"),
    "digest is no string": (lambda p, d: p["_sd"].append(7), "a digest is a string"),
    "... in an object": (lambda p, d: p.update({"other": {"...": "x"}}), "the name ... stands in lists alone"),
    "hidden element with more names": (
        lambda p, d: p.update(list=[{"...": "x", "y": 1}]),
        "a hidden element has the name ... alone",
    ),
    "expired": (lambda p, d: p.update(exp=NOW - 3600), "not expired"),
    "not yet valid": (lambda p, d: p.update(nbf=NOW + 3600), "already valid"),
    "expiry as text": (lambda p, d: p.update(exp="2099"), "exp is a number"),
    "private key in cnf": (lambda p, d: p["cnf"]["jwk"].update(d="AAAA"), "cnf holds a public jwk"),
    "no key in cnf": (lambda p, d: p.update(cnf={}), "cnf holds a public jwk"),
}


@pytest.mark.parametrize("name", sorted(ISSUER_FAULTS))
def test_a_broken_rule_of_the_credential_refuses(keys, name):
    """Signed by the right issuer and bound by the right holder: only the rule itself can refuse it."""
    change, rule = ISSUER_FAULTS[name]
    with pytest.raises(vc.RefusedCredential) as caught:
        _verify(keys, _reissue(keys, change))
    assert caught.value.details["rule"] == rule


@pytest.mark.parametrize(
    ("changes", "verifying", "rule"),
    [
        ({"aud": "https://other.example"}, {}, "key binding is for this verifier"),
        ({"nonce": "old"}, {}, "key binding answers this nonce"),
        ({"at": NOW - 10 * 365 * 86400}, {}, "key binding is fresh"),
        ({"at": NOW + 3600}, {}, "key binding is fresh"),
        ({}, {"audience": None, "nonce": None}, "key binding was not asked for"),
    ],
)
def test_a_replayed_or_foreign_binding_refuses(keys, changes, verifying, rule):
    """Other verifier, other nonce, ten years old, from the future, not asked for."""
    with pytest.raises(vc.RefusedCredential) as caught:
        _verify(keys, _shown(keys, **changes), **verifying)
    assert caught.value.details["rule"] == rule


def test_a_binding_without_time_refuses(keys):
    """A key binding without iat could be replayed for ever."""
    shown = _shown(keys).rsplit("~", 1)[0] + "~"
    binding = {"aud": AUD, "nonce": NONCE, "sd_hash": jws.encode(__import__("hashlib").sha256(shown.encode()).digest())}
    with pytest.raises(vc.RefusedCredential) as caught:
        _verify(keys, shown + jws.sign({"typ": "kb+jwt"}, binding, keys[1]))
    assert caught.value.details["rule"] == "key binding has iat"


def test_disclosures_cannot_be_changed_after_binding(keys):
    """Dropping or reordering what was shown breaks the hash that the holder signed."""
    shown = _shown(keys, ["birth_date", "street"])
    token, *disclosures, binding = shown.split("~")
    for other in (disclosures[1:], disclosures[::-1]):
        with pytest.raises(vc.RefusedCredential) as caught:
            _verify(keys, "~".join([token, *other, binding]))
        assert caught.value.details["rule"] == "key binding covers what is shown"


def test_missing_binding_and_foreign_keys_refuse(keys):
    """No binding, another holder's binding, another issuer's signature."""
    stranger = ECKey.generate_key("P-256")
    shown = _shown(keys)
    for bad in (
        shown.rsplit("~", 1)[0] + "~",
        _shown((stranger, keys[1])),
        shown.rsplit("~", 1)[0] + "~" + _shown((keys[0], stranger)).rsplit("~", 1)[1],
    ):
        with pytest.raises(vc.RefusedCredential):
            _verify(keys, bad)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "ES256", "crit": ["x"]}])
def test_foreign_algorithms_and_extensions_refuse(keys, header):
    """No ``none``, no symmetric algorithm, no unknown critical header."""
    token, rest = _shown(keys).split("~", 1)
    forged = ".".join([_b64({"typ": "dc+sd-jwt", **header}), *token.split(".")[1:]])
    with pytest.raises(vc.RefusedCredential):
        _verify(keys, forged + "~" + rest)


def test_claims_of_acceptance_cannot_be_hidden(keys):
    """An issuer cannot hide exp, nor use a reserved name."""
    for claims in ({"exp": vc.Hidden(1)}, {"_sd": 1}, {"a": {"...": 1}}):
        with pytest.raises(vc.CannotIssue):
            vc.issue(claims, keys[0], now=NOW)


@given(st.binary(max_size=300))
def test_garbage_is_refused_and_never_a_fault(data):
    """Any bytes give RefusedCredential."""
    key = ECKey.import_key(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }
    )
    with pytest.raises(vc.RefusedCredential):
        vc.verify(data.decode("latin-1"), key, now=NOW, audience=AUD, nonce=NONCE)


def test_status_list_of_the_draft():
    """The draft's example: two bits a status, bytes c9 44 f9 compressed as printed there."""
    statuses = vc.StatusList.from_dict({"bits": 2, "lst": "eNo76fITAAPfAgc"})
    assert [statuses.get(i) for i in range(12)] == [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


def test_status_changes_are_seen_and_failures_refuse(keys):
    """Revoked and suspended are read back; out of range, other list, run out and bombs refuse."""
    statuses = vc.StatusList(100_000)
    statuses.set(7, vc.INVALID)
    statuses.set(99_999, vc.SUSPENDED)
    token = vc.sign_list(statuses, "https://s.example/1", keys[0], now=NOW, lifetime=600)
    again = vc.read_list(token, "https://s.example/1", keys[0], now=NOW)
    assert (again.get(7), again.get(8), again.get(99_999)) == (1, 0, 2)
    with pytest.raises(vc.StatusUnavailable):
        vc.read_list(token, "https://s.example/1", keys[0], now=NOW + 601)
    with pytest.raises(vc.RefusedCredential):
        vc.read_list(token, "https://s.example/2", keys[0], now=NOW)
    with pytest.raises(vc.RefusedCredential):
        again.get(200_000)
    bomb = {"bits": 1, "lst": jws.encode(__import__("zlib").compress(bytes(32 * 1024 * 1024), 9))}
    with pytest.raises(vc.RefusedCredential):
        vc.StatusList.from_dict(bomb)
