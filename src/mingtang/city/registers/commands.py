"""``mingtang registers seed``: makes the registers of Mingzhou in the data folder."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mingtang.kernel import CallerMistake, Sentence
from mingtang.kernel.command import Command

FOLDER = "registers"


class RegistersThere(CallerMistake):
    """There are registers already."""

    code = "registers.there"
    status = 409
    text = Sentence("数据目录中已有登记库。", "The data folder holds registers already.")
    next_step = Sentence("要重新生成请加 --replace。", "To make them anew, add --replace.")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--residents", type=int, default=100_000, help="how many residents (default 100000)")
    parser.add_argument("--enterprises", type=int, default=10_000, help="how many enterprises (default 10000)")
    parser.add_argument("--seed", type=int, default=2026, help="the same seed gives the same registers (default 2026)")
    parser.add_argument("--replace", action="store_true", help="make them anew where there are registers already")


def seed(residents: int, enterprises: int, number: int = 2026, replace: bool = False) -> dict[str, int]:
    """Make the registers of this installation; raises RegistersThere."""
    from django.conf import settings

    from mingtang.city.registers import generate

    folder = Path(settings.DATA) / FOLDER
    if (folder / "population.sqlite3").exists() and not replace:
        raise RegistersThere()
    return generate.write(folder, residents, enterprises, number)


def _seed(arguments: Namespace) -> int:
    begun = time.perf_counter()
    for name, count in seed(arguments.residents, arguments.enterprises, arguments.seed, arguments.replace).items():
        print(f"{name:<12} {count:>9,}")
    print(f"{time.perf_counter() - begun:.1f} s")
    return 0


COMMANDS = [
    Command(
        "registers seed",
        Sentence("生成虚构城市明州的登记库", "Make the registers of the fictional city of Mingzhou"),
        _arguments,
        _seed,
        needs_database=False,
    ),
]
