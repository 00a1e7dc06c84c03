"""A node that lies, for the demo and the tests alone: once a batch is in its log, it tells the engine another application hash.

    python -m mingtang.platform.ledger.consortium.lying FOLDER HOST:PORT [--engine PROGRAM]

What the others do about it is what is shown: they go on without it. Its engine finds that the next block contradicts what it was told, and stops voting.
"""

from __future__ import annotations

import sys
from typing import Any

from mingtang.platform.ledger.consortium.node import Node
from mingtang.platform.ledger.consortium.running import main


class LyingNode(Node):
    """Answers finalize_block with a false hash, if the block has changed the log."""

    def _finalize_block(self, request: dict[str, Any]) -> dict[str, Any]:
        before = self.standing.point
        answer = super()._finalize_block(request)
        if self._block is not None and self._block.standing.point != before:
            answer["app_hash"] = bytes(byte ^ 0xFF for byte in answer["app_hash"])
        return answer


if __name__ == "__main__":
    sys.exit(main(LyingNode))
