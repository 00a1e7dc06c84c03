"""Whatever a program sends to any described call, the answer is never a fault of ours."""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings

from mingtang.site.api_description import description
from mingtang.site.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
# /healthz says 503 by its nature where no worker runs.
_UNWELL = {"/healthz"}

schema = schemathesis.openapi.from_dict(description())
schema.app = application


@pytest.fixture(autouse=True)
def _kept_connection():
    """A real server closes its connection after each request; here the test's own transaction lives on it, as in Django's test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=(hypothesis.Phase.generate,))
def test_no_call_gives_a_fault(case):
    """Generated queries, paths and bodies: every status is below 500."""
    response = case.call()
    if case.operation.path not in _UNWELL:
        assert response.status_code < 500, f"{case.method} {case.formatted_path}"


def test_the_description_is_served(client):
    """Anyone gets it at /api/openapi.json, as OpenAPI 3."""
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200 and answer.json()["openapi"].startswith("3.") and answer.json()["paths"] == description()["paths"]


def test_everything_that_programs_call_is_described():
    """Open311's calls, the scenes' API, the log and the figures stand in the description."""
    paths = set(description()["paths"])
    assert {"/open311/v2/requests.{ending}", "/open311/v2/servicerequestupdates.{ending}", "/ledger/checkpoint", "/rates/data/rates.csv"} <= paths
    assert any(path.startswith("/scenes/api/") for path in paths)
