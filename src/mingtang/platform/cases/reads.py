"""What others may ask of cases: where one stands, its drawing, what is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mingtang.engines import bpmn
from mingtang.platform.cases import check
from mingtang.platform.cases.faults import NoSuchCase
from mingtang.platform.cases.models import Case, Effect, Event, Timer
from mingtang.platform.cases.processes import graph_of

__all__ = ["CaseView", "EventView", "NoSuchCase", "Stuck", "TimerView", "case", "counts", "diagram", "faults", "stuck_effects", "stuck_timers"]


@dataclass(frozen=True, slots=True)
class TimerView:
    """A pending deadline with the rule and calendar that gave it."""

    node: str
    due: datetime
    rule: str
    calendar: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """One transition: its legal time, when it was recorded, the kind of its act, its path, the act's id."""

    rev: int
    at: datetime
    recorded_at: datetime
    kind: str
    body: dict[str, Any]
    act: UUID


@dataclass(frozen=True, slots=True)
class CaseView:
    """Where a case stands."""

    ref: str
    process: str
    version: str
    rev: int
    tasks: tuple[str, ...]
    facts: dict[str, Any]
    timers: tuple[TimerView, ...]
    events: tuple[EventView, ...]
    ended: bool
    graph: bpmn.Graph

    def label(self, node: str, language: str) -> str:
        """The name for people of a step."""
        found = self.graph.nodes.get(node)
        return found.label(language) if found else node


@dataclass(frozen=True, slots=True)
class Stuck:
    """A timer or effect that failed: tried again later, or (``waits`` is None) waiting for the operator."""

    id: int
    name: str
    what: str
    due: datetime
    attempts: int
    waits: datetime | None
    error: str


def case(ref: str) -> CaseView:
    """The case ``ref``; raises NoSuchCase."""
    row = _row(ref)
    graph = graph_of(row.process)
    timers = tuple(TimerView(*found) for found in row.timers.order_by("due", "id").values_list("node", "due", "rule", "calendar", "error"))
    events = tuple(EventView(*found) for found in Event.objects.filter(case=row).order_by("rev").values_list(
        "rev", "at", "recorded_at", "kind", "body", "act"))
    tasks = bpmn.open_tasks(graph, bpmn.State.from_json(row.state))
    return CaseView(row.ref, graph.id, row.process, row.rev, tasks, row.facts, timers, events, row.ended_at is not None, graph)


def diagram(ref: str, language: str = "zh-hans") -> str:
    """The drawing of the case's process as SVG, with the steps where it stands marked and told in words; raises NoSuchCase."""
    row = _row(ref)
    state = bpmn.State.from_json(row.state)
    passed: list[str] = []
    for body in Event.objects.filter(case=row).order_by("rev").values_list("body", flat=True):
        passed += body.get("path", ())
    return bpmn.draw(graph_of(row.process), current=[token.at for token in state.tokens], passed=passed, language=language)


def stuck_timers(limit: int = 100) -> list[Stuck]:
    """Timers that failed, the oldest first."""
    rows = Timer.objects.filter(attempts__gt=0).select_related("case").order_by("id")[:limit]
    return [Stuck(t.pk, t.case.ref, t.node, t.due, t.attempts, t.wake, t.error) for t in rows]


def stuck_effects(limit: int = 100) -> list[Stuck]:
    """Effects that are dead, the oldest first."""
    rows = Effect.objects.filter(dead_at__isnull=False).order_by("dead_at")[:limit]
    return [Stuck(e.pk, e.key, e.kind, e.created_at, e.attempts, e.wake, e.error) for e in rows]


def counts() -> dict[str, int]:
    """What the worker's page and metrics show: failed and stuck timers, effects waiting and dead."""
    failed = Timer.objects.filter(attempts__gt=0)
    return {
        "timers_failed": failed.count(), "timers_stuck": failed.filter(wake=None).count(),
        "effects_waiting": Effect.objects.filter(wake__isnull=False).count(), "effects_dead": Effect.objects.filter(dead_at__isnull=False).count(),
    }


def faults() -> list[str]:
    """What is not as the processes and the history say it must be; [] is sound. Reads every case."""
    return [str(fault) for fault in check.faults()]


def _row(ref: str) -> Case:
    row = Case.objects.filter(ref=ref).first()
    if row is None:
        raise NoSuchCase(path="ref", ref=ref[:80])
    return row
