"""Open311: the published client of others reads a running server."""

from __future__ import annotations

import json
import urllib.request
from urllib.parse import urlencode

import pytest
from georeport import GeoReport

from mingtang.city.requests import acts
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import acts as people
from mingtang.platform.people import demo_city


@pytest.fixture
def city(transactional_db, settings):
    """Mingzhou with one request filed, on a database that a server's threads share."""
    settings.DEMO = True
    people.found([people.Founding(*unit) for unit in demo_city.units()], Actor("system", "test"))
    return acts.file(acts.Filing(text="路灯不亮", category="urban.works.light", place=acts.Place(30.0412, 122.0113)), Actor("resident"))


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_all(city, live_server, form):
    """PyPI's georeport reads services, a definition, the list with filters and one request, in both formats."""
    client = GeoReport(f"{live_server.url}/open311/v2", jurisdiction="mingzhou.example", output_format=form)
    services = client.get_service_list()
    assert any(service["service_code"] == "urban.works.light" for service in services)
    definition = client.get_service_definition("urban.works.light")
    assert definition["service_code"] == "urban.works.light"
    listed = client.get_service_requests(service_code="urban.works.light", status="open")
    # A list of one is written by the client's XML reader without its brackets.
    first = listed[0] if isinstance(listed, list) else listed
    assert first["service_request_id"] == city.number
    one = client.get_service_request(city.number)
    one = one[0] if isinstance(one, list) else one
    assert one["status"] == "open" and one["service_name"] in ("路灯不亮", "Street light out")


def test_a_plain_client_files_over_http(city, live_server):
    """A form posted over HTTP without cookies is filed."""
    form = urlencode({"service_code": "utility.water.outage", "lat": "30.0412", "long": "122.0113", "description": "停水三天"}).encode()
    with urllib.request.urlopen(f"{live_server.url}/open311/v2/requests.json", form, timeout=20) as answer:
        number = json.load(answer)[0]["service_request_id"]
    assert answer.status == 201 and number.startswith("MZ")
