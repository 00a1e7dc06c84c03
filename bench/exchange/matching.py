"""Matching two lists without showing them: seconds, CPU and bytes, beside the plain intersection as the floor.

    python bench/exchange/matching.py [--elements 100000]

Target: 100,000 x 100,000 within 120 s, exact.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src")]

from mingtang.engines import matching  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--elements", type=int, default=100_000)
    count = parser.parse_args().elements
    key = matching.new_key()
    held = matching.tokens(key, "bench", (f"H{i}" for i in range(count)))
    asked = matching.tokens(key, "bench", (f"H{i * 3}" for i in range(count)))
    start = time.process_time()
    exact = len(set(held) & set(asked))
    floor = time.process_time() - start
    for reveal in ("size", "members"):
        wall, cpu = time.monotonic(), time.process_time()
        holder, asker = matching.Holder(held, reveal=reveal, least=1, most=count), matching.Asker(asked, reveal=reveal)
        setup, request = holder.setup(), asker.request()
        answer = holder.answer(request)
        result = asker.result(setup, answer)
        found = result if isinstance(result, int) else len(result)
        print(f"{reveal:8} {count:,} x {count:,}: {time.monotonic() - wall:.0f} s, {time.process_time() - cpu:.0f} CPU-s both sides, "
              f"{(len(setup) + len(request) + len(answer)) / 1e6:.1f} MB; found {found:,}, right {exact:,}; plain intersection {floor:.2f} CPU-s")


if __name__ == "__main__":
    main()
