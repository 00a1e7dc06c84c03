"""Verifiable credentials: SD-JWT (RFC 9901), SD-JWT VC, Token Status List. Spec: docs/specs/vc.md."""

from mingtang.engines.vc.disclosures import Hidden, conceal, reveal
from mingtang.engines.vc.errors import CannotIssue, RefusedCredential, StatusUnavailable
from mingtang.engines.vc.sd_jwt import Verified, issue, present, verify
from mingtang.engines.vc.status import INVALID, SUSPENDED, VALID, StatusList, read_list, reference, sign_list

__all__ = [
    "INVALID", "SUSPENDED", "VALID", "CannotIssue", "Hidden", "RefusedCredential", "StatusList", "StatusUnavailable", "Verified", "conceal",
    "issue", "present", "read_list", "reference", "reveal", "sign_list", "verify",
]
