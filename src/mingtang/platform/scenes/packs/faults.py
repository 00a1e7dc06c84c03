"""What can be wrong with a pack: findings, each with its file, key path and line.

Example: ``scenes/x/form.yaml:12 questions[2].type: unknown type “colour”``.
"""

from __future__ import annotations

from dataclasses import dataclass

from mingtang.kernel import RefusedInput, Sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a pack. ``level`` is "error" (the pack is refused) or "note" (worth a look, refused by nobody)."""

    code: str
    file: str
    path: str
    line: int
    text: Sentence
    level: str = "error"

    def place(self) -> str:
        """``form.yaml:12 questions[2].type``; parts that are not known are left out."""
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}" + (f" {self.path}" if self.path else "")

    def sentence(self, language: str) -> str:
        """The fault in ``language``, with its place before it."""
        return f"{self.place()}: {self.text.zh if language.lower().startswith('zh') else self.text.en}"

    def as_dict(self, language: str) -> dict:
        """For an API: code, level, file, path, line, message."""
        message = self.text.zh if language.lower().startswith("zh") else self.text.en
        return {
            "code": self.code,
            "level": self.level,
            "file": self.file,
            "path": self.path,
            "line": self.line,
            "message": message,
        }


class PackRefused(RefusedInput):
    """The pack cannot be loaded or published; ``findings`` says why, each with its place."""

    code = "scenes.pack_refused"
    text = Sentence(
        "场景包“{pack}”有 {count} 处错误，第一处：{first_zh}",
        "The scene pack “{pack}” cannot be used, faults: {count}; the first: {first_en}",
    )
    next_step = Sentence(
        "请运行 mingtang scene check 查看全部错误并改正。", "Run mingtang scene check to see them all, and correct them."
    )

    def __init__(self, pack: str, findings: list[Finding]) -> None:
        self.findings = tuple(findings)
        first = findings[0]
        super().__init__(
            path=first.place(),
            pack=pack,
            count=len(findings),
            first_zh=first.sentence("zh"),
            first_en=first.sentence("en"),
        )
