"""The vote matrix of a conversation: who agreed (1), disagreed (-1) or passed (0) on which statement; nan where not seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mingtang.kernel.errors import RefusedInput, Sentence


class NotAConversation(RefusedInput):
    """The tables do not make a conversation."""

    code = "opinion.not_a_conversation"
    text = Sentence("这份意见数据不能分析：{reason}。", "This conversation cannot be analysed: {reason}.")
    next_step = Sentence("请按所示位置改正；格式见 docs/specs/opinion.md。", "Correct it at the place shown; docs/specs/opinion.md has the format.")


@dataclass(frozen=True, slots=True)
class Conversation:
    """``matrix[p, s]`` is the last vote of participant ``participants[p]`` on statement ``statements[s]``.

    ``hidden[s]`` is True for statements taken out by moderation: their votes count as passes.
    """

    participants: tuple[int, ...]
    statements: tuple[int, ...]
    matrix: np.ndarray
    hidden: np.ndarray
    texts: tuple[str, ...]


def conversation(votes: Iterable[tuple[int, int, int, float]], statements: dict[int, tuple[str, bool]]) -> Conversation:
    """Build the matrix from ``votes`` (participant, statement, vote, time) and ``statements`` (id -> text, hidden).

    Of several votes on one statement the latest counts; the order of rows does not matter. Votes on unknown statements and
    values other than -1, 0, 1 raise NotAConversation.
    """
    codes = sorted(statements)
    column = {code: i for i, code in enumerate(codes)}
    last: dict[tuple[int, int], tuple[float, int]] = {}
    for participant, statement, vote, time in votes:
        if statement not in column:
            raise NotAConversation(path=f"statement {statement}", reason="vote on a statement that is not listed")
        if vote not in (-1, 0, 1):
            raise NotAConversation(path=f"participant {participant}", reason="a vote is -1, 0 or 1")
        key = (participant, statement)
        last[key] = max(last.get(key, (float("-inf"), -2)), (time, vote))
    people = sorted({participant for participant, _ in last})
    row = {code: i for i, code in enumerate(people)}
    matrix = np.full((len(people), len(codes)), np.nan)
    for (participant, statement), (_, vote) in last.items():
        matrix[row[participant], column[statement]] = vote
    hidden = np.array([statements[code][1] for code in codes], dtype=bool)
    return Conversation(tuple(people), tuple(codes), matrix, hidden, tuple(statements[code][0] for code in codes))


def read(votes_csv: bytes, comments_csv: bytes) -> Conversation:
    """Read the tables of a Polis export: ``votes.csv`` and ``comments.csv``. Votes on statements not listed are left out."""
    statements = {
        _whole(row, "comment-id", line): (row.get("comment-body") or "", _whole(row, "moderated", line) == -1) for line, row in _rows(comments_csv)
    }
    cast = (
        (_whole(row, "voter-id", line), _whole(row, "comment-id", line), _whole(row, "vote", line), float(_whole(row, "timestamp", line)))
        for line, row in _rows(votes_csv)
    )
    return conversation((vote for vote in cast if vote[1] in statements), statements)


def _rows(data: bytes):
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotAConversation(path=f"byte {fault.start}", reason="not UTF-8") from None
    reader = csv.DictReader(io.StringIO(text))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as fault:
        raise NotAConversation(path=f"line {reader.line_num}", reason=str(fault)) from None


def _whole(row: dict, name: str, line: int) -> int:
    try:
        return int(row[name])
    except (KeyError, TypeError, ValueError):
        raise NotAConversation(path=f"line {line}, {name}", reason="not a whole number") from None
