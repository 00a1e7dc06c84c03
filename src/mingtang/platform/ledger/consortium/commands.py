"""``mingtang consortium init | join | start | status | policy | export | demo``."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingtang.kernel import Sentence
from mingtang.kernel.command import Command, language

if TYPE_CHECKING:
    from mingtang.platform.ledger.consortium.homes import Home

_RPC = "127.0.0.1:26657"


def _say(zh: str, en: str, **details: object) -> None:
    print(Sentence(zh, en).fill(language(), details), flush=True)


def _folder(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the member's folder")


def _home(arguments: Namespace) -> Home:
    from mingtang.platform.ledger.consortium.homes import Home

    return Home(arguments.folder)


def _init_arguments(parser: ArgumentParser) -> None:
    _folder(parser)
    parser.add_argument("--name", required=True, help="the agency's short name: small letters, digits, hyphens")
    parser.add_argument(
        "--origin", required=True, help="the log's name, the same for all members, such as city.example/consortium"
    )
    parser.add_argument("--address", required=True, help="HOST:PORT at which the other members reach this one's engine")


def _init(arguments: Namespace) -> int:
    _home(arguments).create(arguments.name, arguments.origin, arguments.address)
    _say(
        "密钥已生成。请把 {file} 交给其他成员，收齐后运行 mingtang consortium join。",
        "The keys are made. Hand {file} to the other members; with all of theirs run mingtang consortium join.",
        file=arguments.folder / "member.json",
    )
    return 0


def _join_arguments(parser: ArgumentParser) -> None:
    _folder(parser)
    parser.add_argument("members", type=Path, nargs="+", help="the member files of all members, this one's too")


def _join(arguments: Namespace) -> int:
    from mingtang.platform.ledger.consortium.faults import RosterRefused
    from mingtang.platform.ledger.consortium.homes import Peer

    home = _home(arguments)
    own, peers = home.peer(), []
    for path in arguments.members:
        try:
            peers.append(Peer.from_dict(json.loads(path.read_text())))
        except (OSError, ValueError, RecursionError):
            raise RosterRefused(reason=f"{path.name} cannot be read") from None
    if own not in peers:
        raise RosterRefused(reason=f"{own.member.name} is not among them")
    roster = home.found(own.member.log.name, peers)
    _say(
        "成员 {count} 家，定局需 {quorum} 家联署。请与他家核对创世文件的摘要：{digest}，然后运行 mingtang consortium start。",
        "{count} members, {quorum} must cosign. Compare the digest of the genesis file with the others: {digest}; then run mingtang consortium start.",
        count=len(peers),
        quorum=roster.quorum,
        digest=home.genesis_digest(),
    )
    return 0


def _start_arguments(parser: ArgumentParser) -> None:
    _folder(parser)
    parser.add_argument("--rpc", default=_RPC, help="HOST:PORT of the engine's JSON-RPC; not to be opened to a network")
    parser.add_argument("--engine", type=Path, help="program of CometBFT (default: the one that script/consortium built)")


def _start(arguments: Namespace) -> int:
    import asyncio

    from mingtang.platform.ledger.consortium.engine import find_engine
    from mingtang.platform.ledger.consortium.running import run

    program = arguments.engine or find_engine()
    _say(
        "节点启动：{folder}，JSON-RPC {rpc}",
        "The node starts: {folder}, JSON-RPC {rpc}",
        folder=arguments.folder,
        rpc=arguments.rpc,
    )
    return asyncio.run(run(_home(arguments), arguments.rpc, program))


def _status_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--rpc", default=_RPC, help="HOST:PORT of the engine's JSON-RPC")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _status(arguments: Namespace) -> int:
    from mingtang.platform.ledger.consortium.engine import Rpc

    rpc = Rpc(arguments.rpc)
    try:
        said, peers, head = rpc.call("status"), rpc.call("net_info"), rpc.query("head") or {}
    finally:
        rpc.close()
    found: dict[str, Any] = {
        "name": said["node_info"]["moniker"],
        "height": head.get("height", 0),
        "size": head.get("size", 0),
        "final_size": head.get("final_size", 0),
        "cosigned": head.get("cosigned", 0),
        "peers": int(peers["n_peers"]),
        "catching_up": bool(said["sync_info"]["catching_up"]),
    }
    if arguments.json:
        print(json.dumps(found))
        return 0
    _say(
        "{name}：区块 {height}，日志 {size} 项，定局 {final_size} 项（{cosigned} 家联署），相连 {peers} 家",
        "{name}: block {height}, log {size} entries, {final_size} final ({cosigned} cosignatures), {peers} peers",
        **found,
    )
    if found["catching_up"]:
        _say("正在追赶。", "It is catching up.")
    return 0


def _policy(arguments: Namespace) -> int:
    print(_home(arguments).roster().policy(), end="")
    return 0


def _export_arguments(parser: ArgumentParser) -> None:
    _folder(parser)
    parser.add_argument("out", type=Path, help="folder to write to; a second run adds what is new")


def _export(arguments: Namespace) -> int:
    from mingtang.platform.ledger.consortium.faults import HomeRefused
    from mingtang.platform.ledger.consortium.mirroring import mirror

    try:
        size = mirror(_home(arguments), arguments.out)
    except OSError as fault:
        raise HomeRefused(folder=arguments.out.name, reason=type(fault).__name__) from None
    print(f"{arguments.out}: {size}")
    return 0


def _demo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, help="an empty folder to keep everything in (default: a temporary one)")
    parser.add_argument("--seconds", type=float, default=10, help="how long the rate is measured")
    parser.add_argument("--port", type=int, default=26656, help="port on 127.0.0.2 to 127.0.0.5; the next one is used too")
    parser.add_argument("--engine", type=Path, help="program of CometBFT (default: the one that script/consortium built)")


def _demo(arguments: Namespace) -> int:
    from mingtang.platform.ledger.consortium.demo import demo
    from mingtang.platform.ledger.consortium.engine import find_engine

    def say(line: str) -> None:
        print(line, flush=True)

    program = arguments.engine or find_engine()
    with tempfile.TemporaryDirectory(prefix="mingtang-consortium-", ignore_cleanup_errors=True) as place:
        return 0 if demo(arguments.folder or Path(place), program, language(), say, arguments.port, arguments.seconds) else 1


COMMANDS = [
    Command(
        "consortium init",
        Sentence("生成本机关的成员目录和密钥", "Make an agency's folder and keys as a member of a consortium"),
        _init_arguments,
        _init,
        needs_database=False,
    ),
    Command(
        "consortium join",
        Sentence("用收齐的成员文件加入联盟", "Join: write the genesis file out of all member files"),
        _join_arguments,
        _join,
        needs_database=False,
    ),
    Command(
        "consortium start",
        Sentence("运行本机关的节点和共识引擎", "Run the member's node and its consensus engine"),
        _start_arguments,
        _start,
        needs_database=False,
    ),
    Command(
        "consortium status",
        Sentence("节点的区块、日志、定局与联署", "Blocks, log, what is final, and how many cosigned"),
        _status_arguments,
        _status,
        needs_database=False,
    ),
    Command(
        "consortium policy",
        Sentence("验证者所用的签名策略（C2SP tlog-policy）", "The policy for verifiers of the log (C2SP tlog-policy)"),
        _folder,
        _policy,
        needs_database=False,
    ),
    Command(
        "consortium export",
        Sentence("把联盟账本写成静态文件", "Write the consortium's log as static files"),
        _export_arguments,
        _export,
        needs_database=False,
    ),
    Command(
        "consortium demo",
        Sentence(
            "在本机演示四个机关：停一家、停两家、恢复、说谎者被隔离",
            "Four agencies on this machine: one stops, two stop, they return, a liar is isolated",
        ),
        _demo_arguments,
        _demo,
        needs_database=False,
    ),
]
