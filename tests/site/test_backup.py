"""Backup and restore of a real installation."""

from __future__ import annotations

import io
import json
import stat
import tarfile

import pytest

from tests.site.conftest import Installation


@pytest.fixture
def kept(installation):
    """An installation with its backup; the ledger has caught up."""
    sequence(installation)
    (installation.data / "attachments/ab").mkdir(parents=True)
    (installation.data / "attachments/ab/abcd.webp").write_bytes(b"photo")
    file = installation.data / "backups/one.tar.gz"
    installation.done("backup", str(file))
    return file


def sequence(installation):
    """Let the sequencer append what waits."""
    import subprocess
    import sys

    code = "import django; django.setup()\nfrom mingtang.platform.ledger import sequencer\nwhile sequencer.run_once(2000): pass"
    environment = {**installation.environment, "DJANGO_SETTINGS_MODULE": "mingtang.site.settings"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)


def test_a_backup_is_for_its_owner_alone_and_names_what_it_holds(kept):
    """Mode 600; manifest first; database, keys and attachments."""
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with tarfile.open(kept) as archive:
        names = archive.getnames()
        manifest = json.load(archive.extractfile("manifest.json"))
    assert names == ["manifest.json", "database.sqlite3", "keys/secret-key", "keys/ledger-key", "attachments/ab/abcd.webp"]
    assert manifest["ledger"]["size"] >= 3 and set(manifest["members"]) == set(names[1:])


def test_a_restore_on_another_machine_is_the_same_city(kept, tmp_path):
    """A fresh folder: restored, audited, the same official, the same log key, the same photo; the restored city goes on."""
    other = Installation(tmp_path / "other")
    said = other.done("restore", str(kept))
    assert "audit of the ledger" in said
    assert "o1" in other.done("people", "list", "C-1")
    for name in ("ledger-key", "secret-key", "attachments/ab/abcd.webp"):
        assert (other.data / name).read_bytes() == (kept.parent.parent / name).read_bytes()
    other.done("people", "grant", "o1", "head", "C-1")
    sequence(other)
    other.done("ledger", "audit")


def test_what_is_there_is_never_overwritten_unasked(kept, installation):
    """Without --replace: refused. With it the old files are put aside."""
    installation.done("people", "appoint", "o2", "C-1", "--zh", "丙三", "--en", "Bing San")
    refused = installation.run("restore", str(kept))
    assert refused.returncode == 1 and "site.data_present" in refused.stderr
    assert "o2" in installation.done("people", "list", "C-1")
    said = installation.done("restore", str(kept), "--replace")
    assert "put aside" in said and "o2" not in installation.done("people", "list", "C-1")
    assert list(installation.data.glob("replaced-*/mingtang.sqlite3"))


def test_a_running_city_is_not_restored_over(kept, installation):
    """While a worker lives the restore is refused."""
    import time

    process = installation.start("worker")
    try:
        end = time.monotonic() + 20
        while not (installation.data / "worker.lock").exists() and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(1)
        refused = installation.run("restore", str(kept), "--replace")
        assert refused.returncode == 1 and "site.still_running" in refused.stderr
    finally:
        process.terminate()
        process.communicate(timeout=20)


def rewritten(source, target, change):
    """A copy of a backup with ``change(name, content)`` applied to each member; None drops it."""
    with tarfile.open(source) as archive, tarfile.open(target, "w:gz") as copy:
        for member in archive:
            content = change(member.name, archive.extractfile(member).read())
            if content is not None:
                member.size = len(content)
                copy.addfile(member, io.BytesIO(content))


def _damaged(name, content):
    return content[:-1] + bytes([content[-1] ^ 1]) if name == "database.sqlite3" else content


def _without_photo(name, content):
    return None if name.startswith("attachments") else content


def _without_manifest(name, content):
    return None if name == "manifest.json" else content


def _other_format(name, content):
    return content.replace(b'"format": 1', b'"format": 9') if name == "manifest.json" else content


def _escaping(name, content):
    return content.replace(b"attachments/ab/abcd.webp", b"attachments/../../abcd.we") if name == "manifest.json" else content


@pytest.mark.parametrize("change", [_damaged, _without_photo, _without_manifest, _other_format, _escaping])
def test_a_changed_backup_is_refused_before_anything_is_touched(kept, tmp_path, change):
    """A damaged, dropped, renamed or foreign member: not a backup, and the target stays empty."""
    bad, other = kept.with_name("bad.tar.gz"), Installation(tmp_path / "other")
    rewritten(kept, bad, change)
    result = other.run("restore", str(bad))
    assert result.returncode == 1 and "site.not_a_backup" in result.stderr
    assert not (other.data / "ledger-key").exists()


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\x1f\x8b\x08\x00garbage"])
def test_what_is_no_backup_at_all_is_refused(tmp_path, content):
    """An empty file, text, a broken archive."""
    file = tmp_path / "x.tar.gz"
    file.write_bytes(content)
    result = Installation(tmp_path / "data").run("restore", str(file))
    assert result.returncode == 1 and "site.not_a_backup" in result.stderr


def test_an_archive_cut_short_is_refused(kept, tmp_path):
    """Half a file is no backup."""
    half = kept.with_name("half.tar.gz")
    half.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    result = Installation(tmp_path / "other").run("restore", str(half))
    assert result.returncode == 1 and "site.not_a_backup" in result.stderr


def test_without_the_mirror_of_the_keys_nothing_is_restored(kept, tmp_path):
    """The backup file alone cannot open the documents: the restore says what is missing."""
    moved = tmp_path / "elsewhere.tar.gz"
    moved.write_bytes(kept.read_bytes())
    result = Installation(tmp_path / "other").run("restore", str(moved))
    assert result.returncode == 1 and "site.keys_missing" in result.stderr


def test_what_was_erased_after_the_backup_stays_erased(tmp_path):
    """A key that is zeros in the live folder becomes zeros in the mirror; the others stay."""
    from mingtang.site.operations.backup import mirror
    from mingtang.site.operations.restore import _carry_erasures

    live, kept = tmp_path / "live", tmp_path / "kept"
    (live / "ab").mkdir(parents=True)
    (live / "ab/block").write_bytes(b"A" * 32 + b"B" * 32)
    assert mirror(live, kept) == ["ab/block"]
    (live / "ab/block").write_bytes(bytes(32) + b"B" * 32)
    _carry_erasures(live, kept)
    assert (kept / "ab/block").read_bytes() == bytes(32) + b"B" * 32
    (live / "ab/block").write_bytes(bytes(64))
    mirror(live, kept)
    assert (kept / "ab/block").read_bytes() == bytes(64)
