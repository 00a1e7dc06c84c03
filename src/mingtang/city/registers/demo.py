"""The demo city's registers and its people's stories."""

from __future__ import annotations

from mingtang.city.registers.commands import RegistersThere, seed
from mingtang.city.registers.demo_people import PEOPLE
from mingtang.kernel import Sentence

RESIDENTS, ENTERPRISES = 20_000, 2_000
PIN = "246810"

_STORIES = {
    "lin": Sentence("创业者，名下有商铺 MZB-00000001，一切齐全", "founds a company; owns the shop MZB-00000001; all in order"),
    "gu": Sentence("第二位创办人，没有房产", "a second founder; owns no premises"),
    "shen": Sentence("有欠税，名下有商铺 MZB-00000002", "owes taxes; owns the shop MZB-00000002"),
    "tao": Sentence("十五岁，名下有商铺 MZB-00000003", "fifteen years old; owns the shop MZB-00000003"),
    "he": Sentence("受任职限制，名下有商铺 MZB-00000004", "barred from leading a company; owns the shop MZB-00000004"),
    "wen": Sentence("八十五岁，需要照护，住宅 MZB-00000005", "eighty-five, needs care; the home MZB-00000005"),
}


def make() -> None:
    """Make the registers, unless they are there."""
    try:
        seed(RESIDENTS, ENTERPRISES)
    except RegistersThere:
        return


def people() -> list[tuple[str, str, Sentence]]:
    """Identity number, PIN and story of each of the demo's people."""
    return [
        (one.number, PIN, Sentence(f"{one.name}：{_STORIES[one.key].zh}", f"{one.english}: {_STORIES[one.key].en}"))
        for one in PEOPLE
    ]
