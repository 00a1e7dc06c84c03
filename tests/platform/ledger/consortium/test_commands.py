"""The commands of a member, the static files of its log, and the comparison of members' logs."""

import json
from types import SimpleNamespace

import pytest

from mingtang import cli
from mingtang.engines import tlog
from mingtang.platform.ledger.consortium import auditing, cosigning
from mingtang.platform.ledger.consortium.application import Application
from mingtang.platform.ledger.consortium.envelope import seal_envelope
from mingtang.platform.ledger.consortium.homes import Home
from mingtang.platform.ledger.consortium.state import Final, StateStore
from tests.platform.ledger.consortium.people import ORIGIN, commitments

_NAMES = ("archive", "health", "transport", "water")


def _files(tmp_path):
    for number, name in enumerate(_NAMES, 2):
        assert (
            cli.main(
                [
                    "consortium",
                    "init",
                    str(tmp_path / name),
                    "--name",
                    name,
                    "--origin",
                    ORIGIN,
                    "--address",
                    f"127.0.0.{number}:26656",
                ]
            )
            == 0
        )
    return [str(tmp_path / name / "member.json") for name in _NAMES]


@pytest.fixture
def homes(tmp_path):
    """Four members' folders, joined."""
    files = _files(tmp_path)
    for name in _NAMES:
        assert cli.main(["consortium", "join", str(tmp_path / name), *files]) == 0
    return [Home(tmp_path / name) for name in _NAMES]


def _fill(home, homes, blocks, salt=""):
    """A log of ``blocks`` blocks whose last checkpoint all members have cosigned."""
    store = StateStore(home.folder / "log.sqlite3", home.roster())
    application = Application(store.load())
    for height in range(1, blocks + 1):
        store.save(
            application.finalize(
                height, [seal_envelope(homes[0].agency_key(), ORIGIN, height, commitments(300, f"{salt}{height}"))]
            )
        )
        application.commit()
    point = application.standing.point
    found = {one.peer().member.address: tlog.cosign(point.text(), one.witness_key(), 5).data for one in homes}
    store.keep_final(Final(point.size, cosigning.final_note(point, home.log_key(), home.roster(), found), len(found)))
    store.close()


def test_members_make_their_folders_and_join(tmp_path, capsys):
    """Init and join; every member sees the same digest of the genesis file."""
    files = _files(tmp_path)
    capsys.readouterr()
    for name in _NAMES:
        cli.main(["consortium", "join", str(tmp_path / name), *files])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4 and len(set(lines)) == 1 and "3 must cosign" in lines[0]


def test_what_cannot_be_joined_is_said(tmp_path, capsys):
    """Without oneself, with a broken file, with a member twice, and a second time with others."""
    files = _files(tmp_path)
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    folder = str(tmp_path / "water")
    for given in (files[:3], [*files, str(broken)], [*files, files[0]], [str(tmp_path / "none"), *files]):
        assert cli.main(["consortium", "join", folder, *given]) == 1
        assert "consortium.roster_refused" in capsys.readouterr().err
    assert cli.main(["consortium", "join", folder, *files]) == 0
    assert cli.main(["consortium", "join", folder, files[3]]) == 1
    assert "belongs to a consortium already" in capsys.readouterr().err


def test_status_of_a_node_that_does_not_run(capsys):
    """A sentence and what to do, no traceback."""
    assert cli.main(["consortium", "status", "--rpc", "127.0.0.1:9"]) == 1
    assert "consortium.engine_silent" in capsys.readouterr().err


def test_a_node_does_not_start_without_an_engine(homes, monkeypatch, tmp_path, capsys):
    """The error names the script that builds it."""
    monkeypatch.setenv("MINGTANG_COMETBFT", str(tmp_path / "none"))
    assert cli.main(["consortium", "start", str(homes[0].folder)]) == 1
    assert "script/consortium" in capsys.readouterr().err


def test_an_exported_log_is_derived_again_by_fsck(homes, tmp_path, capsys):
    """Under the member's key and the members' policy; a second export adds what is new; one flipped byte is found."""
    out = tmp_path / "out"
    assert cli.main(["consortium", "export", str(homes[1].folder), str(out)]) == 1
    assert "consortium.nothing_final" in capsys.readouterr().err
    check = ["ledger", "fsck", str(out), "--log-key", str(out / "key"), "--policy", str(out / "policy")]
    _fill(homes[1], homes, 2)
    assert cli.main(["consortium", "export", str(homes[1].folder), str(out)]) == 0
    assert cli.main(check) == 0
    tile = out / "tile/0/001"
    tile.write_bytes(tile.read_bytes()[:-1] + b"\x00")
    assert cli.main(check) == 1
    assert cli.main(["consortium", "policy", str(homes[0].folder)]) == 0
    assert "group members 3" in capsys.readouterr().out


def _network(homes):
    return SimpleNamespace(homes=homes, roster=homes[0].roster(), runs=lambda number: False)


def test_logs_of_one_history_are_no_fork(homes):
    """A member that is behind is behind, no more."""
    for home, blocks in zip(homes, (3, 3, 2, 1), strict=True):
        _fill(home, homes, blocks)
    assert auditing.compare(_network(homes)) == ([903, 903, 602, 301], True, 0)


def test_another_history_is_counted_as_forks(homes):
    """One member's other history contradicts each of the three, even though all have cosigned it."""
    for number, home in enumerate(homes):
        _fill(home, homes, 2, "other" if number == 3 else "")
    assert auditing.compare(_network(homes)).forks == 3


def test_a_log_that_does_not_follow_from_its_entries_is_not_sound(homes):
    """One entry changed under a checkpoint that stays."""
    for home in homes:
        _fill(home, homes, 1)
    store = StateStore(homes[2].folder / "log.sqlite3", homes[2].roster())
    bundle = store.tile(-1, 0)
    store.db.execute("UPDATE tile SET data = ? WHERE level = -1 AND n = 0", (bundle[:-1] + bytes([bundle[-1] ^ 1]),))
    store.close()
    assert not auditing.compare(_network(homes)).sound


def test_cosigners_are_counted_over_all_copies_of_the_largest_checkpoint(homes):
    """Two notes of one checkpoint with different cosignatures count together; a smaller one does not count; a forged line is refused."""
    roster, point = homes[0].roster(), tlog.Checkpoint(ORIGIN, 9, bytes(32))

    def note(at, *signers):
        found = {one.peer().member.address: tlog.cosign(at.text(), one.witness_key(), 5).data for one in signers}
        return cosigning.final_note(at, homes[0].log_key(), roster, found)

    notes = [
        note(point, homes[0], homes[1]),
        note(point, homes[1], homes[2]),
        note(tlog.Checkpoint(ORIGIN, 8, bytes(32)), homes[3]),
    ]
    assert auditing.cosigners(notes, roster) == {"archive", "health", "transport"}
    forged = cosigning.final_note(point, homes[0].log_key(), roster, {homes[3].peer().member.address: bytes(72)})
    with pytest.raises(tlog.ProofRefused):
        auditing.cosigners([forged], roster)


def test_the_member_file_holds_no_private_key(homes):
    """What is handed to others is public."""
    text = (homes[0].folder / "member.json").read_text()
    assert set(json.loads(text)) == {"name", "agency", "validator", "log", "witness", "node", "address"}
    assert bytes(homes[0].agency_key()).hex() not in text and homes[0].folder.joinpath("keys/log").read_bytes().hex() not in text
