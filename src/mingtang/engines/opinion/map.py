"""The whole opinion map of a conversation, with what is needed to recompute it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mingtang.engines.opinion.groups import Groups, find_groups
from mingtang.engines.opinion.space import FEWEST_VOTES, Space, place
from mingtang.engines.opinion.statements import Bridge, Representative, bridging, representative
from mingtang.engines.opinion.votes import Conversation, NotAConversation

METHOD = f"mingtang opinion 1: components 2, fewest votes {FEWEST_VOTES}, base clusters 100, groups 2..5 by silhouette"


@dataclass(frozen=True, slots=True)
class OpinionMap:
    """``group_of`` maps each placed participant to a group; the same input gives the same map, bit for bit."""

    space: Space
    groups: Groups
    group_of: dict[int, int]
    representative: list[Representative]
    bridging: list[Bridge]
    input_hash: str
    method: str = METHOD


def draw(talk: Conversation) -> OpinionMap:
    """Reckon the map. Raises NotAConversation where nobody voted on anything."""
    if not talk.participants or not talk.statements:
        raise NotAConversation(reason="no votes")
    space = place(talk)
    groups = find_groups(space.points)
    group_of = {talk.participants[row]: int(label) for row, label in zip(space.rows, groups.labels, strict=True)}
    sealed = hashlib.sha256(repr((talk.participants, talk.statements)).encode() + talk.matrix.tobytes() + talk.hidden.tobytes())
    return OpinionMap(
        space, groups, group_of, representative(talk, space.rows, groups.labels), bridging(talk, space.rows, groups.labels),
        f"sha256:{sealed.hexdigest()}",
    )
