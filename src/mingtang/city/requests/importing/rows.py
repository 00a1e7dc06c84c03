"""Rows of a CSV or XLSX file, one at a time, within bounds: hostile files are refused before they cost memory or time.

CSV: UTF-8 with or without mark, UTF-16 with mark, GB18030; told apart by reading the file once. A row that is broken (a column too many,
bytes that are no text) is given with its fault, so that nothing is lost. XLSX: the first or a named sheet; an archive that would unpack
beyond bounds is refused unread; entities are refused by defusedxml, which openpyxl uses where it is installed, as it is here.
"""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from mingtang.city.requests.importing.faults import FileRefused, RowRefused
from mingtang.kernel import MingtangError

Value = str | datetime
ROWS_MOST = 20_000_000
COLUMNS_MOST = 500
FIELD_MOST = 200_000
UNPACKED_MOST = 2_000_000_000
STRINGS_MOST = 300_000_000  # openpyxl holds the shared strings in memory
RATIO_MOST = 300
_EMPTY_MOST = 100_000
_BROKEN = "\ufffd"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file (the header is 1), its values by column, the share of the file read so far; or its fault."""

    number: int
    values: dict[str, Value]
    share: float
    fault: MingtangError | None = None


def read(path: Path, sheet: str = "", encoding: str = "") -> Iterator[Row]:
    """The rows of ``path`` after its header. Raises FileRefused; a fault of a single row stands on the row."""
    if not path.is_file():
        raise FileRefused(path=path.name, reason="no such file")
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"PK":
        return _xlsx(path, sheet)
    if start == b"\xd0\xcf\x11\xe0":
        raise FileRefused(path=path.name, reason="XLS")
    return _csv(path, encoding or encoding_of(path))


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its mark, else UTF-8 if every byte fits, else GB18030 if every byte fits, else UTF-8 with its broken rows."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return next((encoding for encoding in ("utf-8", "gb18030") if _fits(path, encoding)), "utf-8")


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _csv(path: Path, encoding: str) -> Iterator[Row]:
    size = max(path.stat().st_size, 1)
    csv.field_size_limit(FIELD_MOST)
    try:
        file = path.open(encoding=encoding, errors="replace", newline="")
    except LookupError:
        raise FileRefused(path=path.name, reason=f"encoding {encoding[:30]}") from None
    with file:
        reader = csv.reader(file, delimiter=_delimiter(file))
        header = _header(path, next(_records(reader), (0, [], None))[1])
        for number, cells, fault in _records(reader):
            if not any(cells) and fault is None:
                continue
            values = dict(zip(header, cells, strict=False))
            if fault is None:
                fault = _misfit(header, cells)
            yield Row(number + 2, values, min(file.buffer.tell() / size, 1.0), fault)


def _delimiter(file: IO[str]) -> str:
    first = file.readline(FIELD_MOST)
    file.seek(0)
    return max(",;\t", key=first.count)


def _records(reader: Any) -> Iterator[tuple[int, list[str], MingtangError | None]]:
    number = 0
    while True:
        number += 1
        if number > ROWS_MOST:
            raise FileRefused(reason=f"> {ROWS_MOST}")
        try:
            yield number - 1, next(reader), None
        except StopIteration:
            return
        except csv.Error as fault:
            yield number - 1, [], RowRefused(column="CSV", reason=str(fault)[:100])


def _misfit(header: list[str], cells: list[str]) -> MingtangError | None:
    if len(cells) != len(header):
        return RowRefused(column="CSV", reason=f"{len(cells)} / {len(header)}")
    for name, cell in zip(header, cells, strict=True):
        if _BROKEN in cell:
            return RowRefused(column=name, reason="UTF-8 / GB18030")
    return None


def _header(path: Path, cells: list[Any]) -> list[str]:
    names = [str(cell).strip() if cell is not None else "" for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names or len(names) > COLUMNS_MOST or len(set(names)) != len(names):
        raise FileRefused(path=path.name, reason="header")
    return names


def _xlsx(path: Path, sheet: str) -> Iterator[Row]:
    import openpyxl

    _check_archive(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:  # noqa: BLE001 - whatever a reader raises on hostile bytes, the answer is the same
        raise FileRefused(path=path.name, reason="XLSX") from None
    try:
        yield from _sheet(path, _chosen(path, book, sheet))
    finally:
        book.close()


def _chosen(path: Path, book: Any, sheet: str) -> Any:
    sheets = {found.title: found for found in book.worksheets}
    if not sheets or (sheet and sheet not in sheets):
        raise FileRefused(path=path.name, reason=f"sheet {sheet[:40]}")
    return sheets[sheet] if sheet else next(iter(sheets.values()))


def _sheet(path: Path, sheet: Any) -> Iterator[Row]:
    claimed = sheet.max_row or 0
    sheet.reset_dimensions()  # what the file says of its size is not believed
    header: list[str] = []
    empty = 0
    for number, cells in enumerate(_cells(path, sheet), 1):
        if not any(cell not in (None, "") for cell in cells):
            empty += 1
            if empty > _EMPTY_MOST or number > ROWS_MOST:
                raise FileRefused(path=path.name, reason=f"{empty} empty rows")
            continue
        if not header:
            header = _header(path, list(cells))
            continue
        fault = RowRefused(column="XLSX", reason=f"{len(cells)} / {len(header)}") if any(c not in (None, "") for c in cells[len(header):]) else None
        values = {name: _value(cell) for name, cell in zip(header, cells, strict=False)}
        yield Row(number, values | {name: "" for name in header[len(cells):]}, min(number / claimed, 1.0) if claimed else 0.0, fault)


def _cells(path: Path, sheet: Any) -> Iterator[tuple]:
    rows = sheet.iter_rows(values_only=True)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001
            raise FileRefused(path=path.name, reason="XLSX") from None
        yield cells


def _value(cell: Any) -> Value:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)[:FIELD_MOST]


def _check_archive(path: Path) -> None:
    """Refuse an archive that would unpack beyond bounds, by its own directory; openpyxl reads no more of an entry than that says."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRefused(path=path.name, reason="XLSX") from None
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > 5000 or whole > UNPACKED_MOST:
        raise FileRefused(path=path.name, reason=f"unpacks to {whole} bytes")
    for entry in entries:
        if entry.file_size > 10_000_000 and entry.file_size > RATIO_MOST * max(entry.compress_size, 1):
            raise FileRefused(path=path.name, reason=f"{entry.filename[:60]} unpacks to {entry.file_size} bytes")
        if "sharedStrings" in entry.filename and entry.file_size > STRINGS_MOST:
            raise FileRefused(path=path.name, reason=f"{entry.filename[:60]} unpacks to {entry.file_size} bytes")
