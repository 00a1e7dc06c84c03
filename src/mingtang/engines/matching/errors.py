"""What matching refuses."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class MatchRefused(RefusedInput):
    """A message is malformed, or asks for more than was agreed; ``rule`` names it."""

    code = "matching.refused"
    text = Sentence("比对请求不能接受：{rule}。", "The matching cannot go on: {rule}.")
    next_step = Sentence("请按双方约定的范围和方式重新发起比对。", "Begin the matching again within what both sides agreed.")


class LibraryMissing(CallerMistake):
    """The library for matching is not installed."""

    code = "matching.library_missing"
    status = 501
    text = Sentence("本机没有安装比对所需的程序库 openmined-psi。", "The library openmined-psi is not installed here.")
    next_step = Sentence("请安装 requirements/matching.txt 所列的程序库。", "Install what requirements/matching.txt lists.")
