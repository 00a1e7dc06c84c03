"""A year of requests of the fictional city of Mingzhou, lived through the real acts under a clock that is set.

Nothing is written past the acts: every filing, reply, escalation and confirmation is sealed at its time of that year, and timers
fire
day by day. The same seed gives the same year. All texts and people are invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush

from django.db import transaction

from mingtang.city.requests import acts, demo_texts, reads, tally
from mingtang.city.requests.models import Request
from mingtang.kernel import FixedClock, MingtangError, now, use_clock
from mingtang.platform.cases import timers
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import reads as people

RESIDENT = Actor("resident")
CLERK, SUPERVISOR = Actor("official", "clerk", "MZ"), Actor("official", "supervisor", "MZ")
_BATCH = timedelta(days=3)  # lived through in one transaction: a set-up needs no disk write for each act


def seed(n: int = 600, seed: int = 12345) -> int:
    """Live through a year of ``n`` requests that ends now; returns how many were filed. A city that has requests is left
    alone.
    """
    if Request.objects.exists():
        return 0
    end = now()
    life = _Year(random.Random(seed), end - timedelta(days=365), end)
    with use_clock(FixedClock(life.start)) as clock:
        life.run(n, clock)
        tally.fold()
    return Request.objects.count()


class _Year:
    """Events in order of time; each may bring about later ones."""

    def __init__(self, chance: random.Random, start: datetime, end: datetime) -> None:
        self.chance, self.start, self.end = chance, start, end
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        self._secrets: dict[str, str] = {}
        # Some units are quicker and better than others, all year long.
        self._quality = {unit.code: chance.uniform(0.55, 0.97) for unit in people.units()}

    def run(self, n: int, clock: FixedClock) -> None:
        """Plan ``n`` filings over the year, a fifth of them in its last month, then live through all events."""
        for i in range(n):
            days = self.chance.uniform(335, 364.9) if i % 5 == 0 else self.chance.uniform(0, 364.9)
            self._at(self.start + timedelta(days=days), self._file)
        until = self.start
        while until < self.end:
            until = min(until + _BATCH, self.end)
            with transaction.atomic():
                self._live(until, clock)

    def _live(self, until: datetime, clock: FixedClock) -> None:
        while self._events and self._events[0][0] <= until:
            at, _, event = heappop(self._events)
            clock.set(max(at, clock.now()))
            try:
                with transaction.atomic():
                    event()
            except MingtangError:
                continue  # a timer came first: the step no longer fits, as in life
        clock.set(until)
        while timers.fire_due(until, 1000):
            pass

    def _at(self, at: datetime, event: Callable[[], None]) -> None:
        if at <= self.end:
            self._count += 1
            heappush(self._events, (at, self._count, event))

    def _after(self, hours: float, event: Callable[[], None]) -> None:
        self._at(now() + timedelta(hours=hours), event)

    def _file(self) -> None:
        text, street, language = demo_texts.draw(self.chance)
        unit = people.unit(street)
        reporter = acts.Reporter(name="季禾", phone="13800000000") if self.chance.random() < 0.2 else None
        place = acts.Place(street=street) if self.chance.random() < 0.93 else acts.Place(district=unit.parent)
        filed = acts.file(
            acts.Filing(
                text=text,
                place=place,
                language=language,
                reporter=reporter,
                channel=self.chance.choice(("web", "web", "phone", "simple")),
            ),
            RESIDENT,
        )
        self._secrets[filed.number] = filed.secret
        if not filed.unit:
            self._after(self.chance.uniform(0.2, 8), lambda: acts.dispatch(filed.number, unit.parent, CLERK, "按属地原则派单"))
            self._after(9, lambda: self._take_up(filed.number))
        else:
            self._take_up(filed.number)

    def _take_up(self, number: str) -> None:
        view = reads.public(number)
        quality, chance = self._quality[view.unit], self.chance
        officer = Actor("official", f"{view.unit}-2", view.unit)
        window = (view.feedback_due - now()) / timedelta(hours=1)
        accepted = window * chance.uniform(0.01, 0.15)
        if chance.random() < 0.03 and view.unit.count("-") == 2:
            self._return(number, officer, accepted)
            return
        self._after(accepted, lambda: acts.accept(number, officer))
        self._after(accepted * 1.2, lambda: acts.contact(number, "已电话联系诉求人", officer))
        if chance.random() < 0.06:
            self._joint(number, officer, accepted * 1.3)
        luck = chance.random()
        if luck < 0.02:
            self._after(
                accepted * 1.5,
                lambda: acts.park(
                    number, "需列入下一年度改造计划", (now() + timedelta(days=chance.randint(30, 120))).date(), officer, "funding"
                ),
            )
            return
        if luck < 0.06:
            self._after(window * 0.7, lambda: acts.extend(number, "需要协调多个单位，申请延期", officer))
            window *= 1.8
        late = chance.random() > quality
        self._after(window * (chance.uniform(1.02, 1.6) if late else chance.uniform(0.1, 0.95)), lambda: self._reply(number))
        if chance.random() < 0.015:
            self._after(accepted * 1.4, lambda: acts.propose_exclusion(number, "duplicate", "与同一地点在办诉求重复", officer))
            self._after(
                accepted * 1.4 + 20,
                lambda: acts.approve_exclusion(number, SUPERVISOR, "核实为同一事项，同意剔除", approve=chance.random() < 0.7),
            )

    def _return(self, number: str, officer: Actor, hours: float) -> None:
        self._after(hours, lambda: acts.propose_return(number, "该事项属于城市管理局职责", officer, target="MZ-URBAN"))
        self._after(hours + 2, lambda: acts.approve_return(number, CLERK, "核实情况，同意改派", approve=True))
        self._after(hours + 3, lambda: self._take_up(number))

    def _joint(self, number: str, officer: Actor, hours: float) -> None:
        called = self.chance.choice([unit.code for unit in people.units(kind="agency") if unit.code != officer.unit])
        self._after(hours, lambda: acts.call_joint(number, [called], "需要到现场共同认定责任", officer))
        if self.chance.random() < 0.85:
            visitor = Actor("official", f"{called}-2", called)
            self._after(hours + self.chance.uniform(1, 30), lambda: acts.arrive(number, called, visitor, "已到现场，责任已厘清"))
            self._after(
                hours + 40, lambda: acts.score_joint(number, called, self.chance.randint(70, 100), officer, "到场配合情况良好")
            )

    def _reply(self, number: str) -> None:
        view = reads.public(number)
        lead = view.lead_unit or view.unit
        acts.reply(number, demo_texts.reply(self.chance, view.category), Actor("official", f"{lead}-2", lead))
        if self.chance.random() < 0.72:
            self._after(self.chance.uniform(2, 90), lambda: self._confirm(number, self._quality[lead]))

    def _confirm(self, number: str, quality: float) -> None:
        chance = self.chance
        solved = chance.random() < 0.35 + 0.6 * quality
        satisfied = solved and chance.random() < 0.4 + 0.55 * quality
        acts.confirm(number, self._secrets[number], contacted=chance.random() < 0.97, solved=solved, satisfied=satisfied)
        if not solved:
            self._after(chance.uniform(10, 60), lambda: self._reply(number))
