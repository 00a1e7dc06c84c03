"""Decisions a CPU second, each with its explanation, beside zen-engine with its static loader in the same run.

    python bench/contracts/decide.py [--rules 20 1500] [--decisions 20000]

The same FIRST table for both: income band, household size, district. Both get plain Python dicts. "kept" is what every act does:
value, rule, inputs and all that an explanation needs are kept. "written" also writes the explanation out as JSON values - the
matching rule with its conditions and every near miss - for which zen has its trace.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from mingtang.engines import dmn  # noqa: E402

_DISTRICTS = ("MZ-D1", "MZ-D2", "MZ-D3", "MZ-D4", "MZ-D5")
_TOP = 20_000
_HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="bench" namespace="https://mingzhou.example/bench">'


def rows(rules: int) -> list[tuple[int, int, int, int, str, int]]:
    """Disjoint rules that cover incomes below _TOP: low, high, least and most persons, district, amount."""
    bands = max(1, rules // (2 * len(_DISTRICTS)))
    made = []
    for i in range(rules):
        band, rest = i // (2 * len(_DISTRICTS)) % bands, i % (2 * len(_DISTRICTS))
        low, high = band * _TOP // bands, (band + 1) * _TOP // bands
        least, most = ((1, 3), (4, 12))[rest % 2]
        made.append((low, high, least, most, _DISTRICTS[rest // 2], 1000 + i))
    return made


def dmn_text(table: list[tuple[int, int, int, int, str, int]]) -> bytes:
    """The table as DMN."""
    names = (("income", "number"), ("persons", "number"), ("district", "string"))
    inputs = "".join(f'<inputData id="i-{n}" name="{n}"><variable name="{n}" typeRef="{t}"/></inputData>' for n, t in names)
    needs = "".join(f'<informationRequirement><requiredInput href="#i-{n}"/></informationRequirement>' for n, _ in names)
    clauses = "".join(f'<input id="c-{n}"><inputExpression typeRef="{t}"><text>{n}</text></inputExpression></input>' for n, t in names)
    cells = "".join(
        f'<rule id="r{i}"><inputEntry><text>[{low}..{high})</text></inputEntry><inputEntry><text>[{least}..{most}]</text></inputEntry>'
        f'<inputEntry><text>"{district}"</text></inputEntry><outputEntry><text>{amount}</text></outputEntry></rule>'
        for i, (low, high, least, most, district, amount) in enumerate(table))
    return (f'{_HEAD}{inputs}<decision id="a" name="Amount"><variable name="Amount" typeRef="number"/>{needs}'
            f'<decisionTable id="t" hitPolicy="FIRST">{clauses}<output name="amount" typeRef="number"/>{cells}</decisionTable></decision></definitions>').encode()


def zen_content(table: list[tuple[int, int, int, int, str, int]]) -> dict:
    """The table as zen's graph: input, table, output."""
    rules = [{"_id": f"r{i}", "a": f"[{low}..{high})", "b": f"[{least}..{most}]", "c": f'"{district}"', "o": str(amount)}
             for i, (low, high, least, most, district, amount) in enumerate(table)]
    content = {
        "hitPolicy": "first", "rules": rules, "outputs": [{"id": "o", "name": "amount", "field": "amount"}],
        "inputs": [{"id": key, "name": field, "field": field} for key, field in (("a", "income"), ("b", "persons"), ("c", "district"))],
    }
    nodes = [{"id": "in", "name": "in", "type": "inputNode"}, {"id": "t", "name": "t", "type": "decisionTableNode", "content": content},
             {"id": "out", "name": "out", "type": "outputNode"}]
    edges = [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in (("in", "t"), ("t", "out"))]
    return {"nodes": nodes, "edges": edges}


def facts(count: int, seed: int = 7) -> list[dict]:
    """Households, always the same."""
    draw = random.Random(seed)
    return [{"income": draw.randrange(_TOP), "persons": draw.randint(1, 12), "district": draw.choice(_DISTRICTS)} for _ in range(count)]


def rate(decide: Callable[[dict], object], people: list[dict], rounds: int = 3) -> float:
    """Decisions a CPU second: the best of some rounds, because the machine is shared."""
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        for one in people:
            decide(one)
        best = max(best, len(people) / (time.process_time() - start))
    return best


def compare(rules: int, decisions: int) -> None:
    """Print one block: zen and ours over the same table and people, after both have been seen to agree."""
    import zen

    table = rows(rules)
    start = time.process_time()
    model = dmn.load(dmn_text(table))
    model.decide("Amount", facts(1)[0])
    ready = time.process_time() - start
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"t": zen_content(table)}}})
    people = facts(decisions)
    for one in people[:500]:
        theirs, ours = engine.evaluate("t", one)["result"].get("amount"), model.decide("Amount", one).value
        if (None if theirs is None else int(theirs)) != (None if ours is None else int(ours)):
            raise SystemExit(f"the two disagree on {one}: {theirs} and {ours}")
    few = people[: max(200, decisions // (10 if rules < 100 else 50))]
    peer = rate(lambda one: engine.evaluate("t", one), few if rules >= 100 else people)
    traced = rate(lambda one: engine.evaluate("t", one, {"trace": True}), few)
    bare = rate(lambda one: model.decide("Amount", one, trace=False), people)
    kept = rate(lambda one: model.decide("Amount", one), people)
    written = rate(lambda one: model.decide("Amount", one).as_json(), few)
    print(f"{rules} rules (ours read and compiled in {ready:.2f} CPU-s)")
    for label, ours_rate, other, against in (
        ("value alone", bare, peer, "zen without trace"), ("explanation kept", kept, peer, "zen without trace"),
        ("explanation kept", kept, traced, "zen with trace"), ("explanation written", written, traced, "zen with trace"),
    ):
        print(f"  {label:20} {ours_rate:>9,.0f}/CPU-s   {against} {other:>9,.0f}/CPU-s   ratio {ours_rate / other:6.2f}")


def main() -> None:
    """Run the comparison for each size."""
    parser = argparse.ArgumentParser(description="Decisions a CPU second beside zen-engine.")
    parser.add_argument("--rules", type=int, nargs="+", default=[20, 1500])
    parser.add_argument("--decisions", type=int, default=20_000)
    asked = parser.parse_args()
    for rules in asked.rules:
        compare(rules, asked.decisions)


if __name__ == "__main__":
    main()
