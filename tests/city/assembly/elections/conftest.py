"""A neighbourhood of 24 that votes on a lift: registrar, three trustees, voters with credentials."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings

pytest.importorskip("nacl", reason="PyNaCl is not installed: the extra requirements for the assembly")

from mingtang.city.assembly.elections import acts, acts_count, reads  # noqa: E402
from mingtang.engines import ballots  # noqa: E402
from mingtang.engines.ballots.tally import read_tally  # noqa: E402
from mingtang.kernel import now  # noqa: E402
from mingtang.platform.ledger.acts import Actor  # noqa: E402
from mingtang.platform.people import demo, directory  # noqa: E402
from mingtang.platform.scenes import acts as scenes  # noqa: E402

SYSTEM = Actor("system", "test")
BOARD = Actor("official", "head", "MZ-D1-S1")
BINDING = "sha256:" + "a" * 64
KIND = ballots.group("Ed25519")
QUESTION = acts.Question("加装电梯吗？", "Shall a lift be built?", [("同意", "Yes"), ("不同意", "No")], 1, 1, True)


@pytest.fixture
def town(db, clock):
    """Mingzhou with the pack of votes in force; files of elections are this test's own."""
    folder = Path(django_settings.DATA) / "elections"
    shutil.rmtree(folder, ignore_errors=True)
    directory.forget()
    demo.seed()
    scenes.publish("neighbourhood-vote", SYSTEM)
    yield clock
    directory.forget()
    shutil.rmtree(folder, ignore_errors=True)


def plan(**changes):
    """Plan the election about the lift; returns its code."""
    given = {"unit": "MZ-D1-S1", "title_zh": "加装电梯", "title_en": "A lift", "questions": [QUESTION], "binding": BINDING, "quorum": (1, 4), "majority": (1, 2),
             "opens": now(), "closes": now() + timedelta(days=7), "objection_hours": 72} | changes
    return acts.plan(acts.Plan(**given), BOARD)


def prepare(people=24, **changes):
    """Planned, the roll registered, keys in: {code, secrets of the trustees, people}."""
    code = plan(**changes)
    names = [f"p-{i}" for i in range(people)]
    acts.register(code, names, BOARD)
    secrets = [ballots.random_exponent(KIND) for _ in range(3)]
    for i, secret in enumerate(secrets, 1):
        acts.hand_in_key(code, i, f"保管人{i}", json.dumps(ballots.new_trustee(KIND, secret)), SYSTEM)
    return SimpleNamespace(code=code, trustees=secrets, people=names)


def start(held):
    """Open the vote and hand out the credentials."""
    acts.open(held.code, BOARD)
    held.credentials = [acts.hand_out(held.code, name, SYSTEM) for name in held.people]
    return held


@pytest.fixture
def vote(town):
    """An open election."""
    held = start(prepare())
    held.clock = town
    return held


def ballot(held, voter, votes):
    """The text of a ballot of voter number ``voter``."""
    row = reads.election(held.code)
    election = ballots.Election.parse(row.text)
    return ballots.cast(election, ballots.credential_secret(KIND, row.uuid, held.credentials[voter]), votes).encode()


def share(held, number):
    """The share of trustee ``number``, made as the trustee would make it."""
    told = reads.tally_text(held.code)
    election = ballots.Election.parse(told["election"])
    return ballots.partial_decryption(election, read_tally(election, ballots.compact(told["encrypted_tally"])), held.trustees[number - 1])


def end(held):
    """Go to the end of voting; the worker closes."""
    from mingtang.platform.cases import timers

    held.clock.advance(seconds=(reads.election(held.code).closes - now()).total_seconds() + 1)
    assert timers.fire_due(now(), 10) == 1


def count(held):
    """All shares in, and the tally."""
    for number in (1, 2, 3):
        acts_count.decrypt(held.code, number, share(held, number), SYSTEM)
    acts_count.tally(held.code, BOARD)
