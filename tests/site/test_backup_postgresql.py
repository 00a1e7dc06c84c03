"""The same backup and restore where the database is PostgreSQL."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.site.conftest import ROOT, Installation

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def server():
    """A private server; two empty databases."""
    sys.path.insert(0, str(ROOT / "script"))
    try:
        import private_postgresql
    finally:
        sys.path.pop(0)
    if private_postgresql.binaries() is None:
        pytest.skip("no PostgreSQL server programs here")
    with private_postgresql.server() as url:
        folder = url.split("host=")[1]
        subprocess.run([private_postgresql.binaries() / "createdb", "-h", folder, "-U", "mingtang", "other"], check=True)
        yield url, url.replace("@/mingtang", "@/other")


def test_a_city_on_postgresql_is_backed_up_and_restored(server, tmp_path):
    """pg_dump into the file; restored into an empty database and over a full one; audited both times."""
    first, second = server
    here = Installation(tmp_path / "here", MINGTANG_DATABASE_URL=first)
    here.done("migrate")
    here.done("people", "found", "C", "city", "--zh", "测试市", "--en", "Test City")
    here.done("people", "appoint", "o1", "C", "--zh", "乙二", "--en", "Yi Er", "--role", "clerk")
    file = tmp_path / "here/backups/one.tar.gz"
    here.done("backup", str(file))
    here.done("people", "appoint", "o2", "C", "--zh", "丙三", "--en", "Bing San")

    there = Installation(tmp_path / "there", MINGTANG_DATABASE_URL=second)
    assert "audit of the ledger" in there.done("restore", str(file))
    assert there.done("people", "list", "C").split() == ["o1", "clerk"]

    refused = here.run("restore", str(file))
    assert refused.returncode == 1 and "site.data_present" in refused.stderr
    assert "audit of the ledger" in here.done("restore", str(file), "--replace")
    assert "o2" not in here.done("people", "list", "C")


def test_a_backup_of_sqlite_is_not_restored_into_postgresql(server, tmp_path, installation):
    """Another kind of database is refused by name."""
    file = tmp_path / "backups/one.tar.gz"
    installation.done("backup", str(file))
    result = Installation(tmp_path / "pg", MINGTANG_DATABASE_URL=server[1]).run("restore", str(file))
    assert result.returncode == 1 and "it is of sqlite" in result.stderr
