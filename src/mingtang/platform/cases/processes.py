"""Versions of processes: remembered by hash when first used, compiled once a process of the machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from mingtang.engines import bpmn
from mingtang.kernel import now
from mingtang.platform.cases.faults import NoSuchCase
from mingtang.platform.cases.models import ProcessVersion

_remembered: set[str] = set()


def remember(graph: bpmn.Graph) -> str:
    """Keep the graph's source, so that its cases outlive the pack; returns its hash."""
    if graph.hash not in _remembered or not ProcessVersion.objects.filter(hash=graph.hash).exists():
        ProcessVersion.objects.bulk_create(
            [ProcessVersion(hash=graph.hash, source=graph.source, name=graph.name, first_used=now())], ignore_conflicts=True)
        _remembered.add(graph.hash)
        _known[graph.hash] = graph
    return graph.hash


_known: dict[str, bpmn.Graph] = {}


def graph_of(hash: str) -> bpmn.Graph:
    """The graph with that hash; raises NoSuchCase if its source is gone or is not what the hash says."""
    found = _known.get(hash)
    return found if found is not None else _compiled(hash)


@lru_cache(maxsize=64)
def _compiled(hash: str) -> bpmn.Graph:
    version = ProcessVersion.objects.filter(hash=hash).first()
    graph = bpmn.load(bytes(version.source)) if version else None
    if graph is None or graph.hash != hash:
        raise NoSuchCase(path="process", ref=hash[:80])
    return graph


def decider(pack: str) -> Callable[[str, str, Any], Any]:
    """What runs the business rule tasks of cases under ``pack`` (``name@hash``): the contracts of exactly that version."""
    def decide(contract: str, decision: str, facts: Any) -> Any:
        from mingtang.engines import dmn
        from mingtang.platform.scenes import reads as scenes

        outcome = scenes.pack_by_hash(pack.partition("@")[2]).contract(contract).decide(decision, facts, trace=False)
        return dmn.to_json(outcome.value)

    return decide
