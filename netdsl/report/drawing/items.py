"""What a row of the layout holds: boxes of known size, and the bends of edges that pass."""

from __future__ import annotations

from dataclasses import dataclass, field

from netdsl.report.drawing.model import Edge, Id, Node, Port
from netdsl.report.drawing.widths import STYLES, shortened, text_width

PAD = 10.0
LEADING = 1.32
PORT_ROW = 12.0
STRIP = 15.0
"""The height below a box in which the shapes of its outputs stand."""

ASIDE = 5.0
"""How far right of an edge its label is."""

BAR = 22.0
"""The height of the title of a frame."""

MARGIN = 14.0
"""Between a frame and what is inside."""

LABEL = 36
"""Labels are cut to so many letters; whoever points at one sees the rest."""


@dataclass(slots=True, eq=False)
class Item:
    """A node or a bend with its size; `span` is its width with its labels, `strip` their height.

    `entries` and `exits` tell how far from its left side each input and output is.
    """

    width: float = 0.0
    height: float = 0.0
    span: float = 0.0
    strip: float = 0.0
    entries: dict[str, float] = field(default_factory=dict[str, float])
    exits: dict[str, float] = field(default_factory=dict[str, float])
    node: Node | None = None
    end: str = ""
    """For a port of the frame around: "input" or "output"."""
    port: Port | None = None
    labelled: tuple[Port, ...] = ()
    """The outputs whose shapes stand below."""
    x: float = 0.0
    y: float = 0.0
    row: int = 0
    place: int = 0
    above: list[Link] = field(default_factory=list["Link"])
    below: list[Link] = field(default_factory=list["Link"])

    @property
    def is_bend(self) -> bool:
        """Whether an edge passes here, and nothing stands."""
        return self.node is None and not self.end


@dataclass(slots=True, eq=False)
class Link:
    """A piece of an edge between an item and one in the next row."""

    upper: Item
    exit: float
    lower: Item
    entry: float


def line_height(line: tuple[tuple[str, str], ...]) -> float:
    """Return the height of a line of text."""
    return LEADING * max(STYLES[style][0] for _, style in line)


def line_width(line: tuple[tuple[str, str], ...]) -> float:
    """Return the width of a line of text, with a gap between its runs."""
    return sum(text_width(text, style) for text, style in line) + 6.0 * (len(line) - 1)


def shown_label(port: Port) -> str:
    """Return the label of an output as it is drawn."""
    return shortened(port.label, LABEL)


def label_width(port: Port) -> float:
    """Return the width of the label of an output, with its distance to the edge."""
    return text_width(shown_label(port), "label") + ASIDE if port.label else 0.0


def name_width(port: Port) -> float:
    """Return the width of the name of a port, 0 where it is not shown."""
    return text_width(port.name, "port") if port.is_named else 0.0


def box(node: Node, labelled: frozenset[str]) -> Item:
    """Return the item of a node with nothing inside; `labelled` outputs have a label below."""
    text = max((line_width(line) for line in node.lines), default=0.0)
    inputs = [name_width(port) + PAD for port in node.inputs]
    outputs = [_output_width(port, labelled) for port in node.outputs]
    wide = [text + 2 * PAD, sum(inputs), sum(outputs) if len(outputs) > 1 else 0.0]
    width = max(*wide, 44.0)
    height = 10.0 + sum(line_height(line) for line in node.lines)
    height += PORT_ROW * any(port.is_named for port in node.inputs)
    height += PORT_ROW * any(port.is_named for port in node.outputs)
    entries = _spread(node.inputs, inputs, width)
    exits = _starts(node.outputs, outputs, width)
    return finished(Item(width, height, entries=entries, exits=exits, node=node), labelled)


def finished(item: Item, labelled: frozenset[str]) -> Item:
    """Give an item the room that the labels below it need."""
    assert item.node is not None
    shown = tuple(port for port in item.node.outputs if port.name in labelled and port.label)
    ends = [item.exits[port.name] + label_width(port) for port in shown]
    item.span, item.strip = max([item.width, *ends]), STRIP if shown else 0.0
    item.labelled = shown
    return item


def _output_width(port: Port, labelled: frozenset[str]) -> float:
    label = label_width(port) if port.name in labelled else 0.0
    half = name_width(port) / 2
    return half + max(half, label) + PAD


def _spread(ports: tuple[Port, ...], widths: list[float], width: float) -> dict[str, float]:
    """Return where ports are that share a side of a box, each in the middle of its part."""
    spare = (width - sum(widths)) / max(len(ports), 1)
    found, left = dict[str, float](), 0.0
    for port, own in zip(ports, widths, strict=True):
        found[port.name] = left + (own + spare) / 2
        left += own + spare
    return found


def _starts(ports: tuple[Port, ...], widths: list[float], width: float) -> dict[str, float]:
    """Return where outputs are: one in the middle, several with room for a label at the right."""
    if len(ports) == 1:
        return {ports[0].name: width / 2}
    spare = (width - sum(widths)) / max(len(ports), 1)
    found, left = dict[str, float](), 0.0
    for port, own in zip(ports, widths, strict=True):
        found[port.name] = left + spare / 2 + PAD / 2 + name_width(port) / 2
        left += own + spare
    return found


def frame_input(port: Port) -> Item:
    """Return the item of an input of the frame around, at its upper side."""
    width = name_width(port)
    height = PORT_ROW if port.is_named else 0.0
    exits = {port.name: width / 2}
    return Item(width, height, width, exits=exits, end="input", port=port)


def frame_output(port: Port) -> Item:
    """Return the item of an output of the frame around; its label will stand below the frame."""
    width, height = name_width(port), PORT_ROW if port.is_named else 0.0
    span = max(width, width / 2 + label_width(port))
    entries = {port.name: width / 2}
    return Item(width, height, span, entries=entries, end="output", port=port)


def labelled_outputs(edges: tuple[Edge, ...]) -> dict[Id, frozenset[str]]:
    """Return by node the outputs below which the shape stands.

    It does not where all edges end at the frame around, since it stands below that.
    """
    found: dict[Id, set[str]] = {}
    for edge in edges:
        if edge.source is not None and edge.target is not None:
            found.setdefault(edge.source, set()).add(edge.output)
    return {key: frozenset(names) for key, names in found.items()}
