"""The check page and the published contract's proofs."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.engines.dmn.models import data, decision, definitions, table

pytestmark = pytest.mark.django_db
CHECK = "/scenes/check-contract/"


def _file(content: bytes, name: str = "rules.dmn") -> dict:
    return {"model": SimpleUploadedFile(name, content)}


def _model(rules) -> bytes:
    made = definitions(data("age", "number") + decision("Sum", table("UNIQUE", ("age",), ("out",), rules), ("#in-age",)))
    return made.replace(b"<rule", b"\n<rule").replace(b"</rule>", b"\n</rule>").replace(b"<annotation ", b"\n<annotation ")


@pytest.fixture
def author(person, settings):
    """An official, signed in."""
    from mingtang.platform.people.models import Official

    settings.DEMO = True
    person.force_login(Official.objects.create(code="o-author", name_zh="作者", name_en="Author"))
    return person


def _text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_only_officials_check(person):
    """Who is not signed in is sent to sign in; nothing is checked."""
    assert person.get(CHECK).status_code in (302, 401)
    assert person.post(CHECK, _file(_model([("-", "1")]))).status_code in (302, 401)


def test_a_fault_is_marked_in_its_table(author):
    """The report names the fault, and marks the rule and the cell in the drawn table."""
    response = author.post(CHECK, _file(_model([("<= 60", "0"), (">= 60", "1")])))
    assert response.status_code == 200
    text = _text(response)
    assert "1 fault. It cannot be published." in text and "rules 1 and 2 both apply to age = 60" in text
    assert "✗ 2" in text and "✗ 1" not in text


def test_a_gap_is_shown_as_a_case(author):
    """A gap stands under its table with the values it is about."""
    assert "the table has no rule for age = 60" in _text(author.post(CHECK, _file(_model([("< 60", "0"), ("> 60", "1")]))))


def test_a_sound_file_has_its_hash(author):
    """A sound file is told so, with the hash that a receipt would name."""
    text = _text(author.post(CHECK, _file(_model([("< 60", "0"), (">= 60", "1")]))))
    assert "No faults." in text and "sha256:" in text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"<definitions", 200),
        (b"\x00\xff" * 100, 200),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', 200),
        (b"<a>" * 5000, 200),
        (b" " * 1_000_001, 422),
        (definitions(decision("A", "<literalExpression><text>" + "(" * 3000 + "</text></literalExpression>")), 200),
        (definitions(decision("A", "<context>" * 400 + "</context>" * 400)), 200),
    ],
)
def test_hostile_files_end_in_a_report_or_a_refusal(author, content, status):
    """Whatever is sent, the page stands: never a failure of the server."""
    assert author.post(CHECK, _file(content, "x\u202e\n<script>.dmn")).status_code == status


def test_no_file_is_told(author):
    """Sending nothing leads back to the field."""
    response = author.post(CHECK, {})
    assert response.status_code == 422 and 'href="#model"' in response.content.decode()


def test_a_scene_is_checked(published, author):
    """A scene of the city is checked with its properties."""
    text = _text(author.get(CHECK + "?pack=old-age-allowance"))
    assert "No faults." in text and "Properties" in text and "Care allowance" in text
    assert author.get(CHECK + "?pack=nowhere").status_code == 404


def test_proofs_are_kept_with_the_publication(published, person, monkeypatch):
    """The verdicts of publication are served as they were kept, with the hashes they are about; no page asks the prover."""
    from mingtang.platform.scenes import proofs, reads

    monkeypatch.setattr(reads, "verdicts", lambda pack: pytest.fail("a page asked the prover"))
    told = person.get("/scenes/old-age-allowance/contract/proofs.json").json()
    pack = reads.pack("old-age-allowance")
    assert told["hash"] == published.hash and told["contracts"]["rules"] == pack.contract().hash
    assert [one["property"] for one in told["proofs"]] == [one.id for one in pack.properties]
    assert {one["status"] for one in told["proofs"]} <= set(proofs.STATUSES)
    page = _text(person.get("/scenes/old-age-allowance/contract/"))
    assert "What was proven of these rules" in page and "The total lies between 0 and 1,700 yuan" in page


def test_unknown_is_never_shown_as_proved(published, person):
    """A property without verdict, and one with a word nobody knows, is not proven."""
    published.proofs = [{**one, "status": "unknown", "case": None} for one in published.proofs]
    published.save(update_fields=["proofs"])
    page = _text(person.get("/scenes/old-age-allowance/contract/"))
    assert "Not proven" in page and " Proved " not in page


def test_a_refuted_property_shows_its_case(published, person):
    """A counterexample is shown as a person's case, by the facts' titles."""
    published.proofs = [{**published.proofs[0], "status": "refuted", "case": {"registered here": True}}]
    published.save(update_fields=["proofs"])
    page = _text(person.get("/scenes/old-age-allowance/contract/"))
    assert "Does not hold" in page and "Household registered in this city" in page and "Yes" in page


def test_the_act_of_publication_names_the_verdicts(published):
    """The sealed act of publication holds each property's verdict."""
    from mingtang.platform.ledger import reads as ledger

    body = ledger.receipt(published.act).document["body"]
    assert body["proofs"] == {one["property"]: one["status"] for one in published.proofs}


def test_an_old_publication_without_proofs_is_reckoned(published, person):
    """What was published before verdicts were kept has them reckoned once."""
    published.proofs = None
    published.save(update_fields=["proofs"])
    assert person.get("/scenes/old-age-allowance/contract/proofs.json").json()["proofs"]
