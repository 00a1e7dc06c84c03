"""Which numbers of an agency's batches have been used: a sliding window, as IPsec has it (RFC 4303, section 3.4.3).

A number is fresh if it lies above ``highest`` (at most ``WIDTH`` above, so that a slip cannot use up all numbers), or less than ``WIDTH`` below and unused.
Batches may so arrive out of order; none enters twice; memory is 8 KiB an agency.
"""

from __future__ import annotations

WIDTH = 65_536
_MASK = (1 << WIDTH) - 1


class Window:
    """Mutable; ``bits`` has bit i set where ``highest - i`` is used. Numbers begin at 1."""

    __slots__ = ("bits", "highest")

    def __init__(self, highest: int = 0, bits: int = 1) -> None:
        self.highest = highest
        self.bits = bits

    def is_fresh(self, number: int) -> bool:
        """True if ``number`` may be used now."""
        if number > self.highest:
            return number - self.highest <= WIDTH
        below = self.highest - number
        return number > 0 and below < WIDTH and not self.bits >> below & 1

    def use(self, number: int) -> None:
        """Mark a fresh number as used."""
        if number > self.highest:
            self.bits = (self.bits << (number - self.highest) | 1) & _MASK
            self.highest = number
        else:
            self.bits |= 1 << (self.highest - number)

    def copy(self) -> Window:
        """The same, apart."""
        return Window(self.highest, self.bits)

    def __bytes__(self) -> bytes:
        return self.highest.to_bytes(8) + self.bits.to_bytes(-(-self.bits.bit_length() // 8))

    @classmethod
    def from_bytes(cls, data: bytes) -> Window:
        """What ``bytes`` gave."""
        return cls(int.from_bytes(data[:8]), int.from_bytes(data[8:]))
