"""Token Status List: one bit field for all credentials of an issuer, signed, compressed; a status that cannot be read refuses.

Source: draft-ietf-oauth-status-list. Values: 0 valid, 1 invalid (revoked), 2 suspended. Bits fill each byte from the lowest.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from mingtang.engines.vc import jws
from mingtang.engines.vc.errors import CannotIssue, CredentialRevoked, CredentialSuspended, RefusedCredential, StatusUnavailable

VALID, INVALID, SUSPENDED = 0, 1, 2
TYPE = "statuslist+jwt"
_LARGEST = 16 * 1024 * 1024
_SKEW = 60


class StatusList:
    """A list of ``size`` statuses of ``bits`` (1, 2, 4 or 8) each, all valid at first."""

    def __init__(self, size: int, bits: int = 2, data: bytes | None = None) -> None:
        if bits not in (1, 2, 4, 8):
            raise CannotIssue(reason="bits are 1, 2, 4 or 8")
        self.bits = bits
        self._data = bytearray(data) if data is not None else bytearray(-(-size * bits // 8))

    def __len__(self) -> int:
        return len(self._data) * 8 // self.bits

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise RefusedCredential(rule="index lies in the status list")
        bit = index * self.bits
        return bit // 8, bit % 8

    def get(self, index: int) -> int:
        """The status at ``index``; raises RefusedCredential beyond the end."""
        byte, shift = self._place(index)
        return self._data[byte] >> shift & ((1 << self.bits) - 1)

    def set(self, index: int, status: int) -> None:
        """Set the status at ``index``."""
        byte, shift = self._place(index)
        mask = (1 << self.bits) - 1
        if not 0 <= status <= mask:
            raise CannotIssue(reason=f"status does not fit in {self.bits} bits")
        self._data[byte] = self._data[byte] & ~(mask << shift) & 0xFF | status << shift

    def as_dict(self) -> dict:
        """``{"bits", "lst"}`` as in the token."""
        return {"bits": self.bits, "lst": jws.encode(zlib.compress(bytes(self._data), 9))}

    @classmethod
    def from_dict(cls, value: object) -> StatusList:
        """Read ``{"bits", "lst"}``, decompressing at most 16 MiB; raises RefusedCredential."""
        if not isinstance(value, dict) or value.get("bits") not in (1, 2, 4, 8) or not isinstance(value.get("lst"), str):
            raise RefusedCredential(rule="form of a status list")
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(jws.decode(value["lst"], "base64url of a status list"), _LARGEST)
        except zlib.error:
            raise RefusedCredential(rule="compression of a status list") from None
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise RefusedCredential(rule="size of a status list")
        return cls(0, value["bits"], data)


def sign_list(statuses: StatusList, uri: str, key: jws.Key, *, now: int, lifetime: int) -> str:
    """The status list token for ``uri``, valid for ``lifetime`` seconds."""
    payload = {"sub": uri, "iat": now, "exp": now + lifetime, "ttl": lifetime // 2, "status_list": statuses.as_dict()}
    return jws.sign({"typ": TYPE}, payload, key)


def read_list(token: str, uri: str, key: jws.Key, *, now: int) -> StatusList:
    """Read a status list token; raises RefusedCredential, and StatusUnavailable where it has run out."""
    payload = jws.verify(token, key, (TYPE,))
    if payload.get("sub") != uri:
        raise RefusedCredential(rule="status list is the one the credential names")
    for name in ("iat", "exp"):
        if isinstance(payload.get(name), bool) or not isinstance(payload.get(name), (int, float)):
            raise RefusedCredential(rule="a status list says when it was made and when it runs out")
    if now >= payload["exp"] or payload["iat"] > now + _SKEW:
        raise StatusUnavailable()
    return StatusList.from_dict(payload.get("status_list"))


def reference(claims: dict) -> tuple[str, int] | None:
    """The list's address and the index that a credential's ``status`` claim names, or None; raises RefusedCredential for a broken claim."""
    if "status" not in claims:
        return None
    entry = claims["status"].get("status_list") if isinstance(claims["status"], dict) else None
    if not isinstance(entry, dict) or not isinstance(entry.get("uri"), str) or type(entry.get("idx")) is not int:
        raise RefusedCredential(rule="form of the status claim")
    return entry["uri"], entry["idx"]


def check(claims: dict, lists: Callable[[str], StatusList]) -> None:
    """Refuse a credential that does not hold: ``lists`` gives the checked list of an address or raises StatusUnavailable (it fails closed).

    Raises CredentialRevoked, CredentialSuspended, StatusUnavailable, and RefusedCredential for a claim, index or status that is none.
    """
    named = reference(claims)
    if named is None:
        return
    uri, index = named
    status = lists(uri).get(index)
    if status == INVALID:
        raise CredentialRevoked()
    if status == SUSPENDED:
        raise CredentialSuspended()
    if status != VALID:
        raise RefusedCredential(rule="a status is valid, revoked or suspended")
