"""What processes call: the functions that offices register for service tasks, and for effects on the outside.

    handlers.register("requests.escalate", fn)          fn(list[Firing]) -> list[Draft], one a firing, in order, same transaction
    handlers.register_effect("notice.sms", fn)          fn(key, payload) -> None, outside any transaction, raises to be tried again

In one call a case appears at most once, so a handler may change its rows in bulk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mingtang.platform.cases.faults import NoHandler
from mingtang.platform.ledger.acts import Draft


@dataclass(frozen=True, slots=True)
class TimerView:
    """The rule and the legal calendar that gave a due time."""

    rule: str = ""
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Firing:
    """Why a handler is called: ``node`` is the timer that fired, or the service task where a person's step led to it.

    ``due`` is the legal time, ``fired`` the present; ``service`` the service task in either case.
    """

    ref: str
    node: str
    due: datetime
    fired: datetime
    facts: dict[str, Any]
    timer: TimerView = TimerView()
    service: str = ""


Handler = Callable[[list[Firing]], list[Draft]]
EffectHandler = Callable[[str, dict], None]

_handlers: dict[str, Handler] = {}
_effects: dict[str, EffectHandler] = {}


def register(name: str, handler: Handler) -> None:
    """Register ``handler`` under ``name``; the last one registered holds."""
    _handlers[name] = handler


def register_effect(kind: str, handler: EffectHandler) -> None:
    """Register what delivers effects of ``kind``; the last one registered holds."""
    _effects[kind] = handler


def handler(name: str) -> Handler:
    """The handler called ``name``; raises NoHandler."""
    try:
        return _handlers[name]
    except KeyError:
        raise NoHandler(name=name) from None


def effect(kind: str) -> EffectHandler:
    """What delivers effects of ``kind``; raises NoHandler."""
    try:
        return _effects[kind]
    except KeyError:
        raise NoHandler(name=kind) from None


def known() -> frozenset[str]:
    """Names of all registered handlers."""
    return frozenset(_handlers)
