"""The digest of a row, written member by member for speed, has the bytes of its canonical JSON."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.city.requests.models import Request
from mingtang.kernel import canonical_json
from mingtang.kernel.canonical import NotCanonical
from mingtang.platform.ledger.document import instant, row_digest, row_fields

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
MOMENT = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC)) | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(
    lambda at: at.replace(tzinfo=timezone(timedelta(hours=8))))


@given(TEXT, TEXT, st.integers(0, 2**31), st.none() | st.booleans(), MOMENT, st.dictionaries(TEXT, st.integers() | st.none() | TEXT, max_size=4))
def test_a_digest_is_that_of_the_canonical_fields(text, reply, month, solved, at, limits):
    """Any texts, numbers, truth values, moments and JSON: the same bytes as the plain way."""
    limits = {key: value if not isinstance(value, int) or abs(value) <= 2**53 else str(value) for key, value in limits.items()}
    row = Request(text=text, reply=reply, month=month, solved=solved, filed_at=at, replied_at=at, limits=limits)
    plain = hashlib.sha256(b"salt" + canonical_json(row_fields(row))).hexdigest()
    assert row_digest(b"salt", row) == plain


def test_a_moment_is_written_alike_from_every_zone():
    """09:00 in Mingzhou and 01:00 UTC are one instant with one text."""
    there = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    assert instant(there) == instant(there.astimezone(UTC)) == "2026-03-02T01:00:00.000005Z"


def test_a_lone_surrogate_in_a_row_is_refused():
    """What has no UTF-8 cannot be sealed."""
    with pytest.raises(NotCanonical):
        row_digest(b"salt", Request(text="\ud800", month=202603))
