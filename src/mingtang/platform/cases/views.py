"""Pages of cases: where a matter stands, for officials; what is stuck, for the IT office. Nothing here is public.

A resident sees the drawing on the page of their own request, which the office shows.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mingtang.kernel import now
from mingtang.kernel.access import access
from mingtang.platform.cases import acts, reads, timers
from mingtang.platform.people import reads as people


@require_safe
@access("official:cases.read")
def case_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One case: its drawing with the present step, its deadlines with rule and calendar, its history with receipts."""
    view, language = reads.case(ref), get_language() or "zh-hans"
    at = now()
    deadlines = [{
        "name": view.label(timer.node, language), "due": timer.due, "rule": timer.rule, "calendar": timer.calendar, "late": timer.due < at,
        "error": timer.error,
    } for timer in view.timers]
    history = [{
        "at": event.at, "title": " → ".join(view.label(node, language) for node in _named(view, event.body)) or event.kind,
        "who": event.kind, "receipt": event.act, "kind": "done",
    } for event in view.events]
    return render(request, "cases/case.html", {
        "case": view, "steps": [view.label(task, language) for task in view.tasks], "deadlines": deadlines, "acts": history,
        "diagram": mark_safe(reads.diagram(ref, language)),
    })


def _named(view: reads.CaseView, body: dict) -> list[str]:
    """The steps of a transition that have a name for people."""
    return [node for node in body.get("path", ()) if node in view.graph.nodes and view.graph.nodes[node].name]


@require_safe
@access("official:cases.operate")
def clockwork(request: HttpRequest) -> HttpResponse:
    """What the IT office must look at: deadlines and effects that failed, and how late the clockwork is."""
    return render(request, "cases/clockwork.html", {
        "counts": reads.counts(), "lag": int(timers.lag(now()).total_seconds()), "timers": reads.stuck_timers(), "effects": reads.stuck_effects(),
    })


@require_POST
@access("official:cases.operate")
def retry_timer(request: HttpRequest, timer: int) -> HttpResponse:
    """Let a failed deadline be tried again."""
    acts.retry_timer(timer, people.actor(request))
    messages.success(request, _("It will be tried again within a minute."))
    return redirect("cases:clockwork")


@require_POST
@access("official:cases.operate")
def retry_effect(request: HttpRequest) -> HttpResponse:
    """Let a dead effect be delivered again."""
    acts.retry_effect(request.POST.get("key", ""), people.actor(request))
    messages.success(request, _("It will be tried again within a minute."))
    return redirect("cases:clockwork")
