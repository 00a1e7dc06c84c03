"""Budgets are counted as official outcomes were, and every count keeps its promises."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.engines import budgets

OWN = b"""META
key;value
budget;100
vote_type;approval
rule;equalshares/add1
PROJECTS
project_id;cost;name
lift;60;A lift
trees;40;Trees
bench;10;A bench
pool;101;A pool
VOTES
voter_id;vote
1;lift,trees
2;lift
3;lift
4;trees,bench
5;bench
"""


def test_own_example_is_counted_and_explained():
    """The share of five voters pays the bench and the trees or the lift; each project says why."""
    outcome = budgets.count(budgets.read(OWN))
    assert outcome.cost <= 100
    assert {reason.code for reason in outcome.reasons} == {"lift", "trees", "bench", "pool"}
    assert next(r for r in outcome.reasons if r.code == "pool").reason == "no_support"


def _equal_shares_slowly(election, share):
    """Equal Shares in fractions, as the definition reads; the reference for small elections."""
    voters = [dict(ballot) for ballot, n in election.ballots.items() for _ in range(n)]
    money = [Fraction(share)] * len(voters)
    left, bought = list(election.projects), []
    while True:
        best = None
        for i, project in enumerate(left):
            supporters = sorted((m, v) for v, m in enumerate(money) if project.code in voters[v])
            if not project.cost or sum(m for m, _ in supporters) < project.cost:
                continue
            rest, payment = Fraction(project.cost), None
            for k, (m, _) in enumerate(supporters):
                even = rest / (len(supporters) - k)
                if m >= even:
                    payment = even
                    break
                rest -= m
            payment = payment if payment is not None else supporters[-1][0]
            key = (project.cost / payment, -project.cost, len(supporters), -[p.code for p in election.projects].index(project.code))
            if best is None or key > best[0]:
                best = (key, i, payment)
        if best is None:
            return [p.code for p in bought]
        _, i, payment = best
        project = left.pop(i)
        bought.append(project)
        money = [m - min(m, payment) if project.code in voters[v] else m for v, m in enumerate(money)]


costs = st.lists(st.integers(1, 12), min_size=1, max_size=5)


@given(costs, st.lists(st.sets(st.integers(0, 4)), min_size=1, max_size=7), st.integers(0, 10))
def test_equal_shares_agrees_with_the_definition(costs, ballots, share):
    """For every small election the fast count buys what the definition buys, in the same order."""
    projects = tuple(budgets.Project(str(i), cost) for i, cost in enumerate(costs))
    counted = {}
    for ballot in ballots:
        key = tuple(sorted((str(i), Fraction(1)) for i in ballot if i < len(costs)))
        counted[key] = counted.get(key, 0) + 1
    election = budgets.Election(projects, counted, share * len(ballots))
    fast = budgets.equal_shares(election, add1=False)
    assert list(fast.selected) == _equal_shares_slowly(election, share)


@given(costs, st.lists(st.sets(st.integers(0, 4)), min_size=1, max_size=7), st.integers(0, 60), st.booleans(), st.booleans())
def test_no_count_overspends(costs, ballots, budget, completion, comparison):
    """Whatever the variant, the selected projects cost at most the budget."""
    projects = tuple(budgets.Project(str(i), cost) for i, cost in enumerate(costs))
    counted = {tuple(sorted((str(i), Fraction(1)) for i in b if i < len(costs))): 1 for b in ballots}
    election = budgets.Election(projects, counted, budget)
    for outcome in (budgets.equal_shares(election, completion=completion, comparison=comparison), budgets.greedy(election)):
        assert outcome.cost <= budget
        assert outcome.cost == sum(election.by_code[code].cost for code in outcome.selected)


def test_writing_and_reading_gives_the_same_election():
    """A Pabulib file written from an election reads back the same."""
    first = budgets.read(OWN)
    again = budgets.read(budgets.write(first))
    assert again.ballots == first.ballots and again.budget == first.budget
    assert [(p.code, p.cost) for p in again.projects] == [(p.code, p.cost) for p in first.projects]


@pytest.mark.parametrize(("old", "new", "place"), [
    (b"budget;100", b"budget;lots", "META budget"), (b"lift;60", b"lift;-60", "line 8 cost"), (b"1;lift,trees", b"1;lift,castle", "line 14"),
    (b"1;lift,trees", b"1;lift,lift", "line 14"), (b"trees;40", b"lift;40", "PROJECTS"), (b"META\n", b"\xff\n", "byte 0"),
    (b"lift;60", b"lift;1e99", "line 8 cost"),
])
def test_a_broken_file_is_refused_with_the_place(old, new, place):
    """Each fault is named with its line."""
    with pytest.raises(budgets.NotAnElection) as caught:
        budgets.read(OWN.replace(old, new))
    assert caught.value.path == place


@pytest.mark.parametrize("name", ["Poland_Wieliczka_2023_Green_Budget.pb", "Poland_Swiecie_2023.pb", "Netherlands_Assen_2024.pb"])
def test_official_equal_shares_outcomes_are_reproduced(shared_data, name):
    """The three real elections held by Equal Shares give exactly their official outcome."""
    election = budgets.read((shared_data / "pabulib" / name).read_bytes())
    assert set(budgets.count(election).selected) == set(election.official)


def test_official_greedy_outcomes_are_reproduced(shared_data):
    """At least 91 of 100 greedy elections with an official outcome give exactly it."""
    right = total = 0
    for path in sorted((shared_data / "pabulib").glob("*.pb")):
        election = budgets.read(path.read_bytes())
        if election.rule.startswith("greedy") and election.official is not None:
            total += 1
            right += set(budgets.count(election).selected) == set(election.official)
    assert total and right >= 0.91 * total
