"""Canonical bytes, identifiers, clock, errors. Imports nothing of ours."""

from mingtang.kernel.canonical import canonical_json, digest
from mingtang.kernel.clock import Clock, FixedClock, SystemClock, current_clock, now, use_clock
from mingtang.kernel.errors import CallerMistake, MingtangError, RefusedInput, Sentence
from mingtang.kernel.identifiers import new_id, parse_id, short_code

__all__ = [
    "CallerMistake", "Clock", "FixedClock", "MingtangError", "RefusedInput", "Sentence", "SystemClock",
    "canonical_json", "current_clock", "digest", "new_id", "now", "parse_id", "short_code", "use_clock",
]
