"""The city with its hotline, a key of a foreign client and one of the light company's system, and a client without session."""

from __future__ import annotations

import pytest
from django.test import Client

from mingtang.city.requests import acts_keys
from mingtang.city.requests.open311 import keys
from mingtang.platform.ledger.acts import Actor

DESK = Actor("system", "test")
BASE = "/open311/v2/"


@pytest.fixture(autouse=True)
def _no_remembered_keys():
    keys.forget()


@pytest.fixture
def key(mingzhou):
    """A key of a foreign client."""
    return acts_keys.give_key("another city", "", DESK)[0]


@pytest.fixture
def web(mingzhou):
    """A client that checks CSRF as a real server does."""
    return Client(enforce_csrf_checks=True)
