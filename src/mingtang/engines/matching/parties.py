"""The two sides of private set intersection by elliptic-curve Diffie-Hellman, over openmined-psi (NIST P-256).

1. The holder encrypts each element with its own secret and sends them, sorted: the setup.
2. The asker encrypts its elements with its secret and sends them: the request.
3. The holder encrypts the request once more and sends it back: the answer; sorted where only the size may be learnt.
4. The asker takes its own encryption off and sees which of its elements (or how many) stand in the setup.

Trust: both sides follow the steps but are curious. A side that lies about its list is not found out by the mathematics; therefore elements are
``tokens`` that only the gateway can make, for identifiers it has a case for, and the holder bounds the size of both lists.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from mingtang.engines.matching.errors import LibraryMissing, MatchRefused

try:
    import private_set_intersection.python as _psi
except ImportError:  # pragma: no cover - the extra is not installed
    _psi = None

REVEALS = ("size", "members")
_KEY = 32
_POINT = 33
_DOMAIN = b"mingtang/matching/token/v1\n"


def new_key() -> bytes:
    """A key for the tokens of one purpose and one matching, 32 bytes; kept by the gateway alone."""
    return secrets.token_bytes(_KEY)


def tokens(key: bytes, purpose: str, identifiers: Iterable[str]) -> list[str]:
    """What stands for each identifier in one matching. Without ``key`` nobody can make the token of a guessed identifier."""
    if len(key) != _KEY:
        raise ValueError("a key of 32 bytes")
    head = _DOMAIN + len(purpose.encode()).to_bytes(4, "big") + purpose.encode()
    return [hmac.new(key, head + one.encode(), sha256).hexdigest() for one in identifiers]


class _Party:
    """One side with its list; lists are sets, so each element counts once."""

    def __init__(self, elements: Sequence[str], reveal: str) -> None:
        if _psi is None:
            raise LibraryMissing()
        if reveal not in REVEALS:
            raise ValueError(f"reveal is one of {REVEALS}")
        self.elements = list(dict.fromkeys(elements))
        self.shows_members = reveal == "members"


class Holder(_Party):
    """The side that is asked; it learns only how many elements the asker has. ``least`` and ``most`` bound the asker's list."""

    def __init__(self, elements: Sequence[str], *, reveal: str, least: int, most: int) -> None:
        super().__init__(elements, reveal)
        if not 1 <= least <= most:
            raise ValueError("1 <= least <= most")
        if len(self.elements) < least:
            raise MatchRefused(path="elements", rule=f"at least {least} elements on each side")
        self._least, self._most = least, most
        self._answered = False
        self._server = _psi.server.CreateWithNewKey(self.shows_members)

    def setup(self) -> bytes:
        """The encrypted list, about 35 bytes an element."""
        return self._server.CreateSetupMessage(0.0, 1, self.elements, _psi.DataStructure.RAW).SerializeToString()

    def answer(self, request: bytes) -> bytes:
        """The answer to one request; a second one is refused, for small differences between two lists would show single members.

        Raises MatchRefused for malformed bytes, another kind of result than agreed, too few or too many elements, or elements given twice.
        """
        read = _read(_psi.Request, request, "request", self._most)
        elements = list(read.encrypted_elements)
        if read.reveal_intersection != self.shows_members:
            raise MatchRefused(path="request", rule="members or size, as agreed")
        if not self._least <= len(elements) <= self._most:
            raise MatchRefused(path="request", rule=f"{self._least} to {self._most} elements")
        if len(set(elements)) != len(elements):
            raise MatchRefused(path="request", rule="each element once")
        if self._answered:
            raise MatchRefused(path="request", rule="one request a matching")
        try:
            answer = self._server.ProcessRequest(read).SerializeToString()
        except RuntimeError:
            raise MatchRefused(path="request", rule="points of the curve") from None
        self._answered = True
        return answer


class Asker(_Party):
    """The side that asks and learns the result."""

    def __init__(self, elements: Sequence[str], *, reveal: str) -> None:
        super().__init__(elements, reveal)
        self._client = _psi.client.CreateWithNewKey(self.shows_members)

    def request(self) -> bytes:
        """The encrypted list, about 35 bytes an element."""
        return self._client.CreateRequest(self.elements).SerializeToString()

    def result(self, setup: bytes, answer: bytes) -> int | list[str]:
        """How many elements both have, or which of mine; raises MatchRefused for messages that are none, or of another length than asked."""
        most = max(len(setup) // _POINT + 1, len(self.elements))
        read_setup, read_answer = _read(_psi.ServerSetup, setup, "setup", most), _read(_psi.Response, answer, "answer", most)
        if len(read_answer.encrypted_elements) != len(self.elements):
            raise MatchRefused(path="answer", rule="as many elements as asked")
        try:
            if self.shows_members:
                return [self.elements[i] for i in sorted(self._client.GetIntersection(read_setup, read_answer))]
            return self._client.GetIntersectionSize(read_setup, read_answer)
        except (RuntimeError, ValueError):
            raise MatchRefused(path="answer", rule="points of the curve") from None


def _read(kind: Any, data: bytes, path: str, most: int) -> Any:
    """A message of the library; raises MatchRefused where it is none or larger than ``most`` elements can be."""
    if not isinstance(data, bytes | bytearray) or len(data) > most * (_POINT + 8) + 1024:
        raise MatchRefused(path=path, rule="size of the message")
    try:
        return kind.FromString(bytes(data))
    except Exception:  # noqa: BLE001 - the library's reader has several kinds of fault; the answer is the same
        raise MatchRefused(path=path, rule="a message of the protocol") from None
