"""Plain names of acts. Each app that seals has a module ``kinds`` with a table ``KINDS``: the act's kind -> what people call it, zh and en.

Example::

    kinds.name("requests.file", "en")        # "Request filed"

A kind without a name is shown as it is: an act of an office that is no longer installed stays readable.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from mingtang.kernel import Sentence

KINDS = {
    "ledger.erase": Sentence("内容依法删除", "Content erased by law"),
    "ledger.open-log": Sentence("为机关开设日志", "Log opened for an agency"),
}


@cache
def table() -> dict[str, Sentence]:
    """The names of every installed app's acts."""
    found: dict[str, Sentence] = {}
    for app in apps.get_app_configs():
        if app.name.startswith("mingtang.") and find_spec(f"{app.name}.kinds"):
            found |= import_module(f"{app.name}.kinds").KINDS
    return found


def name(kind: str, language: str) -> str:
    """What people call an act of ``kind`` in ``language``."""
    known = table().get(kind)
    return known.fill(language, {}) if known else kind
