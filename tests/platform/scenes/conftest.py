"""A published pack, folders of packs to be written, a person who applies."""

from pathlib import Path

import pytest

from mingtang.platform.ledger.acts import Actor

SCENES = Path(__file__).resolve().parents[3] / "scenes"
CLERK = Actor("official", "o-author", "MZ")


@pytest.fixture
def published(db, clock):
    """The old-age allowance, in force."""
    from mingtang.platform.scenes import acts

    return acts.publish("old-age-allowance", CLERK)


@pytest.fixture
def shelf_at(settings, tmp_path):
    """A folder of packs of the test's own: ``shelf_at()`` makes the settings look there and nowhere else."""

    def look(path=tmp_path):
        settings.SCENES = [path]
        return path

    return look


@pytest.fixture
def person(client):
    """A person's browser, without script, in English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
