"""The scenes that a helper or a counter can act in for a person: those that decide on their own pages."""

from __future__ import annotations

from mingtang.kernel import Sentence
from mingtang.platform.scenes import reads


def offers() -> list[tuple[str, Sentence, str]]:
    """Name, title and first page of each."""
    return [
        (entry.pack.name, Sentence(*entry.pack.titles), f"/scenes/{entry.pack.name}/apply/?anew")
        for entry in reads.catalogue()
        if entry.pack.decides
    ]
