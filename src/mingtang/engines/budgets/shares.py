"""The Method of Equal Shares with Add1: each voter gets the same share of the budget and pays only for what they named.

A project is affordable when its supporters together can pay its cost; each pays the same, or all that is left to them. In each step
the affordable project with the highest *effective vote count* - its cost divided by the highest payment of a supporter - is
funded (Peters, Pierczyński, Skowron 2021, with cost as utility). Add1: the share is raised by one unit a voter, and the
method counted anew, until the outcome would overspend; the last outcome that fits is the result.

Amounts are reckoned in integers, millionths of a unit, payments rounded up; so what a voter really has left lies within one millionth
a purchase of what is reckoned. Where that much could change a decision - who is affordable, who comes first - the share is
counted anew in exact fractions. The outcome is therefore always the exact one. Ties: the lower cost, then more votes, then
the order of the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mingtang.engines.budgets.election import Election
from mingtang.engines.budgets.greedy import Count, Reason, greedy

_FINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Purchase:
    """One step: the project, the highest payment of a supporter (millionths), its effective vote count."""

    code: str
    payment: int | Fraction
    effective_votes: Fraction


class _Close(Exception):
    """Rounding could change the decision: count in fractions."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a project would take: the highest payment, and bounds of its effective votes (equal where exactly known)."""

    payment: int | Fraction
    least: Fraction
    most: Fraction
    place: tuple[int, int, int]


class _Market:
    """Groups of equal ballots with their weights; for each project the groups that support it."""

    def __init__(self, election: Election) -> None:
        ballots = list(election.ballots)
        self.codes = [project.code for project in election.projects]
        self.costs = [project.cost for project in election.projects]
        self.weights = np.array([election.ballots[ballot] for ballot in ballots], dtype=np.int64)
        index = {code: i for i, code in enumerate(self.codes)}
        members: list[list[int]] = [[] for _ in self.codes]
        for g, ballot in enumerate(ballots):
            for code, _ in ballot:
                members[index[code]].append(g)
        self.members = [np.array(groups, dtype=np.int64) for groups in members]
        self.support = [int(self.weights[groups].sum()) for groups in self.members]

    def outcome(self, share: int) -> list[Purchase]:
        """Run the method with ``share`` whole units for each voter."""
        try:
            return self._run(_Rounded(self, share))
        except _Close:
            return self._run(_Exact(self, share))

    def _run(self, purses: _Rounded | _Exact) -> list[Purchase]:
        # Effective votes only fall as money is spent, so an old value is an upper bound and most projects need no new reckoning.
        bound = {p: Fraction(self.support[p]) for p in range(len(self.codes)) if self.support[p] and self.costs[p] > 0}
        bought: list[Purchase] = []
        while bound:
            offers: dict[int, _Offer] = {}
            leader = Fraction(0)
            for p in sorted(bound, key=lambda q: -bound[q]):
                if bound[p] < leader:
                    break
                offer = purses.offer(p)
                if offer is None:
                    del bound[p]
                    continue
                offers[p], bound[p] = offer, offer.most
                leader = max(leader, offer.least)
            if not offers:
                break
            best = max(offers, key=lambda p: (offers[p].least, offers[p].place))
            _be_sure(offers, best)
            purses.pay(best, offers[best].payment)
            del bound[best]
            bought.append(Purchase(self.codes[best], offers[best].payment, offers[best].least))
        return bought

    def place(self, p: int) -> tuple[int, int, int]:
        """The tie rule as a key: the lower cost, more votes, earlier in the list."""
        return (-self.costs[p], self.support[p], -p)


def _be_sure(offers: dict[int, _Offer], best: int) -> None:
    """Raise _Close if another offer could in truth be the better one."""
    ours = offers[best]
    for p, other in offers.items():
        if p != best and other.most >= ours.least and not (other.most == other.least and ours.most == ours.least):
            raise _Close


class _Rounded:
    """The voters' purses in millionths; the truth lies between the purse and the purse plus one millionth a purchase."""

    def __init__(self, market: _Market, share: int) -> None:
        self._market = market
        self._money = np.full(len(market.weights), share * _FINE, dtype=np.int64)
        self._purchases = 0

    def offer(self, p: int) -> _Offer | None:
        market = self._market
        purse, weight = self._money[market.members[p]], market.weights[market.members[p]]
        cost, support, place = market.costs[p] * _FINE, market.support[p], market.place(p)
        even = -(-cost // support)
        if int(purse.min()) >= even:
            return _Offer(even, Fraction(support), Fraction(support), place)
        whole = int(purse @ weight)
        if whole < cost:
            if whole + support * self._purchases >= cost:
                raise _Close
            return None
        order = np.argsort(purse, kind="stable")
        purse, weight = purse[order], weight[order]
        paid_before = np.concatenate(([0], np.cumsum(purse * weight)[:-1]))
        voters_from = support - np.concatenate(([0], np.cumsum(weight)[:-1]))
        # At the first group that can pay the even rest, everyone before it gives all and the others pay that rest.
        rest = -((paid_before - cost) // voters_from)
        able = purse >= rest
        payment = int(rest[np.argmax(able)]) if able.any() else int(purse[-1])
        slack = self._purchases * support + 1
        if payment <= slack:
            raise _Close
        return _Offer(payment, Fraction(cost, payment), Fraction(cost, payment - slack), place)

    def pay(self, p: int, payment: int) -> None:
        groups = self._market.members[p]
        self._money[groups] -= np.minimum(self._money[groups], payment)
        self._purchases += 1


class _Exact:
    """The voters' purses in fractions of a millionth: slow and exact."""

    def __init__(self, market: _Market, share: int) -> None:
        self._market = market
        self._money = [Fraction(share * _FINE)] * len(market.weights)

    def offer(self, p: int) -> _Offer | None:
        market = self._market
        purses = sorted((self._money[g], int(market.weights[g])) for g in market.members[p])
        rest, voters = Fraction(market.costs[p] * _FINE), market.support[p]
        if sum(money * weight for money, weight in purses) < rest:
            return None
        payment = purses[-1][0]
        for money, weight in purses:
            if money * voters >= rest:
                payment = rest / voters
                break
            rest -= money * weight
            voters -= weight
        votes = Fraction(market.costs[p] * _FINE) / payment
        return _Offer(payment, votes, votes, market.place(p))

    def pay(self, p: int, payment: Fraction) -> None:
        for g in self._market.members[p]:
            self._money[g] -= min(self._money[g], payment)


def equal_shares(election: Election, *, add1: bool = True, completion: bool = False, comparison: bool = False) -> Count:
    """Count by Equal Shares.

    ``completion`` spends what is left greedily by votes; ``comparison`` takes the greedy outcome instead where more voters prefer it.
    """
    market = _Market(election)
    voters = election.voters
    if not voters:
        return _count(election, [], 0, ())
    unit = election.budget // voters
    bought = market.outcome(unit)
    rounds = 0
    while add1:
        if len(bought) == sum(1 for p, support in enumerate(market.support) if support and market.costs[p]):
            break
        unit += 1
        tried = market.outcome(unit)
        if sum(election.by_code[step.code].cost for step in tried) > election.budget:
            unit -= 1
            break
        bought, rounds = tried, rounds + 1
    count = _count(election, bought, unit, (f"share {unit}", f"rounds {rounds}"))
    if completion:
        count = _complete(election, count)
    return _compared(election, count) if comparison else count


def _count(election: Election, bought: list[Purchase], share: int, notes: tuple[str, ...]) -> Count:
    taken = {step.code: step for step in bought}
    cost = sum(election.by_code[code].cost for code in taken)
    reasons = []
    for project in election.projects:
        votes = election.votes[project.code]
        if project.code in taken:
            reasons.append(Reason(project.code, "funded", taken[project.code].effective_votes, election.budget - cost))
        elif not votes:
            reasons.append(Reason(project.code, "no_support", Fraction(0), election.budget - cost))
        else:
            missing = Fraction(project.cost) - _left_to_supporters(election, project.code, bought, share)
            reasons.append(Reason(project.code, "too_dear", Fraction(votes), election.budget - cost, max(missing, Fraction(0))))
    return Count(tuple(taken), cost, tuple(reasons), notes)


def _left_to_supporters(election: Election, code: str, bought: list[Purchase], share: int) -> Fraction:
    """What the supporters of ``code`` together still had at the end."""
    left = 0
    for ballot, voters in election.ballots.items():
        named = {project for project, _ in ballot}
        if code in named:
            purse = share * _FINE
            for step in bought:
                if step.code in named:
                    purse -= min(purse, step.payment)
            left += purse * voters
    return Fraction(left, _FINE)


def _complete(election: Election, count: Count) -> Count:
    """Spend the rest on the projects with most votes that still fit."""
    chosen, left = list(count.selected), election.budget - count.cost
    for project in sorted(election.projects, key=lambda p: (-election.votes[p.code], p.cost)):
        if project.code not in chosen and election.votes[project.code] and project.cost <= left:
            chosen.append(project.code)
            left -= project.cost
    reasons = tuple(
        Reason(r.code, "funded_from_the_rest", r.score, left) if r.code in chosen and r.reason != "funded" else r for r in count.reasons
    )
    return Count(tuple(chosen), election.budget - left, reasons, (*count.notes, "completion by votes"))


def _compared(election: Election, count: Count) -> Count:
    """The outcome that more voters prefer, by the cost of the funded projects that they named."""
    other = greedy(election)
    ours, theirs = set(count.selected), set(other.selected)
    for_ours = for_theirs = 0
    for ballot, voters in election.ballots.items():
        value = sum(election.by_code[code].cost * ((code in ours) - (code in theirs)) for code, _ in ballot)
        for_ours += voters * (value > 0)
        for_theirs += voters * (value < 0)
    note = f"comparison: {for_ours} voters prefer equal shares, {for_theirs} greedy"
    if for_ours >= for_theirs:
        return Count(count.selected, count.cost, count.reasons, (*count.notes, note))
    return Count(other.selected, other.cost, other.reasons, (*count.notes, note))
