"""Verifiable credentials: SD-JWT (RFC 9901), SD-JWT VC, Token Status List, keys of holders and issuers. Spec: docs/specs/vc.md."""

from mingtang.engines.vc.certificates import chain_text, key_of_chain
from mingtang.engines.vc.dids import did_jwk, did_key, public_key, resolve, web_address, web_document, web_key
from mingtang.engines.vc.disclosures import Hidden, conceal, reveal
from mingtang.engines.vc.errors import CannotIssue, CredentialRevoked, CredentialSuspended, RefusedCredential, StatusUnavailable
from mingtang.engines.vc.jws import Key
from mingtang.engines.vc.sd_jwt import Verified, issue, present, verify
from mingtang.engines.vc.status import INVALID, SUSPENDED, VALID, StatusList, check, read_list, reference, sign_list

__all__ = [
    "INVALID",
    "SUSPENDED",
    "VALID",
    "CannotIssue",
    "CredentialRevoked",
    "CredentialSuspended",
    "Hidden",
    "Key",
    "RefusedCredential",
    "StatusList",
    "StatusUnavailable",
    "Verified",
    "chain_text",
    "check",
    "conceal",
    "did_jwk",
    "did_key",
    "issue",
    "key_of_chain",
    "present",
    "public_key",
    "read_list",
    "reference",
    "resolve",
    "reveal",
    "sign_list",
    "verify",
    "web_address",
    "web_document",
    "web_key",
]
