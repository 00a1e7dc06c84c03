"""What makes a model unusable."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class DmnRefused(RefusedInput):
    """The file is not a DMN model that can be used; ``path`` names the element."""

    code = "dmn.refused"
    text = Sentence("这不是可用的 DMN 模型：{reason}。", "This is not a usable DMN model: {reason}.")
    next_step = Sentence("请在 DMN 编辑器中改正所示元素。", "Correct the element shown in a DMN editor.")


class NoSuchDecision(CallerMistake):
    """The model has no decision or service with this name."""

    code = "dmn.no_such_decision"
    status = 404
    text = Sentence("模型中没有名为“{name}”的决策。", "The model has no decision called “{name}”.")
    next_step = Sentence("模型中的决策有：{known}。", "It has: {known}.")
