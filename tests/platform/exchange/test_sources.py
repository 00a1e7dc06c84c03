"""Sources that are down, slow, lying or talkative: a clear error or a trimming, never a half-truth, always an entry."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mingtang.platform.exchange import acts, reads
from mingtang.platform.exchange.faults import SourceDown, SourceSlow, SourceWrong
from mingtang.platform.ledger import reads as ledger
from tests.platform.exchange.conftest import ANNA, BORIS, SOURCE, SYSTEM, wanted

GOOD = {"number": ANNA, "name": "安禾", "birth": "1960-03-01"}


@pytest.fixture
def rest(exchange, settings, tmp_path):
    """A REST source in this process; ``rest.answer`` is what it says: a record, bytes, a status, or a function of the handler."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked = self.path
            said = server.answer
            if callable(said):
                return said(self)
            body = said if isinstance(said, bytes) else json.dumps(said).encode() if not isinstance(said, int) else b""
            self.send_response(said if isinstance(said, int) else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.answer = dict(GOOD)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    addresses = tmp_path / "addresses.json"
    addresses.write_text(json.dumps({"PEOPLE": f"http://127.0.0.1:{server.server_port}/people"}))
    settings.SOURCE_ADDRESSES = str(addresses)
    acts.publish_source(SOURCE | {"kind": "rest", "address": "setting:PEOPLE", "milliseconds": 250}, SYSTEM)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _refused(fault, outcome="failed"):
    with pytest.raises(fault) as told:
        acts.ask(wanted(predicates=("adult",)))
    look = reads.looks(reads.person_ref(ANNA))[0]
    assert (look.outcome, look.reason) == (outcome, told.value.code)
    assert told.value.status < 500 and ANNA not in told.value.message("en") + told.value.advice("zh")


def test_only_declared_fields_are_asked_for(rest):
    """The request names the columns that are needed and no other."""
    assert acts.ask(wanted(predicates=("adult",))).holds == {"adult": True}
    assert "faith" not in rest.asked and "birth" in rest.asked


def test_what_comes_beyond_is_thrown_away_and_noted_by_name(rest):
    """A talkative source: the extra field is not handed out; its name stands in the entry."""
    rest.answer = GOOD | {"faith": "secret", "salary": 5}
    facts = acts.ask(wanted())
    assert facts.values == {"name": "安禾"} and facts.header["excess"] == ["birth", "faith", "salary"]
    assert "secret" not in json.dumps(ledger.receipt(facts.sealed.id).document)


@pytest.mark.parametrize(
    "answer",
    [
        GOOD | {"number": BORIS},
        GOOD | {"birth": "yesterday"},
        GOOD | {"birth": 19600301},
        GOOD | {"name": ["安", "禾"]},
        GOOD | {"name": "x" * 5000},
        [GOOD, GOOD],
        "text",
        b"{not json",
        b"[" * 100_000,
        b" " * 1_100_000,
        {},
    ],
)
def test_a_lying_source_is_not_believed(rest, answer):
    """Another person's record, a value of another type, something that is no record: nothing of it is used."""
    rest.answer = answer
    _refused(SourceWrong)


@pytest.mark.parametrize("answer", [500, 302, 403])
def test_a_source_that_fails_is_down(rest, answer):
    """An error of the source is told as its being down; redirects are not followed."""
    rest.answer = answer
    _refused(SourceDown)


def test_an_unknown_person_is_not_found(rest):
    """404 is no fault: there is no such record."""
    rest.answer = 404
    assert not acts.ask(wanted()).found


def test_a_slow_source_ends_within_its_time(rest):
    """A source that keeps silent, and one that drips, are given up."""
    rest.answer = lambda handler: time.sleep(0.6)
    _refused(SourceSlow)

    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        for _ in range(10):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.06)

    def quiet(handler):
        try:
            drip(handler)
        except OSError:
            return

    rest.answer = quiet
    begin = time.monotonic()
    _refused(SourceSlow)
    assert time.monotonic() - begin < 5


def test_a_source_that_is_not_there_is_down(exchange, settings, register):
    """A missing file, a missing table, a port where nobody listens, an address that is not set."""
    acts.publish_source(SOURCE | {"address": "test-registers/none.sqlite3"}, SYSTEM)
    _refused(SourceDown)
    acts.publish_source(SOURCE | {"table": "nothing"}, SYSTEM)
    _refused(SourceDown)
    acts.publish_source(SOURCE | {"kind": "rest", "address": "http://127.0.0.1:9"}, SYSTEM)
    _refused(SourceDown)
    acts.publish_source(SOURCE | {"kind": "rest", "address": "setting:NONE"}, SYSTEM)
    _refused(SourceDown)


@pytest.mark.parametrize(
    "address", ["mingtang.sqlite3", "../registers/x.sqlite3", "test-registers/../secret-key", "vault-keys/x", "/etc/passwd"]
)
def test_only_registers_are_reached(exchange, address):
    """A declaration that names the database, the keys or a file elsewhere reaches nothing."""
    acts.publish_source(SOURCE | {"address": address}, SYSTEM)
    _refused(SourceDown)


def test_a_register_with_two_records_of_one_key_is_not_believed(exchange, register):
    """Which of the two is meant nobody can know."""
    register(("INSERT INTO residents VALUES (?, '另一人', '1999-01-01', '')", (ANNA,)))
    _refused(SourceWrong)


def test_a_long_query_is_given_up(exchange, register):
    """A view that never ends is stopped within the source's time."""
    register("""CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                SELECT CAST(i AS TEXT) AS number, '' AS name, '' AS birth FROM n""")
    acts.publish_source(SOURCE | {"table": "endless", "milliseconds": 100}, SYSTEM)
    _refused(SourceSlow)


def test_a_table_in_a_file_is_a_source(exchange, settings):
    """A CSV file, read again when it changes."""
    from pathlib import Path

    path = Path(settings.DATA) / "test-registers" / "people.csv"
    path.write_text(f"number,name,birth\n{ANNA},安禾,1960-03-01\n", encoding="utf-8")
    acts.publish_source(SOURCE | {"kind": "file", "address": "test-registers/people.csv"}, SYSTEM)
    assert acts.ask(wanted(predicates=("adult",))).holds == {"adult": True}
    path.write_text(f"number,name,birth\n{ANNA},安禾禾,1960-03-01\n", encoding="utf-8")
    assert acts.ask(wanted()).values == {"name": "安禾禾"}


@pytest.mark.postgresql
def test_a_table_in_postgresql_is_a_source(exchange, settings, tmp_path, django_db_blocker):
    """PostgreSQL is asked read-only and within its time."""
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    import psycopg

    kept = connection.settings_dict
    dsn = f"host={kept['OPTIONS'].get('host') or kept['HOST']} user={kept['USER']} dbname=postgres"
    with psycopg.connect(dsn, autocommit=True) as other:
        other.execute("DROP TABLE IF EXISTS mz_people")
        other.execute("CREATE TABLE mz_people (number text, name text, birth date)")
        other.execute("INSERT INTO mz_people VALUES (%s, '安禾', '1960-03-01')", (ANNA,))
        addresses = tmp_path / "a.json"
        addresses.write_text(json.dumps({"PG": dsn}))
        settings.SOURCE_ADDRESSES = str(addresses)
        acts.publish_source(SOURCE | {"kind": "postgresql", "address": "setting:PG", "table": "mz_people"}, SYSTEM)
        assert acts.ask(wanted(predicates=("adult",))).values == {"name": "安禾"}
        acts.publish_source(
            SOURCE
            | {"kind": "postgresql", "address": "setting:PG", "table": "(SELECT pg_sleep(5))", "milliseconds": 200}
            | {"table": "mz_slow"},
            SYSTEM,
        )
        other.execute(
            "CREATE OR REPLACE VIEW mz_slow AS SELECT m.*, pg_sleep(3)::text AS z FROM mz_people m WHERE pg_sleep(3) IS NOT NULL"
        )
        _refused(SourceSlow)
        other.execute("DROP VIEW mz_slow; DROP TABLE mz_people")
