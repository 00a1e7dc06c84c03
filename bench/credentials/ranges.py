"""Range proofs: CPU to make one in the browser's code (run in node) and here, to verify it, and its size.

    python bench/credentials/ranges.py [--rounds 20]

Target at 16 bits: made in the browser within 1 s, verified within 80 CPU-ms, below 3 KB as base64url. The floor is the group
arithmetic alone: as many scalar multiplications of libsodium as a verification needs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src")]

from mingtang.engines import ranges  # noqa: E402
from mingtang.engines.ranges.commitments import second_generator, times  # noqa: E402

TAG = bytes(32)


def cpu(work, rounds: int) -> float:
    """CPU milliseconds of one ``work()``."""
    start = time.process_time()
    for _ in range(rounds):
        work()
    return (time.process_time() - start) / rounds * 1000


def browser(bits: int, rounds: int) -> float | None:
    """CPU milliseconds of a proof by the browser's code, the median without the first; None where it is not built."""
    node, built = shutil.which("node"), ROOT / "src/mingtang/site/static/built/ranges.js"
    if not node or not built.exists():
        return None
    case = {"value": 200, "side": "at_most", "limit": 250, "bits": bits, "tag": TAG.hex(), "blinding": str(ranges.new_blinding())}
    script = ROOT / "tests/engines/ranges/prove.mjs"
    said = subprocess.run([node, script, built], input=json.dumps([case] * (rounds + 1)), capture_output=True, text=True, check=True)
    return sorted(one["cpu"] for one in json.loads(said.stdout)[1:])[rounds // 2] * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    for bits in ranges.BITS:
        blinding, statement = ranges.new_blinding(), ranges.Statement("at_most", 250, bits)
        commitment, proof = ranges.commit(200, blinding), ranges.prove(200, blinding, statement, TAG)
        made = cpu(lambda b=blinding, s=statement: ranges.prove(200, b, s, TAG), rounds)
        checked = cpu(lambda c=commitment, s=statement, p=proof: ranges.verify(c, s, p, TAG), rounds)
        floor = cpu(lambda b=blinding: times(second_generator(), b), rounds) * 4 * bits
        there = browser(bits, rounds)
        shown = f"{there:.0f}" if there is not None else "not built,"
        print(f"{bits:2} bits: made {shown} CPU-ms in the browser's code, {made:.1f} here; verified {checked:.1f} CPU-ms "
              f"(floor {floor:.1f}: {4 * bits} multiplications); {len(proof):,} bytes, {-(-len(proof) * 4 // 3):,} as base64url")


if __name__ == "__main__":
    main()
