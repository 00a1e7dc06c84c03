"""A command of the ``mingtang`` program. Each app lists its own in ``commands.py`` as ``COMMANDS``.

Example::

    COMMANDS = [Command("ledger audit", Sentence("审计账本", "Audit the ledger"), _audit_arguments, _audit)]
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from mingtang.kernel.errors import Sentence


def _no_arguments(parser: ArgumentParser) -> None:
    return


@dataclass(frozen=True, slots=True)
class Command:
    """``path`` is one or two words; ``run`` takes the parsed arguments and returns the exit status."""

    path: str
    help: Sentence
    configure: Callable[[ArgumentParser], None] = _no_arguments
    run: Callable[[Namespace], int] = lambda arguments: 0
    needs_database: bool = True


def language() -> str:
    """The language of the terminal: "zh" where the locale is Chinese, else "en"."""
    text = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if text.lower().startswith("zh") else "en"
