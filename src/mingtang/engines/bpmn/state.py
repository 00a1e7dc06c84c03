"""The state of a case: its tokens, what each waits for, and which deadlines have fired. Values only, written as JSON.

    {"next": 4, "fired": {"half": "2026-11-30T15:59:59Z"},
     "tokens": [{"id": 1, "at": "handle", "waits": {"full": "2026-12-07T15:59:59Z"}}]}

``in`` is the token of the enclosing subprocess (absent at the top), ``via`` the flow by which a token came to a join, ``many``
what the people of a shared task have said so far. A wait is a due time, or ``{"due", "left", "every"}`` for a repeating timer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mingtang.engines.bpmn.timers import instant

Wait = str | dict


@dataclass(slots=True)
class Token:
    """One token: at which node, within which subprocess token, waiting for what."""

    id: int
    at: str
    inside: int = 0
    waits: dict[str, Wait] = field(default_factory=dict)
    via: str = ""
    many: dict | None = None

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"id": self.id, "at": self.at}
        if self.inside:
            out["in"] = self.inside
        if self.waits:
            out["waits"] = dict(self.waits)
        if self.via:
            out["via"] = self.via
        if self.many is not None:
            out["many"] = self.many
        return out


@dataclass(frozen=True, slots=True)
class State:
    """The tokens of a case. No tokens: the case has ended."""

    tokens: tuple[Token, ...] = ()
    next: int = 1
    fired: dict[str, str] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether nothing waits any more."""
        return not self.tokens

    def as_json(self) -> dict[str, Any]:
        """The state as JSON values."""
        out: dict[str, Any] = {"next": self.next, "tokens": [token.as_json() for token in self.tokens]}
        if self.fired:
            out["fired"] = dict(self.fired)
        return out

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> State:
        """The state that ``as_json`` wrote."""
        tokens = tuple(Token(t["id"], t["at"], t.get("in", 0), t.get("waits", {}), t.get("via", ""), t.get("many")) for t in value["tokens"])
        return cls(tokens, value["next"], value.get("fired", {}))

    def pending(self) -> list[tuple[datetime, int, str]]:
        """Pending timers as (due, token, node), the earliest first; at one instant in the order of the tokens and the file."""
        found = [(instant(due_of(wait)), token.id, node) for token in self.tokens for node, wait in token.waits.items()]
        found.sort(key=lambda entry: (entry[0], entry[1]))
        return found


def due_of(wait: Wait) -> str:
    """The due time of a wait."""
    return wait if isinstance(wait, str) else wait["due"]
