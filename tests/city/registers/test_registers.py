"""The registers of Mingzhou: the same from the same seed, with valid numbers, and as the sources are declared."""

import hashlib
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from mingtang.city.registers import generate
from mingtang.city.registers.demo_people import BY_KEY, PEOPLE
from mingtang.engines.identifiers import read_credit_code, read_resident_number
from mingtang.platform.exchange import acts, reads
from mingtang.platform.ledger.acts import Actor


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small city."""
    made = tmp_path_factory.mktemp("registers")
    generate.write(made, 3000, 300, seed=7)
    return made


def _rows(folder, name, sql):
    connection = sqlite3.connect(folder / f"{name}.sqlite3")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def _all(folder):
    told = hashlib.sha256()
    for path in sorted(folder.glob("*.sqlite3")):
        connection = sqlite3.connect(path)
        for line in connection.iterdump():
            told.update(line.encode())
        connection.close()
    return told.hexdigest()


def test_the_same_seed_gives_the_same_registers(folder, tmp_path):
    """Row by row; another seed gives others."""
    generate.write(tmp_path / "a", 3000, 300, seed=7)
    generate.write(tmp_path / "b", 3000, 300, seed=8)
    assert _all(folder) == _all(tmp_path / "a") != _all(tmp_path / "b")


def test_every_number_is_valid_and_of_nobody(folder):
    """Check digits fit; birthday and sex agree with the number; each place begins with 99, which is assigned to nobody."""
    people = _rows(folder, "population", "SELECT number, birth, sex FROM residents")
    assert len(people) == 3000
    for number, birth, sex in people:
        read = read_resident_number(number)
        assert read.birth == date.fromisoformat(birth) and read.female == (sex == "F") and read.place.startswith("99")
    firms = _rows(folder, "enterprises", "SELECT code FROM enterprises")
    assert len(firms) == 300 and all(read_credit_code(code).place.startswith("99") for (code,) in firms)


def test_registers_agree_with_each_other(folder):
    """Owners, taxpayers, insured and barred people are residents; whoever leads a firm is of age."""
    known = {
        number: date.fromisoformat(birth) for number, birth in _rows(folder, "population", "SELECT number, birth FROM residents")
    }
    for name, sql in (
        ("properties", "SELECT owner FROM properties"),
        ("tax", "SELECT number FROM taxpayers"),
        ("insurance", "SELECT number FROM insured"),
        ("enterprises", "SELECT number FROM barred"),
    ):
        assert {number for (number,) in _rows(folder, name, sql)} <= set(known)
    for (number,) in _rows(folder, "enterprises", "SELECT representative FROM enterprises"):
        assert known[number] < date(2008, 3, 1)


def test_the_demo_people_are_in_it(folder):
    """Each stands in the registers as its story says."""
    numbers = {number for (number,) in _rows(folder, "population", "SELECT number FROM residents")}
    assert {person.number for person in PEOPLE} <= numbers
    assert _rows(folder, "tax", f"SELECT standing FROM taxpayers WHERE number = '{BY_KEY['shen'].number}'") == [("arrears",)]
    assert _rows(folder, "enterprises", f"SELECT until FROM barred WHERE number = '{BY_KEY['he'].number}'") == [("2028-06-30",)]
    assert _rows(folder, "care", f"SELECT level FROM assessments WHERE number = '{BY_KEY['wen'].number}'") == [(2,)]


def test_every_declared_source_and_purpose_works_on_them(db, clock, folder, settings, tmp_path):
    """All declarations come into force; every field of every source can be read from the seeded files, with its type."""
    settings.DATA = tmp_path
    (tmp_path / "registers").symlink_to(folder)
    from mingtang.platform.exchange import adapters, catalogue, gateway

    for kind, publish in (("sources", acts.publish_source), ("purposes", acts.publish_purpose)):
        for path in catalogue.files(kind).values():
            publish(catalogue.read_file(path), Actor("system"))
    assert {spec.code for spec in reads.sources()} >= {
        "population",
        "enterprises",
        "barred",
        "properties",
        "tax",
        "insurance",
        "health",
    }
    for spec in reads.sources():
        file = Path(spec.address).stem
        (key,) = _rows(folder, file, f"SELECT {spec.key} FROM {spec.table} LIMIT 1")[0]
        record = adapters.fetch(spec, key, tuple(field.column for field in spec.fields.values()))
        for field in spec.fields.values():
            gateway._typed(spec, field, record)
    for purpose in reads.purposes():
        for source, names in purpose.allowed.items():
            assert set(names) <= set(reads.source(source).fields), purpose.code
        for predicate in purpose.predicates.values():
            assert not predicate.field or predicate.field in reads.source(predicate.source).fields
