"""Rate limits."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from mingtang.site import ratelimit
from mingtang.site.ratelimit import LIMITS, Buckets, Limit, client, kind


class Clock:
    """Seconds that move when told."""

    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


def test_a_bucket_gives_its_burst_then_its_rate():
    """Ten at once, then one each three seconds; the wait says when."""
    clock = Clock()
    buckets = Buckets(clock)
    limit = Limit(10, 1 / 3)
    assert [buckets.take(("c",), limit) for _ in range(10)] == [0.0] * 10
    assert buckets.take(("c",), limit) == pytest.approx(3.0)
    clock.at = 3.0
    assert buckets.take(("c",), limit) == 0.0
    assert buckets.take(("c",), limit) > 0
    assert buckets.take(("other",), limit) == 0.0


@how(deadline=None)
@given(st.lists(st.floats(0, 5), max_size=60))
def test_no_client_gets_more_than_burst_and_rate(pauses):
    """Over any span a client is let through at most burst + rate times span, rounded up."""
    clock, limit = Clock(), Limit(5, 2.0)
    buckets = Buckets(clock)
    through = 0
    for pause in pauses:
        clock.at += pause
        through += buckets.take(("c",), limit) == 0.0
    assert through <= limit.burst + limit.rate * clock.at + 1e-6


def test_the_memory_is_bounded():
    """Only so many clients are remembered; the longest away go first."""
    buckets = Buckets(Clock(), remembered=100)
    for number in range(1000):
        buckets.take((number,), LIMITS["read"])
    assert len(buckets._left) == 100 and (999,) in buckets._left


@pytest.mark.parametrize(("proxies", "forwarded", "remote", "seen"), [
    (0, "9.9.9.9", "1.2.3.4", "1.2.3.4"),
    (1, "9.9.9.9, 5.6.7.8", "10.0.0.1", "5.6.7.8"),
    (2, "9.9.9.9, 5.6.7.8, 10.0.0.2", "10.0.0.1", "5.6.7.8"),
    (1, "", "10.0.0.1", "10.0.0.1"),
    (1, "not an address", "10.0.0.1", "not an address"),
    (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
])
def test_the_client_is_whom_the_outermost_proxy_saw(settings, proxies, forwarded, remote, seen):
    """What a client writes into X-Forwarded-For himself is not believed."""
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client(request) == seen


def test_routes_have_classes():
    """Sign-in, write, read; health, files and Open311 are not counted here."""
    factory = RequestFactory()
    assert kind(factory.post("/sign-in/")) == "sign-in" and kind(factory.post("/sign-in/passkey")) == "sign-in"
    assert kind(factory.get("/sign-in/")) == "read" and kind(factory.post("/desk/")) == "write" and kind(factory.delete("/x")) == "write"
    assert [kind(factory.post(path)) for path in ("/healthz", "/metrics", "/static/x", "/open311/v2/requests.json")] == [""] * 4


@pytest.mark.django_db
def test_too_many_sign_ins_are_answered_429_in_the_persons_language(settings, monkeypatch, client):
    """The eleventh try at once: 429 with Retry-After, as a page in Chinese and in English."""
    settings.RATE_LIMITS = True
    monkeypatch.setattr(ratelimit, "_buckets", Buckets(Clock()))
    for _ in range(10):
        assert client.post("/sign-in/", {}).status_code == 422
    answer = client.post("/sign-in/", {})
    assert (answer.status_code, answer["Retry-After"]) == (429, "3") and "请求过于频繁" in answer.content.decode()
    assert "Too many requests" in client.post("/sign-in/", {}, headers={"Accept-Language": "en"}).content.decode()
    assert client.get("/sign-in/").status_code == 200
