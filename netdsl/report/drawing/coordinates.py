"""Where the items of ordered rows stand: near what they are linked with, and nowhere too close."""

from __future__ import annotations

from collections.abc import Sequence

from netdsl.report.drawing.items import Item

SWEEPS = 10
GAP = 22.0
"""Between boxes, and half of it beside an edge that passes."""

LONG = 6.0
"""How much more it counts that an edge over several rows is straight."""


def set_across(rows: Sequence[Sequence[Item]]) -> None:
    """Set `x` of all items, from 0; those of a row keep their order."""
    for row in rows:
        _settle(row, [0.0] * len(row))
    for sweep in range(SWEEPS):
        down = sweep % 2 == 1  # down at last: long edges leave their source straight
        for row in rows if down else reversed(rows):
            _settle(row, [_wanted(item, down) for item in row])
    left = min((item.x for row in rows for item in row), default=0.0)
    for row in rows:
        for item in row:
            item.x -= left


def _wanted(item: Item, down: bool) -> float:
    """Return where an item would stand for its edges to be straight, on one side of it."""
    links = item.above if down else item.below
    if down:
        spots = [(link.upper.x + link.exit - link.entry, link.upper) for link in links]
    else:
        spots = [(link.lower.x + link.entry - link.exit, link.lower) for link in links]
    if not spots:
        return item.x
    total = sum(_weight(item, other) for _, other in spots)
    return sum(spot * _weight(item, other) for spot, other in spots) / total


def _weight(item: Item, other: Item) -> float:
    return LONG if item.is_bend and other.is_bend else 1.0


def _settle(row: Sequence[Item], wanted: Sequence[float]) -> None:
    """Set `x` of a row as near to what is wanted as the distances between its items allow.

    The sum of the squares of what is missing is least: neighbours that want to be at one place
    become a block that stands at the mean of what they want.
    """
    shifts, shift = list[float](), 0.0
    for at, item in enumerate(row):
        shift += between(row[at - 1], item) + row[at - 1].span if at else 0.0
        shifts.append(shift)
    blocks: list[tuple[float, float, int]] = []  # sum of weight * wish, weight, how many
    for item, wish, shift in zip(row, wanted, shifts, strict=True):
        weight = LONG if item.is_bend else 1.0
        block = (weight * (wish - shift), weight, 1)
        while blocks and blocks[-1][0] / blocks[-1][1] > block[0] / block[1]:
            last = blocks.pop()
            block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
        blocks.append(block)
    places = [total / weight for total, weight, count in blocks for _ in range(count)]
    for item, place, shift in zip(row, places, shifts, strict=True):
        item.x = place + shift


def between(left: Item, right: Item) -> float:
    """Return how far two neighbours are apart at least."""
    return GAP / 2 if left.is_bend or right.is_bend else GAP
