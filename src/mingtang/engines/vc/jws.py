"""Compact JWS with ES256 or Ed25519, over joserfc: the only algorithms taken; ``none`` and symmetric ones do not exist here."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from mingtang.engines.vc.errors import RefusedCredential

ALGORITHMS = ["ES256", "Ed25519"]
_LONGEST = 1_000_000
Key = ECKey | OKPKey


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str, rule: str) -> bytes:
    """Canonical base64url without padding; raises RefusedCredential naming ``rule``."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise RefusedCredential(rule=rule)
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise RefusedCredential(rule=rule) from None
    if encode(data) != text:
        raise RefusedCredential(rule=rule)
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def parse(data: bytes, rule: str) -> Any:
    """JSON in UTF-8 with no member twice and no NaN; raises RefusedCredential."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise RefusedCredential(rule=rule) from None


def _refuse(text: str) -> Any:
    raise ValueError(text)


def algorithm(key: Key) -> str:
    """The one algorithm of ``key``."""
    return "ES256" if isinstance(key, ECKey) else "Ed25519"


def sign(header: dict, payload: dict, key: Key) -> str:
    """The compact JWS over ``payload`` as JSON."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact({**header, "alg": algorithm(key)}, body, key, algorithms=ALGORITHMS)


def header_of(token: str) -> dict:
    """The protected header, not yet verified: only to choose the key."""
    if len(token) > _LONGEST:
        raise RefusedCredential(rule="size of the token")
    if token.count(".") != 2:
        raise RefusedCredential(rule="compact JWS of three parts")
    header = parse(decode(token.split(".")[0], "base64url of the header"), "JSON of the header")
    if not isinstance(header, dict) or header.get("alg") not in ALGORITHMS:
        raise RefusedCredential(rule="algorithm is ES256 or Ed25519")
    if "crit" in header:
        raise RefusedCredential(rule="no critical extension is known")
    return header


def verify(token: str, key: Key, typ: tuple[str, ...]) -> dict:
    """The payload of ``token``, its signature by ``key`` and its type checked; raises RefusedCredential."""
    header = header_of(token)
    if header.get("typ") not in typ:
        raise RefusedCredential(rule=f"typ is {' or '.join(typ)}")
    if header["alg"] != algorithm(key):
        raise RefusedCredential(rule="algorithm is that of the key")
    try:
        checked = jws.deserialize_compact(token, key, algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        raise RefusedCredential(rule="signature") from None
    payload = parse(checked.payload or b"", "JSON of the payload")
    if not isinstance(payload, dict):
        raise RefusedCredential(rule="payload is an object")
    return payload
