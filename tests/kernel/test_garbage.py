"""The search for garbage is rare after the start, and still finds it."""

from __future__ import annotations

import gc
import weakref

from mingtang.kernel.garbage import search_seldom


class _Knot:
    """Something that holds itself."""


def test_what_is_loaded_is_left_alone_and_circles_are_still_found():
    """After the call young objects are searched by the hundred thousand; an explicit search frees a circle."""
    kept = gc.get_threshold()
    try:
        search_seldom()
        assert gc.get_threshold()[0] >= 100_000 and gc.get_freeze_count() > 0
        knot = _Knot()
        knot.itself, seen = knot, weakref.ref(knot)
        del knot
        gc.collect()
        assert seen() is None
    finally:
        gc.unfreeze()
        gc.set_threshold(*kept)
