"""The wire of ABCI 2.0: protocol buffers (proto3, as far as ABCI needs them), framed by their length as a varint.

A ``Message`` lists its fields; ``decode`` gives a dict with every field (absent ones as their default: ``b""``, ``""``, 0, ``[]``, None for a message),
``encode`` takes one. Rules, so that no bytes cost unbounded time or memory:

- a varint has at most ten bytes and fits 64 bits; a length never reaches beyond what is there;
- fields that are not listed are passed over, groups (wire types 3, 4) are refused; a field that stands twice counts as last written;
- a repeated field has at most ``MOST_REPEATED`` members; a frame has at most ``LARGEST_FRAME`` bytes, which is refused before it is read;
- messages are not recursive, so depth is that of the lists.

Why no library: docs/dependencies.md. Example::

    check = Message(tx=Field(1, BYTES), type=Field(2, INT))
    check.decode(check.encode({"tx": b"..."}))     # {"tx": b"...", "type": 0}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mingtang.platform.ledger.consortium.faults import WireRefused

BYTES, TEXT, INT, BOOL = "bytes", "text", "int", "bool"
LARGEST_FRAME = 32 << 20
MOST_REPEATED = 200_000
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_DEFAULTS: dict[str, Any] = {BYTES: b"", TEXT: "", INT: 0, BOOL: False}


class Field(NamedTuple):
    """``kind`` is BYTES, TEXT, INT, BOOL or a Message."""

    number: int
    kind: Any
    repeated: bool = False


class Message:
    """A message type: its fields by name."""

    def __init__(self, **fields: Field) -> None:
        self.fields = fields
        self._by_number = {field.number: (name, field.kind, field.repeated) for name, field in fields.items()}

    def decode(self, data: bytes | memoryview) -> dict[str, Any]:
        """The fields of ``data``; raises WireRefused."""
        found: dict[str, Any] = {
            name: [] if field.repeated else None if isinstance(field.kind, Message) else _DEFAULTS[field.kind]
            for name, field in self.fields.items()
        }
        for number, wire, value in walk(memoryview(data)):
            known = self._by_number.get(number)
            if known is None:
                continue
            name, kind, repeated = known
            if repeated:
                members = found[name]
                if len(members) >= MOST_REPEATED:
                    raise WireRefused(what="too many members", path=name)
                members += _packed(value) if kind is INT and wire == _LENGTH else [_value(kind, wire, value, name)]
            else:
                found[name] = _value(kind, wire, value, name)
        return found

    def encode(self, values: dict[str, Any]) -> bytes:
        """The bytes of ``values``; defaults are left out, as proto3 has it."""
        out = bytearray()
        for name, given in values.items():
            number, kind, repeated = self.fields[name]
            for value in given if repeated else (given,):
                if value is None or (not repeated and not value and not isinstance(kind, Message)):
                    continue
                _put(out, number, kind, value)
        return bytes(out)


def _put(out: bytearray, number: int, kind: Any, value: Any) -> None:
    if kind is INT or kind is BOOL:
        out += uvarint(number << 3) + uvarint(int(value) & 0xFFFFFFFFFFFFFFFF)
        return
    data = kind.encode(value) if isinstance(kind, Message) else value.encode() if kind is TEXT else value
    out += uvarint(number << 3 | _LENGTH) + uvarint(len(data)) + data


def _value(kind: Any, wire: int, value: Any, name: str) -> Any:
    if (wire == _VARINT) != (kind is INT or kind is BOOL) or wire in (_FIXED32, _FIXED64):
        raise WireRefused(what="another wire type", path=name)
    if kind is BYTES:
        return bytes(value)
    if kind is INT:
        return value - (1 << 64) if value >> 63 else value
    if kind is BOOL:
        return bool(value)
    if kind is TEXT:
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            raise WireRefused(what="not UTF-8", path=name) from None
    return kind.decode(value)


def _packed(data: memoryview) -> list[int]:
    values, at = [], 0
    while at < len(data):
        value, at = read_uvarint(data, at)
        values.append(value - (1 << 64) if value >> 63 else value)
        if len(values) > MOST_REPEATED:
            raise WireRefused(what="too many members")
    return values


def walk(data: memoryview) -> Iterator[tuple[int, int, Any]]:
    """Each field as ``(number, wire type, value)``; bytes as views."""
    at, end = 0, len(data)
    while at < end:
        key, at = read_uvarint(data, at)
        number, wire = key >> 3, key & 7
        if number == 0 or number >> 29:
            raise WireRefused(what="field number")
        if wire == _VARINT:
            value, at = read_uvarint(data, at)
            yield number, wire, value
            continue
        if wire == _LENGTH:
            size, at = read_uvarint(data, at)
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise WireRefused(what=f"wire type {wire}")
        if size > end - at:
            raise WireRefused(what="cut short")
        yield number, wire, data[at : at + size]
        at += size


def read_uvarint(data: bytes | bytearray | memoryview, at: int) -> tuple[int, int]:
    """The varint at ``at`` and the place after it; raises WireRefused where it is cut short, too long or beyond 64 bits."""
    value = shift = 0
    while True:
        if at >= len(data):
            raise WireRefused(what="cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 63:
            raise WireRefused(what="varint too long")
    if value >> 64:
        raise WireRefused(what="varint beyond 64 bits")
    return value, at


def uvarint(value: int) -> bytes:
    """``value`` (0 to 2^64 - 1) as a varint."""
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class Frames:
    """Cuts a stream into frames: feed it what arrives, iterate over what is whole. Each byte is copied at most twice."""

    def __init__(self, largest: int = LARGEST_FRAME) -> None:
        self._held = bytearray()
        self._largest = largest

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The frames that are whole now; raises WireRefused for a length that cannot be."""
        self._held += data
        at = 0
        try:
            while at < len(self._held):
                size, start = self._length(at)
                if start < 0 or start + size > len(self._held):
                    break
                yield bytes(memoryview(self._held)[start : start + size])
                at = start + size
        finally:
            del self._held[:at]

    def _length(self, at: int) -> tuple[int, int]:
        """Length of the frame at ``at`` and where it begins, or -1 where the length itself is not whole."""
        if len(self._held) - at < 10 and all(byte & 0x80 for byte in self._held[at:]):
            return 0, -1
        size, start = read_uvarint(self._held, at)
        if size > self._largest:
            raise WireRefused(what=f"a frame of {size} bytes")
        return size, start


def framed(data: bytes) -> bytes:
    """A message with its length before it."""
    return uvarint(len(data)) + data
