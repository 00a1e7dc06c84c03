"""An agency with a small register in a file, a purpose under law and one under consent, and people of nowhere (place 99)."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from mingtang.engines.identifiers import make_resident_number
from mingtang.platform.exchange import acts
from mingtang.platform.ledger.acts import Actor

SYSTEM = Actor("system", "test")
OFFICER = Actor("official", "o-1", "T-MARKET")
ANNA = make_resident_number("990101", date(1960, 3, 1), 16)
BORIS = make_resident_number("990101", date(2010, 7, 9), 17)

WORDS = {"zh": "词", "en": "Words"}
SOURCE = {
    "code": "residents",
    "agency": "T-POLICE",
    "titles": {"zh": "人口库", "en": "Residents"},
    "kind": "sqlite",
    "address": "test-registers/residents.sqlite3",
    "table": "residents",
    "key": "number",
    "about": "person",
    "fields": [
        {"name": "name", "type": "text", "titles": {"zh": "姓名", "en": "Name"}, "level": 3},
        {"name": "birth", "type": "date", "titles": {"zh": "出生日期", "en": "Date of birth"}, "level": 3},
        {"name": "faith", "type": "text", "titles": {"zh": "信仰", "en": "Faith"}, "level": 4},
    ],
}
PURPOSE = {
    "code": "registering",
    "agency": "T-MARKET",
    "titles": {"zh": "登记", "en": "Registering"},
    "text": WORDS,
    "callers": ["T-MARKET"],
    "grounds": [{"id": "duty", "kind": "statutory-duty", "law": WORDS, "article": WORDS}],
    "fields": {"residents": ["name"]},
    "predicates": [
        {"name": "adult", "source": "residents", "field": "birth", "measure": "age", "least": 18, "titles": WORDS},
        {"name": "known", "source": "residents", "measure": "found", "titles": WORDS},
    ],
    "retention_days": 30,
}
SHARING = PURPOSE | {
    "code": "sharing",
    "grounds": [{"id": "consent", "kind": "consent", "law": WORDS}],
    "fields": {"residents": ["name", "birth"]},
    "validity_days": 100,
}
del SHARING["predicates"]


@pytest.fixture
def register(settings):
    """The file of the register, made anew; a function that runs SQL on it."""
    path = Path(settings.DATA) / "test-registers" / "residents.sqlite3"
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)

    def run(*statements):
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(*statement) if isinstance(statement, tuple) else connection.execute(statement)
        connection.commit()
        connection.close()

    run(
        "CREATE TABLE residents (number TEXT, name TEXT, birth TEXT, faith TEXT)",
        ("INSERT INTO residents VALUES (?, '安禾', '1960-03-01', 'secret')", (ANNA,)),
        ("INSERT INTO residents VALUES (?, '白舟', '2010-07-09', 'secret')", (BORIS,)),
    )
    return run


@pytest.fixture
def exchange(db, clock, register):
    """Source and purposes in force; the injected clock."""
    acts.publish_source(SOURCE, SYSTEM)
    acts.publish_purpose(PURPOSE, SYSTEM)
    acts.publish_purpose(SHARING, SYSTEM)
    return clock


def wanted(**more):
    """An asking of the officer for Anna's name."""
    return acts.Ask(
        **{
            "source": "residents",
            "key": ANNA,
            "purpose": "registering",
            "ground": "duty",
            "case": "t/1",
            "actor": OFFICER,
            "fields": ("name",),
            **more,
        }
    )
