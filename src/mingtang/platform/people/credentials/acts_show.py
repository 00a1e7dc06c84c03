"""Asking to be shown something, and taking what is shown (OpenID4VP 1.0, DCQL, direct_post), both sealed.

The verifier's steps, and the attack that each stops:

1. The request is there, open, and ``state`` is its own: an answer to another request, or a second one, ends here.
2. The answer has one presentation for exactly one of the credentials asked: nothing is taken besides.
3. The issuer is one of the city's agencies and issues this kind, or its certificate chain ends at a trusted authority.
4. Signature, disclosures, times, key binding for this verifier and this nonce (``engines.vc.verify``): replay, theft, another audience, old ones.
5. Status: revoked, suspended, or not to be found out refuses.
6. Every claim asked for is there and those that must be true are; what was shown beyond them is dropped unread.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from mingtang.engines import vc
from mingtang.engines.vc import jws
from mingtang.kernel import MingtangError, new_id, now
from mingtang.platform.ledger.acts import Actor, Draft, seal
from mingtang.platform.people.credentials import addresses, declared, keys, lists
from mingtang.platform.people.credentials.faults import (
    NoSuchShowing,
    NotWhatWasAsked,
    NotYourShowing,
    RequestUnreadable,
    ShowingOver,
    UnknownIssuer,
)
from mingtang.platform.people.credentials.models import Showing

_HOLDS = timedelta(minutes=10)
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to show something: ``link`` for any wallet, ``web`` for the city's wallet page; ``key`` reads the answer and stays with the asker."""

    id: UUID
    key: str
    link: str
    web: str
    until: datetime


def ask(purpose: str, actor: Actor, case: str = "") -> Asked:
    """Ask to be shown what a registered purpose declares; raises NoSuchPurpose."""
    spec, at, key = declared.purpose(purpose), now(), secrets.token_urlsafe(24)
    row = Showing(
        id=new_id(),
        purpose=spec.code,
        purpose_hash=spec.hash,
        agency=spec.agency,
        case=case[:120],
        nonce=secrets.token_urlsafe(24),
        key=keys.fingerprint(key),
        made_at=at,
        until=at + _HOLDS,
    )
    with transaction.atomic():
        row.save(force_insert=True)
        seal(
            Draft(
                "credentials.ask",
                f"credentials/showings/{row.id}",
                actor,
                {"purpose": spec.code, "declaration": spec.hash, "case": row.case},
                rows=(row,),
            )
        )
    given = {"client_id": addresses.client(spec.agency), "request_uri": addresses.request(row.id)}
    return Asked(row.id, key, addresses.to_wallet("openid4vp", **given), addresses.to_wallet("web", **given), row.until)


def accept(ident: UUID, state: str, vp_token: str) -> str:
    """Take what a wallet posts; returns the response code for the browser that began. Raises what the steps above say.

    A refusal is kept with the request, so that the service's page can say what happened; after ten the request ends.
    """
    with transaction.atomic():
        row = Showing.objects.select_for_update().filter(id=ident).first()  # 1
        if row is None:
            raise NoSuchShowing()
        if (
            row.answered_at is not None
            or row.until <= now()
            or row.tries >= _TRIES
            or not secrets.compare_digest(state.encode(), str(ident).encode())
        ):
            raise ShowingOver()
        fault, back = None, secrets.token_urlsafe(24)
        try:
            values, issuer = _read(row, vp_token)
        except MingtangError as refused:
            fault, row.tries = refused, row.tries + 1
            row.fault = {language: refused.as_dict(language) for language in ("zh", "en")}
            row.save(update_fields=["fault", "tries"])
        else:
            row.answered_at, row.fault, row.issuer, row.back = now(), None, issuer, keys.fingerprint(back)
            row.shown, row.answer = sorted(values), keys.close(values)
            row.save(update_fields=["answered_at", "fault", "issuer", "shown", "answer", "back"])
            seal(
                Draft(
                    "credentials.show",
                    f"credentials/showings/{row.id}",
                    Actor("resident"),
                    {"purpose": row.purpose, "shown": row.shown},
                    rows=(row,),
                )
            )
    # Raised outside the transaction: the count of tries stays.
    if fault is not None:
        raise fault
    return back


def read_answer(ident: UUID, key: str, actor: Actor, back: str | None = None) -> dict[str, Any]:
    """What was shown, to the asker who holds ``key``, once: then it is gone here. Claims by dotted name.

    ``back`` is the response code where the answer came by this very browser; it stops a request that was forwarded to a victim.
    Raises NoSuchShowing, NotYourShowing, ShowingOver.
    """
    with transaction.atomic():
        row = Showing.objects.select_for_update().filter(id=ident).first()
        if row is None or row.answered_at is None:
            raise NoSuchShowing()
        if not secrets.compare_digest(row.key, keys.fingerprint(key)) or (
            back is not None and not secrets.compare_digest(row.back, keys.fingerprint(back))
        ):
            raise NotYourShowing()
        if not row.answer:
            raise ShowingOver()
        values, row.answer = keys.reveal(row.answer), ""
        row.save(update_fields=["answer"])
        seal(
            Draft(
                "credentials.read",
                f"credentials/showings/{row.id}",
                actor,
                {"purpose": row.purpose, "shown": row.shown},
                rows=(row,),
            )
        )
    return values


def _read(row: Showing, vp_token: str) -> tuple[dict[str, Any], str]:
    wanted, presentation = _chosen(row, vp_token)  # 2
    spec = declared.kind(wanted.kind)
    issuer, key, is_own = _issuer(presentation, spec)  # 3
    at = int(now().timestamp())
    shown = vc.verify(presentation, key, now=at, audience=addresses.client(row.agency), nonce=row.nonce)  # 4
    if (
        is_own
        and shown.claims.get("vct") != addresses.vct(spec.code)
        or not is_own
        and not str(shown.claims.get("vct", "")).endswith(f"/{spec.code}")
    ):
        raise NotWhatWasAsked(rule="vct")
    if "status" not in shown.claims:
        raise vc.StatusUnavailable()
    vc.check(shown.claims, lambda uri: lists.own(spec.agency, uri) if is_own else lists.foreign(issuer, key, uri))  # 5
    values = {}
    for path in wanted.claims:  # 6
        values[".".join(path)] = _at(shown.claims, path)
    for path in wanted.must:
        if values[".".join(path)] is not True:
            raise NotWhatWasAsked(rule=".".join(path))
    return values, issuer


def _chosen(row: Showing, vp_token: str) -> tuple[declared.Wanted, str]:
    try:
        spec = declared.purpose(row.purpose)
    except MingtangError:
        raise ShowingOver() from None
    if spec.hash != row.purpose_hash:  # declared otherwise since: ask anew
        raise ShowingOver()
    if len(vp_token) > 500_000:
        raise RequestUnreadable(rule="vp_token")
    try:
        given = jws.parse(vp_token.encode(), "vp_token")
    except (vc.RefusedCredential, UnicodeEncodeError):
        raise RequestUnreadable(rule="vp_token") from None
    known = {one.kind: one for one in spec.wanted}
    if not isinstance(given, dict) or len(given) != 1 or next(iter(given)) not in known:
        raise NotWhatWasAsked(rule="vp_token")
    ((name, presentations),) = given.items()
    if not isinstance(presentations, list) or len(presentations) != 1 or not isinstance(presentations[0], str):
        raise NotWhatWasAsked(rule="vp_token")
    return known[name], presentations[0]


def _issuer(presentation: str, spec: declared.Kind) -> tuple[str, vc.Key, bool]:
    """The issuer, its key, and whether it is ours; what the token says of itself only chooses among keys that are trusted already."""
    token = presentation.partition("~")[0]
    header = jws.header_of(token)
    payload = jws.parse(jws.decode(token.split(".")[1], "base64url of the payload"), "JSON of the payload")
    issuer = payload.get("iss") if isinstance(payload, dict) else None
    if issuer == addresses.issuer(spec.agency):
        return issuer, keys.key(spec.agency, "issue"), True
    trusted = keys.anchors()
    if "x5c" in header and trusted and isinstance(issuer, str):
        return issuer, vc.key_of_chain(header["x5c"], trusted, issuer=issuer, now=int(now().timestamp())), False
    raise UnknownIssuer()


def _at(claims: Any, path: declared.ClaimPath) -> Any:
    for name in path:
        if not isinstance(claims, dict) or name not in claims:
            raise NotWhatWasAsked(rule=".".join(path))
        claims = claims[name]
    return claims
