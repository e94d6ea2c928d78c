"""The layout of a graph: rows from above, frames laid out first and then taken as boxes."""

from __future__ import annotations

from dataclasses import dataclass, field

from netdsl.report.drawing.columns import GUTTER
from netdsl.report.drawing.coordinates import set_across
from netdsl.report.drawing.crossings import ordered
from netdsl.report.drawing.items import (
    BAR,
    MARGIN,
    PAD,
    Item,
    box,
    finished,
    frame_input,
    frame_output,
    labelled_outputs,
    line_width,
)
from netdsl.report.drawing.model import Edge, Graph, Node, Port
from netdsl.report.drawing.routes import Piece
from netdsl.report.drawing.rows import Rows, Wire, in_rows
from netdsl.report.drawing.straight import straighten
from netdsl.report.drawing.ways import APART, Places


@dataclass(slots=True)
class Placement:
    """A graph in its place: items with `x` and `y`, ways of edges, the layouts inside frames."""

    width: float = 0.0
    height: float = 0.0
    items: list[Item] = field(default_factory=list[Item])
    ways: list[tuple[Edge, list[Piece]]] = field(default_factory=list[tuple[Edge, list[Piece]]])
    inner: dict[int, tuple[Placement, float]] = field(
        default_factory=dict[int, tuple["Placement", float]]
    )
    """By the number of an item: what is in it, and how far from its left side."""


def placed(
    graph: Graph, inputs: tuple[Port, ...] = (), outputs: tuple[Port, ...] = ()
) -> Placement:
    """Lay out a graph, in a frame with these ports if there are any."""
    found = Placement()
    labelled = labelled_outputs(graph.edges)
    boxes = {
        node.id: _item(node, labelled.get(node.id, frozenset()), found) for node in graph.nodes
    }
    firsts = {port.name: frame_input(port) for port in inputs}
    lasts = {port.name: frame_output(port) for port in outputs}
    wires: list[Wire] = []
    for edge in graph.edges:
        source = firsts[edge.output] if edge.source is None else boxes[edge.source]
        target = lasts[edge.input] if edge.target is None else boxes[edge.target]
        wires.append(Wire(edge, (source, edge.output), (target, edge.input)))
    found.items = [*firsts.values(), *boxes.values(), *lasts.values()]
    if found.items:
        _set(found, in_rows(found.items, wires))
    return found


def _item(node: Node, labelled: frozenset[str], found: Placement) -> Item:
    if node.inner is None:
        return box(node, labelled)
    inner = placed(node.inner, node.inputs, node.outputs)
    title = max(line_width(line) for line in node.lines) + 2 * PAD
    width = max(inner.width + 2 * MARGIN, title)
    left = (width - inner.width) / 2
    item = Item(width, inner.height + BAR, node=node)
    for port in inner.items:
        if port.end == "input":
            item.entries |= {name: left + port.x + at for name, at in port.exits.items()}
        elif port.end == "output":
            item.exits |= {name: left + port.x + at for name, at in port.entries.items()}
    found.inner[id(item)] = (inner, left)
    return finished(item, labelled)


# ---- places -----------------------------------------------------------------------------------


def _set(found: Placement, rows: Rows) -> None:
    """Set all places, column by column."""
    places = Places(rows)
    left = 0.0
    for column, count in zip(rows.columns, places.channels, strict=True):
        best = ordered(column)
        for row, items in zip(column, best, strict=True):
            row[:] = items
        set_across(column)
        straighten(column)
        found.width = left + max(item.x + item.span for row in column for item in row)
        for item in (item for row in column for item in row):
            item.x += left
        places.add(column, found.width)
        left = found.width + GUTTER + APART * count
    lasts = [item for item in found.items if item.end == "output"]
    found.height = places.end(lasts)
    found.ways = [(wire.edge, places.way(wire)) for wire in rows.wires]
