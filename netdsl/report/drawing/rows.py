"""Rows of items: every node in its row, and a bend in each row that an edge passes."""

from __future__ import annotations

from dataclasses import dataclass, field

from netdsl.report.drawing.columns import cuts
from netdsl.report.drawing.coordinates import GAP
from netdsl.report.drawing.items import Item, Link
from netdsl.report.drawing.layers import layering
from netdsl.report.drawing.model import Edge

NEAR = 26.0
"""The least distance between two rows."""

End = tuple[Item, str]
"""A port of an item."""


@dataclass(slots=True)
class Wire:
    """An edge between ports of items, and the bends in the rows between them."""

    edge: Edge
    source: End
    target: End
    bends: list[Item] = field(default_factory=list[Item])


@dataclass(slots=True)
class Rows:
    """Rows from above, which of them begin a column, and the wires between their items."""

    rows: list[list[Item]]
    starts: list[int]
    wires: list[Wire]

    @property
    def columns(self) -> list[list[list[Item]]]:
        """The rows of each column."""
        ends = [*self.starts[1:], len(self.rows)]
        return [self.rows[start:end] for start, end in zip(self.starts, ends, strict=True)]


def in_rows(items: list[Item], wires: list[Wire]) -> Rows:
    """Put items into rows and columns, and bends where wires pass."""
    number = {id(item): at for at, item in enumerate(items)}
    found = layering(
        range(len(items)),
        [(number[id(wire.source[0])], number[id(wire.target[0])]) for wire in wires],
        [at for at, item in enumerate(items) if item.end == "input"],
        [at for at, item in enumerate(items) if item.end == "output"],
    )
    for at, item in enumerate(items):
        item.row = found[at]
    starts = _columns(items, wires)
    rows: list[list[Item]] = [[] for _ in range(1 + max(item.row for item in items))]
    for item in _in_reading_order(items, wires):
        rows[item.row].append(item)
    _bend(rows, wires, starts)
    return Rows(rows, starts, wires)


def _in_reading_order(items: list[Item], wires: list[Wire]) -> list[Item]:
    """Return items as one finds them going down from the first ones, which crosses little."""
    below: dict[int, list[Item]] = {id(item): [] for item in items}
    for wire in wires:
        below[id(wire.source[0])].append(wire.target[0])
    known: dict[int, Item] = {}
    waiting = sorted(items, key=lambda item: -item.row)
    while waiting:
        item = waiting.pop()
        if id(item) not in known:
            known[id(item)] = item
            waiting += reversed(below[id(item)])
    return list(known.values())


def _columns(items: list[Item], wires: list[Wire]) -> list[int]:
    """Cut the rows into columns, with an empty row at each end of what is cut."""
    count = 1 + max(item.row for item in items)
    heights, widths = [0.0] * count, [0.0] * count
    for item in items:
        heights[item.row] = max(heights[item.row], item.height + item.strip + NEAR)
        widths[item.row] += item.span + GAP
    passing: list[set[tuple[int, str]]] = [set() for _ in range(count)]
    for wire in wires:
        for row in range(wire.source[0].row, wire.target[0].row):
            passing[row].add((id(wire.source[0]), wire.source[1]))
    found = cuts(heights, widths, [len(each) for each in passing])
    for item in items:
        item.row += 2 * sum(1 for cut in found if item.row > cut)
    return [0, *(cut + 2 + 2 * at for at, cut in enumerate(found))]


def _bend(rows: list[list[Item]], wires: list[Wire], starts: list[int]) -> None:
    """Give wires their bends, one in a row for all that leave one port, and link the rows."""
    bends: dict[tuple[int, str, int], Item] = {}
    linked: set[tuple[int, str, int, str]] = set()
    for wire in wires:
        (source, output), (target, entry) = wire.source, wire.target
        before, exit = source, source.exits[output]
        for row in range(source.row + 1, target.row):
            key = (id(source), output, row)
            if key not in bends:
                bends[key] = Item(row=row)
                rows[row].append(bends[key])
            bend = bends[key]
            _link(linked, starts, before, exit, output, bend, 0.0, "")
            wire.bends.append(bend)
            before, exit = bend, 0.0
        _link(linked, starts, before, exit, output, target, target.entries[entry], entry)


def _link(
    linked: set[tuple[int, str, int, str]],
    starts: list[int],
    upper: Item,
    exit: float,
    output: str,
    lower: Item,
    entry: float,
    name: str,
) -> None:
    key = (id(upper), output if not upper.is_bend else "", id(lower), name)
    if key in linked or lower.row in starts:
        return
    linked.add(key)
    link = Link(upper, exit, lower, entry)
    upper.below.append(link)
    lower.above.append(link)
