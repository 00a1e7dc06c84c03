"""A contract over a whole population: who gets what, what it costs, who wins and who loses between two versions, by group.

The same model as for one person (``engines.dmn.columns``); no second implementation. Only sums and counts are shown; rows go to a file
that the caller names. A group of fewer than ``least`` people is shown with the others as "fewer", so that a report names nobody.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mingtang.kernel import CallerMistake, RefusedInput, Sentence

if TYPE_CHECKING:
    from mingtang.engines import dmn
    from mingtang.engines.dmn import columns

_MOST_GROUPS = 200
_MOST_VALUES = 50
FEWER = "(fewer)"
EVERYBODY = ""


class PopulationRefused(RefusedInput):
    """The table of people cannot be read, or does not hold what was asked."""

    code = "scenes.population_refused"
    text = Sentence("不能使用人口表 {file}：{reason}", "The table of people {file} cannot be used: {reason}")
    next_step = Sentence(
        "请提供 Parquet 或 CSV 文件，列名与合约的输入相同。", "Give a Parquet or CSV file whose columns are named as the inputs."
    )


class NoNumber(CallerMistake):
    """Two versions can only be compared, and costs only be summed, over numbers."""

    code = "scenes.no_number"
    text = Sentence("“{decision}”的结果不是数字。", "“{decision}” gives no number.")
    next_step = Sentence(
        "请用 --output 选择一个数字分量：{fields}。", "Choose a component that is a number with --output: {fields}."
    )


@dataclass(frozen=True, slots=True)
class Contract:
    """A model, the decision asked, and what the law adds for the day: dated numbers, the day of effect."""

    model: dmn.Model
    decision: str
    law: dict[str, Any]


def contract(path: Path, decision: str, day: date) -> Contract:
    """The contract at ``path``, a DMN file or the folder of a pack. Raises DmnRefused, PackRefused, NoSuchDecision."""
    from mingtang.engines import dmn
    from mingtang.platform.scenes.packs import load, read_folder

    if path.is_dir():
        pack = load(path.resolve().name, read_folder(path.resolve()), path.resolve())
        model, law, usual = pack.contract(), pack.scope({}, day), pack.heading.decision
    else:
        try:
            beside = {other.name: other.read_bytes() for other in sorted(path.parent.glob("*.dmn"))[:50] if other != path}
            model, law, usual = dmn.load(path.read_bytes(), imports=beside, name=path.name), {}, ""
        except OSError as fault:
            raise dmn.DmnRefused(path=path.name, reason=fault.strerror or "cannot be read") from None
    names = list(model.decisions)
    chosen = decision or usual or (names[-1] if names else "")
    if chosen not in model.decisions:
        raise dmn.NoSuchDecision(name=chosen, known=", ".join(names))
    return Contract(model, chosen, law)


def people(path: Path, wanted: set[str]) -> Any:
    """The columns ``wanted`` of a Parquet or CSV file, as a Polars frame. Raises PopulationRefused."""
    import polars as pl

    try:
        read = pl.scan_csv(path, try_parse_dates=True) if path.suffix.lower() == ".csv" else pl.scan_parquet(path)
        have = read.collect_schema().names()
        return read.select([name for name in have if name in wanted]).collect()
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise PopulationRefused(
            path=path.name, reason=str(fault).splitlines()[0][:200] if str(fault) else type(fault).__name__
        ) from None


@dataclass(slots=True)
class Group:
    """Sums over one group; money in the contract's unit. ``before`` and the changes are of the other version, None without one."""

    name: str
    people: int
    receiving: int
    cost: Decimal | None = None
    before: Decimal | None = None
    winners: int = 0
    losers: int = 0


@dataclass(slots=True)
class Told:
    """What a run over a population says. ``values``: what how many get, most first; ``groups``: everybody first."""

    rows: int
    errors: int
    undecided: int
    by_engine: int
    values: list[tuple[str, int]]
    rules: list[tuple[tuple[int, ...], int]]
    groups: list[Group] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    frame: Any = None


def run(
    own: Contract, frame: Any, *, output: str = "", against: Contract | None = None, by: str = "", is_charge: bool = False
) -> Told:
    """Run ``own`` over everybody in ``frame``; ``against`` is the version it is compared with;
    ``is_charge`` says that people pay the amount, so that less is a gain. Raises NoNumber, PopulationRefused."""
    import polars as pl

    if by and by not in frame.columns:
        raise PopulationRefused(path=by, file="", reason=f"there is no column {by}")
    plan, result = _run(own, frame)
    amount = _amount(result, output)
    before = None
    if against is not None:
        _plan, earlier = _run(against, frame)
        before = _amount(earlier, output)
        if amount is None or before is None:
            raise NoNumber(decision=own.decision, fields=", ".join(result.column.fields) or "-")
    matched = result.matched.get(own.decision)
    codes, shown = result.codes(output) if not output or result.column.kind == "context" else result.codes()
    told = Told(
        result.rows,
        result.errors,
        int(result.nulls().sum()),
        result.by_engine,
        _counted(codes, shown),
        matched.counts().items() and sorted(matched.counts().items(), key=lambda one: -one[1])[:_MOST_VALUES] if matched else [],
        missing=[name for name in plan.inputs if name not in frame.columns and name not in own.law],
    )
    told.groups = _groups(frame, by, codes, shown, amount, before)
    if is_charge:
        for one in told.groups:
            one.winners, one.losers = one.losers, one.winners
    made = frame.with_columns(pl.Series(own.decision, [shown[code] for code in codes.tolist()], strict=False))
    if before is not None and amount is not None:
        made = made.with_columns(pl.Series("before", _floats(before)), pl.Series("change", _floats(_difference(amount, before))))
    told.frame = made
    return told


def _run(own: Contract, frame: Any) -> tuple[columns.Plan, columns.Result]:
    from mingtang.engines.dmn import columns

    plan = columns.compile(own.model, own.decision)
    law = {name: columns.constant(value) for name, value in own.law.items() if name in plan.inputs}
    facts = {name: frame[name] for name in plan.inputs if name in frame.columns and name not in law}
    if not facts and frame.height:
        raise PopulationRefused(file="", reason=f"no column is an input; the inputs are {', '.join(plan.inputs)}")
    return plan, plan.run({**facts, **law})


_Amount = tuple[np.ndarray, int, np.ndarray]  # whole numbers, decimal places, where null


def _amount(result: columns.Result, output: str) -> _Amount | None:
    """The numbers of a result; of a context the component ``output``. None where there are none."""
    try:
        return result.numbers(output)
    except KeyError:
        if output:
            raise NoNumber(decision=output, fields=", ".join(result.column.fields) or "-") from None
        return None
    except TypeError:
        return None


def _counted(codes: np.ndarray, shown: list[Any]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for value, count in zip(shown, np.bincount(codes, minlength=len(shown)).tolist(), strict=True):
        if count:
            counts["null" if value is None else str(value)] += count
    return counts.most_common(_MOST_VALUES)


def _difference(after: _Amount, before: _Amount) -> _Amount:
    """What more everybody gets; who got or gets no value counts as nothing there."""
    places = max(after[1], before[1])
    first, second = (np.where(one[2], 0, one[0]).astype(np.int64) * 10 ** (places - one[1]) for one in (after, before))
    return first - second, places, np.zeros(len(first), np.bool_)


def _floats(amount: _Amount) -> np.ndarray:
    return np.where(amount[2], np.nan, amount[0] / 10 ** amount[1])


def _sum(amount: _Amount | None, mask: np.ndarray) -> Decimal | None:
    if amount is None:
        return None
    return Decimal(int(amount[0][mask & ~amount[2]].sum(dtype=np.int64))).scaleb(-amount[1])


def _groups(
    frame: Any, by: str, codes: np.ndarray, shown: list[Any], amount: _Amount | None, before: _Amount | None
) -> list[Group]:
    nothing = np.array([value in (None, False, 0) for value in shown])
    receiving = ~nothing[codes] if amount is None else (amount[0] > 0) & ~amount[2]
    change = None if amount is None or before is None else _difference(amount, before)[0]
    named = [(EVERYBODY, np.ones(len(codes), np.bool_)), *(_split(frame, by) if by else ())]
    return [
        Group(
            name,
            int(mask.sum()),
            int((receiving & mask).sum()),
            _sum(amount, mask),
            _sum(before, mask),
            0 if change is None else int(((change > 0) & mask).sum()),
            0 if change is None else int(((change < 0) & mask).sum()),
        )
        for name, mask in named
    ]


def _split(frame: Any, by: str, least: int = 5) -> list[tuple[str, np.ndarray]]:
    """Each group's name and rows; groups of fewer than ``least`` people together."""
    import polars as pl

    words = frame[by].cast(pl.String).fill_null("null")
    counts = Counter(words.to_list())
    if len(counts) > _MOST_GROUPS:
        raise PopulationRefused(path=by, file="", reason=f"{by} has more than {_MOST_GROUPS} groups")
    small = {word for word, count in counts.items() if count < least}
    array = np.array(words.to_list(), dtype=object)
    found = [(word, array == word) for word in sorted(counts.keys() - small)]
    return [*found, (FEWER, np.isin(array, list(small)))] if small else found
