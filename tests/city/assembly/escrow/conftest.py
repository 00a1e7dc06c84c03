"""A line with money, a project decided and contracted, and the treasury's file of this test alone."""

import shutil
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from mingtang.city.assembly.escrow import acts
from mingtang.city.assembly.escrow.acts import Acceptor, Encumbrance, Milestone
from mingtang.kernel import now
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import demo, directory
from mingtang.platform.scenes import acts as scenes

SYSTEM = Actor("system", "test")
BINDING = "sha256:" + "a" * 64
ACCEPTORS = (Acceptor("p-1", "resident"), Acceptor("p-2", "resident"), Acceptor("urban", "engineer"), Acceptor("head", "finance"))


@pytest.fixture
def town(db, clock):
    """Mingzhou with its units, the works pack in force, and 900,000 yuan on the line of renewal."""
    directory.forget()
    shutil.rmtree(f"{django_settings.DATA}/treasury", ignore_errors=True)
    demo.seed()
    scenes.publish("neighbourhood-works", SYSTEM)
    acts.open_line("renewal", "老旧小区改造", "Renewal of old estates", "MZ-D1", SYSTEM)
    acts.fund("renewal", 90_000_000, SYSTEM, "2026-1")
    yield clock
    directory.forget()
    shutil.rmtree(f"{django_settings.DATA}/treasury", ignore_errors=True)


@pytest.fixture
def lift(town):
    """A lift for 600,000 yuan: decided, contracted in two milestones."""
    encumber()
    commit()
    contract()
    return town


def encumber(project="lift", amount=60_000_000):
    """Set the money aside."""
    return acts.encumber(Encumbrance(project, "renewal", amount, BINDING, "加装电梯", "A lift"), SYSTEM)


def commit(project="lift", window_until: datetime | None = None, **changes):
    """Bind it to a result whose window closed an hour ago."""
    given = {"fingerprint": "fp", "binding": BINDING, "verified_by": ("engine", "verify")} | changes
    return acts.commit(project, given["fingerprint"], given["binding"], SYSTEM, verified_by=given["verified_by"],
                       window_until=window_until or now() - timedelta(hours=1))


def contract(project="lift"):
    """Two milestones; three of four acceptors each."""
    listed = [Milestone(1, "基坑", "The pit", 20_000_000, date(2026, 6, 1), "photo", 3, ACCEPTORS),
              Milestone(2, "电梯", "The lift", 40_000_000, date(2026, 9, 1), "inspection", 3, ACCEPTORS)]
    return acts.contract(project, "明州电梯安装公司", listed, actor=SYSTEM, warranty_until=date(2028, 9, 1))
