"""The order of what stands in a row, with few crossings between one row and the next."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence

from netdsl.report.drawing.items import Item, Link

SWEEPS = 12
SWITCHES = 4
SMALL = 400
"""Neighbours change places one by one only where there are at most so many items."""

Rows = list[list[Item]]


def ordered(rows: Rows) -> Rows:
    """Return the rows with their items in an order that has few crossings."""
    best, least = [list(row) for row in rows], crossings(rows)
    for sweep in range(SWEEPS):
        if least == 0:
            break
        down = sweep % 2 == 0
        _sweep(rows, down)
        if sum(map(len, rows)) <= SMALL:
            _switch(rows)
        count = crossings(rows)
        if count < least:
            best, least = [list(row) for row in rows], count
    _number(best)
    return best


def _number(rows: Iterable[Sequence[Item]]) -> None:
    for row in rows:
        for place, item in enumerate(row):
            item.place = place


def _sweep(rows: Rows, down: bool) -> None:
    """Put each row in the order of the mean place of what its items are linked with."""
    _number(rows)
    for row in rows[1:] if down else reversed(rows[:-1]):
        means = {id(item): _mean(item, down) for item in row}
        row.sort(key=lambda item: means[id(item)])
        _number([row])


def _mean(item: Item, down: bool) -> float:
    found = [_spot(link, down) for link in (item.above if down else item.below)]
    return sum(found) / len(found) if found else item.place


def _spot(link: Link, upper: bool) -> float:
    """Return the place of an end of a link: that of its item, and where along it the port is."""
    item, offset = (link.upper, link.exit) if upper else (link.lower, link.entry)
    return item.place + (offset / item.width - 0.5 if item.width else 0)


def crossings(rows: Rows) -> int:
    """Return how many pairs of links cross."""
    _number(rows)
    return sum(_between(row) for row in rows[:-1])


def _between(row: Sequence[Item]) -> int:
    ends = [(_spot(link, True), _spot(link, False)) for item in row for link in item.below]
    seen: list[float] = []
    count = 0
    for _, lower in sorted(ends):
        count += len(seen) - bisect_right(seen, lower)
        insort(seen, lower)
    return count


def _switch(rows: Rows) -> None:
    """Have neighbours change places wherever that takes a crossing away."""
    for _ in range(SWITCHES):
        _number(rows)
        if sum(map(_switch_row, rows)) == 0:
            return


def _switch_row(row: list[Item]) -> bool:
    is_better = False
    for at in range(len(row) - 1):
        left, right = row[at], row[at + 1]
        if _pair(left, right) > _pair(right, left):
            row[at], row[at + 1] = right, left
            left.place, right.place = at + 1, at
            is_better = True
    return is_better


def _pair(left: Item, right: Item) -> int:
    """Return how often the links of two neighbours cross with the first of them on the left."""
    above = _inversions(
        [_spot(link, True) for link in left.above], [_spot(link, True) for link in right.above]
    )
    return above + _inversions(
        [_spot(link, False) for link in left.below], [_spot(link, False) for link in right.below]
    )


def _inversions(left: Sequence[float], right: Sequence[float]) -> int:
    return sum(1 for one in left for other in right if one > other)
