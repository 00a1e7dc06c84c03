"""``mingtang ledger audit | fsck | watch | export | witness | open-log | serve-logs | key``."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mingtang.kernel import RefusedInput, Sentence
from mingtang.kernel.command import Command
from mingtang.platform.ledger.consortium.commands import COMMANDS as _CONSORTIUM

_LISTED = 100


class FileUnreadable(RefusedInput):
    """A file named on the command line cannot be read."""

    code = "ledger.file_unreadable"
    text = Sentence("读不到文件 {file}。", "The file {file} cannot be read.")
    next_step = Sentence("请核对路径和权限。", "Check the path and its permissions.")


def _language() -> str:
    from mingtang.kernel.command import language

    return language()


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise FileUnreadable(file=str(path)) from None


def _key(text: str | None, fallback: str | None = None):
    from mingtang.engines.tlog import VerifierKey

    if text is None:
        text = fallback or ""
    elif "+" not in text:
        text = _file(Path(text)).decode("utf-8", "replace")
    return VerifierKey.parse(text)


def _points(paths: list[Path], key) -> list:
    from mingtang.engines.tlog import open_checkpoint

    return [open_checkpoint(_file(path), key)[0] for path in paths]


def _key_argument(parser: ArgumentParser, needed: str) -> None:
    parser.add_argument("--log-key", help=f"public key of the log, or a file that holds it ({needed})")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], metavar="FILE", help="a checkpoint kept from before; may be given again")


def _audit_arguments(parser: ArgumentParser) -> None:
    _key_argument(parser, "default: this installation's own")
    parser.add_argument("--json", action="store_true", help="findings as JSON")


def _audit(arguments: Namespace) -> int:
    from mingtang.platform.ledger import reads
    from mingtang.platform.ledger.audit import audit

    key, tongue = _key(arguments.log_key, reads.verifier_key()), _language()
    outcome = audit(key, _points(arguments.checkpoint, key), _progress if sys.stderr.isatty() else lambda step, count: None)
    if arguments.json:
        fields = ("size", "acts", "pending", "documents", "erased", "rows", "whole")
        findings = [{"kind": one.kind, "where": one.where, "act": one.act, "text": one.sentence(tongue)} for one in outcome.findings]
        print(json.dumps({"clean": outcome.clean, **{name: getattr(outcome, name) for name in fields}, "findings": findings}, ensure_ascii=False))
        return 0 if outcome.clean else 1
    for finding in outcome.findings[:_LISTED]:
        print(f"✗ {finding.sentence(tongue)} ({finding.kind})")
    _rest(len(outcome.findings), outcome.whole, tongue)
    counted = {
        "zh": f"账本 {outcome.size} 项，行为 {outcome.acts} 个（待入账 {outcome.pending}），文书 {outcome.documents} 份（已删除 {outcome.erased}），数据行 {outcome.rows} 行",
        "en": f"log {outcome.size} entries, {outcome.acts} acts ({outcome.pending} pending), {outcome.documents} documents ({outcome.erased} erased), {outcome.rows} rows",
    }[tongue]
    verdict = {"zh": ("全部相符", "不符"), "en": ("everything fits", "does not fit")}[tongue][not outcome.clean]
    print(f"{'✓' if outcome.clean else '✗'} {counted}: {verdict}")
    return 0 if outcome.clean else 1


def _progress(step: str, count: int) -> None:
    print(f"\r{step} {count:,}", end="\n" if count < 0 else "", file=sys.stderr, flush=True)


def _rest(count: int, whole: bool, tongue: str) -> None:
    if count > _LISTED or not whole:
        more = f"{count - _LISTED}{'' if whole else '+'}"
        print({"zh": f"……另有 {more} 处，用 --json 看全部", "en": f"... and {more} more; --json lists them"}[tongue])


def _fsck_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("where", help="address or folder of a log")
    _key_argument(parser, "needed; the log itself must not be asked for it")
    parser.add_argument("--policy", type=Path, help="which witnesses must have signed (C2SP tlog-policy)")


def _fsck(arguments: Namespace) -> int:
    from mingtang.engines.tlog import Policy, examine
    from mingtang.platform.ledger.audit import TEXTS
    from mingtang.platform.ledger.sources import source

    policy = Policy.parse(_file(arguments.policy).decode("utf-8", "replace")) if arguments.policy else None
    key, tongue = _key(arguments.log_key, str(policy.logs[0]) if policy and policy.logs else None), _language()
    report = examine(source(arguments.where), key, policy, _points(arguments.checkpoint, key))
    for fault in report.faults[:_LISTED]:
        print(f"✗ {TEXTS[fault.kind].fill(tongue, {'where': fault.where})} ({fault.kind})")
    _rest(len(report.faults), report.whole, tongue)
    verdict = {"zh": ("从条目推算到根，全部相符", "不符"), "en": ("derived from the entries to the root, everything fits", "does not fit")}[tongue]
    print(f"{'✓' if report.sound else '✗'} {key.name} {report.size}: {verdict[not report.sound]}")
    return 0 if report.sound else 1


def _watch_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("where", nargs="+", help="addresses or folders of one log and its mirrors")
    parser.add_argument("--log-key", required=True, help="public key of the log, or a file that holds it")
    parser.add_argument("--memory", type=Path, help="folder that remembers what was seen, and keeps evidence")
    parser.add_argument("--every", type=float, default=0, metavar="SECONDS", help="go on watching; without it one round")


def _watch(arguments: Namespace) -> int:
    from mingtang.platform.ledger.watching import watch

    key, tongue = _key(arguments.log_key), _language()
    while True:
        found = watch(arguments.where, key, arguments.memory)
        for one in found.seen:
            print(f"· {one.where} {one.point.size}")
        for where, why in found.unreadable:
            print(f"! {where}: {why}")
        for small, large in found.split:
            print({"zh": f"✗ 账本出示了两种历史：{small.where}（{small.point.size}）与 {large.where}（{large.point.size}）",
                   "en": f"✗ The log has shown two faces: {small.where} ({small.point.size}) and {large.where} ({large.point.size})"}[tongue])
        if found.split or not arguments.every:
            bad = found.split or found.unreadable
            print({"zh": ("✓ 只有一种历史", "✗ 请保留证据"), "en": ("✓ one history", "✗ keep the evidence")}[tongue][bool(bad)])
            return 1 if bad else 0
        time.sleep(arguments.every)


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="folder to write to; a second run adds what is new")


def _export(arguments: Namespace) -> int:
    from mingtang.platform.ledger.exporting import export

    try:
        print(f"{arguments.folder}: {export(arguments.folder)}")
    except OSError as fault:
        raise FileUnreadable(file=str(fault.filename or arguments.folder)) from None
    return 0


def _witness_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, required=True, help="folder of the witness's key and memory")
    parser.add_argument("--name", required=True, help="name under which it signs, such as witness.example/agency")
    parser.add_argument("--log-key", action="append", required=True, help="public key of a log it cosigns, or a file; may be given again")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8100, help="port to listen on (default 8100)")


def _witness(arguments: Namespace) -> int:
    from mingtang.platform.ledger.witness_server import Witness, server

    witness = Witness(arguments.folder, arguments.name, [_key(text) for text in arguments.log_key])
    with server(witness, arguments.host, arguments.port) as running:
        print(f"{witness.key.verifier}\nhttp://{arguments.host}:{running.server_port}/", flush=True)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _show_key(arguments: Namespace) -> int:
    from mingtang.platform.ledger import reads

    print(reads.verifier_key())
    return 0


def _open_log_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="small letters, digits, hyphens; the log's origin ends in it. An open log gets a new token")


def _open_log(arguments: Namespace) -> int:
    from mingtang.platform.ledger.acts import Actor
    from mingtang.platform.ledger.acts_logs import open_agency_log

    opened = open_agency_log(arguments.name, Actor("system"))
    print({"zh": f"公钥：{opened.verifier}\n写入令牌（只显示这一次）：{opened.token}",
           "en": f"Public key: {opened.verifier}\nToken for writing (shown only now): {opened.token}"}[_language()])
    return 0


def _serve_logs_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)


def _serve_logs(arguments: Namespace) -> int:
    from granian import Granian
    from granian.constants import Interfaces

    Granian("mingtang.platform.ledger.logs.door:application", address=arguments.host, port=arguments.port, interface=Interfaces.ASGINL,
            workers=1, backlog=2048).serve()
    return 0


COMMANDS = [
    Command("ledger audit", Sentence("审计账本：日志、行为、文书、数据行逐一相对，不符的指名", "Audit the ledger: log, acts, documents and rows; what does not fit is named"),
            _audit_arguments, _audit),
    Command("ledger fsck", Sentence("从条目重新推算一个账本（网址或目录）", "Derive a log again from its entries (address or folder)"), _fsck_arguments, _fsck,
            needs_database=False),
    Command("ledger watch", Sentence("比对账本与镜像，发现两种历史", "Compare a log with its mirrors and with its past"), _watch_arguments, _watch, needs_database=False),
    Command("ledger export", Sentence("把账本写成静态文件", "Write the log as static files"), _export_arguments, _export),
    Command("ledger witness", Sentence("作为见证人联署账本的检查点", "Be a witness: cosign checkpoints of logs"), _witness_arguments, _witness, needs_database=False),
    Command("ledger open-log", Sentence("为一个机关开设它自己的日志，或换发写入令牌", "Open an agency's own log, or give it a new token for writing"),
            _open_log_arguments, _open_log),
    Command("ledger serve-logs", Sentence("提供各机关日志的读写接口（/logs/名称/）", "Serve the agencies' logs for reading and writing (/logs/NAME/)"),
            _serve_logs_arguments, _serve_logs, needs_database=False),
    Command("ledger key", Sentence("显示账本的公钥", "Show the log's public key"), run=_show_key),
    *_CONSORTIUM,
]
