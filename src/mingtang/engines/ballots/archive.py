"""The ``.bel`` archive: a hash chain of events over named data, as the Belenios tools read and write it, byte for byte.

Old-style tar headers, no end blocks. First ``BELENIOS``, then ``<sha256>.data.json`` and ``<sha256>.event.json`` in the order in
which they came about. Appending never rewrites a byte, so an earlier snapshot is a prefix of a later one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from mingtang.engines.ballots.election import compact, exact_fields, read_json
from mingtang.engines.ballots.errors import RefusedBallot

_BLOCK = 512
_LARGEST = 1 << 31


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(name: str, data: bytes, mtime: int) -> bytes:
    header = bytearray(_BLOCK)
    header[0:len(name)] = name.encode()
    header[100:108] = b"0000644\0"
    header[108:116] = header[116:124] = b"0000000\0"
    header[124:136] = b"%011o\0" % len(data)
    header[136:148] = b"%011o\0" % mtime
    header[148:156] = b"        "
    header[156:157] = b"0"
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + data + bytes(-len(data) % _BLOCK)


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its kind and the hash of its payload, if it has one."""

    kind: str
    payload: str | None


class ArchiveWriter:
    """Appends events to an archive held in memory; ``data()`` is the archive so far."""

    def __init__(self, seconds: int) -> None:
        """``seconds`` since 1970 stand as the time of every entry."""
        self._mtime = seconds
        header = compact({"version": 1, "timestamp": str(seconds)})
        self._parts = [_entry("BELENIOS", header.encode(), seconds)]
        self._parent: str | None = None
        self._height = 0
        self._known: set[str] = set()

    def add_data(self, text: str) -> str:
        """Store ``text`` once and return its hash."""
        name = _sha(text)
        if name not in self._known:
            self._known.add(name)
            self._parts.append(_entry(f"{name}.data.json", text.encode(), self._mtime))
        return name

    def add_event(self, kind: str, payload: str | None = None) -> None:
        """Append an event over the stored text with hash ``payload``."""
        fields: dict = {} if self._parent is None else {"parent": self._parent}
        fields |= {"height": self._height, "type": kind}
        if payload is not None:
            fields["payload"] = payload
        text = compact(fields)
        self._parent, self._height = _sha(text), self._height + 1
        self._parts.append(_entry(f"{self._parent}.event.json", text.encode(), self._mtime))

    def data(self) -> bytes:
        return b"".join(self._parts)


class Archive:
    """A read archive: the events in order and the data by hash, the chain checked."""

    def __init__(self, data: bytes) -> None:
        """Raises RefusedBallot for a broken header, a name that is not its content's hash, or a broken chain."""
        self._texts: dict[str, str] = {}
        self.events: list[Event] = []
        parent: str | None = None
        for i, (name, text) in enumerate(_entries(data)):
            if i == 0:
                if name != "BELENIOS" or read_json(text, name).get("version") != 1:
                    raise RefusedBallot(path=name, check="archive version 1")
                continue
            stem, _, kind = name.partition(".")
            if _sha(text) != stem:
                raise RefusedBallot(path=name, check="name is the hash of the content")
            if kind == "data.json":
                self._texts[stem] = text
            elif kind == "event.json":
                self.events.append(self._event(name, text, parent))
                parent = stem
            else:
                raise RefusedBallot(path=name, check="kind of entry")

    def _event(self, name: str, text: str, parent: str | None) -> Event:
        fields = read_json(text, name)
        exact_fields(fields, ["height", "type"] + (["parent"] if parent else []), ["payload"], name)
        if fields.get("parent") != parent or fields["height"] != len(self.events):
            raise RefusedBallot(path=name, check="hash chain of events")
        payload = fields.get("payload")
        if payload is not None and payload not in self._texts:
            raise RefusedBallot(path=name, check="payload comes before its event")
        return Event(str(fields["type"]), payload)

    def text(self, name: str | None) -> str:
        """The data with hash ``name``; raises RefusedBallot where it is missing."""
        if name is None or name not in self._texts:
            raise RefusedBallot(path=str(name), check="data is in the archive")
        return self._texts[name]


def _entries(data: bytes) -> Iterator[tuple[str, str]]:
    if len(data) > _LARGEST or len(data) % _BLOCK:
        raise RefusedBallot(path="archive", check="whole blocks")
    at = 0
    while at < len(data):
        header = data[at:at + _BLOCK]
        try:
            name = header[:100].rstrip(b"\0").decode("ascii")
            size, mtime = int(header[124:135], 8), int(header[136:147], 8)
            body = data[at + _BLOCK:at + _BLOCK + size]
            text = body.decode("utf-8")
        except (ValueError, UnicodeDecodeError):
            raise RefusedBallot(path=f"byte {at}", check="header of an entry") from None
        length = _BLOCK + size + (-size % _BLOCK)
        if len(body) != size or data[at:at + length] != _entry(name, body, mtime):
            raise RefusedBallot(path=f"byte {at}", check="reproducible header")
        yield name, text
        at += length
