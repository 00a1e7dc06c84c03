"""The map of an import: what each column of a source means, as YAML. Checked whole before the first row is read.

Example::

    source: la-311
    language: en
    time: {zone: America/Los_Angeles, formats: ["%m/%d/%Y %I:%M:%S %p"]}
    id: SRNumber
    text: "{RequestType}"
    category: {column: RequestType, values: {Bulky Items: env.waste.bulky}, otherwise: suggest}
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from mingtang.city.requests.importing.faults import MapRefused
from mingtang.kernel import digest

_SIZE_MOST = 1_000_000
_KEYS = {"source", "language", "encoding", "sheet", "time", "id", "text", "filed_at", "category", "place", "address", "reporter", "attributes", "settled",
         "channel"}
SUGGEST, QUARANTINE = "suggest", "quarantine"
_COLUMN = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Text with columns in braces; ``columns`` are their names."""

    text: str
    columns: tuple[str, ...]

    def fill(self, values: dict[str, Any]) -> str:
        """The text with the values of a row; runs of empty values leave no doubled spaces."""
        if self.text == f"{{{self.columns[0] if self.columns else ''}}}":
            return str(values.get(self.columns[0], "")).strip()
        filled = _COLUMN.sub(lambda found: str(values.get(found[1], "")).strip(), self.text)
        return re.sub(r"[ \t]{2,}", " ", filled).strip()


@dataclass(frozen=True, slots=True)
class Settling:
    """When and how a row was settled at its source: where ``column`` has one of ``values`` (any, if none are named)."""

    replied_at: str
    text: Template
    otherwise: str
    closed_at: str = ""
    column: str = ""
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Map:
    """A checked map."""

    source: str
    id: str
    text: Template
    hash: str
    language: str = "zh-hans"
    encoding: str = ""
    sheet: str = ""
    channel: str = "import"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    formats: tuple[str, ...] = ()
    filed_at: str = ""
    category: str = ""
    categories: dict[str, str] = field(default_factory=dict)
    otherwise: str = SUGGEST
    latitude: str = ""
    longitude: str = ""
    street: str = ""
    district: str = ""
    address: Template | None = None
    reporter: dict[str, Template] = field(default_factory=dict)
    attributes: dict[str, Template] = field(default_factory=dict)
    settled: Settling | None = None

    def columns(self) -> set[str]:
        """Every column that the map names."""
        named = {self.id, self.filed_at, self.category, self.latitude, self.longitude, self.street, self.district, *self.text.columns}
        for template in (self.address, *self.reporter.values(), *self.attributes.values(), self.settled.text if self.settled else None):
            named |= set(template.columns) if template else set()
        if self.settled:
            named |= {self.settled.replied_at, self.settled.closed_at, self.settled.column}
        return named - {""}


def load(path: Path, known: Any) -> Map:
    """The map in ``path``; ``known`` says whether a category's code is in the tree. Raises MapRefused with the place."""
    try:
        content = path.read_bytes()
        if len(content) > _SIZE_MOST:
            raise MapRefused(path=path.name, reason=f"> {_SIZE_MOST} bytes")
        text = content.decode("utf-8")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise MapRefused(path=path.name, reason="YAML: *alias")  # a few lines could stand for billions
        data = yaml.safe_load(text)
    except OSError as fault:
        raise MapRefused(path=path.name, reason=fault.strerror or "no such file") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as fault:
        raise MapRefused(path=path.name, reason=str(fault).split("\n")[0][:120]) from None
    return read(data, known)


def read(data: Any, known: Any) -> Map:
    """A map from its parsed YAML. Raises MapRefused."""
    data = _mapping(data, "map", _KEYS)
    for name in ("source", "id", "text"):
        if not data.get(name):
            raise MapRefused(path=name, reason=f"{name}: missing")
    clock = _mapping(data.get("time") or {}, "time", {"zone", "formats"})
    place = _mapping(data.get("place") or {}, "place", {"latitude", "longitude", "street", "district"})
    category = _mapping(data.get("category") or {}, "category", {"column", "values", "otherwise"})
    values = {_text(k, "category.values"): _text(v, "category.values") for k, v in (category.get("values") or {}).items()}
    otherwise = _text(category.get("otherwise") or SUGGEST, "category.otherwise")
    for code in [*values.values(), *([otherwise] if otherwise not in (SUGGEST, QUARANTINE) else [])]:
        if not known(code):
            raise MapRefused(path="category.values", reason=f"no category {code[:60]}")
    return Map(
        source=_text(data["source"], "source"), id=_text(data["id"], "id"), text=_template(data["text"], "text"),
        hash=digest("mingtang/import-map/v1", data).hex(), language=_text(data.get("language") or "zh-hans", "language"),
        encoding=_text(data.get("encoding") or "", "encoding"), sheet=_text(data.get("sheet") or "", "sheet"),
        channel=_text(data.get("channel") or "import", "channel"), zone=_zone(clock.get("zone") or "Asia/Shanghai"),
        formats=tuple(_text(f, "time.formats") for f in clock.get("formats") or ()), filed_at=_text(data.get("filed_at") or "", "filed_at"),
        category=_text(category.get("column") or "", "category.column"), categories=values, otherwise=otherwise,
        **{name: _text(place.get(name) or "", f"place.{name}") for name in ("latitude", "longitude", "street", "district")},
        address=_template(data["address"], "address") if data.get("address") else None,
        reporter={k: _template(v, f"reporter.{k}") for k, v in _mapping(data.get("reporter") or {}, "reporter", {"name", "phone", "email", "account"}).items()},
        attributes={_text(k, "attributes"): _template(v, f"attributes.{k}") for k, v in _mapping(data.get("attributes") or {}, "attributes").items()},
        settled=_settled(data["settled"]) if data.get("settled") else None,
    )


def _settled(data: Any) -> Settling:
    data = _mapping(data, "settled", {"when", "replied_at", "closed_at", "text", "otherwise"})
    when = _mapping(data.get("when") or {}, "settled.when", {"column", "in"})
    if not data.get("replied_at"):
        raise MapRefused(path="settled.replied_at", reason="replied_at: missing")
    return Settling(
        replied_at=_text(data["replied_at"], "settled.replied_at"), text=_template(data.get("text") or "", "settled.text"),
        otherwise=_text(data.get("otherwise") or "", "settled.otherwise"), closed_at=_text(data.get("closed_at") or "", "settled.closed_at"),
        column=_text(when.get("column") or "", "settled.when.column"), values=frozenset(_text(v, "settled.when.in") for v in when.get("in") or ()),
    )


def _mapping(data: Any, path: str, keys: set[str] | None = None) -> dict:
    if not isinstance(data, dict):
        raise MapRefused(path=path, reason=f"{path}: key: value")
    unknown = [str(key) for key in data if keys is not None and key not in keys]
    if unknown:
        raise MapRefused(path=path, reason=f"{path}: {unknown[0][:40]}?")
    return data


def _text(value: Any, path: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise MapRefused(path=path, reason=f"{path}: text")
    return str(value)


def _template(value: Any, path: str) -> Template:
    text = _text(value, path)
    return Template(text, tuple(dict.fromkeys(_COLUMN.findall(text))))


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(_text(name, "time.zone"))
    except (KeyError, ValueError, OSError):
        raise MapRefused(path="time.zone", reason=f"time.zone: {str(name)[:40]}") from None
