"""The table of searchable terms: FTS5 without content on SQLite, an array under GIN on PostgreSQL."""

from django.db import migrations

SQLITE = "CREATE VIRTUAL TABLE requests_fulltext USING fts5(terms, content='', detail=none, tokenize='unicode61')"
POSTGRESQL = (
    "CREATE TABLE requests_fulltext (id bigint PRIMARY KEY, terms text[] NOT NULL)",
    "CREATE INDEX requests_fulltext_terms ON requests_fulltext USING gin (terms)",
)


def make(apps, editor):
    for statement in (SQLITE,) if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def drop(apps, editor):
    editor.execute("DROP TABLE requests_fulltext")


class Migration(migrations.Migration):
    dependencies = [("requests", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
