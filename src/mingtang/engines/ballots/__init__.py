"""Secret ballots that anyone can recount: Belenios formats, crypto version 1. Spec: docs/specs/ballots.md."""

from mingtang.engines.ballots.archive import Archive, ArchiveWriter
from mingtang.engines.ballots.ballot import Ballot, cast, read_ballot
from mingtang.engines.ballots.credentials import credential_secret, new_credential, read_credential
from mingtang.engines.ballots.election import Election, Question, compact, fingerprint, joint_key, new_trustee, read_credentials, read_trustees
from mingtang.engines.ballots.errors import BadCredential, BadElement, BadVote, LibraryMissing, RefusedBallot
from mingtang.engines.ballots.groups import group
from mingtang.engines.ballots.opening import opened
from mingtang.engines.ballots.proofs import random_exponent
from mingtang.engines.ballots.tally import encrypted_tally, last_ballots, partial_decryption, result, write_tally
from mingtang.engines.ballots.verify import Verdict, verify

__all__ = [
    "Archive", "ArchiveWriter", "BadCredential", "BadElement", "BadVote", "Ballot", "Election", "LibraryMissing", "Question", "RefusedBallot", "Verdict", "cast",
    "compact", "credential_secret", "encrypted_tally", "fingerprint", "group", "joint_key", "last_ballots", "new_credential", "new_trustee", "opened", "partial_decryption", "random_exponent",
    "read_ballot", "read_credential", "read_credentials", "read_trustees", "result", "verify", "write_tally",
]
