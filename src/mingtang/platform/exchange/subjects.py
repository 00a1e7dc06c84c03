"""The subjects under which the exchange seals: codes that name a row, never a person, so that the public log links nobody's looks."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID


def access(entry: UUID) -> str:
    """Of an entry of the access log."""
    return f"exchange/access/{entry}"


def consent(ident: UUID) -> str:
    """Of a consent."""
    return f"exchange/consents/{ident}"


def person(ref: str) -> str:
    """Of a person's standing here, by a hash of the pseudonym: not the one that entries of the log carry."""
    return f"exchange/people/{sha256(b'mingtang/exchange/subject/v1' + ref.encode()).hexdigest()[:32]}"


def right(number: str) -> str:
    """Of a use of a right."""
    return f"exchange/rights/{number}"


def delegation(number: str) -> str:
    """Of a delegation."""
    return f"exchange/delegations/{number}"


def counter(number: str) -> str:
    """Of a session at a counter."""
    return f"exchange/counter/{number}"
