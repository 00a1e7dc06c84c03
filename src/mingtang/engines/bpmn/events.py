"""What may happen to a case, and what came of it: the events and transitions of the token game. Values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mingtang.engines.bpmn.state import State

Decide = Callable[[str, str, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Start:
    """Open a case, at the plain start or at the message start ``at`` (which also opens an ended case again)."""

    at: str = ""


@dataclass(frozen=True, slots=True)
class Complete:
    """A person or a message completes ``task``. ``by`` names the person where several share the task."""

    task: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Fire:
    """The pending timer ``node`` of ``token`` is due."""

    token: int
    node: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """The facts changed: absolute timers are reckoned anew, nothing moves."""


Event = Start | Complete | Fire | Refresh


@dataclass(frozen=True, slots=True)
class Call:
    """A service on the way: the office's function ``handler`` for ``node``."""

    node: str
    handler: str


@dataclass(frozen=True, slots=True)
class TimerSet:
    """A timer that now pends: due (UTC), with the rule and calendar that gave it."""

    token: int
    node: str
    due: datetime
    rule: str
    calendar: str


@dataclass(frozen=True, slots=True)
class Transition:
    """What one event does. ``at`` is its legal time; ``path`` the nodes passed; ``set``/``cancelled`` the change of timers."""

    state: State
    facts: dict[str, Any]
    at: datetime
    path: tuple[str, ...]
    calls: tuple[Call, ...]
    set: tuple[TimerSet, ...]
    cancelled: tuple[tuple[int, str], ...]
    tasks: tuple[str, ...]

    @property
    def ended(self) -> bool:
        """Whether the case is over."""
        return not self.state.tokens
