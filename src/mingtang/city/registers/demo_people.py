"""The people of the demo, first in every seeded register: each stands for one story. Identity numbers begin with 99, a place of nobody.

=======  =====================================================================
lin      founder: grown up, taxes paid, insured, owns a shop
gu       co-founder: all in order, owns nothing
shen     owes taxes
tao      fifteen years old
he       led a firm whose licence was revoked; barred until 2028
wen      eighty-five, needs care, has a chronic illness
=======  =====================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mingtang.engines.identifiers import make_resident_number

PLACE = "990101"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One invented person; ``premises`` is the certificate number of what the person owns ("" for nothing)."""

    key: str
    name: str
    english: str
    birth: date
    sequence: int
    street: str
    premises: str = ""
    arrears: int = 0
    barred_until: str = ""
    care_level: int = 0

    @property
    def number(self) -> str:
        """The identity number."""
        return make_resident_number(PLACE, self.birth, self.sequence)


PEOPLE = (
    DemoPerson("lin", "林亦舟", "Lin Yizhou", date(1988, 5, 12), 11, "MZ-D1-S2", premises="MZB-00000001"),
    DemoPerson("gu", "顾晚棠", "Gu Wantang", date(1992, 9, 3), 24, "MZ-D4-S1"),
    DemoPerson("shen", "沈知秋", "Shen Zhiqiu", date(1979, 2, 27), 33, "MZ-D2-S1", premises="MZB-00000002", arrears=18_600),
    DemoPerson("tao", "陶小满", "Tao Xiaoman", date(2010, 5, 21), 42, "MZ-D5-S2", premises="MZB-00000003"),
    DemoPerson(
        "he", "何青岩", "He Qingyan", date(1985, 11, 8), 51, "MZ-D6-S3", premises="MZB-00000004", barred_until="2028-06-30"
    ),
    DemoPerson("wen", "温伯年", "Wen Bonian", date(1941, 1, 16), 61, "MZ-D1-S1", premises="MZB-00000005", care_level=2),
)
BY_KEY = {person.key: person for person in PEOPLE}
