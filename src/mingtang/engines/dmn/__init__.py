"""DMN 1.5 with FEEL: read a model, decide, explain.

Who must trust it: everybody about whom a contract decides, and whoever recomputes a decision. It touches no network, no clock but
the one handed in, and no file; hostile models and facts end in DmnRefused or in null with a fault, within bounded time and memory.

Example::

    model = dmn.load(Path("rules.dmn").read_bytes())
    outcome = model.decide("Allowance", {"age": 82, "district": "MZ-D2"})
    outcome.value, outcome.errors, outcome.as_json()["trace"]
"""

from mingtang.engines.dmn import feel
from mingtang.engines.dmn.converting import to_feel, to_json
from mingtang.engines.dmn.errors import DmnRefused, NoSuchDecision
from mingtang.engines.dmn.feel import FeelSyntax
from mingtang.engines.dmn.feel.evaluating import Fault
from mingtang.engines.dmn.model import Decision, DecisionService, DecisionTable, Model
from mingtang.engines.dmn.outcome import Outcome, Step
from mingtang.engines.dmn.reader import load

__all__ = ["Decision", "DecisionService", "DecisionTable", "DmnRefused", "Fault", "FeelSyntax", "Model", "NoSuchDecision", "Outcome", "Step", "feel", "load", "to_feel", "to_json"]
