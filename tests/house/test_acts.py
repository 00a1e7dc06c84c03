"""Every act is sealed: each public function of an acts module ends in a seal, directly or through another act."""

import ast

from tests.house import house

# The calls that seal: the ledger's own, and the transitions of the case engine, which seal once a transition.
SEALING = {"seal", "seal_many", "start_many", "move", "move_many", "reschedule", "carry"}


def _acts_modules():
    for name, path in house.modules().items():
        last = name.split(".")[-1]
        inside = ".acts." in name or last == "acts" or last.startswith("acts_")
        if name.startswith(house.APPS) and inside and name != "mingtang.platform.ledger.acts":
            yield name, path


def _functions():
    """All functions of the acts modules by name, with the names that each calls."""
    found = {}
    for name, path in _acts_modules():
        for node in house.tree(path).body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                called = set()
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Call):
                        function = inner.func
                        called.add(function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""))
                found[name, node.name] = called
    return found


def test_there_are_acts():
    """The rule below speaks of something."""
    assert len([key for key in _functions() if not key[1].startswith("_")]) >= 20


def test_every_act_seals():
    """A public function of an acts module reaches a sealing call."""
    functions = _functions()
    sealing = {key for key, called in functions.items() if called & SEALING}
    names = {key[1] for key in sealing}
    while True:
        more = {key for key, called in functions.items() if key not in sealing and called & names}
        if not more:
            break
        sealing |= more
        names |= {key[1] for key in more}
    faults = [".".join(key) for key in functions if not key[1].startswith("_") and key not in sealing]
    assert not faults
