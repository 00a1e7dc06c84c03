"""Hit policies and aggregations: what the matching rules make together (DMN 1.5, 8.2.8 to 8.2.11)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mingtang.engines.dmn.feel.calling import invoke
from mingtang.engines.dmn.feel.comparing import equal
from mingtang.engines.dmn.feel.compiling import Env
from mingtang.engines.dmn.feel.values import Null
from mingtang.engines.dmn.table_index import bits

if TYPE_CHECKING:
    from mingtang.engines.dmn.tables import CompiledTable

Combined = Callable[[int, Env], Any]


def _unique(table: CompiledTable) -> Combined:
    def combine(hits: int, env: Env) -> Any:
        if not hits:
            return None
        if hits & (hits - 1):
            env.run.fault(0, f"rules {_listed(hits)} match, one at most may", table.label)
            return None
        return table.row_value(hits.bit_length() - 1, env)
    return combine


def _any(table: CompiledTable) -> Combined:
    def combine(hits: int, env: Env) -> Any:
        values = [table.row_value(rule, env) for rule in bits(hits)]
        if any(equal(value, values[0]) is not True for value in values[1:]):
            env.run.fault(0, f"rules {_listed(hits)} match and differ", table.label)
            return None
        return values[0] if values else None
    return combine


def _first(table: CompiledTable) -> Combined:
    return lambda hits, env: table.row_value((hits & -hits).bit_length() - 1, env) if hits else None


def _ranked(table: CompiledTable, hits: int, env: Env) -> list[Any]:
    rows = [table.row(rule, env) for rule in bits(hits)]
    return [table.shaped(row) for row in sorted(rows, key=lambda row: table.rank(row, env))]


def _priority(table: CompiledTable) -> Combined:
    return lambda hits, env: _ranked(table, hits, env)[0] if hits else None


def _output_order(table: CompiledTable) -> Combined:
    return lambda hits, env: _ranked(table, hits, env)


def _rule_order(table: CompiledTable) -> Combined:
    return lambda hits, env: [table.row_value(rule, env) for rule in bits(hits)]


def _collect(table: CompiledTable) -> Combined:
    aggregation = table.table.aggregation
    if not aggregation:
        return _rule_order(table)

    def combine(hits: int, env: Env) -> Any:
        rows = [table.row(rule, env) for rule in bits(hits)]
        if aggregation == "COUNT":
            return Decimal(len(rows))
        if not rows:
            return None
        return table.shaped([_aggregated(aggregation, [row[i] for row in rows], table, env) for i in range(len(rows[0]))])

    return combine


def _aggregated(aggregation: str, values: list[Any], table: CompiledTable, env: Env) -> Any:
    from mingtang.engines.dmn.feel.builtins import BUILTINS

    try:
        return invoke(BUILTINS[aggregation.lower()], env.run, [values])
    except Null as why:
        env.run.fault(0, str(why), table.label)
        return None


def _listed(hits: int) -> str:
    return ", ".join(str(rule + 1) for rule in bits(hits))


COMBINERS: dict[str, Callable[[CompiledTable], Combined]] = {
    "UNIQUE": _unique, "ANY": _any, "FIRST": _first, "PRIORITY": _priority, "OUTPUT ORDER": _output_order, "RULE ORDER": _rule_order, "COLLECT": _collect,
}
AGGREGATIONS = ("", "SUM", "COUNT", "MIN", "MAX")
