"""Secret ballots that anyone can recount: Belenios formats, crypto version 1. Spec: docs/specs/ballots.md."""

from mingtang.engines.ballots.archive import Archive, ArchiveWriter
from mingtang.engines.ballots.ballot import Ballot, cast, read_ballot
from mingtang.engines.ballots.election import Election, Question, compact, fingerprint, joint_key, new_trustee, read_credentials, read_trustees
from mingtang.engines.ballots.errors import BadElement, BadVote, LibraryMissing, RefusedBallot
from mingtang.engines.ballots.groups import group
from mingtang.engines.ballots.opening import opened
from mingtang.engines.ballots.proofs import random_exponent
from mingtang.engines.ballots.tally import encrypted_tally, last_ballots, partial_decryption, result, write_tally
from mingtang.engines.ballots.verify import Verdict, verify

__all__ = [
    "Archive", "ArchiveWriter", "BadElement", "BadVote", "Ballot", "Election", "LibraryMissing", "Question", "RefusedBallot", "Verdict", "cast",
    "compact", "encrypted_tally", "fingerprint", "group", "joint_key", "last_ballots", "new_trustee", "opened", "partial_decryption", "random_exponent",
    "read_ballot", "read_credentials", "read_trustees", "result", "verify", "write_tally",
]
