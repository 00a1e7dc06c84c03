"""Sources and purposes as agencies declare them: YAML files, checked when read, fixed by a hash.

Example of a source and of a purpose: ``exchange/sources/population.yaml``, ``exchange/purposes/enterprise-registration.yaml``.
The keys are explained in docs/specs/exchange.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mingtang.kernel import Sentence, canonical_json, digest
from mingtang.platform.exchange.faults import BadDeclaration
from mingtang.platform.exchange.reading import Reader

SOURCE_KINDS = ("sqlite", "postgresql", "rest", "file")
VALUE_TYPES = ("text", "number", "boolean", "date", "list")
# PIPL, article 13, and the person's own right of access, article 45.
BASIS_KINDS = ("consent", "contract", "statutory-duty", "emergency", "public-interest", "own-access")
MEASURES = ("value", "age", "found", "is-applicant", "not-over")
SCOPES = ("", "health", "education", "elder-care")
_CODE = r"[a-z][a-z0-9-]{0,58}"
_NAME = r"[a-z][a-z0-9_]{0,58}"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a source holds; ``level`` is its class: 1 public, 2 inner, 3 personal, 4 sensitive."""

    name: str
    column: str
    type: str
    titles: Sentence
    level: int


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source: whose it is, how it is reached, what it holds. ``person`` is the column that names the person concerned ("" where the key does)."""

    code: str
    agency: str
    titles: Sentence
    kind: str
    address: str
    table: str
    key: str
    about: str
    person: str
    seconds: float
    fields: dict[str, Field]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A yes-no answer given instead of a value; its threshold is fixed here, so that asking again and again tells nothing more."""

    name: str
    source: str
    field: str
    measure: str
    least: float | None
    most: float | None
    among: tuple
    titles: Sentence


@dataclass(frozen=True, slots=True)
class Ground:
    """A legal basis under which the purpose may ask."""

    id: str
    kind: str
    law: Sentence
    article: Sentence


@dataclass(frozen=True, slots=True)
class Delay:
    """A named rule by which a look is shown to the person only after ``days``."""

    days: int
    rule: Sentence


@dataclass(frozen=True, slots=True)
class PurposeSpec:
    """What data may be used for: by whom, on which grounds, which fields and predicates of which sources; nothing else."""

    code: str
    agency: str
    titles: Sentence
    text: Sentence
    grounds: dict[str, Ground]
    callers: tuple[str, ...]
    allowed: dict[str, tuple[str, ...]]
    predicates: dict[str, Predicate]
    retention_days: int
    validity_days: int
    single_use: bool
    scope: str
    follows: Sentence
    delay: Delay | None


def spec_hash(given: dict[str, Any]) -> str:
    """The hash that fixes a declaration."""
    return "sha256:" + digest("mingtang/exchange/declaration/v1", given).hex()


def read_source(given: Any, file: str) -> SourceSpec:
    """A source from its declaration; raises BadDeclaration."""
    return _read_source(_frozen(given, file), file)


def read_purpose(given: Any, file: str) -> PurposeSpec:
    """A purpose from its declaration; raises BadDeclaration."""
    return _read_purpose(_frozen(given, file), file)


def _frozen(given: Any, file: str) -> bytes:
    if not isinstance(given, dict):
        raise BadDeclaration(file=file, zh="应是一组键和值", en="it must be keys and values")
    try:
        return canonical_json(given)
    except Exception as fault:
        raise BadDeclaration(file=file, zh="有不能写成 JSON 的值", en=str(fault)[:200]) from None


@lru_cache(maxsize=256)
def _read_source(plain: bytes, file: str) -> SourceSpec:
    at = Reader.of(plain, file)
    fields = {}
    for item in at.items("fields"):
        name = item.text("name", _NAME)
        fields[name] = Field(
            name,
            item.text("column", r"[A-Za-z_][A-Za-z0-9_]{0,62}", name),
            item.one_of("type", VALUE_TYPES),
            item.words("titles"),
            item.count("level", 1, 4),
        )
        item.done()
    spec = SourceSpec(
        at.text("code", _CODE),
        at.text("agency", r"[A-Za-z0-9-]{1,40}"),
        at.words("titles"),
        at.one_of("kind", SOURCE_KINDS),
        at.text("address", r"[^\s]{1,300}"),
        at.text("table", r"[A-Za-z_][A-Za-z0-9_.]{0,120}", "records"),
        at.text("key", r"[A-Za-z_][A-Za-z0-9_]{0,62}"),
        at.one_of("about", ("person", "thing")),
        at.text("person", r"[A-Za-z_][A-Za-z0-9_]{0,62}", ""),
        at.count("milliseconds", 10, 10_000, 800) / 1000,
        fields,
    )
    at.done()
    if not fields:
        raise BadDeclaration(file=file, path="fields", zh="没有列出数据项", en="no field is listed")
    return spec


@lru_cache(maxsize=256)
def _read_purpose(plain: bytes, file: str) -> PurposeSpec:
    at = Reader.of(plain, file)
    grounds = {}
    for item in at.items("grounds"):
        ident = item.text("id", _CODE)
        grounds[ident] = Ground(ident, item.one_of("kind", BASIS_KINDS), item.words("law", True), item.words("article", True))
        item.done()
    allowed = {source: tuple(names) for source, names in at.names("fields").items()}
    predicates = {}
    for item in at.items("predicates", needed=False):
        name = item.text("name", _CODE)
        measure = item.one_of("measure", MEASURES)
        predicates[name] = Predicate(
            name,
            item.text("source", _CODE),
            item.text("field", _NAME, ""),
            measure,
            item.number("least"),
            item.number("most"),
            tuple(item.values("among")),
            item.words("titles"),
        )
        item.done()
    spec = PurposeSpec(
        at.text("code", _CODE),
        at.text("agency", r"[A-Za-z0-9-]{1,40}"),
        at.words("titles"),
        at.words("text"),
        grounds,
        tuple(at.values("callers")),
        allowed,
        predicates,
        at.count("retention_days", 1, 36_500),
        at.count("validity_days", 1, 3_660, 365),
        at.flag("single_use"),
        at.one_of("scope", SCOPES, ""),
        at.words("follows", True),
        _delay(at),
    )
    at.done()
    if not grounds or not (allowed or predicates):
        raise BadDeclaration(file=file, zh="缺少法律依据或数据范围", en="it lacks a legal ground or the data it may use")
    return spec


def _delay(at: Reader) -> Delay | None:
    inner = at.inner("delay")
    if inner is None:
        return None
    delay = Delay(inner.count("days", 1, 3_660), inner.words("rule"))
    inner.done()
    return delay
