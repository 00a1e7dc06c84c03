"""A small city with a few officials."""

from __future__ import annotations

import pyotp
import pytest

from mingtang.kernel import now
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import directory
from mingtang.platform.people.acts import Appointment, Founding, appoint, found
from mingtang.platform.people.acts_credentials import enrol_second_factor

SYSTEM = Actor("system", "test")
PASSWORD = "seven-lamps-by-the-lake"
SECRET = pyotp.random_base32()


@pytest.fixture
def city(db, clock):
    """City, one district, one street; a head, an officer with a second factor, an operator."""
    directory.forget()
    found([
        Founding("C", "city", "测试市", "Test City"),
        Founding("C-1", "district", "东区", "East", "C"),
        Founding("C-1-1", "street", "桥头街道", "Bridge Street", "C-1"),
    ], SYSTEM)
    appoint(Appointment("h1", "甲一", "Jia Yi", "C-1-1", ("head",)), SYSTEM)
    appoint(Appointment("o1", "乙二", "Yi Er", "C-1-1", ("officer",), PASSWORD, must_change_password=False), SYSTEM)
    appoint(Appointment("it", "丙三", "Bing San", "C", ("operator",), PASSWORD, must_change_password=False), SYSTEM)
    enrol_second_factor("o1", SECRET, SYSTEM)
    yield
    directory.forget()


def digits(secret: str = SECRET) -> str:
    """The six digits that hold at the injected clock's instant."""
    return pyotp.TOTP(secret).at(int(now().timestamp()))
