"""The declared subset of BPMN 2.0, compiled to a state graph and played as a pure token game.

Pure: no clock, no database. A waiting case is a small JSON value; timers are absolute instants in it. Example::

    graph = load(open("process.bpmn", "rb").read())
    opened = step(graph, State(), Start(), {"unit": "MZ-WATER", "limits": {...}}, at)
    closed = step(graph, opened.state, Complete("handle"), {**opened.facts, "outcome": "reply"}, later)
"""

from mingtang.engines.bpmn.drawing import draw
from mingtang.engines.bpmn.errors import (
    BpmnRefused,
    ConditionUnclear,
    DeadlineSpent,
    NoSuchTask,
    NoSuchTimer,
    NotSupported,
    NotThisPerson,
    TimerUnclear,
    WayTooLong,
)
from mingtang.engines.bpmn.events import Call, Complete, Fire, Refresh, Start, TimerSet, Transition
from mingtang.engines.bpmn.explore import Dead, Exploration, explore
from mingtang.engines.bpmn.graph import Flow, Graph, Node
from mingtang.engines.bpmn.play import open_tasks, step
from mingtang.engines.bpmn.reader import load
from mingtang.engines.bpmn.state import State, Token

__all__ = [
    "BpmnRefused",
    "Call",
    "Complete",
    "ConditionUnclear",
    "Dead",
    "DeadlineSpent",
    "Exploration",
    "Fire",
    "Flow",
    "Graph",
    "NoSuchTask",
    "NoSuchTimer",
    "Node",
    "NotSupported",
    "NotThisPerson",
    "Refresh",
    "Start",
    "State",
    "TimerSet",
    "TimerUnclear",
    "Token",
    "Transition",
    "WayTooLong",
    "draw",
    "explore",
    "load",
    "open_tasks",
    "step",
]
