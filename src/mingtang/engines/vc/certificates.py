"""The issuer's key by X.509 (header ``x5c``, RFC 7515 section 4.1.6): a chain from the leaf up to an anchor that the verifier trusts.

1. The chain has one to five certificates; the anchor itself is left out of it (OpenID4VC High Assurance profile) and looked up by the verifier.
2. Each is signed by the next, the last by an anchor; names chain too.
3. Each holds at the time of verifying.
4. Each above the leaf is a certificate authority that may sign certificates, and its path length allows what is below. The leaf is none.
5. The leaf names the issuer: its URI as such, or the host of its https address as a DNS name (SD-JWT VC); else any issuer could speak as any other.
6. The leaf's key is on P-256 or Ed25519.

Trust: whoever holds an anchor's key can make issuers. Revocation lists of certificates are not read: an anchor is taken out instead.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey, OKPKey

from mingtang.engines.vc import jws
from mingtang.engines.vc.errors import RefusedCredential

_LONGEST_CHAIN, _LARGEST = 5, 20_000
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension, binascii.Error)


def chain_text(certificates: Iterable[x509.Certificate]) -> list[str]:
    """The header member ``x5c``: base64 (not base64url) of each certificate's DER."""
    return [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates]


def key_of_chain(x5c: Any, anchors: Iterable[x509.Certificate], *, issuer: str, now: int) -> jws.Key:
    """The leaf's key as that of ``issuer`` (an URI), its chain checked up to one of ``anchors`` at ``now`` (seconds); raises RefusedCredential."""
    if not isinstance(x5c, list) or not 1 <= len(x5c) <= _LONGEST_CHAIN:  # 1
        raise RefusedCredential(rule="x5c is a chain of one to five certificates")
    chain = [_read(text) for text in x5c]
    anchor = next((one for one in anchors if _issued(chain[-1], one)), None)
    if anchor is None:
        raise RefusedCredential(rule="the certificate chain ends at a trusted authority")
    whole = [*chain, anchor]
    if not all(_issued(lower, upper) for lower, upper in zip(whole, whole[1:], strict=False)):  # 2
        raise RefusedCredential(rule="each certificate is signed by the next")
    at = datetime.fromtimestamp(now, UTC)
    if not all(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in whole):  # 3
        raise RefusedCredential(rule="the certificates hold today")
    if not all(_is_authority(one, below) for below, one in enumerate(whole[1:])) or _is_authority(chain[0], 0):  # 4
        raise RefusedCredential(rule="only an authority signs certificates")
    if not _names(chain[0], issuer):  # 5
        raise RefusedCredential(rule="the certificate names the issuer")
    return _key(chain[0])  # 6


def _names(leaf: x509.Certificate, issuer: str) -> bool:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    if issuer in names.get_values_for_type(x509.UniformResourceIdentifier):
        return True
    try:
        address = urlsplit(issuer)
        host = address.hostname if address.scheme == "https" and not address.username else None
    except ValueError:
        return False
    return host is not None and host in [name.lower() for name in names.get_values_for_type(x509.DNSName)]


def _read(text: Any) -> x509.Certificate:
    if not isinstance(text, str) or len(text) > _LARGEST:
        raise RefusedCredential(rule="base64 of a certificate")
    try:
        found = x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
        found.extensions  # read now, for what cannot be read is refused here
    except _UNREADABLE:
        raise RefusedCredential(rule="base64 of a certificate") from None
    return found


def _issued(lower: x509.Certificate, upper: x509.Certificate) -> bool:
    try:
        lower.verify_directly_issued_by(upper)
    except (InvalidSignature, *_UNREADABLE):
        return False
    return True


def _is_authority(certificate: x509.Certificate, below: int) -> bool:
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    try:
        may_sign = certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        may_sign = True
    return basic.ca and may_sign and (basic.path_length is None or below <= basic.path_length)


def _key(certificate: x509.Certificate) -> jws.Key:
    try:
        public = certificate.public_key()
    except _UNREADABLE:
        raise RefusedCredential(rule="the certificate's key is on P-256 or Ed25519") from None
    if isinstance(public, Ed25519PublicKey):
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": jws.encode(public.public_bytes_raw())})
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        numbers = public.public_numbers()
        x, y = (jws.encode(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    raise RefusedCredential(rule="the certificate's key is on P-256 or Ed25519")
