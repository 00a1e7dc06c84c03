"""The citizen identification number (公民身份号码), GB 11643-1999: six digits of the place, eight of the birthday, three of the
sequence (odd for men, even for women), one check character by ISO 7064 MOD 11-2.

Places beginning with 99 are assigned to nobody: numbers of the fictional city of Mingzhou use them and can meet no real person's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from mingtang.engines.identifiers.errors import IdentifierRefused

# Weights 2^(17-i) mod 11 of GB 11643, section 4.2, and the check characters by remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FORM = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """A number taken apart; ``female`` is what the sequence says."""

    text: str
    place: str
    birth: date
    sequence: int

    @property
    def female(self) -> bool:
        return self.sequence % 2 == 0


def check_character(first: str) -> str:
    """The check character of the first seventeen digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first, strict=True)) % 11]


def make_resident_number(place: str, birth: date, sequence: int) -> str:
    """The number of ``place`` (six digits), ``birth`` and ``sequence`` (0 to 999), with its check character."""
    first = f"{place}{birth:%Y%m%d}{sequence:03d}"
    if len(first) != 17 or not first.isdigit():
        raise IdentifierRefused(
            zh="地址码应为六位数字，顺序码为 0 至 999", en="the place has six digits, the sequence goes from 0 to 999"
        )
    return first + check_character(first)


def read_resident_number(text: str) -> ResidentNumber:
    """Take ``text`` apart; spaces and a small x are forgiven. Raises IdentifierRefused."""
    plain = re.sub(r"\s", "", str(text)[:40]).upper()
    if not _FORM.fullmatch(plain):
        raise IdentifierRefused(zh="应为十八位，前十七位是数字", en="it has eighteen characters, the first seventeen are digits")
    try:
        birth = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        raise IdentifierRefused(zh="第七至十四位不是日期", en="characters seven to fourteen are not a date") from None
    if check_character(plain[:17]) != plain[17]:
        raise IdentifierRefused(zh="最后一位校验码不符", en="the last character, the check, does not fit")
    return ResidentNumber(plain, plain[:6], birth, int(plain[14:17]))
