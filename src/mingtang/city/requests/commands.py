"""``mingtang requests import | learn | key | revoke-key``."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from mingtang.city.requests.learn.command import LEARN
from mingtang.kernel import Sentence
from mingtang.kernel.command import Command


def _language() -> str:
    text = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if text.lower().startswith("zh") else "en"


def _say(zh: str, en: str) -> None:
    print(zh if _language() == "zh" else en)


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV or XLSX file")
    parser.add_argument("--map", type=Path, required=True, metavar="MAP.yaml", help="what its columns mean; see docs/specs/import.md and scenes/hotline/maps")
    parser.add_argument("--batch", type=int, default=500, help="rows in one transaction, 1 to 5000")


def _import(arguments: Namespace) -> int:
    from mingtang.city.requests import reads, tally
    from mingtang.city.requests.importing import maps, run

    of = maps.load(arguments.map, reads.category_tree().__contains__)
    bar = _Bar()
    state = run.run(arguments.file, of, bar, min(max(arguments.batch, 1), 5000))
    while tally.fold():
        pass
    bar.end()
    _say(f"已导入 {state.filed} 条；此前已有 {state.known} 条；隔离 {state.quarantined} 条", f"imported {state.filed}; known before {state.known}; in quarantine {state.quarantined}")
    left = run.quarantine_file(state, arguments.file)
    if left is None:
        return 0
    _say(f"隔离的行和理由见 {left}", f"the rows in quarantine, with reasons: {left}")
    return 1


class _Bar:
    """A line on a terminal, nothing in a pipe."""

    def __init__(self) -> None:
        self._begin, self._first = time.monotonic(), None

    def __call__(self, state: Any, share: float) -> None:
        if not sys.stderr.isatty():
            return
        self._first = state.rows_done if self._first is None else self._first
        rate = (state.rows_done - self._first) / max(time.monotonic() - self._begin, 0.001)
        full = int(share * 30)
        print(f"\r[{'#' * full}{'.' * (30 - full)}] {share:4.0%} {state.rows_done:,} {rate:,.0f}/s ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._first is not None:
            print(file=sys.stderr)


def _key_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="name of the agency's system")
    parser.add_argument("--unit", default="", help="code of the unit whose system it is; empty for a foreign client")


def _key(arguments: Namespace) -> int:
    from mingtang.city.requests import acts_keys
    from mingtang.platform.ledger.acts import Actor

    key, _ = acts_keys.give_key(arguments.name, arguments.unit, Actor("system", "command"))
    _say(f"密钥（只显示这一次）：{key}", f"the key, shown this once: {key}")
    return 0


def _revoke_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="name of the agency's system")


def _revoke(arguments: Namespace) -> int:
    from mingtang.city.requests import acts_keys
    from mingtang.platform.ledger.acts import Actor

    acts_keys.revoke_key(arguments.name, Actor("system", "command"))
    _say("已吊销", "revoked")
    return 0


COMMANDS = [
    Command("requests import", Sentence("按对照表导入其他热线的诉求；可续传，重复导入不重复立案，坏行隔离",
                                        "Import requests of other hotlines by a map; goes on where it broke off, files nothing twice, puts bad rows aside"),
            _import_arguments, _import),
    LEARN,
    Command("requests key", Sentence("为机构的系统签发 Open311 密钥", "Give an agency's system a key for Open311"), _key_arguments, _key),
    Command("requests revoke-key", Sentence("吊销机构系统的密钥", "Revoke the keys of an agency's system"), _revoke_arguments, _revoke),
]
