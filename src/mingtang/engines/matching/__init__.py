"""Matching without showing: what two lists have in common - how many, or which - while neither side learns the rest. Spec: docs/specs/matching.md.

Example::

    housing = matching.Holder(tokens_of_tenants, reveal="size", least=50, most=200_000)
    pension = matching.Asker(tokens_of_pensioners, reveal="size")
    setup, request = housing.setup(), pension.request()
    pension.result(setup, housing.answer(request))                      # 1204: how many are in both
"""

from mingtang.engines.matching.errors import LibraryMissing, MatchRefused
from mingtang.engines.matching.parties import Asker, Holder, new_key, tokens

__all__ = ["Asker", "Holder", "LibraryMissing", "MatchRefused", "new_key", "tokens"]
