"""Deadlocks are found before anybody waits in them."""

import pytest
from hypothesis import given, settings

from mingtang.engines.bpmn import explore, load
from tests.engines.bpmn.processes import LINE, boundary, flows, process
from tests.engines.bpmn.test_against_reference import BLOCKS, Writer

ROOT = __import__("pathlib").Path(__file__).resolve().parents[3]

CHOICE_INTO_JOIN = process(
    '<startEvent id="a"/><exclusiveGateway id="g" default="g_y"/><userTask id="x"/><userTask id="y"/><parallelGateway id="j"/><userTask id="t"/><endEvent id="z"/>'
    + flows("a>g", "g>x:c = 1", "g>y", "x>j", "y>j", "j>t", "t>z"))
SPLIT_IN_LOOP = process(
    '<startEvent id="a"/><exclusiveGateway id="m"/><userTask id="t"/><parallelGateway id="s"/><exclusiveGateway id="g" default="g_m"/><endEvent id="z"/><endEvent id="y"/>'
    + flows("a>m", "m>t", "t>s", "s>g", "s>y", "g>m", "g>z:c = 1"))
NEVER = process(
    '<startEvent id="a"/><parallelGateway id="s"/><userTask id="x"/><userTask id="y"/><parallelGateway id="j"/><exclusiveGateway id="g" default="g_j"/>'
    '<userTask id="again"/><exclusiveGateway id="m"/><endEvent id="z"/><endEvent id="k"/>'
    + flows("a>s", "s>x", "s>m", "m>y", "x>j", "y>g", "g>j", "g>k:c = 1", "j>again", "again>z"))


def test_a_line_is_sound():
    """The simplest process has two markings and no fault."""
    found = explore(load(LINE))
    assert found.sound and found.markings == 2


def test_a_choice_that_runs_into_a_parallel_join_stands_for_ever():
    """The classic: one branch is taken, the join waits for both; the way there is told."""
    found = explore(load(CHOICE_INTO_JOIN))
    assert not found.sound
    assert {(dead.kind, dead.where) for dead in found.faults} >= {("stands", ("j",))}
    assert any(dead.way in (("start", "x"), ("start", "y")) for dead in found.faults)


def test_a_branch_that_may_end_early_leaves_the_join_waiting():
    """One branch may end instead of reaching the join: found whatever the condition."""
    assert any(dead.where == ("j",) for dead in explore(load(NEVER)).faults)


def test_a_split_whose_branches_end_in_a_loop_is_sound():
    """A branch that ends at once leaves nothing behind."""
    assert explore(load(SPLIT_IN_LOOP)).sound


def test_too_many_markings_are_said_not_to_be_complete():
    """Beyond the bound nothing is claimed."""
    wide = process('<startEvent id="a"/><parallelGateway id="s"/>' + "".join(f'<userTask id="t{i}"/>' for i in range(14)) + '<endEvent id="z"/>'
                   + flows("a>s", *(f"s>t{i}" for i in range(14)), *(f"t{i}>z" for i in range(14))))
    found = explore(load(wide), most=500)
    assert not found.complete and not found.sound


def test_the_hotlines_process_is_sound():
    """From every marking of the hotline, whatever fires and whoever decides what, the case can end."""
    found = explore(load((ROOT / "scenes/hotline/process.bpmn").read_bytes()))
    assert found.sound and found.markings > 10


def test_a_deadline_in_a_loop_that_leaves_work_behind_grows():
    """Each round may leave one more reminder open: named, with the way there."""
    xml = process('<startEvent id="a"/><exclusiveGateway id="m"/><userTask id="t"/><exclusiveGateway id="g" default="g_z"/><userTask id="u"/><endEvent id="z"/><endEvent id="y"/>'
                  + boundary("w", "t", "PT1H", interrupting=False) + flows("a>m", "m>t", "t>g", "g>m:c = 1", "g>z", "w>u", "u>y"))
    assert [dead.kind for dead in explore(load(xml)).faults] == ["grows"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_timers_may_fire_at_any_time(interrupting):
    """A deadline that leads into a join which the task feeds too is a fault if it interrupts."""
    xml = process('<startEvent id="a"/><userTask id="t"/><parallelGateway id="j"/><endEvent id="z"/>' + boundary("w", "t", "PT1H", interrupting=interrupting)
                  + flows("a>t", "t>j", "w>j", "j>z"))
    assert not explore(load(xml)).sound


@settings(max_examples=40, deadline=None)
@given(block=BLOCKS)
def test_block_structured_processes_are_sound(block):
    """What is built from well-nested blocks never deadlocks; only a deadline in a loop may leave ever more behind."""
    writer = Writer()
    first, last, _ = writer.block(block)
    writer.flow("start", first)
    writer.flow(last, "end")
    found = explore(load(process('<startEvent id="start"/><endEvent id="end"/>' + "".join(writer.elements) + "".join(writer.flows))), most=300)
    assert {dead.kind for dead in found.faults} <= {"grows"}
