"""A small Mingzhou with its registers, the scene in force, and the demo's people with cards."""

from pathlib import Path

import pytest
from django.test import Client

from mingtang.city.registers import generate
from mingtang.city.registers.demo_people import BY_KEY
from mingtang.platform.exchange import acts as exchange
from mingtang.platform.exchange import catalogue
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import demo, directory
from mingtang.platform.people.models import Official
from mingtang.platform.scenes import acts as scenes

SYSTEM = Actor("system", "test")
PIN = "246810"
ANSWERS = {
    "company name": "明州望舟软件有限公司",
    "trade": "software",
    "registered capital": 500_000,
    "years to pay in": 5,
    "premises certificate": "MZB-00000001",
    "partner": False,
}


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """The registers' files, made once."""
    folder = tmp_path_factory.mktemp("registers")
    generate.write(folder, 400, 40, seed=5)
    return folder


@pytest.fixture
def mingzhou(db, clock, seeded, settings):
    """The city with its registers; files are this test's own."""
    import shutil

    folder = Path(settings.DATA) / "registers"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(seeded, folder)
    directory.forget()
    demo.seed()
    for kind, publish in (("sources", exchange.publish_source), ("purposes", exchange.publish_purpose)):
        for path in catalogue.files(kind).values():
            publish(catalogue.read_file(path), SYSTEM)
    scenes.publish("enterprise-registration", SYSTEM)
    yield clock
    directory.forget()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def browser(mingzhou):
    """``browser("lin")``: a browser, in English, with the card of one of the demo's people; "" for nobody."""

    def open_for(key="", official=""):
        client = Client(headers={"accept-language": "en"})
        if official:
            client.force_login(Official.objects.get(code=official))
        if key:
            card = exchange.issue_card(BY_KEY[key].number, SYSTEM, pin=PIN)
            assert client.post("/my-data/sign-in/", {"code": card.code, "pin": PIN}).status_code == 302
        return client

    return open_for


def apply(client, **changes):
    """Send an application through the API; returns the answer."""
    facts = ANSWERS | {name.replace("_", " "): value for name, value in changes.items()}
    return client.post("/scenes/api/scenes/enterprise-registration/decisions", {"facts": facts}, content_type="application/json")
