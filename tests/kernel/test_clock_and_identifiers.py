"""The clock keeps order; identifiers sort by time and parse back."""

from datetime import UTC, datetime

import pytest

from mingtang.kernel import FixedClock, new_id, now, parse_id, short_code, use_clock
from mingtang.kernel import clock as clock_module
from mingtang.kernel.identifiers import NotAnIdentifier


def test_now_never_goes_back(monkeypatch):
    """A machine clock set back does not set acts back."""
    steps = iter([datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)])

    class Jumping(datetime):
        @classmethod
        def now(cls, tz=None):
            return next(steps)

    system = clock_module.SystemClock()
    monkeypatch.setattr("mingtang.kernel.clock.datetime", Jumping)
    first, second, third = system.now(), system.now(), system.now()
    assert first < second < third


def test_use_clock_restores():
    """The replacement clock holds within the block only."""
    fixed = FixedClock(datetime(2020, 5, 1, tzinfo=UTC))
    with use_clock(fixed):
        assert now() == datetime(2020, 5, 1, tzinfo=UTC)
        fixed.advance(hours=-2)
        assert now().hour == 22
    assert now().year >= 2024


def test_identifiers_increase_and_are_version_7():
    """10,000 identifiers in a row strictly increase and carry version 7, variant 10."""
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made) and len(set(made)) == len(made)
    assert all(u.version == 7 and u.variant == "specified in RFC 4122" for u in made)


def test_bad_identifier_is_refused():
    """Text that is no UUID raises NotAnIdentifier with both languages."""
    with pytest.raises(NotAnIdentifier) as caught:
        parse_id("../../etc")
    assert "../../etc" in caught.value.message("en") and "标识" in caught.value.message("zh-hans")


def test_short_codes_have_no_ambiguous_letters():
    """Codes leave out I, L, O and U."""
    assert not set("".join(short_code() for _ in range(500))) & set("ILOU")
