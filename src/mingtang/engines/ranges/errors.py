"""What the proofs refuse."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class RangeRefused(RefusedInput):
    """The proof does not show the statement; ``rule`` names the check that failed."""

    code = "ranges.refused"
    text = Sentence("证明不成立：{rule}。", "The proof does not hold: {rule}.")
    next_step = Sentence("请在钱包里重新生成证明；仍不行时可改为出示该项内容，或到窗口办理。",
                         "Make the proof again in the wallet; if that fails show the item itself, or go to the counter.")


class NotProvable(CallerMistake):
    """The statement is not true of the value, or lies outside what the width of the attribute allows."""

    code = "ranges.not_provable"
    text = Sentence("这一项不符合要求，无法生成证明。", "This does not meet the condition, so there is no proof of it.")
    next_step = Sentence("请查看办理条件；数据有误时请向发证单位申请更正。", "Look at the condition; if the data are wrong, ask the issuer to correct them.")
