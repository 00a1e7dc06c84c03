"""The ``mingtang`` command: gathers the commands of every app and runs one.

Exit status: 0 done, 1 done with findings or refused, 2 wrong use.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from mingtang.kernel.command import Command, language
from mingtang.kernel.errors import MingtangError, Sentence
from mingtang.kernel.garbage import search_seldom

_ROOMS = (
    "mingtang.site", "mingtang.platform.ledger", "mingtang.platform.people", "mingtang.platform.exchange", "mingtang.platform.scenes",
    "mingtang.platform.cases", "mingtang.city.requests", "mingtang.city.registers", "mingtang.city.assembly",
)


def commands() -> list[Command]:
    """Every command of every app, in the order of the house."""
    found: list[Command] = []
    for room in _ROOMS:
        name = f"{room}.commands"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
            continue
        found += module.COMMANDS
    return found


def build_parser(listed: list[Command]) -> argparse.ArgumentParser:
    """The parser over ``listed``; commands of two words become sub-commands of a group."""
    tongue = language()
    parser = argparse.ArgumentParser(prog="mingtang", description="明堂 Mingtang")
    top = parser.add_subparsers(metavar="COMMAND", required=True)
    groups: dict[str, argparse._SubParsersAction] = {}
    for command in listed:
        words = command.path.split()
        help_text = command.help.fill(tongue, {})
        if len(words) == 1:
            leaf = top.add_parser(words[0], help=help_text, description=help_text)
        else:
            if words[0] not in groups:
                groups[words[0]] = top.add_parser(words[0], help=words[0]).add_subparsers(metavar="COMMAND", required=True)
            leaf = groups[words[0]].add_parser(words[1], help=help_text, description=help_text)
        command.configure(leaf)
        leaf.set_defaults(_command=command)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingtang.site.settings")
    import django
    from django.db.utils import DatabaseError

    django.setup()
    search_seldom()
    parsed = build_parser(commands()).parse_args(arguments)
    try:
        return parsed._command.run(parsed)
    except MingtangError as fault:
        tongue = language()
        place = f" [{fault.path}]" if fault.path else ""
        print(f"{fault.message(tongue)}{place}\n{fault.advice(tongue)} ({fault.code})", file=sys.stderr)
        return 1
    except DatabaseError as fault:
        # An empty data folder is the usual cause; the fault's own words say what is missing and hold no person's data.
        told = Sentence("数据库不可用：{what}。请先运行 mingtang migrate。", "The database cannot be used: {what}. Run mingtang migrate first.")
        print(told.fill(language(), {"what": str(fault).split("\n")[0]}), file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
