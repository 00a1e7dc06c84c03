"""The two groups of an election behind one interface: Ed25519's prime-order subgroup and BELENIOS-2048.

Written multiplicatively, as the Belenios specification does: ``mul`` combines elements, ``power`` raises to an exponent mod q. Elements are plain
values (bytes or integers); ``read`` is the only way in from outside and refuses whatever is not a canonical element of
the subgroup of order q, so that small-order and twisted elements never reach a proof.

Sources: Belenios specification, sections 4.2 and 5.1; RFC 8032 for the curve. Ed25519 points are written as 64 hex digits, big-endian.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Protocol

from mingtang.engines.ballots.errors import BadElement, LibraryMissing

try:
    from nacl import bindings as _sodium
except ImportError:  # pragma: no cover - the extra is not installed
    _sodium = None
try:
    import gmpy2 as _gmp
except ImportError:  # pragma: no cover
    _gmp = None

Element = Any


class Group(Protocol):
    """A cyclic group of prime order ``q`` with generator ``g``, in which discrete logarithms are hard."""

    name: str
    q: int
    g: Element
    one: Element

    def mul(self, a: Element, b: Element) -> Element: ...
    def div(self, a: Element, b: Element) -> Element: ...
    def power(self, a: Element, exponent: int) -> Element: ...
    def exp(self, exponent: int) -> Element:
        """g to the exponent."""
    def write(self, a: Element) -> str: ...
    def read(self, text: Any, place: str) -> Element:
        """The element that ``text`` writes; raises BadElement for anything but a canonical element of the subgroup."""


def hash_to_exponent(group: Group, text: str) -> int:
    """SHA-256 of ``text`` read big-endian, mod q."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()) % group.q


class Ed25519:
    """The subgroup of prime order of edwards25519, by libsodium."""

    name = "Ed25519"
    q = 2**252 + 27742317777372353535851937790883648493

    def __init__(self) -> None:
        if _sodium is None:
            raise LibraryMissing(name="PyNaCl")
        self.one = b"\x01" + bytes(31)
        self.g = _sodium.crypto_scalarmult_ed25519_base_noclamp((1).to_bytes(32, "little"))

    def mul(self, a: bytes, b: bytes) -> bytes:
        return _sodium.crypto_core_ed25519_add(a, b)

    def div(self, a: bytes, b: bytes) -> bytes:
        return _sodium.crypto_core_ed25519_sub(a, b)

    def power(self, a: bytes, exponent: int) -> bytes:
        exponent %= self.q
        if not exponent or a == self.one:  # libsodium refuses to return the neutral element
            return self.one
        return _sodium.crypto_scalarmult_ed25519_noclamp(exponent.to_bytes(32, "little"), a)

    def exp(self, exponent: int) -> bytes:
        exponent %= self.q
        return _sodium.crypto_scalarmult_ed25519_base_noclamp(exponent.to_bytes(32, "little")) if exponent else self.one

    def write(self, a: bytes) -> str:
        return a[::-1].hex()

    def read(self, text: Any, place: str) -> bytes:
        if not isinstance(text, str) or not re.fullmatch(r"[0-9a-f]{64}", text):
            raise BadElement(path=place)
        point = bytes.fromhex(text)[::-1]
        if point != self.one and not _sodium.crypto_core_ed25519_is_valid_point(point):
            raise BadElement(path=place)
        return point


_P = int(
    "2069478569142254640101364365750500806492298929575110409710088478705737421924271740192223725449768433"
    "8129066633138078958404960054389636289796393038773905722803605973749427671376777618898589872735865049"
    "0811670993105358677809800307904916540637771737641986785272734744763418356000356983051931442845617019"
    "1100078673730733356412397173289791324047457883446826065232797464795113767265869358218004631792207366"
    "8860052627186363386088796882120769432366149491002923444346373222145884100586421050242120365433561201"
    "3204811188524087310770141516662001623131771693721892480785077118278423174980732765988288251691831031"
    "25680162072880719"
)
_Q = int(
    "78571733251071885079927659812671450121821421258408794611510081919805623223441"
)
_G = int(
    "2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678"
    "7996946682987493890950838965734256019006010684771644917354741372831046104586813145117816467554005274"
    "0288984613986453266121505579709716201616827031288643245666383486363578210615491841998253431518974065"
    "8186868651151358576410138882215396016043228843603930989333662772848406593138406010231675095763777982"
    "6651036068224066350766977640253462537730851331734951942489677540525736590494924776314759915751987751"
    "7771148149092045660020547812705472823814097251863985833411570056835369555342378147558249189605029668"
    "0037745308460627"
)

class Belenios2048:
    """The subgroup of order q of the integers mod p, 2048 bits (Belenios specification 5.1), by GMP."""

    name = "BELENIOS-2048"
    q = _Q

    def __init__(self) -> None:
        if _gmp is None:
            raise LibraryMissing(name="gmpy2")
        self._p = _gmp.mpz(_P)
        self.one = _gmp.mpz(1)
        self.g = _gmp.mpz(_G)

    def mul(self, a: Element, b: Element) -> Element:
        return a * b % self._p

    def div(self, a: Element, b: Element) -> Element:
        return a * _gmp.invert(b, self._p) % self._p

    def power(self, a: Element, exponent: int) -> Element:
        return _gmp.powmod(a, exponent % self.q, self._p)

    def exp(self, exponent: int) -> Element:
        return _gmp.powmod(self.g, exponent % self.q, self._p)

    def write(self, a: Element) -> str:
        return str(a)

    def read(self, text: Any, place: str) -> Element:
        if not isinstance(text, str) or not re.fullmatch(r"[1-9][0-9]{0,616}", text):
            raise BadElement(path=place)
        value = _gmp.mpz(text)
        if value >= self._p or _gmp.powmod(value, self.q, self._p) != 1:
            raise BadElement(path=place)
        return value


_KNOWN = {kind.name: kind for kind in (Ed25519, Belenios2048)}


def group(name: str) -> Group:
    """The group called ``name``; raises BadElement for an unknown one."""
    if name not in _KNOWN:
        raise BadElement(path="group")
    return _KNOWN[name]()
