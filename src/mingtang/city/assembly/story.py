"""A whole story in a city of its own: a neighbourhood decides on a lift and sees the money released, each step checked as it happens.

    mingtang assembly demo

It runs in a folder that is thrown away, with a clock that is moved on by hand, through the same acts as the pages; nothing is skipped and
nothing is pretended. The keys of all roles are made here, because one person plays them all; in a city each sits elsewhere.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from mingtang.city.assembly import acts, reads
from mingtang.city.assembly.elections import acts as elections
from mingtang.city.assembly.elections import acts_count, record
from mingtang.city.assembly.elections import reads as votes
from mingtang.city.assembly.elections.faults import BallotRefused, PaperCounts
from mingtang.city.assembly.escrow import acts as escrow
from mingtang.city.assembly.escrow import reads as money
from mingtang.city.assembly.escrow import treasury
from mingtang.engines import ballots
from mingtang.engines.ballots.tally import read_tally
from mingtang.engines.escrow import draw_jury
from mingtang.kernel import FixedClock, Sentence, now, use_clock
from mingtang.platform.cases import outbox, timers
from mingtang.platform.cases import reads as cases
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people.acts import Founding, found
from mingtang.platform.scenes import acts as scenes

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
VOTERS, YES, NO = 40, 19, 9
_CITY = Actor("system", "demo")
_COMMITTEE = Actor("official", "head", "MZ-D1-S1")
_BUILDER = Actor("agency", "", "MZ-BUILD")
_KIND = "Ed25519"
ACTIONS = [
    {"do": "reserve_budget", "line": "renewal", "amount": 60_000_000},
    {"do": "call_tender", "unit": "MZ-D1-S1", "what": "加装电梯的施工单位 · a builder for the lift", "days": 30},
    {"do": "release", "milestone": 1},
    {"do": "release", "milestone": 2},
    {"do": "open_case", "unit": "MZ-WATER", "what": "迁移楼前水管 · move the water pipe", "days": 20},
    {"do": "publish", "what": "表决结果和合同 · result and contract"},
]


class Broken(Exception):
    """Something in the story did not come out as it must."""


def tell(language: str) -> str:
    """Run the story and print it; returns the last line. Raises Broken."""
    def say(zh: str, en: str) -> None:
        print(zh if language.startswith("zh") else en, flush=True)

    with use_clock(FixedClock(BEGIN)) as clock:
        _found()
        code = _proposed(say)
        election, trustees = _opened(code, say)
        _voted(election, clock, say)
        _counted(election, trustees, clock, say, language)
        for one in zip(reads.proposal(code).executed, reads.told(reads.proposal(code).row, language), strict=True):
            print(f"     {one[0].place + 1}. {one[1]}")
        _built(code, clock, say)
        return _checked(code, election, say)


def _must(what: bool, name: str) -> None:
    if not what:
        raise Broken(name)


def _found() -> None:
    with transaction.atomic():
        found([Founding("MZ", "city", "明州市", "City of Mingzhou"), Founding("MZ-D1", "district", "鉴湖区", "Jianhu District", "MZ"),
               Founding("MZ-D1-S1", "street", "望潮街道", "Wangchao Street", "MZ-D1"), Founding("MZ-WATER", "utility", "供水公司", "Water company", "MZ")], _CITY)
    for pack in ("neighbourhood-assembly", "neighbourhood-vote", "neighbourhood-works"):
        scenes.publish(pack, _CITY)
    escrow.open_line("renewal", "老旧小区改造", "Renewal of old estates", "MZ-D1", _CITY)
    escrow.fund("renewal", 90_000_000, _CITY, "2026-1")


def _person(number: int) -> Actor:
    return Actor("resident", f"p-{number}", "", f"p-{number}")


def _proposed(say: Callable[[str, str], None]) -> str:
    given = acts.Proposing("MZ-D1-S1", "building", "zh-hans", "给三号楼加装电梯", "六层楼里住着十二位老人，上下楼很吃力。", ACTIONS)
    code = acts.propose(given, _person(1))
    for i in range(5):
        acts.support(code, f"p-{i}", _person(i))
    say(f"1. 居民提出 {code}：给三号楼加装电梯，60 万元；5 人附议。行动清单 {reads.proposal(code).row.binding[:23]}…",
        f"1. A resident proposes {code}: a lift for building three, 600,000 yuan; five support it. Action list {reads.proposal(code).row.binding[:23]}…")
    return code


def _opened(code: str, say: Callable[[str, str], None]) -> tuple[str, list[int]]:
    roll = [f"p-{i}" for i in range(VOTERS)]
    election = acts.open_vote(code, roll, acts.Ballot(now(), now() + timedelta(days=7), 72), _COMMITTEE)
    say(f"2. 合约判断可以表决；60 万元已预留，预算项目还剩 {reads.yuan(money.line('renewal').left)} 元。",
        f"2. The contract admits it; 600,000 yuan are set aside, {reads.yuan(money.line('renewal').left)} yuan are left on the line.")
    kind = ballots.group(_KIND)
    secrets = [ballots.random_exponent(kind) for _ in range(3)]
    for i, secret in enumerate(secrets, 1):
        elections.hand_in_key(election, i, f"保管人 trustee {i}", json.dumps(ballots.new_trustee(kind, secret)), _CITY)
    fingerprint = elections.open(election, _COMMITTEE)
    say(f"3. 三位保管人交来公钥；{election} 开始投票，名册 {VOTERS} 人，指纹 {fingerprint}。",
        f"3. Three trustees hand in keys; {election} is open, {VOTERS} on the roll, fingerprint {fingerprint}.")
    return election, secrets


def _voted(election: str, clock: FixedClock, say: Callable[[str, str], None]) -> None:
    row = votes.election(election)
    described, kind = ballots.Election.parse(row.text), ballots.group(_KIND)
    secrets = [ballots.credential_secret(kind, row.uuid, elections.hand_out(election, f"p-{i}", _CITY)) for i in range(YES + NO + 2)]

    def made(voter: int, vote: list[int] | None) -> bytes:
        return ballots.cast(described, secrets[voter], [vote]).encode()

    for voter in range(YES + NO):
        elections.cast(election, made(voter, [1, 0] if voter < YES else [0, 1]))
    _must(elections.cast(election, made(0, [1, 0])).replaced, "a second ballot replaces the first")
    elections.cast_on_paper(election, made(YES + NO, None), "0001", _COMMITTEE)
    refused = 0
    for raw in (made(1, [1, 0]).replace(b'"challenge":"', b'"challenge":"1', 1), ballots.cast(described, 12345, [[1, 0]]).encode()):
        try:
            elections.cast(election, raw)
        except BallotRefused:
            refused += 1
    try:
        elections.cast(election, made(YES + NO, [1, 0]))
    except PaperCounts:
        refused += 1
    _must(refused == 3, "forged, strange and overridden ballots are refused")
    told = votes.standing(election)
    say(f"4. {told['voters']} 人投了 {told['ballots']} 张票（一人改了主意，一人投纸票）；伪造、陌生、纸票之后的选票共 3 张被拒。",
        f"4. {told['voters']} people cast {told['ballots']} ballots (one voted again, one on paper); a forged one, a stranger's and one after paper are refused.")
    clock.set(row.closes + timedelta(seconds=1))
    _must(timers.fire_due(now(), 10) == 1, "the worker closes")


def _counted(election: str, secrets: list[int], clock: FixedClock, say: Callable[[str, str], None], language: str) -> None:
    for number, secret in enumerate(secrets, 1):
        told = votes.tally_text(election)
        described = ballots.Election.parse(told["election"])
        share = ballots.partial_decryption(described, read_tally(described, ballots.compact(told["encrypted_tally"])), secret)
        acts_count.decrypt(election, number, share, _CITY)
    acts_count.tally(election, _COMMITTEE)
    outcome = votes.outcome(election)
    _must(outcome.counts == [[1, YES, NO]], "the counts are those of the votes")
    say(f"5. 投票按时结束，三份解密合成总数：同意 {YES}，不同意 {NO}，弃权 1。异议期 72 小时。",
        f"5. Closed in time, three shares decrypt the totals: {YES} yes, {NO} no, 1 blank. 72 hours for objections.")
    objection = acts_count.object_to(election, "procedure", "公告贴得太晚 · the notice came late", _person(30))
    acts_count.answer(objection, False, "公告提前十天张贴，有照片 · posted ten days before, with a photo", _COMMITTEE)
    with tempfile.NamedTemporaryFile(suffix=".bel") as file:
        file.write(votes.archive(election))
        file.flush()
        done = subprocess.run([sys.executable, "-I", str(record.VERIFIER), file.name, "--lang", language[:2]], capture_output=True, text=True, check=False)
    _must(done.returncode == 0, "verify/election.py accepts the archive")
    say("6. 一件异议已答复；任何人都可以运行 verify/election.py，它说：", "6. One objection is answered; anyone can run verify/election.py, which says:")
    print("".join(f"     {line}\n" for line in done.stdout.splitlines()), end="")
    clock.advance(hours=73)
    _must(timers.fire_due(now(), 10) == 1, "the window ends")
    outcome = votes.outcome(election)
    _must(outcome.state == "final" and outcome.passed and len(outcome.verified_by) == 2, "final by two verifiers")
    say("7. 异议期满，两个程序核验一致，结果确定，自己执行：", "7. The window is over, two verifiers agree, the result is final and executes itself:")


def _built(code: str, clock: FixedClock, say: Callable[[str, str], None]) -> None:
    jury = draw_jury(money.project(code).fingerprint, [f"p-{i}" for i in range(VOTERS)], 3)
    acceptors = (*(escrow.Acceptor(one, "resident") for one in jury), escrow.Acceptor("urban", "engineer"), escrow.Acceptor("head", "finance"))
    listed = [escrow.Milestone(1, "基坑", "The pit", 20_000_000, date(2026, 6, 1), "photo", 3, acceptors),
              escrow.Milestone(2, "电梯", "The lift", 40_000_000, date(2026, 9, 1), "inspection", 3, acceptors)]
    escrow.contract(code, "明州电梯安装公司", listed, actor=_COMMITTEE, warranty_until=date(2028, 9, 1))
    say(f"8. 合同两步，质保金 5%；居民验收人抽签产生：{', '.join(jury)}。", f"8. A contract in two steps, 5 % held back; residents drawn by lot to accept: {', '.join(jury)}.")
    escrow.claim(code, 1, "基坑完工，照片三张 · pit done, three photos", _BUILDER)
    clock.advance(days=9)
    timers.fire_due(now(), 10)
    _must(money.project(code).milestones[0].silent and not treasury.payments(), "silence is told on and pays nothing")
    escrow.accept(code, 1, jury[0], _person(0))
    escrow.freeze(code, "抽查 · sample", Actor("official", "auditor", "MZ"))
    for one in ("urban", "head"):
        escrow.accept(code, 1, one, Actor("official", one, "MZ-URBAN"))
    _must(not money.project(code).payments, "nothing is paid while frozen")
    escrow.unfreeze(code, "没有问题 · in order", Actor("official", "auditor", "MZ"))
    outbox.deliver_due(now(), 10)
    say(f"9. 第一步：验收人逾期，转督办，不付款；验收通过时被审计冻结，也不付款；解冻后付 {reads.yuan(sum(treasury.payments().values()))} 元。",
        f"9. Step one: acceptors silent, supervision told, nothing paid; accepted while frozen, nothing paid; unfrozen, {reads.yuan(sum(treasury.payments().values()))} yuan are paid.")
    escrow.claim(code, 2, "电梯通过检验 · lift inspected", _BUILDER)
    for one in (jury[1], jury[2], "urban"):
        escrow.accept(code, 2, one, _person(0))
    outbox.deliver_due(now(), 10)
    clock.set(datetime(2028, 9, 2, 1, 0, tzinfo=UTC))
    escrow.release_hold_back(code, 1, _COMMITTEE)
    outbox.deliver_due(now(), 10)
    for duty in reads.duties():
        acts.answer(duty.code, "已办 · done", Actor("official", "", duty.unit))
    escrow.close(code, _COMMITTEE)
    say("10. 第二步验收付款；质保期满退还质保金；项目结清。", "10. Step two accepted and paid; after the warranty the hold-back is paid; the project is closed.")


def _checked(code: str, election: str, say: Callable[[str, str], None]) -> str:
    while sequencer.run_once(2000):
        pass
    audit = ledger.audit()
    paid = sum(treasury.payments().values())
    _must(audit.findings == [] and cases.faults() == [] and money.replayed(), f"ledger, cases and escrow are sound: {audit.findings[:3]} {cases.faults()[:3]}")
    _must(paid == 60_000_000 == money.project(code).balances["paid"] and money.line("renewal").left == 30_000_000, "every fen is where it belongs")
    say(f"11. 账本 {ledger.head().size} 件行为，审计无误；托管账簿重放一致；财政只付了三笔。",
        f"11. {ledger.head().size} acts in the ledger, the audit is clean; the escrow book replays; the treasury paid three orders.")
    standing = votes.standing(election)
    return f"ballots {standing['ballots']}, counted {standing['voters']}, verifiers 2, paid {reads.yuan(paid)} yuan, audit clean"


def run_apart(language: str) -> int:
    """Run the story in a process and a folder of its own; returns the exit status."""
    import os

    with tempfile.TemporaryDirectory(prefix="mingtang-assembly-") as folder:
        own = {name: value for name, value in os.environ.items() if not name.startswith("MINGTANG_") and name != "DJANGO_SETTINGS_MODULE"}
        own |= {"MINGTANG_DATA": folder, "MINGTANG_DEMO": "1", "MINGTANG_LOG_LEVEL": "ERROR"}
        own |= {name: os.environ[name] for name in ("MINGTANG_SCENES", "MINGTANG_EXCHANGE") if name in os.environ}
        begin = time.perf_counter()
        for words in (["migrate"], ["assembly", "demo", "--here"]):
            done = subprocess.run([sys.executable, "-m", "mingtang.cli", *words], env=own, stdout=subprocess.DEVNULL if words == ["migrate"] else None, check=False)
            if done.returncode:
                return done.returncode
        told = Sentence("用时 {s} 秒。这座城市已经删除，您的数据没有动过。", "{s} seconds. That city is gone; your own data were not touched.")
        print(told.fill(language, {"s": round(time.perf_counter() - begin)}), file=sys.stderr)
    return 0


def run_here(language: str) -> int:
    """Run the story on the data folder at hand, which must be new; returns the exit status."""
    from django.conf import settings

    if not str(Path(settings.DATA).name).startswith("mingtang-assembly-"):
        raise SystemExit("--here is for the folder that “mingtang assembly demo” makes")
    try:
        print(tell(language))
    except Broken as fault:
        print(f"✗ {fault}", file=sys.stderr)
        return 1
    return 0
