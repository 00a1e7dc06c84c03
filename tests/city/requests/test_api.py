"""The requests' JSON API: file, find, follow, suggest, rates, problems; refusals in the one shape; nothing personal."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from mingtang.city.requests import acts, reads
from tests.city.requests.conftest import official


@pytest.fixture
def web(mingzhou):
    """A client without session that checks CSRF as a real server does."""
    return Client(enforce_csrf_checks=True)


def _post(web, path, status=200, **body):
    answer = web.post(f"/api/{path}", json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def _get(web, path, status=200, **query):
    answer = web.get(f"/api/{path}", query)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_request_is_filed_and_followed(web):
    """Filed by JSON, found in the list, followed to its answer; the list and the page hold nothing personal."""
    filed = _post(web, "requests", 201, text="路灯不亮，我叫季禾，电话13800000000", latitude=30.0412, longitude=122.0113, address="某路12号3栋", phone="13800000000")
    assert filed["category"] == "urban.works.light" and len(filed["acts"]) == 2 and "/mine/" in filed["link"] and filed["due"]
    acts.accept(filed["number"], official(filed["unit"]))
    acts.reply(filed["number"], "已修好，找王师傅", official(filed["unit"]))
    listed, one = _get(web, "requests", q="路灯"), _get(web, f"requests/{filed['number']}")
    assert [row["number"] for row in listed["rows"]] == [filed["number"]] and one["state"] == "replied" and one["reply"] == "已修好，找＊＊＊师傅"
    assert [step["verb"] for step in _get(web, f"requests/{filed['number']}/updates")] == ["accept", "reply"]
    for shown in (listed, one):
        told = json.dumps(shown, ensure_ascii=False)
        assert not any(word in told for word in ("季禾", "13800000000", "3栋", "30.0412"))


def test_a_text_suggests_categories(web):
    """The words of a text suggest; nothing is kept."""
    found = _post(web, "suggest", text="小区停水三天了")
    assert found[0]["category"] == "utility.water.outage" and "停水" in found[0]["words"]
    assert reads.search().rows == []


def test_the_tree_the_rates_and_the_problems_are_read(web):
    """Categories in both languages; rates of the month; problems of a month."""
    assert {"code", "zh", "en"} <= set(_get(web, "categories")[0])
    assert _get(web, "rates", by="category", month=202603)["months"] == [202603]
    assert _get(web, "topics", month=202501) == []


@pytest.mark.parametrize(("path", "query", "status"), [
    ("requests", {"size": 0}, 422), ("requests", {"cursor": "x"}, 400), ("requests", {"state": "gone"}, 400), ("requests", {"q": "a\x00b"}, 400),
    ("requests/MZ26-NOSUCH00", {}, 404), ("requests/MZ26-NOSUCH00/updates", {}, 404), ("rates", {"by": "colour"}, 400), ("rates", {"month": 202613}, 400),
    ("topics", {"month": 5}, 422),
])
def test_refusals_have_one_shape(web, path, query, status):
    """Each refusal is code, message, path, next."""
    assert set(_get(web, path, status, **query)["error"]) == {"code", "message", "path", "next"}


@pytest.mark.parametrize(("body", "status"), [
    ({}, 422), ({"text": "x"}, 400), ({"text": "停水了", "latitude": 30.0}, 400), ({"text": "停水了", "latitude": 91, "longitude": 0}, 400),
    ({"text": "停水了", "category": "no.such"}, 404), ({"text": "停水了", "street": "nowhere"}, 400), ({"text": ["停水"]}, 422), ({"text": "长" * 6000}, 422),
])
def test_what_cannot_be_filed_is_refused(web, body, status):
    """A filing with a fault is refused with its place and leaves nothing."""
    assert _post(web, "requests", status, **body)["error"]["code"]
    assert reads.search().rows == []


def test_a_body_that_is_no_json_is_refused(web):
    """Broken bytes are a caller's mistake."""
    for body in (b"{", b"\xff\xfe", b"[" * 50_000, b"null", b"NaN"):
        assert web.post("/api/requests", body, content_type="application/json").status_code in (400, 422)
