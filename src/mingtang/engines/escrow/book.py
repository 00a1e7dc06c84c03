"""The escrow book: events in, balanced transfers out. A pure state machine; amounts are whole fen.

Money goes one way only, each step a transfer from one account to another:

    treasury -> line/L -> encumbered/P -> committed/P -> ordered/P -> paid/P
                  ^            |              |  `----> held/P ---^     |
                  `------------+--------------+------------------------'   (freed, closed, clawed back)

No account but the treasury's goes below nought, so what is released never exceeds what was set aside. An event has a natural key
(``release/P/1``): the same event twice changes nothing, another content under a known key is refused. The state is the events replayed.

    book = Book()
    book.apply(Event("fund", "renewal", "", {"order": "2026-1", "amount": 90_000_000}))
    book.apply(Event("encumber", "renewal", "lift", {"amount": 60_000_000, "binding": "sha256:..."}))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mingtang.engines.escrow.errors import (
    AnotherDecision,
    AnotherEvent,
    BadEvent,
    NotAnAcceptor,
    NotEnough,
    NotNow,
    ProjectFrozen,
    ResultNotFinal,
)
from mingtang.engines.escrow.project import Contract, Milestone, Project
from mingtang.kernel import canonical_json

TREASURY = "treasury"
MOST_FEN = 10**14  # a thousand billion yuan; sums of these stay exact in every JSON reader
MOST_MILESTONES = 100
MOST_ACCEPTORS = 50


class Event(NamedTuple):
    """Something that happened: ``kind``, the budget line, the project ("" for a line's own), and its fields."""

    kind: str
    line: str
    project: str
    body: dict[str, Any]


class Transfer(NamedTuple):
    """``amount`` fen from account ``source`` to account ``target``."""

    source: str
    target: str
    amount: int


class Payment(NamedTuple):
    """An order to the treasury; the key makes it one payment however often it is sent."""

    key: str
    project: str
    milestone: int
    payee: str
    amount: int


@dataclass(slots=True)
class Book:
    """Balances, projects and what has happened; ``apply`` is the only way to change it."""

    balances: dict[str, int] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    transfers: list[Transfer] = field(default_factory=list)
    payments: dict[str, Payment] = field(default_factory=dict)
    _seen: dict[str, bytes] = field(default_factory=dict)

    def apply(self, event: Event) -> list[Transfer]:
        """Take one event; returns its transfers, [] where it was known already. Raises EscrowRefused or BadEvent, and then nothing changed."""
        step = _STEPS.get(event.kind)
        if step is None:
            raise BadEvent(path="kind", reason="kind")
        key, content = key_of(event), canonical_json([event.kind, event.line, event.project, event.body])
        known = self._seen.get(key)
        if known is not None:
            if known != content:
                raise AnotherEvent(path=key)
            return []
        moved, change = step(self, event)
        for source, _, amount in moved:
            there = self.balances.get(source, 0)
            if source != TREASURY and there < amount:
                raise NotEnough(there=there, asked=amount, path=source)
        for source, target, amount in moved:
            self.balances[source] = self.balances.get(source, 0) - amount
            self.balances[target] = self.balances.get(target, 0) + amount
        change()
        self.transfers += moved
        self._seen[key] = content
        return moved

    def knows(self, event: Event) -> bool:
        """Whether this very step was recorded."""
        return key_of(event) in self._seen

    def balance(self, account: str) -> int:
        """Fen on ``account``."""
        return self.balances.get(account, 0)

    def project(self, code: str) -> Project:
        """The project; raises NotNow where none was begun under the code."""
        found = self.projects.get(code)
        if found is None:
            raise NotNow(state="-", path="project")
        return found

    def faults(self) -> list[str]:
        """What must never be: money from nowhere, accounts below nought, more released than set aside. [] is sound."""
        found = [] if sum(self.balances.values()) == 0 else ["the book does not balance"]
        found += [f"{name} is below nought" for name, fen in self.balances.items() if fen < 0 and name != TREASURY]
        for one in self.projects.values():
            left = sum(amount for source, _, amount in self.transfers if source == f"committed/{one.code}")
            if left > one.amount:
                found.append(f"{one.code}: more released than set aside")
            paid = sum(order.amount for order in self.payments.values() if order.project == one.code)
            if paid > one.amount:
                found.append(f"{one.code}: more ordered than set aside")
            if paid and not one.fingerprint:
                found.append(f"{one.code}: money ordered without a result")
        return found


def replay(events: Iterable[Event]) -> Book:
    """The book that ``events`` give, in order."""
    book = Book()
    for event in events:
        book.apply(event)
    return book


def key_of(event: Event) -> str:
    """The natural key of an event; the same step has the same key however often it is told."""
    named = {"fund": ("order",), "contract": ("contract",), "end_contract": ("contract",), "release_hold_back": ("contract",), "claim": ("milestone", "round"),
             "accept": ("milestone", "round", "acceptor"), "refuse": ("milestone", "round"), "release": ("milestone",), "paid": ("milestone", "contract"),
             "freeze": ("number",), "unfreeze": ("number",), "claw_back": ("order",)}.get(event.kind, ())
    parts = [event.kind, event.project or event.line, *(str(event.body.get(name, "")) for name in named)]
    if any("/" in part for part in parts):
        raise BadEvent(path="key", reason="/")
    return "/".join(parts)


Step = tuple[list[Transfer], Callable[[], None]]


def _fen(event: Event, name: str = "amount") -> int:
    value = event.body.get(name)
    if type(value) is not int or not 0 < value <= MOST_FEN:
        raise BadEvent(path=name, reason=name)
    return value


def _text(event: Event, name: str) -> str:
    value = event.body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 400:
        raise BadEvent(path=name, reason=name)
    return value


def _state(actual: str, *allowed: str) -> None:
    if actual not in allowed:
        raise NotNow(state=actual)


def _fund(book: Book, event: Event) -> Step:
    _text(event, "order")
    return [Transfer(TREASURY, f"line/{event.line}", _fen(event))], lambda: None


def _encumber(book: Book, event: Event) -> Step:
    if event.project in book.projects:
        raise NotNow(state=book.projects[event.project].state)
    one = Project(event.project, event.line, _fen(event), _text(event, "binding"))
    if not one.code or not one.line:
        raise BadEvent(path="project", reason="project")
    return [Transfer(f"line/{event.line}", f"encumbered/{one.code}", one.amount)], lambda: book.projects.__setitem__(one.code, one)


def _free(book: Book, event: Event) -> Step:
    one = _own(book, event)
    _state(one.state, "encumbered")
    _text(event, "reason")
    return [Transfer(f"encumbered/{one.code}", f"line/{one.line}", one.amount)], lambda: setattr(one, "state", "freed")


def _commit(book: Book, event: Event) -> Step:
    one = _own(book, event)
    _state(one.state, "encumbered")
    if _text(event, "binding") != one.binding:
        raise AnotherDecision()
    verifiers = event.body.get("verified_by")
    if not isinstance(verifiers, list) or len({str(name) for name in verifiers}) < 2 or _text(event, "at") < _text(event, "window_until"):
        raise ResultNotFinal()
    fingerprint = _text(event, "fingerprint")

    def change() -> None:
        one.state, one.fingerprint = "committed", fingerprint

    return [Transfer(f"encumbered/{one.code}", f"committed/{one.code}", one.amount)], change


def _contract(book: Book, event: Event) -> Step:
    one = _own(book, event)
    _state(one.state, "committed")
    if event.body.get("contract") != len(one.contracts) + 1:
        raise BadEvent(path="contract", reason="contract")
    share = event.body.get("hold_back")
    if not isinstance(share, list) or len(share) != 2 or not all(type(n) is int for n in share) or not 0 <= share[0] < share[1] <= 10_000:
        raise BadEvent(path="hold_back", reason="hold_back")
    made = Contract(len(one.contracts) + 1, _text(event, "contractor"), (share[0], share[1]), _text(event, "warranty_until"))
    milestones = _milestones(event, one)
    asked, there = sum(m.amount for m in milestones), book.balance(f"committed/{one.code}")
    if asked > there:
        raise NotEnough(there=there, asked=asked, path="milestones")

    def change() -> None:
        one.state = "contracted"
        one.contracts.append(made)
        one.milestones |= {m.number: m for m in milestones}

    return [], change


def _milestones(event: Event, one: Project) -> list[Milestone]:
    listed = event.body.get("milestones")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_MILESTONES or not all(isinstance(m, dict) for m in listed):
        raise BadEvent(path="milestones", reason="milestones")
    found: dict[int, Milestone] = {}
    for m in listed:
        number, needed, acceptors, amount = m.get("number"), m.get("needed"), m.get("acceptors"), m.get("amount")
        sound = type(number) is int and 0 < number < 10_000 and number not in one.milestones and number not in found
        sound = sound and type(amount) is int and 0 < amount <= MOST_FEN and isinstance(acceptors, list)
        sound = sound and 0 < len(acceptors) <= MOST_ACCEPTORS and all(isinstance(a, str) and a for a in acceptors)
        if not sound or len(set(acceptors)) != len(acceptors) or type(needed) is not int or not 0 < needed <= len(acceptors):
            raise BadEvent(path=f"milestones[{len(found)}]", reason="milestones")
        found[number] = Milestone(number, amount, needed, tuple(acceptors), len(one.contracts) + 1)
    return list(found.values())


def _end_contract(book: Book, event: Event) -> Step:
    one = _own(book, event)
    _state(one.state, "contracted")
    _text(event, "reason")
    if event.body.get("contract") != len(one.contracts):
        raise BadEvent(path="contract", reason="contract")
    if any(m.state == "accepted" for m in one.milestones.values()):
        raise NotNow(state="accepted")  # work that was accepted is paid first

    def change() -> None:
        one.state = "committed"
        for m in one.milestones.values():
            if m.state in ("open", "claimed"):
                m.state = "ended"

    return [], change


def _claim(book: Book, event: Event) -> Step:
    one, m = _milestone(book, event)
    _state(m.state, "open")
    evidence = _text(event, "evidence")

    def change() -> None:
        m.state, m.evidence = "claimed", evidence

    return [], change


def _accept(book: Book, event: Event) -> Step:
    _, m = _milestone(book, event)
    _state(m.state, "claimed")
    acceptor = _text(event, "acceptor")
    if acceptor not in m.acceptors:
        raise NotAnAcceptor()

    def change() -> None:
        m.accepted_by.append(acceptor)
        if len(m.accepted_by) >= m.needed:
            m.state = "accepted"

    return [], change


def _refuse(book: Book, event: Event) -> Step:
    _, m = _milestone(book, event)
    _state(m.state, "claimed")
    _text(event, "reason")
    if _text(event, "acceptor") not in m.acceptors:
        raise NotAnAcceptor()

    def change() -> None:
        m.state, m.round, m.evidence = "open", m.round + 1, ""
        m.accepted_by.clear()

    return [], change


def _release(book: Book, event: Event) -> Step:
    one, m = _milestone(book, event, of_round=False)
    _state(m.state, "accepted")
    if one.frozen:
        raise ProjectFrozen()
    contract = one.contracts[m.contract - 1]
    held = m.amount * contract.hold_back[0] // contract.hold_back[1]
    order = Payment(f"{one.binding}/{m.number}", one.code, m.number, contract.contractor, m.amount - held)

    def change() -> None:
        m.state, contract.held = "released", contract.held + held
        book.payments[order.key] = order

    return [t for t in (Transfer(f"committed/{one.code}", f"ordered/{one.code}", m.amount - held),
                        Transfer(f"committed/{one.code}", f"held/{one.code}", held)) if t.amount], change


def _paid(book: Book, event: Event) -> Step:
    one, number, contract = _own(book, event), event.body.get("milestone"), event.body.get("contract")
    order = book.payments.get(f"{one.binding}/{number}" if number else f"{one.binding}/hold-back/{contract}")
    if order is None:
        raise NotNow(state="-")

    def change() -> None:
        if number:
            one.milestones[number].state = "paid"

    return [Transfer(f"ordered/{one.code}", f"paid/{one.code}", order.amount)], change


def _freeze(book: Book, event: Event) -> Step:
    one = _own(book, event)
    _text(event, "reason")
    _state(one.state, "encumbered", "committed", "contracted")
    if one.frozen or event.body.get("number") != one.freezes + 1:
        raise NotNow(state="frozen" if one.frozen else one.state)

    def change() -> None:
        one.frozen, one.freezes = True, one.freezes + 1

    return [], change


def _unfreeze(book: Book, event: Event) -> Step:
    one = _own(book, event)
    _text(event, "reason")
    if not one.frozen or event.body.get("number") != one.freezes:
        raise NotNow(state=one.state)
    return [], lambda: setattr(one, "frozen", False)


def _release_hold_back(book: Book, event: Event) -> Step:
    one = _own(book, event)
    _state(one.state, "contracted", "committed")
    if one.frozen:
        raise ProjectFrozen()
    contract = _contract_of(one, event)
    waiting = any(m.state in ("open", "claimed", "accepted") for m in one.of(contract.number))
    if waiting or not contract.held or _text(event, "at") < contract.warranty_until:
        raise NotNow(state=one.state)
    order = Payment(f"{one.binding}/hold-back/{contract.number}", one.code, 0, contract.contractor, contract.held)

    def change() -> None:
        contract.held = 0
        book.payments[order.key] = order

    return [Transfer(f"held/{one.code}", f"ordered/{one.code}", order.amount)], change


def _claw_back(book: Book, event: Event) -> Step:
    one, amount = _own(book, event), _fen(event)
    _text(event, "reason")
    _text(event, "order")
    source = event.body.get("source")
    if source not in ("paid", "held"):
        raise BadEvent(path="source", reason="source")

    contract = _contract_of(one, event)
    if source == "held" and amount > contract.held:
        raise NotEnough(there=contract.held, asked=amount, path="amount")

    def change() -> None:
        if source == "held":
            contract.held -= amount

    return [Transfer(f"{source}/{one.code}", f"line/{one.line}", amount)], change


def _close(book: Book, event: Event) -> Step:
    one = _own(book, event)
    _state(one.state, "contracted", "committed")
    if one.contracted() or one.held or book.balance(f"ordered/{one.code}"):
        raise NotNow(state=one.state)
    rest = book.balance(f"committed/{one.code}")
    return [Transfer(f"committed/{one.code}", f"line/{one.line}", rest)] if rest else [], lambda: setattr(one, "state", "closed")


def _own(book: Book, event: Event) -> Project:
    one = book.project(event.project)
    if one.line != event.line:
        raise BadEvent(path="line", reason="line")
    return one


def _contract_of(one: Project, event: Event) -> Contract:
    number = event.body.get("contract")
    if type(number) is not int or not 0 < number <= len(one.contracts):
        raise BadEvent(path="contract", reason="contract")
    return one.contracts[number - 1]


def _milestone(book: Book, event: Event, of_round: bool = True) -> tuple[Project, Milestone]:
    one = _own(book, event)
    _state(one.state, "contracted")
    number = event.body.get("milestone")
    found = one.milestones.get(number) if type(number) is int else None
    if found is None:
        raise BadEvent(path="milestone", reason="milestone")
    if of_round and event.body.get("round") != found.round:
        raise NotNow(state=found.state, path="round")
    return one, found


_STEPS: dict[str, Callable[[Book, Event], Step]] = {
    "fund": _fund, "encumber": _encumber, "free": _free, "commit": _commit, "contract": _contract, "end_contract": _end_contract, "claim": _claim,
    "accept": _accept, "refuse": _refuse, "release": _release, "paid": _paid, "freeze": _freeze, "unfreeze": _unfreeze,
    "release_hold_back": _release_hold_back, "claw_back": _claw_back, "close": _close,
}
