"""The token game, element by element."""

from datetime import UTC, datetime, timedelta

import pytest

from mingtang.engines.bpmn import (
    Complete,
    ConditionUnclear,
    DeadlineSpent,
    Fire,
    NoSuchTask,
    NoSuchTimer,
    NotThisPerson,
    Refresh,
    Start,
    State,
    TimerUnclear,
    load,
    step,
)
from tests.engines.bpmn.processes import HEAD, LINE, boundary, flows, process

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Played:
    """A case in play, with the last transition at hand."""

    def __init__(self, xml, facts=None, decide=None):
        self.graph, self.decide, self.state, self.facts, self.at = load(xml), decide, State(), facts or {}, AT
        self.do(Start())

    def do(self, event, **facts):
        self.last = step(self.graph, self.state, event, {**self.facts, **facts}, self.at, self.decide)
        assert State.from_json(self.last.state.as_json()) == self.last.state
        self.state, self.facts = self.last.state, self.last.facts
        return self

    def complete(self, task, by="", **facts):
        return self.do(Complete(task, by), **facts)

    def fire(self, node):
        token = next(t for _, t, n in self.state.pending() if n == node)
        return self.do(Fire(token, node))

    @property
    def tasks(self):
        return set(self.last.tasks)

    @property
    def pending(self):
        return {node: due for due, _, node in self.state.pending()}


def test_a_line_waits_at_its_task_and_ends():
    """Start opens the task, completing it ends the case, completing it again is refused."""
    case = Played(LINE)
    assert case.tasks == {"t"} and not case.last.ended
    case.complete("t")
    assert case.last.ended and case.last.path == ("t", "z")
    with pytest.raises(NoSuchTask):
        case.complete("t")


def test_a_step_changes_nothing_it_was_given():
    """The state and the facts that went in are as they were."""
    case = Played(LINE, {"a": {"b": 1}})
    before = (case.state.as_json(), {"a": {"b": 1}})
    step(case.graph, case.state, Complete("t"), case.facts, AT)
    assert case.state.as_json() == before[0]
    assert case.facts["a"] == {"b": 1}


XOR = process('<startEvent id="a"/><exclusiveGateway id="g" default="g_n"/><userTask id="y"/><userTask id="m"/><userTask id="n"/><endEvent id="z"/>'
              + flows('a>g', 'g>y:answer = "yes"', "g>m:level = 3", "g>n", "y>z", "m>z", "n>z"))


@pytest.mark.parametrize(("facts", "task"), [
    ({"answer": "yes", "level": 3}, "y"), ({"answer": "no", "level": 3}, "m"), ({"answer": None, "level": 2}, "n"), ({"answer": 5, "level": "3"}, "n"),
])
def test_an_exclusive_gateway_takes_the_first_true_way(facts, task):
    """The first condition that is true in the order of the file wins, else the default; null and other kinds are not true."""
    assert Played(XOR, facts).tasks == {task}


def test_a_condition_over_a_missing_fact_is_an_error():
    """A name that is not among the facts is never taken for null."""
    with pytest.raises(ConditionUnclear):
        Played(XOR, {"level": 3})


AND = process('<startEvent id="a"/><parallelGateway id="s"/><userTask id="x"/><userTask id="y"/><parallelGateway id="j"/><userTask id="t"/><endEvent id="z"/>'
              + flows("a>s", "s>x", "s>y", "x>j", "y>j", "j>t", "t>z"))


def test_a_parallel_join_waits_for_every_way():
    """Both branches are open at once; only when both are complete does the case go on, once."""
    case = Played(AND)
    assert case.tasks == {"x", "y"}
    assert case.complete("y").tasks == {"x"}
    assert case.complete("x").tasks == {"t"}
    assert case.complete("t").last.ended


def test_a_terminate_end_takes_every_token():
    """Terminate ends the case although another branch is open."""
    case = Played(process('<startEvent id="a"/><parallelGateway id="s"/><userTask id="x"/><userTask id="y"/><endEvent id="z"/>'
                          '<endEvent id="k"><terminateEventDefinition/></endEvent>' + flows("a>s", "s>x", "s>y", "x>k", "y>z")))
    assert case.complete("x").last.ended


TIMED = process('<startEvent id="a"/><userTask id="t"/><serviceTask id="remind" mt:handler="h.remind"/><userTask id="late"/><endEvent id="z"/><endEvent id="r"/>'
                + boundary("half", "t", "PT1H", interrupting=False) + boundary("full", "t", "limits.full", kind="timeDate")
                + flows("a>t", "t>z", "half>remind", "remind>r", "full>late", "late>z"))


def due(text):
    return {"limits": {"full": {"due": text, "rule": "limits.dmn#1", "calendar": "cn-2026/natural"}}}


def test_a_boundary_timer_that_does_not_interrupt_calls_and_leaves_the_task_open():
    """Half fires: the service is called, the task stays, the other timer stays."""
    case = Played(TIMED, due("2026-03-02T03:00:00Z"))
    assert case.pending == {"half": AT + timedelta(hours=1), "full": AT + timedelta(hours=2)}
    case.fire("half")
    assert [(call.node, call.handler) for call in case.last.calls] == [("remind", "h.remind")]
    assert case.last.at == AT + timedelta(hours=1)
    assert case.tasks == {"t"} and set(case.pending) == {"full"}


def test_a_boundary_timer_that_interrupts_takes_the_task_away():
    """Full fires: the task is gone, its other timer is cancelled, the way leads on."""
    case = Played(TIMED, due("2026-03-02T03:00:00Z")).fire("full")
    assert case.tasks == {"late"} and not case.pending
    assert {node for _, node in case.last.cancelled} == {"half", "full"}


def test_a_timer_carries_its_rule_and_calendar():
    """The rule and the calendar of the limit stand on the timer."""
    case = Played(TIMED, due("2026-03-02T03:00:00Z"))
    timer = next(t for t in case.last.set if t.node == "full")
    assert (timer.rule, timer.calendar) == ("limits.dmn#1", "cn-2026/natural")


@pytest.mark.parametrize("full", [{"limits": {}}, {}, {"limits": {"full": {"by": 1}}}, {"limits": {"full": "soon"}}, {"limits": {"full": "2026-03-02T03:00:00"}},
                                  {"limits": {"full": {"due": "9" * 100}}}, {"limits": {"full": True}}, {"limits": {"full": "P9999Y"}}])
def test_a_deadline_that_gives_no_time_is_an_error(full):
    """A missing, misspelled or zoneless deadline is refused, never left out in silence."""
    with pytest.raises(TimerUnclear):
        Played(TIMED, full)


def test_null_says_that_there_is_no_deadline():
    """Only null leaves a deadline out."""
    assert set(Played(TIMED, {"limits": {"full": None}}).pending) == {"half"}


def test_a_timer_that_does_not_pend_cannot_fire():
    """A cancelled or unknown timer is refused."""
    case = Played(TIMED, due("2026-03-02T03:00:00Z"))
    case.complete("t")
    with pytest.raises(NoSuchTimer):
        case.do(Fire(1, "full"))


def test_relative_timers_count_from_the_legal_time_of_a_late_firing():
    """A timer set by a firing counts from the due time, not from when the worker came."""
    case = Played(process('<startEvent id="a"/><userTask id="t"/><userTask id="u"/><endEvent id="z"/>' + boundary("one", "t", "PT1H") + boundary("two", "u", "PT2H")
                          + flows("a>t", "t>z", "one>u", "u>z", "two>z")))
    case.at = AT + timedelta(days=7)
    case.fire("one")
    assert case.pending == {"two": AT + timedelta(hours=3)}
    assert case.fire("two").last.ended and case.last.at == AT + timedelta(hours=3)


LOOP = process('<startEvent id="a"/><exclusiveGateway id="g"/><userTask id="t"/><exclusiveGateway id="x" default="x_z"/><endEvent id="z"/><endEvent id="y"/>'
               + boundary("half", "t", "limits.full", kind="timeDate", interrupting=False)
               + flows("a>g", "g>t", "t>x", 'x>g:outcome = "again"', "x>z", "half>y"))


def test_a_deadline_fires_once_for_one_due_time():
    """Coming back to the step under the same limit sets the fired deadline no more; under a new limit it is set."""
    case = Played(LOOP, due("2026-03-02T03:00:00Z")).fire("half")
    assert not case.complete("t", outcome="again").pending
    assert case.complete("t", outcome="again", **due("2026-03-09T03:00:00Z")).pending


def test_an_interrupting_deadline_is_not_set_twice_for_one_due_time():
    """It would fire for ever: a new limit is asked for."""
    loop = process('<startEvent id="a"/><exclusiveGateway id="g"/><userTask id="t"/><endEvent id="z"/>' + boundary("full", "t", "limits.full", kind="timeDate")
                   + flows("a>g", "g>t", "t>z", "full>g"))
    with pytest.raises(DeadlineSpent):
        Played(loop, due("2026-03-02T03:00:00Z")).fire("full")


def test_a_repeating_timer_fires_so_often_and_no_more():
    """R3/PT24H fires after 24, 48 and 72 hours."""
    case = Played(process('<startEvent id="a"/><userTask id="t"/><endEvent id="z"/><endEvent id="y"/>'
                          + boundary("again", "t", "R3/PT24H", kind="timeCycle", interrupting=False) + flows("a>t", "t>z", "again>y")))
    for day in (1, 2, 3):
        assert case.pending == {"again": AT + timedelta(days=day)}
        case.fire("again")
    assert not case.pending and case.tasks == {"t"}


def test_refresh_moves_absolute_deadlines_and_leaves_relative_ones():
    """An extension moves the deadline; null takes it away; what was relative stays."""
    case = Played(TIMED, due("2026-03-02T03:00:00Z"))
    case.do(Refresh(), **due("2026-03-05T03:00:00Z"))
    assert case.pending == {"half": AT + timedelta(hours=1), "full": datetime(2026, 3, 5, 3, tzinfo=UTC)}
    assert case.last.path == () and case.tasks == {"t"}
    assert set(case.do(Refresh(), limits={"full": None}).pending) == {"half"}
    assert set(case.do(Refresh(), **due("2026-03-06T03:00:00Z")).pending) == {"half", "full"}


SUB = process('<startEvent id="a"/><subProcess id="s"><startEvent id="i"/><userTask id="t"/><exclusiveGateway id="g" default="g_ok"/><endEvent id="ok"/>'
              '<endEvent id="bad"><errorEventDefinition errorRef="e_no"/></endEvent>' + flows("i>t", "t>g", 'g>bad:outcome = "no"', "g>ok")
              + '</subProcess><boundaryEvent id="caught" attachedToRef="s"><errorEventDefinition errorRef="e_no"/></boundaryEvent>'
              '<userTask id="after"/><userTask id="other"/><endEvent id="z"/>' + boundary("half", "s", "PT1H", interrupting=False)
              + '<endEvent id="y"/>' + flows("a>s", "s>after", "after>z", "caught>other", "other>z", "half>y"))


def test_a_subprocess_ends_when_nothing_in_it_waits():
    """Its last token ends, the case goes on after it and its timers are cancelled."""
    case = Played(SUB)
    assert case.tasks == {"t"} and set(case.pending) == {"half"}
    case.complete("t", outcome="yes")
    assert case.tasks == {"after"} and not case.pending


def test_an_error_leaves_the_subprocess_by_its_boundary():
    """The error end is caught by the boundary event of that code."""
    case = Played(SUB).complete("t", outcome="no")
    assert case.tasks == {"other"} and not case.pending


def test_an_error_at_the_top_ends_the_case():
    """An error that no subprocess holds ends every branch."""
    case = Played(process('<startEvent id="a"/><parallelGateway id="g"/><userTask id="t"/><userTask id="u"/><endEvent id="z"/>'
                          '<endEvent id="e"><errorEventDefinition errorRef="e_no"/></endEvent>' + flows("a>g", "g>t", "g>u", "t>e", "u>z")))
    assert case.complete("t").last.ended


@pytest.mark.parametrize(("interrupting", "tasks"), [(False, {"t", "told"}), (True, {"told"})])
def test_an_escalation_tells_the_one_above(interrupting, tasks):
    """A thrown escalation opens the way of the boundary event, and takes the subprocess away only if it interrupts."""
    case = Played(process(
        '<startEvent id="a"/><subProcess id="s"><startEvent id="i"/><intermediateThrowEvent id="w"><escalationEventDefinition escalationRef="s_late"/>'
        '</intermediateThrowEvent><userTask id="t"/><endEvent id="ok"/>' + flows("i>w", "w>t", "t>ok")
        + f'</subProcess><boundaryEvent id="c" attachedToRef="s" cancelActivity="{str(interrupting).lower()}"><escalationEventDefinition escalationRef="s_late"/>'
        '</boundaryEvent><userTask id="told"/><endEvent id="z"/>' + flows("a>s", "s>z", "c>told", "told>z")))
    assert case.tasks == tasks


def test_an_event_gateway_goes_the_way_of_the_first_event():
    """The message before the timer: the timer is cancelled; the timer first: the message is refused."""
    xml = process('<startEvent id="a"/><eventBasedGateway id="g"/><intermediateCatchEvent id="m"><messageEventDefinition/></intermediateCatchEvent>'
                  '<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>'
                  '<userTask id="x"/><userTask id="y"/><endEvent id="z"/>' + flows("a>g", "g>m", "g>w", "m>x", "w>y", "x>z", "y>z"))
    case = Played(xml)
    assert case.tasks == {"m"} and set(case.pending) == {"w"}
    assert case.complete("m").tasks == {"x"} and not case.pending
    case = Played(xml).fire("w")
    assert case.tasks == {"y"}
    with pytest.raises(NoSuchTask):
        case.complete("m")


def test_an_intermediate_timer_holds_the_case():
    """A catching timer waits and goes on when it fires."""
    case = Played(process('<startEvent id="a"/><intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>P1M</timeDuration></timerEventDefinition>'
                          '</intermediateCatchEvent><endEvent id="z"/>' + flows("a>w", "w>z")))
    assert case.pending == {"w": datetime(2026, 4, 2, 1, tzinfo=UTC)}
    assert case.fire("w").last.ended


def test_a_boundary_message_interrupts_by_its_own_name():
    """A message at the border is completed under the id of the boundary event."""
    case = Played(process('<startEvent id="a"/><userTask id="t"/><boundaryEvent id="withdrawn" attachedToRef="t"><messageEventDefinition messageRef="msg"/>'
                          '</boundaryEvent><endEvent id="z"/><endEvent id="y"/>' + flows("a>t", "t>z", "withdrawn>y")))
    assert case.complete("withdrawn").last.ended and case.last.path == ("withdrawn", "y")


APPROVAL = process('<startEvent id="a"/><userTask id="t"><multiInstanceLoopCharacteristics{}>{}<completionCondition>enough = true</completionCondition>'
                   '</multiInstanceLoopCharacteristics></userTask><endEvent id="z"/>' + flows("a>t", "t>z"))


def test_several_people_share_a_task_and_each_counts_once():
    """Two of three suffice when the condition says so; nobody counts twice, no stranger counts."""
    xml = APPROVAL.decode().format(' mt:people="board"', "").encode()
    case = Played(xml, {"board": ["ann", "bo", "cy"], "enough": False})
    assert case.complete("t", "ann", outcome="approve").tasks == {"t"}
    for by in ("ann", "eve", ""):
        with pytest.raises(NotThisPerson):
            case.complete("t", by, outcome="approve")
    case.complete("t", "bo", outcome="refuse", enough=True)
    assert case.last.ended and case.facts["outcomes"] == ["approve", "refuse"]


def test_a_number_of_people_is_a_feel_expression():
    """Without names so many completions are needed; a number that is none is an error."""
    xml = APPROVAL.decode().format("", "<loopCardinality>needed</loopCardinality>").encode()
    case = Played(xml, {"needed": 2, "enough": False})
    assert case.complete("t").tasks == {"t"}
    assert case.complete("t").last.ended
    for bad in (0, "many", None, True, 10**6, 1.5):
        with pytest.raises(ConditionUnclear):
            Played(xml, {"needed": bad, "enough": False})


def test_a_called_process_is_played_in_place():
    """A call activity runs the other process of the file, twice under two names."""
    xml = (f'{HEAD}<process id="p" isExecutable="true"><startEvent id="a"/><callActivity id="one" calledElement="q"/><callActivity id="two" calledElement="q"/>'
           f'<endEvent id="z"/>{flows("a>one", "one>two", "two>z")}</process>'
           f'<process id="q"><startEvent id="i"/><userTask id="t"/><endEvent id="o"/>{flows("i>t", "t>o")}</process></definitions>').encode()
    case = Played(xml)
    assert case.tasks == {"one/t"}
    assert case.complete("one/t").tasks == {"two/t"}
    assert case.complete("two/t").last.ended


def test_a_business_rule_puts_its_decision_among_the_facts():
    """The decision's value is a fact for the gateway after it."""
    xml = process('<startEvent id="a"/><businessRuleTask id="r" mt:decision="Office" mt:result="office"/><exclusiveGateway id="g" default="g_n"/>'
                  '<userTask id="y"/><userTask id="n"/><endEvent id="z"/>' + flows("a>r", "r>g", 'g>y:office.code = "W"', "g>n", "y>z", "n>z"))
    asked = []
    case = Played(xml, {"category": "water"}, lambda *given: asked.append(given) or {"code": "W"})
    assert case.tasks == {"y"} and asked[0][:2] == ("rules", "Office") and case.facts["office"] == {"code": "W"}


def test_an_ended_case_is_opened_again_by_its_message_start():
    """The message start opens what has ended; while a case runs it is refused."""
    xml = process('<startEvent id="a"/><startEvent id="again"><messageEventDefinition/></startEvent><exclusiveGateway id="g"/><userTask id="t"/><endEvent id="z"/>'
                  + flows("a>g", "again>g", "g>t", "t>z"))
    case = Played(xml)
    with pytest.raises(NoSuchTask):
        case.do(Start("again"))
    assert case.complete("t").do(Start("again")).tasks == {"t"}
