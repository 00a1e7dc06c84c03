"""What the escrow office refuses besides what the book refuses (engines/escrow)."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class NoSuchProject(CallerMistake):
    """There is no such project."""

    code = "escrow.no_such_project"
    status = 404
    text = Sentence("没有这个项目。", "There is no such project.")
    next_step = Sentence("请从项目清单打开。", "Open it from the list of projects.")


class NoSuchLine(CallerMistake):
    """There is no such line of the budget."""

    code = "escrow.no_such_line"
    status = 404
    text = Sentence("没有“{line}”这个预算项目。", "There is no budget line “{line}”.")
    next_step = Sentence("请核对预算项目的代码。", "Check the code of the line.")


class WordsNeeded(RefusedInput):
    """A text of the form is missing or too long."""

    code = "escrow.words_needed"
    text = Sentence("请写清楚这一项，2 至 400 个字。", "Write this plainly, 2 to 400 characters.")
    next_step = Sentence("它会公开在项目页上，请不要写个人信息。", "It is public on the project's page; write nothing personal.")


class TreasuryAway(CallerMistake):
    """The treasury's file cannot be written to now."""

    code = "escrow.treasury_away"
    status = 424
    text = Sentence("财政支付库现在不能写入。", "The treasury's register cannot be written to now.")
    next_step = Sentence("系统会自动重试；同一笔款不会付两次。", "It is tried again by itself; no payment is made twice.")
