"""One import: rows in batches, each batch one transaction with its checkpoint, so that a broken-off import goes on where it stood.

1. A run is known by the hash of the file and of the map. Starting it again skips the rows that are done.
2. A batch is read, mapped, filed and sealed, its bad rows put aside, and the checkpoint moved, all in one transaction: a row is done once or not at all.
3. A row that the map or the office refuses goes to quarantine with its number, code and reason; the rest of its batch is filed.
4. The same row of the same source never becomes two requests, whatever file it comes in (``source`` and ``external_id`` are unique).
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from mingtang.city.requests import acts, hotline, prepare
from mingtang.city.requests.filing import Filing
from mingtang.city.requests.importing import maps, reading, rows
from mingtang.city.requests.importing.faults import OtherImport
from mingtang.city.requests.models import ImportRun, QuarantinedRow
from mingtang.kernel import MingtangError, now
from mingtang.platform.ledger.acts import Actor

ACTOR = Actor("system", "import")
BATCH = 500
_VALUE_KEPT = 5000

Progress = Callable[[ImportRun, float], None]


@dataclass(slots=True)
class _Bad:
    row: rows.Row
    fault: MingtangError


def run(path: Path, of: maps.Map, progress: Progress = lambda run, share: None, batch: int = BATCH) -> ImportRun:
    """Import ``path`` by the map ``of``; returns the finished run. ``progress`` is told after each batch. Raises FileRefused, OtherImport."""
    found = rows.read(path, of.sheet, of.encoding)
    state, _ = ImportRun.objects.get_or_create(file_hash=_hash(path), map_hash=of.hash, defaults={"name": path.name[:200], "started_at": now()})
    found = _headed(path, of, found)
    for part in _batches((row for row in found if row.number > state.rows_done), batch):
        _take(state, of, part)
        progress(state, part[-1].share)
    if state.finished_at is None:
        state.finished_at = now()
        state.save(update_fields=["finished_at"])
    return state


def quarantine_file(state: ImportRun, path: Path) -> Path | None:
    """Write the rows put aside beside ``path`` as ``NAME.quarantine.csv``: number, code, reason, then the row as read; none if there are none.

    Where the folder of ``path`` is not to be written to, the file lies in ``quarantine`` in the data folder.
    """
    bad = state.bad_rows.order_by("row")
    target = path.with_name(path.name + ".quarantine.csv")
    if not path.parent.stat().st_mode & 0o222 or not os.access(path.parent, os.W_OK):
        target = Path(settings.DATA) / "quarantine" / target.name
        target.parent.mkdir(parents=True, exist_ok=True)
    columns: dict[str, None] = {}
    for content in bad.values_list("content", flat=True).iterator():
        columns.update(dict.fromkeys(content))
    if not bad.exists():
        return None
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["row", "code", "reason", *columns])
        writer.writeheader()
        for entry in bad.iterator():
            writer.writerow({"row": entry.row, "code": entry.code, "reason": entry.reason, **entry.content})
    return target


def _headed(path: Path, of: maps.Map, found: Iterator[rows.Row]) -> Iterator[rows.Row]:
    """``found``, once its columns are seen to be those that the map names. Raises MapRefused."""
    for i, row in enumerate(found):
        if i == 0 and row.fault is None:
            missing = sorted(of.columns() - set(row.values))
            if missing:
                raise maps.MapRefused(path=path.name, reason=f"no column {missing[0][:60]}")
        yield row


def _batches(found: Iterable[rows.Row], size: int) -> Iterator[list[rows.Row]]:
    iterator = iter(found)
    while part := list(islice(iterator, size)):
        yield part


def _take(state: ImportRun, of: maps.Map, part: list[rows.Row]) -> None:
    """File one batch and move the checkpoint, or neither."""
    with transaction.atomic():
        taken = ImportRun.objects.select_for_update().filter(pk=state.pk, rows_done=state.rows_done)
        if not taken.exists():
            raise OtherImport()
        bad: list[_Bad] = []
        good: list[tuple[rows.Row, Filing]] = []
        for row in part:
            try:
                if row.fault is not None:
                    raise row.fault
                good.append((row, reading.filing(of, row.values)))
            except MingtangError as fault:
                bad.append(_Bad(row, fault))
        filed = _filed(good, bad)
        QuarantinedRow.objects.bulk_create([_quarantined(state, entry) for entry in bad])
        known = sum(answer.known for answer in filed)
        state.rows_done, state.filed, state.known = part[-1].number, state.filed + len(filed) - known, state.known + known
        state.quarantined += len(bad)
        state.save(update_fields=["rows_done", "filed", "known", "quarantined"])


def _filed(good: list[tuple[rows.Row, Filing]], bad: list[_Bad]) -> list[Any]:
    """File what can be filed; what the office refuses is added to ``bad``."""
    tries = 0
    while good:
        try:
            return acts.file_many([filing for _, filing in good], ACTOR)
        except MingtangError as fault:
            place = re.match(r"filings\[(\d+)\]\.?", fault.path)
            if place is None:
                raise
            fault.path = fault.path[place.end():]
            bad.append(_Bad(good.pop(int(place[1]))[0], fault))
            tries += 1
            if tries == 3:  # more may come: ask of each row alone, once
                good = _fit(good, bad)
    return []


def _fit(good: list[tuple[rows.Row, Filing]], bad: list[_Bad]) -> list[tuple[rows.Row, Filing]]:
    fit = []
    for row, filing in good:
        try:
            prepare.prepare_all(hotline.pack(), [filing], now())
            fit.append((row, filing))
        except MingtangError as fault:
            fault.path = re.sub(r"^filings\[0\]\.?", "", fault.path)
            bad.append(_Bad(row, fault))
    return fit


def _quarantined(state: ImportRun, entry: _Bad) -> QuarantinedRow:
    place = f" [{entry.fault.path}]" if entry.fault.path else ""
    content = {str(name)[:200]: str(value).replace("\x00", "")[:_VALUE_KEPT] for name, value in entry.row.values.items()}
    return QuarantinedRow(run=state, row=entry.row.number, code=entry.fault.code, reason=(entry.fault.message("en") + place).replace("\x00", "")[:1000],
                          content=content)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
