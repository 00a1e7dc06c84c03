"""Lists by key: every row once, in order, whatever the filters; hostile cursors are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mingtang.city.requests import acts, fulltext, reads
from mingtang.city.requests.faults import FieldRefused
from mingtang.city.requests.models import Request
from tests.city.requests.conftest import RESIDENT, official

TEXTS = ("停水了", "路灯不亮", "物业服务差", "Pothole in the road", "夜间施工噪音", "公交车班次太少")


@pytest.fixture
def many(mingzhou):
    """Ninety requests over three months, in several streets."""
    start = mingzhou.now()
    filings = [
        acts.Filing(
            text=f"{TEXTS[i % 6]} {i}",
            place=acts.Place(street=f"MZ-D{i % 3 + 1}-S{i % 4 + 1}"),
            filed_at=start - timedelta(days=i % 80),
        )
        for i in range(90)
    ]
    return acts.file_many(filings, RESIDENT)


def _all(read, size=7, **given):
    rows, cursor = [], ""
    for _ in range(200):
        page = read(cursor=cursor, size=size, **given)
        rows += page.rows
        cursor = page.next
        if not cursor:
            return rows
    raise AssertionError("the list has no end")


def test_the_public_list_shows_each_request_once_newest_month_first(many):
    """Pages joined give every request, in the order of month and filing."""
    rows = _all(reads.search)
    keys = list(Request.objects.order_by("-month", "-pk").values_list("number", flat=True))
    assert [row.number for row in rows] == keys


@pytest.mark.parametrize(
    "given",
    [
        {"category": "utility"},
        {"category": "env.noise"},
        {"category": "urban.works.light"},
        {"district": "MZ-D1"},
        {"street": "MZ-D2-S2"},
        {"district": "MZ-D1", "category": "utility"},
        {"unit": "MZ-WATER"},
        {"month": 202602},
        {"since": 202601, "until": 202602, "unit": "MZ-URBAN"},
        {"state": "sent"},
        {"state": "open", "district": "MZ-D3"},
        {"figure": "overdue"},
        {"excluded": False, "street": "MZ-D1-S1"},
    ],
)
def test_filters_agree_with_a_plain_query(many, given):
    """Each filter gives exactly the rows that a plain query over all rows gives, in order."""
    leaves = reads.category_tree().leaves

    def fits(request):
        leaf = leaves[request.category]
        checks = {
            "category": lambda v: v in (leaf.code, leaf.group, leaf.area),
            "district": lambda v: request.district == v,
            "street": lambda v: request.street == v,
            "unit": lambda v: request.unit == v,
            "month": lambda v: request.month == v,
            "since": lambda v: request.month >= v,
            "until": lambda v: request.month <= v,
            "state": lambda v: v in ("open", request.state),
            "figure": lambda v: request.overdue,
            "excluded": lambda v: request.excluded == v,
        }
        return all(checks[name](value) for name, value in given.items())

    expected = [request.number for request in Request.objects.order_by("-month", "-pk") if fits(request)]
    assert [row.number for row in _all(reads.search, **given)] == expected


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("停水", 15),
        ("施工噪音", 15),
        ("pothole", 15),
        ("POTHOLE road", 15),
        ("路灯 不亮", 15),
        ("没有这样的词", 0),
        ("水", 0),
        ("！？", 0),
    ],
)
def test_a_search_finds_chinese_and_english_words(many, query, count):
    """Two characters or a word are enough; case and spaces do not matter; what stands nowhere finds nothing."""
    assert len(_all(reads.search, query=query)) == count


def test_a_search_is_narrowed_by_filters(many):
    """Words and filters hold together."""
    rows = _all(reads.search, query="停水", district="MZ-D1")
    assert rows and {row.district for row in rows} == {"MZ-D1"} and all("停水" in row.text for row in rows)


def test_terms_out_of_order_are_not_a_match(mingzhou):
    """The pairs of characters of a query may all stand in a text that does not hold it: such a text is not shown."""
    acts.file(acts.Filing(text="水管停在停电处，停水没有，水停了"), RESIDENT)
    assert not reads.search("停水停电").rows


def test_only_the_masked_text_is_searched(mingzhou):
    """A telephone number in a request cannot be found by searching for it."""
    acts.file(acts.Filing(text="请回电 13812345678 谢谢"), RESIDENT)
    assert not reads.search("13812345678").rows and reads.search("谢谢").rows


def test_a_removed_text_is_found_no_more(many):
    """After removal the search does not find it, and removing it left the others."""
    request = Request.objects.filter(public_text__contains="停水").first()
    fulltext.remove([(request.pk, request.public_text)])
    assert len(_all(reads.search, query="停水")) == 14


def test_the_desk_shows_open_requests_the_most_urgent_first(many, mingzhou):
    """Ordered by the limit that runs, over one unit or several, each once."""
    units = ["MZ-WATER", "MZ-URBAN", "MZ-D1-S1"]
    rows = _all(reads.desk, units=units)
    expected = Request.objects.filter(unit__in=units, closed_at=None).order_by("due", "pk").values_list("number", flat=True)
    assert [row.number for row in rows] == list(expected)
    everyone = _all(reads.desk, units=None)
    assert len(everyone) == 90


def test_a_closed_request_leaves_the_desk(water):
    """The desk holds open matters only."""
    officer = official("MZ-WATER")
    acts.accept(water.number, officer)
    acts.reply(water.number, "已经修好了", officer)
    assert reads.desk(["MZ-WATER"]).rows
    acts.confirm(water.number, water.secret, True, True, True)
    assert not reads.desk(["MZ-WATER"]).rows


@pytest.mark.parametrize(
    "given",
    [
        {"cursor": "x"},
        {"cursor": "202603~-1"},
        {"cursor": "9" * 40},
        {"cursor": "٣~٣"},
        {"size": 0},
        {"size": 10_000},
        {"size": True},
        {"state": "nonsense"},
        {"figure": "beauty"},
        {"month": "march"},
    ],
)
def test_a_hostile_page_request_is_refused(mingzhou, given):
    """A made-up cursor, size or filter is refused politely."""
    with pytest.raises(FieldRefused):
        reads.search(**given)


@pytest.mark.parametrize("cursor", ["x", "2026-03-02~1", "2026-03-02T00:00:00~1", "2026-03-02T00:00:00+00:00~x"])
def test_a_hostile_desk_cursor_is_refused(mingzhou, cursor):
    """A made-up cursor of the desk is refused politely."""
    with pytest.raises(FieldRefused):
        reads.desk(None, cursor=cursor)


@pytest.mark.parametrize(
    "query", ['"', '" OR "', "terms:停水", "停水*", "NEAR(", "-", "a" * 5000, "停" * 5000, "' ; DROP TABLE x", "\x00"]
)
def test_a_query_is_never_run_as_query_language(many, query):
    """Quotes, operators and long strings are words or nothing, never commands."""
    reads.search(query=query)
