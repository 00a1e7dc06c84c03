"""What is taken, and what is refused by name with the place of the fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.engines.bpmn import BpmnRefused, NotSupported, load
from tests.engines.bpmn.processes import HEAD, LINE, boundary, flows, process

AROUND = '<startEvent id="a"/>{}<endEvent id="z"/>' + flows("a>x", "x>z")

REFUSED = {  # name of the mutation: (file, part of the path, part of the message)
    "no XML": (b"hello", "line 1", "not well-formed"),
    "empty": (b"", "line", "not well-formed"),
    "entities": (b'<!DOCTYPE d [<!ENTITY e "x">]>' + LINE.replace(b'id="t"', b'id="t" name="&e;"'), "line", "DOCTYPE"),
    "DOCTYPE in UTF-16": (('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY e "x">]>' + LINE.decode()).encode("utf-16"), "line", "DOCTYPE"),
    "other root": (b"<html/>", "line 1", "definitions"),
    "too large": (LINE + b" " * 2_000_001, "", "larger"),
    "script task": (process(AROUND.format('<scriptTask id="x"/>')), "x", "scriptTask"),
    "inclusive gateway": (process(AROUND.format('<inclusiveGateway id="x"/>')), "x", "inclusiveGateway"),
    "manual task": (process(AROUND.format('<manualTask id="x"/>')), "x", "manualTask"),
    "transaction": (process(AROUND.format('<transaction id="x"/>')), "x", "transaction"),
    "lanes": (process('<laneSet id="x"/>' + AROUND), "x", "laneSet"),
    "data object": (process('<dataObject id="x"/>'), "x", "dataObject"),
    "event subprocess": (process(AROUND.format('<subProcess id="x" triggeredByEvent="true"/>')), "x", "triggeredByEvent=true"),
    "compensation": (process(AROUND.format('<userTask id="x" isForCompensation="true"/>')), "x", "isForCompensation"),
    "foreign attribute": (process(AROUND.format('<userTask id="x" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="eve"/>')), "x", "assignee"),
    "foreign element": (process(AROUND.format('<userTask id="x"><extensionElements><y xmlns="other"/></extensionElements></userTask>')), "x", "other"),
    "unknown own attribute": (process(AROUND.format('<userTask id="x" mt:handler="h"/>')), "x", "mt:handler"),
    "standard loop": (process(AROUND.format('<userTask id="x"><standardLoopCharacteristics/></userTask>')), "x", "standardLoopCharacteristics"),
    "sequential people": (process(AROUND.format(
        '<userTask id="x"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality>'
        '</multiInstanceLoopCharacteristics></userTask>')), "x", "isSequential=true"),
    "signal event": (process('<startEvent id="a"><signalEventDefinition/></startEvent>'), "a", "signalEventDefinition"),
    "timer start": (process('<startEvent id="a"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></startEvent>'), "a", "timer"),
    "two definitions": (process('<startEvent id="a"/><endEvent id="z"><terminateEventDefinition/><errorEventDefinition errorRef="e_no"/></endEvent>'), "z", "several"),
    "service without handler": (process(AROUND.format('<serviceTask id="x"/>')), "x", "mt:handler"),
    "rule without decision": (process(AROUND.format('<businessRuleTask id="x"/>')), "x", "mt:decision"),
    "id twice": (process('<startEvent id="a"/><endEvent id="a"/>'), "a", "twice"),
    "bad id": (process('<startEvent id="a b"/>'), "a b", "an id is"),
    "flow to nowhere": (process('<startEvent id="a"/>' + flows("a>q")), "a_q", "no step"),
    "two starts": (process('<startEvent id="a"/><startEvent id="b"/><endEvent id="z"/>' + flows("a>z", "b>z")), "p", "exactly one"),
    "no start": (process('<endEvent id="z"/>'), "p", "exactly one"),
    "hidden split": (process('<startEvent id="a"/><userTask id="t"/><userTask id="u"/><endEvent id="z"/>' + flows("a>t", "t>u", "t>z", "u>z")), "t", "hidden"),
    "condition off a task": (process('<startEvent id="a"/><userTask id="t"/><endEvent id="z"/>' + flows("a>t", "t>z:x = 1")), "t_z", "conditionExpression"),
    "gateway without default": (process('<startEvent id="a"/><exclusiveGateway id="g"/><endEvent id="y"/><endEvent id="z"/>'
                                        + flows("a>g", "g>y:x = 1", "g>z:x = 2")), "g", "default"),
    "way without condition": (process('<startEvent id="a"/><exclusiveGateway id="g" default="g_z"/><endEvent id="y"/><endEvent id="z"/>'
                                      + flows("a>g", "g>y", "g>z")), "g_y", "has a condition"),
    "condition that is no FEEL": (process('<startEvent id="a"/><exclusiveGateway id="g" default="g_z"/><endEvent id="y"/><endEvent id="z"/>'
                                          + flows("a>g", "g>y:if ( then", "g>z")), "g_y", "not FEEL"),
    "unreachable": (process('<startEvent id="a"/><endEvent id="z"/><userTask id="u"/><userTask id="v"/>' + flows("a>z", "u>v", "v>u")), "u", "no way leads"),
    "no end in reach": (process('<startEvent id="a"/><userTask id="u"/><userTask id="v"/>' + flows("a>u", "u>v", "v>u")), "", "to an end"),
    "endless": (process('<startEvent id="a"/><exclusiveGateway id="g" default="g_h"/><exclusiveGateway id="h"/><endEvent id="z"/>'
                        + flows("a>g", "g>h", "g>z:x = 1", "h>g")), "", "a loop without"),
    "boundary on a service": (process(AROUND.format('<serviceTask id="x" mt:handler="h"/>') + boundary("b", "x", "PT1H") + flows("b>z")), "b", "does not wait"),
    "boundary on nothing": (process(AROUND.format('<userTask id="x"/>') + boundary("b", "q", "PT1H") + flows("b>z")), "b", "no step"),
    "timer without time": (process(AROUND.format('<userTask id="x"/>') + '<boundaryEvent id="b" attachedToRef="x"><timerEventDefinition/></boundaryEvent>'), "b", "exactly one of"),
    "timer that is no date": (process(AROUND.format('<userTask id="x"/>') + boundary("b", "x", "2026-13-40", kind="timeDate") + flows("b>z")), "b", "no date"),
    "repeating and interrupting": (process(AROUND.format('<userTask id="x"/>') + boundary("b", "x", "R3/PT1H", kind="timeCycle") + flows("b>z")), "b", "repeating"),
    "uncaught error": (process('<startEvent id="a"/><subProcess id="s"><startEvent id="i"/><endEvent id="x"><errorEventDefinition errorRef="e_no"/></endEvent>'
                               + flows("i>x") + '</subProcess><endEvent id="z"/>' + flows("a>s", "s>z")), "x", "nobody catches"),
    "unknown error": (process('<startEvent id="a"/><endEvent id="z"><errorEventDefinition errorRef="q"/></endEvent>' + flows("a>z")), "z", "not declared"),
    "flow over a border": (process('<startEvent id="a"/><subProcess id="s"><startEvent id="i"/><endEvent id="x"/>' + flows("i>x", "i>z")
                                   + '</subProcess><endEvent id="z"/>' + flows("a>s", "s>z")), "i", ""),
    "call of nothing": (process(AROUND.format('<callActivity id="x" calledElement="q"/>')), "x", "not in this file"),
    "call of itself": (f'{HEAD}<process id="p" isExecutable="true">{AROUND.format(chr(60) + "callActivity id=" + chr(34) + "x" + chr(34) + " calledElement=" + chr(34) + "q" + chr(34) + "/>")}'
                       '</process><process id="q"><startEvent id="qa"/><callActivity id="qx" calledElement="q"/><endEvent id="qz"/>'
                       f'{flows("qa>qx", "qx>qz")}</process></definitions>'.encode(), "x", "calls itself"),
    "event gateway to a task": (process('<startEvent id="a"/><eventBasedGateway id="g"/><userTask id="t"/><endEvent id="z"/>' + flows("a>g", "g>t", "t>z")), "g", "catching events"),
    "people without number": (process(AROUND.format('<userTask id="x"><multiInstanceLoopCharacteristics/></userTask>')), "x", "either"),
    "foreign language": (process('<startEvent id="a"/><exclusiveGateway id="g" default="g_z"/><endEvent id="y"/><endEvent id="z"/>'
                                 + flows("a>g", "g>y:x = 1", "g>z").replace("<conditionExpression>", '<conditionExpression language="javascript">')), "line", "javascript"),
    "two processes to run": (LINE.replace(b"</definitions>", b'<process id="q" isExecutable="true"/></definitions>'), "definitions", "one process"),
    "too deep": (process("<subProcess>" * 120 + "</subProcess>" * 120), "", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_outside_the_subset_is_refused_by_name(name):
    """Each mutation is refused with the place and the name of the fault."""
    xml, where, what = REFUSED[name]
    with pytest.raises(BpmnRefused) as fault:
        load(xml)
    assert where in fault.value.path
    assert what in str(fault.value)
    assert fault.value.message("zh") and fault.value.advice("zh")


def test_many_elements_are_refused():
    """A file of more elements than the bound is refused before it is compiled."""
    with pytest.raises(BpmnRefused, match="more than"):
        load(process("".join(f'<userTask id="t{i}"/>' for i in range(7000))))


def test_calls_cannot_multiply_beyond_the_bound():
    """Calls that put calls in place, doubling at each level, are refused, not expanded."""
    levels = "".join(
        f'<process id="q{i}"><startEvent id="a{i}"/><callActivity id="x{i}" calledElement="q{i + 1}"/><callActivity id="y{i}" calledElement="q{i + 1}"/>'
        f'<endEvent id="z{i}"/>{flows(f"a{i}>x{i}", f"x{i}>y{i}", f"y{i}>z{i}")}</process>' for i in range(18))
    last = f'<process id="q18"><startEvent id="a18"/><endEvent id="z18"/>{flows("a18>z18")}</process>'
    with pytest.raises(BpmnRefused, match="more than"):
        load(process(AROUND.format('<callActivity id="x" calledElement="q0"/>'), more=levels + last))


def test_the_hash_names_the_source():
    """The graph's hash is the SHA-256 of its bytes, so one changed byte is another version."""
    import hashlib

    assert load(LINE).hash == "sha256:" + hashlib.sha256(LINE).hexdigest()
    assert load(LINE + b"\n").hash != load(LINE).hash


def test_not_supported_is_a_refusal():
    """An element outside the subset is told apart from a broken one."""
    with pytest.raises(NotSupported):
        load(process('<scriptTask id="x"/>'))


@given(st.binary(max_size=300), st.integers(0, len(LINE)), st.integers(0, 40))
def test_broken_files_raise_nothing_foreign(noise, at, cut):
    """Whatever is cut out of or put into a file, the answer is a graph or BpmnRefused."""
    try:
        load(LINE[:at] + noise + LINE[at + cut:])
    except BpmnRefused:
        pass
