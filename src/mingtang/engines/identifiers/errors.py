"""What the identifiers refuse. The number itself never stands in the message: it may be a person's."""

from __future__ import annotations

from mingtang.kernel.errors import RefusedInput, Sentence


class IdentifierRefused(RefusedInput):
    """The text is no identifier of its kind: wrong length, letters, date or check character."""

    code = "identifiers.refused"
    text = Sentence("号码不正确：{zh}。", "The number is not right: {en}.")
    next_step = Sentence("请对照证件逐位核对后再填。", "Compare it with the document, character by character, and type it again.")
