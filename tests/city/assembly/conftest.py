"""A neighbourhood of forty with a funded budget line, its packs in force, and everything needed for a vote."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings

pytest.importorskip("nacl", reason="PyNaCl is not installed: the extra requirements for the assembly")

from mingtang.city.assembly import acts  # noqa: E402
from mingtang.city.assembly.elections import acts as elections  # noqa: E402
from mingtang.city.assembly.escrow import acts as escrow  # noqa: E402
from mingtang.engines import ballots  # noqa: E402
from mingtang.kernel import now  # noqa: E402
from mingtang.platform.ledger.acts import Actor  # noqa: E402
from mingtang.platform.people import demo, directory  # noqa: E402
from mingtang.platform.scenes import acts as scenes  # noqa: E402

SYSTEM = Actor("system", "test")
COMMITTEE = Actor("official", "head", "MZ-D1-S1")
KIND = ballots.group("Ed25519")
ACTIONS = [
    {"do": "reserve_budget", "line": "renewal", "amount": 60_000_000},
    {"do": "call_tender", "unit": "MZ-D1-S1", "what": "加装电梯的施工单位", "days": 30},
    {"do": "release", "milestone": 1}, {"do": "release", "milestone": 2},
    {"do": "open_case", "unit": "MZ-WATER", "what": "迁移楼前水管", "days": 20},
    {"do": "publish", "what": "表决结果和合同"},
]


def resident(number):
    """A resident as who acts."""
    return Actor("resident", f"p-{number}", "", f"p-{number}")


@pytest.fixture
def town(db, clock):
    """Mingzhou with the packs of the assembly and 900,000 yuan on the line of renewal."""
    for name in ("elections", "treasury"):
        shutil.rmtree(Path(django_settings.DATA) / name, ignore_errors=True)
    directory.forget()
    demo.seed()
    for pack in ("neighbourhood-assembly", "neighbourhood-vote", "neighbourhood-works"):
        scenes.publish(pack, SYSTEM)
    escrow.open_line("renewal", "老旧小区改造", "Renewal of old estates", "MZ-D1", SYSTEM)
    escrow.fund("renewal", 90_000_000, SYSTEM, "2026-1")
    yield clock
    directory.forget()
    for name in ("elections", "treasury"):
        shutil.rmtree(Path(django_settings.DATA) / name, ignore_errors=True)


def propose(**changes):
    """The proposal of the lift; returns its code."""
    given = {"unit": "MZ-D1-S1", "works": "building", "language": "zh-hans", "title": "给三号楼加装电梯", "words": "六层楼里住着十二位老人，上下楼很吃力。",
             "actions": ACTIONS} | changes
    return acts.propose(acts.Proposing(**given), resident(1))


def supported(code, people=3):
    """Let some residents support it."""
    for i in range(people):
        acts.support(code, f"p-{i}", resident(i))
    return code


def opened(town, code):
    """Put to the vote, keys in, open, credentials handed out."""
    roll = [f"p-{i}" for i in range(40)]
    election = acts.open_vote(code, roll, acts.Ballot(now(), now() + timedelta(days=7), 72), COMMITTEE)
    trustees = [ballots.random_exponent(KIND) for _ in range(3)]
    for i, secret in enumerate(trustees, 1):
        elections.hand_in_key(election, i, f"保管人{i}", json.dumps(ballots.new_trustee(KIND, secret)), SYSTEM)
    elections.open(election, COMMITTEE)
    people = roll[:24]
    return SimpleNamespace(code=election, trustees=trustees, people=people, credentials=[elections.hand_out(election, one, SYSTEM) for one in people], clock=town)
