"""The browser's prover and the Python engine speak the same format."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from mingtang.engines import ranges

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "src" / "mingtang" / "site" / "static" / "built" / "ranges.js"
TAG = bytes(range(32))


def made(asked: list[dict]) -> list[dict]:
    """What the browser's code makes of each case, run in node."""
    node = shutil.which("node") or shutil.which("node", path=ROOT / ".venv" / "bin")
    if not node or not BUILT.exists():
        pytest.skip("the browser's part is not built here: run script/environment test")
    script = Path(__file__).with_name("prove.mjs")
    answer = subprocess.run([node, "--no-warnings", script, BUILT], input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def case(value, side, limit, bits, blinding=None):
    """One case for the prover."""
    return {"value": value, "side": side, "limit": limit, "bits": bits, "tag": TAG.hex(), "blinding": str(blinding or ranges.new_blinding())}


def test_proofs_made_in_the_browser_verify_here():
    """All widths and sides, at the borders too; the commitments are the same bytes."""
    asked = [case(value, side, limit, bits) for bits in ranges.BITS for value, side, limit in (
        (0, "at_most", 0), (0, "at_least", 0), (2**bits - 1, "at_least", 2**bits - 1), (17, "at_most", 200), (200, "at_least", 18))]
    for given, answer in zip(asked, made(asked), strict=True):
        commitment = ranges.commit(given["value"], int(given["blinding"]))
        assert answer["commitment"] == commitment.hex()
        statement = ranges.Statement(given["side"], given["limit"], given["bits"])
        ranges.verify(commitment, statement, bytes.fromhex(answer["proof"]), TAG)
        with pytest.raises(ranges.RangeRefused):
            ranges.verify(commitment, statement, bytes.fromhex(answer["proof"]), TAG[::-1])


def test_the_browser_refuses_what_is_not_true():
    """A false statement, a value or limit outside the width: no proof is made."""
    asked = [case(5, "at_most", 4, 8), case(5, "at_least", 6, 8), case(300, "at_least", 4, 8), case(5, "at_most", 256, 8), case(-1, "at_most", 4, 8)]
    assert made(asked) == [{"refused": True}] * 5
