"""Commands of the office."""

from __future__ import annotations

from mingtang.city.requests.learn.command import LEARN

COMMANDS = [LEARN]
