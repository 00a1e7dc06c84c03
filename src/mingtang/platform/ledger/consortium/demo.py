"""The demo of a consortium: four agencies on this machine, what they carry, and what happens when some stop or one lies.

Everything in it is real: engines, nodes, keys, disks; each step waits for what it says and fails if that does not come.

    1  four start                         2  all send: the rate is measured            3  one is killed: three go on
    4  a second is killed: nothing more becomes final, and no fork                     5  both come back and catch up
    6  one lies about its log: the others go on, it stops                              7  it forgets, gets the log again, and counts again
    8  every log is derived again from its entries; all are compared
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

from mingtang.kernel.errors import Sentence
from mingtang.platform.ledger.consortium.auditing import compare, cosigners
from mingtang.platform.ledger.consortium.faults import NetworkStuck, NotFinalYet
from mingtang.platform.ledger.consortium.load import drive, some_commitments
from mingtang.platform.ledger.consortium.network import NAMES, Network

MEMBERS = 4
BATCH = 4000
_LYING = "mingtang.platform.ledger.consortium.lying"

STEPS = {
    "started": Sentence("四个机关已启动：{members}（{seconds:.1f} 秒）", "Four agencies run: {members} ({seconds:.1f} s)"),
    "load": Sentence(
        "四家同时提交，每批 {batch} 个行为：{acts} 个行为定局，每秒 {rate:.0f} 个，95% 在 {wait:.2f} 秒内",
        "All send, {batch} acts a batch: {acts} acts final, {rate:.0f} a second, 95% within {wait:.2f} s",
    ),
    "one": Sentence(
        "{name} 被强行停止：其余三家继续，{wait:.2f} 秒定局，{cosigned} 家联署",
        "{name} is killed: three go on, final in {wait:.2f} s, {cosigned} cosignatures",
    ),
    "two": Sentence(
        "{name} 也停止：{seconds:.0f} 秒内无新定局，剩下两家日志大小 {sizes}",
        "{name} is killed too: nothing becomes final in {seconds:.0f} s; the two left stand at {sizes}",
    ),
    "back": Sentence(
        "两家恢复：{seconds:.1f} 秒后追上，等待中的批次已定局",
        "Both are back: caught up in {seconds:.1f} s, the waiting batch is final",
    ),
    "liar": Sentence(
        "{name} 谎报账本哈希：其余三家在 {wait:.2f} 秒内定局，它停在区块 {height}，其余已到 {others}",
        "{name} lies about its log's hash: the other three are final in {wait:.2f} s; it stands at block {height}, they at {others}",
    ),
    "again": Sentence(
        "{name} 丢弃账本，从他家重新取得：{seconds:.1f} 秒后追上",
        "{name} forgets its log and gets it again from the others: caught up in {seconds:.1f} s",
    ),
    "audit": Sentence(
        "四份账本各从条目重新推算：{verdict}，大小 {sizes}",
        "Four logs derived again from their entries: {verdict}, sizes {sizes}",
    ),
}
_VERDICT = {True: Sentence("全部相符", "everything fits"), False: Sentence("不符", "does not fit")}


class Demo:
    """Runs the steps on a network; ``say`` gets one line a step."""

    def __init__(self, network: Network, tongue: str, say: Callable[[str], None], seconds: float = 10) -> None:
        self._network = network
        self._tongue = tongue
        self._say = say
        self._seconds = seconds

    def run(self) -> bool:
        """All steps; True if all logs are sound, no fork was found and all members cosigned the last checkpoint. Raises NetworkStuck, NotFinalYet."""
        began = time.monotonic()
        self._network.start_all()
        self._tell("started", members=", ".join(NAMES[:MEMBERS]), seconds=time.monotonic() - began)
        measured = drive(self._network, list(range(MEMBERS)), BATCH, self._seconds)
        self._tell("load", batch=BATCH, acts=measured.acts, rate=measured.rate, wait=measured.wait(0.95))
        self._stop_two()
        self._lie()
        signed = self._all_cosign()
        compared = compare(self._network)
        self._tell("audit", verdict=_VERDICT[compared.sound and not compared.forks].fill(self._tongue, {}), sizes=compared.sizes)
        self._say(
            f"acts/s {measured.rate:.0f}, p95 {measured.wait(0.95):.2f} s, validators {MEMBERS}, cosigned {signed}, forks {compared.forks}"
        )
        return compared.sound and not compared.forks and signed == MEMBERS

    def _stop_two(self) -> None:
        network, ordering = self._network, self._network.ordering(0)
        network.stop(3, signal.SIGKILL)
        wait, placed = self._timed(lambda: ordering.wait_final(ordering.submit(some_commitments(BATCH)), 30))
        self._tell("one", name=NAMES[3], wait=wait, cosigned=placed.cosigned)
        network.stop(2, signal.SIGKILL)
        before = ordering.head().size
        ticket = ordering.submit(some_commitments(BATCH))
        try:
            ordering.wait_final(ticket, 6)
        except NotFinalYet:
            pass
        sizes = [network.head(0)["final_size"], network.head(1)["final_size"]]
        if set(sizes) != {before}:
            raise NetworkStuck(what=f"a halt at {before}, but {sizes}", seconds=6)
        self._tell("two", name=NAMES[2], seconds=6, sizes=sizes)
        began = time.monotonic()
        network.start(2)
        network.start(3)
        ordering.wait_final(ticket, 40)
        self._caught_up()
        self._tell("back", seconds=time.monotonic() - began)

    def _lie(self) -> None:
        network, ordering = self._network, self._network.ordering(0)
        network.stop(3)
        network.start(3, _LYING)
        self._caught_up()
        for _ in range(3):
            wait, _ = self._timed(lambda: ordering.wait_final(ordering.submit(some_commitments(BATCH)), 30))
        network.wait(lambda: network.head(0)["height"] >= network.head(3)["height"] + 3, 10, "the liar's isolation")
        self._tell("liar", name=NAMES[3], wait=wait, height=network.head(3)["height"], others=network.head(0)["height"])
        network.stop(3)
        network.homes[3].forget()
        network.start(3)
        seconds = self._caught_up()
        self._tell("again", name=NAMES[3], seconds=seconds)

    def _all_cosign(self) -> int:
        """Small batches until every member's cosignature of one checkpoint is somewhere; gives how many there are."""
        network, ordering = self._network, self._network.ordering(0)
        signed = 0
        for _ in range(10):
            ordering.wait_final(ordering.submit(some_commitments(10)), 30)
            self._caught_up()
            notes = [network.head(n)["final"].encode() for n in range(MEMBERS)]
            signed = len(cosigners(notes, network.roster))
            if signed == MEMBERS:
                break
        return signed

    def _caught_up(self) -> float:
        """Wait until all members hold the same final checkpoint, and nothing waits."""

        def same() -> bool:
            heads = [self._network.head(n) for n in range(MEMBERS)]
            return (
                all(heads)
                and len({(head["size"], head["root"]) for head in heads}) == 1
                and all(head["final_size"] == head["size"] for head in heads)
            )

        return self._network.wait(same, 40, "one log at all members")

    def _timed(self, act):
        began = time.perf_counter()
        result = act()
        return time.perf_counter() - began, result

    def _tell(self, step: str, **details: object) -> None:
        self._say("✓ " + STEPS[step].fill(self._tongue, details))


def demo(folder: Path, program: Path, tongue: str, say: Callable[[str], None], port: int = 26656, seconds: float = 10) -> bool:
    """Run the demo in an empty folder; see ``Demo.run``."""
    with Network(folder, MEMBERS, program, port) as network:
        return Demo(network, tongue, say, seconds).run()
