"""The injected clock. Nothing in Mingtang reads the machine's time but through here.

``now()`` never goes backwards within a process: when the machine's clock is set back, it stays at the last instant
given and creeps on by a microsecond a call, so acts keep their order.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the present instant as an aware UTC datetime. Accuracy is not promised; order within a process is."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, made monotone within the process."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
            return self._last


class FixedClock:
    """A clock that moves only when told, for tests and for reckoning as of a day."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("instant needs a time zone")
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self._instant

    def advance(self, **delta: float) -> None:
        """Move on by ``timedelta(**delta)``; negative values set the clock back."""
        self._instant += timedelta(**delta)

    def set(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)


_current: Clock = SystemClock()


def current_clock() -> Clock:
    """The clock in use."""
    return _current


def now() -> datetime:
    """The present instant, aware, UTC, microseconds."""
    return _current.now()


@contextmanager
def use_clock(replacement: Clock) -> Iterator[Clock]:
    """Use ``replacement`` within the block."""
    global _current
    before, _current = _current, replacement
    try:
        yield replacement
    finally:
        _current = before
