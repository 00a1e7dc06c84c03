"""DMN 1.5: contracts that a jurist can read, executed exactly and explained. Spec: docs/specs/dmn.md."""

from mingtang.engines.dmn import feel
from mingtang.engines.dmn.converting import to_feel, to_json
from mingtang.engines.dmn.errors import DmnRefused, NoSuchDecision
from mingtang.engines.dmn.model import Decision, DecisionService, DecisionTable, Model
from mingtang.engines.dmn.outcome import Fault, Outcome, Step
from mingtang.engines.dmn.reading import load

__all__ = [
    "Decision", "DecisionService", "DecisionTable", "DmnRefused", "Fault", "Model", "NoSuchDecision", "Outcome", "Step", "feel", "load", "to_feel", "to_json",
]
