"""Proofs about decision models before they go live: exact geometry on tables, a solver on whole graphs. Spec: docs/specs/proofs.md.

The solver is loaded with the first question only, so that who merely decides does not pay for it.
"""

from typing import Any

from mingtang.engines.dmn.prove.properties import Property, Verdict, check

__all__ = ["Change", "Property", "Verdict", "check", "nearest"]


def __getattr__(name: str) -> Any:
    if name in ("Change", "nearest"):
        from mingtang.engines.dmn.prove import changes as module

        return getattr(module, name)
    raise AttributeError(name)
