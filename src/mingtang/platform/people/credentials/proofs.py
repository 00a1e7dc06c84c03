"""That a wallet holds the keys it wants credentials for (OpenID4VCI 1.0, appendix F.1), and the single use of nonces.

1. ``typ`` is openid4vci-proof+jwt; the key stands in the header as ``jwk``, or as ``kid`` with a did:jwk or did:key: exactly one of the two.
2. The signature is that key's.
3. ``aud`` is this issuer alone, ``iat`` is fresh: a proof for another issuer or an old one serves nobody.
4. ``nonce`` is one we gave and is taken now, by exactly one request: a proof seen on the way cannot be sent again.
5. No key twice: each copy is bound to a key of its own.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction

from mingtang.engines import vc
from mingtang.engines.vc import jws
from mingtang.kernel import now
from mingtang.platform.people.credentials.faults import NonceRefused, ProofRefused, RequestUnreadable
from mingtang.platform.people.credentials.models import Nonce

TYPE = "openid4vci-proof+jwt"
_HOLDS = timedelta(minutes=5)
_SKEW, _FRESH = 60, 300


def new_nonce() -> str:
    """A nonce for a wallet; those that ran out are swept away."""
    at = now()
    Nonce.objects.filter(until__lt=at).delete()
    return Nonce.objects.create(value=secrets.token_urlsafe(24), until=at + _HOLDS).value


def check(proofs: Any, audience: str, most: int) -> list[vc.Key]:
    """The keys that ``proofs`` ({"jwt": [...]}) prove. Raises RequestUnreadable, ProofRefused, NonceRefused."""
    listed = proofs.get("jwt") if isinstance(proofs, dict) else None
    if not isinstance(listed, list) or not listed or not all(isinstance(one, str) for one in listed) or len(proofs) != 1:
        raise RequestUnreadable(rule="proofs.jwt")
    if len(listed) > most:
        raise ProofRefused(rule=f"proofs <= {most}")
    keys, nonces = [], set()
    for token in listed:
        key, nonce = _one(token, audience)
        keys.append(key)
        nonces.add(nonce)
    if len({vc.did_jwk(key) for key in keys}) != len(keys):  # 5
        raise ProofRefused(rule="jwk")
    if len(nonces) != 1 or not _take(nonces.pop()):  # 4
        raise NonceRefused(rule="nonce")
    return keys


def _one(token: str, audience: str) -> tuple[vc.Key, str]:
    try:
        header = jws.header_of(token)
        if ("jwk" in header) == ("kid" in header):  # 1
            raise ProofRefused(rule="jwk / kid")
        key = vc.public_key(header["jwk"]) if "jwk" in header else vc.resolve(str(header["kid"]))
        payload = jws.verify(token, key, (TYPE,))  # 2
    except vc.RefusedCredential as fault:
        raise ProofRefused(rule=fault.details.get("rule", "jwt")) from None
    if payload.get("aud") not in (audience, [audience]):  # 3
        raise ProofRefused(rule="aud")
    issued, at = payload.get("iat"), now().timestamp()
    if isinstance(issued, bool) or not isinstance(issued, (int, float)) or not at - _FRESH <= issued <= at + _SKEW:
        raise ProofRefused(rule="iat")
    if not isinstance(payload.get("nonce"), str):
        raise NonceRefused(rule="nonce")
    return key, payload["nonce"]


def _take(value: str) -> bool:
    with transaction.atomic():
        taken, _ = Nonce.objects.filter(value=value[:64], until__gt=now()).delete()
    return taken == 1
