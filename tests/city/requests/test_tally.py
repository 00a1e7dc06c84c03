"""The counters are, after every act, the sum of what the rows say: an oracle over random lives of requests."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from mingtang.city.requests import acts, reads, tally
from mingtang.city.requests.models import Request, Tally, TallyChange
from mingtang.kernel import MingtangError, now
from mingtang.platform.cases import timers
from tests.city.requests.conftest import RESIDENT, official

CITY, CITY2 = official("MZ", "one"), official("MZ", "two")
UNITS = ("MZ-WATER", "MZ-URBAN", "MZ-D1-S1", "MZ-POLICE")
WORDS = "这是一条理由说明"


def _expected(dimension: str) -> dict:
    sums: dict = {}
    for request in Request.objects.all():
        month, district, street, unit, category, excluded = tally.cell(request)
        key = {"city": "", "district": district, "street": street, "unit": unit, "category": category}[dimension]
        sums.setdefault((key, month, excluded), Counter()).update(
            dict(zip(tally.COUNTS, tally.contribution(request), strict=True))
        )
    return {where: dict(+counts) for where, counts in sums.items() if +counts}


def _counted(dimension: str) -> dict:
    from mingtang.city.requests.ratings import _counted as counted

    months = tuple(set(Request.objects.values_list("month", flat=True)))
    return {where: dict(+counts) for where, counts in counted(dimension, months).items() if +counts}


def check_counters() -> None:
    """The counters equal the rows along every dimension."""
    for dimension in tally.DIMENSIONS:
        assert _counted(dimension) == _expected(dimension), dimension


def _step(random_: random.Random, secrets: dict[str, str], clock) -> None:
    """One random act on one random request; what is refused changes nothing."""
    number = random_.choice(list(secrets))
    unit = official(reads.public(number).unit or "MZ")
    verbs = [
        lambda: acts.accept(number, unit),
        lambda: acts.accept(number, unit),
        lambda: acts.reply(number, "已经办好了", unit),
        lambda: acts.reply(number, "办好了", unit),
        lambda: acts.dispatch(number, random_.choice(UNITS), CITY, WORDS),
        lambda: acts.propose_return(number, WORDS, unit),
        lambda: acts.approve_return(number, CITY, WORDS, approve=random_.random() < 0.5, unit=random_.choice(("", *UNITS))),
        lambda: acts.extend(number, WORDS, unit),
        lambda: acts.pause(number, random_.choice(("court", "expert")), WORDS, unit),
        lambda: acts.resume(number, unit),
        lambda: acts.park(number, WORDS, (now() + timedelta(days=9)).date(), unit),
        lambda: acts.unpark(number, unit, WORDS),
        lambda: acts.propose_exclusion(number, "duplicate", WORDS, unit),
        lambda: acts.approve_exclusion(number, CITY2, WORDS, approve=random_.random() < 0.7),
        lambda: acts.confirm(number, secrets[number], *(random_.random() < p for p in (0.9, 0.6, 0.5))),
        lambda: acts.confirm(number, secrets[number], True, True, True),
        lambda: acts.reopen(number, secrets[number], WORDS),
        lambda: clock.advance(hours=random_.choice((1, 7, 30, 90))),
        lambda: timers.fire_due(now(), 200),
    ]
    try:
        random_.choice(verbs)()
    except MingtangError:
        pass


@pytest.mark.parametrize("seed", range(4))
def test_the_counters_follow_every_act(mingzhou, seed):
    """Through hundreds of random acts, timers included, the counters equal what the rows say."""
    random_ = random.Random(seed)
    texts = ("停水了", "路灯不亮", "随便说说", "物业不管")
    filed = acts.file_many(
        [acts.Filing(text=random_.choice(texts), place=acts.Place(street="MZ-D1-S1") if i % 2 else None) for i in range(8)],
        RESIDENT,
    )
    secrets = {f.number: f.secret for f in filed}
    for i in range(120):
        _step(random_, secrets, mingzhou)
        if i % 10 == 0:
            check_counters()
        if i % 45 == 0:
            tally.fold()
    check_counters()


def test_folding_changes_nothing_that_is_read(mingzhou):
    """Before and after a fold the rates are the same, and nothing waits afterwards."""
    acts.file_many([acts.Filing(text="停水了") for _ in range(7)], RESIDENT)
    before = reads.rates("unit", [202603])
    assert tally.fold() > 0
    assert reads.rates("unit", [202603]) == before
    assert not TallyChange.objects.exists() and Tally.objects.exists()


def test_changes_are_folded_by_the_acts_themselves(mingzhou, monkeypatch):
    """When enough changes wait, the next act folds them: they never pile up without a worker."""
    monkeypatch.setattr(tally, "FOLD_AT", 10)
    for _ in range(25):
        acts.file(acts.Filing(text="停水了"), RESIDENT)
    assert TallyChange.objects.count() < 10
    check_counters()
