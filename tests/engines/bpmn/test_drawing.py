"""The drawing: well-formed, told in words, safe in a strict page."""

from pathlib import Path

import pytest
from lxml import etree

from mingtang.engines.bpmn import draw, load
from mingtang.engines.bpmn.drawing import wrapped
from tests.engines.bpmn.processes import LINE, flows, process

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def hotline():
    """The hotline's process."""
    return load((ROOT / "scenes/hotline/process.bpmn").read_bytes())


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "现在停在：办理。"), ("en", "It stands at: Handle.")])
def test_the_drawing_tells_in_words_where_the_case_stands(hotline, language, words):
    """Title and description are there for those who do not see it; the innermost step is meant, not the subprocess around it."""
    root = etree.fromstring(draw(hotline, current=["feedback", "handle"], language=language))
    assert root.get("role") == "img" and len(root.get("aria-labelledby").split()) == 2
    assert words in root.find("{*}desc").text
    marked = root.findall(".//*[@aria-current='step']")
    assert len(marked) == 1


def test_every_step_and_flow_of_the_hotline_is_drawn(hotline):
    """The diagram leaves nothing out, so a BPMN editor and the case page show the whole process."""
    assert set(hotline.boxes) == set(hotline.nodes)
    assert set(hotline.ways) == set(hotline.flows)
    svg = draw(hotline)
    assert svg.count('class="node') == len(hotline.nodes) and svg.count('class="flow"') == len(hotline.flows)


def test_every_step_of_the_hotline_has_both_names(hotline):
    """What stands on the page is said in Chinese and in English."""
    assert [node.id for node in hotline.nodes.values() if bool(node.name) != bool(node.name_en)] == []
    assert all(node.name for node in hotline.nodes.values() if node.kind in ("user", "service", "receive", "boundary"))


def test_nothing_in_the_drawing_runs_or_points_outside():
    """Labels are escaped; there is no script, style, event attribute or outside reference."""
    evil = process('<startEvent id="a"/><userTask id="t" name="&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x"/><endEvent id="z"/>' + flows("a>t", "t>z"))
    root = etree.fromstring(draw(load(evil), current=["t"]))
    for element in root.iter():
        assert etree.QName(element).localname in {"svg", "title", "desc", "g", "path", "polygon", "rect", "circle", "text", "tspan"}
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "href")]


def test_a_process_without_diagram_is_drawn_plainly():
    """Without a diagram of its own the process is laid out from left to right."""
    root = etree.fromstring(draw(load(LINE), current=["t"], language="en"))
    assert len(root.findall(".//*[@aria-current='step']")) == 1


def test_labels_are_broken_to_their_width():
    """Chinese breaks anywhere, English between words, and never more than four lines."""
    assert wrapped("等待居民确认办理结果", 60) == ["等待居民确", "认办理结果"]
    assert wrapped("The resident confirms", 90) == ["The resident", "confirms"]
    assert len(wrapped("word " * 60, 60)) == 4
