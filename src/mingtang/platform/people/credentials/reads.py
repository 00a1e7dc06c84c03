"""What others may know: declared kinds and purposes, what was issued to a person, how a showing stands, and the protocol's documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mingtang.engines import vc
from mingtang.engines.vc import jws
from mingtang.kernel import Sentence, now
from mingtang.platform.people.credentials import addresses, declared, keys
from mingtang.platform.people.credentials.faults import GrantRefused, NoSuchShowing, ShowingOver
from mingtang.platform.people.credentials.models import Issue, Offer, Showing

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


@dataclass(frozen=True, slots=True)
class Held:
    """One taking of a credential; ``status`` is 0 valid, 1 revoked, 2 suspended."""

    number: str
    kind: str
    titles: Sentence
    agency: str
    copies: int
    issued_at: datetime
    until: datetime
    status: int
    reason: str


def kinds() -> list[declared.Kind]:
    """Every credential that can be issued."""
    return list(declared.kinds().values())


def purposes() -> list[declared.Purpose]:
    """Every purpose for which something can be asked."""
    return list(declared.purposes().values())


def issued_to(person: str) -> list[Held]:
    """What a person took, newest first."""
    return [_held(row) for row in Issue.objects.filter(person=person).order_by("-issued_at")[:200]]


def issued(number: str) -> Held | None:
    """What was issued under a number, or None."""
    row = Issue.objects.filter(number=number[:24].upper()).first()
    return _held(row) if row else None


def _held(row: Issue) -> Held:
    known = declared.kinds().get(row.kind)
    titles = known.titles if known else Sentence(row.kind, row.kind)
    return Held(row.number, row.kind, titles, row.agency, row.copies, row.issued_at, row.until, row.status, row.reason)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a showing stands: answered, over, or waiting; ``fault`` is why the last answer was refused, by language."""

    purpose: str
    answered: bool
    over: bool
    fault: dict[str, dict[str, str]] | None


def showing(ident: UUID) -> Standing:
    """How a showing stands; raises NoSuchShowing."""
    row = Showing.objects.filter(id=ident).first()
    if row is None:
        raise NoSuchShowing()
    return Standing(row.purpose, row.answered_at is not None, row.answered_at is None and row.until <= now(), row.fault)


def offer_document(ident: UUID) -> dict[str, Any]:
    """The credential offer (OpenID4VCI 1.0, section 4.1) while it is open; raises GrantRefused."""
    row = Offer.objects.filter(id=ident, taken_at=None, ended_at=None, token=None, until__gt=now()).first()
    if row is None:
        raise GrantRefused()
    digits = {
        "input_mode": "numeric",
        "length": 6,
        "description": "六位领取码在领取页上 · The six digits are on the page where you took the offer",
    }
    grant = {"pre-authorized_code": keys.reveal(row.claims)["code"], "tx_code": digits}
    issuer = addresses.issuer(declared.kind(row.kind).agency)
    return {"credential_issuer": issuer, "credential_configuration_ids": [row.kind], "grants": {PRE_AUTHORIZED: grant}}


def issuer_metadata(unit: str, name: Sentence) -> dict[str, Any]:
    """The credential issuer metadata (OpenID4VCI 1.0, section 12.2); raises NoSuchIssuer."""
    where = addresses.issuer(unit)
    listed = declared.issuer(unit)
    return {
        "credential_issuer": where,
        "authorization_servers": [where],
        "credential_endpoint": f"{where}/credential",
        "nonce_endpoint": f"{where}/nonce",
        "batch_credential_issuance": {"batch_size": max([one.copies for one in listed] or [2])},
        "display": [{"name": name.zh, "locale": "zh-CN"}, {"name": name.en, "locale": "en"}],
        "credential_configurations_supported": {one.code: _configuration(one) for one in listed},
    }


def _configuration(kind: declared.Kind) -> dict[str, Any]:
    claims = [{"path": list(path), "display": _display(title)} for path, title in kind.paths().items()]
    return {
        "format": "dc+sd-jwt",
        "vct": addresses.vct(kind.code),
        "cryptographic_binding_methods_supported": ["jwk", "did:jwk", "did:key"],
        "credential_signing_alg_values_supported": ["ES256"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256", "Ed25519"]}},
        "credential_metadata": {"display": _display(kind.titles), "claims": claims},
    }


def _display(title: Sentence) -> list[dict[str, str]]:
    return [{"name": title.zh, "locale": "zh-CN"}, {"name": title.en, "locale": "en"}]


def type_metadata(code: str) -> dict[str, Any]:
    """The type metadata behind ``vct`` (SD-JWT VC, section 6); raises NoSuchKind."""
    kind = declared.kind(code)
    claims = [{"path": list(path), "sd": "always", "display": _display(title)} for path, title in kind.paths().items()]
    return {"vct": addresses.vct(code), "name": kind.titles.en, "display": _display(kind.titles), "claims": claims}


def server_metadata(unit: str) -> dict[str, Any]:
    """The authorization server's metadata (RFC 8414); raises NoSuchIssuer."""
    declared.issuer(unit)
    where = addresses.issuer(unit)
    return {
        "issuer": where,
        "token_endpoint": f"{where}/token",
        "grant_types_supported": [PRE_AUTHORIZED],
        "pre-authorized_grant_anonymous_access_supported": True,
        "token_endpoint_auth_methods_supported": ["none"],
        "response_types_supported": [],
    }


def issuer_keys(unit: str) -> dict[str, Any]:
    """The keys of an issuer for SD-JWT VC (``/.well-known/jwt-vc-issuer``); raises NoSuchIssuer."""
    declared.issuer(unit)
    public = keys.key(unit, "issue").as_dict(private=False)
    listed = {name: public[name] for name in ("kty", "crv", "x", "y")} | {"kid": f"{addresses.did(unit)}#issue"}
    return {"issuer": addresses.issuer(unit), "jwks": {"keys": [listed]}}


def did_document(unit: str) -> dict[str, Any]:
    """The did:web document of an agency; raises NoSuchIssuer."""
    declared.issuer(unit)
    return vc.web_document(addresses.did(unit), {use: keys.key(unit, use) for use in ("issue", "show")})


def request_object(ident: UUID, agency: Sentence) -> str:
    """The signed request of a showing (RFC 9101), made from its declaration alone; raises NoSuchShowing, ShowingOver."""
    row = Showing.objects.filter(id=ident).first()
    if row is None:
        raise NoSuchShowing()
    purpose = declared.purposes().get(row.purpose)
    if purpose is None or purpose.hash != row.purpose_hash or row.answered_at is not None or row.until <= now():
        raise ShowingOver()
    reason = {
        name: {"zh": text.zh, "en": text.en}
        for name, text in (("agency", agency), ("title", purpose.titles), ("text", purpose.text), ("law", purpose.law))
    }
    payload = {
        "aud": "https://self-issued.me/v2",
        "iat": int(now().timestamp()),
        "exp": int(row.until.timestamp()),
        "client_id": addresses.client(row.agency),
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "response_uri": addresses.answer(row.id),
        "nonce": row.nonce,
        "state": str(row.id),
        "dcql_query": query(purpose),
        "client_metadata": {
            "vp_formats_supported": {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256", "Ed25519"]}}
        },
        "verifier_info": [{"format": "mingtang-purpose", "data": {"code": purpose.code, "declaration": purpose.hash, **reason}}],
    }
    header = {"typ": "oauth-authz-req+jwt", "kid": f"{addresses.did(row.agency)}#show"}
    return jws.sign(header, payload, keys.key(row.agency, "show"))


def query(purpose: declared.Purpose) -> dict[str, Any]:
    """The DCQL query of a purpose: one of the credentials that answer it, and of it exactly the declared claims."""
    credentials = [
        {
            "id": one.kind,
            "format": "dc+sd-jwt",
            "meta": {"vct_values": [addresses.vct(one.kind)]},
            "claims": [{"path": list(path), **({"values": [True]} if path in one.must else {})} for path in one.claims],
        }
        for one in purpose.wanted
    ]
    return {"credentials": credentials, "credential_sets": [{"options": [[one.kind] for one in purpose.wanted]}]}
