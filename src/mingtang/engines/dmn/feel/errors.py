"""What is wrong with an expression before it can be evaluated. Faults while evaluating are values, see evaluation."""

from __future__ import annotations

from mingtang.kernel.errors import RefusedInput, Sentence


class FeelSyntax(RefusedInput):
    """The text is not FEEL; ``path`` gives line and column."""

    code = "dmn.feel_syntax"
    text = Sentence("表达式有语法错误：{reason}。", "The expression is not FEEL: {reason}.")
    next_step = Sentence("请在所示行列处改正表达式。", "Correct the expression at the line and column shown.")
