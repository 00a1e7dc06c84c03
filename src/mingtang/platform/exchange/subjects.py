"""The subjects under which the exchange seals: codes that name a row, never a person, so that the public log links nobody's looks."""

from __future__ import annotations

from uuid import UUID


def access(entry: UUID) -> str:
    """Of an entry of the access log."""
    return f"exchange/access/{entry}"


def consent(ident: UUID) -> str:
    """Of a consent."""
    return f"exchange/consents/{ident}"


def card(code_hash: str) -> str:
    """Of a card, by a hash of its code."""
    return f"exchange/cards/{code_hash}"


def right(number: str) -> str:
    """Of a use of a right."""
    return f"exchange/rights/{number}"
