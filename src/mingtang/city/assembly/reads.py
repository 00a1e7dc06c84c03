"""What may be asked of the assembly: proposals, what is alike, what was entrusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mingtang.city.assembly import actions, alike
from mingtang.city.assembly.faults import NoSuchDuty, NoSuchProposal
from mingtang.city.assembly.models import Duty, Executed, Proposal, Question, Support, Version

MOST = 200


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with everything that belongs to it."""

    row: Proposal
    supporters: int
    of_this_version: int
    versions: list[Version]
    questions: list[Question]
    executed: list[Executed]
    duties: list[Duty]
    actions_text: str
    line: str
    amount: int


def proposals(unit: str = "", state: str = "") -> list[Proposal]:
    """Proposals, the newest first; of a unit or a state where given."""
    rows = Proposal.objects.order_by("-id")
    rows = rows.filter(unit=unit) if unit else rows
    return list((rows.filter(state=state) if state else rows)[:MOST])


def proposal(code: str) -> ProposalView:
    """One proposal; raises NoSuchProposal."""
    row = Proposal.objects.filter(code=code).first()
    if row is None:
        raise NoSuchProposal()
    support = Support.objects.filter(proposal=code)
    line, amount = actions.reserved(row.actions)
    return ProposalView(row, support.count(), support.filter(version=row.version).count(), list(Version.objects.filter(proposal=code).order_by("number")),
                        list(Question.objects.filter(proposal=code).order_by("id")), list(Executed.objects.filter(proposal=code).order_by("place")),
                        list(Duty.objects.filter(origin=f"proposals/{code}").order_by("due")), actions.text(row.actions), line, amount)


def of_election(election: str) -> Proposal | None:
    """The proposal that an election is about, or None."""
    return Proposal.objects.filter(election=election).first()


def supports(code: str, person: str) -> bool:
    """Whether a person supports a proposal."""
    return Support.objects.filter(proposal=code, person=person).exists()


def supporters(code: str) -> list[str]:
    """Who supports a proposal, by pseudonym, for the office that draws a jury from them."""
    return list(Support.objects.filter(proposal=code).order_by("person").values_list("person", flat=True))


def near(unit: str, title: str, words: str, but: str = "") -> list[tuple[Proposal, float]]:
    """Proposals of the unit still open that say nearly the same, the most alike first, at most five."""
    rows = {row.code: row for row in Proposal.objects.filter(unit=unit, state__in=("gathering", "voting")).exclude(code=but)[:1000]}
    found = alike.nearest(f"{title} {words}", [(code, f"{row.title} {row.words}") for code, row in rows.items()])
    return [(rows[code], value) for code, value in found[:5]]


def duties(unit: str = "", open_only: bool = True) -> list[Duty]:
    """What is entrusted, the earliest due first."""
    rows = Duty.objects.order_by("due", "id")
    rows = rows.filter(unit=unit) if unit else rows
    return list((rows.filter(state="open") if open_only else rows)[:MOST])


def duty(code: str) -> Duty:
    """One matter entrusted; raises NoSuchDuty."""
    found = Duty.objects.filter(code=code).first()
    if found is None:
        raise NoSuchDuty()
    return found


def told(row: Any, language: str) -> list[str]:
    """The action list in words of a language."""
    return [_SAY[one["do"]][0 if language.startswith("zh") else 1](one) for one in row.actions]


def yuan(fen: int) -> str:
    """Fen as yuan, with two digits where needed."""
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"


_SAY = {
    "reserve_budget": (lambda a: f"从预算项目“{a['line']}”预留 {yuan(a['amount'])} 元", lambda a: f"reserve {yuan(a['amount'])} yuan of the budget line “{a['line']}”"),
    "call_tender": (lambda a: f"{a['days']} 天内由 {a['unit']} 招标：{a['what']}", lambda a: f"{a['unit']} calls for tenders within {a['days']} days: {a['what']}"),
    "release": (lambda a: f"第 {a['milestone']} 步验收后付款", lambda a: f"pay milestone {a['milestone']} when it is accepted"),
    "publish": (lambda a: f"公开：{a['what']}", lambda a: f"publish: {a['what']}"),
    "open_case": (lambda a: f"{a['days']} 天内由 {a['unit']} 办理并答复：{a['what']}", lambda a: f"{a['unit']} does and answers within {a['days']} days: {a['what']}"),
}
