"""What follows when the scene has decided: a licence, or an application for an official; and what happens when that one's time has passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from mingtang.city.enterprises import acts
from mingtang.city.enterprises.models import Application, Enterprise
from mingtang.kernel import Sentence
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.people import reads as people

SCENE = "enterprise-registration"


def on_decided(made: Any) -> None:
    """Registered at once, left to an official, or nothing where it was refused; in the decision's transaction."""
    actor = Actor("agency", made.actor.ref, acts.AGENCY, made.person)
    result = made.value["result"]
    if result == "approved":
        acts.register(acts.Founding.of(made.facts, made.person), made.id, made.contract, actor)
    elif result == "official":
        acts.receive(made.pack, made.facts["company name"], made.person, made.id, made.contract, actor)


def ways(decision: UUID, secret: str) -> list[tuple[Sentence, str]]:
    """The links of a decision's page."""
    if Enterprise.objects.filter(decision=decision).exists():
        return [(Sentence("打开营业执照", "Open the business licence"), reverse("enterprises:licence", args=[decision, secret]))]
    if Application.objects.filter(decision=decision).exists():
        return [(Sentence("查看办理情况", "See how it stands"), reverse("enterprises:standing", args=[decision, secret]))]
    return []


def overdue(firings: Sequence[Any]) -> list[Draft]:
    """Three working days have passed without a decision: the head of the office is told, and the application is marked."""
    head, drafts = people.head_of(acts.AGENCY), []
    for firing in firings:
        row = Application.objects.select_for_update().get(number=firing.ref.rpartition("/")[2])
        row.overdue = True
        row.save(update_fields=["overdue"])
        drafts.append(
            Draft("enterprises.overdue", firing.ref, Actor("system", "limits"), {"told": head}, rows=(row,), at=firing.due)
        )
    return drafts
