"""A small office for the tests: one pack with one process, handlers that write down what they are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from mingtang.engines import bpmn
from mingtang.kernel import FixedClock, use_clock
from mingtang.platform.cases import acts, check, handlers
from mingtang.platform.ledger.acts import Actor, Draft
from tests.engines.bpmn.processes import boundary, flows, process

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OFFICIAL = Actor("official", "MZ-1001", "MZ-WATER")

OFFICE = process(
    '<startEvent id="a"/><startEvent id="again"><messageEventDefinition/></startEvent><exclusiveGateway id="g"/><userTask id="handle"/>'
    '<serviceTask id="remind" mt:handler="office.remind"/><serviceTask id="flag" mt:handler="office.flag"/><endEvent id="reminded"/>'
    '<exclusiveGateway id="x" default="x_confirm"/><sendTask id="tell" mt:handler="office.tell"/><receiveTask id="confirm"/>'
    '<serviceTask id="expire" mt:handler="office.expire"/><endEvent id="z"/><endEvent id="y"/>'
    + boundary("half", "handle", "limits.half", kind="timeDate", interrupting=False)
    + boundary("full", "handle", "limits.full", kind="timeDate", interrupting=False)
    + boundary("silent", "confirm", "PT48H")
    + flows("a>g", "again>g", "g>handle", "handle>x", 'x>tell:outcome = "tell"', "x>confirm", "tell>confirm", "confirm>z", "silent>expire", "expire>y",
            "half>remind", "full>flag", "flag>remind", "remind>reminded"))


@dataclass
class Office:
    """The pack, and what its handlers were asked."""

    name: str = "office"
    hash: str = "sha256:office"
    graph: bpmn.Graph = field(default_factory=lambda: bpmn.load(OFFICE))
    asked: list[tuple[str, handlers.Firing]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def process(self) -> bpmn.Graph:
        return self.graph

    def handler(self, verb: str):
        def run(firings):
            drafts = []
            for firing in firings:
                if firing.ref in self.broken:
                    raise ValueError(f"no telephone number for {firing.ref}")
                self.asked.append((verb, firing))
                drafts.append(Draft(f"office.{verb}", firing.ref, Actor("system", "office"), {"level": verb}))
            assert len({firing.ref for firing in firings}) == len(firings)
            return drafts

        return run

    def start(self, *refs: str, facts=None, at=None) -> list[acts.Moved]:
        return acts.start_many(self, [acts.Start(ref, facts or limits(), draft("file", ref, at)) for ref in refs])

    def verbs(self, ref: str) -> list[str]:
        return [verb for verb, firing in self.asked if firing.ref == ref]


def limit(due: str) -> dict:
    return {"due": due, "rule": "limits.dmn#sha256:1", "calendar": "cn-2026/natural"}


def limits(half: str = "2026-03-05T15:59:59Z", full: str = "2026-03-09T15:59:59Z") -> dict:
    return {"limits": {"half": limit(half) if half else None, "full": limit(full) if full else None}}


def draft(verb: str, ref: str, at: datetime | None = None, actor: Actor = OFFICIAL) -> Draft:
    return Draft(f"office.{verb}", ref, actor, {"words": verb}, at=at)


@pytest.fixture
def still():
    """A clock that moves only when told."""
    with use_clock(FixedClock(AT)) as fixed:
        yield fixed


@pytest.fixture
def office(still):
    """The office with its handlers registered; after the test every case is re-checked from its rows."""
    made = Office()
    for verb in ("remind", "flag", "tell", "expire"):
        handlers.register(f"office.{verb}", made.handler(verb))
    yield made
    assert check.faults() == []
