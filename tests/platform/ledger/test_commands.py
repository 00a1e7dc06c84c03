"""A log written to files, or served over HTTP, is derived again and watched from outside."""

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction

from mingtang import cli
from mingtang.engines import tlog
from mingtang.platform.ledger import acts, reads, sequencer
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.ledger.keys import log_key
from mingtang.platform.ledger.sources import ServerSource, SourceUnreadable
from mingtang.platform.ledger.watching import watch

pytestmark = pytest.mark.django_db


def _grow(count):
    with transaction.atomic():
        acts.seal_many([Draft("tests.note", "tests/one", Actor("system"), {"n": n}) for n in range(count)])
    while sequencer.run_once():
        pass


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def exported(tmp_path):
    """A log of 600 entries as files."""
    _grow(600)
    assert cli.main(["ledger", "export", str(tmp_path / "log")]) == 0
    return tmp_path / "log"


def _fsck(where, *more):
    return cli.main(["ledger", "fsck", str(where), "--log-key", reads.verifier_key(), *map(str, more)])


def test_an_export_is_a_whole_log_and_grows(exported, capsys):
    """fsck derives it from its entries; a second export adds what is new and leaves full tiles alone."""
    assert _fsck(exported) == 0
    assert "600: derived from the entries to the root, everything fits" in capsys.readouterr().out
    full = exported / "tile/0/000"
    before = full.stat().st_mtime_ns
    shutil.copy(exported / "checkpoint", exported / "kept")
    _grow(300)
    assert cli.main(["ledger", "export", str(exported)]) == 0
    assert _fsck(exported, "--checkpoint", exported / "kept") == 0
    assert full.stat().st_mtime_ns == before
    assert (exported / "key").read_text().strip() == reads.verifier_key()


@pytest.mark.parametrize(("path", "words"), [
    ("tile/0/001", "tile/0/001"), ("tile/1/000.p/2", "tile/1/000.p/2"), ("tile/0/002.p/88", "tile/0/002.p/88"), ("tile/entries/001", "Entry 256"),
    ("checkpoint", "signature"),
])
def test_a_flipped_byte_in_a_file_is_named(exported, capsys, path, words):
    """The file or entry is named and the command ends with status 1."""
    data = bytearray((exported / path).read_bytes())
    if path == "checkpoint":  # a letter of the signature becomes another letter
        data[-20] = ord("A") if data[-20] != ord("A") else ord("B")
    else:
        data[20] ^= 2
    (exported / path).write_bytes(bytes(data))
    assert _fsck(exported) == 1
    assert words in capsys.readouterr().out


def test_a_folder_that_is_no_log_is_refused_in_words(tmp_path, capsys):
    """No checkpoint, an unknown scheme, a missing key file: status 1 and what to do."""
    assert _fsck(tmp_path) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert _fsck("ftp://127.0.0.1/") == 1
    assert cli.main(["ledger", "fsck", str(tmp_path), "--log-key", str(tmp_path / "none")]) == 1
    assert cli.main(["ledger", "fsck", str(tmp_path)]) == 1


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(exported):
    """The exported files behind HTTP."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(exported))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


def test_a_served_log_is_derived_again(server):
    """The same over HTTP; where the partial tile is no longer kept the full one is cut."""
    assert _fsck(server) == 0


def test_a_partial_tile_that_is_pruned_is_cut_from_the_full_one(server, exported):
    """As tlog-tiles allows a log to drop partial tiles once the full one is there."""
    assert ServerSource(server).tile(0, 0, 7) == (exported / "tile/0/000").read_bytes()[:7 * 32]
    assert len(tlog.unpack_bundle(ServerSource(server).tile("entries", 0, 7))) == 7


def test_a_server_that_is_not_there_is_refused():
    """A refused connection is an answer in words."""
    with pytest.raises(SourceUnreadable):
        ServerSource("http://127.0.0.1:9/").checkpoint()


def _another_history(folder, size):
    """A log of the same name, signed by the same key, with other entries."""
    entries = [b"%d" % n for n in range(size)]
    edge = tlog.Edge()
    files = {tlog.tile_path(*place, min(256, (size >> 8 * place[0]) - place[1] * 256)): data for place, data in
             edge.append([tlog.leaf_hash(entry) for entry in entries]).items()}
    files |= {tlog.tile_path("entries", i // 256, min(256, size - i)): tlog.pack_bundle(entries[i:i + 256]) for i in range(0, size, 256)}
    for path, data in files.items():
        (folder / "tile" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tile" / path).write_bytes(data)
    (folder / "checkpoint").write_bytes(tlog.Checkpoint(log_key().name, size, edge.root()).signed(log_key()))


def test_a_late_mirror_is_no_split_view(exported, tmp_path, capsys):
    """A mirror that is behind shows a prefix."""
    shutil.copytree(exported, tmp_path / "mirror")
    _grow(10)
    cli.main(["ledger", "export", str(exported)])
    assert cli.main(["ledger", "watch", str(exported), str(tmp_path / "mirror"), "--log-key", reads.verifier_key()]) == 0
    assert "one history" in capsys.readouterr().out


@pytest.mark.parametrize("size", [500, 600, 700])
def test_two_faces_of_a_log_are_seen_and_kept_as_evidence(exported, tmp_path, capsys, size):
    """Whether the other face is smaller, of equal size or larger; both signed notes are written down."""
    _another_history(tmp_path / "other", size)
    where = [str(exported), str(tmp_path / "other")]
    assert cli.main(["ledger", "watch", *where, "--log-key", reads.verifier_key(), "--memory", str(tmp_path / "memory")]) == 1
    assert "two faces" in capsys.readouterr().out
    (evidence,) = (tmp_path / "memory").glob("split-*.txt")
    assert evidence.read_text().count(log_key().name + "\n") == 2
    assert not list((tmp_path / "memory").glob("*.checkpoint"))


def test_a_log_that_changes_between_two_rounds_is_seen(exported, tmp_path):
    """The memory of the last round stands against the next: rewriting and going backwards are both seen."""
    key = tlog.VerifierKey.parse(reads.verifier_key())
    assert watch([str(exported)], key, tmp_path / "memory").split == []
    for size in (500, 700):
        shutil.rmtree(exported)
        exported.mkdir()
        _another_history(exported, size)
        assert len(watch([str(exported)], key, tmp_path / "memory").split) == 1


def test_an_address_that_fails_does_not_hide_the_others(exported, tmp_path):
    """What cannot be read is told; the rest is still compared."""
    found = watch([str(exported), str(tmp_path / "none")], tlog.VerifierKey.parse(reads.verifier_key()))
    assert [one.where for one in found.seen] == [str(exported)] and [where for where, _ in found.unreadable] == [str(tmp_path / "none")]


def test_the_key_is_shown(capsys):
    """The public key as text, which parses."""
    assert cli.main(["ledger", "key"]) == 0
    assert tlog.VerifierKey.parse(capsys.readouterr().out).name == log_key().name
