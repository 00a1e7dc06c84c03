"""Publication and decision: checked, stored by hash, sealed, to be reckoned again on any day."""

import shutil
from datetime import date

import pytest

from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.scenes import acts, reads
from mingtang.platform.scenes.deciding import NotInForce, again, evaluate
from mingtang.platform.scenes.models import Decision, Publication, StoredFile
from mingtang.platform.scenes.packs import PackRefused
from mingtang.platform.scenes.shelf import StoredPackChanged, shelf
from tests.platform.scenes.conftest import CLERK, SCENES

FACTS = {
    "birth date": date(1935, 5, 5),
    "registered here": True,
    "hardship": "dibao",
    "severely disabled": True,
    "disability": "none",
    "disability level": 0,
    "multiple disabilities": False,
    "other benefits": [],
}

pytestmark = pytest.mark.django_db


def _fresh():
    shelf._packs.clear()
    shelf._folders.clear()


def test_publication_is_sealed_and_names_the_hash(published):
    """The act of publication holds name, version, the pack's hash, the hash of every file and of every contract."""
    document = ledger.receipt(published.act).document
    assert document["kind"] == "scenes.publish"
    assert document["body"]["hash"] == published.hash == reads.pack("old-age-allowance").hash
    assert set(document["body"]["files"]) == set(reads.pack("old-age-allowance").files)
    assert document["body"]["contracts"]["rules"].startswith("sha256:")
    assert f"scenes.publication/{published.pk}" in document["rows"]


def test_the_same_contents_are_published_once(published):
    """Publishing what is in force already changes nothing."""
    assert acts.publish("old-age-allowance", CLERK).pk == published.pk
    assert Publication.objects.count() == 1


def test_the_published_pack_comes_from_the_database(published, settings):
    """What is in force does not depend on the folder any more."""
    settings.SCENES = []
    _fresh()
    pack = reads.pack("old-age-allowance")
    assert pack.folder is None
    assert pack.hash == published.hash


def test_an_installation_in_earnest_serves_no_draft(db, settings):
    """Without the demo city only what was published is a scene."""
    settings.DEMO = False
    with pytest.raises(reads.NoSuchScene):
        reads.pack("old-age-allowance")
    assert reads.catalogue() == []


def test_a_version_is_never_published_twice_with_other_contents(published, shelf_at):
    """Other contents need another version; then both stay, the later one in force."""
    folder = shelf_at() / "old-age-allowance"
    shutil.copytree(SCENES / "old-age-allowance", folder)
    (folder / "guide.en.md").write_text("# Changed\n")
    with pytest.raises(acts.VersionTaken):
        acts.publish("old-age-allowance", CLERK)
    scene = folder / "scene.yaml"
    scene.write_text(scene.read_text().replace('version: "2026.1"', 'version: "2026.2"'))
    later = acts.publish("old-age-allowance", CLERK)
    assert reads.pack("old-age-allowance").version == "2026.2"
    assert reads.pack_by_hash(published.hash).version == "2026.1"
    assert [one.pk for one in reads.publications("old-age-allowance")] == [later.pk, published.pk]


def test_a_pack_with_faults_is_not_published(db, clock, shelf_at):
    """A worked example that comes out otherwise keeps the pack from being published, and nothing is stored."""
    folder = shelf_at() / "old-age-allowance"
    shutil.copytree(SCENES / "old-age-allowance", folder)
    cases = folder / "cases.yaml"
    cases.write_text(cases.read_text().replace("old age: 800", "old age: 900"))
    with pytest.raises(PackRefused) as caught:
        acts.publish("old-age-allowance", CLERK)
    assert caught.value.findings[0].code == "scenes.example_otherwise"
    assert not Publication.objects.exists() and not StoredFile.objects.exists()


def test_a_changed_stored_file_is_noticed(published):
    """A published file that was changed in the database is not served: the hash no longer fits."""
    _fresh()
    stored = StoredFile.objects.get(hash=published.files["guide.en.md"])
    stored.content = b"# Forged"
    stored.save()
    with pytest.raises(StoredPackChanged):
        reads.pack("old-age-allowance")


def test_a_decision_is_sealed_with_its_contract_and_reasons(published):
    """The act carries contract hash, facts, rules and law; the row and the log carry no fact about the person."""
    pack = reads.pack("old-age-allowance")
    decided = acts.decide(pack, FACTS, Actor("resident"))
    assert decided.kind == "granted"
    assert decided.document["value"] == {"old age": 500, "hardship": 300, "care": 600, "total": 1400}
    document = ledger.receipt(decided.sealed.id).document
    assert document["contract"] == pack.contract().hash
    assert document["body"] == decided.document
    row = Decision.objects.get(pk=decided.id)
    assert decided.secret not in row.secret
    assert "1935" not in " ".join(str(getattr(row, field.name)) for field in Decision._meta.fields)
    assert str(decided.sealed.subject) == f"scenes/decisions/{decided.id}"


def test_the_reasons_name_rule_law_and_near_misses(published):
    """Each table tells which rule mattered with its law in both languages, and which one failed by a single cell."""
    decided = acts.decide(reads.pack("old-age-allowance"), FACTS, Actor("resident"))
    table = next(one for one in decided.document["tables"] if one["decision"] == "Old age allowance")
    assert table["rules"] == 5
    [rule] = table["matched"]
    assert (rule["rule"], rule["law"]["id"], rule["law"]["en"]) == (4, "bj-2019-160", "Part 2 (3) 2")
    assert "500" in rule["en"] and "五百" in rule["zh"]
    near = {one["rule"]: one["failed"] for one in table["near"]}
    assert set(near) == {1, 2, 3, 5}
    assert near[5]["cell"] == ">= 100"
    assert near[5]["value"] in ("90", 90)


def test_a_decision_can_be_reckoned_again(published):
    """From the document alone, with the pack of its hash, the same value comes out; a forged value is found."""
    document = acts.decide(reads.pack("old-age-allowance"), FACTS, Actor("resident")).document
    assert list(again(document, reads.pack_by_hash)) == []
    forged = {**document, "value": {**document["value"], "care": 900}}
    assert [place for place, _wanted, _got in again(forged, reads.pack_by_hash)] == ["care"]


def test_a_day_before_the_rule_is_refused(published):
    """The contract decides for days on which it is in force, and for no other."""
    with pytest.raises(NotInForce):
        evaluate(reads.pack("old-age-allowance"), FACTS, date(2019, 9, 30))


def test_today_is_the_citys_today(published, clock):
    """Late in the evening in UTC it is already tomorrow in the city."""
    clock.set(clock.now().replace(hour=17))
    assert evaluate(reads.pack("old-age-allowance"), FACTS)[1] == date(2026, 3, 3)


def test_a_decision_opens_with_its_secret_alone(published):
    """Another secret, or another decision's, opens nothing and does not tell whether the decision exists."""
    decided = acts.decide(reads.pack("old-age-allowance"), FACTS, Actor("resident"))
    assert reads.decision(decided.id, decided.secret).document == decided.document
    with pytest.raises(reads.NoSuchDecision):
        reads.decision(decided.id, "x" * 32)
    with pytest.raises(reads.NoSuchDecision):
        reads.decision(decided.sealed.id, decided.secret)


def test_an_erased_decision_keeps_only_that_it_was_made(published):
    """After erasure the page of the decision has no facts and no reasons any more; the row stays."""
    from mingtang.platform.ledger import acts as ledger_acts

    decided = acts.decide(reads.pack("old-age-allowance"), FACTS, Actor("resident"))
    ledger_acts.erase(decided.sealed.subject, reason="asked by the person", actor=CLERK)
    view = reads.decision(decided.id, decided.secret)
    assert view.document is None
    assert view.kind == "granted"
