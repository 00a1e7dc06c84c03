"""Proofs: what they cost in CPU, and where the solver alone would give up.

    python bench/contracts/proofs.py

1. One table of 1,500 disjoint rules over 4 columns: monotone and independent by pairs of rules, whole and with a planted step and dependence.
   Target: below 0.5 CPU-s. Beside it the solver alone on a table of 60 and 120 rules of the same make.
2. The same with 7 columns: overlaps and completeness. Target: below 2 CPU-s.
3. Independence through a graph of 12 decisions, harmless and planted. Target: below 10 CPU-s.
4. The packs that come along: every property.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from mingtang.engines.dmn import prove  # noqa: E402
from mingtang.engines.dmn.prove import pairs, properties  # noqa: E402
from tests.engines.dmn.prove.making import model, table  # noqa: E402


def boxes(chance: random.Random, count: int, columns: int) -> list[list[tuple[int, int]]]:
    """``count`` disjoint boxes that fill everything: one box split again and again."""
    made = [[(0, 1000)] * columns]
    while len(made) < count:
        at = chance.randrange(len(made))
        box = made[at]
        c = chance.randrange(columns)
        low, high = box[c]
        if high - low < 2:
            continue
        cut = chance.randrange(low + 1, high)
        made[at] = [*box[:c], (low, cut), *box[c + 1:]]
        made.append([*box[:c], (cut, high), *box[c + 1:]])
    return made


def one_table(chance: random.Random, count: int, columns: int, defect: str = ""):
    """A table whose outcome falls with c0 and hangs on nothing of the last column; with a step or a dependence where asked."""
    names = [f"c{i}" for i in range(columns)]
    listed = boxes(chance, count // 4, columns - 1)
    rules = []
    for box in listed:
        cells = [f"[{low}..{high})" if (low, high) != (0, 1000) else "-" for low, high in box]
        cells = [f"< {high}" if low == 0 and high < 1000 else f">= {low}" if high == 1000 and low > 0 else cell
                 for (low, high), cell in zip(box, cells, strict=True)]
        amount = 1000 - box[0][0]
        for value in ('"a"', '"b"', '"c"', 'not("a","b","c")'):
            rules.append([*cells, value, str(amount)])
    if defect:
        at = chance.randrange(len(rules) // 8, len(rules))
        rules[at][-1] = str(int(rules[at][-1]) + (2000 if defect == "step" else 1))
    types = dict.fromkeys(names[:-1], "number") | {names[-1]: "string"}
    return model(types, [table("Amount", "number", names, rules, names)]), names


def asked(kind: str, name: str, **more) -> SimpleNamespace:
    """A property of the table."""
    given = {"id": kind, "decision": "Amount", "output": "", "direction": "falling", "low": None, "high": None, "where": "", "holds": ""}
    return SimpleNamespace(kind=kind, input=name, **(given | more))


def cpu(work) -> tuple[float, object]:
    """CPU seconds and the result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def solver_alone(of, one) -> str:
    """The same question without pairs."""
    kept = properties._by_pairs
    properties._by_pairs = lambda model, one: None
    try:
        return prove.check(of, [one])[0].status
    finally:
        properties._by_pairs = kept


def main() -> None:
    chance = random.Random(7)
    for count, columns in ((1500, 4), (1500, 7)):
        for defect in ("", "step", "dependence"):
            of, names = one_table(chance, count, columns, defect)
            both = [asked("monotone", names[0]), asked("independent", names[-1])]
            seconds, found = cpu(lambda of=of, both=both: prove.check(of, both))
            said = ", ".join(f"{one.property} {one.status}" for one in found)
            print(f"{count} rules x {columns}, planted: {defect or 'nothing':10}  {said}  {seconds:.2f} CPU-s")
        seconds, grid = cpu(lambda of=of, names=names: pairs._grid(of, of.decisions["Amount"].logic, names))
        whole, gap = cpu(grid.uncovered)
        overlaps, pair = cpu(lambda grid=grid: next(grid.overlaps(), None))
        told = f"whole {gap is None}, without overlap {pair is None}"
        print(f"{count} rules x {columns}: cells to regions {seconds:.2f}, completeness {whole:.2f}, overlaps {overlaps:.2f} CPU-s; {told}")
    for count in (60, 120):
        of, names = one_table(chance, count, 4)
        seconds, status = cpu(lambda of=of, names=names: solver_alone(of, asked("monotone", names[0])))
        print(f"the solver alone, {count} rules x 4, monotone: {status}, {seconds:.2f} CPU-s")
    for last in ("5", "6"):
        seconds, found = cpu(lambda last=last: prove.check(chain(last), [asked("independent", "district")])[0])
        print(f"independence through 12 decisions, {'harmless' if last == '5' else 'planted'}: {found.status}, {seconds:.2f} CPU-s")
    packs()


def chain(last: str):
    """Twelve decisions from a protected fact to the amount."""
    decisions = [table("D0", "number", ["district"], [['"a"', "1"], ['not("a")', "2"]], ["district"])]
    for i in range(1, 11):
        rows = [["1", f"< {i * 100}", "1"], ["1", f">= {i * 100}", "1"], ["2", f"< {i * 100}", "2"], ["2", f">= {i * 100}", "2"], ["not(1,2)", "-", "0"]]
        decisions.append(table(f"D{i}", "number", [f"D{i - 1}", "income"], rows, ["income"], [f"D{i - 1}"]))
    return model({"district": "string", "income": "number"}, [*decisions, table("Amount", "number", ["D10"], [["1", "5"], ["not(1)", last]], [], ["D10"])])


def packs() -> None:
    """Every property of every pack."""
    from mingtang.platform.scenes.packs import load, read_folder

    for folder in sorted((ROOT / "scenes").glob("*/properties.yaml")):
        pack = load(folder.parent.name, read_folder(folder.parent))
        seconds, found = cpu(lambda pack=pack: [one for p in pack.properties for one in prove.check(pack.contract(p.contract), [p])])
        print(f"{pack.name}: {', '.join(f'{one.property} {one.status}' for one in found)}; {seconds:.2f} CPU-s")


if __name__ == "__main__":
    main()
