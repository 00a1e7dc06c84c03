"""What may be issued and what may be asked for: YAML files of the agencies, checked when read. Nothing else can be issued or asked.

They lie in ``credentials/`` and ``showings/`` below the folder of the setting MINGTANG_EXCHANGE and are explained in docs/specs/credentials.md.
A showing names the credentials that answer it and the claims it may see of each; a request is always made from it, so over-asking is impossible.

Trust: who can write these files decides what may be asked; each request carries the hash of the declaration it was made from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from mingtang.kernel import Sentence, digest
from mingtang.platform.people.credentials.faults import BadDeclaration, NoSuchIssuer, NoSuchKind, NoSuchPurpose

_CODE, _NAME = r"[a-z][a-z0-9-]{0,58}", r"[a-z][a-z0-9_]{0,58}"
_LARGEST = 100_000
AGES = "age_equal_or_over"
ClaimPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A credential: who issues it, how long it holds, how many copies, which claims. ``ages`` are issued as yes or no beside the birth date."""

    code: str
    agency: str
    titles: Sentence
    days: int
    copies: int
    claims: dict[str, Sentence]
    ages: tuple[int, ...]

    def paths(self) -> dict[ClaimPath, Sentence]:
        """Every claim that can be shown by itself, with its title."""
        over = {(AGES, str(age)): Sentence(f"年满 {age} 周岁", f"{age} or older") for age in self.ages}
        return {**{(name,): title for name, title in self.claims.items()}, **over}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One credential that answers a showing, and the claims asked of it; ``must`` are those that must be true."""

    kind: str
    claims: tuple[ClaimPath, ...]
    must: tuple[ClaimPath, ...] = ()


@dataclass(frozen=True, slots=True)
class Purpose:
    """For what something is asked: by whom, why, under which law, and which one of the credentials answers it."""

    code: str
    agency: str
    titles: Sentence
    text: Sentence
    law: Sentence
    wanted: tuple[Wanted, ...]
    hash: str = field(default="")


def kinds() -> dict[str, Kind]:
    """Every declared credential by code; raises BadDeclaration."""
    return {path.stem: _kind(path, *_state(path)) for path in _files("credentials")}


def kind(code: str) -> Kind:
    """One declared credential; raises NoSuchKind."""
    found = kinds().get(code)
    if found is None:
        raise NoSuchKind(kind=code[:60])
    return found


def purposes() -> dict[str, Purpose]:
    """Every declared showing by code; raises BadDeclaration."""
    return {path.stem: _purpose(path, *_state(path)) for path in _files("showings")}


def purpose(code: str) -> Purpose:
    """One declared showing; raises NoSuchPurpose."""
    found = purposes().get(code)
    if found is None:
        raise NoSuchPurpose(purpose=code[:60])
    return found


def issuer(unit: str) -> list[Kind]:
    """What a unit issues; raises NoSuchIssuer where it issues and asks nothing."""
    found = [one for one in kinds().values() if one.agency == unit]
    if not found and not any(one.agency == unit for one in purposes().values()):
        raise NoSuchIssuer(unit=unit[:40])
    return found


def _files(folder: str) -> list[Path]:
    place = Path(settings.EXCHANGE) / folder
    return sorted(place.glob("*.yaml")) if place.is_dir() else []


def _state(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_mtime_ns, state.st_size


def _read(path: Path, size: int) -> dict[str, Any]:
    if size > _LARGEST:
        raise BadDeclaration(file=path.name, zh="文件过大", en="the file is too large")
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BadDeclaration(file=path.name, zh="不是 YAML", en="it is not YAML") from None
    if not isinstance(given, dict) or given.get("code") != path.stem or not re.fullmatch(_CODE, path.stem):
        raise BadDeclaration(file=path.name, zh="code 应与文件名相同", en="code must be the name of the file")
    return given


def _words(given: dict[str, Any], name: str, path: Path) -> Sentence:
    value = given.get(name)
    if (
        not isinstance(value, dict)
        or set(value) != {"zh", "en"}
        or not all(isinstance(one, str) and one.strip() for one in value.values())
    ):
        raise BadDeclaration(file=path.name, path=name, zh=f"{name} 要有 zh 和 en", en=f"{name} needs zh and en")
    return Sentence(value["zh"], value["en"])


def _need(is_right: bool, path: Path, name: str) -> None:
    if not is_right:
        raise BadDeclaration(file=path.name, path=name, zh=f"{name} 缺少或不对", en=f"{name} is missing or wrong")


@lru_cache(maxsize=128)
def _kind(path: Path, changed: int, size: int) -> Kind:
    given = _read(path, size)
    extra = set(given) - {"code", "agency", "titles", "days", "copies", "claims", "ages"}
    _need(not extra, path, ", ".join(sorted(map(str, extra))) or "code")
    _need(
        isinstance(given.get("agency"), str) and re.fullmatch(r"[A-Za-z0-9-]{1,40}", given["agency"]) is not None, path, "agency"
    )
    for name, most in (("days", 3660), ("copies", 10)):
        _need(type(given.get(name)) is int and 1 <= given[name] <= most, path, name)
    listed, ages = given.get("claims"), given.get("ages", [])
    _need(
        isinstance(listed, dict)
        and bool(listed)
        and all(isinstance(n, str) and re.fullmatch(_NAME, n) and n != AGES for n in listed),
        path,
        "claims",
    )
    _need(isinstance(ages, list) and all(type(age) is int and 1 <= age <= 120 for age in ages), path, "ages")
    _need(not ages or "birth_date" in listed, path, "ages")
    claims = {name: _words(listed, name, path) for name in listed}
    return Kind(
        given["code"], given["agency"], _words(given, "titles", path), given["days"], given["copies"], claims, tuple(ages)
    )


@lru_cache(maxsize=128)
def _purpose(path: Path, changed: int, size: int) -> Purpose:
    given = _read(path, size)
    extra = set(given) - {"code", "agency", "titles", "text", "law", "wanted"}
    _need(not extra, path, ", ".join(sorted(map(str, extra))) or "code")
    _need(
        isinstance(given.get("agency"), str) and re.fullmatch(r"[A-Za-z0-9-]{1,40}", given["agency"]) is not None, path, "agency"
    )
    listed = given.get("wanted")
    _need(isinstance(listed, list) and 1 <= len(listed) <= 5, path, "wanted")
    wanted = tuple(_wanted(one, path) for one in listed)
    fixed = "sha256:" + digest("mingtang/credentials/showing/v1", given).hex()
    words = (_words(given, name, path) for name in ("titles", "text", "law"))
    return Purpose(given["code"], given["agency"], *words, wanted, fixed)


def _wanted(given: Any, path: Path) -> Wanted:
    _need(
        isinstance(given, dict) and set(given) <= {"credential", "claims", "must"} and isinstance(given.get("credential"), str),
        path,
        "wanted",
    )
    known = kinds().get(given["credential"])
    _need(known is not None, path, "credential")
    claims, must = (tuple(tuple(str(name).split(".")) for name in given.get(part, ())) for part in ("claims", "must"))
    possible = known.paths()
    _need(bool(claims) and len(set(claims)) == len(claims) and all(one in possible for one in claims), path, "claims")
    _need(all(one in claims for one in must), path, "must")
    return Wanted(known.code, claims, must)
