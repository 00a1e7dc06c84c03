"""The real engine: four members order batches, each version; skipped where CometBFT is not on this machine."""

import base64
import os
import re
import signal
import socket
import sys
from pathlib import Path

import pytest


from mingtang import cli
from mingtang.engines import tlog
from mingtang.platform.ledger.consortium.engine import VERSIONS, EngineMissing, engine_version, find_engine
from mingtang.platform.ledger.consortium.faults import EngineSilent, EnvelopeRefused, NotFinalYet
from mingtang.platform.ledger.consortium.gathering import Gathering
from mingtang.platform.ledger.consortium.network import Network
from mingtang.platform.ledger.consortium.envelope import seal_envelope
from mingtang.platform.ledger.consortium.ordering import EmbeddedOrdering
from mingtang.platform.ledger.lock import LockStore
from mingtang.platform.ledger.logs.faults import Busy
from mingtang.platform.ledger.logs.store import LogStore
from tests.platform.ledger.consortium.people import ORIGIN, commitments


def _programs():
    """Where each version lies, or None."""
    found = dict.fromkeys(VERSIONS)
    for version in VERSIONS:
        place = Path(sys.prefix) / "engine" / version / "cometbft"
        if engine_version(place) == version:
            found[version] = place
    named = os.environ.get("MINGTANG_COMETBFT")
    if named and engine_version(Path(named)) in found:
        found[engine_version(Path(named))] = Path(named)
    return found


@pytest.fixture
def program(request):
    """The engine of the version that the test names."""
    found = _programs()[request.param]
    if found is None:
        pytest.skip(f"CometBFT {request.param} is not here: script/consortium --version {request.param} builds it")
    return found


def free_port():
    """A port that is free together with the next one on the members' addresses."""
    for port in range(27000 + os.getpid() % 1000 * 2, 60000, 2):
        try:
            for host in range(2, 6):
                for number in (port, port + 1):
                    with socket.socket() as tried:
                        tried.bind((f"127.0.0.{host}", number))
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")


@pytest.mark.parametrize("program", VERSIONS, indirect=True)
def test_four_members_order_batches(program, tmp_path):
    """Batches of two agencies become final, all members have the same log, proofs verify, a replay does not enter."""
    with Network(tmp_path, 4, program, free_port()) as network:
        network.start_all()
        water, archive = network.ordering(0), network.ordering(3)
        tickets = [water.submit(commitments(100, "w")), archive.submit(commitments(50, "a"))]
        placed = [water.wait_final(tickets[0], 30), archive.wait_final(tickets[1], 30)]
        assert {one.count for one in placed} == {100, 50} and all(one.cosigned >= 3 for one in placed)
        assert water.wait_final(tickets[0], 0).first == placed[0].first
        again = seal_envelope(network.homes[0].agency_key(), ORIGIN, tickets[0].number, commitments(9, "again"))
        assert network.rpc(1).call("broadcast_tx_sync", tx=base64.b64encode(again).decode())["log"] == "number"
        with pytest.raises(EnvelopeRefused, match="number"):
            water.wait_final(tickets[0]._replace(sent=again), 0)
        network.wait(
            lambda: len({network.head(n)["root"] for n in range(4)}) == 1 and network.head(2)["final_size"] == 152, 20, "one root"
        )
        policy = tlog.Policy.parse(network.roster.policy())
        found = network.rpc(2).query("proof", (placed[0].first + 7).to_bytes(8))
        health = next(member for member in network.roster.members if member.name == "health")
        point = tlog.LogProof.parse(found["proof"].encode()).verify(commitments(100, "w")[7], health.log, policy)
        assert point.size == 152


class _Refusing(EmbeddedOrdering):
    """An ordering whose first submission fails."""

    failures = 1

    def submit(self, commitments):
        if self.failures:
            self.failures -= 1
            raise EngineSilent(address="here", why="restarting")
        return super().submit(commitments)


def _embedded(tmp_path, kind=EmbeddedOrdering):
    (tmp_path / "key").write_bytes(bytes(32))
    return kind(LogStore(tmp_path, "mingzhou.example/logs/one", LockStore(tmp_path / "lock")))


def test_acts_handed_in_one_by_one_share_an_envelope(tmp_path):
    """Each gets its own place; far fewer envelopes than acts; leaving waits for all."""
    ordering, sizes = _embedded(tmp_path), []
    submit = ordering.submit
    ordering.submit = lambda batch: sizes.append(len(batch)) or submit(batch)
    with Gathering(lambda: ordering) as gathering:
        acts = commitments(500)
        futures = [gathering.add(act) for act in acts]
    assert sorted(future.result(0) for future in futures) == list(range(500)) and sum(sizes) == 500 and len(sizes) < 100
    source = ordering._store.tile("entries", futures[300].result(0) // 256, 256 if futures[300].result(0) < 256 else 244)
    assert tlog.unpack_bundle(source)[futures[300].result(0) % 256] == acts[300]
    with pytest.raises(Busy):
        gathering.add(acts[0])


def test_an_envelope_that_fails_fails_its_acts_alone(tmp_path):
    """The acts of the failed one are told; the next go on; a wrong length is refused at once."""
    ordering = _embedded(tmp_path, _Refusing)
    with Gathering(lambda: ordering, gather=0) as gathering:
        with pytest.raises(EnvelopeRefused):
            gathering.add(b"short")
        with pytest.raises(EngineSilent):
            gathering.add(commitments(1)[0]).result(20)
        assert gathering.add(commitments(1)[0]).result(20) == 0


@pytest.mark.slow
@pytest.mark.parametrize("program", VERSIONS, indirect=True)
def test_a_batch_that_a_restarted_engine_forgot_is_sent_again(program, tmp_path):
    """Three members away, the fourth takes a batch and is killed; once all are back the same ticket becomes final, once."""
    with Network(tmp_path, 4, program, free_port()) as network:
        network.start_all()
        for number in (1, 2, 3):
            network.stop(number)
        water = network.ordering(0)
        ticket = water.submit(commitments(10))
        with pytest.raises(NotFinalYet):
            water.wait_final(ticket, 2)
        network.stop(0, signal.SIGKILL)
        network.start_all()
        assert network.ordering(0).wait_final(ticket, 40).first == 1
        network.wait(lambda: {network.head(n)["size"] for n in range(4)} == {11}, 20, "one log")


def test_the_pinned_engine_is_found_or_said_to_be_missing(monkeypatch):
    """Never another version than one of those named."""
    monkeypatch.delenv("MINGTANG_COMETBFT", raising=False)
    try:
        assert engine_version(find_engine()) in VERSIONS
    except EngineMissing as missing:
        assert "script/consortium" in missing.advice("en")


def test_one_log_of_this_process_keeps_the_same_promises(tmp_path):
    """The embedded implementation of the port: place, checkpoint, and a batch that cannot be."""
    ordering = _embedded(tmp_path)
    tickets = [ordering.submit(commitments(3)), ordering.submit(commitments(2, "b"))]
    assert [ordering.wait_final(ticket, 0)[:2] for ticket in tickets] == [(0, 3), (3, 2)]
    assert ordering.head().size == 5
    with pytest.raises(EnvelopeRefused):
        ordering.submit([])


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("program", VERSIONS, indirect=True)
def test_the_demo_ends_well(program, capsys):
    """Every step comes true, and the last line says so in the agreed form."""
    assert cli.main(["consortium", "demo", "--engine", str(program), "--port", str(free_port()), "--seconds", "3"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"acts/s \d+, p95 \d+\.\d\d s, validators 4, cosigned 4, forks 0", last)
