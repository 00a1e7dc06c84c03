"""Matching: exact on both kinds of result, bounded, and closed to guessing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("private_set_intersection", reason="openmined-psi is not installed: requirements/matching.txt")

from mingtang.engines import matching  # noqa: E402


def run(held, asked, reveal, least=1, most=1000):
    """One whole matching."""
    holder, asker = matching.Holder(held, reveal=reveal, least=least, most=most), matching.Asker(asked, reveal=reveal)
    return asker.result(holder.setup(), holder.answer(asker.request()))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([f"n{i}" for i in range(40)]), min_size=1), st.lists(st.sampled_from([f"n{i}" for i in range(40)]), min_size=1))
def test_the_result_is_exact(held, asked):
    """Size and members are those of the sets, whatever is given twice."""
    both = set(held) & set(asked)
    assert run(held, asked, "size") == len(both)
    members = run(held, asked, "members")
    assert sorted(members) == sorted(both)


def test_whose_list_matches_stays_hidden_where_only_the_size_is_agreed():
    """An asker that wants members from a holder that agreed to the size is refused, and the other way round."""
    for agreed, wanted in (("size", "members"), ("members", "size")):
        holder, asker = matching.Holder(["a", "b"], reveal=agreed, least=1, most=10), matching.Asker(["a"], reveal=wanted)
        with pytest.raises(matching.MatchRefused):
            holder.answer(asker.request())


def test_small_and_large_lists_and_second_requests_are_refused():
    """Below the least a single person would show; above the most somebody enumerates; a second list would show the difference."""
    with pytest.raises(matching.MatchRefused):
        matching.Holder(["a"], reveal="size", least=2, most=10)
    holder = matching.Holder([f"n{i}" for i in range(20)], reveal="size", least=5, most=10)
    for count in (4, 11):
        with pytest.raises(matching.MatchRefused):
            holder.answer(matching.Asker([f"n{i}" for i in range(count)], reveal="size").request())
    holder.answer(matching.Asker([f"n{i}" for i in range(6)], reveal="size").request())
    with pytest.raises(matching.MatchRefused, match="one request"):
        holder.answer(matching.Asker([f"n{i}" for i in range(7)], reveal="size").request())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_noise_is_refused(noise):
    """Whatever bytes come as request, setup or answer, nothing but MatchRefused."""
    holder, asker = matching.Holder(["a", "b"], reveal="members", least=1, most=10), matching.Asker(["a", "c"], reveal="members")
    setup = holder.setup()
    for wrong in (lambda: holder.answer(noise), lambda: asker.result(setup, noise)):
        with pytest.raises(matching.MatchRefused):
            wrong()


def test_points_that_are_none_and_elements_given_twice_are_refused():
    """A request of a foreign maker."""
    import private_set_intersection.python as psi

    holder = matching.Holder(["a", "b"], reveal="size", least=1, most=10)
    request = psi.Request.FromString(matching.Asker(["a", "b"], reveal="size").request())
    twice = psi.Request(reveal_intersection=False)
    twice.encrypted_elements.extend([request.encrypted_elements[0]] * 2)
    broken = psi.Request(reveal_intersection=False)
    broken.encrypted_elements.append(b"\x02" + b"\xff" * 32)
    for wrong in (twice, broken):
        with pytest.raises(matching.MatchRefused):
            holder.answer(wrong.SerializeToString())
    assert holder.answer(request.SerializeToString())


def test_messages_do_not_repeat_between_matchings():
    """Fresh secrets each time: the same list looks different, so nobody links two matchings."""
    one, other = (matching.Asker(["a", "b"], reveal="size").request() for _ in range(2))
    assert one != other


def test_tokens_need_the_key_and_the_purpose():
    """Another key or purpose gives other tokens; the same give the same; no identifier stands in one."""
    key, identifiers = bytes(range(32)), ["330100194901011234", "330100195503057218"]
    made = matching.tokens(key, "rent-relief", identifiers)
    assert made == matching.tokens(key, "rent-relief", identifiers) and len(set(made)) == 2
    assert not set(made) & set(matching.tokens(matching.new_key(), "rent-relief", identifiers))
    assert not set(made) & set(matching.tokens(key, "rent-relie", ["f" + identifiers[0]]))
    assert run(matching.tokens(key, "rent-relief", identifiers), matching.tokens(matching.new_key(), "rent-relief", identifiers), "size") == 0
    assert run(made, matching.tokens(key, "rent-relief", identifiers[1:]), "size") == 1
    with pytest.raises(ValueError, match="32 bytes"):
        matching.tokens(b"short", "p", identifiers)
