"""The wire of ABCI: what is written reads back, the bytes are those of protocol buffers, hostile bytes are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.platform.ledger.consortium import messages, wire
from mingtang.platform.ledger.consortium.faults import WireRefused
from mingtang.platform.ledger.consortium.wire import BYTES, INT, TEXT, Field, Frames, Message

_SAMPLE = Message(
    number=Field(1, INT),
    text=Field(2, TEXT),
    data=Field(3, BYTES),
    inner=Field(4, Message(power=Field(3, INT))),
    many=Field(5, BYTES, True),
    numbers=Field(6, INT, True),
)

HOSTILE = {
    "cut-key": b"\x80",
    "cut-length": b"\x12\xff",
    "length-beyond-end": b"\x12\x05abc",
    "varint-of-eleven-bytes": b"\x08" + b"\x80" * 10 + b"\x01",
    "varint-beyond-64-bits": b"\x08" + b"\xff" * 9 + b"\x7f",
    "field-number-zero": b"\x00\x01",
    "group": b"\x0b\x0c",
    "fixed-where-varint": b"\x09" + bytes(8),
    "varint-where-text": b"\x10\x01",
    "text-not-utf-8": b"\x12\x01\xff",
    "inner-cut": b"\x22\x02\x18\x80",
}


def test_bytes_are_those_of_protocol_buffers():
    """The sample of the format's own documentation, and negative numbers of ten bytes."""
    assert _SAMPLE.encode({"number": 150}) == b"\x08\x96\x01"
    assert _SAMPLE.encode({"text": "testing"}) == b"\x12\x07testing"
    assert _SAMPLE.encode({"number": -2}) == b"\x08" + b"\xfe" + b"\xff" * 8 + b"\x01"
    assert _SAMPLE.decode(b"\x32\x06\x03\x8e\x02\x9e\xa7\x05")["numbers"] == [3, 270, 86942]


@given(st.integers(-(1 << 63), (1 << 63) - 1), st.text(), st.binary(), st.integers(0, 9), st.lists(st.binary(), max_size=5))
def test_what_is_written_reads_back(number, text, data, power, many):
    """Any values of a message."""
    values = {"number": number, "text": text, "data": data, "inner": {"power": power}, "many": many, "numbers": [number, 0]}
    assert _SAMPLE.decode(_SAMPLE.encode(values)) == values


def test_absent_fields_have_defaults_and_unknown_ones_are_passed_over():
    """An empty message, and one with fields of every other kind."""
    assert _SAMPLE.decode(b"") == {"number": 0, "text": "", "data": b"", "inner": None, "many": [], "numbers": []}
    assert _SAMPLE.decode(b"\x78\x01\x7a\x01a\x79" + bytes(8) + b"\x7d" + bytes(4) + b"\x08\x05")["number"] == 5


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_malformed_bytes_are_refused(name):
    """Each mutation by its name."""
    with pytest.raises(WireRefused):
        _SAMPLE.decode(HOSTILE[name])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    """No bytes raise anything but WireRefused."""
    for _, request, _, response in messages.METHODS.values():
        for fields in (request, response):
            try:
                fields.decode(data)
            except WireRefused:
                pass
    try:
        messages.read_request(data)
    except WireRefused:
        pass


def test_too_many_members_are_refused(monkeypatch):
    """A repeated field is bounded, packed or not."""
    monkeypatch.setattr(wire, "MOST_REPEATED", 3)
    with pytest.raises(WireRefused):
        _SAMPLE.decode(b"\x2a\x00" * 4)
    with pytest.raises(WireRefused):
        _SAMPLE.decode(b"\x32\x04\x01\x01\x01\x01")


@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(1, 50))
def test_frames_are_cut_from_any_pieces(bodies, step):
    """A stream that arrives in pieces of any length gives the same frames."""
    stream = b"".join(map(wire.framed, bodies))
    frames = Frames()
    assert [frame for at in range(0, len(stream), step) for frame in frames.feed(stream[at : at + step])] == bodies


def test_a_frame_that_is_too_long_is_refused_before_it_is_read():
    """The length alone is enough to refuse; so is a length without end."""
    for head in (wire.uvarint(wire.LARGEST_FRAME + 1), b"\xff" * 11):
        with pytest.raises(WireRefused):
            list(Frames().feed(head))


def test_requests_and_responses_carry_the_numbers_of_abci():
    """A request that the engine sends, byte by byte, and the answer."""
    assert messages.read_request(b"\x42\x05\x0a\x03abc") == ("check_tx", {"tx": b"abc", "type": 0})
    assert messages.read_request(b"\x9a\x01\x02\x18\x07") == (
        "verify_vote_extension",
        {"validator_address": b"", "height": 7, "vote_extension": b""},
    )
    assert messages.write_response("flush", {}) == b"\x02\x1a\x00"
    assert messages.write_response("finalize_block", {"app_hash": b"\x01"}) == b"\x06\xaa\x01\x03\x2a\x01\x01"
    assert messages.write_exception("no") == b"\x06\x0a\x04\x0a\x02no"
    for data in (b"", b"\x12\x00\x12\x00", b"\xfa\x01\x00"):
        with pytest.raises(WireRefused):
            messages.read_request(data)
