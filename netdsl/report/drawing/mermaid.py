"""A drawing as text for Mermaid, which pages on the web and in repositories draw."""

from __future__ import annotations

from collections.abc import Iterator

from netdsl.report.drawing.families import FAMILIES
from netdsl.report.drawing.flat import Flat, flat
from netdsl.report.drawing.model import Graph
from netdsl.report.drawing.widths import visible


def mermaid(graph: Graph) -> str:
    """Return a graph as a flowchart; a nested net is a subgraph."""
    found = flat(graph)
    lines = ["flowchart TD", *_nodes(graph, found, 1)]
    for edge in found.edges:
        tail, head = edge.ends
        names = f"{tail} \N{RIGHTWARDS ARROW} {head}" if tail and head else tail or head
        text = ": ".join(filter(None, (names, edge.label)))
        arrow = f"-->|{escaped(text)}|" if text else "-->"
        lines.append(f"  {found.names[edge.source]} {arrow} {found.names[edge.target]}")
    used = {node.family for node in graph.walk() if node.inner is None}
    for family in sorted(used):
        area, border = FAMILIES[family]
        names = [n for n in graph.walk() if n.inner is None and n.family == family]
        members = ",".join(found.names[node.id] for node in names)
        lines.append(f"  classDef {family} fill:{area},stroke:{border},color:#20262d")
        lines.append(f"  class {members} {family}")
    return "\n".join([*lines, ""])


def _nodes(graph: Graph, found: Flat, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for node in graph.nodes:
        name = found.names[node.id]
        if node.inner is None:
            left, right = ("([", "])") if node.form == "port" else ("[", "]")
            label = "<br>".join(map(escaped_inside, node.texts))
            yield f'{indent}{name}{left}"{label}"{right}'
            continue
        yield f"{indent}subgraph {name} [{escaped('  '.join(node.texts))}]"
        yield from _nodes(node.inner, found, depth + 1)
        yield f"{indent}end"


def escaped(text: str) -> str:
    """Return a text in quotes, in which no letter has a meaning for Mermaid.

    >>> escaped('f("a") | b')
    '"f(#quot;a#quot;) #124; b"'
    """
    return f'"{escaped_inside(text)}"'


def escaped_inside(text: str) -> str:
    """Return a text for inside quotes."""
    text = visible(text).replace("\n", " ")
    names = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;"}
    names |= {letter: f"#{ord(letter)};" for letter in "|`[]{}*_\\"}
    return "".join(names.get(letter, letter) for letter in text)
