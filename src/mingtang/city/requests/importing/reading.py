"""From a row to a filing, by the map. Raises RowRefused with the column."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import lru_cache

from mingtang.city.requests.filing import Filing, Place, Reporter, Settled
from mingtang.city.requests.importing.faults import RowRefused
from mingtang.city.requests.importing.maps import QUARANTINE, SUGGEST, Map
from mingtang.city.requests.importing.rows import Value

Values = dict[str, Value]
# Tried where a map names none.
_FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d", "%m/%d/%Y %I:%M:%S %p")


def filing(of: Map, values: Values) -> Filing:
    """The filing that a row says, by the map ``of``."""
    ident = str(values.get(of.id, "")).strip()
    if not ident:
        raise RowRefused(path=of.id, column=of.id, reason="empty")
    filed_at = moment(of, values, of.filed_at) if of.filed_at else None
    return Filing(
        text=of.text.fill(values), category=_category(of, values), place=_place(of, values), address=of.address.fill(values) if of.address else "",
        channel=of.channel, reporter=_reporter(of, values), language=of.language,
        attributes={name: text for name, template in of.attributes.items() if (text := template.fill(values))},
        external_id=ident, source=of.source, filed_at=filed_at, settled=_settled(of, values, filed_at),
    )


def moment(of: Map, values: Values, column: str) -> datetime:
    """The time in ``column``; in the map's zone where it names none."""
    value = values.get(column, "")
    found = value if isinstance(value, datetime) else _parsed(str(value).strip(), of.formats or _FORMATS)
    if found is None:
        raise RowRefused(path=column, column=column, reason=str(value)[:40] or "empty")
    try:
        return (found if found.tzinfo else found.replace(tzinfo=of.zone)).astimezone(UTC)
    except OverflowError:
        raise RowRefused(path=column, column=column, reason=str(value)[:40]) from None


@lru_cache(maxsize=4096)
def _parsed(text: str, formats: tuple[str, ...]) -> datetime | None:
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the map's
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _category(of: Map, values: Values) -> str:
    if not of.category:
        return ""
    said = str(values.get(of.category, "")).strip()
    code = of.categories.get(said)
    if code is not None:
        return code
    if of.otherwise == QUARANTINE:
        raise RowRefused(path=of.category, column=of.category, reason=said[:60] or "empty")
    return "" if of.otherwise == SUGGEST else of.otherwise


def _place(of: Map, values: Values) -> Place | None:
    point: list[float | None] = []
    for column, most in ((of.latitude, 90), (of.longitude, 180)):
        text = str(values.get(column, "")).strip() if column else ""
        if not text:
            point.append(None)
            continue
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not abs(number) <= most:
            raise RowRefused(path=column, column=column, reason=text[:40])
        point.append(number)
    if (point[0] is None) != (point[1] is None):
        raise RowRefused(path=of.latitude, column=f"{of.latitude}, {of.longitude}", reason="empty")
    named = [str(values.get(column, "")).strip() if column else "" for column in (of.district, of.street)]
    return Place(point[0], point[1], *named) if point[0] is not None or any(named) else None


def _reporter(of: Map, values: Values) -> Reporter | None:
    said = {name: text for name, template in of.reporter.items() if (text := template.fill(values))}
    return Reporter(**said) if said else None


def _settled(of: Map, values: Values, filed_at: datetime | None) -> Settled | None:
    how = of.settled
    if how is None or filed_at is None or (how.values and str(values.get(how.column, "")).strip() not in how.values):
        return None
    if not values.get(how.replied_at):
        return None
    closed = moment(of, values, how.closed_at) if how.closed_at and values.get(how.closed_at) else None
    replied = moment(of, values, how.replied_at)
    if not filed_at <= replied <= (closed or replied):
        raise RowRefused(path=how.replied_at, column=how.replied_at, reason=f"{of.filed_at} <= {how.replied_at} <= {how.closed_at or 'now'}")
    return Settled(replied, how.text.fill(values) or how.otherwise, closed)
