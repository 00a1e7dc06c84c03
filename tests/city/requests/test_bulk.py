"""Rows written in bulk are the rows that the ORM would have written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from mingtang.city.requests import bulk
from mingtang.city.requests.models import Request

AT = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)


def _request(number: str, **more) -> Request:
    given = dict(
        number=number,
        secret="s",
        text='停水 ‘引号’ \\ %s "',
        public_text="x",
        category="c",
        urgency="ordinary",
        state="sent",
        month=202603,
        filed_at=AT,
        changed_at=AT.replace(microsecond=0),
        limits={"a": [1, 2.5, None, "字"], "b": {}},
        latitude=29.87,
        responded=None,
        solved=True,
    )
    return Request(**(given | more))


def _raw(number: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM requests_request WHERE number = %s", [number])
        names = [column[0] for column in cursor.description]
        return tuple((name, value) for name, value in zip(names, cursor.fetchone(), strict=True) if name not in ("id", "number"))


@pytest.mark.django_db
def test_an_inserted_row_is_stored_as_the_orm_stores_it():
    """Every column has the same stored value, and the row reads back the same."""
    _request("A").save()
    mine = _request("B")
    bulk.insert([mine])
    assert _raw("A") == _raw("B")
    again = Request.objects.get(number="B")
    assert again.pk == mine.pk and (again.limits, again.filed_at, again.solved) == (mine.limits, AT, True)


@pytest.mark.django_db
def test_an_updated_row_is_stored_as_the_orm_stores_it():
    """The fields named are written, the others left."""
    bulk.insert([_request("A"), _request("B")])
    for number in "AB":
        request = Request.objects.get(number=number)
        request.limits, request.due, request.overdue, request.responded, request.text = (
            {"z": True},
            AT,
            True,
            False,
            "not written",
        )
        if number == "A":
            request.save(update_fields=["limits", "due", "overdue", "responded"])
        else:
            bulk.update([request], ["limits", "due", "overdue", "responded"])
    assert _raw("A") == _raw("B")


@pytest.mark.django_db
def test_keys_follow_each_other_and_the_orm_goes_on_after_them():
    """Bulk and ORM inserts may alternate without a clash of keys."""
    for i in range(3):
        bulk.insert([_request(f"B{i}{j}") for j in range(4)])
        _request(f"O{i}").save()
    keys = list(Request.objects.order_by("pk").values_list("pk", flat=True))
    assert len(set(keys)) == 15 and keys == sorted(keys)


@pytest.mark.django_db
def test_nothing_to_write_is_nothing_written():
    """Empty batches are allowed."""
    bulk.insert([])
    bulk.update([], ["due"])
    assert not Request.objects.exists()
