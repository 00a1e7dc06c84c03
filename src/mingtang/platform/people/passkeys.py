"""Passkeys (W3C WebAuthn Level 3) by the maintained library ``webauthn``: registration and sign-in.

A passkey replaces password and second factor, so user verification (fingerprint, face, PIN) is required each time, and the
credential is discoverable: nobody types a code. Challenges are single use and stand in the session for five minutes.

Trust: the origin and host name are the public address of the installation; a page elsewhere cannot use the passkey.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from mingtang.kernel import now
from mingtang.platform.people import models
from mingtang.platform.people.faults import PasskeyRefused

_HOLDS = timedelta(minutes=5)
_LONGEST_ANSWER = 20_000
# What the library raises on an answer that is no answer of an authenticator at all.
_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


@dataclass(frozen=True, slots=True)
class Verified:
    """A registration that holds; identifiers and key in base64url."""

    credential_id: str
    public_key: str
    sign_count: int


def origin(request) -> str:
    """The origin that passkeys are bound to: the public address; on one's own machine ``localhost`` as well."""
    public = urlsplit(settings.PUBLIC_URL)
    host, _, _ = request.get_host().partition(":")
    if host == "localhost" and _is_address(public.hostname or ""):
        return f"{request.scheme}://{request.get_host()}"
    return f"{public.scheme}://{public.netloc}"


def are_possible(request) -> bool:
    """Whether browsers allow passkeys under this address: they need a host name, not an IP address."""
    return not _is_address(urlsplit(origin(request)).hostname or "")


def registration_options(request, official: models.Official) -> dict:
    """What the browser needs to make a passkey; the challenge is remembered."""
    have = models.Passkey.objects.filter(official_id=official.code, removed_at=None).values_list("credential_id", flat=True)
    options = webauthn.generate_registration_options(
        rp_id=_host(request), rp_name="明堂 Mingtang", user_name=official.code, user_display_name=official.code,
        user_id=official.code.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(key)) for key in have],
    )
    return _remembered(request, "registration", options)


def verify_registration(request, answer: bytes) -> Verified:
    """The passkey in the browser's ``answer`` (JSON); raises PasskeyRefused."""
    challenge = _challenge(request, "registration")
    try:
        found = webauthn.verify_registration_response(
            credential=_parsed(answer), expected_challenge=challenge, expected_rp_id=_host(request),
            expected_origin=origin(request), require_user_verification=True,
        )
    except _MALFORMED:
        raise PasskeyRefused() from None
    credential_id = bytes_to_base64url(found.credential_id)
    if len(credential_id) > 1400 or models.Passkey.objects.filter(credential_id=credential_id).exists():
        raise PasskeyRefused()
    return Verified(credential_id, bytes_to_base64url(found.credential_public_key), found.sign_count)


def sign_in_options(request) -> dict:
    """What the browser needs to sign in with any passkey it has for this address; the challenge is remembered."""
    options = webauthn.generate_authentication_options(rp_id=_host(request), user_verification=UserVerificationRequirement.REQUIRED)
    return _remembered(request, "sign-in", options)


def verify_sign_in(request, answer: bytes) -> models.Official:
    """The official whose passkey signed the challenge; raises PasskeyRefused."""
    challenge = _challenge(request, "sign-in")
    parsed = _parsed(answer)
    kept = models.Passkey.objects.select_related("official").filter(
        credential_id=str(parsed.get("id", ""))[:1400], removed_at=None, official__is_active=True).first()
    if kept is None:
        raise PasskeyRefused()
    try:
        found = webauthn.verify_authentication_response(
            credential=parsed, expected_challenge=challenge, expected_rp_id=_host(request), expected_origin=origin(request),
            credential_public_key=webauthn.base64url_to_bytes(kept.public_key), credential_current_sign_count=kept.sign_count,
            require_user_verification=True,
        )
    except _MALFORMED:
        raise PasskeyRefused() from None
    # The count of a cloned authenticator stands still or falls back: the library refuses that; here two at once are kept apart.
    models.Passkey.objects.filter(pk=kept.pk, sign_count__lte=found.new_sign_count).update(sign_count=found.new_sign_count, used_at=now())
    return kept.official


def _host(request) -> str:
    return urlsplit(origin(request)).hostname or "localhost"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _remembered(request, purpose: str, options) -> dict:
    request.session[f"passkey-{purpose}"] = {"challenge": bytes_to_base64url(options.challenge), "at": now().isoformat()}
    return json.loads(webauthn.options_to_json(options))


def _challenge(request, purpose: str) -> bytes:
    """The challenge of ``purpose``, used up by asking."""
    held = request.session.pop(f"passkey-{purpose}", None)
    if held is None or now() - datetime.fromisoformat(held["at"]) > _HOLDS:
        raise PasskeyRefused()
    return webauthn.base64url_to_bytes(held["challenge"])


def _parsed(answer: bytes) -> dict:
    if len(answer) > _LONGEST_ANSWER:
        raise PasskeyRefused()
    try:
        parsed = json.loads(answer)
    except (ValueError, RecursionError):
        raise PasskeyRefused() from None
    if not isinstance(parsed, dict):
        raise PasskeyRefused()
    return parsed
