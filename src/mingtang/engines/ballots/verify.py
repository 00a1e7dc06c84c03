"""Verify a whole election from its archive, trusting nobody: every proof is awaited, every hash recomputed.

1. The chain: Setup, Ballot ..., EndBallots, EncryptedTally, PartialDecryption ..., Result, each once and in this order.
2. Setup: keys of the trustees are proven and multiply to the election's key; credentials are canonical and stand once.
3. Each ballot: canonical text, this election, listed credential, signature, every proof.
4. The tally is recomputed from the last ballot of each credential and compared.
5. Each trustee's factors are proven, one set a trustee.
6. The result is recomputed and compared.
7. Against an earlier snapshot: it is a prefix, so nothing was taken back.
"""

from __future__ import annotations

from dataclasses import dataclass

from mingtang.engines.ballots.archive import Archive
from mingtang.engines.ballots.ballot import Ballot, read_ballot
from mingtang.engines.ballots.election import Election, exact_fields, joint_key, read_credentials, read_json, read_trustees
from mingtang.engines.ballots.errors import RefusedBallot
from mingtang.engines.ballots.groups import Element
from mingtang.engines.ballots.tally import Tally, encrypted_tally, last_ballots, read_partial_decryption, read_tally, result

_ORDER = ["Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was verified: counts by question, or None while the election is open."""

    election: Election
    ballots_cast: int
    ballots_counted: int
    counts: list[list[int]] | None
    trackers: tuple[str, ...]


def verify(data: bytes, earlier: bytes | None = None) -> Verdict:
    """Verify the archive ``data``; raises RefusedBallot with the failed check and its place."""
    if earlier is not None and not data.startswith(earlier):
        raise RefusedBallot(path="archive", check="append-only since the earlier snapshot")
    archive = Archive(data)
    kinds = [event.kind for event in archive.events]
    if not kinds or kinds != sorted(kinds, key=lambda k: _ORDER.index(k) if k in _ORDER else -1) or not set(kinds) <= set(_ORDER):
        raise RefusedBallot(path="events", check="order of events")
    if any(kinds.count(kind) > 1 for kind in ("Setup", "EndBallots", "EncryptedTally", "Result")) or kinds[0] != "Setup":
        raise RefusedBallot(path="events", check="each event once")
    election, keys, weights = _setup(archive)
    cast = [
        _listed(read_ballot(election, archive.text(event.payload), f"ballot {i}"), weights, i)
        for i, event in enumerate(e for e in archive.events if e.kind == "Ballot")
    ]
    if len({ballot.tracker for ballot in cast}) != len(cast):
        raise RefusedBallot(path="ballots", check="no ballot stands twice")
    counted = last_ballots(cast)
    counts = _result(archive, election, keys, weights, counted) if "Result" in kinds else None
    return Verdict(election, len(cast), len(counted), counts, tuple(ballot.tracker for ballot in counted))


def _setup(archive: Archive) -> tuple[Election, list[Element], dict[str, int]]:
    fields = read_json(archive.text(archive.events[0].payload), "setup")
    exact_fields(fields, ["election", "trustees", "credentials"], [], "setup")
    election = Election.parse(archive.text(fields["election"]))
    keys = read_trustees(election.group, archive.text(fields["trustees"]))
    if joint_key(election.group, keys) != election.public_key:
        raise RefusedBallot(path="election.public_key", check="key is the product of the trustees' keys")
    return election, keys, read_credentials(election.group, archive.text(fields["credentials"]))


def _listed(ballot: Ballot, weights: dict[str, int], i: int) -> Ballot:
    if ballot.credential not in weights:
        raise RefusedBallot(path=f"ballot {i}.credential", check="credential is listed")
    return ballot


def _result(archive: Archive, election: Election, keys: list[Element], weights: dict[str, int], counted: list[Ballot]) -> list[list[int]]:
    by_kind = {kind: [event for event in archive.events if event.kind == kind] for kind in _ORDER}
    if not by_kind["EndBallots"] or not by_kind["EncryptedTally"]:
        raise RefusedBallot(path="events", check="order of events")
    total = sum(weights[ballot.credential] for ballot in counted)
    tally = _tally(archive, election, by_kind["EncryptedTally"][0].payload, counted, weights, total)
    partials: dict[int, list[list[Element]]] = {}
    for event in by_kind["PartialDecryption"]:
        fields = read_json(archive.text(event.payload), "partial_decryption")
        exact_fields(fields, ["owner", "payload"], [], "partial_decryption")
        owner = fields["owner"]
        if type(owner) is not int or not 1 <= owner <= len(keys) or owner in partials:
            raise RefusedBallot(path=f"partial_decryption {owner}", check="one decryption a trustee")
        place = f"partial_decryption {owner}"
        partials[owner] = read_partial_decryption(election, tally, keys[owner - 1], archive.text(fields["payload"]), place)
    if len(partials) != len(keys):
        raise RefusedBallot(path="partial_decryption", check="every trustee decrypted")
    counts = result(election, tally, list(partials.values()), total)
    claimed = read_json(archive.text(by_kind["Result"][0].payload), "result")
    exact_fields(claimed, ["result"], [], "result")
    if claimed["result"] != counts:
        raise RefusedBallot(path="result", check="result is that of the ballots")
    return counts


def _tally(archive: Archive, election: Election, payload: str | None, counted: list[Ballot], weights: dict[str, int], total: int) -> Tally:
    sized = read_json(archive.text(payload), "encrypted_tally")
    exact_fields(sized, ["num_tallied", "total_weight", "encrypted_tally"], [], "encrypted_tally")
    if sized["num_tallied"] != len(counted) or sized["total_weight"] != total:
        raise RefusedBallot(path="encrypted_tally.num_tallied", check="number of ballots tallied")
    tally = encrypted_tally(election, counted, weights)
    if read_tally(election, archive.text(sized["encrypted_tally"])) != tally:
        raise RefusedBallot(path="encrypted_tally", check="tally is the product of the ballots")
    return tally
