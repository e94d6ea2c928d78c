"""NetGraphic: a drawing that shows itself, and is saved or given as text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from os import PathLike
from pathlib import Path

from netdsl.report.drawing.model import Graph
from netdsl.report.drawing.scene import Scene, scene
from netdsl.report.saving import write


class NetGraphic:
    """The drawing of a net: SVG in a notebook, in a file or as text; DOT and Mermaid too.

    >>> Information(NetChain([3, Ramp]), "SummaryGraphic")
    <drawing of NetChain of 2: 4 boxes, 3 connections; save("net.svg"), svg(), ...

    `save` goes by the suffix of the file. `graph` is what is drawn as data, `scene` what is where.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def scene(self) -> Scene:
        """The boxes, texts and curves with their places."""
        return scene(self.graph)

    def svg(self) -> str:
        """Return the drawing as the text of an SVG file."""
        from netdsl.report.drawing.svg import svg

        return svg(self.scene, self.graph.about)

    def dot(self) -> str:
        """Return the drawing in the DOT language of Graphviz."""
        from netdsl.report.drawing.dot import dot

        return dot(self.graph)

    def mermaid(self) -> str:
        """Return the drawing as a flowchart of Mermaid."""
        from netdsl.report.drawing.mermaid import mermaid

        return mermaid(self.graph)

    def _markdown(self) -> str:
        return f"```mermaid\n{self.mermaid()}```\n"

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the drawing to a file and return its path; the suffix says in which form.

        It is .svg, .dot or .gv, .mmd or .mermaid, or .md for Mermaid within Markdown. Another one,
        or a place where no file can be written, raises a SettingError.
        """
        forms: dict[str, Callable[[], str]] = {
            ".svg": self.svg,
            ".dot": self.dot,
            ".gv": self.dot,
            ".mmd": self.mermaid,
            ".mermaid": self.mermaid,
            ".md": self._markdown,
        }
        return write(path, forms, "A drawing")

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        first = self.graph.about.split("\n")[0]
        boxes = sum(1 for node in self.graph.walk())
        edges = sum(1 for _ in self.graph.all_edges())
        return (
            f"<drawing of {first}: {boxes} boxes, {edges} connections; "
            'save("net.svg"), svg(), dot(), mermaid()>'
        )
