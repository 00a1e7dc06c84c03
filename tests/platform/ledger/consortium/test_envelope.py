"""Batch envelopes, the window of numbers, and the roster."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.engines.tlog import Policy
from mingtang.platform.ledger.consortium import envelope, numbers
from mingtang.platform.ledger.consortium.envelope import MOST, check_signature, read_envelope, read_head, seal_envelope
from mingtang.platform.ledger.consortium.faults import EnvelopeRefused, RosterRefused
from mingtang.platform.ledger.consortium.roster import Member, Roster
from tests.platform.ledger.consortium.people import ORIGIN, commitments, keys, roster

_WATER = keys("water")
_SEALED = seal_envelope(_WATER.agency, ORIGIN, 7, commitments(3))


def _take(data, origin=ORIGIN, known=None):
    read = read_envelope(data)
    check_signature(read.head, origin, (known or roster()).agencies)
    return read


def test_an_envelope_reads_back():
    """Agency, number and commitments, and the head as the log keeps it."""
    read = _take(_SEALED)
    assert (read.agency, read.number, read.commitments) == (envelope.agency_id(_WATER.member.agency), 7, commitments(3))
    assert read_head(read.head) == (read.agency, 7, 3)
    assert len(read_envelope(seal_envelope(_WATER.agency, ORIGIN, 1, commitments(1) * MOST)).commitments) == MOST


def test_every_flipped_byte_is_refused():
    """Whatever single byte of an envelope changes, it is refused."""
    for at in range(len(_SEALED)):
        with pytest.raises(EnvelopeRefused):
            _take(_SEALED[:at] + bytes([_SEALED[at] ^ 1]) + _SEALED[at + 1 :])


@pytest.mark.parametrize("cut", [0, 3, 131, 132, 163, len(_SEALED) - 1])
def test_an_envelope_cut_short_is_refused(cut):
    """Nothing is read beyond what is there."""
    with pytest.raises(EnvelopeRefused):
        read_envelope(_SEALED[:cut])


def test_an_envelope_with_more_behind_it_is_refused():
    """One envelope has one form."""
    with pytest.raises(EnvelopeRefused):
        read_envelope(_SEALED + bytes(32))


def test_an_envelope_of_another_log_or_of_a_stranger_is_refused():
    """The origin is signed; a key that is no member's counts for nothing."""
    with pytest.raises(EnvelopeRefused, match="signature"):
        _take(_SEALED, "other.example/consortium")
    with pytest.raises(EnvelopeRefused, match="no member"):
        _take(_SEALED, known=roster("health", "archive"))


def test_another_members_key_is_refused():
    """Water's name with archive's signature."""
    forged = seal_envelope(keys("archive").agency, ORIGIN, 7, commitments(3))
    with pytest.raises(EnvelopeRefused, match="signature"):
        _take(_SEALED[:68] + forged[68:132] + _SEALED[132:])


@pytest.mark.parametrize("batch", [[], [b"short"], commitments(1) * (MOST + 1)])
def test_a_batch_that_cannot_be_is_not_sealed(batch):
    """None, a wrong length, and one too many."""
    with pytest.raises(EnvelopeRefused):
        seal_envelope(_WATER.agency, ORIGIN, 1, batch)


@given(st.lists(st.integers(0, 40), max_size=80))
def test_the_window_is_a_set_of_used_numbers(tried):
    """Against a plain set: fresh is unused, above 0, and within the width on both sides."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "WIDTH", 8)
        patch.setattr(numbers, "_MASK", 255)
        window, used = numbers.Window(), {0}
        for number in tried:
            highest = max(used)
            fresh = number not in used and highest - 8 < number <= highest + 8
            assert window.is_fresh(number) is fresh
            if fresh:
                window.use(number)
                used.add(number)
            window = numbers.Window.from_bytes(bytes(window))


def test_a_roster_reads_back_and_gives_a_policy():
    """The JSON of the genesis file; the policy that verifiers use asks for three of four."""
    known = roster()
    assert Roster.parse(bytes(known)) == known
    policy = Policy.parse(known.policy())
    assert policy.groups["members"][0] == known.quorum == 3 and len(policy.logs) == 4
    assert [
        roster(*("water", "transport", "health", "archive", "parks", "housing", "works")[:n]).quorum for n in range(1, 8)
    ] == [1, 2, 3, 3, 4, 5, 5]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"origin":"a","members":[]}',
        b'{"origin":"a b","members":[1]}',
        b"[" * 5000,
        b'{"origin":1,"members":[1]}',
    ],
)
def test_a_malformed_roster_is_refused(data):
    """No bytes of a genesis file raise anything else."""
    with pytest.raises(RosterRefused):
        Roster.parse(data)


@pytest.mark.parametrize("part", ["name", "agency", "validator", "log", "witness"])
def test_a_member_with_a_broken_part_is_refused(part):
    """Each part broken in turn, by type, by form, and by its absence."""
    good = _WATER.member.as_dict()
    for bad in ({**good, part: 5}, {**good, part: "???"}, {key: value for key, value in good.items() if key != part}):
        with pytest.raises(RosterRefused):
            Roster.parse(json.dumps({"origin": ORIGIN, "members": [bad]}).encode())


def test_a_key_that_stands_twice_is_refused():
    """One agency does not count for two."""
    water, archive = keys("water").member, keys("archive").member
    with pytest.raises(RosterRefused):
        Roster.of(ORIGIN, [water, Member("archive", archive.agency, water.validator, archive.log, archive.witness)])
    with pytest.raises(RosterRefused):
        Roster.of("other.example/log", [water])
