"""What someone may do with a scene: publish a version, have a contract decide. Each is sealed as the state changes.

Example::

    publication = acts.publish("old-age-allowance", actor)
    decided = acts.decide(reads.pack("old-age-allowance"), facts, Actor("resident"))
    decided.outcome.value, decided.id, decided.secret
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from mingtang.kernel import CallerMistake, Sentence, new_id, now
from mingtang.platform.exchange import turns
from mingtang.platform.ledger import acts as ledger
from mingtang.platform.scenes import effects, proofs
from mingtang.platform.scenes.checking import check
from mingtang.platform.scenes.deciding import evaluate, secret_hash
from mingtang.platform.scenes.explain import document
from mingtang.platform.scenes.models import Decision, Publication, StoredFile
from mingtang.platform.scenes.packs import Pack, PackRefused
from mingtang.platform.scenes.packs.files import file_hash
from mingtang.platform.scenes.shelf import shelf

if TYPE_CHECKING:
    from mingtang.engines import dmn
    from mingtang.platform.scenes.gathering import Gathered


class VersionTaken(CallerMistake):
    """The version number was published before with other contents."""

    code = "scenes.version_taken"
    status = 409
    text = Sentence(
        "“{name}”的版本 {version} 已经公布过，内容不同。",
        "Version {version} of “{name}” is published already, with other contents.",
    )
    next_step = Sentence("请在 scene.yaml 中换一个新的版本号。", "Give scene.yaml a new version.")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was made and sealed. ``secret`` opens its page and is shown once; ``kind`` is granted, refused or told."""

    id: UUID
    secret: str
    kind: str
    outcome: dmn.Outcome
    document: dict[str, Any]
    sealed: ledger.Sealed


def publish(name: str, actor: ledger.Actor) -> Publication:
    """Check the pack ``name`` as it lies in its folder and put it in force. The same contents twice are one publication.

    Raises NoSuchScene, PackRefused (with every finding), VersionTaken.
    """
    pack = shelf.draft(name)
    latest = Publication.objects.filter(name=name).order_by("-id").first()
    if latest is not None and latest.hash == pack.hash:
        return latest
    findings = [finding for finding in check(pack) if finding.level == "error"]
    if findings:
        raise PackRefused(name, findings)
    told = proofs.verdicts(pack)
    with transaction.atomic():
        if Publication.objects.filter(name=name, version=pack.version).exists():
            raise VersionTaken(name=name, version=pack.version)
        publication = _store(pack, actor, told)
        sealed = ledger.seal(
            ledger.Draft(
                kind="scenes.publish",
                subject=f"scenes/{name}",
                actor=actor,
                rows=(publication,),
                body={
                    "scene": name,
                    "version": pack.version,
                    "hash": pack.hash,
                    "files": publication.files,
                    "contracts": {contract: pack.contract(contract).hash for contract in pack.contracts},
                    "proofs": {one["property"]: one["status"] for one in told},
                    "replaces": latest.hash if latest else None,
                },
            )
        )
        publication.act = sealed.id
        publication.save(update_fields=["act"])
    return publication


def _store(pack: Pack, actor: ledger.Actor, told: list[dict[str, Any]]) -> Publication:
    files = {path: file_hash(content) for path, content in pack.files.items()}
    StoredFile.objects.bulk_create(
        [StoredFile(hash=hash, content=content) for hash, content in {files[p]: c for p, c in pack.files.items()}.items()],
        ignore_conflicts=True,
    )
    return Publication.objects.create(
        name=pack.name,
        version=pack.version,
        hash=pack.hash,
        files=files,
        published_at=now(),
        unit=actor.unit,
        proofs=told,
    )


def decide(
    pack: Pack,
    facts: Mapping[str, Any],
    actor: ledger.Actor,
    *,
    on: date | None = None,
    channel: str = "web",
    gathered: Gathered | None = None,
) -> Decided:
    """Let the scene's contract decide about ``facts`` for the day ``on`` (today in the city), and seal what it decided and why.

    The act names the contract's hash; facts and reasons lie in the ledger's vault. Raises NothingToDecide, NotInForce, NoValueYet
    and DmnRefused for facts that are not of the declared type. ``gathered`` are the facts that the exchange gave (``gathering.gather``): they join the
    stated ones, and the decision names the looks. What offices registered for the scene (``effects``) happens in the same transaction.
    """
    if gathered is not None:
        facts = {**facts, **gathered.facts}
    outcome, day = evaluate(pack, facts, on)
    told = document(pack, outcome, facts, day)
    if gathered is not None:
        told |= {"person": gathered.person, "looks": list(gathered.looks)}
    secret = secrets.token_urlsafe(24)
    with turns.turn(), transaction.atomic():
        row = Decision.objects.create(
            id=gathered.ident if gathered else new_id(),
            scene=pack.name,
            pack=pack.hash,
            contract=pack.contract().hash,
            decided_at=now(),
            on=day,
            kind=told["kind"],
            channel=channel,
            secret=secret_hash(secret),
        )
        sealed = ledger.seal(
            ledger.Draft(
                kind="scenes.decide",
                subject=f"scenes/decisions/{row.id}",
                actor=actor,
                body=told,
                rows=(row,),
                contract=row.contract,
            )
        )
        row.act = sealed.id
        row.save(update_fields=["act"])
        decided = Decided(row.id, secret, row.kind, outcome, told, sealed)
        effects.carry_out(pack, decided, facts, actor, gathered.person if gathered else "")
    return decided
