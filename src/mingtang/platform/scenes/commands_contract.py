"""``mingtang contract check | decide | run``: a contract read, asked about one person, and run over everybody."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mingtang.kernel import Sentence, now
from mingtang.kernel.command import Command, language

_MARKS = {"error": "✗", "note": "·"}
_STATUS = {
    "proved": Sentence("✓ 已证明", "✓ proved"),
    "refuted": Sentence("✗ 不成立", "✗ refuted"),
    "unknown": Sentence("? 未证明", "? unknown"),
}


def _say(zh: str, en: str) -> str:
    return zh if language() == "zh" else en


def _check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=Path, nargs="+", help="a DMN file, or the folder of a scene pack")


def _check(arguments: Namespace) -> int:
    from mingtang.platform.scenes import contract_report

    tongue, bad = language(), 0
    for path in arguments.path:
        report = contract_report.of_path(path)
        for finding in report.findings:
            print(f"{_MARKS[finding.level]} {finding.sentence(tongue)} ({finding.code})")
        for verdict in report.verdicts:
            case = f" {json.dumps(verdict['case'], ensure_ascii=False)}" if verdict["case"] else ""
            status = getattr(_STATUS[verdict["status"]], tongue)
            print(f"{status} {verdict['property']}: {verdict['titles'][tongue]} {verdict['reason'][tongue]}{case}".rstrip())
        if report.errors:
            bad += 1
            print(
                _say(
                    f"{report.name}：{report.errors} 处错误，不能公布",
                    f"{report.name}: faults: {report.errors}, cannot be published",
                )
            )
        else:
            hashes = ", ".join(model.hash for model in report.models.values())
            print(_say(f"{report.name}：没有错误 {hashes}", f"{report.name}: no faults {hashes}"))
    return 1 if bad else 0


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _today() -> date:
    from django.conf import settings

    return now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _decide_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="a DMN file, or the folder of a scene pack")
    parser.add_argument(
        "--facts", required=True, help="facts as a JSON object; @FILE reads them from a file, - from standard input"
    )
    parser.add_argument("--as-of", type=_day, default=None, metavar="DATE", help="the day whose law holds; today if not given")
    parser.add_argument("--decision", default="", help="the decision; of a pack its own, of a file the last one")


def _decide(arguments: Namespace) -> int:
    from mingtang.platform.scenes.population import contract

    given = arguments.facts
    try:
        text = (
            sys.stdin.read() if given == "-" else Path(given[1:]).read_text(encoding="utf-8") if given.startswith("@") else given
        )
        facts: Any = json.loads(text)
    except (OSError, ValueError, RecursionError) as fault:
        print(_say(f"事实不是 JSON：{fault}", f"the facts are no JSON: {fault}"), file=sys.stderr)
        return 2
    if not isinstance(facts, dict):
        print(_say("事实应是一个 JSON 对象", "the facts are to be a JSON object"), file=sys.stderr)
        return 2
    found = contract(arguments.model, arguments.decision, arguments.as_of or _today())
    outcome = found.model.decide(found.decision, {**found.law, **facts})
    told = {"decision": found.decision, "contract": found.model.hash, **outcome.as_json()}
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 1 if outcome.errors else 0


def _run_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="a DMN file, or the folder of a scene pack")
    parser.add_argument("--over", type=Path, required=True, metavar="FILE", help="people, one a row: Parquet or CSV")
    parser.add_argument("--decision", default="", help="the decision; of a pack its own, of a file the last one")
    parser.add_argument(
        "--output", default="", metavar="NAME", help="the component of the decision that counts, where it has several"
    )
    parser.add_argument("--against", type=Path, default=None, metavar="MODEL", help="the version to compare with")
    parser.add_argument("--by", default="", metavar="COLUMN", help="tell it by the groups of a column")
    parser.add_argument("--as-of", type=_day, default=None, metavar="DATE", help="the day whose law holds; today if not given")
    parser.add_argument("--charge", action="store_true", help="the amount is paid, not received: who pays less wins")
    parser.add_argument(
        "--out", type=Path, default=None, metavar="FILE", help="write every row with its result: .parquet or .csv"
    )
    parser.add_argument("--chart", type=Path, default=None, metavar="FILE", help="draw the groups: .svg")


def _run(arguments: Namespace) -> int:
    from mingtang.platform.scenes import population

    day = arguments.as_of or _today()
    own = population.contract(arguments.model, arguments.decision, day)
    other = population.contract(arguments.against, arguments.decision or own.decision, day) if arguments.against else None
    wanted = {*own.model.inputs, *(other.model.inputs if other else ()), arguments.by}
    frame = population.people(arguments.over, wanted)
    told = population.run(own, frame, output=arguments.output, against=other, by=arguments.by, is_charge=arguments.charge)
    _print(own, told, arguments)
    if arguments.out is not None:
        told.frame.write_csv(arguments.out) if arguments.out.suffix.lower() == ".csv" else told.frame.write_parquet(arguments.out)
    if arguments.chart is not None:
        from mingtang.platform.scenes.population_chart import chart

        drawn = chart(told.groups, own.decision, language(), compared=other is not None)
        arguments.chart.write_text(drawn, encoding="utf-8")
    return 0


def _print(own: Any, told: Any, arguments: Namespace) -> None:
    print(f"{own.decision} · {own.model.hash}")
    print(
        _say(
            f"{told.rows:,} 人，无结果 {told.undecided:,}，有错误 {told.errors:,}，逐个计算 {told.by_engine:,}",
            f"{told.rows:,} people, {told.undecided:,} without a value, {told.errors:,} with a fault, {told.by_engine:,} decided one by one",
        )
    )
    for name in told.missing:
        print(_say(f"· 表中没有输入“{name}”，按空值计算", f"· the table has no input “{name}”: null for all"))
    print(_say("谁得到什么", "who gets what"))
    for value, count in told.values[:20]:
        print(f"  {value:>24} {count:>14,} {count / max(1, told.rows):7.2%}")
    compared = arguments.against is not None
    heads = [_say("组", "group"), _say("人数", "people"), _say("有所得", "receiving"), _say("金额", "cost")]
    heads += [_say("原金额", "before"), _say("受益", "winners"), _say("受损", "losers")] if compared else []
    print("\t".join(heads))
    for one in told.groups:
        name = one.name or _say("全部", "everybody")
        cells = [name, f"{one.people:,}", f"{one.receiving:,}", "-" if one.cost is None else f"{one.cost:,}"]
        cells += [f"{one.before:,}", f"{one.winners:,}", f"{one.losers:,}"] if compared else []
        print("\t".join(cells))


COMMANDS = [
    Command(
        "contract check",
        Sentence(
            "检查合约：缺口、冲突、多余的规则、名称、类型和性质",
            "Check a contract: gaps, conflicts, idle rules, names, types, properties",
        ),
        _check_arguments,
        _check,
        needs_database=False,
    ),
    Command(
        "contract decide",
        Sentence("用合约为一个人作出决定并说明理由", "Ask a contract about one person, with its reasons"),
        _decide_arguments,
        _decide,
        needs_database=False,
    ),
    Command(
        "contract run",
        Sentence(
            "用合约计算全体居民：谁得到什么、费用、受益与受损",
            "Run a contract over everybody: who gets what, cost, winners and losers",
        ),
        _run_arguments,
        _run,
        needs_database=False,
    ),
]
