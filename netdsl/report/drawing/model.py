"""What a drawing shows, before anything has a place: boxes with ports, and edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Id = tuple[Any, ...]
"""The name of a node: the path of a part; of a port of the whole net, None and two words."""

Run = tuple[str, str]
"""Text and its style, one of STYLES of netdsl.report.drawing.widths."""

Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Port:
    """Where an edge meets a node; `label` is the shape there, and `is_named` shows the name."""

    name: str
    label: str = ""
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A box with lines of text; with `inner` a frame around a graph, whose lines are its title.

    `form` is "box", or "port" for a port of the whole net. `family` gives the colours, `about` is
    what a reader sees who points at it.
    """

    id: Id
    lines: tuple[Line, ...]
    family: str
    about: str
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    inner: Graph | None = None
    form: str = "box"
    is_stacked: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines without their styles."""
        return tuple("  ".join(text for text, _ in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Edge:
    """From an output to an input; None as a node is the frame around, seen from inside."""

    source: Id | None
    output: str
    target: Id | None
    input: str
    label: str = ""
    ends: tuple[str, str] = ("", "")
    """The names of the ports, where they are worth telling."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and the edges between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    about: str = field(default="", compare=False)

    def walk(self) -> Iterator[Node]:
        """Yield every node, a frame before what is inside."""
        for node in self.nodes:
            yield node
            if node.inner is not None:
                yield from node.inner.walk()

    def all_edges(self) -> Iterator[tuple[Node | None, Edge]]:
        """Yield every edge with the frame that it is in."""
        yield from ((None, edge) for edge in self.edges)
        for node in self.walk():
            if node.inner is not None:
                yield from ((node, edge) for edge in node.inner.edges)
