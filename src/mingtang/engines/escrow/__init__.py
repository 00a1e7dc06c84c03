"""Public money that a decision binds and that only proven work releases: a double-entry book. Spec: docs/specs/escrow.md."""

from mingtang.engines.escrow.book import TREASURY, Book, Event, Payment, Transfer, replay
from mingtang.engines.escrow.errors import (
    AnotherDecision,
    AnotherEvent,
    BadEvent,
    EscrowRefused,
    NotAnAcceptor,
    NotEnough,
    NotNow,
    ProjectFrozen,
    ResultNotFinal,
)
from mingtang.engines.escrow.jury import draw_jury
from mingtang.engines.escrow.project import Milestone, Project

__all__ = [
    "AnotherDecision", "AnotherEvent", "BadEvent", "Book", "EscrowRefused", "Event", "Milestone", "NotAnAcceptor", "NotEnough", "NotNow", "Payment",
    "Project", "ProjectFrozen", "ResultNotFinal", "TREASURY", "Transfer", "draw_jury", "replay",
]
