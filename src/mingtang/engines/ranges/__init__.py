"""Proof without the value: that a committed number is at most, or at least, a limit - and nothing else. Spec: docs/specs/ranges.md.

EXPERIMENTAL: the parts are standard (Pedersen commitments, Schnorr proofs of a bit, Fiat-Shamir), their composition is ours and awaits an
outside review; nothing of legal effect may hang on it alone.

Example::

    blinding = ranges.new_blinding()
    commitment = ranges.commit(value=33_812, blinding=blinding)             # the issuer signs these 32 bytes; the holder keeps the rest
    statement = ranges.Statement("at_most", limit=24_400, bits=16)          # days since 1900: born on that day or before
    proof = ranges.prove(value, blinding, statement, tag)                   # tag: hash of verifier, nonce, purpose, credential
    ranges.verify(commitment, statement, proof, tag)                        # raises RangeRefused
"""

from mingtang.engines.ranges.commitments import commit, new_blinding
from mingtang.engines.ranges.errors import NotProvable, RangeRefused
from mingtang.engines.ranges.proofs import BITS, Statement, prove, size, verify

__all__ = ["BITS", "NotProvable", "RangeRefused", "Statement", "commit", "new_blinding", "prove", "size", "verify"]
