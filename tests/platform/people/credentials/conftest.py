"""A city whose agencies issue and ask as the repository's declarations say, and a wallet."""

from __future__ import annotations

import pytest

from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import directory
from mingtang.platform.people.acts import Appointment, Founding, appoint, found
from mingtang.platform.people.credentials import acts
from tests.platform.people.credentials.wallet import Wallet

SYSTEM = Actor("system", "test")
PERSON = "p-somebody"
ELDER = {"name": "温伯年", "birth_date": "1941-01-16", "street": "MZ-D1-S1"}
YOUNG = {"name": "陶小满", "birth_date": "2010-05-21", "street": "MZ-D5-S2"}
UNITS = ("MZ-CIVIL", "MZ-POLICE", "MZ-MARKET", "MZ-TRANSPORT", "MZ-CULTURE", "MZ-SERVICE")


@pytest.fixture
def agencies(db, clock):
    """The agencies of the declarations, and an official of one."""
    directory.forget()
    found([Founding("MZ", "city", "明州市", "Mingzhou"), *(Founding(unit, "agency", unit, unit, "MZ") for unit in UNITS)], SYSTEM)
    appoint(Appointment("civil-1", "甲一", "Jia Yi", "MZ-CIVIL", ("officer",)), SYSTEM)
    yield
    directory.forget()


@pytest.fixture
def wallet(agencies):
    """An empty wallet."""
    return Wallet()


@pytest.fixture
def elder(wallet):
    """A wallet that took two copies of a senior card."""
    made = acts.offer("elder-card", PERSON, ELDER, SYSTEM)
    wallet.take(made.link, made.tx_code)
    return wallet
