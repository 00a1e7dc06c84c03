"""What the doctor finds."""

from __future__ import annotations

import pytest

from mingtang.kernel import now
from mingtang.site.operations import doctor
from mingtang.site.operations.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(clock):
    """An installation with a living worker."""
    Heartbeat.objects.create(worker="w/1", started_at=now(), beat_at=now(), duties={"ledger": {"well_at": None, "failures": 0, "done": 0}})


def bad():
    """What is bad, in English."""
    return [finding.what.fill("en", finding.details) for finding in doctor.examine() if finding.level == "bad"]


def test_a_well_installation_has_nothing_bad(well):
    """Nothing to mend."""
    assert bad() == []


def test_every_finding_speaks_both_languages(well):
    """Each finding and each advice has both languages and all its details."""
    for finding in doctor.examine():
        for sentence in (finding.what, finding.advice):
            for language in ("zh", "en"):
                assert sentence is None or "…" not in sentence.fill(language, finding.details)


def test_a_missing_worker_is_found(clock):
    """No sign of life."""
    assert any("Worker" in text for text in bad())


def test_keys_open_to_others_are_found(well, settings):
    """A key file that others may read."""
    key = settings.DATA / "secret-key"
    key.chmod(0o644)
    try:
        assert any("secret-key is open to other users (644)" in text for text in bad())
    finally:
        key.chmod(0o600)


def test_unsafe_settings_are_found(well, settings):
    """Demo under a public address, any host."""
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://city.example", ["*"]
    found = " ".join(bad())
    assert "demo sign-ins are known" in found and "accepts any host" in found


def test_a_clock_before_the_ledger_is_found(well, clock):
    """The newest signature lies in the future."""
    from mingtang.platform.ledger import sequencer
    from mingtang.platform.ledger.acts import Actor, Draft, seal

    seal(Draft("test.act", "test/1", Actor("system"), {}))
    sequencer.run_once(10)
    clock.advance(hours=-2)
    assert any("clock" in text for text in bad())


def test_a_full_disk_is_found(well, monkeypatch):
    """Less than 200 MB."""
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10 * 1024**2}))
    assert any("10 MB free" in text for text in bad())


def test_demo_people_in_a_real_city_are_found(well, settings):
    """The demo sign-ins with MINGTANG_DEMO off."""
    from mingtang.platform.people import demo, directory

    directory.forget()
    demo.seed()
    settings.DEMO = False
    directory.forget()
    assert any("demo sign-ins" in text for text in bad())
