"""Decentralised identifiers that are a key (did:jwk, did:key) or an address where keys are published (did:web).

Holders are named by did:jwk or did:key: the key is read from the text alone. An issuer's did:web is turned into the address of its document;
fetching it is the caller's work, for an engine has no network. Sources: did:jwk and did:key method specifications, did:web method specification.

Trust: a did:web is worth as much as the web server that answers for its host.

Example::

    resolve(did_jwk(key)) == key
    web_address("did:web:mingzhou.example:agencies:police") == "https://mingzhou.example/agencies/police/did.json"
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from mingtang.engines.vc import jws
from mingtang.engines.vc.errors import RefusedCredential
from mingtang.kernel import canonical_json

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST = 2000
# Multicodec prefixes, as unsigned varints.
_P256, _ED25519 = b"\x80\x24", b"\xed\x01"


def public_key(jwk: Any, rule: str = "a public key on P-256 or Ed25519") -> jws.Key:
    """The key in a public JWK; raises RefusedCredential naming ``rule`` for a private key, another curve or a point off it."""
    if not isinstance(jwk, dict) or "d" in jwk or (jwk.get("kty"), jwk.get("crv")) not in (("EC", "P-256"), ("OKP", "Ed25519")):
        raise RefusedCredential(rule=rule)
    members = ("kty", "crv", "x", "y") if jwk["kty"] == "EC" else ("kty", "crv", "x")
    if not all(isinstance(jwk.get(name), str) for name in members):
        raise RefusedCredential(rule=rule)
    try:
        key = (ECKey if jwk["kty"] == "EC" else OKPKey).import_key({name: jwk[name] for name in members})
        key.raw_value  # computing it checks that the point lies on the curve
    except (JoseError, ValueError, KeyError, TypeError):
        raise RefusedCredential(rule=rule) from None
    return key


def did_jwk(key: jws.Key) -> str:
    """The did:jwk of a key's public half."""
    return "did:jwk:" + jws.encode(canonical_json(_public(key)))


def did_key(key: jws.Key) -> str:
    """The did:key of a key's public half."""
    raw = key.raw_value
    public = raw if isinstance(raw, (ec.EllipticCurvePublicKey, Ed25519PublicKey)) else raw.public_key()
    if isinstance(public, Ed25519PublicKey):
        return "did:key:z" + _base58(_ED25519 + public.public_bytes_raw())
    return "did:key:z" + _base58(_P256 + public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def resolve(did: str) -> jws.Key:
    """The key that a did:jwk or did:key is, with or without a fragment; raises RefusedCredential."""
    text = did.partition("#")[0]
    if len(text) > _LONGEST:
        raise RefusedCredential(rule="length of a DID")
    if text.startswith("did:jwk:"):
        return public_key(jws.parse(jws.decode(text[8:], "base64url of a did:jwk"), "JSON of a did:jwk"))
    if text.startswith("did:key:z"):
        return _multikey(_unbase58(text[9:]))
    raise RefusedCredential(rule="a DID is a did:jwk or a did:key")


def _public(key: jws.Key) -> dict[str, str]:
    told = key.as_dict(private=False)
    return {name: told[name] for name in ("kty", "crv", "x", "y") if name in told}


def _multikey(data: bytes) -> jws.Key:
    try:
        if data[:2] == _ED25519 and len(data) == 34:
            return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": jws.encode(data[2:])})
        if data[:2] == _P256 and len(data) == 35:
            numbers = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data[2:]).public_numbers()
            point = {"x": jws.encode(numbers.x.to_bytes(32, "big")), "y": jws.encode(numbers.y.to_bytes(32, "big"))}
            return ECKey.import_key({"kty": "EC", "crv": "P-256", **point})
    except ValueError:
        pass
    raise RefusedCredential(rule="a did:key holds a key on P-256 or Ed25519")


def _base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _ALPHABET[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _unbase58(text: str) -> bytes:
    if len(text) > 100 or any(letter not in _ALPHABET for letter in text):
        raise RefusedCredential(rule="base58 of a did:key")
    number = 0
    for letter in text:
        number = number * 58 + _ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def web_address(did: str) -> str:
    """Where the document of a did:web lies; raises RefusedCredential. Plain http is given for ``localhost`` and 127.0.0.1 alone."""
    text = did.partition("#")[0]
    if len(text) > _LONGEST or not re.fullmatch(r"did:web:[A-Za-z0-9.\-]+(%3A[0-9]{1,5})?(:[A-Za-z0-9._\-]+)*", text):
        raise RefusedCredential(rule="form of a did:web")
    host, *path = text[8:].split(":")
    if any(part in (".", "..") for part in path):
        raise RefusedCredential(rule="form of a did:web")
    host = unquote(host)
    scheme = "http" if host.partition(":")[0] in ("localhost", "127.0.0.1") else "https"
    return f"{scheme}://{host}/" + ("/".join([*path, "did.json"]) if path else ".well-known/did.json")


def web_key(document: Any, did: str, kid: str) -> jws.Key:
    """The assertion key ``kid`` ("did:web:...#name" or "#name") in a did:web's document; raises RefusedCredential."""
    if not isinstance(document, dict) or document.get("id") != did:
        raise RefusedCredential(rule="a DID document is that of its DID")
    wanted = {kid, did + kid if kid.startswith("#") else kid}
    methods = document.get("verificationMethod")
    asserting = document.get("assertionMethod")
    if not isinstance(methods, list) or not isinstance(asserting, list):
        raise RefusedCredential(rule="a DID document names its assertion keys")
    for method in methods:
        if (
            isinstance(method, dict)
            and _full(method.get("id"), did) in wanted
            and any(_full(name, did) in wanted for name in asserting)
        ):
            return public_key(method.get("publicKeyJwk"))
    raise RefusedCredential(rule="the key is among the issuer's assertion keys")


def _full(name: Any, did: str) -> str:
    return did + name if isinstance(name, str) and name.startswith("#") else str(name)


def web_document(did: str, keys: dict[str, jws.Key]) -> dict:
    """The document that publishes ``keys`` by name under a did:web."""
    listed = [
        {"id": f"{did}#{name}", "type": "JsonWebKey", "controller": did, "publicKeyJwk": _public(key)}
        for name, key in keys.items()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": did,
        "verificationMethod": listed,
        "assertionMethod": [one["id"] for one in listed],
    }
