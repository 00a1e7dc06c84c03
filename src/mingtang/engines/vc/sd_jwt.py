"""SD-JWT with key binding (RFC 9901) and SD-JWT VC: issue, present, verify.

Verification, numbered as the code numbers it:

1. Split at ``~``; the last part is the key-binding JWT or empty.
2. The issuer's signature, by the key that the caller trusts for this issuer.
3. The disclosures are put back (disclosures.py).
4. Times: ``exp`` and ``nbf`` with the skew allowed; a claim the verifier must see cannot be hidden by the holder.
5. Key binding: signature by ``cnf.jwk``; ``aud``, ``nonce``, ``iat`` fresh; ``sd_hash`` over what was shown. This stops a
   replay and the use of a stolen presentation elsewhere.

Example::

    token = issue({"vct": "...", "birth_date": Hidden("1940-05-01")}, issuer_key, holder=holder_public, now=t)
    shown = present(token, ["birth_date"], holder_key, audience="https://...", nonce="n", now=t)
    claims = verify(shown, issuer_public, audience="https://...", nonce="n", now=t).claims
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mingtang.engines.vc import jws
from mingtang.engines.vc.dids import public_key
from mingtang.engines.vc.disclosures import Hidden, conceal, digest_of, reveal
from mingtang.engines.vc.errors import CannotIssue, RefusedCredential

TYPE = "dc+sd-jwt"
# Claims on which the decision to accept rests: RFC 9901 section 9.7 wants them always in the open.
_OPEN = ("iss", "exp", "nbf", "cnf", "vct", "status", "_sd_alg")
_MOST_DISCLOSURES = 500
SKEW = 60
FRESH = 300


@dataclass(frozen=True, slots=True)
class Verified:
    """What was shown and holds: the claims with disclosures put back, and the holder's key if bound."""

    claims: dict[str, Any]
    holder: dict[str, Any] | None


def issue(
    claims: dict, key: jws.Key, *, now: int, holder: jws.Key | None = None, header: dict | None = None, decoys: int = 0
) -> str:
    """Issue ``claims`` (with ``Hidden`` values) at ``now`` (seconds), bound to ``holder``'s public key; raises CannotIssue."""
    for name in _OPEN:
        if isinstance(claims.get(name), Hidden):
            raise CannotIssue(reason=f"{name} cannot be hidden", path=name)
    payload, disclosures = conceal(claims, decoys=decoys)
    payload.setdefault("iat", now)
    if holder is not None:
        payload["cnf"] = {"jwk": holder.as_dict(private=False)}
    token = jws.sign({"typ": TYPE, **(header or {})}, payload, key)
    return "~".join([token, *disclosures, ""])


def present(
    token: str, names: Iterable[str], key: jws.Key, *, audience: str, nonce: str, now: int, extra: dict | None = None
) -> str:
    """What the holder shows: the disclosures of ``names`` (and whatever encloses them), bound to verifier and nonce."""
    parts = token.split("~")
    wanted = set(names)
    kept = _chosen(parts[1:-1], lambda name: name in wanted)
    shown = "~".join([parts[0], *kept, ""])
    binding = {"iat": now, "aud": audience, "nonce": nonce, "sd_hash": _hash(shown), **(extra or {})}
    return shown + jws.sign({"typ": "kb+jwt"}, binding, key)


def _chosen(disclosures: list[str], is_wanted: Callable[[str], bool]) -> list[str]:
    """The wanted disclosures and those in whose values their digests stand, in the order of the credential."""
    parsed = {text: jws.parse(jws.decode(text, "base64url of a disclosure"), "JSON of a disclosure") for text in disclosures}
    by_digest = {digest_of(text): text for text in disclosures}
    parents = {
        child: text for text, parts in parsed.items() for child in (by_digest.get(d) for d in _digests(parts[-1])) if child
    }
    kept = {text for text, parts in parsed.items() if len(parts) == 3 and is_wanted(parts[1])}
    waiting = list(kept)
    while waiting:
        text = waiting.pop()
        parent = parents.get(text)
        if parent and parent not in kept:
            kept.add(parent)
            waiting.append(parent)
        for child in (by_digest.get(d) for d in _digests(parsed[text][-1])):
            if child and child not in kept and len(parsed[child]) == 2:  # a list is shown with its elements
                kept.add(child)
                waiting.append(child)
    return [text for text in disclosures if text in kept]


def _digests(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        yield from value.get("_sd", [])
        if "..." in value:
            yield value["..."]
        for inner in value.values():
            yield from _digests(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _digests(inner)


def verify(shown: str, issuer: jws.Key, *, now: int, audience: str | None = None, nonce: str | None = None) -> Verified:
    """Verify a presentation; with ``audience`` and ``nonce`` given, key binding is required. Raises RefusedCredential."""
    parts = shown.split("~")  # 1
    if len(shown) > 1_000_000 or len(parts) < 2 or len(parts) - 2 > _MOST_DISCLOSURES:
        raise RefusedCredential(rule="form of an SD-JWT")
    payload = jws.verify(parts[0], issuer, (TYPE,))  # 2
    claims = reveal(payload, parts[1:-1])  # 3
    if any(name in claims and name not in payload for name in _OPEN):
        raise RefusedCredential(rule="claims on which acceptance rests are in the open")
    _times(payload, now)  # 4
    holder = _holder(payload)
    if parts[-1]:  # 5
        if audience is None or nonce is None:
            raise RefusedCredential(rule="key binding was not asked for")
        if holder is None:
            raise RefusedCredential(rule="the credential is bound to a key")
        _binding(parts[-1], shown[: len(shown) - len(parts[-1])], holder, audience, nonce, now)
    elif audience is not None or nonce is not None:
        raise RefusedCredential(rule="key binding")
    return Verified(claims, payload["cnf"]["jwk"] if holder is not None else None)


def _times(payload: dict, now: int) -> None:
    for name in ("exp", "nbf", "iat"):
        if name in payload and (isinstance(payload[name], bool) or not isinstance(payload[name], (int, float))):
            raise RefusedCredential(rule=f"{name} is a number")
    if "exp" in payload and now >= payload["exp"] + SKEW:
        raise RefusedCredential(rule="not expired")
    if "nbf" in payload and now < payload["nbf"] - SKEW:
        raise RefusedCredential(rule="already valid")


def _holder(payload: dict) -> jws.Key | None:
    confirmation = payload.get("cnf")
    if confirmation is None:
        return None
    return public_key(confirmation.get("jwk") if isinstance(confirmation, dict) else None, "cnf holds a public jwk")


def _binding(token: str, shown: str, holder: jws.Key, audience: str, nonce: str, now: int) -> None:
    payload = jws.verify(token, holder, ("kb+jwt",))
    issued = payload.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, (int, float)):
        raise RefusedCredential(rule="key binding has iat")
    if not now - FRESH <= issued <= now + SKEW:
        raise RefusedCredential(rule="key binding is fresh")
    if payload.get("aud") != audience:
        raise RefusedCredential(rule="key binding is for this verifier")
    if payload.get("nonce") != nonce:
        raise RefusedCredential(rule="key binding answers this nonce")
    if payload.get("sd_hash") != _hash(shown):
        raise RefusedCredential(rule="key binding covers what is shown")


def _hash(shown: str) -> str:
    return jws.encode(hashlib.sha256(shown.encode("ascii", "replace")).digest())
