"""What others may ask of the scenes: packs, the catalogue, publications, decisions."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from mingtang.kernel import CallerMistake, Sentence
from mingtang.platform.scenes.deciding import secret_hash
from mingtang.platform.scenes.models import Decision, Publication
from mingtang.platform.scenes.packs import Pack, PackRefused
from mingtang.platform.scenes.proofs import verdicts
from mingtang.platform.scenes.shelf import NoSuchScene, folders, shelf

__all__ = [
    "DecisionView",
    "Entry",
    "NoSuchDecision",
    "NoSuchScene",
    "Pack",
    "PackRefused",
    "catalogue",
    "decision",
    "is_published",
    "pack",
    "pack_by_hash",
    "proofs",
    "publications",
]


_MOST_RECKONED = 32
_reckoned: dict[str, list[dict[str, Any]]] = {}


class NoSuchDecision(CallerMistake):
    """There is no decision under this id and secret."""

    code = "scenes.no_such_decision"
    status = 404
    text = Sentence("没有这份决定，或网址不完整。", "There is no such decision, or its address is incomplete.")
    next_step = Sentence("请使用作出决定时给您的完整网址。", "Use the whole address that you were given with the decision.")


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision with the document of its act; ``document`` is None where it was erased."""

    id: UUID
    pack: Pack
    pack_hash: str
    contract_hash: str
    on: date
    decided_at: datetime
    kind: str
    act: UUID | None
    document: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One scene of the catalogue. ``published_at`` is None for a draft that the demo city shows."""

    pack: Pack
    published_at: datetime | None


def pack(name: str) -> Pack:
    """The published version of the scene ``name``, loaded once a version.

    The demo city also serves a scene that is not published yet, from its folder, so that authors see what they write; an
    installation in earnest never does. Raises NoSuchScene.
    """
    latest = Publication.objects.filter(name=name).order_by("-id").first()
    if latest is not None:
        return shelf.of(latest)
    if settings.DEMO:
        return shelf.draft(name)
    raise NoSuchScene(name=name[:60])


def pack_by_hash(hash: str) -> Pack:
    """The published pack with this hash, of any day. Raises NoSuchScene."""
    found = Publication.objects.filter(hash=hash).first()
    if found is not None:
        return shelf.of(found)
    for name in folders() if settings.DEMO else ():
        try:
            draft = shelf.draft(name)
        except PackRefused:
            continue
        if draft.hash == hash:
            return draft
    raise NoSuchScene(name=hash[:80])


def publications(name: str) -> list[Publication]:
    """Every publication of the scene, the latest first."""
    return list(Publication.objects.filter(name=name).order_by("-id"))


def is_published(pack: Pack) -> bool:
    """Whether exactly this pack was published."""
    return Publication.objects.filter(hash=pack.hash).exists()


def proofs(pack: Pack) -> list[dict[str, Any]]:
    """The verdicts kept with the published pack; of a draft, and of what was published before they were kept, reckoned once a process."""
    found = Publication.objects.filter(hash=pack.hash).first()
    if found is not None and found.proofs is not None:
        return found.proofs
    told = _reckoned.get(pack.hash)
    if told is None:
        while len(_reckoned) >= _MOST_RECKONED:
            _reckoned.pop(next(iter(_reckoned)), None)
        told = _reckoned[pack.hash] = verdicts(pack)
    return told


def catalogue() -> list[Entry]:
    """The scenes in force by title order of their folder name; in the demo city also drafts that load."""
    found: dict[str, Entry] = {}
    for publication in Publication.objects.order_by("name", "id"):  # the latest of a name comes last and stays
        found[publication.name] = Entry(shelf.of(publication), publication.published_at)
    for name in folders() if settings.DEMO else ():
        if name not in found:
            try:
                found[name] = Entry(shelf.draft(name), None)
            except PackRefused:  # a draft that does not load is its author's matter: mingtang scene check names its faults
                continue
    return [found[name] for name in sorted(found)]


def decision(ident: UUID, secret: str) -> DecisionView:
    """The decision ``ident``, opened by its secret. Raises NoSuchDecision for either being wrong, without telling which."""
    row = Decision.objects.filter(id=ident).first()
    if row is None or not hmac.compare_digest(row.secret, secret_hash(secret)):
        raise NoSuchDecision()
    from mingtang.platform.ledger import reads as ledger

    document = ledger.receipt(row.act).document
    return DecisionView(
        row.id,
        pack_by_hash(row.pack),
        row.pack,
        row.contract,
        row.on,
        row.decided_at,
        row.kind,
        row.act,
        document and document.get("body"),
    )
