"""The pages of the ledger show what is proven, open the document to its person alone, and serve the log in the open format."""

import json

import pytest
from django.db import transaction

from mingtang.engines import tlog
from mingtang.platform.ledger import acts, reads, sequencer
from mingtang.platform.ledger.acts import Actor, Draft

pytestmark = pytest.mark.django_db


def _seal(text="路灯坏了", subject="tests/one"):
    with transaction.atomic():
        return acts.seal(Draft("tests.note", subject, Actor("resident"), {"text": text}))


def test_a_pending_receipt_says_that_the_log_will_sign(client):
    """Before the sequencer has run the page is there, without a file to save."""
    page = client.get(f"/ledger/receipts/{_seal().id}/")
    assert page.status_code == 200 and "即将入账" in page.text and "/file" not in page.text


def test_the_document_is_shown_to_the_holder_of_the_link_alone(client):
    """Without the key, or with a wrong one, neither page nor file holds the document."""
    sealed = _seal()
    sequencer.run_once()
    for query in ("", "?key=", "?key=00", "?key=%E8%B7%AF"):
        assert "路灯" not in client.get(f"/ledger/receipts/{sealed.id}/{query}").text
        assert tlog.LogProof.parse(client.get(f"/ledger/receipts/{sealed.id}/file{query}").content).extra == b""
    private = reads.receipt_path(sealed.id, private=True)
    page = client.get(private)
    assert "路灯坏了" in page.text and page["Referrer-Policy"] == "no-referrer"
    file = client.get(private.replace("/?", "/file?"))
    proof = tlog.LogProof.parse(file.content)
    assert json.loads(proof.extra[32:])["body"] == {"text": "路灯坏了"}
    proof.verify(sealed.commitment, tlog.VerifierKey.parse(reads.verifier_key()))


def test_an_erased_act_keeps_its_page_and_its_proof(client):
    """The page says that the content was erased; the public proof still verifies; the full file answers 410."""
    sealed = _seal()
    with transaction.atomic():
        acts.erase("tests/one", reason="law", actor=Actor("official", "o-1"))
    sequencer.run_once()
    private = reads.receipt_path(sealed.id, private=True)
    assert "依法删除" in client.get(private).text
    assert client.get(private.replace("/?", "/file?")).status_code == 410
    assert client.get(f"/ledger/receipts/{sealed.id}/file").status_code == 200


def test_the_log_page_lists_acts_newest_first_in_stable_pages(client):
    """Fifty a page, the rest behind a key that stays right while acts come in."""
    with transaction.atomic():
        acts.seal_many([Draft("tests.note", f"tests/{i}", Actor("system"), {}) for i in range(60)])
    sequencer.run_once()
    page = client.get("/ledger/")
    assert page.text.count("/ledger/receipts/") == 50 and "?before=10" in page.text
    _seal()
    sequencer.run_once()
    assert client.get("/ledger/?before=10").text.count("/ledger/receipts/") == 10
    assert client.get("/ledger/?before=x").status_code == 200


def test_the_log_is_served_as_tlog_tiles(client):
    """Checkpoint, tiles and bundles under /ledger/ give the signed root again; full and partial tiles may be cached for ever."""
    with transaction.atomic():
        acts.seal_many([Draft("tests.note", "tests/many", Actor("system"), {"n": i}) for i in range(300)])
    sequencer.run_once()
    key = tlog.VerifierKey.parse(client.get("/ledger/key").text)
    answer = client.get("/ledger/checkpoint")
    point, _ = tlog.open_checkpoint(answer.content, key)
    assert point.size == 300 and answer["Cache-Control"] == "no-cache" and answer["Access-Control-Allow-Origin"] == "*"
    entries = []
    for path in (tlog.tile_path("entries", 0), tlog.tile_path("entries", 1, 44)):
        bundle = client.get(f"/ledger/tile/{path}")
        assert "immutable" in bundle["Cache-Control"]
        entries += tlog.unpack_bundle(bundle.content)
    leaves = [tlog.leaf_hash(entry) for entry in entries]
    assert tlog.root_of(leaves) == point.root
    assert client.get("/ledger/tile/0/001.p/44").content == b"".join(leaves[256:])


@pytest.mark.parametrize("path", [
    "tile/0/002", "tile/0/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/0", "tile/9/000", "tile/63/000", "tile/entries/x000/000", "tile/x/../../000",
    "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "receipts/00000000-0000-0000-0000-000000000000/",
])
def test_what_is_not_in_the_log_is_not_found(client, path):
    """A place outside the log, or a path in another spelling, is 404 and nothing else."""
    _seal()
    sequencer.run_once()
    assert client.get(f"/ledger/{path}").status_code == 404


def test_an_empty_log_has_a_page_and_no_checkpoint(client):
    """Before the first signature the checkpoint is 404 and the page says so."""
    assert client.get("/ledger/").status_code == 200
    assert client.get("/ledger/checkpoint").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_checker_page_works_from_its_own_site_alone(client, language):
    """The page names the key, loads one script of ours and nothing from elsewhere, and offers the Python program."""
    page = client.get("/verify/", headers={"Accept-Language": language})
    assert page.status_code == 200 and reads.verifier_key() in page.text.replace("&#x2B;", "+") and 'src="/static/built/verify.js"' in page.text
    assert "https://" not in page.text.split("<main", 1)[1]
    assert b"def ed25519_holds" in b"".join(client.get("/verify/receipt.py").streaming_content)
