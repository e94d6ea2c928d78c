"""What is drawn where: boxes, texts and curves in the units of the whole drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from netdsl.report.drawing.items import (
    ASIDE,
    BAR,
    LEADING,
    PAD,
    PORT_ROW,
    Item,
    line_height,
    line_width,
    shown_label,
)
from netdsl.report.drawing.layout import Placement, placed
from netdsl.report.drawing.model import Edge, Graph, Node
from netdsl.report.drawing.routes import Piece
from netdsl.report.drawing.widths import STYLES, text_width

BORDER = 16.0
"""Around the whole drawing."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its place; `depth` is how many frames are around it."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    depth: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text by its left end and its base line; `owner` is the box in which it is, if any."""

    x: float
    y: float
    text: str
    style: str
    about: str = ""
    owner: Box | None = None

    @property
    def width(self) -> float:
        """How wide it is, by the estimate."""
        return text_width(self.text, self.style)


@dataclass(frozen=True, slots=True)
class Curve:
    """An edge and its way; it has an arrow where it does not end at a frame from inside."""

    edge: Edge
    frame: Node | None
    pieces: tuple[Piece, ...]
    has_arrow: bool


@dataclass(slots=True)
class Scene:
    """All that is drawn, frames before what is in them."""

    width: float = 0.0
    height: float = 0.0
    boxes: list[Box] = field(default_factory=list[Box])
    texts: list[Text] = field(default_factory=list[Text])
    curves: list[Curve] = field(default_factory=list[Curve])


def scene(graph: Graph) -> Scene:
    """Lay out a graph and return what is drawn where."""
    layout = placed(graph)
    found = Scene(layout.width + 2 * BORDER, layout.height + 2 * BORDER)
    _add(found, layout, None, BORDER, BORDER, 0)
    return found


def _add(
    found: Scene, layout: Placement, frame: Box | None, left: float, top: float, depth: int
) -> None:
    around = None if frame is None else frame.node
    for item in layout.items:
        x, y = left + item.x, top + item.y
        if item.node is None:
            found.texts += _frame_port(item, x, y, frame)
            continue
        box = Box(item.node, x, y, item.width, item.height, depth)
        found.boxes.append(box)
        found.texts += [*_words(box, item), *_labels(item, x, y)]
        if id(item) in layout.inner:
            inner, aside = layout.inner[id(item)]
            _add(found, inner, box, x + aside, y + BAR, depth + 1)
    for edge, pieces in layout.ways:
        moved = tuple(tuple((left + x, top + y) for x, y in piece) for piece in pieces)
        named = around is not None and any(
            port.is_named for port in around.outputs if port.name == edge.input
        )
        found.curves.append(Curve(edge, around, moved, edge.target is not None or named))


def _frame_port(item: Item, x: float, y: float, frame: Box | None) -> Iterator[Text]:
    port = item.port
    if port is not None and port.is_named:
        yield Text(x, y + PORT_ROW - 3, port.name, "port", owner=frame)


def _words(box: Box, item: Item) -> Iterator[Text]:
    """Yield the lines of a box, and the names of its ports."""
    node = box.node
    if node.inner is not None:
        yield from _line(box, box.x + PAD, box.y + 0.68 * BAR, node.lines[0])
        return
    y = box.y + 5.0
    if any(port.is_named for port in node.inputs):
        yield from _names(box, item.entries, [p.name for p in node.inputs if p.is_named], y + 6.0)
        y += PORT_ROW
    for line in node.lines:
        base = y + line_height(line) / LEADING
        yield from _line(box, box.x + (box.width - line_width(line)) / 2, base, line)
        y += line_height(line)
    shown = [port.name for port in node.outputs if port.is_named]
    yield from _names(box, item.exits, shown, box.y + box.height - 4.0)


def _line(box: Box, x: float, y: float, line: tuple[tuple[str, str], ...]) -> Iterator[Text]:
    for text, style in line:
        yield Text(x, y, text, style, owner=box)
        x += text_width(text, style) + 6.0


def _names(box: Box, at: dict[str, float], names: list[str], y: float) -> Iterator[Text]:
    for name in names:
        yield Text(box.x + at[name] - text_width(name, "port") / 2, y, name, "port", owner=box)


def _labels(item: Item, x: float, y: float) -> Iterator[Text]:
    """Yield the shapes of the outputs, below a box."""
    base = y + item.height + STYLES["label"][0] + 2.0
    for port in item.labelled:
        about = f"{port.name}: {port.label}"
        yield Text(x + item.exits[port.name] + ASIDE, base, shown_label(port), "label", about)
