"""The audit finds each kind of change and names where it lies; beside a living city it finds nothing that is not there."""

import json
from pathlib import Path

import pytest
from django.db import connection, transaction

from mingtang import cli
from mingtang.engines import tlog
from mingtang.platform.ledger import acts, reads, sequencer, vault
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.ledger.audit import TEXTS, audit
from mingtang.platform.ledger.keys import log_key
from mingtang.platform.ledger.models import Act, Head, Tile, Vault
from mingtang.platform.people.models import Unit

pytestmark = pytest.mark.django_db
SYSTEM = Actor("system", "test")


def _rename(code, name):
    with transaction.atomic():
        unit = Unit.objects.get(code=code)
        unit.name_en = name
        unit.save()
        return acts.seal(Draft("tests.rename", f"tests/{code}", SYSTEM, {"name": name}, rows=(unit,)))


@pytest.fixture
def city():
    """Three hundred offices founded, one renamed twice, all in the log but the last act."""
    with transaction.atomic():
        units = Unit.objects.bulk_create([Unit(code=f"U{i}", kind="agency", name_zh="局", name_en="Office") for i in range(300)])
        sealed = acts.seal_many([Draft("tests.found", f"tests/{unit.code}", SYSTEM, {"code": unit.code}, rows=(unit,)) for unit in units])
    sealed.append(_rename("U7", "First"))
    sequencer.run_once()
    sealed.append(_rename("U7", "Second"))
    return sealed


def _named():
    return [(one.kind, one.where) for one in audit().findings]


def _key_of(code):
    return f"people.unit/{Unit.objects.get(code=code).pk}"


def test_an_untouched_ledger_is_clean(city):
    """Everything fits, and the audit says how much it looked at."""
    outcome = audit()
    assert outcome.findings == [] and outcome.clean
    assert (outcome.size, outcome.acts, outcome.pending, outcome.documents, outcome.rows) == (301, 302, 1, 302, 300)


def test_a_changed_row_is_named_with_the_act_it_contradicts(city):
    """A name changed behind the acts' back."""
    Unit.objects.filter(code="U7").update(name_en="Third")
    (finding,) = audit().findings
    assert (finding.kind, finding.where, finding.act) == ("row_changed", _key_of("U7"), str(city[-1].id))
    assert str(city[-1].id) in finding.sentence("zh") and "changed" in finding.sentence("en")


def test_an_older_state_put_back_is_named(city):
    """A row as an earlier act left it is not as the latest left it."""
    Unit.objects.filter(code="U7").update(name_en="First")
    assert _named() == [("row_changed", _key_of("U7"))]


def test_a_deleted_and_a_slipped_in_row_are_named(city):
    """A row that is gone, and one that no act made."""
    gone = _key_of("U9")
    Unit.objects.filter(code="U9").delete()
    Unit.objects.create(code="X", kind="agency", name_zh="假", name_en="False")
    assert _named() == [("row_deleted", gone), ("row_unsealed", _key_of("X"))]


def test_a_row_that_an_act_deleted_is_no_finding(city):
    """An act may say that a row is gone; coming back without an act is then a change."""
    with transaction.atomic():
        unit = Unit.objects.get(code="U9")
        acts.seal(Draft("tests.close", "tests/U9", SYSTEM, {}, gone=(unit,)))
        key = unit.pk
        unit.delete()
    assert _named() == []
    Unit.objects.create(pk=key, code="U9", kind="agency", name_zh="局", name_en="Office")
    assert _named() == [("row_changed", f"people.unit/{key}")]


def test_a_dropped_act_is_named_by_its_place(city):
    """The act and its document deleted: the log still has the entry."""
    Act.objects.filter(id=city[5].id).delete()
    assert ("act_dropped", "5") in _named()


def test_swapped_acts_are_named(city):
    """Two acts whose places were exchanged."""
    one, two = Act.objects.get(id=city[1].id), Act.objects.get(id=city[2].id)
    Act.objects.filter(pk=one.pk).update(index=9999)
    Act.objects.filter(pk=two.pk).update(index=1)
    Act.objects.filter(pk=one.pk).update(index=2)
    assert _named() == [("act_swapped", str(two.id)), ("act_swapped", str(one.id))]


@pytest.mark.parametrize("change", [
    {"kind": "tests.other"}, {"subject": "tests/U0"}, {"actor_ref": "someone"}, {"unit": "U1"}, {"contract": "sha256:00"}, {"at": "2020-01-01T00:00:00Z"},
])
def test_a_changed_record_of_an_act_is_named(city, change):
    """Kind, subject, actor, office, contract and time stand in the document too."""
    Act.objects.filter(id=city[3].id).update(**change)
    assert _named() == [("act_changed", str(city[3].id))]


def test_a_changed_document_is_named(city):
    """One bit in the vault, a document sealed anew under the same key, and a document that is gone."""
    row = Vault.objects.get(pk=city[4].id)
    honest = bytes(row.sealed)
    Vault.objects.filter(pk=row.pk).update(sealed=bytes([honest[0] ^ 1]) + honest[1:])
    assert ("document_changed", str(city[4].id)) in _named()
    salt, document = vault.open_row(row)
    forged = vault.AESGCM(vault.keyring().read(row.block, row.slot)).encrypt(bytes(12), salt + document.replace(b'"U4"', b'"U5"'), row.pk.bytes)
    Vault.objects.filter(pk=row.pk).update(sealed=forged)
    assert ("document_changed", str(city[4].id)) in _named()
    Vault.objects.filter(pk=row.pk).delete()
    assert ("document_gone", str(city[4].id)) in _named()


def test_a_destroyed_key_without_an_erasure_is_named(city):
    """Who destroys keys without an act is found."""
    row = Vault.objects.get(pk=city[4].id)
    vault.keyring().destroy([(row.block, row.slot)])
    assert ("document_gone", str(city[4].id)) in _named()


def test_an_erasure_is_no_finding(city):
    """What an act erased is counted as erased; its rows are released; the key is gone from the keyring for good."""
    row = Vault.objects.get(act__subject="tests/U8")
    with transaction.atomic():
        acts.erase("tests/U8", reason="law", actor=SYSTEM)
    vault.destroy_doomed()
    with pytest.raises(vault.KeyDestroyed):
        vault.keyring().read(row.block, row.slot)
    with pytest.raises(vault.Unreadable):
        vault.open_row(row)
    Unit.objects.filter(code="U8").update(name_en="")
    outcome = audit()
    assert outcome.findings == [] and outcome.erased == 1


def test_a_changed_tile_and_entry_are_named(city):
    """A flipped bit in a tile names the tile; in a bundle, the entry and the act that no longer fits."""
    tile = Tile.objects.get(level=0, index=0)
    honest = bytes(tile.data)
    Tile.objects.filter(pk=tile.pk).update(data=honest[:40] + bytes([honest[40] ^ 1]) + honest[41:])
    assert _named() == [("tile", "tile/0/000")]
    Tile.objects.filter(pk=tile.pk).update(data=honest)
    bundle = Tile.objects.get(level=-1, index=0)
    data = bytes(bundle.data)
    Tile.objects.filter(pk=bundle.pk).update(data=data[:40] + bytes([data[40] ^ 1]) + data[41:])
    assert _named() == [("act_swapped", str(city[1].id)), ("entry", "1")]


def test_a_forged_checkpoint_is_named(city):
    """A checkpoint signed by another key."""
    head = Head.objects.get()
    other = tlog.SignerKey.from_seed(log_key().name, tlog.NOTE_KEY, bytes(32))
    Head.objects.update(checkpoint=tlog.Checkpoint(log_key().name, head.size, bytes(head.root)).signed(other))
    assert _named() == [("signature", "checkpoint")]


def _rebuild(entries):
    """What an insider with the key can do: another history, all tiles made anew, properly signed."""
    Tile.objects.all().delete()
    edge = tlog.Edge()
    tiles = edge.append([tlog.leaf_hash(entry) for entry in entries])
    tiles |= {(-1, i // 256): tlog.pack_bundle(entries[i:i + 256]) for i in range(0, len(entries), 256)}
    Tile.objects.bulk_create([Tile(level=level, index=index, data=data) for (level, index), data in tiles.items()])
    note = tlog.Checkpoint(log_key().name, edge.size, edge.root()).signed(log_key())
    Head.objects.update(size=edge.size, root=edge.root(), checkpoint=note, published=note, published_size=edge.size)


def test_a_log_rewritten_by_who_holds_the_key_is_found_by_the_lock_store(city):
    """An act taken out and the whole log signed anew contradicts the checkpoint that was published; nothing more is signed."""
    kept = Act.objects.filter(index__isnull=False).exclude(id=city[5].id).order_by("index")
    entries = [bytes(entry) for entry in kept.values_list("commitment", flat=True)]
    Act.objects.filter(id=city[5].id).delete()
    Unit.objects.filter(code="U5").delete()
    for place, act in enumerate(kept):
        Act.objects.filter(pk=act.pk).update(index=place)
    _rebuild([*entries, b"x" * 32])
    assert ("history", "301") in _named()
    with pytest.raises(sequencer.ForkRefused):
        sequencer.run_once()


def test_a_log_cut_short_is_found_by_the_lock_store_and_by_a_kept_checkpoint(city, tmp_path, capsys, settings):
    """Back to an earlier size with everything that belongs to it: the lock store knows better, and so does any checkpoint someone kept."""
    (tmp_path / "kept").write_bytes(reads.checkpoint())
    Act.objects.filter(index__gte=100).delete()
    Act.objects.filter(index=None).delete()
    Unit.objects.exclude(code__in=[f"U{i}" for i in range(100)]).delete()
    Unit.objects.filter(code="U7").update(name_en="Office")
    _rebuild([bytes(entry) for entry in Act.objects.order_by("index").values_list("commitment", flat=True)])
    assert _named() == [("truncated", "301")]
    with pytest.raises(sequencer.ForkRefused):
        sequencer.run_once()
    (Path(settings.DATA) / "ledger-lock.sqlite3").unlink()
    assert _named() == []
    assert cli.main(["ledger", "audit", "--checkpoint", str(tmp_path / "kept"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["kind"] == "truncated"


def test_the_command_names_findings_in_words(city, capsys, monkeypatch):
    """In English and Chinese, with status 1; a clean ledger ends with status 0."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert cli.main(["ledger", "audit"]) == 0
    assert "302 acts (1 pending)" in capsys.readouterr().out
    Unit.objects.filter(code="U7").update(name_en="Third")
    assert cli.main(["ledger", "audit"]) == 1
    assert f"✗ The row {_key_of('U7')} was changed" in capsys.readouterr().out
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert cli.main(["ledger", "audit"]) == 1
    assert f"数据行 {_key_of('U7')} 被改动" in capsys.readouterr().out


def test_every_kind_of_finding_has_words():
    """Each kind that the log's examination or the audit can name is worded in both languages."""
    source = Path(audit.__code__.co_filename).read_text() + Path(tlog.fsck.__file__).read_text()
    kinds = {kind for kind in TEXTS if f'"{kind}"' in source.split("TEXTS = {")[0] + source.split("\n}\n", 1)[1]}
    assert kinds == set(TEXTS)
    assert all(text.zh and text.en for text in TEXTS.values())


@pytest.mark.django_db(transaction=True)
def test_the_audit_reads_one_moment(city):
    """Outside a transaction it opens a snapshot of its own, and closes it again: sealing goes on afterwards."""
    assert audit().clean
    assert not connection.in_atomic_block
    _rename("U1", "After")
    assert audit().clean
