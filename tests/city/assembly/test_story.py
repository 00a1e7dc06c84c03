"""The story that ``mingtang assembly demo`` tells is true from beginning to end."""

import os
import re
import subprocess
import sys

import pytest

pytest.importorskip("nacl", reason="PyNaCl is not installed: the extra requirements for the assembly")


def test_a_neighbourhood_decides_on_a_lift_and_sees_the_money_released():
    """Eleven steps in Chinese, the independent verifier's words among them; the last line has the figures; nothing is left behind."""
    done = subprocess.run([sys.executable, "-m", "mingtang.cli", "assembly", "demo"], env=os.environ | {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(".")[0] for line in lines if re.match(r"\d+\. ", line)] == [str(n) for n in range(1, 12)]
    assert any("已证明" in line for line in lines) and "未通过" not in done.stdout
    assert lines[-1] == "ballots 30, counted 29, verifiers 2, paid 600,000 yuan, audit clean"


def test_the_story_is_told_in_no_city_in_earnest():
    """The inner command refuses a data folder that is not its own."""
    done = subprocess.run([sys.executable, "-m", "mingtang.cli", "assembly", "demo", "--here"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "--here" in done.stderr
