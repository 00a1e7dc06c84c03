"""Web and worker under their supervisor, as real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest


def health(port):
    """Status and JSON of /healthz; (0, {}) where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.loads(answer.read() or b"{}")
    except OSError:
        return 0, {}


def until(condition, seconds=40):
    """Wait until ``condition`` holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def family(pid):
    """Every living descendant of ``pid`` with its command line."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    found, todo = {}, [str(pid)]
    while todo:
        parent = todo.pop()
        for row in rows:
            if row[1] == parent and len(row) == 3:
                found[int(row[0])] = row[2]
                todo.append(row[0])
    return found


def alive(pid):
    """Whether the process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def served(installation, port):
    """A running city."""
    process = installation.start("serve", "--port", str(port), start_new_session=True)
    try:
        assert until(lambda: health(port)[0] == 200), health(port)
        yield process, port
    finally:
        process.terminate()
        try:
            process.communicate(timeout=25)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def test_one_command_brings_web_worker_and_ledger_up_and_ctrl_c_ends_both(served):
    """/healthz is 200; the interrupt ends supervisor, web and worker within seconds, status 0."""
    process, port = served
    status, state = health(port)
    assert status == 200 and state["ledger"]["size"] >= 3
    children = family(process.pid)
    assert len(children) >= 3
    process.send_signal(signal.SIGINT)
    assert process.wait(25) == 0
    assert until(lambda: not any(alive(pid) for pid in children), 5)
    assert health(port)[0] == 0


def test_killed_web_and_worker_come_back(served):
    """kill -9 of both: the supervisor starts them again and /healthz becomes 200."""
    process, port = served
    for pid in family(process.pid):
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: health(port)[0] != 200, 10)
    assert until(lambda: health(port)[0] == 200)


def test_nobody_is_left_when_the_supervisor_is_killed(served):
    """kill -9 of the supervisor: web and worker end by themselves, port and lock are free."""
    process, port = served
    children = family(process.pid)
    process.kill()
    process.wait(5)
    assert until(lambda: not any(alive(pid) for pid in children), 15), {pid: args for pid, args in children.items() if alive(pid)}
    assert health(port)[0] == 0


def test_a_taken_port_is_said(served, installation):
    """The second start on the same port is refused with the advice to choose another."""
    _, port = served
    result = installation.run("serve", "--port", str(port))
    assert result.returncode == 1 and f"Port {port} is taken" in result.stderr and "site.port_taken" in result.stderr


def test_a_second_worker_on_the_same_folder_is_refused(served, installation):
    """SQLite takes one worker."""
    result = installation.run("worker")
    assert result.returncode == 1 and "site.worker_runs" in result.stderr


@pytest.mark.parametrize("given", [
    {"MINGTANG_DEMO": "1", "MINGTANG_PUBLIC_URL": "https://city.example"},
    {"MINGTANG_DEBUG": "1", "MINGTANG_PUBLIC_URL": "https://city.example"},
    {"MINGTANG_PUBLIC_URL": "http://city.example"},
    {"MINGTANG_DEMO": "1", "MINGTANG_PUBLIC_URL": "http://0.0.0.0:8000"},
])
def test_unsafe_starts_are_refused(tmp_path, given, port):
    """Demo or debugging under a public address, or a public address without https, do not start."""
    from tests.site.conftest import Installation

    result = Installation(tmp_path / "data", **given).run("serve", "--port", str(port))
    assert result.returncode == 1 and "site.unsafe_start" in result.stderr
