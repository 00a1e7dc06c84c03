"""The DMN TCK as a floor: what passed once is not lost. The cases are external data and are skipped where they are absent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mingtang.engines.dmn import tck
from tests.engines.dmn.models import decision, definitions, literal

ROOT = Path(__file__).resolve().parents[3]
_CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>small.dmn</modelName>
<testCase id="good"><resultNode name="A"><expected><value xsi:type="xsd:decimal">2</value></expected></resultNode></testCase>
<testCase id="bad"><resultNode name="A"><expected><value xsi:type="xsd:string">2</value></expected></resultNode></testCase>
<testCase id="null"><resultNode name="A" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode></testCase></testCases>"""


@pytest.mark.parametrize(("level", "directories"), [("compliance-level-2", 0), ("compliance-level-3", 1)])
def test_floor(shared_data, level, directories):
    """Every case of level 2 passes, and of level 3 all but those that call Java."""
    folder = shared_data / "dmn-tck" / "TestCases" / level
    if not folder.is_dir():
        pytest.skip("the cases of the TCK are not among the external test data")
    failed = {one.name: [r.case for r in tck.run_folder(one) if not r.passed] for one in tck.folders(folder)}
    failed = {name: cases for name, cases in failed.items() if cases}
    assert len(failed) <= directories, failed
    assert all("external" in name for name in failed), failed


def test_runner_counts_failures(tmp_path):
    """The runner tells passed from failed cases, non-null ones apart, and its last line is the sum."""
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "small.dmn").write_bytes(definitions(decision("A", literal("1 + 1"))))
    (tmp_path / "case" / "small-test-01.xml").write_text(_CASES)
    done = subprocess.run([sys.executable, str(ROOT / "script" / "tck"), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["case: 1 of 3", "passed 1 of 3 (non-null 1 of 2, directories 0 of 1)"]
