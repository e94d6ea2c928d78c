"""A drawing as text in the DOT language, which Graphviz lays out."""

from __future__ import annotations

from collections.abc import Iterator

from netdsl.report.drawing.families import FAMILIES
from netdsl.report.drawing.flat import Flat, flat
from netdsl.report.drawing.model import Graph, Node
from netdsl.report.drawing.widths import visible


def dot(graph: Graph) -> str:
    """Return a graph in DOT; a nested net is a cluster, and edges go from layer to layer."""
    found = flat(graph)
    lines = [
        "digraph net {",
        f"  tooltip={quoted(graph.about)};",
        "  node [shape=box, style=filled, fontname=Helvetica, fontsize=10];",
        "  edge [fontname=Helvetica, fontsize=9];",
        *_nodes(graph, found, 1),
    ]
    for edge in found.edges:
        names = zip(("taillabel", "headlabel"), edge.ends, strict=True)
        pairs = [("label", edge.label), *names]
        given = ", ".join(f"{name}={quoted(text)}" for name, text in pairs if text)
        ends = f"{found.names[edge.source]} -> {found.names[edge.target]}"
        lines.append(f"  {ends} [{given}];" if given else f"  {ends};")
    return "\n".join([*lines, "}", ""])


def _nodes(graph: Graph, found: Flat, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for node in graph.nodes:
        name = found.names[node.id]
        if node.inner is None:
            yield f"{indent}{name} [{_attributes(node)}];"
            continue
        yield f"{indent}subgraph cluster_{name} {{"
        yield f"{indent}  label={quoted('  '.join(node.texts))};"
        yield f"{indent}  tooltip={quoted(node.about)};"
        yield from _nodes(node.inner, found, depth + 1)
        yield f"{indent}}}"


def _attributes(node: Node) -> str:
    area, border = FAMILIES[node.family]
    label = "\n".join(node.texts)
    shape = ", shape=oval" if node.form == "port" else ""
    return (
        f"label={quoted(label)}{shape}, fillcolor={quoted(area)}, color={quoted(border)}, "
        f"tooltip={quoted(node.about)}"
    )


def quoted(text: str) -> str:
    r"""Return a text as a string of DOT.

    >>> print(quoted('a "b"\nc\\d'))
    "a \"b\"\nc\\d"
    """
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n") + '"'
