"""What beginning a case costs: CPU microseconds a start in batches of 500 on SQLite, beside sealing the same acts without a case.

    python bench/cases/starts.py [--starts 5000]
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
BATCH = 500


class Pack:
    """The hotline's process without the rest of its pack."""

    name, hash = "hotline", "sha256:bench"

    def __init__(self) -> None:
        from mingtang.engines import bpmn

        self.graph = bpmn.load((ROOT / "scenes/hotline/process.bpmn").read_bytes())

    def process(self):
        return self.graph


def limits() -> dict:
    """Limits as the hotline gives them: four deadlines pend from the first step on."""
    def limit(day: int) -> dict:
        return {"due": f"2099-03-{day:02}T15:59:59Z", "rule": "limits.dmn#sha256:" + "0" * 64, "calendar": "cn-2026+mon-fri/natural"}

    return {"dispatch": {"full": limit(1)}, "feedback": {"half": limit(5), "most": limit(7), "full": limit(9), "city": limit(10)},
            "confirm": {"full": None}, "parking": {"full": None}}


def main(starts: int) -> None:
    """Measure both and print the ratio."""
    from django.db import transaction

    from mingtang.platform.cases import acts
    from mingtang.platform.ledger.acts import Actor, Draft, seal_many

    pack, actor = Pack(), Actor("anonymous")

    def drafts(prefix: str) -> list:
        return [Draft("bench.file", f"bench/{prefix}-{i}", actor, {"category": "urban.works.light"}) for i in range(BATCH)]

    def sealed(prefix: str) -> None:
        with transaction.atomic():
            seal_many(drafts(prefix))

    def begun(prefix: str) -> None:
        with transaction.atomic():
            acts.start_many(pack, [acts.Start(d.subject, {"unit": "MZ-WORKS", "limits": limits()}, d) for d in drafts(prefix)])

    cost = {}
    for name, run in (("sealed", sealed), ("begun", begun)):
        run(f"{name}-warm")
        begin = time.process_time()
        for block in range(starts // BATCH):
            run(f"{name}-{block}")
        cost[name] = (time.process_time() - begin) / (starts // BATCH * BATCH) * 1e6
    print(f"floor, the act alone sealed:            {cost['sealed']:.0f} CPU us each")
    print(f"case begun, four deadlines, act sealed: {cost['begun']:.0f} CPU us each; ratio {cost['begun'] / cost['sealed']:.2f}; "
          f"the case's share {cost['begun'] - cost['sealed']:.0f} us")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(MINGTANG_DATA=folder, MINGTANG_DATABASE_URL="", DJANGO_SETTINGS_MODULE="mingtang.site.settings", MINGTANG_LOG_LEVEL="ERROR")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        main(given.starts)
