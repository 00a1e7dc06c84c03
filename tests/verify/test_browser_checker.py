"""The browser's checker and the Python verifier give the same answer to every receipt, whole or changed."""

import base64
import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.verify.test_receipt import LOG, WITNESSES, _policy, _receipt, verifier

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "src" / "mingtang" / "site" / "static" / "built" / "receipt.js"


def _node():
    found = shutil.which("node") or shutil.which("node", path=ROOT / ".venv" / "bin")
    if not found or not BUILT.exists():
        pytest.skip("the browser's part is not built here: run script/environment test")
    return found


def _browser(cases):
    lines = "".join(json.dumps({**case, "file": base64.b64encode(case["file"]).decode()}) + "\n" for case in cases)
    answer = subprocess.run(
        [_node(), "--no-warnings", ROOT / "tests" / "verify" / "checker.mjs", BUILT], input=lines, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


def _python(case):
    try:
        policy = None if case["policy"] is None else verifier.Policy.parse(case["policy"])
        entry = None if case["entry"] is None else bytes.fromhex(case["entry"])
        proven = verifier.check(case["file"], [verifier.Key.parse(text) for text in case["logs"]], policy, entry)
    except verifier.NotProven as failed:
        return {"step": failed.step}
    return {"index": proven.receipt.index, "size": proven.receipt.size, "witnesses": sorted(proven.witnesses), "document": proven.document}


def _case(file, policy=None, entry=None, key=None):
    return {"file": file, "policy": policy, "entry": entry, "logs": [key or str(LOG.verifier)]}


def _cases():
    bare, entry = _receipt(extra=False)
    yield from (_case(_receipt(i, n)[0]) for i, n in [(0, 1), (1, 2), (5, 300), (255, 256), (256, 257)])
    yield from (_case(_receipt(cosigners=WITNESSES[:n])[0], _policy()) for n in range(4))
    yield from (_case(bare, entry=text) for text in (entry.hex(), bytes(32).hex(), None))
    yield from (_case(_receipt()[0], policy) for policy in ("", "quorum none\n", "quorum x\n", "group g any\nquorum g", "log x\nquorum none"))
    yield from (_case(_receipt()[0], key=key) for key in ("x", str(LOG.verifier)[:-2] + "A=", str(WITNESSES[0].verifier)))
    whole, chance = _receipt(cosigners=WITNESSES)[0], random.Random(7)
    for _ in range(300):
        data, at = bytearray(whole), chance.randrange(len(whole))
        match chance.randrange(4):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                del data[at:at + chance.randrange(1, 60)]
            case 2:
                data[at:at] = bytes(chance.choices(b"\n A0=\xe2\x80", k=3))
            case _:
                data = data[:at]
        yield _case(bytes(data), _policy())


def test_both_verifiers_give_the_same_answer():
    """Proven or the number of the failed step: equal for whole receipts, all policies and 300 changed files."""
    cases = list(_cases())
    answers = _browser(cases)
    assert len(answers) == len(cases)
    assert answers == [_python(case) for case in cases]
    assert sum("step" in answer for answer in answers) > 250 and sum("step" not in answer for answer in answers) >= 8
