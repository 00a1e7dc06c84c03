"""Consent for programs: GovStack's individual part, over the person's own session."""

import json

import pytest

from mingtang.platform.exchange import reads
from tests.platform.exchange.conftest import ANNA
from tests.platform.exchange.test_pages import _browser, city, person  # noqa: F401 - fixtures

BASE = "/exchange/api/service"


def test_a_program_reads_agrees_and_takes_back(person):  # noqa: F811
    """Policy, purpose and data are public; the record is created, read, withdrawn; its revision is the TS 27560 record."""
    policy, revision = _browser().get(f"{BASE}/policy/clinic/").json()
    assert {"id", "name", "version", "url"} <= set(policy) and json.loads(revision["serialized_snapshot"])["@type"] == "Set"
    assert _browser().get(f"{BASE}/purpose/clinic/").json()[0]["hash"] == policy["version"]
    assert {one["id"] for one in _browser().get(f"{BASE}/agreement/clinic/agreementdata/").json()} == {
        "residents.name",
        "residents.birth",
    }
    record, revision = person.post(f"{BASE}/individual/record/agreement/clinic/").json()
    assert {"id", "state", "opt_in", "agreement", "individual"} <= set(record) and record["opt_in"] is True
    assert {"id", "schema", "object_id", "serialized_snapshot", "timestamp"} <= set(revision)
    assert json.loads(revision["serialized_snapshot"])["record_id"] == record["id"]
    assert person.get(f"{BASE}/individual/record/agreement/clinic/").json()["id"] == record["id"]
    after, _revision = person.put(
        f"{BASE}/individual/record/consentrecord/{record['id']}/", {"opt_in": False}, content_type="application/json"
    ).json()
    assert after["opt_in"] is False and reads.consented(reads.person_ref(ANNA), "clinic") is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("post", "individual/record/agreement/clinic/", 401),
        ("get", "individual/record/agreement/clinic/", 401),
        ("get", "policy/none/", 404),
        ("put", "individual/record/consentrecord/00000000-0000-0000-0000-000000000000/", 401),
        ("get", "agreement/none/agreementdata/", 404),
    ],
)
def test_nobody_else_and_nothing_unknown(city, method, path, status):  # noqa: F811
    """Without a person 401, unknown purposes 404, in the one shape of errors."""
    answer = getattr(_browser(), method)(f"{BASE}/{path}", {"opt_in": False}, content_type="application/json")
    assert answer.status_code == status and {"code", "message", "path", "next"} == set(answer.json()["error"])


def test_what_rests_on_law_cannot_be_agreed_to(person):  # noqa: F811
    """A duty under the law takes no consent record."""
    assert person.post(f"{BASE}/individual/record/agreement/registering/").status_code == 409
    assert person.put(f"{BASE}/individual/record/consentrecord/x/", {}, content_type="application/json").status_code == 422
