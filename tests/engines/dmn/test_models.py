"""Models: what is refused, graphs of decisions, knowledge, services, imports, types of facts."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import dmn
from tests.engines.dmn.models import HEAD, data, decision, definitions, literal, table

_OTHER = "https://mingzhou.example/other"


@pytest.mark.parametrize("xml", [
    b"", b"<a/>", b"not xml", b"<definitions/>", HEAD.format(namespace="n", body="<decision id='a'/>").encode(),
    b'<!DOCTYPE d [<!ENTITY e "x">]>' + definitions(decision("A", literal("1"))),
    b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + definitions(""),
    definitions(decision("A", literal("B"), ("#dec-B",)) + decision("B", literal("A"), ("#dec-A",))),
    definitions('<import name="x" namespace="urn:x" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'),
    definitions(decision("A", "<decisionTable><input><inputExpression><text>a</text></inputExpression></input><output/><rule><outputEntry><text>1</text>"
                              "</outputEntry></rule></decisionTable>")),
    definitions(decision("A", "<list>" * 100 + "</list>" * 100)),
], ids=range(11))
def test_refused(xml):
    """What is no usable model is refused with the place; entities and circles are among it."""
    with pytest.raises(dmn.DmnRefused) as caught:
        dmn.load(xml, name="rules.dmn")
    assert caught.value.path.startswith("rules.dmn")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_cut_and_changed_files_are_read_or_refused(draw):
    """A file with a piece cut out or changed is read or refused, never anything else."""
    whole = definitions(data("age", "number") + decision("R", table("FIRST", ("age",), ("out",), [("< 60", "1"), ("-", "age * 2")]), ("#in-age",)))
    start = draw.draw(st.integers(0, len(whole)))
    cut = whole[:start] + draw.draw(st.binary(max_size=6)) + whole[start + draw.draw(st.integers(0, 40)):]
    try:
        model = dmn.load(cut)
    except dmn.DmnRefused:
        return
    for name in model.decisions:
        model.decide(name, {"age": 1}).as_json()


def test_hash_is_of_the_file():
    """The hash of a model without imports is SHA-256 of its bytes."""
    xml = definitions(decision("A", literal("1")))
    assert dmn.load(xml).hash == "sha256:" + hashlib.sha256(xml).hexdigest()


def test_graph_reckons_each_decision_once():
    """A decision that two others require is decided once and stands once in the trace."""
    model = dmn.load(definitions(data("n", "number") + decision("Base", literal("n + 1"), ("#in-n",)) + decision("L", literal("Base * 2"), ("#dec-Base",))
                                 + decision("R", literal("Base * 3"), ("#dec-Base",)) + decision("Top", literal("L + R"), ("#dec-L", "#dec-R"))))
    outcome = model.decide("Top", {"n": 1})
    assert outcome.value == 10
    assert sorted(step.decision for step in outcome.trace) == ["Base", "L", "R", "Top"]


def test_only_what_is_required_is_in_scope():
    """A decision sees what it requires and nothing else."""
    model = dmn.load(definitions(data("n", "number") + decision("A", literal("n"))))
    assert model.decide("A", {"n": 1}).value is None


def test_facts_by_declared_type():
    """Plain facts become values of the declared type; what does not fit is null and said."""
    items = ('<itemDefinition name="tPerson"><itemComponent name="born"><typeRef>date</typeRef></itemComponent></itemDefinition>'
             '<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>'
             '<itemDefinition name="tLevel"><typeRef>number</typeRef><allowedValues><text>1, 2, 3</text></allowedValues></itemDefinition>')
    model = dmn.load(definitions(items + data("people", "tPeople") + data("level", "tLevel") + decision("Years", literal("people.born.year"), ("#in-people",))
                                 + decision("Level", literal("level"), ("#in-level",))))
    assert dmn.to_json(model.decide("Years", {"people": [{"born": "1940-05-01"}, {"born": date(1950, 1, 1)}]}).value) == [1940, 1950]
    assert model.decide("Years", {"people": [{"born": "soon"}]}).errors
    assert (model.decide("Level", {"level": 2}).value, model.decide("Level", {"level": "3"}).value) == (2, 3)
    refused = model.decide("Level", {"level": 9})
    assert refused.value is None
    assert refused.errors[0].place == "level"


_BKM = ('<businessKnowledgeModel id="bkm-pay" name="pay"><variable name="pay" typeRef="number"/><encapsulatedLogic><formalParameter name="age" typeRef="number"/>'
        '{body}</encapsulatedLogic></businessKnowledgeModel>')


def test_knowledge_is_called_by_expression_and_by_invocation():
    """A business knowledge model is a function; its table stands in the trace under its name."""
    body = _BKM.format(body=table("FIRST", ("age",), ("out",), [(">= 80", "100"), ("-", "0")]))
    call = '<invocation><literalExpression><text>pay</text></literalExpression><binding><parameter name="age"/>' + literal("81") + "</binding></invocation>"
    model = dmn.load(definitions(body + decision("A", literal("pay(90)"), (), ("#bkm-pay",)) + decision("B", call, (), ("#bkm-pay",))
                                 + decision("C", literal('pay("x")'), (), ("#bkm-pay",))))
    assert (model.decide("A", {}).value, model.decide("B", {}).value, model.decide("C", {}).value) == (100, 100, None)
    assert [step.decision for step in model.decide("A", {}).trace] == ["pay", "A"]
    assert "pay" in model.bkms


def test_service_takes_its_input_decisions_as_facts():
    """A service gives its output decision; an input decision is given, not decided."""
    service = ('<decisionService id="svc" name="Service"><variable name="Service"/><outputDecision href="#dec-B"/><inputDecision href="#dec-A"/></decisionService>')
    model = dmn.load(definitions(decision("A", literal('"own"')) + decision("B", literal('"got " + A'), ("#dec-A",)) + service
                                 + decision("C", literal('Service("param")'), (), ("#svc",))))
    assert model.decide("Service", {"A": "given"}).value == "got given"
    assert model.decide("C", {}).value == "got param"
    assert model.decide("B", {}).value == "got own"


@pytest.mark.parametrize("name", ["lib", ""])
def test_imports(name):
    """Decisions of an imported model are used under the import's name, or plainly where it has none; the hash covers them."""
    other = definitions(data("n", "number") + decision("Base", literal("n + 1"), ("#in-n",)), _OTHER)
    head = f'<import name="{name}" namespace="{_OTHER}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    text = "lib.Base * 2" if name else "Base * 2"
    xml = definitions(head + decision("Top", literal(text), (f"{_OTHER}#dec-Base",)))
    model = dmn.load(xml, {"other.dmn": other})
    assert model.decide("Top", {"n": 1}).value == 4
    assert model.hash != dmn.load(xml, {"other.dmn": other + b"\n"}).hash


@pytest.mark.parametrize(("logic", "wanted"), [
    ("<context><contextEntry><variable name='a b'/>" + literal("1") + "</contextEntry><contextEntry>" + literal("a b + 1") + "</contextEntry></context>", 2),
    ("<relation><column name='x'/><column name='y z'/><row>" + literal("1") + literal("2") + "</row></relation>", [{"x": 1, "y z": 2}]),
    ("<list>" + literal("1") + literal('"b"') + "</list>", [1, "b"]),
    ("<conditional><if>" + literal("1 < 2") + "</if><then>" + literal("1") + "</then><else>" + literal("2") + "</else></conditional>", 1),
    ("<filter><in>" + literal("[1, 2, 3]") + "</in><match>" + literal("item > 1") + "</match></filter>", [2, 3]),
    ("<for iteratorVariable='i'><in>" + literal("[1..3]") + "</in><return>" + literal("i * i") + "</return></for>", [1, 4, 9]),
    ("<some iteratorVariable='i'><in>" + literal("[1, 2]") + "</in><satisfies>" + literal("i > 1") + "</satisfies></some>", True),
    ("<every iteratorVariable='i'><in>" + literal("[1, 2]") + "</in><satisfies>" + literal("i > 1") + "</satisfies></every>", False),
    ("<functionDefinition kind='Java'><formalParameter name='a'/>" + literal("1") + "</functionDefinition>", "function A"),
], ids=["context", "relation", "list", "conditional", "filter", "for", "some", "every", "java"])
def test_boxed_expressions(logic, wanted):
    """Each kind of boxed expression gives its value."""
    assert dmn.to_json(dmn.load(definitions(decision("A", logic))).decide("A", {}).value) == wanted


def test_external_functions_are_not_run():
    """A function of Java is null with a fault when it is called."""
    model = dmn.load(definitions(decision("A", literal('{f: function(a) external {java: {class: "x", "method signature": "y"}}, r: f(1)}.r'))))
    outcome = model.decide("A", {})
    assert outcome.value is None
    assert "external" in outcome.errors[0].message


def test_unknown_decision():
    """Asking for a decision that is not there names those that are."""
    with pytest.raises(dmn.NoSuchDecision) as caught:
        dmn.load(definitions(decision("A", literal("1")) + decision("B", literal("1")))).decide("C", {})
    assert "A, B" in caught.value.advice("en")


def test_import_is_light():
    """Importing the engine brings in none of the heavy libraries."""
    code = "import sys, mingtang.engines.dmn; print(sorted({'lxml', 'numpy', 'polars', 'z3', 'django', 'regex'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": "src"}, check=True).stdout.strip() == "[]"
