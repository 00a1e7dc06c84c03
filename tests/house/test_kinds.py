"""Every act that is sealed has a plain name in both languages."""

import ast
import re

import pytest

from mingtang.platform.ledger import kinds
from tests.house import house

_KIND = re.compile(r"[a-z]+\.[a-z_-]+")


def _sealed():
    """The kinds that the source seals: whole ones, and the beginnings of those put together."""
    for name, path in house.modules().items():
        for node in ast.walk(house.tree(path)):
            if isinstance(node, ast.Call) and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) == "Draft":
                first = node.args[0] if node.args else next((word.value for word in node.keywords if word.arg == "kind"), None)
                if isinstance(first, ast.Constant):
                    yield name, first.value, True
                elif isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
                    yield name, first.values[0].value, False


def test_there_are_acts_to_name():
    """The rule below speaks of something."""
    assert len(list(_sealed())) > 20


@pytest.mark.parametrize(("where", "kind", "whole"), sorted(set(_sealed())))
def test_every_sealed_kind_has_a_plain_name(where, kind, whole):
    """A page says what was done, not the program's word: add it to KINDS in the app's kinds.py."""
    if not _KIND.fullmatch(kind) and whole:
        return  # a form of which no act is sealed: the draft of something else
    names = kinds.table()
    assert kind in names if whole else any(name.startswith(kind) for name in names), f"{where} seals {kind}"


def test_names_are_plain_and_in_both_languages():
    """Chinese in Chinese, English in English, no program's word in either."""
    for kind, name in kinds.table().items():
        assert re.search(r"[\u4e00-\u9fff]", name.zh) and re.fullmatch(r"[A-Z][A-Za-z ,'-]+", name.en), kind
