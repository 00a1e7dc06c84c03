"""The public addresses of issuers, status lists and showings, in one place, all below the installation's public address."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from django.conf import settings


def issuer(unit: str) -> str:
    """The credential issuer identifier of an agency; also ``iss`` of its credentials."""
    return f"{settings.PUBLIC_URL}/issuers/{unit}"


def did(unit: str) -> str:
    """The did:web of an agency, under which its requests to show something are signed."""
    return f"did:web:{quote(urlsplit(settings.PUBLIC_URL).netloc, safe='')}:issuers:{unit}"


def vct(kind: str) -> str:
    """The type identifier of a credential."""
    return f"{settings.PUBLIC_URL}/credentials/types/{kind}"


def status(unit: str, page: int) -> str:
    """Where a status list lies."""
    return f"{issuer(unit)}/status/{page}"


def offer(ident: UUID) -> str:
    """Where a wallet fetches an offer; the offer's code is not in it."""
    return f"{settings.PUBLIC_URL}/credentials/offers/{ident}"


def request(ident: UUID) -> str:
    """Where a wallet fetches the signed request of a showing."""
    return f"{settings.PUBLIC_URL}/showings/{ident}/request"


def answer(ident: UUID) -> str:
    """Where a wallet posts what it shows."""
    return f"{settings.PUBLIC_URL}/showings/{ident}/answer"


def client(unit: str) -> str:
    """The client identifier of an agency as verifier: the audience of what is shown to it."""
    return f"decentralized_identifier:{did(unit)}"


def to_wallet(scheme: str, **parameters: str) -> str:
    """A link that opens a wallet: ``openid-credential-offer://`` or ``openid4vp://``; ``web`` is the city's own wallet page."""
    if scheme == "web":
        return f"{settings.PUBLIC_URL}/wallet/#{urlencode(parameters)}"
    return f"{scheme}://?{urlencode(parameters)}"
