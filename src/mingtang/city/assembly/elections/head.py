"""What the board has published, kept outside its database: a restored backup that lacks published ballots is noticed before it is used.

One line a election in <data>/elections/CODE/board.head: the number of ballots and the chain over their trackers. Written after the commit, so
a crash in between leaves it behind, which is harmless: the board must only ever continue what stands here.
"""

from __future__ import annotations

import os
import tempfile

from mingtang.city.assembly.elections.faults import BoardRolledBack
from mingtang.city.assembly.elections.models import CastBallot
from mingtang.city.assembly.elections.registrar import folder


def remember(code: str, count: int, chain: str) -> None:
    """Note that the first ``count`` ballots are published; an older note is replaced, a newer one stays."""
    known = published(code)
    if known is not None and known[0] >= count:
        return
    place = folder(code)
    place.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place, prefix="board.")
    with os.fdopen(handle, "w") as file:
        file.write(f"{count} {chain}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, place / "board.head")


def published(code: str) -> tuple[int, str] | None:
    """What was published last, or None."""
    try:
        count, chain = (folder(code) / "board.head").read_text().split()
        return int(count), chain
    except (FileNotFoundError, ValueError):
        return None


def check(code: str) -> None:
    """Raise BoardRolledBack unless the board continues what was published."""
    known = published(code)
    if known is None or known[0] == 0:
        return
    row = CastBallot.objects.filter(election=code, sequence=known[0]).first()
    if row is None or row.chain != known[1]:
        raise BoardRolledBack()
