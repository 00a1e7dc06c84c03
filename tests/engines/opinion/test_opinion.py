"""The opinion map finds the groups that are there, is the same on repeat, and agrees with Polis' own on real conversations."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import opinion


def _two_camps(people=60, statements=20, seed=7):
    """Two camps that vote opposite on all but the last two statements, which unite them."""
    rng = np.random.default_rng(seed)
    votes = []
    for person in range(people):
        side = 1 if person % 3 else -1
        for statement in range(statements):
            if rng.random() < 0.7:
                vote = 1 if statement >= statements - 2 else side * (1 if statement % 2 else -1)
                votes.append((person, statement, vote if rng.random() < 0.95 else -vote, float(statement)))
    return opinion.conversation(votes, {s: (f"statement {s}", False) for s in range(statements)})


def test_two_camps_are_found_and_what_unites_them():
    """Two camps give two groups, and the uniting statements lead the bridging list."""
    result = opinion.draw(_two_camps())
    people = list(result.group_of)
    assert opinion.adjusted_rand([person % 3 > 0 for person in people], [result.group_of[person] for person in people]) > 0.95
    assert {bridge.statement for bridge in result.bridging[:2]} == {18, 19}
    assert {r.group for r in result.representative} == {0, 1}


def test_the_map_is_bit_identical_on_repeat():
    """The same votes, in any order, give the same map and the same input hash."""
    first, again = opinion.draw(_two_camps()), opinion.draw(_two_camps())
    assert first.space.points.tobytes() == again.space.points.tobytes()
    assert first.group_of == again.group_of and first.input_hash == again.input_hash


def test_the_last_vote_counts():
    """Who votes twice is counted once, with the later vote, whatever the order of the rows."""
    statements = {0: ("a", False)}
    late, early = (1, 0, -1, 5.0), (1, 0, 1, 2.0)
    for votes in ([late, early], [early, late]):
        assert opinion.conversation(votes, statements).matrix[0, 0] == -1


def test_hidden_statements_move_nobody():
    """Votes on a statement taken out by moderation do not change any place."""
    talk = _two_camps()
    talk.hidden[3] = True
    before = opinion.draw(talk).space.points.copy()
    talk.matrix[:, 3] = np.where(np.isnan(talk.matrix[:, 3]), np.nan, -talk.matrix[:, 3])
    assert np.array_equal(before, opinion.draw(talk).space.points)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.sampled_from([-1, 0, 1]), st.floats(0, 9)), min_size=1, max_size=60))
def test_any_votes_give_a_map(votes):
    """Few votes, equal votes, one person: never a fault, and each placed person has one group."""
    result = opinion.draw(opinion.conversation(votes, {s: ("", False) for s in range(6)}))
    assert len(result.group_of) == len(result.space.rows)
    assert np.isfinite(result.space.points).all()


@pytest.mark.parametrize(("votes", "comments", "place"), [
    (b"timestamp,comment-id,voter-id,vote\n1,0,0,7\n", b"comment-id,moderated,comment-body\n0,1,x\n", "participant 0"),
    (b"timestamp,comment-id,voter-id,vote\n1,0,zero,1\n", b"comment-id,moderated,comment-body\n0,1,x\n", "line 2, voter-id"),
    (b"\xff", b"comment-id,moderated,comment-body\n0,1,x\n", "byte 0"),
])
def test_broken_tables_are_refused_with_the_place(votes, comments, place):
    """Each fault is named with its line."""
    with pytest.raises(opinion.NotAConversation) as caught:
        opinion.read(votes, comments)
    assert caught.value.path == place


@pytest.mark.parametrize(("name", "least"), [("vtaiwan.uberx", 0.91), ("scoop-hivemind.biodiversity", 0.95)])
def test_real_conversations_agree_with_polis(shared_data, name, least):
    """The groups agree with those that Polis itself exported."""
    folder = shared_data / "polis" / name
    result = opinion.draw(opinion.read((folder / "votes.csv").read_bytes(), (folder / "comments.csv").read_bytes()))
    with (folder / "participants-votes.csv").open(encoding="utf-8") as file:
        theirs = {int(row["participant"]): row["group-id"] for row in csv.DictReader(file)}
    people = [person for person in result.group_of if theirs.get(person)]
    assert opinion.adjusted_rand([theirs[p] for p in people], [result.group_of[p] for p in people]) >= least
