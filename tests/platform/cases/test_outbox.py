"""Effects: put down with their cause, delivered at least once, dead after eight failures."""

from datetime import timedelta

import pytest
from django.db import transaction

from mingtang.kernel import now
from mingtang.platform.cases import acts, handlers, outbox, reads
from mingtang.platform.cases.faults import NotInTransaction
from mingtang.platform.cases.models import Effect
from mingtang.platform.ledger.acts import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(still):
    """A channel that takes what it is given, and refuses while it is ``down``."""
    class Channel(list):
        down = False

        def take(self, key, payload):
            if self.down:
                raise ConnectionError(f"cannot reach {payload}")
            self.append((key, payload))

    channel = Channel()
    handlers.register_effect("notice", channel.take)
    return channel


def put(key, **payload):
    with transaction.atomic():
        outbox.put(key, "notice", payload)


def test_an_effect_is_delivered_once(sent):
    """What was put is delivered, and not again."""
    put("n1", text="hello")
    assert outbox.deliver_due(now(), 10) == 1
    assert outbox.deliver_due(now(), 10) == 0
    assert sent == [("n1", {"text": "hello"})]


def test_the_same_key_is_the_same_effect(sent):
    """Putting a key twice leaves one effect, before and after delivery."""
    put("n1", text="a")
    put("n1", text="b")
    outbox.deliver_due(now(), 10)
    put("n1", text="c")
    assert outbox.deliver_due(now(), 10) == 0
    assert sent == [("n1", {"text": "a"})]


def test_an_effect_falls_with_its_cause(sent):
    """What the caller rolls back is not delivered; outside a transaction nothing is taken."""
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.put("n1", "notice", {})
        raise RuntimeError
    assert outbox.deliver_due(now(), 10) == 0
    with pytest.raises(NotInTransaction):
        outbox.put("n2", "notice", {})


def test_failures_are_tried_again_later_and_end_dead(sent, still):
    """Eight tries with growing pauses; then dead and visible, without what was in it; the operator revives it."""
    sent.down = True
    put("n1", text="secret")
    put("n2", text="x")
    waits = []
    for _ in range(8):
        before = now()
        assert outbox.deliver_due(now(), 10) == 0
        row = Effect.objects.get(key="n1")
        waits.append(row.wake - before if row.wake else None)
        still.advance(days=1)
    assert waits[:3] == [timedelta(seconds=10), timedelta(seconds=30), timedelta(seconds=90)] and waits[-1] is None
    dead = reads.stuck_effects()
    assert [(d.name, d.what, d.error) for d in dead] == [("n1", "notice", "ConnectionError"), ("n2", "notice", "ConnectionError")]
    sent.down = False
    assert outbox.deliver_due(now(), 10) == 0
    assert acts.retry_effect("n1", Actor("official", "MZ-9001")).kind == "cases.retry"
    assert outbox.deliver_due(now(), 10) == 1
    with pytest.raises(acts.NothingToRetry):
        acts.retry_effect("n1", Actor("official", "MZ-9001"))


def test_a_worker_that_dies_in_between_leaves_it_to_the_next(sent, still):
    """Leased and not marked: after the lease it is tried again, under the same key."""
    put("n1")
    assert [row.key for row in outbox._lease(now(), 10)] == ["n1"]
    assert outbox.deliver_due(now(), 10) == 0
    still.advance(seconds=121)
    assert outbox.deliver_due(now(), 10) == 1


def test_a_kind_that_nobody_delivers_waits(sent):
    """An unknown kind is an error on the effect, not of the worker."""
    with transaction.atomic():
        outbox.put("n1", "pigeon", {})
    assert outbox.deliver_due(now(), 10) == 0
    assert Effect.objects.get().error.startswith("cases.no_handler")
