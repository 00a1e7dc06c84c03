"""The geometry of tables agrees with counting every cell of the grid."""

from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from mingtang.engines.dmn.prove.geometry import Grid, below, conflicts, mergeable
from mingtang.engines.dmn.prove.regions import OTHER, Interval, Region, literal_column, ordered_column

ends = st.one_of(st.none(), st.integers(0, 4))
intervals = st.builds(
    lambda low, high, a, b: Interval(None if low is None else Decimal(low), None if high is None else Decimal(high), a, b),
    ends, ends, st.booleans(), st.booleans(),
)
numbers = st.one_of(st.just(Region()), st.builds(lambda i, n: Region(intervals=tuple(i), negated=n), st.lists(intervals, min_size=1, max_size=2), st.booleans()))
letters = st.one_of(st.just(Region()), st.builds(lambda v, n: Region(literals=frozenset(v), negated=n), st.sets(st.sampled_from("abc"), min_size=1), st.booleans()))
tables = st.lists(st.tuples(numbers, numbers, letters), min_size=1, max_size=6)


def _holds(region, value):
    if region.is_anything:
        return True
    if region.literals is not None:
        inside = value in region.literals
    else:
        inside = any(
            (i.low is None or i.low < value or (i.low_closed and i.low == value))
            and (i.high is None or value < i.high or (i.high_closed and value == i.high))
            for i in region.intervals
        )
    return inside != region.negated


def _grid(rows):
    columns = [ordered_column("x", [r[0] for r in rows]), ordered_column("y", [r[1] for r in rows]), literal_column("z", [r[2] for r in rows])]
    return Grid(columns, [tuple(c.mask(r[i]) for i, c in enumerate(columns)) for r in rows])


def _cells(grid):
    return product(*(column.pieces for column in grid.columns))


@given(tables)
def test_a_mask_holds_just_the_values_of_its_region(rows):
    """Each piece's value lies in the region exactly when its bit is set."""
    grid = _grid(rows)
    for row, box in zip(rows, grid.boxes, strict=True):
        for region, column, mask in zip(row, grid.columns, box, strict=True):
            for i, piece in enumerate(column.pieces):
                assert bool(mask >> i & 1) == _holds(region, piece.value)


@given(tables)
def test_completeness_agrees_with_counting(rows):
    """A gap is found exactly when some cell of the grid is in no box, and the gap shown is such a cell."""
    grid = _grid(rows)
    open_cells = [cell for cell in _cells(grid) if not any(all(_holds(r, p.value) for r, p in zip(row, cell, strict=True)) for row in rows)]
    gap = grid.uncovered()
    assert (gap is None) == (not open_cells)
    if gap is not None:
        shown = tuple(column.values(mask)[0] for column, mask in zip(grid.columns, gap, strict=True))
        assert shown in open_cells


@given(tables)
def test_overlaps_agree_with_counting(rows):
    """Two rules overlap exactly when one cell lies in both boxes."""
    grid = _grid(rows)
    cells = list(_cells(grid))
    inside = [{c for c, cell in enumerate(cells) if all(_holds(r, p.value) for r, p in zip(row, cell, strict=True))} for row in rows]
    counted = {(i, j) for i in range(len(rows)) for j in range(i + 1, len(rows)) if inside[i] & inside[j]}
    assert set(grid.overlaps()) == counted


@given(tables)
def test_reachability_agrees_with_counting(rows):
    """Under FIRST a rule is never reached exactly when the rules above it hold all its cells."""
    grid = _grid(rows)
    cells = list(_cells(grid))
    inside = [{c for c, cell in enumerate(cells) if all(_holds(r, p.value) for r, p in zip(row, cell, strict=True))} for row in rows]
    for i in range(len(rows)):
        if all(grid.boxes[i]):
            above = set().union(*inside[:i]) if i else set()
            assert (grid.uncovered(grid.boxes[i], range(i)) is None) == (inside[i] <= above)


def test_whole_numbers_leave_no_gap_between_neighbours():
    """``<= 59`` and ``>= 60`` leave a gap for numbers and none for whole numbers."""
    regions = [Region(intervals=(Interval(None, Decimal(59), False, True),)), Region(intervals=(Interval(Decimal(60), None, True, False),))]
    for integer, is_complete in ((False, False), (True, True)):
        column = ordered_column("age", regions, integer=integer)
        assert (Grid([column], [(column.mask(r),) for r in regions]).uncovered() is None) is is_complete


def test_other_values_are_a_gap_unless_the_list_is_closed():
    """Without allowed values the piece "any other" is open; with them it does not exist."""
    regions = [Region(literals=frozenset("a")), Region(literals=frozenset("b"))]
    column = literal_column("k", regions)
    gap = Grid([column], [(column.mask(r),) for r in regions]).uncovered()
    assert column.values(gap[0])[0].value is OTHER
    closed = literal_column("k", regions, Region(literals=frozenset("ab")))
    assert Grid([closed], [(closed.mask(r),) for r in regions]).uncovered() is None


def test_dependence_and_order_are_found():
    """Two rules that differ only in the protected column conflict; the poorer one of a falling step is named."""
    regions = [Region(intervals=(Interval(None, Decimal(100), False, False),)), Region(intervals=(Interval(Decimal(100), None, True, False),))]
    column = ordered_column("income", regions)
    grid = Grid([column], [(column.mask(r),) for r in regions])
    assert list(conflicts(grid, 0, [200, 300], lambda a, b: a != b)) == [(0, 1), (1, 0)]
    assert below(grid.boxes[0][0], grid.boxes[1][0]) is not None
    assert below(grid.boxes[1][0], grid.boxes[0][0]) is None


def test_rules_that_one_rule_can_say_are_found():
    """Equal outcome and equal cells in all columns but one can be merged."""
    rows = [(Region(), Region(), Region(literals=frozenset("a"))), (Region(), Region(), Region(literals=frozenset("b")))]
    assert mergeable(_grid(rows), ["x", "x"]) == [(0, 1, 2)]
    assert mergeable(_grid(rows), ["x", "y"]) == []
