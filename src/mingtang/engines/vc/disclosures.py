"""Selective disclosure (RFC 9901, sections 4.2 and 7.1): claims replaced by digests, and put back from what the holder shows.

1. Each disclosure is base64url of ``[salt, name, value]`` or, for a list's element, ``[salt, value]``.
2. Digests stand in ``_sd`` of the object or as ``{"...": digest}`` in the list.
3. Putting back refuses: a digest that stands twice, a disclosure that no digest names, a name that is ``_sd`` or ``...``, a
   name that the object already has, a disclosure of the wrong shape for its place.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any

from mingtang.engines.vc.errors import CannotIssue, RefusedCredential
from mingtang.engines.vc.jws import decode, encode, parse

_RESERVED = ("_sd", "...")
_DEEPEST = 50


class Hidden:
    """Marks a claim's value, or a list's element, as selectively disclosable: ``{"birth_date": Hidden("1940-05-01")}``."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def digest_of(disclosure: str) -> str:
    """SHA-256 of the disclosure's text, base64url."""
    return encode(hashlib.sha256(disclosure.encode("ascii")).digest())


def conceal(claims: dict, salt: Callable[[], str] = lambda: secrets.token_urlsafe(16), decoys: int = 0) -> tuple[dict, list[str]]:
    """Replace every ``Hidden`` in ``claims``; returns the payload's claims and the disclosures. Raises CannotIssue for a reserved name."""
    made: list[str] = []
    payload = _conceal(claims, salt, made, decoys)
    if made or decoys:
        payload["_sd_alg"] = "sha-256"
    return payload, made


def _disclosure(parts: list, made: list[str]) -> str:
    text = encode(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode())
    made.append(text)
    return digest_of(text)


def _conceal(value: Any, salt: Callable[[], str], made: list[str], decoys: int = 0) -> Any:
    if isinstance(value, dict):
        plain: dict[str, Any] = {}
        digests: list[str] = []
        for name, inner in value.items():
            if name in _RESERVED or name == "_sd_alg":
                raise CannotIssue(reason=f"the name {name} is reserved", path=name)
            if isinstance(inner, Hidden):
                digests.append(_disclosure([salt(), name, _conceal(inner.value, salt, made)], made))
            else:
                plain[name] = _conceal(inner, salt, made)
        digests += [encode(hashlib.sha256(secrets.token_bytes(32)).digest()) for _ in range(decoys)]
        if digests:
            plain["_sd"] = sorted(digests)  # sorted, so that the order of claims is not told
        return plain
    if isinstance(value, (list, tuple)):
        return [
            {"...": _disclosure([salt(), _conceal(item.value, salt, made)], made)}
            if isinstance(item, Hidden)
            else _conceal(item, salt, made)
            for item in value
        ]
    return value


def reveal(payload: dict, disclosures: list[str]) -> dict:
    """Put the ``disclosures`` back into ``payload``; raises RefusedCredential as the rules above say."""
    if payload.get("_sd_alg", "sha-256") != "sha-256":
        raise RefusedCredential(rule="_sd_alg is sha-256")
    if len(set(disclosures)) != len(disclosures):
        raise RefusedCredential(rule="no disclosure stands twice")
    work = _Revealing({digest_of(text): _parse(text) for text in disclosures})
    claims = work.walk({name: value for name, value in payload.items() if name != "_sd_alg"}, 0)
    if work.unused:
        raise RefusedCredential(rule="every disclosure is named by a digest")
    return claims


def _parse(text: str) -> list:
    parts = parse(decode(text, "base64url of a disclosure"), "JSON of a disclosure")
    if not isinstance(parts, list) or len(parts) not in (2, 3) or not isinstance(parts[0], str):
        raise RefusedCredential(rule="a disclosure is [salt, name, value] or [salt, value]")
    if len(parts) == 3 and (not isinstance(parts[1], str) or parts[1] in _RESERVED):
        raise RefusedCredential(rule="name of a disclosed claim")
    return parts


class _Revealing:
    def __init__(self, known: dict[str, list]) -> None:
        self._known = known
        self.unused = set(known)
        self._seen: set[str] = set()

    def _take(self, digest: Any, parts: int) -> list | None:
        if not isinstance(digest, str):
            raise RefusedCredential(rule="a digest is a string")
        if digest in self._seen:
            raise RefusedCredential(rule="no digest stands twice")
        self._seen.add(digest)
        found = self._known.get(digest)
        if found is None:
            return None  # not shown by the holder, or a decoy
        if len(found) != parts:
            raise RefusedCredential(rule="a disclosure fits its place")
        self.unused.discard(digest)
        return found

    def walk(self, value: Any, depth: int) -> Any:
        if depth > _DEEPEST:
            raise RefusedCredential(rule=f"nested at most {_DEEPEST} deep")
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, list):
            return self._list(value, depth)
        return value

    def _object(self, value: dict, depth: int) -> dict:
        if "..." in value:
            raise RefusedCredential(rule="the name ... stands in lists alone")
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise RefusedCredential(rule="_sd is a list")
        plain = {name: self.walk(inner, depth + 1) for name, inner in value.items() if name != "_sd"}
        for digest in digests:
            found = self._take(digest, 3)
            if found is not None:
                if found[1] in plain:
                    raise RefusedCredential(rule="a disclosed name is new to its object")
                plain[found[1]] = self.walk(found[2], depth + 1)
        return plain

    def _list(self, value: list, depth: int) -> list:
        items: list[Any] = []
        for item in value:
            if isinstance(item, dict) and "..." in item:
                if len(item) != 1:
                    raise RefusedCredential(rule="a hidden element has the name ... alone")
                found = self._take(item["..."], 2)
                if found is not None:
                    items.append(self.walk(found[1], depth + 1))
            else:
                items.append(self.walk(item, depth + 1))
        return items
