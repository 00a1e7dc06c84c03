"""``mingtang budget count FILE...`` and ``mingtang opinion map FOLDER``: figures that anyone can reckon again from published files.
``mingtang assembly demo``: a neighbourhood decides on a lift and sees the money released."""

from __future__ import annotations

import csv
import json
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mingtang.kernel import MingtangError, Sentence
from mingtang.kernel.command import Command, language


def _budget_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, help="Pabulib files (.pb), or folders of them")
    parser.add_argument("--rule", default="", help="count by this rule instead of the file's: greedy, greedy-no-skip, greedy-threshold, "
                        "equalshares, equalshares/add1, equalshares/add1-completion, equalshares/add1-comparison")
    parser.add_argument("--explain", metavar="PROJECT", default="", help="why this project is in or out; 'all' for every project")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with every project's reason")


def _budget_count(arguments: Namespace) -> int:
    files = [found for given in arguments.files for found in (sorted(given.glob("*.pb")) if given.is_dir() else [given])]
    right = wrong = silent = unread = 0
    for path in files:
        try:
            line, verdict = _counted(path, arguments)
        except (MingtangError, OSError) as fault:
            unread += 1
            told = fault.message(language()) + (f" [{fault.path}]" if fault.path else "") if isinstance(fault, MingtangError) else str(fault)
            print(f"{path.name}  ✗ {told}", file=sys.stderr)
            continue
        right, wrong, silent = right + (verdict is True), wrong + (verdict is False), silent + (verdict is None)
        print(line, flush=True)
    if not arguments.json:
        told = Sentence("{n} 份：与官方结果一致 {right}，不一致 {wrong}，文件没有官方结果 {silent}，不能计票 {unread}",
                        "{n} files: selected = official {right}, not {wrong}, without an official outcome {silent}, not countable {unread}")
        print(told.fill(language(), {"n": len(files), "right": right, "wrong": wrong, "silent": silent, "unread": unread}))
    return 1 if wrong or unread else 0


def _counted(path: Path, arguments: Namespace) -> tuple[str, bool | None]:
    """The line of one file, and whether the outcome is the official one (None where the file does not say)."""
    from mingtang.engines import budgets

    start = time.process_time()
    election = budgets.read(path.read_bytes())
    outcome = budgets.count(election, arguments.rule or None)
    official = election.official or None
    ours, theirs = set(outcome.selected), set(official or ())
    same = None if official is None else ours == theirs
    if arguments.json:
        told = {
            "file": path.name, "rule": arguments.rule or election.rule or "greedy", "voters": election.voters, "budget": election.budget,
            "selected": list(outcome.selected), "cost": outcome.cost, "official": list(official) if official else None, "same": same,
            "notes": list(outcome.notes),
            "reasons": [{"project": r.code, "reason": r.reason, "score": str(r.score), "missing": str(r.missing)} for r in outcome.reasons],
        }
        return json.dumps(told, ensure_ascii=False), same
    verdict = {None: "no official outcome", True: "selected = official", False: "selected ≠ official"}[same]
    more = "" if same is not False else f" (+{','.join(sorted(ours - theirs)) or '-'} -{','.join(sorted(theirs - ours)) or '-'})"
    lines = [f"{path.name}  {arguments.rule or election.rule or 'greedy'}  {verdict}{more}  "
             f"{len(ours)} of {len(election.projects)} projects, {election.voters:,} voters, {time.process_time() - start:.1f} CPU-s"]
    lines += [f"  note: {note}" for note in outcome.notes if arguments.explain]
    lines += [f"  {_explained(reason, election)}" for reason in outcome.reasons if arguments.explain in ("all", reason.code)]
    return "\n".join(lines), same


_REASONS = {
    "funded": Sentence("入选，得分 {score}，余额 {left}", "funded with {score}; {left} of the budget left"),
    "too_dear": Sentence("得分 {score}，但余额只有 {left}，还差 {missing}", "{score}, but only {left} of the budget was left: {missing} were missing"),
    "below_threshold": Sentence("得分 {score}，离门槛差 {missing}", "{score}, which is {missing} below the threshold"),
    "after_the_end": Sentence("得分 {score}，前面的项目已使计票结束", "{score}, after the count had ended"),
    "lost_comparison": Sentence("两种算法相比，另一种更受欢迎", "the comparison was won by the other rule"),
    "no_support": Sentence("没有人支持", "nobody supported it"),
    "funded_from_the_rest": Sentence("由余款资助，余额 {left}", "funded from what was left; {left} remain"),
}


def _explained(reason, election) -> str:
    sentence = _REASONS.get(reason.reason, Sentence(reason.reason, reason.reason))
    figures = {"score": f"{float(reason.score):g}", "left": f"{reason.money_left:,}", "missing": f"{float(reason.missing):,.2f}".rstrip("0").rstrip(".")}
    name = election.by_code[reason.code].name
    return f"{reason.code}{f' {name[:60]}' if name else ''}: {sentence.fill(language(), figures)}"


def _opinion_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a Polis export: votes.csv and comments.csv, and participants-votes.csv for the comparison")
    parser.add_argument("--most", type=int, default=5, help="how many statements a list (5)")
    parser.add_argument("--json", action="store_true", help="the whole map as one JSON object")


def _opinion_map(arguments: Namespace) -> int:
    from mingtang.engines import opinion

    folder = arguments.folder
    try:
        votes, comments = (folder / "votes.csv").read_bytes(), (folder / "comments.csv").read_bytes()
    except OSError as fault:
        told = Sentence("读不到 {what}：需要 votes.csv 和 comments.csv", "{what} cannot be read: votes.csv and comments.csv are needed")
        print(told.fill(language(), {"what": fault.filename}), file=sys.stderr)
        return 1
    talk = opinion.read(votes, comments)
    start = time.process_time()
    drawn = opinion.draw(talk)
    seconds = time.process_time() - start
    theirs = _polis_groups(folder / "participants-votes.csv")
    common = sorted(set(theirs) & set(drawn.group_of))
    rand = opinion.adjusted_rand([drawn.group_of[one] for one in common], [theirs[one] for one in common]) if common else None
    if arguments.json:
        print(json.dumps(_as_json(talk, drawn, rand, len(common)), ensure_ascii=False))
        return 0
    _print_map(talk, drawn, arguments.most)
    if rand is not None:
        print(Sentence("与 Polis 自己的分组相比（{n} 人）：调整兰德系数 {rand}", "against Polis' own groups ({n} people): adjusted Rand {rand}").fill(
            language(), {"n": f"{len(common):,}", "rand": f"{rand:.3f}"}))
    print(f"{drawn.input_hash}  {drawn.method}  {seconds:.2f} CPU-s")
    return 0


def _print_map(talk, drawn, most: int) -> None:
    tongue = language()
    texts = dict(zip(talk.statements, talk.texts, strict=True))
    sizes: dict[int, int] = {}
    for group in drawn.group_of.values():
        sizes[group] = sizes.get(group, 0) + 1
    told = Sentence("{people} 人投票，{placed} 人入图，{statements} 条意见，{groups} 组", "{people} people voted, {placed} placed, {statements} statements, {groups} groups")
    print(told.fill(tongue, {"people": f"{len(talk.participants):,}", "placed": f"{len(drawn.group_of):,}", "statements": len(talk.statements), "groups": len(sizes)}))
    for group in sorted(sizes):
        print(Sentence("组 {g}：{n} 人", "group {g}: {n} people").fill(tongue, {"g": group + 1, "n": f"{sizes[group]:,}"}))
        for one in [r for r in drawn.representative if r.group == group][:most]:
            side = Sentence("赞成", "agree") if one.stance == 1 else Sentence("反对", "disagree")
            print(f"  {side.fill(tongue, {})} {one.agreeing}/{one.seen} ({one.share:.0%}; {one.share_outside:.0%})  #{one.statement} {_short(texts[one.statement])}")
    print(Sentence("各组都赞成：", "what unites the groups:").fill(tongue, {}))
    for one in drawn.bridging[:most]:
        counts = ", ".join(f"{agree}/{seen}" for agree, _disagree, seen in one.counts)
        print(f"  {one.consensus:.3f} ({counts})  #{one.statement} {_short(texts[one.statement])}")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 90 else flat[:89] + "…"


def _polis_groups(path: Path) -> dict[int, int]:
    """Polis' own groups by participant; none where the file is not there or says nothing."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    found: dict[int, int] = {}
    for row in rows:
        try:
            found[int(row["participant"])] = int(float(row["group-id"]))
        except (KeyError, TypeError, ValueError):
            continue
    return found


def _as_json(talk, drawn, rand: float | None, compared: int) -> dict:
    return {
        "input": drawn.input_hash, "method": drawn.method, "participants": len(talk.participants), "statements": len(talk.statements),
        "groups": {str(person): group for person, group in sorted(drawn.group_of.items())},
        "representative": [
            {"group": r.group, "statement": r.statement, "stance": r.stance, "agreeing": r.agreeing, "seen": r.seen, "share": r.share,
             "share_outside": r.share_outside, "z": r.z} for r in drawn.representative],
        "bridging": [{"statement": b.statement, "consensus": b.consensus, "counts": [list(count) for count in b.counts]} for b in drawn.bridging],
        "adjusted_rand_against_polis": rand, "compared": compared,
    }


def _demo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--here", action="store_true", help="in the data folder at hand; used by the command itself")


def _demo(arguments: Namespace) -> int:
    from mingtang.city.assembly import story

    return story.run_here(language()) if arguments.here else story.run_apart(language())


COMMANDS = [
    Command("assembly demo", Sentence("从提案到付款走一遍：社区表决装电梯", "From a proposal to the last payment: a neighbourhood decides on a lift"), _demo_arguments, _demo,
            needs_database=False),
    Command("budget count", Sentence("按文件写明的规则计算参与式预算", "Count participatory budgets by the rule their files name"),
            _budget_arguments, _budget_count, needs_database=False),
    Command("opinion map", Sentence("从投票数据画出意见图", "Draw the opinion map of a conversation"), _opinion_arguments, _opinion_map, needs_database=False),
]
