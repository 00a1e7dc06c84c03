"""Health and metrics."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from mingtang.kernel import now
from mingtang.platform.ledger import sequencer
from mingtang.platform.ledger.acts import Actor, Draft, seal
from mingtang.site import metrics
from mingtang.site.operations.models import Heartbeat

pytestmark = pytest.mark.django_db


def beat(**duties):
    """A worker that lives."""
    state = {"well_at": now().isoformat(), "failures": 0, "done": 0}
    return Heartbeat.objects.create(worker="w/1", started_at=now(), beat_at=now(), duties={"ledger": state, **duties})


def seal_one():
    """An act that waits for the log."""
    with transaction.atomic():
        seal(Draft("test.act", "test/1", Actor("system"), {}))


def test_healthz_is_200_when_all_three_are_up(client, clock):
    """Web, worker and ledger up: 200 and a JSON of the three."""
    beat()
    answer = client.get("/healthz")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    found = answer.json()
    assert found["status"] == "ok" and all(found[part]["up"] for part in ("web", "worker", "ledger"))


def test_healthz_names_a_worker_that_fell_silent(client, clock):
    """No sign of life for a quarter of a minute: 503 with the reason."""
    beat()
    clock.advance(seconds=16)
    answer = client.get("/healthz")
    assert answer.status_code == 503 and not answer.json()["worker"]["up"] and "sign of life" in answer.json()["worker"]["reason"]


def test_healthz_names_a_duty_that_keeps_failing(client, clock):
    """A duty that failed five times in a row is named."""
    beat(timers={"well_at": None, "failures": 5, "done": 0})
    answer = client.get("/healthz")
    assert answer.status_code == 503 and "timers" in answer.json()["worker"]["reason"]


def test_healthz_names_an_act_that_waits_too_long(client, clock):
    """An act that has waited longer than 30 s for the log is a fault; sequenced, it is none."""
    beat()
    seal_one()
    assert client.get("/healthz").status_code == 200
    clock.advance(seconds=31)
    Heartbeat.objects.update(beat_at=now())
    answer = client.get("/healthz")
    assert answer.status_code == 503 and answer.json()["ledger"]["waiting"] == 1
    sequencer.run_once(10)
    assert client.get("/healthz").status_code == 200


def test_healthz_answers_without_a_database(client, monkeypatch):
    """A database that does not answer is told, not thrown."""
    from django.db import OperationalError

    from mingtang.site import health

    def broken(moment):
        raise OperationalError("password=secret")

    monkeypatch.setattr(health, "worker_state", broken)
    answer = client.get("/healthz")
    assert answer.status_code == 503 and "OperationalError" in answer.content.decode() and "secret" not in answer.content.decode()


def test_metrics_speak_prometheus(client, clock):
    """Each line is a comment or name, labels, number; routes stand as patterns, never as paths."""
    import re

    beat(timers={"well_at": (now() - timedelta(seconds=1)).isoformat(), "failures": 0, "done": 0})
    client.get("/account/")
    client.get("/no/such/page")
    text = client.get("/metrics").content.decode()
    for line in text.splitlines():
        assert re.fullmatch(r'# TYPE \w+ (counter|gauge|histogram)|\w+\{(\w+="[^"]*",?)+\} [-+0-9.e]+', line), line
    assert 'mingtang_up{part="worker"} 1' in text
    assert 'route="account/"' in text and "/no/such/page" not in text


def test_metrics_ask_for_the_key_where_one_is_set(client, clock, monkeypatch):
    """Without the key 403, with it 200."""
    monkeypatch.setenv("MINGTANG_METRICS_KEY", "k-123")
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer k-124"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer k-123"}).status_code == 200


def test_a_histogram_counts_every_answer_once():
    """The last bucket holds all; buckets grow."""
    tally = metrics.Tally()
    for seconds in (0.001, 0.03, 99):
        tally.note("r", "GET", 200, seconds)
    lines = [line for line in tally.lines() if "bucket" in line]
    counts = [int(line.rsplit(" ", 1)[1]) for line in lines]
    assert counts == sorted(counts) and counts[-1] == 3 and 'le="+Inf"' in lines[-1]
