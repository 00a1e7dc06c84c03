"""Open311: discovery, services, definitions, lists of requests with every filter, in XML and JSON, against the published schemas."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import jsonschema
import pytest

from mingtang.city.requests import acts
from mingtang.city.requests.open311 import queries
from mingtang.kernel import now
from tests.city.requests.conftest import RESIDENT, official
from tests.city.requests.open311.conftest import BASE


@pytest.fixture(scope="session")
def schema(shared_data):
    """The published JSON schema of an answer, with its references."""
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    folder = shared_data / "open311"
    registry = Registry().with_resources((path.name, Resource(json.loads(path.read_text()), DRAFT7)) for path in folder.glob("*.json"))

    def validator(name: str) -> jsonschema.Draft7Validator:
        return jsonschema.Draft7Validator(json.loads((folder / name).read_text()), registry=registry, format_checker=jsonschema.FormatChecker())

    return validator


@pytest.fixture
def three(mingzhou):
    """Three requests, an hour apart: lights, waste (closed), water."""
    filed = []
    for text, category in (("路灯不亮，电话13800000000", "urban.works.light"), ("垃圾没人清运", "env.waste.collection"), ("停水了", "utility.water.outage")):
        filed.append(acts.file(acts.Filing(text=text, category=category, place=acts.Place(30.0412, 122.0113), address="某路12号3栋501室"), RESIDENT))
        mingzhou.advance(hours=1)
    unit = filed[1].unit
    acts.accept(filed[1].number, official(unit))
    acts.reply(filed[1].number, "已清运完毕，感谢王小明先生", official(unit))
    acts.confirm(filed[1].number, filed[1].secret, True, True, True)
    return filed


def _json(answer, status=200):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(answer.content)


def _xml(answer, status=200):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def test_discovery(web):
    """Discovery names the endpoint, its formats and its type, in both formats."""
    found = _json(web.get(BASE + "discovery.json"))
    assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    assert found["endpoints"][0]["type"] == "test"
    root = _xml(web.get(BASE + "discovery.xml"))
    assert root.tag == "discovery" and root.find("endpoints/endpoint/formats/format").text == "text/xml"


def test_services_fit_the_schema(web, schema):
    """Every category is a service; names are Chinese or English as asked."""
    found = _json(web.get(BASE + "services.json"))
    schema("services.json").validate(found)
    for one in found:
        schema("service.json").validate(one)
    assert len(found) > 70
    assert next(s for s in found if s["service_code"] == "urban.works.light")["service_name"] == "路灯不亮"
    english = _json(web.get(BASE + "services.json", headers={"accept-language": "en"}))
    assert next(s for s in english if s["service_code"] == "urban.works.light")["service_name"] == "Street light out"
    root = _xml(web.get(BASE + "services.xml"))
    assert root.tag == "services" and len(root) == len(found) and root[0].tag == "service"


def test_definitions_fit_the_schema(web, schema):
    """Each service has a definition; further questions come from the leaf, its group and its area."""
    for service in _json(web.get(BASE + "services.json")):
        found = _json(web.get(f"{BASE}services/{service['service_code']}.json"))
        schema("service-definition.json").validate(found)
        assert bool(found["attributes"]) == service["metadata"]
    assert [a["code"] for a in _json(web.get(BASE + "services/env.noise.living.json"))["attributes"]] == ["when"]
    root = _xml(web.get(BASE + "services/urban.works.light.xml"))
    assert root.tag == "service_definition" and root.find("attributes/attribute/values/value/key").text == "out"
    assert _json(web.get(BASE + "services/no.such.json"), 404)[0]["code"] == 404


def test_requests_fit_the_schema_and_hold_nothing_personal(web, three, schema):
    """Lists and single requests fit the schema, in both formats alike, with texts masked and no address below the street."""
    found = _json(web.get(BASE + "requests.json"))
    schema("requests.json").validate(found)
    for one in found:
        schema("request.json").validate(one)
    assert [one["service_request_id"] for one in found] == [filed.number for filed in reversed(three)]
    closed = found[1]
    assert closed["status"] == "closed" and closed["status_notes"] == "已清运完毕，感谢＊＊＊先生"
    assert "13800000000" not in json.dumps(found) and "501" not in json.dumps(found, ensure_ascii=False)
    assert closed["lat"] == 30.041
    assert found[0]["expected_datetime"] > found[0]["requested_datetime"]
    single = _json(web.get(f"{BASE}requests/{three[0].number}.json"))
    assert single == [found[2]]
    root = _xml(web.get(BASE + "requests.xml"))
    assert root.tag == "service_requests" and {e.tag: e.text for e in root[1]} == {k: None if v is None else str(v) for k, v in closed.items()}


def test_filters(web, three):
    """Numbers, codes, dates and status narrow the list; a number asked for goes before all else."""
    light, waste, water = (filed.number for filed in three)

    def numbers(**query):
        return [one["service_request_id"] for one in _json(web.get(BASE + "requests.json", query))]

    assert numbers(service_request_id=f"{light},{water},MZ26-NOSUCH00", status="closed") == [water, light]
    assert numbers(service_code="urban.works.light,utility.water.outage") == [water, light]
    assert numbers(status="closed") == [waste] and numbers(status="OPEN") == [water, light] and len(numbers(status="open,closed")) == 3
    start = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert numbers(start_date=start.isoformat()) == [water, waste]
    assert numbers(end_date="2026-03-02T09:30:00") == [light], "a time without zone is the city's"
    assert numbers(start_date="2026-03-02T09:30:00+08:00", end_date="2026-03-02T02:30:00Z") == [waste]
    assert numbers(start_date=(start + timedelta(days=1)).isoformat()) == []


def test_without_dates_a_list_reaches_ninety_days_back(web, three, mingzhou):
    """What is older than 90 days is not listed unless asked for; one date spans 90 days."""
    mingzhou.advance(days=91)
    assert _json(web.get(BASE + "requests.json")) == []
    assert len(_json(web.get(BASE + "requests.json", {"start_date": "2026-03-01T00:00:00Z"}))) == 3
    assert len(_json(web.get(BASE + "requests.json", {"end_date": "2026-03-05T00:00:00Z"}))) == 3
    assert now() > datetime(2026, 6, 1, tzinfo=UTC)


def test_pages(web, three, monkeypatch):
    """Pages hold what they should and link to each other; 1,000 is the most."""
    seen, address, query = [], BASE + "requests.json", {"page_size": 1}
    while True:
        answer = web.get(address, query)
        seen += [one["service_request_id"] for one in _json(answer)]
        links = dict(reversed(part.strip().split("; rel=")) for part in answer.get("Link", "").split(", ") if part)
        if '"next"' not in links:
            break
        address, query = links['"next"'].strip("<>").split("127.0.0.1:8000")[-1], {}
    assert seen == [filed.number for filed in reversed(three)]
    assert answer["X-Page"] == "3"
    for query in ({"page_size": 1001}, {"page_size": 0}, {"page": 0}, {"page": 101}, {"page": "x"}, {"page": 10**12}):
        assert _json(web.get(BASE + "requests.json", query), 400)[0]["code"] == 400
    monkeypatch.setattr(queries, "PAGE_MOST", 2)


@pytest.mark.parametrize(("path", "status"), [
    ("requests.json?start_date=yesterday", 400), ("requests.json?end_date=9999-99-99", 400), ("requests.json?start_date=0001-01-01", 400),
    ("requests.json?status=gone", 400), ("requests.json?service_code=no.such", 404), ("requests.json?jurisdiction_id=elsewhere.example", 404),
    ("requests/MZ26-NOSUCH00.json", 404), ("tokens/nothing.json", 404), ("services/x.json", 404), ("nowhere.json", 404), ("requests.pdf", 406),
    ("requests.json?service_request_id=%00", 400), ("services.json?%00=1", 400), ("requests.json?api_key=wrong", 403),
])
def test_refusals_are_lists_of_code_and_description(web, path, status):
    """Each refusal has its status and the spec's shape, in XML too."""
    answer = web.get(BASE + path)
    if status == 406 or path.startswith("nowhere"):
        assert _xml(answer, status)[0].find("code").text == str(status)
        return
    found = _json(answer, status)
    assert found[0]["code"] == status and found[0]["description"].startswith(("open311.", "requests."))
    root = _xml(web.get(BASE + path.replace(".json", ".xml")), status)
    assert root.tag == "errors" and root[0].tag == "error" and root[0].find("description").text


def test_a_wrong_method_is_told_which_are_right(web):
    """405 names the methods; OPTIONS answers browsers of other sites."""
    answer = web.delete(BASE + "requests.json")
    assert answer.status_code == 405 and answer["Allow"] == "GET, POST, OPTIONS"
    assert web.post(BASE + "services.json").status_code == 405
    assert web.options(BASE + "requests.json")["Access-Control-Allow-Origin"] == "*"
    assert web.head(BASE + "services.json").status_code == 200


def test_the_right_jurisdiction_is_taken(web):
    """The city's own jurisdiction_id changes nothing."""
    assert _json(web.get(BASE + "services.json?jurisdiction_id=mingzhou.example"))


def test_without_an_ending_accept_decides(web):
    """XML is the spec's default; JSON where it is asked for."""
    assert _xml(web.get(BASE + "services")).tag == "services"
    assert _json(web.get(BASE + "services", headers={"accept": "application/json"}))
