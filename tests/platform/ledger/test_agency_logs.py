"""An agency's own log: written over HTTP, answered when durable, derived again by fsck, never forked."""

import asyncio
import os
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress

import pytest

from mingtang import cli
from mingtang.engines import tlog
from mingtang.platform.ledger import reads
from mingtang.platform.ledger.faults import ForkRefused, LogBroken
from mingtang.platform.ledger.logs import group as grouping
from mingtang.platform.ledger.logs.door import ACCESS, LARGEST_ENTRY, Door
from mingtang.platform.ledger.logs.faults import BadLogName
from mingtang.platform.ledger.logs.opening import find_log, open_log
from mingtang.platform.ledger.models import Act


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.DATA = tmp_path


@pytest.fixture
def log():
    """An open log: its key and token."""
    return open_log("water")


def _bundle(*entries):
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


async def _ask(door, method, path, body=b"", token="", parts=1):
    sent = []
    step = max(1, -(-len(body) // parts))
    pieces = [body[at:at + step] for at in range(0, len(body), step)] or [b""]
    waiting = [{"type": "http.request", "body": piece, "more_body": i + 1 < len(pieces)} for i, piece in enumerate(pieces)]

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    await door({"type": "http", "method": method, "path": path, "headers": headers}, receive, send)
    return sent[0]["status"], sent[1]["body"], dict(sent[0]["headers"])


def _run(*requests):
    async def all_of_them():
        door = Door()
        return await asyncio.gather(*(_ask(door, *request) for request in requests))

    return asyncio.run(all_of_them())


class _Files:
    def __init__(self, store):
        self.checkpoint, self.tile = store.checkpoint, store.tile


def _sound(opened, size):
    report = tlog.examine(_Files(find_log("water")), tlog.VerifierKey.parse(opened.verifier))
    assert (report.sound, report.size) == (True, size)


def test_entries_sent_together_get_a_place_each(log):
    """300 requests at once: each index once, the entry stands there, and the log is whole."""
    answers = _run(*(("POST", "/logs/water/add", b"entry %d" % n, log.token) for n in range(300)))
    assert {status for status, _, _ in answers} == {200}
    places = [int(body) for _, body, _ in answers]
    assert sorted(places) == list(range(300))
    held = tlog.unpack_bundle(find_log("water").tile("entries", 0, 256)) + tlog.unpack_bundle(find_log("water").tile("entries", 1, 44))
    assert [held[place] for place in places] == [b"entry %d" % n for n in range(300)]
    _sound(log, 300)


def test_a_batch_lies_in_one_piece(log):
    """The index answered is the first entry's; the others follow it."""
    answers = _run(*(("POST", "/logs/water/batch", _bundle(*(b"%d/%d" % (n, i) for i in range(100))), log.token, 3) for n in range(5)))
    assert sorted(int(body) for _, body, _ in answers) == [0, 100, 200, 300, 400]
    _sound(log, 500)


@pytest.mark.parametrize(("method", "path", "body", "status"), [
    ("POST", "/logs/water/add", b"x" * (LARGEST_ENTRY + 1), 413),
    ("POST", "/logs/water/batch", b"", 400),
    ("POST", "/logs/water/batch", b"\x00\x05abc", 400),
    ("POST", "/logs/water/batch", b"\x00\x00" * 4097, 400),
    ("POST", "/logs/water/batch", b"\x00\x00" * (2 << 20) + b"\x00\x00", 413),
    ("POST", "/logs/fire/add", b"x", 404), ("POST", "/logs/../add", b"x", 404), ("POST", "/logs/water/checkpoint", b"x", 404),
    ("DELETE", "/logs/water/add", b"", 404), ("GET", "/logs/water/tile/0/000", b"", 404), ("GET", "/logs/water/tile/../key", b"", 404), ("GET", "/logs", b"", 404),
    ("GET", "/logs/water/key/more", b"", 404),
])
def test_what_is_no_entry_is_refused(log, method, path, body, status):
    """Each refusal has its code; nothing of it enters the log."""
    answered, text, _ = _run((method, path, body, log.token))[0]
    assert answered == status and b'"code"' in text
    _sound(log, 0)


def test_a_full_entry_and_an_empty_one_fit(log):
    """The format's limits are taken."""
    answers = _run(("POST", "/logs/water/add", b"x" * LARGEST_ENTRY, log.token, 7), ("POST", "/logs/water/add", b"", log.token))
    assert sorted(body for _, body, _ in answers) == [b"0", b"1"]
    _sound(log, 2)


def test_writing_needs_the_token_of_that_log(log):
    """No token, a wrong one, another log's, and one that was replaced: 401. Reading needs none."""
    other = open_log("fire").token
    newer = open_log("water").token
    for token in ("", "wrong", other, log.token):
        status, _, headers = _run(("POST", "/logs/water/add", b"x", token))[0]
        assert status == 401 and headers[b"www-authenticate"] == b"Bearer"
    assert _run(("POST", "/logs/water/add", b"x", newer))[0][0] == 200
    for verb in (verb for verb, rule in ACCESS.items() if rule == "public" and verb != "tile"):
        assert _run(("GET", f"/logs/water/{verb}"))[0][0] == 200
    assert open_log("water").verifier == log.verifier


def test_more_than_waits_is_refused_as_busy(log, monkeypatch):
    """Beyond the bound the answer is 503 with Retry-After, and the entry is not taken."""
    monkeypatch.setattr(grouping, "MOST_WAITING", 10)
    answers = _run(*(("POST", "/logs/water/add", b"x", log.token) for _ in range(15)))
    assert sorted(status for status, _, _ in answers) == [200] * 10 + [503] * 5
    assert all(headers[b"retry-after"] == b"1" for status, _, headers in answers if status == 503)
    _sound(log, 10)


def test_a_disk_that_refuses_acknowledges_nothing_and_comes_back(log, monkeypatch):
    """A failed commit is 503; the next entry is taken, and the log is whole."""
    real = tlog.Checkpoint.signed
    left = [1]

    def fails(self, key):
        if left:
            left.pop()
            raise sqlite3.OperationalError("disk I/O error")
        return real(self, key)

    monkeypatch.setattr(tlog.Checkpoint, "signed", fails)

    async def both():
        door = Door()
        return [await _ask(door, "POST", "/logs/water/add", b"x", log.token) for _ in range(2)]

    first, second = asyncio.run(both())
    assert (first[0], second[0], second[1]) == (503, 200, b"0")
    _sound(log, 1)


def test_two_writers_on_one_log_keep_one_history(log):
    """Each restores what the other appended."""
    one, other = find_log("water"), find_log("water")
    assert [one.append([b"a"] * 300), other.append([b"b"]), one.append([b"c"]), other.append([b"d"] * 500)] == [0, 300, 301, 302]
    _sound(log, 802)


def test_an_old_copy_is_not_signed_on(log, tmp_path):
    """A log's file put back to an earlier state signs nothing more."""
    store = find_log("water")
    store.append([b"1"])
    store.close()
    shutil.copy(tmp_path / "logs/water/log.sqlite3", tmp_path / "old")
    store.append([b"2"])
    store.close()
    shutil.copy(tmp_path / "old", tmp_path / "logs/water/log.sqlite3")
    with pytest.raises(ForkRefused):
        find_log("water").append([b"3"])


def test_a_log_that_was_changed_is_not_appended_to(log, tmp_path):
    """One flipped bit of the growing edge stops the writer."""
    store = find_log("water")
    store.append([b"1", b"2"])
    store.close()
    with sqlite3.connect(tmp_path / "logs/water/log.sqlite3") as db:
        data = bytearray(db.execute("SELECT data FROM tile WHERE level = 0").fetchone()[0])
        data[5] ^= 1
        db.execute("UPDATE tile SET data = ? WHERE level = 0", (bytes(data),))
    db.close()
    with pytest.raises(LogBroken):
        find_log("water").append([b"3"])


@pytest.mark.parametrize("name", ["", "..", "Water", "a/b", "1a", "x" * 41])
def test_a_name_is_a_plain_word(name):
    """What could leave the folder, or confuse, is no name."""
    with pytest.raises(BadLogName):
        open_log(name)


@pytest.mark.django_db
def test_opening_a_log_is_an_act_and_its_server_speaks_http(tmp_path, capsys, monkeypatch):
    """One command opens it and shows its token; another serves it; fsck derives it over HTTP."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert cli.main(["ledger", "open-log", "water"]) == 0
    key, token = (line.split(": ")[1] for line in capsys.readouterr().out.splitlines())
    sealed = Act.objects.get(kind="ledger.open-log")
    assert reads.receipt(sealed.id).document["body"] == {"key": key}
    with _served(tmp_path) as address:
        request = urllib.request.Request(f"{address}/logs/water/add", b"one", {"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.read() == b"0"
        assert cli.main(["ledger", "fsck", f"{address}/logs/water/", "--log-key", key]) == 0
        assert cli.main(["ledger", "watch", f"{address}/logs/water/", "--log-key", key, "--memory", str(tmp_path / "seen")]) == 0


@contextmanager
def _served(data):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "MINGTANG_DATA": str(data), "DJANGO_SETTINGS_MODULE": "mingtang.site.settings", "MINGTANG_DATABASE_URL": ""}
    server = subprocess.Popen([sys.executable, "-m", "mingtang.cli", "ledger", "serve-logs", "--port", str(port)], env=environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)
