"""Real messages to city leaders, with their real replies, through Mingtang: dispatched, measured against the limits,
counted, sealed.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mingtang.city.requests import acts, reads
from mingtang.city.requests.models import Request
from mingtang.kernel import FixedClock, now, use_clock
from mingtang.platform.cases import timers
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import acts as people
from mingtang.platform.people import demo_city

HERE = ZoneInfo("Asia/Shanghai")
IMPORTER = Actor("system", "import")


def _time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=HERE)
    for form in ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d"):
        try:
            return datetime.strptime(str(value).strip(), form).replace(tzinfo=HERE)
        except ValueError:
            continue
    return None


@pytest.fixture(scope="module")
def messages(shared_data):
    """(id, text, written at, reply, replied at) of each message whose times can be read and follow each other."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(shared_data / "requests" / "messages-with-replies.xlsx", read_only=True)
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    book.close()
    read = [(str(row[0]), f"{row[2]} {row[4]}"[:5000], _time(row[3]), str(row[5] or ""), _time(row[6])) for row in rows]
    return [row for row in read if row[2] and row[4] and row[2] <= row[4]]


@pytest.fixture
def city(db, settings):
    """Mingzhou's units; the clock stands after the last of the messages."""
    settings.DEMO = True
    with use_clock(FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))) as clock:
        people.found([people.Founding(*unit) for unit in demo_city.units()], Actor("system", "test"))
        yield clock


def _filings(messages, place=None):
    return [
        acts.Filing(
            text=text,
            place=place,
            source="leaders",
            external_id=ident,
            filed_at=written,
            settled=acts.Settled(replied, reply, replied),
        )
        for ident, text, written, reply, replied in messages
    ]


def test_real_messages_are_measured_against_the_limits_they_would_have_had(city, messages):
    """Every message is filed once with its real end; who was late by the class's limit is exactly who a plain reckoning
    finds late.
    """
    filed = []
    for begin in range(0, len(messages), 400):
        filed += acts.file_many(_filings(messages[begin : begin + 400], acts.Place(district="MZ-D1")), IMPORTER)
    assert len(messages) > 1500 and len({one.number for one in filed}) == Request.objects.count() == len(messages)
    limit = {"emergency": timedelta(hours=2), "supply": timedelta(hours=24)}
    late = Counter()
    for request in Request.objects.all():
        written, replied = request.filed_at, request.replied_at
        if request.urgency in limit:
            in_time = replied <= written + limit[request.urgency]
        else:
            last = written.astimezone(HERE).date() + timedelta(days={"ordinary": 7, "complex": 15}[request.urgency])
            in_time = replied.astimezone(HERE).date() <= last
        assert request.responded is in_time, request.number
        late[request.urgency] += not in_time
    months = sorted(set(Request.objects.values_list("month", flat=True)))
    due = responded = 0
    for begin in range(0, len(months), 36):
        total = reads.rates("city", months[begin : begin + 36]).total
        due, responded = due + total.counts["due"], responded + total.counts["responded"]
    assert (due, due - responded) == (len(messages), sum(late.values()))
    assert timers.fire_due(now(), 1000) == 0  # nothing is set on what is past
    again = acts.file_many(_filings(messages[:50]), IMPORTER)
    assert all(one.known for one in again)


def test_most_real_messages_find_an_office_by_their_words(city, messages):
    """The words of the tree alone place nine of ten messages in a category; each goes to a unit or, with a district, to its
    backstop.
    """
    sample = messages[::4]
    filed = acts.file_many(
        [acts.Filing(text=text, place=acts.Place(district="MZ-D2")) for _, text, *_ in sample], Actor("resident")
    )
    assert all(one.unit for one in filed)
    assert sum(one.category != "gov.other.other" for one in filed) >= 0.9 * len(filed)


def test_an_open_real_message_escalates_like_any_other(city, messages):
    """Filed with their real dates and unanswered, a batch of old messages escalates once each step, at the legal times of
    their year.
    """
    some = messages[:40]
    filed = acts.file_many(
        [acts.Filing(text=text, place=acts.Place(district="MZ-D3"), filed_at=written) for _, text, written, *_ in some], IMPORTER
    )
    while timers.fire_due(now(), 1000):
        pass
    for one, (_, _, written, *_) in zip(filed, some, strict=True):
        steps = [act for act in ledger.acts_of(f"requests/{one.number}") if act.kind == "requests.escalate"]
        assert len(steps) == 4 and all(written < act.at < written + timedelta(days=18) for act in steps)
        assert reads.public(one.number).level == 4
