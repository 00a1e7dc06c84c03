"""The worked examples of a pack: each is decided by the real engine and compared with what it expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mingtang.kernel import MingtangError, Sentence
from mingtang.platform.scenes.packs import Finding, Pack
from mingtang.platform.scenes.packs.examples import Example

if TYPE_CHECKING:
    from mingtang.engines import dmn


def check_examples(pack: Pack, models: Mapping[str, dmn.Model]) -> Iterator[Finding]:
    """A finding for each example that comes out otherwise, names what is not there, or states a fact nobody declared."""
    for i, example in enumerate(pack.examples):
        model = models.get(example.contract)
        if model is None:
            if f"{example.contract}.dmn" not in pack.files:
                yield _finding(
                    i,
                    example,
                    "scenes.no_contract",
                    f"没有合约“{example.contract}”",
                    f"there is no contract “{example.contract}”",
                )
            continue  # a contract that does not load has its own finding
        if example.decision not in model.decisions:
            yield _finding(
                i,
                example,
                "scenes.no_decision",
                f"合约中没有决定“{example.decision}”",
                f"the contract has no decision “{example.decision}”",
            )
            continue
        unknown = [name for name in example.facts if name not in pack.facts and name not in pack.parameters]
        for name in unknown:
            yield _finding(
                i,
                example,
                "scenes.undeclared_fact",
                f"事实“{name}”没有在 facts.yaml 中声明",
                f"facts.yaml does not declare the fact “{name}”",
            )
        if not unknown:
            yield from _outcome(pack, model, i, example)


def _outcome(pack: Pack, model: dmn.Model, i: int, example: Example) -> Iterator[Finding]:
    from mingtang.engines import dmn

    try:
        outcome = model.decide(example.decision, pack.scope(example.facts, example.on))
    except MingtangError as fault:
        yield _finding(i, example, "scenes.example_refused", fault.message("zh"), fault.message("en"))
        return
    for path, wanted, got in differences(dmn.to_feel(example.expect), outcome.value, example.tolerance):
        place = f"{path}: " if path else ""
        why = f" ({outcome.errors[0].message})" if outcome.errors else ""
        yield _finding(
            i,
            example,
            "scenes.example_otherwise",
            f"算例“{example.name.zh}”结果不符：{place}应为 {wanted}，实为 {got}{why}",
            f"the example “{example.name.en}” comes out otherwise: {place}expected {wanted}, got {got}{why}",
        )


def differences(wanted: Any, got: Any, tolerance: float, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Where ``got`` differs from ``wanted`` (both FEEL or both JSON values): path, wanted, got.

    Contexts are compared in the components wanted. A date, time or duration that is wanted may be written as text.
    """
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key, inner in wanted.items():
            yield from differences(inner, got.get(key), tolerance, f"{path}.{key}" if path else key)
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for i, inner in enumerate(wanted):
            yield from differences(inner, got[i], tolerance, f"{path}[{i}]")
    elif not _same(wanted, got, tolerance):
        yield path, _short(wanted), _short(got)


def _same(wanted: Any, got: Any, tolerance: float) -> bool:
    numbers = [_number(value) for value in (wanted, got)]
    if None not in numbers:
        return abs(numbers[0] - numbers[1]) <= Decimal(str(tolerance))
    if isinstance(wanted, str) and not isinstance(got, (str, bool, Decimal, list, dict, type(None))):
        return wanted == str(got)
    return type(wanted) is type(got) and wanted == got


def _number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) else None


def _short(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "null" if value is None else str(value)[:200]


def _finding(i: int, example: Example, code: str, zh: str, en: str) -> Finding:
    return Finding(code, "cases.yaml", f"cases[{i}]", example.line, Sentence(zh, en))
