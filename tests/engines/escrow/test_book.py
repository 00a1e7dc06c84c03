"""The escrow book: what is released was set aside, decided, done and accepted; the same step twice is one step."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import escrow
from mingtang.engines.escrow import Event

BINDING, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
FUND = Event("fund", "renewal", "", {"order": "2026-1", "amount": 1000})
ENCUMBER = Event("encumber", "renewal", "lift", {"amount": 600, "binding": BINDING})
COMMIT = Event("commit", "renewal", "lift", {"binding": BINDING, "fingerprint": "f", "verified_by": ["engine", "verify"], "at": "2026-05-04", "window_until": "2026-05-03"})
CONTRACT = Event("contract", "renewal", "lift", {"contract": 1, "contractor": "builder", "hold_back": [5, 100], "warranty_until": "2027-01-01", "milestones": [
    {"number": 1, "amount": 200, "needed": 2, "acceptors": ["juror", "engineer", "finance"]},
    {"number": 2, "amount": 300, "needed": 1, "acceptors": ["engineer"]}]})


def _of(kind, **body):
    return Event(kind, "renewal", "lift", body)


def _book(*more):
    return escrow.replay([FUND, ENCUMBER, COMMIT, CONTRACT, *more])


ACCEPTED = [_of("claim", milestone=1, round=1, evidence="sha256:photo"), _of("accept", milestone=1, round=1, acceptor="juror"),
            _of("accept", milestone=1, round=1, acceptor="finance")]


def test_a_project_from_first_fen_to_last_payment():
    """Encumbered, committed, two milestones released with five per cent held back, paid, warranty over, the rest back on the line."""
    book = _book(*ACCEPTED, _of("release", milestone=1), _of("paid", milestone=1), _of("claim", milestone=2, round=1, evidence="e"),
                 _of("accept", milestone=2, round=1, acceptor="engineer"), _of("release", milestone=2), _of("paid", milestone=2),
                 _of("release_hold_back", contract=1, at="2027-01-02"), _of("paid", contract=1), _of("close"))
    assert book.project("lift").state == "closed" and book.faults() == []
    assert {name: fen for name, fen in book.balances.items() if fen} == {"treasury": -1000, "line/renewal": 500, "paid/lift": 500}
    assert [(order.milestone, order.amount, order.payee) for order in book.payments.values()] == [(1, 190, "builder"), (2, 285, "builder"), (0, 25, "builder")]


@pytest.mark.parametrize(("event", "error"), [
    (_of("release", milestone=1), escrow.NotNow),                                             # nothing claimed, nothing accepted
    (_of("accept", milestone=1, round=1, acceptor="juror"), escrow.NotNow),
    (_of("claim", milestone=3, round=1, evidence="e"), escrow.BadEvent),
    (_of("claim", milestone=1, round=2, evidence="e"), escrow.NotNow),
    (_of("free", reason="no"), escrow.NotNow),
    (_of("release_hold_back", contract=1, at="2027-01-02"), escrow.NotNow),
    (_of("close"), escrow.NotNow),
    (_of("claw_back", order="1", amount=1, source="paid", contract=1, reason="no"), escrow.NotEnough),
    (_of("claw_back", order="1", amount=1, source="line", contract=1, reason="no"), escrow.BadEvent),
    (_of("paid", milestone=1), escrow.NotNow),
    (_of("unfreeze", number=1, reason="no"), escrow.NotNow),
    (Event("encumber", "renewal", "roof", {"amount": 401, "binding": OTHER}), escrow.NotEnough),
    (Event("encumber", "renewal", "roof", {"amount": 0, "binding": OTHER}), escrow.BadEvent),
    (Event("encumber", "renewal", "roof", {"amount": True, "binding": OTHER}), escrow.BadEvent),
    (Event("encumber", "renewal", "a/b", {"amount": 1, "binding": OTHER}), escrow.BadEvent),
    (Event("fund", "renewal", "", {"order": "2", "amount": 10**15}), escrow.BadEvent),
    (Event("release", "other", "lift", {"milestone": 1}), escrow.BadEvent),
    (Event("steal", "renewal", "lift", {}), escrow.BadEvent),
    (Event("claim", "renewal", "nowhere", {"milestone": 1, "round": 1, "evidence": "e"}), escrow.NotNow),
])
def test_what_does_not_follow_is_refused_and_changes_nothing(event, error):
    """Each refusal has its class, and the book stays as it was."""
    book = _book()
    before = repr(book)
    with pytest.raises(error):
        book.apply(event)
    assert repr(book) == before


@pytest.mark.parametrize("change", [{"binding": OTHER}, {"verified_by": ["engine"]}, {"verified_by": ["engine", "engine"]}, {"at": "2026-05-02"},
                                    {"fingerprint": ""}, {"verified_by": None}])
def test_no_money_is_bound_without_a_final_result(change):
    """Another action list, one verifier alone, an open window, no fingerprint: nothing is committed."""
    book = escrow.replay([FUND, ENCUMBER])
    with pytest.raises((escrow.AnotherDecision, escrow.ResultNotFinal, escrow.BadEvent)):
        book.apply(COMMIT._replace(body=COMMIT.body | change))
    assert book.balance("committed/lift") == 0


def test_a_contract_promises_no_more_than_was_committed():
    """Milestones beyond the sum, doubled numbers, more acceptances than acceptors and a hold-back of everything are refused."""
    base = CONTRACT.body["milestones"][0]
    for milestones, error in (([base | {"amount": 601}], escrow.NotEnough), ([base, base], escrow.BadEvent), ([base | {"needed": 4}], escrow.BadEvent), ([], escrow.BadEvent)):
        with pytest.raises(error):
            escrow.replay([FUND, ENCUMBER, COMMIT, CONTRACT._replace(body=CONTRACT.body | {"milestones": milestones})])
    with pytest.raises(escrow.BadEvent):
        escrow.replay([FUND, ENCUMBER, COMMIT, CONTRACT._replace(body=CONTRACT.body | {"hold_back": [1, 1]})])


def test_a_milestone_claimed_twice_is_claimed_once():
    """The same claim again changes nothing; another evidence under the same claim is refused; after a refusal a new round begins."""
    book = _book(ACCEPTED[0])
    assert book.apply(ACCEPTED[0]) == []
    with pytest.raises(escrow.AnotherEvent):
        book.apply(_of("claim", milestone=1, round=1, evidence="sha256:another"))
    book.apply(_of("refuse", milestone=1, round=1, acceptor="engineer", reason="the door sticks"))
    book.apply(_of("claim", milestone=1, round=2, evidence="sha256:another"))
    with pytest.raises(escrow.NotAnAcceptor):
        book.apply(_of("accept", milestone=1, round=2, acceptor="builder"))
    assert book.project("lift").milestones[1].accepted_by == []


def test_the_auditor_stops_payments_and_work_goes_on():
    """Frozen, a milestone is claimed and accepted but not released; unfrozen it is ready."""
    book = _book(_of("freeze", number=1, reason="sample"), *ACCEPTED)
    assert book.project("lift").ready() == []
    with pytest.raises(escrow.ProjectFrozen):
        book.apply(_of("release", milestone=1))
    book.apply(_of("unfreeze", number=1, reason="in order"))
    assert book.project("lift").ready() == [1]
    book.apply(_of("release", milestone=1))


def test_another_contractor_goes_on_with_what_is_left():
    """A contract that ends leaves what was not released; the next may promise that and no more; each holds back its own share."""
    book = _book(*ACCEPTED, _of("release", milestone=1), _of("paid", milestone=1), _of("end_contract", contract=1, reason="bankrupt"))
    assert book.project("lift").milestones[2].state == "ended"
    second = CONTRACT.body | {"contract": 2, "contractor": "mender", "milestones": [CONTRACT.body["milestones"][1] | {"number": 3, "amount": 400}]}
    book.apply(_of("contract", **second))
    book.apply(_of("release_hold_back", contract=1, at="2027-01-02"))
    assert book.payments[f"{BINDING}/hold-back/1"].payee == "builder" and book.faults() == []


_EVENTS = st.lists(st.one_of(
    st.sampled_from([FUND, ENCUMBER, COMMIT, CONTRACT, *ACCEPTED, _of("free", reason="r"), _of("close"), _of("freeze", number=1, reason="r"), _of("unfreeze", number=1, reason="r")]),
    st.builds(lambda kind, m, r, who: _of(kind, milestone=m, round=r, evidence="e", acceptor=who, reason="r"), st.sampled_from(["claim", "accept", "refuse"]),
              st.integers(1, 2), st.integers(1, 2), st.sampled_from(["juror", "engineer", "finance"])),
    st.builds(lambda kind, m: _of(kind, milestone=m), st.sampled_from(["release", "paid"]), st.integers(1, 2)),
    st.builds(lambda amount, source: _of("claw_back", order=str(amount), amount=amount, source=source, contract=1, reason="r"), st.integers(1, 300), st.sampled_from(["paid", "held"])),
    st.builds(lambda at: _of("release_hold_back", contract=1, at=at), st.sampled_from(["2026-12-01", "2027-02-01"])),
    st.just(_of("paid", contract=1)), st.just(_of("end_contract", contract=1, reason="r")),
), max_size=40)


@settings(max_examples=400, deadline=None)
@given(_EVENTS, st.randoms())
def test_whatever_comes_the_book_stays_sound(events, chance):
    """Any events in any order, delivered again at any time: sound after each, and the log replayed gives the same book."""
    book, log = escrow.replay([FUND, ENCUMBER, COMMIT, CONTRACT]), [FUND, ENCUMBER, COMMIT, CONTRACT]
    for event in events:
        for one in (event, *([chance.choice(log)] if chance.random() < 0.5 else [])):
            known, before = book.knows(one), repr(book)
            try:
                book.apply(one)
            except (escrow.EscrowRefused, escrow.BadEvent):
                assert repr(book) == before
                continue
            if known:
                assert repr(book) == before
            else:
                log.append(one)
            assert book.faults() == []
    assert repr(escrow.replay(log)) == repr(book)
    assert sum(order.amount for order in book.payments.values()) <= 600


def test_the_random_walk_gets_to_payments():
    """Random steps do reach releases, refusals and hold-backs, so that the property above is about something."""
    chance, kinds = random.Random(7), set()
    for _ in range(300):
        book = _book()
        for _ in range(60):
            m, r, who = chance.choice([1, 2]), chance.choice([1, 1, 2]), chance.choice(["juror", "engineer", "finance"])
            event = chance.choice([_of("claim", milestone=m, round=r, evidence="e"), _of("accept", milestone=m, round=r, acceptor=who), _of("release", milestone=m),
                                   _of("paid", milestone=m), _of("paid", contract=1), _of("release_hold_back", contract=1, at="2027-02-01"), _of("close")])
            try:
                book.apply(event)
            except (escrow.EscrowRefused, escrow.BadEvent):
                continue
            kinds.add(event.kind)
    assert kinds >= {"claim", "accept", "release", "paid", "release_hold_back", "close"}


def test_the_jury_is_drawn_the_same_by_everybody():
    """Order and doubles of the pool change nothing, another seed does, and every member has a like chance."""
    pool = [f"p-{i}" for i in range(30)]
    assert escrow.draw_jury("seed", pool, 5) == escrow.draw_jury("seed", [*reversed(pool), "p-3"], 5) != escrow.draw_jury("other", pool, 5)
    counts = dict.fromkeys(pool, 0)
    for i in range(3000):
        for name in escrow.draw_jury(str(i), pool, 5):
            counts[name] += 1
    assert all(400 < count < 600 for count in counts.values())
    assert escrow.draw_jury("seed", ["a"], 5) == ["a"] and escrow.draw_jury("seed", [], 5) == []
