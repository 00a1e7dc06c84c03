"""Opinion maps: groups of like votes, what each group says, what unites them. Deterministic. Spec: docs/specs/opinion.md."""

from mingtang.engines.opinion.agreement import adjusted_rand
from mingtang.engines.opinion.map import OpinionMap, draw
from mingtang.engines.opinion.statements import Bridge, Representative
from mingtang.engines.opinion.votes import Conversation, NotAConversation, conversation, read

__all__ = ["Bridge", "Conversation", "NotAConversation", "OpinionMap", "Representative", "adjusted_rand", "conversation", "draw", "read"]
