"""Import: rows of a 311 file a second, checked, masked, dispatched, sealed; beside the same rows written by Django alone.

    python bench/requests/importing.py [--file la-311-2017.csv] [--rows 10000]

Reads the external test data (MINGTANG_SHARED_DATA, or ../shared/data beside the checkout) through the same ``mingtang requests
import`` that
a city uses. Target: 1,500 rows a second. The floor writes the rows of the requests table alone, with Django's ``bulk_create``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", default="la-311-2017.csv")
    parser.add_argument("--map", default="la-311.yaml")
    given = parser.parse_args()
    data = Path(os.environ.get("MINGTANG_SHARED_DATA") or ROOT.parent / "shared" / "data") / "requests" / given.file
    if not data.is_file():
        raise SystemExit("external test data is not here: set MINGTANG_SHARED_DATA to its folder")
    with tempfile.TemporaryDirectory(prefix="mingtang-bench-") as folder:
        os.environ |= {
            "MINGTANG_DATA": folder,
            "MINGTANG_DEMO": "1",
            "MINGTANG_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "mingtang.site.settings"),
        }
        import django

        django.setup()
        from bench.requests.filing import prepare

        prepare()
        _measure(data, given.map)


def _measure(data: Path, map_name: str) -> None:
    from django.db import transaction

    from mingtang import cli
    from mingtang.city.requests.models import Request
    from mingtang.platform.ledger.models import Act

    cpu, wall = time.process_time(), time.perf_counter()
    status = cli.main(["requests", "import", str(data), "--map", str(ROOT / "scenes" / "hotline" / "maps" / map_name)])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    rows = Request.objects.count()
    print(
        f"imported {rows} rows (exit status {status}), {Act.objects.count()} acts sealed: "
        f"{rows / wall:.0f} rows a second, {rows / cpu:.0f} a CPU second "
        f"(target >= 1500 a second)"
    )
    copies = list(Request.objects.all()[:5000])
    for i, copy in enumerate(copies):
        copy.pk, copy.number, copy.external_id = None, f"X{i}", f"floor-{i}"
    begin = time.process_time()
    with transaction.atomic():
        Request.objects.bulk_create(copies)
    floor = (time.process_time() - begin) / len(copies)
    print(
        f"floor: the rows of one table by bulk_create, {1 / floor:.0f} a CPU second; "
        f"all the rest costs {cpu / rows / floor:.1f} times that"
    )


if __name__ == "__main__":
    main()
