"""A 20-rule table over a whole population: ours, OpenFisca-core on an equal rule, and plain numpy, in the same run.

    python bench/contracts/population.py [--people 10000000] [--openfisca PYTHON]

CPU seconds of one process. The same people for all three: income, persons in the household, district. "plain numpy" is the rule written
by hand as array look-ups: the floor that no rules engine goes below. OpenFisca may stand in an environment of its own, whose python is
given with --openfisca; its rule is a formula of ``select`` over the same 20 conditions, as its own country packages write them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from decide import _DISTRICTS, _TOP, dmn_text, rows  # noqa: E402

_MOST_PERSONS = 12


def people(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Income, persons and the number of the district: always the same people."""
    draw = np.random.default_rng(7)
    return (
        draw.integers(0, _TOP, count, np.int32),
        draw.integers(1, _MOST_PERSONS + 1, count, np.int32),
        draw.integers(0, len(_DISTRICTS), count, np.int32),
    )


def ours(count: int, rules: int) -> dict[str, float]:
    """CPU seconds of our run, for districts as codes and as texts, and the sum of all amounts."""
    import polars as pl

    from mingtang.engines import dmn
    from mingtang.engines.dmn import columns

    income, persons, district = people(count)
    plan = columns.compile(dmn.load(dmn_text(rows(rules))), "Amount")
    coded = (
        pl.Series(district).cast(pl.UInt32).replace_strict(dict(enumerate(_DISTRICTS)), return_dtype=pl.Enum(list(_DISTRICTS)))
    )
    told = {}
    for label, series in (("codes", coded), ("texts", coded.cast(pl.String))):
        start = time.process_time()
        result = plan.run({"income": income, "persons": persons, "district": series})
        told[label] = time.process_time() - start
    whole, places, null = result.numbers()
    if result.by_engine or places:
        raise SystemExit("some were decided one by one")
    return told | {"sum": int(whole[~null].sum(dtype=np.int64)), "null": int(null.sum())}


def floor(count: int, rules: int) -> dict[str, float]:
    """CPU seconds of the same look-ups written by hand in numpy, unchunked."""
    income, persons, district = people(count)
    table = np.zeros((_TOP, _MOST_PERSONS + 1, len(_DISTRICTS)), np.int16)
    for low, high, least, most, place, amount in reversed(rows(rules)):
        table[low:high, least : most + 1, _DISTRICTS.index(place)] = amount
    start = time.process_time()
    found = table[income, persons, district]
    spent = time.process_time() - start
    return {"cpu": spent, "sum": int(found.sum(dtype=np.int64))}


def openfisca(count: int, rules: int) -> dict[str, float]:
    """CPU seconds of OpenFisca-core on the same rule. Runs in an environment that has it."""
    from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    table, district_of = rows(rules), {name: i for i, name in enumerate(_DISTRICTS)}

    def variable(name: str, formula: object = None) -> None:
        body = {"value_type": int, "entity": person, "definition_period": periods.DateUnit.MONTH, "label": name}
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), body))

    def formula(who, period):  # noqa: ANN001, ANN202
        income, persons, district = who("income", period), who("household_size", period), who("district", period)
        return np.select(
            [
                (income >= low) & (income < high) & (persons >= least) & (persons <= most) & (district == district_of[place])
                for low, high, least, most, place, _ in table
            ],
            [amount for *_, amount in table],
        )

    for name in ("income", "household_size", "district"):
        variable(name)
    variable("amount", formula)
    simulation = simulations.SimulationBuilder().build_default_simulation(system, count)
    for name, values in zip(("income", "household_size", "district"), people(count), strict=True):
        simulation.set_input(name, "2026-01", values)
    start = time.process_time()
    found = simulation.calculate("amount", "2026-01")
    return {"cpu": time.process_time() - start, "sum": int(found.sum(dtype=np.int64))}


def _elsewhere(python: str, count: int, rules: int) -> dict[str, float]:
    asked = [python, __file__, "--only-openfisca", "--people", str(count), "--rules", str(rules)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Run the three, see that they agree, print the figures."""
    parser = argparse.ArgumentParser(description="A population run beside OpenFisca-core and plain numpy.")
    parser.add_argument("--people", type=int, default=10_000_000)
    parser.add_argument("--rules", type=int, default=20)
    parser.add_argument("--openfisca", default=sys.executable, help="python of the environment that has openfisca-core")
    parser.add_argument("--only-openfisca", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only_openfisca:
        print(json.dumps(openfisca(asked.people, asked.rules)))
        return
    own, plain = ours(asked.people, asked.rules), floor(asked.people, asked.rules)
    lines = [("ours, districts as codes", own["codes"], own["sum"]), ("ours, districts as texts", own["texts"], own["sum"])]
    lines.append(("plain numpy by hand", plain["cpu"], plain["sum"]))
    try:
        peer = _elsewhere(asked.openfisca, asked.people, asked.rules)
        lines.append(("OpenFisca-core", peer["cpu"], peer["sum"]))
    except (OSError, subprocess.CalledProcessError):
        print("OpenFisca-core: not here (--openfisca PYTHON of an environment that has it)")
    for label, cpu, total in lines:
        ratio = f"{cpu / own['codes']:6.1f}x ours" if cpu else ""
        print(f"{label:26} {cpu:7.3f} CPU-s  {asked.people / cpu / 1e6:8.1f} million/CPU-s  {ratio}")
        if total != own["sum"]:
            raise SystemExit("the sums differ")


if __name__ == "__main__":
    main()
