"""Open311: filing, tokens, keys, updates both ways, rates of clients, and what is refused."""

from __future__ import annotations

import io
import json
from urllib.parse import quote_from_bytes

import pytest
from PIL import Image

from mingtang.city.requests import acts, acts_keys, reads
from mingtang.city.requests.models import ApiKey, Request
from mingtang.city.requests.open311 import operation, throttle
from mingtang.city.requests.open311.faults import TooOften
from mingtang.platform.ledger import reads as ledger
from tests.city.requests.conftest import RESIDENT
from tests.city.requests.open311.conftest import BASE, DESK

FORM = {"service_code": "urban.works.light", "lat": "30.0412", "long": "122.0113", "description": "路灯不亮，我叫季禾"}


def _post(web, status=201, ending="json", **fields):
    answer = web.post(f"{BASE}requests.{ending}", fields)
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)[0] if ending == "json" else answer.content.decode()


def _picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "green").save(out, "PNG")
    out.seek(0)
    out.name = "lamp.png"
    return out


def test_a_request_is_filed_and_sealed(web):
    """A post files, dispatches, seals; the answer has the number and the filer's link; the list shows it masked."""
    found = _post(web, **FORM, email="ji@example.org", first_name="季", last_name="禾", phone="13800000000", **{"attribute[state]": "out", "attribute[lamp]": "A-7"})
    row = Request.objects.get(number=found["service_request_id"])
    assert row.channel == "open311" and not row.anonymous and row.attributes == {"state": "out", "lamp": "A-7"} and row.street
    assert row.contact.email == "ji@example.org"
    assert f"/requests/{row.number}/mine/" in found["service_notice"]
    assert [act.kind for act in ledger.acts_of(row.subject)] == ["requests.file", "requests.dispatch"]
    assert "季禾" not in web.get(f"{BASE}requests/{row.number}.json").content.decode()


def test_xml_answers_too(web):
    """The answer of a filing in XML."""
    assert "<service_requests><request><service_request_id>MZ26-" in _post(web, ending="xml", **FORM)


def test_a_token_instead_of_the_number(web):
    """Who asks for a token gets one, and the number for it."""
    token = _post(web, **FORM, token="true")["token"]
    answer = json.loads(web.get(f"{BASE}tokens/{token}.json").content)[0]
    assert reads.public(answer["service_request_id"]).state == "sent" and answer["token"] == token
    assert web.get(f"{BASE}tokens/{token[:-1]}.json").status_code == 404


def test_without_description_the_service_says_it(web):
    """GeoReport lets the description out."""
    number = _post(web, service_code="urban.works.light", address_string="青石路12号")["service_request_id"]
    assert Request.objects.get(number=number).text == "路灯不亮"
    assert Request.objects.get(number=number).address == "青石路12号"


@pytest.mark.parametrize(("change", "status", "named"), [
    ({"service_code": ""}, 400, "service_code"), ({"service_code": "no.such"}, 404, "service_code"), ({"lat": ""}, 400, "lat"),
    ({"lat": "", "long": ""}, 400, "lat"), ({"lat": "91"}, 400, "lat"), ({"long": "nan"}, 400, "long"), ({"long": "1e999"}, 400, "long"),
    ({"description": "x"}, 400, "text"), ({"description": "长" * 5001}, 400, "text"), ({"attribute[state]": "purple"}, 400, "attribute[state]"),
    ({"media_url": "javascript:alert(1)"}, 400, "media_url"), ({"media_url": "http://" + "a" * 500}, 400, "media_url"), ({"media_url": "http://[::1"}, 400, "media_url"),
    ({"email": "e" * 201}, 400, "email"), ({"api_key": "wrong"}, 403, "api_key"), ({"jurisdiction_id": "x"}, 404, "jurisdiction_id"),
    ({"description": "a\x00b"}, 400, "NUL"), ({"service_code": "env.waste.bulky"}, 400, "attribute[items]"),
    ({"service_code": "urban.works.road", "attribute[width_cm]": "wide"}, 400, "attribute[width_cm]"),
    ({"service_code": "transport.road.parking", "attribute[since]": "long ago"}, 400, "attribute[since]"),
])
def test_refused_filings_name_the_parameter(web, change, status, named):
    """What cannot be taken is refused with its status, the parameter named, and nothing is filed."""
    found = _post(web, status=status, **(FORM | change))
    assert found["code"] == status and named in found["description"]
    assert not Request.objects.exists()


def test_pictures_come_along(web):
    """An uploaded picture is kept without its hidden words; one named by address is kept as address; the public sees neither before its release."""
    number = _post(web, **FORM, media=_picture(), media_url="https://pictures.example/1.jpg")["service_request_id"]
    kept = reads.pictures(number, released_only=False)
    assert {picture.url or picture.media_type for picture in kept} == {"https://pictures.example/1.jpg", "image/jpeg"}
    assert json.loads(web.get(f"{BASE}requests/{number}.json").content)[0]["media_url"] is None


def test_what_is_no_picture_is_refused(web):
    """A file that is no picture refuses the filing."""
    file = io.BytesIO(b"<?php")
    file.name = "x.png"
    assert "requests.photo" in _post(web, status=400, **FORM, media=file)["description"]
    assert not Request.objects.exists()


def test_gb18030_forms_are_read(web):
    """A form whose bytes are GB18030 is read as such; bytes of neither encoding are refused."""
    body = "service_code=urban.works.light&lat=30.0412&long=122.0113&description=" + quote_from_bytes("路灯不亮很久了".encode("gb18030"))
    answer = web.post(BASE + "requests.json", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 201, answer.content
    assert Request.objects.get().text == "路灯不亮很久了"
    answer = web.post(BASE + "requests.json", body.split("description=")[0] + "description=%ff%ff%ff", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


@pytest.mark.parametrize(("body", "kind"), [
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"), (b"", "multipart/form-data"), (b"{}", "application/json"), (b"\xff\xfe", "text/plain"),
    (b"a=1&" * 500, "application/x-www-form-urlencoded"), (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "text/xml"),
    (b"a=1", "application/x-www-form-urlencoded; charset=no-such"), (b"a=1", "application/x-www-form-urlencoded; charset=base64"),
])
def test_broken_bodies_are_a_callers_mistake(web, body, kind):
    """Whatever bytes come, the answer is a 400 in the spec's shape."""
    answer = web.generic("POST", BASE + "requests.json", body, content_type=kind)
    assert answer.status_code == 400
    assert json.loads(answer.content)[0]["code"] == 400


def test_an_agency_files_once_under_its_own_identifier(web, key):
    """The same external_id with the same key gives the same number; without a key it counts for nothing."""
    first = _post(web, **FORM, api_key=key, external_id="A-1")["service_request_id"]
    again = _post(web, **FORM, api_key=key, external_id="A-1")
    assert again["service_request_id"] == first and again["service_notice"] is None
    assert _post(web, **FORM, external_id="A-1")["service_request_id"] != first


def test_a_revoked_key_is_refused(web, key):
    """Giving and revoking are acts; a revoked key is refused."""
    _post(web, **FORM, api_key=key)
    acts_keys.revoke_key("another city", DESK)
    operation.keys.forget()
    _post(web, status=403, **FORM, api_key=key)
    subject = f"requests/keys/{ApiKey.objects.get().pk}"
    assert [act.kind for act in ledger.acts_of(subject)] == ["requests.give_key", "requests.revoke_key"]


def test_rates_of_a_client(web, key, settings, monkeypatch):
    """A client without key is told to wait when it posts too often; a key is not counted."""
    settings.RATE_LIMITS = True
    moment = [0.0]
    monkeypatch.setattr(operation, "_throttle", throttle.Throttle(lambda: moment[0]))
    codes = [web.post(BASE + "requests.json", {"service_code": "x"}).status_code for _ in range(31)]
    assert codes == [404] * 30 + [429]
    answer = web.post(BASE + "requests.json", FORM)
    assert answer.status_code == 429 and answer["Retry-After"] == "2"
    _post(web, **FORM, api_key=key)
    assert web.get(BASE + "services.json").status_code == 200
    moment[0] = 2.0
    _post(web, **FORM)


def test_a_throttle_forgets_who_was_longest_away():
    """Memory is bounded whatever addresses come."""
    small = throttle.Throttle(lambda: 0.0, remembered=10)
    for i in range(1000):
        small.take("post", str(i), 1)
    assert len(small._left) == 10
    with pytest.raises(TooOften):
        small.take("post", "999", 1)


# --- updates ---------------------------------------------------------------------------------------------------------------------

def _update(web, fields, expected=201):
    answer = web.post(BASE + "servicerequestupdates.json", fields)
    assert answer.status_code == expected, answer.content
    return json.loads(answer.content)[0]


def test_updates_of_the_city_are_read(web, mingzhou):
    """Each public step is an update with an extended status; dates and numbers narrow them."""
    filed = acts.file(acts.Filing(text="路灯不亮", category="urban.works.light", place=acts.Place(30.0412, 122.0113)), RESIDENT)
    from tests.city.requests.conftest import official
    acts.accept(filed.number, official(filed.unit))
    mingzhou.advance(hours=2)
    acts.reply(filed.number, "路灯已修好，联系电话13800000000", official(filed.unit))
    found = json.loads(web.get(BASE + "servicerequestupdates.json").content)
    assert [one["status"] for one in found] == ["IN_PROGRESS", "FIXED"]
    assert found[1]["description"] == "路灯已修好，联系电话＊＊＊"
    late = json.loads(web.get(BASE + "servicerequestupdates.json", {"start_date": "2026-03-02T10:00:00+08:00"}).content)
    assert late == found[1:]
    assert json.loads(web.get(BASE + "servicerequestupdates.json", {"service_request_id": "MZ26-NOSUCH00"}).content) == []
    text = web.get(BASE + "servicerequestupdates.xml").content.decode()
    assert text.count("<request_update><update_id>") == 2


def test_a_client_posts_an_update_once(web, key, water):
    """A foreign client's update is a public note; the same update_id does nothing again."""
    fields = {"api_key": key, "service_request_id": water.number, "status": "OPEN", "description": "还是没水，王先生说的", "update_id": "77",
              "updated_datetime": "2026-03-02T09:00:00+08:00"}
    first = _update(web, fields)["update_id"]
    assert _update(web, fields)["update_id"] == first
    assert reads.public(water.number).state == "sent"
    listed = json.loads(web.get(BASE + "servicerequestupdates.json").content)
    assert [(one["update_id"], one["description"], one["external_status_code"]) for one in listed] == [(first, "还是没水，＊＊＊先生说的", "OPEN")]


def test_the_system_of_the_unit_in_charge_moves_the_request(web, water):
    """IN_PROGRESS from the unit's own system accepts, FIXED answers; from another it is only a note."""
    own, other = acts_keys.give_key("water works", water.unit, DESK)[0], acts_keys.give_key("metro", "MZ-TRANSPORT" if water.unit != "MZ-TRANSPORT" else "MZ-URBAN", DESK)[0]
    base = {"service_request_id": water.number, "description": "正在抢修管道", "updated_datetime": "2026-03-02T09:00:00Z"}
    _update(web, base | dict(api_key=other, status="FIXED"))
    assert reads.public(water.number).state == "sent"
    _update(web, base | dict(api_key=own, status="IN_PROGRESS", update_id="1"))
    assert reads.public(water.number).state == "handling"
    _update(web, base | dict(api_key=own, status="FIXED", update_id="2"))
    view = reads.public(water.number)
    assert view.state == "replied" and view.reply == "正在抢修管道"
    _update(web, base | dict(api_key=own, status="FIXED", update_id="2"))
    assert reads.public(water.number).state == "replied"
    kinds = [act.kind for act in ledger.acts_of(view.subject)]
    assert kinds[2:] == ["requests.note", "requests.accept", "requests.note", "requests.reply"]


@pytest.mark.parametrize(("change", "status"), [
    ({"api_key": ""}, 403), ({"service_request_id": ""}, 400), ({"service_request_id": "MZ26-NOSUCH00"}, 404), ({"status": "DONE"}, 400), ({"status": ""}, 400),
    ({"description": ""}, 400), ({"description": "长" * 5001}, 400), ({"updated_datetime": "soon"}, 400),
])
def test_refused_updates(web, key, water, change, status):
    """An update that lacks something is refused and leaves nothing."""
    fields = {"api_key": key, "service_request_id": water.number, "status": "OPEN", "description": "还是没水", "updated_datetime": "2026-03-02T09:00:00+08:00"}
    assert _update(web, fields | change, status)["code"] == status
    assert reads.updates(water.number) == []
