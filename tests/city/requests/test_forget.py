"""The resident's rights over the data of a request: a copy of everything, and erasure that leaves nothing but what the city answers for."""

from __future__ import annotations

import io
import json

import pytest
from django.db import connection
from PIL import Image

from mingtang.city.requests import acts, photos, reads
from mingtang.city.requests.acts_forget import ERASED
from mingtang.city.requests.faults import NotNow, WrongSecret
from mingtang.city.requests.models import Contact, Photo
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from tests.city.requests.conftest import RESIDENT, official

WORDS = "我家住翠湖里七号楼三单元四零二，厨房水管爆了，找季亦砚"
PHONE = "13900001234"


@pytest.fixture
def ended(mingzhou, settings, tmp_path, transactional_db):
    """A request with everything personal, answered and confirmed."""
    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(picture, "PNG")
    filing = acts.Filing(
        text=WORDS, place=acts.Place(street="MZ-D1-S1", latitude=30.1, longitude=120.2), address="翠湖里七号楼402", category="utility.water.outage",
        reporter=acts.Reporter("季亦砚", PHONE, "j@example.org", ""), media=(photos.store(picture.getvalue()),))
    filed = acts.file(filing, RESIDENT)
    officer = official(filed.unit)
    acts.accept(filed.number, officer)
    acts.reply(filed.number, "已为您修好，住址翠湖里七号楼402。", officer)
    return filed


def test_an_open_request_is_not_erased(ended):
    """The office still needs the place; the refusal says the state."""
    with pytest.raises(NotNow):
        acts.forget(ended.number, ended.secret)
    assert reads.by_secret(ended.number, ended.secret).text == WORDS


def test_erasure_needs_the_secret_and_is_whole(ended):
    """After it no table, index or photo holds a word of the resident; the audit is clean and the old receipts stay."""
    acts.confirm(ended.number, ended.secret, True, True, True, f"谢谢，我电话{PHONE}")
    with pytest.raises(WrongSecret):
        acts.forget(ended.number, "guess")
    before = ledger.acts_of(f"requests/{ended.number}")
    sequencer.run_once(1000)
    acts.forget(ended.number, ended.secret)
    sequencer.run_once(1000)
    view = reads.by_secret(ended.number, ended.secret)
    assert (view.text, view.address, view.comment, view.reporter, view.pictures, view.latitude) == (ERASED, "", "", None, (), None)
    assert view.masked.state == "closed" and view.masked.satisfied and view.masked.unit
    assert not Contact.objects.exists() and not Photo.objects.exists()
    assert not list(photos.Path(photos.settings.MEDIA_ROOT).rglob("*.jpg"))
    assert reads.search("翠湖里").rows == [] or not list(reads.search("翠湖里").rows)
    everything = _dump()
    for trace in (WORDS[:8], PHONE, "季亦砚", "四零二"):
        assert trace not in everything
    audit = ledger.audit()
    assert audit.clean, audit.findings
    after = {act.id for act in ledger.acts_of(f"requests/{ended.number}")}
    assert {act.id for act in before} < after
    assert ledger.receipt(before[0].id).final


def test_the_copy_holds_everything_and_only_for_the_link(client, ended):
    """The file has the text as written, the contact and the receipts; a wrong secret gets nothing."""
    answer = client.get(f"/requests/{ended.number}/mine/{ended.secret}/copy.json")
    held = json.loads(answer.content)
    assert held["text"] == WORDS and held["contact"]["phone"] == PHONE and len(held["photos"]) == 1
    assert {act["kind"] for act in held["acts"]} >= {"requests.file", "requests.reply"}
    assert answer["Cache-Control"] == "no-store" and "attachment" in answer["Content-Disposition"]
    assert client.get(f"/requests/{ended.number}/mine/wrong-secret/copy.json").status_code in {403, 404}


def test_the_page_asks_whether_it_is_meant(client, ended):
    """Without the tick nothing happens; with it the data are gone and the page says so; while open the page tells why not."""
    address = f"/requests/{ended.number}/mine/{ended.secret}/forget/"
    assert client.post(address, {"meant": "on"}).status_code == 400
    acts.confirm(ended.number, ended.secret, True, True, True)
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 400
    assert reads.by_secret(ended.number, ended.secret).text == WORDS
    assert client.post(address, {"meant": "on"}).status_code == 302
    page = client.get(f"/requests/{ended.number}/mine/{ended.secret}/").text
    assert ERASED in page and WORDS not in page
    assert ERASED in client.get(f"/requests/{ended.number}/").text


def _dump() -> str:
    """Every value of every table, as text."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                parts += [value.decode("utf-8", "ignore") if isinstance(value, bytes) else str(value) for value in row]
    return "\n".join(parts)
