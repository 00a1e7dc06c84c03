"""Participatory budgets: the greedy family and the Method of Equal Shares, with a reason for every project. Spec: docs/specs/budgets.md."""

from mingtang.engines.budgets.counting import count
from mingtang.engines.budgets.election import Election, NotAnElection, Project
from mingtang.engines.budgets.greedy import Count, Reason, greedy
from mingtang.engines.budgets.pabulib import read, write
from mingtang.engines.budgets.shares import equal_shares

__all__ = ["Count", "Election", "NotAnElection", "Project", "Reason", "count", "equal_shares", "greedy", "read", "write"]
