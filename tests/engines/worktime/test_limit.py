"""Limits against hand-reckoned dates of 2026 and a slow obvious reference."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.engines.worktime import BadLimit, BadPause, LegalCalendar, Limit, Pause, YearNotKnown, china, due, explain, fraction

CITY = ZoneInfo("Asia/Shanghai")
MON_FRI = LegalCalendar("test")


def city(*parts):
    return datetime(*parts, tzinfo=CITY)


def test_seven_natural_days_end_with_the_seventh_day():
    """Filed on Monday 2 March at nine, seven natural days end on Monday 9 March at 23:59:59."""
    assert due(city(2026, 3, 2, 9), Limit(7, "day"), china()) == city(2026, 3, 9, 23, 59, 59)


def test_hours_run_from_the_start():
    """Two natural hours end two hours later, also over midnight."""
    assert due(city(2026, 3, 2, 23, 30), Limit(2, "hour"), china()) == city(2026, 3, 3, 1, 30)


def test_working_days_pass_over_the_national_holiday_and_count_make_up_days():
    """Five working days from 30 September 2026: 8 and 9 October, Saturday 10 October is made up, then 12 and 13 October."""
    assert china().is_workday(date(2026, 10, 10)) and not china().is_workday(date(2026, 10, 1))
    assert due(city(2026, 9, 30, 9), Limit(5, "day", "working"), china()) == city(2026, 10, 13, 23, 59, 59)


def test_working_hours_run_in_office_hours_only():
    """Eight working hours from Friday 16:30: one on Friday, seven on Monday, noon left out, to 17:30."""
    assert due(city(2026, 3, 6, 16, 30), Limit(8, "hour", "working"), china()) == city(2026, 3, 9, 17, 30)


def test_a_citizens_limit_rolls_over_a_holiday():
    """With rolls, a natural limit that would end on Saturday ends on Monday; without, on Saturday."""
    friday = city(2026, 3, 6, 10)
    assert due(friday, Limit(1, "day"), china()) == city(2026, 3, 7, 23, 59, 59)
    assert due(friday, Limit(1, "day", rolls=True), china()) == city(2026, 3, 9, 23, 59, 59)


def test_a_pause_stops_hours_exactly_and_days_by_midnights():
    """A pause of 53 hours over two midnights adds 53 hours to hours and two days to days."""
    pause = Pause(city(2026, 3, 4, 10), city(2026, 3, 6, 15))
    start = city(2026, 3, 2, 9)
    assert due(start, Limit(72, "hour"), china(), [pause]) == city(2026, 3, 5, 9) + timedelta(hours=53)
    assert due(start, Limit(7, "day"), china(), [pause]) == city(2026, 3, 11, 23, 59, 59)
    assert due(start, Limit(7, "day"), china(), [Pause(city(2026, 3, 4, 10), city(2026, 3, 4, 15))]) == city(2026, 3, 9, 23, 59, 59)


def test_an_unknown_year_is_refused_or_named():
    """Without leave to guess an unknown year is an error; with it, the calendar's name and the explanation say so."""
    far = city(2050, 1, 3, 9)
    with pytest.raises(YearNotKnown):
        due(far, Limit(1, "day", "working"), china(may_guess=False))
    assert china().name.endswith("+mon-fri")
    assert "mon-fri" in china().label("working")
    assert any("Monday to Friday" in step.why.en for step in explain(far, Limit(1, "day", "working"), china()))


def test_fraction_of_natural_time():
    """Half of seven natural days lies in the middle, pauses left out."""
    start, end = city(2026, 3, 2, 0), city(2026, 3, 12, 0)
    assert fraction(start, end, 0.5) == city(2026, 3, 7, 0)
    assert fraction(start, end, 0.5, pauses=[Pause(city(2026, 3, 3), city(2026, 3, 5))]) == city(2026, 3, 8, 0)


def test_fraction_of_working_time_skips_the_weekend():
    """Half of the working time from Friday noon to Monday noon lies at Friday's midnight."""
    at = fraction(city(2026, 3, 6, 12), city(2026, 3, 9, 12), 0.5, Limit(1, "day", "working"), china())
    assert at == city(2026, 3, 7, 0)


@pytest.mark.parametrize("bad", [(0, "day"), (-1, "hour"), (True, "day"), (1.5, "day"), (1, "week"), (10**9, "day"), ("7", "day")])
def test_what_is_no_limit_is_refused(bad):
    """Amounts that are not positive integers in bounds, and unknown units, are refused."""
    with pytest.raises(BadLimit):
        Limit(*bad)


def test_overlapping_or_reversed_pauses_are_refused():
    """Pauses that overlap or end before they begin are refused."""
    a, b, c = city(2026, 3, 2), city(2026, 3, 4), city(2026, 3, 6)
    for pauses in ([Pause(a, c), Pause(b, c)], [Pause(b, a)]):
        with pytest.raises(BadPause):
            due(a, Limit(1, "day"), china(), pauses)


def _slow_due(start, limit, calendar, pauses):
    """Minute by minute, or day by day: obvious and slow."""
    def paused(at):
        return any(p.begin <= at < p.until for p in pauses)

    if limit.unit == "day":
        day, left = start.astimezone(calendar.zone).date(), limit.amount
        while left:
            day += timedelta(days=1)
            end = datetime.combine(day, time(23, 59, 59), calendar.zone)
            if not paused(end) and (limit.reckoning == "natural" or calendar.is_workday(day)):
                left -= 1
        return end
    at, left = start, limit.amount * 60
    while left:
        local = at.astimezone(calendar.zone)
        office = calendar.is_workday(local.date()) and any(a <= local.time() < b for a, b in calendar.hours)
        if not paused(at) and (limit.reckoning == "natural" or office):
            left -= 1
        at += timedelta(minutes=1)
    return at


_minutes = st.integers(0, 60 * 24 * 20)


@given(offset=_minutes, amount=st.integers(1, 12), unit=st.sampled_from(["day", "hour"]), reckoning=st.sampled_from(["natural", "working"]),
       marks=st.lists(_minutes, max_size=6, unique=True))
def test_due_agrees_with_the_slow_reference(offset, amount, unit, reckoning, marks):
    """For any start, limit and pauses at whole minutes the due time is the one found minute by minute."""
    base = datetime(2026, 9, 20, tzinfo=UTC)
    marks = sorted(marks)
    pauses = [Pause(base + timedelta(minutes=a), base + timedelta(minutes=b)) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    start, limit = base + timedelta(minutes=offset), Limit(amount, unit, reckoning)
    end = due(start, limit, china(), pauses)
    assert end == _slow_due(start, limit, china(), pauses)
    steps = explain(start, limit, china(), pauses)
    assert steps[-1].until == end and steps[-1].counts
    assert steps[-1].count == amount


@given(offset=_minutes, length=_minutes, share=st.floats(0, 1), working=st.booleans())
def test_fractions_lie_between_and_grow(offset, length, share, working):
    """A fraction lies between start and end and does not fall as the share grows."""
    start = datetime(2026, 9, 20, tzinfo=UTC) + timedelta(minutes=offset)
    end = start + timedelta(minutes=length)
    limit = Limit(1, "day", "working" if working else "natural")
    one, two = (fraction(start, end, s, limit, china()) for s in (share / 2, share))
    assert start <= one <= two <= end
