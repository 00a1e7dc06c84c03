"""What the other apps see of a unit and of an official."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the city; ``kind`` is "city", "district", "street", "agency" or "utility"; ``parent`` a code or ""."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str

    def name(self, language: str) -> str:
        """The name in ``language`` ("zh..." or anything else for English)."""
        return self.name_zh if language.lower().startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Official:
    """An official; ``roles`` are those in force."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    roles: frozenset[str]

    def name(self, language: str) -> str:
        """The name in ``language`` ("zh..." or anything else for English)."""
        return self.name_zh if language.lower().startswith("zh") else self.name_en
