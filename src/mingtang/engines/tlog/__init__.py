"""A transparency log: tree, tiles, proofs, notes, checkpoints, cosignatures, offline proofs. Spec: docs/specs/tlog.md."""

from mingtang.engines.tlog.checkpoint import Checkpoint, open_checkpoint
from mingtang.engines.tlog.cose import cose_receipt, verify_cose_receipt
from mingtang.engines.tlog.errors import EntryTooLarge, NotInLog, ProofRefused
from mingtang.engines.tlog.fsck import Fault, Report, Source, examine
from mingtang.engines.tlog.growing import Edge
from mingtang.engines.tlog.hashing import EMPTY_ROOT, leaf_hash, node_hash, root_of
from mingtang.engines.tlog.note import COSIGNATURE_KEY, NOTE_KEY, Note, Signature, SignerKey, VerifierKey, cosign, sign
from mingtang.engines.tlog.policy import Policy
from mingtang.engines.tlog.proofs import prove_consistency, prove_inclusion, tree_root, verify_consistency, verify_inclusion
from mingtang.engines.tlog.receipt_proof import LogProof
from mingtang.engines.tlog.tiles import WIDTH, TileReader, pack_bundle, parse_tile_path, tile_path, unpack_bundle, widths

__all__ = [
    "COSIGNATURE_KEY",
    "EMPTY_ROOT",
    "NOTE_KEY",
    "WIDTH",
    "Checkpoint",
    "Edge",
    "EntryTooLarge",
    "Fault",
    "LogProof",
    "NotInLog",
    "Note",
    "Policy",
    "ProofRefused",
    "Report",
    "Signature",
    "SignerKey",
    "Source",
    "TileReader",
    "VerifierKey",
    "cose_receipt",
    "cosign",
    "examine",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "pack_bundle",
    "parse_tile_path",
    "prove_consistency",
    "prove_inclusion",
    "root_of",
    "sign",
    "tile_path",
    "tree_root",
    "unpack_bundle",
    "verify_consistency",
    "verify_cose_receipt",
    "verify_inclusion",
    "widths",
]
