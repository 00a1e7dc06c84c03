"""The officer's list, the public search and the three-rates page over a million requests: CPU and wall time a page, and the
process's memory.

    python bench/requests/pages.py [--requests 1000000] [--pages 400]

Fills a database of its own (SQLite, or PostgreSQL with MINGTANG_DATABASE_URL) with invented requests over twelve months, then
asks for whole pages through
Django: routes, middleware, templates. Beside our p95 stands a floor of the same run: the home page, which asks nothing of the
requests. Memory is
the process's resident size after a quarter of the pages and after the last. Where other programs share the machine, CPU time says
more than wall time.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
CHUNK = 5000
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LIMITS = {
    "feedback": {
        "from": "2026-01-01T00:00:00Z",
        "amount": 7,
        "unit": "day",
        "reckoning": "natural",
        "rule": "limits.dmn#sha256:" + "0" * 64,
        "calendar": "cn-2026/natural",
        "due": "2026-01-08T15:59:59Z",
    }
}


def fill(count: int) -> None:
    """``count`` requests, 3 % of them open, over the year before NOW, with their counters and search terms."""
    from django.db import connection, transaction

    from mingtang.city.requests import bulk, demo_texts, fulltext, hotline, tally
    from mingtang.city.requests.categories import tree
    from mingtang.platform.people import demo, demo_city

    demo.seed()
    chance = random.Random(7)
    codes = list(tree(hotline.pack()).leaves)
    units = [code for code, kind, *_ in demo_city.units() if kind in ("agency", "utility", "street")]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    for begin in range(0, count, CHUNK):
        with transaction.atomic():
            rows = [
                _request(begin + i, count, chance, codes, units, demo_texts.draw(chance))
                for i in range(min(CHUNK, count - begin))
            ]
            bulk.insert(rows)
            fulltext.add([(row.pk, row.public_text) for row in rows])
            changes = tally.Changes()
            for row in rows:
                changes.add(row)
            changes.write()
        if begin % 100_000 == 0:
            tally.fold()
            print(f"  {begin:,} of {count:,}", flush=True)
    while tally.fold():
        pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _request(i: int, count: int, chance: random.Random, codes: list[str], units: list[str], drawn: tuple[str, str, str]):
    from mingtang.city.requests.models import Request

    text, street, language = drawn
    filed_at = NOW - timedelta(days=365) * (1 - i / count)
    is_open = i > count * 0.5 and chance.random() < 0.06
    answered, late = not is_open and chance.random() < 0.7, chance.random() < 0.1
    unit = chance.choice(units)
    due = filed_at + timedelta(days=7)
    return Request(
        number=f"MZ26-{i:08d}",
        secret="0" * 64,
        text=text,
        public_text=f"{text} {chance.randint(1, 999)}号路段",
        category=chance.choice(codes),
        urgency="ordinary",
        district=street.rsplit("-", 1)[0],
        street=street,
        unit=unit,
        lead_unit=unit,
        state="handling" if is_open else "closed",
        month=filed_at.year * 100 + filed_at.month,
        limits=LIMITS,
        filed_at=filed_at,
        dispatched_at=filed_at,
        changed_at=filed_at,
        due=due if is_open else None,
        feedback_due=due,
        language=language,
        replied_at=None if is_open else filed_at + timedelta(days=5),
        closed_at=None if is_open else filed_at + timedelta(days=6),
        overdue=late,
        supervised=late,
        responded=not late if not is_open or late else None,
        confirmation="given" if answered else "" if is_open else "expired",
        contacted=True if answered else None,
        solved=chance.random() < 0.9 if answered else None,
        satisfied=chance.random() < 0.8 if answered else None,
        reply="" if is_open else "已处理",
        public_reply="" if is_open else "已处理",
        excluded=chance.random() < 0.01,
    )


def pages(chance: random.Random) -> dict[str, list[str]]:
    """The addresses asked for, by kind."""
    units = ["MZ-WATER", "MZ-URBAN", "MZ-POLICE", "MZ-ECOLOGY", "MZ-D1-S1", "MZ-D4-S2"]
    words = [
        "停水",
        "路灯不亮",
        "夜间施工",
        "物业",
        "噪音扰民",
        "pothole",
        "红绿灯 很乱",
        "加装电梯",
        "999号路段",
        "没有这个词语",
    ]
    return {
        "public list": [
            "/requests/",
            "/requests/?district=MZ-D2",
            "/requests/?category=env",
            "/requests/?state=open",
            "/requests/?street=MZ-D3-S1&month=202510",
            "/requests/?unit=MZ-WATER&month=202512&figure=solved",
            "/requests/?figure=overdue",
            f"/requests/?cursor=202509~{chance.randint(1, 500_000)}",
        ],
        "public search": [f"/requests/?q={word}" for word in words]
        + ["/requests/?q=停水&district=MZ-D1", "/requests/?q=路灯&category=urban"],
        "officer's list": [f"/desk/?unit={unit}" for unit in units] + ["/desk/", "/desk/?state=handling", "/desk/?flag=overdue"],
        "board": [
            "/board/",
            *[f"/board/{name}/" for name in ("overdue", "supervised", "parked", "excluded", "joint", "proposals")],
        ],
        "three rates": [
            "/rates/",
            *[f"/rates/?by={by}" for by in ("district", "street", "unit", "category", "month")],
            "/rates/?by=unit&since=202504&until=202603",
            "/rates/?by=category&since=202504&until=202603",
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=400, help="pages of each kind")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingtang-bench-") as folder:
        os.environ |= {
            "MINGTANG_DATA": folder,
            "MINGTANG_DEMO": "1",
            "MINGTANG_LOG_LEVEL": "ERROR",
            "MINGTANG_RATE_LIMITS": "0",  # the pages are measured, not the limits
            "MINGTANG_HOSTS": "testserver",
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "mingtang.site.settings"),
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _measure(given.requests, given.pages)


def _measure(count: int, each: int) -> None:
    from django.test import Client
    from django.urls import get_resolver

    get_resolver().url_patterns  # read the routes before the long part: a fault in them is told at once
    from mingtang.city.requests import hotline
    from mingtang.kernel import FixedClock, use_clock
    from mingtang.platform.people.models import Official

    held = hotline.pack()
    hotline.pack = lambda: held  # as published: a draft's folder would be looked through for each page
    with use_clock(FixedClock(NOW)):
        started = time.process_time()
        fill(count)
        print(f"filled with {count:,} requests in {time.process_time() - started:.0f} CPU s")
        client = Client()
        client.force_login(Official.objects.get(code="supervisor"))
        print(f"{'page':16}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'CPU p50':>9}{'CPU p95':>9}{'resident MiB':>14}")
        chance = random.Random(3)
        for kind, addresses in {"home (floor)": ["/"], **pages(chance)}.items():
            _one_kind(client, kind, addresses, each)


def _one_kind(client, kind: str, addresses: list[str], each: int) -> None:
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    walls, cpus = [], []
    for i in range(each):
        begin, cpu = time.perf_counter(), time.process_time()
        client.get(addresses[i % len(addresses)])
        walls.append((time.perf_counter() - begin) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
        if i == each // 4:
            early = _resident()
    walls.sort()
    cpus.sort()
    print(
        f"{kind:16}{walls[each // 2]:9.1f}{walls[int(each * 0.95)]:9.1f}{walls[-1]:9.1f}"
        f"{cpus[each // 2]:9.1f}{cpus[int(each * 0.95)]:9.1f}"
        f"{early:7.0f} -> {_resident():.0f}",
        flush=True,
    )


def _resident() -> float:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
