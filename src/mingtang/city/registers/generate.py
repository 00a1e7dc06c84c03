"""Makes the registers of Mingzhou from a seed: the same seed gives the same rows, whatever the machine.

Nine files below ``registers/`` in the data folder, one an agency's: population, enterprises, properties, tax, insurance, health, education, care.
A file is built aside and put in place whole, so that a reader meets the old one or the new one.

    write(folder, residents=100_000, enterprises=10_000, seed=2026)
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from mingtang.city.registers import names
from mingtang.city.registers.demo_people import PEOPLE
from mingtang.engines.identifiers import make_credit_code, make_resident_number

TODAY = date(2026, 3, 1)  # the day of the registers: ages and dates count from it
_FIRST_BIRTH = date(1932, 1, 1)
_BODY = "0123456789ABCDEFGHJKLMNPQRTUWXY"

TABLES = {
    "population": """CREATE TABLE residents (number TEXT PRIMARY KEY, name TEXT NOT NULL, sex TEXT NOT NULL, birth TEXT NOT NULL, street TEXT NOT NULL,
        registered_here INTEGER NOT NULL, standing TEXT NOT NULL) WITHOUT ROWID""",
    "enterprises": """CREATE TABLE enterprises (code TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, trade TEXT NOT NULL, capital INTEGER NOT NULL, founded TEXT NOT NULL,
        standing TEXT NOT NULL, representative TEXT NOT NULL, premises TEXT NOT NULL);
        CREATE TABLE barred (number TEXT PRIMARY KEY, until TEXT NOT NULL, reason TEXT NOT NULL)""",
    "properties": """CREATE TABLE properties (certificate TEXT PRIMARY KEY, owner TEXT NOT NULL, address TEXT NOT NULL, use TEXT NOT NULL, area REAL NOT NULL,
        standing TEXT NOT NULL) WITHOUT ROWID""",
    "tax": "CREATE TABLE taxpayers (number TEXT PRIMARY KEY, standing TEXT NOT NULL, arrears INTEGER NOT NULL) WITHOUT ROWID",
    "insurance": "CREATE TABLE insured (number TEXT PRIMARY KEY, standing TEXT NOT NULL, months INTEGER NOT NULL, employer TEXT NOT NULL) WITHOUT ROWID",
    "health": "CREATE TABLE records (number TEXT PRIMARY KEY, blood TEXT NOT NULL, allergies TEXT NOT NULL, chronic TEXT NOT NULL, doctor TEXT NOT NULL) WITHOUT ROWID",
    "education": "CREATE TABLE pupils (number TEXT PRIMARY KEY, school TEXT NOT NULL, grade INTEGER NOT NULL, support TEXT NOT NULL) WITHOUT ROWID",
    "care": "CREATE TABLE assessments (number TEXT PRIMARY KEY, level INTEGER NOT NULL, lives_alone INTEGER NOT NULL, assessed TEXT NOT NULL) WITHOUT ROWID",
}


@dataclass(frozen=True, slots=True)
class Resident:
    """One drawn person."""

    number: str
    name: str
    sex: str
    birth: date
    street: str
    registered_here: bool
    standing: str


def write(folder: Path, residents: int = 100_000, enterprises: int = 10_000, seed: int = 2026) -> dict[str, int]:
    """Write every register; returns the rows of each. The demo's people come first and count among the residents."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    chance = Random(seed)
    people = list(_residents(chance, max(residents, len(PEOPLE))))
    adults = [person.number for person in people[len(PEOPLE) :] if person.standing == "registered" and _age(person.birth) >= 22]
    properties = list(_properties(chance, people))
    firms = list(_enterprises(chance, enterprises if adults else 0, adults, [row[0] for row in properties]))
    rows: dict[str, dict[str, Iterable[tuple]]] = {
        "population": {
            "residents": (
                (p.number, p.name, p.sex, p.birth.isoformat(), p.street, int(p.registered_here), p.standing) for p in people
            )
        },
        "properties": {"properties": properties},
        "enterprises": {"enterprises": firms, "barred": _barred(chance, adults)},
        "tax": {"taxpayers": _tax(chance, people)},
        "insurance": {"insured": _insurance(chance, people, [firm[0] for firm in firms])},
        "health": {"records": _health(chance, people)},
        "education": {"pupils": _education(chance, people)},
        "care": {"assessments": _care(chance, people)},
    }
    return {name: _write(folder / f"{name}.sqlite3", name, tables) for name, tables in rows.items()}


def _write(path: Path, name: str, tables: dict[str, Iterable[tuple]]) -> int:
    aside = path.with_suffix(".building")
    aside.unlink(missing_ok=True)
    connection = sqlite3.connect(aside)
    count = 0
    try:
        connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {TABLES[name]};")
        for table, rows in tables.items():
            width = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
            inserted = connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)
            count += inserted.rowcount
        connection.commit()
    finally:
        connection.close()
    os.chmod(aside, 0o600)
    for left in ("-wal", "-shm"):  # of the file that is replaced
        Path(f"{path}{left}").unlink(missing_ok=True)
    os.replace(aside, path)
    return count


def _age(birth: date) -> int:
    return TODAY.year - birth.year - ((TODAY.month, TODAY.day) < (birth.month, birth.day))


def _residents(chance: Random, count: int) -> Iterator[Resident]:
    taken = set()
    for person in PEOPLE:
        taken.add(person.number)
        yield Resident(
            person.number, person.name, "F" if person.sequence % 2 == 0 else "M", person.birth, person.street, True, "registered"
        )
    days = (TODAY - _FIRST_BIRTH).days
    for _ in range(count - len(PEOPLE)):
        while True:
            # Two draws, the larger counts: more younger than older people, thinning out from sixty on.
            birth = _FIRST_BIRTH + timedelta(days=max(chance.randrange(days), chance.randrange(days)))
            sequence = chance.randrange(1000)
            number = make_resident_number(f"9901{chance.randrange(1, 7):02d}", birth, sequence)
            if number not in taken:
                break
        taken.add(number)
        name = chance.choice(names.SURNAMES) + "".join(chance.choices(names.GIVEN, k=2 if chance.random() < 0.85 else 1))
        lot = chance.random()
        standing = "moved out" if lot < 0.02 else "deceased" if lot < 0.03 else "registered"
        yield Resident(number, name, "F" if sequence % 2 == 0 else "M", birth, chance.choice(names.STREETS), lot > 0.3, standing)


def _properties(chance: Random, people: list[Resident]) -> Iterator[tuple]:
    for person in PEOPLE:
        if person.premises:
            yield (
                person.premises,
                person.number,
                _address(chance),
                "home" if person.key == "wen" else "commercial",
                62.5,
                "free",
            )
    serial = 99
    for person in people[len(PEOPLE) :]:
        if _age(person.birth) >= 25 and chance.random() < 0.45:
            serial += 1
            lot = chance.random()
            use = "commercial" if lot < 0.12 else "industrial" if lot < 0.15 else "home"
            standing = "sealed" if chance.random() < 0.004 else "mortgaged" if chance.random() < 0.3 else "free"
            yield (f"MZB-{serial:08d}", person.number, _address(chance), use, round(chance.uniform(28, 160), 1), standing)


def _address(chance: Random) -> str:
    return f"明州市{chance.choice(names.ROADS)}{chance.randrange(1, 300)}号{chance.randrange(1, 30)}幢{chance.randrange(101, 1800)}室"


def _enterprises(chance: Random, count: int, adults: list[str], premises: list[str]) -> Iterator[tuple]:
    taken: set[str] = {""}
    codes: set[str] = set()
    for _ in range(count):
        name = ""
        while name in taken:
            trade = chance.choice(names.TRADES)
            name = f"明州{''.join(chance.choices(names.FIRM_MARKS, k=3))}{trade[0]}有限公司"
        taken.add(name)
        code = ""
        while not code or code in codes:
            code = make_credit_code(f"9901{chance.randrange(1, 7):02d}", "MA" + "".join(chance.choices(_BODY, k=6)))
        codes.add(code)
        founded = TODAY - timedelta(days=chance.randrange(30, 9000))
        capital = chance.choice((100_000, 300_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000))
        lot = chance.random()
        standing = "revoked" if lot < 0.03 else "closed" if lot < 0.12 else "operating"
        yield (
            code,
            name,
            trade[1],
            capital,
            founded.isoformat(),
            standing,
            chance.choice(adults),
            chance.choice(premises) if premises else "",
        )


def _barred(chance: Random, adults: list[str]) -> Iterator[tuple]:
    for person in PEOPLE:
        if person.barred_until:
            yield (person.number, person.barred_until, "led a firm whose licence was revoked")
    for number in sorted(chance.sample(adults, len(adults) // 400)):
        yield (number, (TODAY + timedelta(days=chance.randrange(-500, 1000))).isoformat(), "led a firm whose licence was revoked")


def _tax(chance: Random, people: list[Resident]) -> Iterator[tuple]:
    debts = {person.number: person.arrears for person in PEOPLE}
    for person in people:
        if _age(person.birth) >= 16:
            owed = debts.get(person.number)
            if owed is None:
                owed = chance.randrange(200, 90_000) if chance.random() < 0.03 else 0
            yield (person.number, "arrears" if owed else "clear", owed)


def _insurance(chance: Random, people: list[Resident], firms: list[str]) -> Iterator[tuple]:
    known = {person.number for person in PEOPLE}
    for person in people:
        age = _age(person.birth)
        if 16 <= age < 60 or person.number in known:
            months = chance.randrange(0, max(1, (age - 16) * 12)) if age < 60 else 0
            standing = "arrears" if person.number not in known and chance.random() < 0.02 else "clear"
            yield (person.number, standing, months, chance.choice(firms) if firms and chance.random() < 0.7 else "")


def _health(chance: Random, people: list[Resident]) -> Iterator[tuple]:
    for person in people:
        old = _age(person.birth) >= 60
        allergies = ";".join(
            sorted(set(chance.choices(("penicillin", "pollen", "nuts", "shellfish"), k=chance.choice((0, 0, 0, 1, 2)))))
        )
        chronic = ";".join(
            sorted(
                set(
                    chance.choices(
                        ("hypertension", "diabetes", "asthma", "heart"), k=chance.choice((0, 1, 1, 2) if old else (0, 0, 0, 0, 1))
                    )
                )
            )
        )
        yield (
            person.number,
            chance.choice(("A", "B", "AB", "O")),
            allergies,
            "hypertension" if person.number == _WEN else chronic,
            f"{person.street}-clinic",
        )


def _education(chance: Random, people: list[Resident]) -> Iterator[tuple]:
    for person in people:
        age = _age(person.birth)
        if 6 <= age <= 17:
            support = chance.choice(("", "", "", "", "hearing", "reading"))
            yield (person.number, f"{person.street}-school-{1 if age < 12 else 2 if age < 15 else 3}", age - 5, support)


def _care(chance: Random, people: list[Resident]) -> Iterator[tuple]:
    known = {person.number: person.care_level for person in PEOPLE}
    for person in people:
        if _age(person.birth) >= 65 and (known.get(person.number) or chance.random() < 0.2):
            level = known.get(person.number) or chance.choice((1, 1, 1, 2, 2, 3))
            yield (person.number, level, int(chance.random() < 0.3), (TODAY - timedelta(days=chance.randrange(600))).isoformat())


_WEN = next(person.number for person in PEOPLE if person.key == "wen")
