"""The one tree of errors.

    MingtangError
    |-- CallerMistake    the program or the person asked for something that cannot be; nothing was wrong with the data
    `-- RefusedInput     data from outside was refused: malformed, hostile, out of bounds, or against a rule

Every class that is raised states, as class attributes, a stable ``code`` (``office.reason``), a sentence for people in
Chinese and in English (``text``), what to do next (``next_step``), and the HTTP status that a page or an API
answers with. ``path`` says where in the input the fault is (``rows[12].phone``, ``line 3, column 7``). Sentences are
templates over the keyword ``details``; details are shown to people, so they hold no secret and no personal data.

Example::

    class NoSuchRequest(CallerMistake):
        code = "requests.not_found"
        status = 404
        text = Sentence("没有编号为 {number} 的诉求。", "There is no request with the number {number}.")
        next_step = Sentence("请核对编号。", "Check the number.")

    raise NoSuchRequest(number="MZ-1")
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple


class Sentence(NamedTuple):
    """One sentence for people in both languages."""

    zh: str
    en: str

    def fill(self, language: str, details: dict[str, Any]) -> str:
        """Return the sentence in ``language`` ("zh..." or anything else for English) with ``details`` filled in."""
        template = self.zh if language.lower().startswith("zh") else self.en
        try:
            return template.format_map(_Shown(details))
        except (ValueError, IndexError, AttributeError, TypeError):
            return template


class _Shown(dict):
    def __missing__(self, key: str) -> str:
        return "…"


class MingtangError(Exception):
    """Root of every error that Mingtang raises on purpose."""

    code: ClassVar[str] = "mingtang.error"
    status: ClassVar[int] = 400
    text: ClassVar[Sentence] = Sentence("出错了。", "Something went wrong.")
    next_step: ClassVar[Sentence] = Sentence("请重试；若仍不行，请联系窗口。", "Try again; if it still fails, ask at the counter.")

    def __init__(self, *, path: str = "", **details: Any) -> None:
        self.path = path
        self.details = details
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The sentence for people, in ``language``."""
        return self.text.fill(language, self.details)

    def advice(self, language: str) -> str:
        """What to do next, in ``language``."""
        return self.next_step.fill(language, self.details)

    def as_dict(self, language: str) -> dict[str, str]:
        """The one shape on the wire: ``code``, ``message``, ``path``, ``next``."""
        return {"code": self.code, "message": self.message(language), "path": self.path, "next": self.advice(language)}


class CallerMistake(MingtangError):
    """The caller asked for something that cannot be."""

    code = "mingtang.caller_mistake"


class RefusedInput(MingtangError):
    """Data from outside was refused."""

    code = "mingtang.refused_input"
    text = Sentence("提交的数据不能接受。", "The data sent cannot be accepted.")
    next_step = Sentence("请按提示的位置改正后再提交。", "Correct it at the place shown and send it again.")
