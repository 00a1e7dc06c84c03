"""The unified social credit code (统一社会信用代码), GB 32100-2015: one character of the registering authority, one of the kind, six digits
of the place, nine of the organisation's own code (GB 11714, with its own check), one check character. Alphabet of 31: no I, O, S, V, Z.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mingtang.engines.identifiers.errors import IdentifierRefused

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
# 3^(i) mod 31, GB 32100 section 4.3.
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FORM = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code taken apart; ``authority`` 9 with ``kind`` 1 is an enterprise at the market regulator's."""

    text: str
    authority: str
    kind: str
    place: str
    body: str


def check_character(first: str) -> str:
    """The check character of the first seventeen."""
    return _ALPHABET[-sum(weight * _VALUE[c] for weight, c in zip(_WEIGHTS, first, strict=True)) % 31]


def _body_check(body: str) -> str:
    """The ninth character of the organisation's code, GB 11714: MOD 11."""
    rest = 11 - sum(weight * (int(c) if c.isdigit() else ord(c) - 55) for weight, c in zip(_BODY_WEIGHTS, body, strict=True)) % 11
    return "X" if rest == 10 else "0" if rest == 11 else str(rest)


def make_credit_code(place: str, body: str, authority: str = "9", kind: str = "1") -> str:
    """The code of an organisation: ``place`` six digits, ``body`` the eight characters of its own code without the check."""
    first = f"{authority}{kind}{place}{body}"
    if len(body) != 8 or len(first) != 16 or any(c not in _VALUE for c in first):
        raise IdentifierRefused(
            zh="主体标识码应为八位，用规定的字符", en="the organisation's code has eight characters of the alphabet"
        )
    first += _body_check(body)
    return first + check_character(first)


def read_credit_code(text: str) -> CreditCode:
    """Take ``text`` apart; spaces and small letters are forgiven. Raises IdentifierRefused."""
    plain = re.sub(r"\s", "", str(text)[:40]).upper()
    if not _FORM.fullmatch(plain):
        raise IdentifierRefused(
            zh="应为十八位数字或大写字母，不含 I、O、S、V、Z", en="it has eighteen digits or letters, without I, O, S, V, Z"
        )
    if _body_check(plain[8:16]) != plain[16] or check_character(plain[:17]) != plain[17]:
        raise IdentifierRefused(zh="校验码不符", en="the check characters do not fit")
    return CreditCode(plain, plain[0], plain[1], plain[2:8], plain[8:17])
