"""The gateway's own thinking: may this be asked, what is fetched, what of it is handed out.

1. The purpose must be in force and name source, fields, predicates, ground and caller; anything else is refused.
2. Where the ground is consent, the consent must be the person's, for this purpose, and hold now.
3. Only the declared columns are fetched, with the key and the person concerned; what comes beyond is thrown away and noted by name.
4. The record must be the one asked for, each value of its declared type; else nothing of it is used.
5. A predicate is reckoned here: the asker sees yes or no, never the value.

Pure but for ``adapters`` (the source) and ``catalogue`` (what is in force); the log and the seal are in ``acts_ask``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from mingtang.kernel import canonical_json, now
from mingtang.platform.exchange import adapters, catalogue, keys
from mingtang.platform.exchange.declared import Field, Ground, Predicate, PurposeSpec, SourceSpec
from mingtang.platform.exchange.faults import NotConsented, NotForThisPurpose
from mingtang.platform.exchange.models import Consent
from mingtang.platform.ledger.acts import Actor

_VALUES = b"mingtang/exchange/values/v1\n"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted of one source. ``key`` finds the record and is never stored; ``applicant`` is the identity number that the predicate
    "is the applicant" compares with. ``ground`` is the id of one of the purpose's legal grounds."""

    source: str
    key: str = field(repr=False)
    purpose: str
    ground: str
    case: str
    actor: Actor
    fields: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    consent: UUID | None = None
    applicant: str = field(default="", repr=False)


@dataclass(slots=True)
class Checked:
    """An asking that the purpose allows."""

    ask: Ask
    source: SourceSpec
    purpose: PurposeSpec
    purpose_hash: str
    ground: Ground
    columns: tuple[str, ...]


@dataclass(slots=True)
class Fetched:
    """What is to be handed out once it is logged."""

    found: bool
    values: dict[str, Any]
    holds: dict[str, bool]
    person: str
    excess: list[str]
    nonce: str = ""
    digest: str = ""


def check(ask: Ask, seen: catalogue.Seen | None = None) -> Checked:
    """Steps 1 and 2. Raises NoSuchSource, NoSuchPurpose, NotForThisPurpose, NotConsented."""
    seen = seen or catalogue.Seen()
    source, _hash = seen.source(ask.source)
    purpose, purpose_hash = seen.purpose(ask.purpose)
    ground = purpose.grounds.get(ask.ground)
    if ground is None:
        raise _not_for(purpose, f"ground {ask.ground[:60]}")
    if not _may_call(ask.actor, purpose, ask, source):
        raise _not_for(purpose, f"caller {ask.actor.unit[:40] or ask.actor.kind}")
    if not ask.fields and not ask.predicates:
        raise _not_for(purpose, "nothing is asked")
    columns: dict[str, None] = {source.key: None}
    if source.person:
        columns[source.person] = None
    for name in ask.fields:
        if name not in purpose.allowed.get(ask.source, ()) or name not in source.fields:
            raise _not_for(purpose, f"{ask.source}.{name[:60]}")
        columns[source.fields[name].column] = None
    for name in ask.predicates:
        predicate = purpose.predicates.get(name)
        if predicate is None or predicate.source != ask.source or (predicate.field and predicate.field not in source.fields):
            raise _not_for(purpose, f"{ask.source}: {name[:60]}")
        if predicate.field:
            columns[source.fields[predicate.field].column] = None
    if ground.kind == "consent":
        hold_consent(ask, source.about, Consent.objects.filter(id=ask.consent).first() if ask.consent else None)
    return Checked(ask, source, purpose, purpose_hash, ground, tuple(columns))


def _not_for(purpose: PurposeSpec, what: str) -> NotForThisPurpose:
    return NotForThisPurpose(purpose=purpose.code, what=what)


def _may_call(actor: Actor, purpose: PurposeSpec, ask: Ask, source: SourceSpec) -> bool:
    """Units by their code; ``self`` is the person asking for her own record."""
    if actor.kind in ("official", "agency", "system", "helper") and actor.unit in purpose.callers and actor.unit:
        return True
    return "self" in purpose.callers and source.about == "person" and actor.on_behalf_of == keys.pseudonym(ask.key)


def hold_consent(ask: Ask, about: str, consent: Consent | None) -> None:
    """Refuse unless ``consent`` holds now for this asking: of the person whose record it is, of a thing's applicant. Raises NotConsented."""
    moment = now()
    giver = ask.key if about == "person" else ask.applicant
    if consent is None or consent.purpose != ask.purpose:
        zh, en = "没有为这一用途的同意", "there is none for this purpose"
    elif not giver or consent.person != keys.pseudonym(giver):
        zh, en = "是别人的同意", "it is another person's"
    elif consent.withdrawn_at is not None:
        zh, en = "已撤回", "it was withdrawn"
    elif consent.expires_at <= moment:
        zh, en = "已到期", "it has ended"
    elif consent.single_use and consent.used_at is not None:
        zh, en = "只能用一次，已用过", "it was for one use and is used"
    else:
        return
    raise NotConsented(zh=zh, en=en)


def fetch(checked: Checked) -> Fetched:
    """Steps 3 to 5. Raises SourceDown, SourceSlow, SourceWrong."""
    ask, source = checked.ask, checked.source
    record = adapters.fetch(source, ask.key, checked.columns)
    concerned = keys.pseudonym(ask.key) if source.about == "person" else ""
    if record is None:
        holds = {name: False for name in ask.predicates}
        return _closed(Fetched(False, {}, holds, concerned, []))
    excess = sorted(str(name)[:60] for name in record if name not in checked.columns)[:50]
    if str(record.get(source.key)) != ask.key:
        raise adapters.wrong(source, "给出了别的记录", "it gave another record than the one asked for")
    if source.person and record.get(source.person):
        concerned = keys.pseudonym(str(record[source.person]))
    values = {name: _typed(source, source.fields[name], record) for name in ask.fields}
    holds = {name: _holds(checked.purpose.predicates[name], source, record, ask) for name in ask.predicates}
    return _closed(Fetched(True, values, holds, concerned, excess))


def _closed(fetched: Fetched) -> Fetched:
    """Fix what is handed out by a salted digest: the log can prove it later and yet tells nothing of it."""
    fetched.nonce = os.urandom(16).hex()
    handed = {"found": fetched.found, "values": plain(fetched.values), "holds": fetched.holds, "nonce": fetched.nonce}
    fetched.digest = sha256(_VALUES + canonical_json(handed)).hexdigest()
    return fetched


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON."""
    return {
        name: value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _typed(source: SourceSpec, wanted: Field, record: dict[str, Any]) -> Any:
    value = record.get(wanted.column)
    if value is None:
        return None
    try:
        return _TYPES[wanted.type](value)
    except (ValueError, TypeError, ArithmeticError):
        raise adapters.wrong(
            source, f"“{wanted.titles.zh}”的值类型不对", f"the value of “{wanted.titles.en}” has the wrong type"
        ) from None


def _number(value: Any) -> int | Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) > 10**15:
        raise ValueError
    return int(number) if number == number.to_integral_value() else number


def _boolean(value: Any) -> bool:
    if value in (True, 1, "true", "1"):
        return True
    if value in (False, 0, "false", "0"):
        return False
    raise ValueError


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 4000 or "\x00" in value:
        raise ValueError
    return value


def _list(value: Any) -> list:
    items = value if isinstance(value, list) else _text(value).split(";") if value else []
    if len(items) > 500 or not all(isinstance(item, (str, int)) for item in items):
        raise ValueError
    return items


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(_text(value))


_TYPES = {"text": _text, "number": _number, "boolean": _boolean, "date": _date, "list": _list}


def _holds(predicate: Predicate, source: SourceSpec, record: dict[str, Any], ask: Ask) -> bool:
    """The yes or no of a predicate; a missing value is never a yes."""
    if predicate.measure == "found":
        return True
    if predicate.measure == "is-applicant":
        return bool(ask.applicant) and str(record.get(source.fields[predicate.field].column)) == ask.applicant
    value = _typed(source, source.fields[predicate.field], record)
    if value is None:
        return False
    if predicate.measure in ("age", "not-over"):
        if not isinstance(value, date):
            raise adapters.wrong(source, "不是日期", "it is not a date")
        today = now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        if predicate.measure == "not-over":
            return value >= today
        value = today.year - value.year - ((today.month, today.day) < (value.month, value.day))
    if predicate.among:
        return value in predicate.among
    if isinstance(value, (str, list, date)):
        raise adapters.wrong(source, "不是数字", "it is not a number")
    return (predicate.least is None or value >= Decimal(str(predicate.least))) and (
        predicate.most is None or value <= Decimal(str(predicate.most))
    )
