"""Rows get their heights, and edges their ways along them and from column to column."""

from __future__ import annotations

from netdsl.report.drawing.columns import GUTTER
from netdsl.report.drawing.items import Item
from netdsl.report.drawing.routes import Piece, Way
from netdsl.report.drawing.rows import NEAR, Rows, Wire

FAR = 64.0
"""The greatest distance between two rows, where edges go far aside."""

SLOPE = 0.14
"""How much of what an edge goes aside it goes down at least."""

APART = 7.0
"""Between edges that go up beside a column."""

BACK = 18.0
"""The height of the way back to the left below columns in a frame."""


class Places:
    """Where rows and columns begin and end; `channels` tells how many edges go to a next column."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.channels = [*(len(rows.rows[at - 1]) for at in rows.starts[1:]), 0]
        self.above = APART * (1 + max(self.channels)) if len(self.channels) > 1 else 0.0
        self.tops, self.bottoms, self.rights = list[float](), list[float](), list[float]()
        self.back: float | None = None

    def add(self, column: list[list[Item]], right: float) -> None:
        """Set `y` of a column; rows are further apart where edges go far aside."""
        self.rights.append(right)
        y = self.above
        for row in column:
            height = max((item.height + item.strip for item in row), default=0.0)
            self.tops.append(y)
            self.bottoms.append(y + height)
            for item in row:
                spare = height - item.height - item.strip
                item.y = y + spare / 2 if item.node is not None else y * (item.end != "input")
            aside = max((_aside(item) for item in row), default=0.0)
            y += height + min(max(NEAR, SLOPE * aside), FAR)

    def end(self, lasts: list[Item]) -> float:
        """Put the outputs of a frame at its lower side and return how high all is.

        A single output goes back below the columns to where the first of them began, so that
        frames below each other do not wander to the right.
        """
        ends = [self.bottoms[at - 1] for at in self.rows.starts[1:]]
        deep = [y + APART * (1 + count) for y, count in zip(ends, self.channels, strict=False)]
        height = max(*deep, *self.bottoms, 0.0, 0.0)
        first = self.rows.rows[0][0]
        if len(lasts) == 1 and ends:
            self.back = height + APART
            height += BACK + lasts[0].height
            lasts[0].x = first.x + (first.width - lasts[0].width) / 2
        for item in lasts:
            item.y = height - item.height
        return height

    def way(self, wire: Wire) -> list[Piece]:
        """Return the way of an edge: down to the end of its row, across to the next, and so on."""
        (source, output), (target, entry) = wire.source, wire.target
        way = Way((source.x + source.exits[output], source.y + source.height))
        before = source
        for item in (*wire.bends, target):
            x = item.x + (target.entries[entry] if item is target else 0.0)
            way.down(self.bottoms[before.row])
            if item.row in self.rows.starts:
                self._to_next_column(way, before, item)
            elif item.end and self.back is not None:
                way.through([(way.at[0], self.back), (x, self.back), (x, item.y)])
            else:
                way.across(x, self.tops[item.row])
            before = item
        way.down(target.y)
        return way.pieces

    def _to_next_column(self, way: Way, before: Item, after: Item) -> None:
        """Go below a column, up beside it, and down into the next; such edges do not cross."""
        column = self.rows.starts.index(after.row) - 1
        row = self.rows.rows[before.row]
        place = row.index(before)
        from_right = len(row) - 1 - place
        low = self.bottoms[before.row] + APART * (1 + from_right)
        beside = self.rights[column] + GUTTER / 2 + APART * from_right
        high = self.tops[after.row] - APART * (1 + place)
        x, y = after.x, self.tops[after.row]
        way.through([(way.at[0], low), (beside, low), (beside, high), (x, high), (x, y)])


def _aside(item: Item) -> float:
    """Return how far aside the edges below an item go at most."""
    ways = (link.upper.x + link.exit - link.lower.x - link.entry for link in item.below)
    return max(map(abs, ways), default=0.0)
