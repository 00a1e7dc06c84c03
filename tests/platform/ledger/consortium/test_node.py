"""A node's answers to the engine, its memory of what it cosigned, its folder, and its socket."""

import asyncio
import base64
import json
import stat

import pytest

from mingtang.engines import tlog
from mingtang.platform.ledger.consortium import messages, wire
from mingtang.platform.ledger.consortium import server as serving
from mingtang.platform.ledger.consortium.engine import EngineMissing, configure, find_engine
from mingtang.platform.ledger.consortium.envelope import agency_id, seal_envelope
from mingtang.platform.ledger.consortium.faults import HomeRefused, RosterRefused
from mingtang.platform.ledger.consortium.guard import Guard
from mingtang.platform.ledger.consortium.homes import Home, Peer
from mingtang.platform.ledger.consortium.node import Node
from mingtang.platform.ledger.consortium.server import NodeServer
from mingtang.platform.ledger.consortium.state import StateStore
from tests.platform.ledger.consortium.people import NAMES, ORIGIN, commitments, keys, roster

_ALL = 1 << 20


def _node(folder, name):
    folder.mkdir(exist_ok=True)
    store = StateStore(folder / "log", roster())
    return Node(roster(), store, Guard(folder / "cosigned", keys(name).witness, store.tile), keys(name).log)


@pytest.fixture
def nodes(tmp_path, clock):
    """The four members' nodes."""
    return {name: _node(tmp_path / name, name) for name in NAMES}


def _votes(nodes):
    return {
        "votes": [
            {"validator": {"address": keys(name).member.address, "power": 1}, "block_id_flag": 2, "vote_extension": extension}
            for name, extension in nodes.items()
        ]
    }


def _round(nodes, waiting, last):
    """One height as the engine runs it; gives the votes' extensions."""
    proposer = next(iter(nodes.values()))
    height = proposer.standing.height + 1
    txs = proposer.answer("prepare_proposal", {"txs": waiting, "local_last_commit": _votes(last), "max_tx_bytes": _ALL})["txs"]
    assert all(node.answer("process_proposal", {"txs": txs})["status"] == messages.ACCEPT for node in nodes.values())
    extensions = {name: node.answer("extend_vote", {"height": height})["vote_extension"] for name, node in nodes.items()}
    for node in nodes.values():
        for name, extension in extensions.items():
            request = {"validator_address": keys(name).member.address, "height": height, "vote_extension": extension}
            assert node.answer("verify_vote_extension", request)["status"] == messages.ACCEPT
    hashes = {node.answer("finalize_block", {"height": height, "txs": txs})["app_hash"] for node in nodes.values()}
    for node in nodes.values():
        node.answer("commit", {})
    assert len(hashes) == 1
    return extensions


def test_a_batch_becomes_final_one_block_after_its_own(nodes):
    """Its checkpoint is cosigned by all once it is committed, never before; the proof verifies under the members' policy."""
    sent = seal_envelope(keys("water").agency, ORIGIN, 1, commitments(5))
    water = nodes["water"]
    last = _round(nodes, [sent], {})
    assert water.standing.point.size == 6 and water.final is None
    last = _round(nodes, [], last)
    assert (water.final.size, water.final.cosigned) == (6, 4)
    asked = water.answer("query", {"path": "batch", "data": agency_id(keys("water").member.agency) + (1).to_bytes(8)})
    assert json.loads(asked["value"]) == {"first": 0, "count": 5, "height": 1, "final": True, "head": sent[:132].hex()}
    proof = json.loads(water.answer("query", {"path": "proof", "data": (3).to_bytes(8)})["value"])["proof"]
    policy = tlog.Policy.parse(roster().policy())
    found = tlog.LogProof.parse(proof.encode())
    assert found.verify(commitments(5)[2], keys("water").member.log, policy).size == 6
    with pytest.raises(tlog.ProofRefused):
        found.verify(commitments(5)[3], keys("water").member.log, policy)
    _round(nodes, [], last)


def test_a_block_carries_the_cosignatures_to_who_did_not_see_the_votes(nodes, tmp_path):
    """A node that only gets blocks, as one that catches up does, has the final checkpoint too."""
    sent, late = seal_envelope(keys("water").agency, ORIGIN, 1, commitments(5)), _node(tmp_path / "late", "archive")
    blocks, last = [], {}
    for waiting in ([sent], [], [seal_envelope(keys("health").agency, ORIGIN, 1, commitments(1))]):
        proposer = nodes["water"]
        blocks.append(
            proposer.answer("prepare_proposal", {"txs": waiting, "local_last_commit": _votes(last), "max_tx_bytes": _ALL})["txs"]
        )
        last = _round(nodes, waiting, last)
    for height, txs in enumerate(blocks, 1):
        late.answer("finalize_block", {"height": height, "txs": txs})
        late.answer("commit", {})
    assert late.standing.point == nodes["water"].standing.point and late.final.size == 6


def test_a_cosignature_of_anything_else_is_refused(nodes):
    """Another root, another member's name, rubbish; an empty one is a member that does not cosign."""
    node, water = nodes["archive"], keys("water")
    point = node.standing.point
    other = tlog.cosign(tlog.Checkpoint(ORIGIN, 0, bytes(32)).text(), water.witness, 5).data
    good = tlog.cosign(point.text(), water.witness, 5).data
    for address, extension, status in (
        (water.member.address, good, 1),
        (water.member.address, other, 2),
        (keys("health").member.address, good, 2),
        (b"", good, 2),
        (water.member.address, b"x", 2),
        (water.member.address, b"", 1),
    ):
        request = {"validator_address": address, "height": 1, "vote_extension": extension}
        assert node.answer("verify_vote_extension", request)["status"] == status


def test_a_member_never_cosigns_two_histories(tmp_path, nodes):
    """After its log was replaced by another, or by an older copy, it does not cosign; its vote stays without one."""
    water = keys("water")
    last = _round(nodes, [seal_envelope(water.agency, ORIGIN, 1, commitments(5))], {})
    _round(nodes, [], last)
    folder = tmp_path / "water"
    for decided in ([], [seal_envelope(water.agency, ORIGIN, 1, commitments(5, "other"))]):
        store = StateStore(tmp_path / f"replaced-{len(decided)}", roster())
        node = Node(roster(), store, Guard(folder / "cosigned", water.witness, store.tile), water.log)
        node.answer("finalize_block", {"height": 1, "txs": decided})
        node.answer("commit", {})
        assert node.answer("extend_vote", {"height": 2})["vote_extension"] == b""
    assert _node(folder, "water").answer("extend_vote", {"height": 3})["vote_extension"]


def test_two_processes_with_one_key_do_not_cosign_past_each_other(tmp_path, nodes):
    """The one that is behind the common memory signs nothing."""
    water, store = keys("water"), nodes["water"].store
    one, two = (Guard(tmp_path / "shared", water.witness, store.tile) for _ in range(2))
    small, large = tlog.Checkpoint(ORIGIN, 1, bytes(32)), tlog.Checkpoint(ORIGIN, 2, b"\x01" * 32)
    assert one.cosign(small, 5) and two.cosign(small, 5)
    assert one.cosign(large, 6)
    assert two.cosign(tlog.Checkpoint(ORIGIN, 2, b"\x02" * 32), 6) == b""


def test_a_restarted_node_tells_the_engine_where_it_stands(nodes, tmp_path):
    """Height and hash of the last committed block; nothing of one that was only decided."""
    _round(nodes, [seal_envelope(keys("water").agency, ORIGIN, 1, commitments(5))], {})
    nodes["water"].answer("finalize_block", {"height": 2, "txs": []})
    told = _node(tmp_path / "water", "water").answer("info", {})
    assert (told["last_block_height"], told["last_block_app_hash"]) == (1, nodes["health"].standing.app_hash)


def test_a_genesis_file_of_other_members_is_refused(nodes):
    """The node begins only with the members, powers and height it knows."""
    updates = [{"pub_key": {"ed25519": member.validator}, "power": 1} for member in roster().members]
    good = {"validators": updates, "app_state_bytes": bytes(roster()), "initial_height": 1}
    node = nodes["water"]
    assert node.answer("init_chain", good)["app_hash"] == node.standing.app_hash
    heavy = [{**updates[0], "power": 2}, *updates[1:]]
    for change in (
        {"validators": updates[1:]},
        {"validators": heavy},
        {"app_state_bytes": b"{}"},
        {"app_state_bytes": bytes(roster("water"))},
        {"initial_height": 5},
    ):
        with pytest.raises(RosterRefused):
            node.answer("init_chain", {**good, **change})


@pytest.mark.parametrize("path", ["head", "numbers", "batch", "proof", "other", ""])
def test_any_bytes_may_be_asked(nodes, path):
    """A query never raises."""
    for data in (b"", b"\xff" * 8, b"\xff" * 28, bytes(1000)):
        assert nodes["water"].answer("query", {"path": path, "data": data})["height"] == 0


async def _talk(node, path, sent):
    async with NodeServer(node, path) as server:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(sent)
        writer.write_eof()
        got = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        return got, server.failed.done()


def _request(number, body=b""):
    return wire.framed(wire.uvarint(number << 3 | 2) + wire.uvarint(len(body)) + body)


def test_the_socket_answers_in_order(nodes, tmp_path):
    """Requests that arrive together are answered one after the other, every flush too."""
    got, failed = asyncio.run(
        _talk(nodes["water"], tmp_path / "s", _request(1, b"\x0a\x01a") + _request(2) + _request(8) + _request(2))
    )
    assert [frame[0] >> 3 for frame in wire.Frames().feed(got)] == [2, 3, 9, 3] and not failed


@pytest.mark.parametrize("sent", [b"\xff" * 20, _request(30), wire.uvarint(1 << 40), _request(8, b"\x0a\xff")])
def test_hostile_bytes_close_the_connection_alone(nodes, tmp_path, sent):
    """The node tells why, and goes on for the others."""
    got, failed = asyncio.run(_talk(nodes["water"], tmp_path / "s", sent))
    assert [frame[0] >> 3 for frame in wire.Frames().feed(got)] == [1] and not failed


async def _beside(node, path, many):
    async with NodeServer(node, path):
        busy, busy_out = await asyncio.open_unix_connection(str(path))
        vote, vote_out = await asyncio.open_unix_connection(str(path))
        busy_out.write(_request(8, b"\x0a\x03abc") * many + _request(2))
        vote_out.write(_request(2))
        await asyncio.wait_for(vote.readexactly(3), 20)
        before, got = len(busy._buffer), b""
        while not got.endswith(wire.framed(b"\x1a\x00")):
            got += await asyncio.wait_for(busy.read(1 << 20), 20)
        busy_out.close()
        vote_out.close()
        return before, got


def test_many_transactions_do_not_hold_up_a_vote(nodes, tmp_path, monkeypatch):
    """What came on another connection is answered before all of them; and each of them is answered, though no more than some wait at a time."""
    monkeypatch.setattr(serving, "_SLICE", 0)
    monkeypatch.setattr(serving, "_MOST_WAITING", 50)
    before, got = asyncio.run(_beside(nodes["water"], tmp_path / "s", 3000))
    assert before < len(got) and len(list(wire.Frames().feed(got))) == 3001


def test_a_node_that_cannot_go_on_says_so_and_ends(nodes, tmp_path):
    """A block out of turn is answered with an exception, at which the engine stops."""
    got, failed = asyncio.run(_talk(nodes["water"], tmp_path / "s", _request(20, b"\x28\x09")))
    assert [frame[0] >> 3 for frame in wire.Frames().feed(got)] == [1] and failed


def _homes(tmp_path):
    homes = [Home(tmp_path / name) for name in NAMES]
    peers = [home.create(name, ORIGIN, f"127.0.0.{n}:26656") for n, (name, home) in enumerate(zip(NAMES, homes, strict=True), 2)]
    return homes, peers


def test_every_member_writes_the_same_genesis_file(tmp_path):
    """In whatever order the member files were gathered; private keys are readable by their owner alone."""
    homes, peers = _homes(tmp_path)
    homes[0].found(ORIGIN, peers)
    homes[1].found(ORIGIN, peers[::-1])
    texts = [(home.engine / "config/genesis.json").read_bytes() for home in homes[:2]]
    assert texts[0] == texts[1]
    private = [
        *homes[0].folder.glob("keys/*"),
        homes[0].engine / "config/node_key.json",
        homes[0].engine / "config/priv_validator_key.json",
    ]
    assert len(private) == 5 and all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in private)
    key = json.loads(private[-1].read_text())
    assert base64.b64decode(key["priv_key"]["value"])[32:] == peers[0].member.validator
    assert homes[0].witness_key().verifier == peers[0].member.witness and homes[0].log_key().verifier == peers[0].member.log


def test_a_folder_is_made_once_and_a_lost_key_is_not_made_anew(tmp_path):
    """A second init, a missing key, and a folder that is none are refused."""
    homes, peers = _homes(tmp_path)
    with pytest.raises(HomeRefused):
        homes[0].create("water", ORIGIN, "127.0.0.2:26656")
    (homes[0].folder / "keys/agency").unlink()
    for ask in (homes[0].agency_key, homes[0].roster, Home(tmp_path / "none").peer):
        with pytest.raises(HomeRefused):
            ask()


@pytest.mark.parametrize("change", [{"node": "x"}, {"address": "no port"}, {"address": 5}, {"node": None}])
def test_a_member_file_with_a_false_address_is_refused(tmp_path, change):
    """What stands in the engine's configuration is checked first."""
    _, peers = _homes(tmp_path)
    with pytest.raises(RosterRefused):
        Peer.from_dict({**peers[0].as_dict(), **change})


def test_the_engines_configuration_names_the_other_members(tmp_path):
    """Persistent peers are all but oneself; overrides count."""
    homes, peers = _homes(tmp_path)
    homes[0].found(ORIGIN, peers)
    configure(homes[0], "127.0.0.2:26657", mempool={"size": 7})
    text = (homes[0].engine / "config/config.toml").read_text()
    assert peers[0].node not in text and all(f"{peer.node}@{peer.address}" in text for peer in peers[1:]) and "size = 7\n" in text


def test_a_missing_engine_is_said_plainly(monkeypatch, tmp_path):
    """A path with nothing there, and a program that is no CometBFT."""
    false = tmp_path / "false"
    false.write_text("#!/bin/sh\necho 1.0.1\n")
    false.chmod(0o755)
    for path in (tmp_path / "none", false):
        monkeypatch.setenv("MINGTANG_COMETBFT", str(path))
        with pytest.raises(EngineMissing, match=r"v0\.38\.25"):
            find_engine()
