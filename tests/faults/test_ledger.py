"""Every write of the sequencer fails once persisted and once not; processes are killed at work: nothing acknowledged is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import OperationalError, transaction

from mingtang.platform.ledger import acts, reads, sequencer, vault
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.ledger.audit import audit
from mingtang.platform.ledger.lock import LockStore
from mingtang.platform.ledger.models import Act, DoomedKey, Head, Vault

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = Actor("system")


def _seal(count=3, subject="tests/one"):
    with transaction.atomic():
        return acts.seal_many([Draft("tests.note", subject, SYSTEM, {"n": n}) for n in range(count)])


def _fails(monkeypatch, owner, name, persisted):
    """Let ``owner.name`` fail once: after its work is done, or instead of it."""
    real = getattr(owner, name)
    left = [True]

    def once(*arguments, **named):
        if not left:
            return real(*arguments, **named)
        left.clear()
        if persisted:
            real(*arguments, **named)
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(owner, name, once)
    return left


def _whole(sealed):
    """The one oracle: audit clean, each act in the log once, the newest checkpoint shows them all."""
    outcome = audit()
    assert outcome.findings == []
    places = list(Act.objects.order_by("index").values_list("index", flat=True))
    assert places == list(range(len(places)))
    assert {act.id for act in sealed} <= set(Act.objects.values_list("id", flat=True))
    assert reads.head().size == len(places)
    assert all(reads.receipt(act.id).final for act in sealed[:3])


STEPS = {
    "the tiles": (sequencer, "_bundles"), "the numbering": (sequencer, "_number"), "the edge": (sequencer, "_edge"), "the append": (sequencer, "_append"),
    "the head's row": (sequencer, "_locked_head"), "the publication": (sequencer, "publish"), "the lock store's swap": (LockStore, "swap"),
    "the lock store's read": (LockStore, "read"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("persisted", [True, False], ids=["persisted", "not persisted"])
@pytest.mark.parametrize("step", STEPS)
def test_a_write_that_fails_is_made_good(monkeypatch, step, persisted):
    """Whichever write of the sequencer fails, the next run goes on from what is on the disk."""
    before = _seal()
    sequencer.run_once()
    sealed = before + _seal(300)
    left = _fails(monkeypatch, *STEPS[step], persisted)
    with pytest.raises(OperationalError):
        sequencer.run_once()
    assert not left
    seen = reads.head().size
    while sequencer.run_once():
        pass
    assert reads.head().size >= seen
    _whole(sealed)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("persisted", [True, False], ids=["persisted", "not persisted"])
def test_a_destruction_that_fails_is_made_good(monkeypatch, persisted):
    """An erasure whose keys could not be overwritten at once is finished by the worker; until then it stands noted."""
    _seal(3, "tests/gone")
    rows = list(Vault.objects.all())
    left = _fails(monkeypatch, vault, "destroy_doomed", persisted)
    with pytest.raises(OperationalError), transaction.atomic():
        vault.empty("tests/gone")
        acts.seal(Draft("ledger.erase", "ledger/erasure/tests/gone", SYSTEM, {"acts": [str(row.act_id) for row in rows]}))
    assert not left and Vault.objects.count() == 1
    sequencer.run_once()
    assert not DoomedKey.objects.exists()
    for row in rows:
        with pytest.raises(vault.KeyDestroyed):
            vault.keyring().read(row.block, row.slot)
    assert audit().findings == []


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_is_rolled_back_destroys_nothing():
    """Keys are overwritten only after the commit."""
    _seal(3, "tests/kept")
    with pytest.raises(RuntimeError), transaction.atomic():
        acts.erase("tests/kept", reason="", actor=SYSTEM)
        raise RuntimeError
    assert audit().documents == 3 and audit().clean


@pytest.mark.django_db(transaction=True)
def test_an_old_backup_is_not_signed_on():
    """The head put back to an earlier state, as a restored backup would: nothing is published, the checkpoint stays as it was."""
    _seal(5)
    sequencer.run_once()
    old = Head.objects.values().get()
    _seal(5)
    sequencer.run_once()
    Act.objects.filter(index__gte=5).delete()
    Head.objects.update(**old)
    _seal(9)
    with pytest.raises(sequencer.ForkRefused):
        sequencer.run_once()
    assert Act.objects.filter(index=None).count() == 9


_CHILD = """
import os, sys
import django
django.setup()
from django.db import transaction
from mingtang.platform.ledger import acts, sequencer
from mingtang.platform.ledger.acts import Actor, Draft
n = 0
while True:
    with transaction.atomic():
        sealed = acts.seal_many([Draft("tests.note", "tests/kill", Actor("system"), {"n": n, "i": i}) for i in range(1 + n % 40)])
    sys.stdout.write("".join(f"{act.id}\\n" for act in sealed))
    sys.stdout.flush()
    n += 1
    if sys.argv[1] == "sequence":
        sequencer.run_once(25)
"""

_JUDGE = """
import django, sys
django.setup()
from mingtang.platform.ledger import reads, sequencer
from mingtang.platform.ledger.audit import audit
from mingtang.platform.ledger.models import Act
while sequencer.run_once():
    pass
outcome = audit()
acknowledged = sys.stdin.read().split()
held = set(map(str, Act.objects.values_list("id", flat=True)))
places = list(Act.objects.order_by("index").values_list("index", flat=True))
assert outcome.findings == [], outcome.findings[:5]
assert len(set(acknowledged)) == len(acknowledged) and set(acknowledged) <= held, "lost"
assert places == list(range(len(places))), "doubled or missing"
assert reads.head().size == len(places)
print(len(acknowledged), len(places))
"""


def _environment(folder):
    return {**os.environ, "MINGTANG_DATA": str(folder), "MINGTANG_DATABASE_URL": "", "MINGTANG_DEMO": "", "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "mingtang.site.settings", "MINGTANG_LOG_LEVEL": "ERROR"}


@pytest.mark.parametrize("rounds", [8, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_processes_killed_at_work_lose_and_double_nothing(tmp_path, rounds):
    """Two processes seal, one of them sequences too; both are killed with kill -9 at random moments, again and again."""
    environment, chance, acknowledged = _environment(tmp_path), random.Random(4), []
    subprocess.run([sys.executable, "-m", "mingtang.cli", "migrate"], env=environment, check=True, capture_output=True)
    for _ in range(rounds):
        running = [subprocess.Popen([sys.executable, "-c", _CHILD, how], env=environment, stdout=subprocess.PIPE) for how in ("sequence", "seal")]
        # Both are at work once each has acknowledged something, however long a busy machine took to start them.
        acknowledged += [process.stdout.readline().decode().strip() for process in running]
        time.sleep(chance.random() * 0.8)
        for process in running:
            process.send_signal(signal.SIGKILL)
        for process in running:
            text = process.communicate()[0].decode()
            acknowledged += text[:text.rfind("\n") + 1].split()
    judged = subprocess.run([sys.executable, "-c", _JUDGE], env=environment, input="\n".join(acknowledged), capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stderr[-2000:]
    counted, placed = map(int, judged.stdout.split())
    assert placed >= counted > rounds
