"""A graph of operations as what a drawing shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdsl.dims import show_dims
from netdsl.errors import SettingError
from netdsl.report.drawing.graphic import NetGraphic
from netdsl.report.drawing.model import Edge, Graph, Line, Node, Port
from netdsl.report.drawing.widths import shortened

if TYPE_CHECKING:
    import networkx

WORDS = 40

FAMILIES = {
    "linear": "matmul conv deconv",
    "window": "pool resample sample sum max",
    "normalization": "standardize",
    "recurrent": "scan",
    "structure": "reshape transpose join slice pad take part broadcast crop gather",
    "loss": "ctc",
    "port": "input array constant random",
}
"""Words in the name of an operation, between underscores, that tell what it is like."""


def operations_graphic(graph: networkx.DiGraph[Any]) -> NetGraphic:
    """Return the drawing of a graph of operations; edges are labelled with the shapes of sources.

    A node may have the attributes `op`, the name of the operation, `name`, that of a port or an
    array, `shape`, a tuple or a text, and `path`, where in the net it comes from; an edge may have
    a `label` of its own. Edges that form a cycle raise a SettingError.
    """
    import networkx as nx

    if not nx.is_directed_acyclic_graph(graph):
        raise SettingError(
            "A graph with a cycle has no order from above.",
            expected="a graph of operations without cycles",
            got=repr([tuple(edge) for edge in nx.find_cycle(graph)]),
        )
    ids = {node: (at,) for at, node in enumerate(graph)}
    shapes = {node: _shape(data.get("shape")) for node, data in graph.nodes(data=True)}
    nodes = tuple(_node(graph, ids, shapes, node) for node in graph)
    edges = tuple(
        Edge(ids[source], "Output", ids[target], f"Input{at}", data.get("label", shapes[source]))
        for target in graph
        for at, (source, _, data) in enumerate(graph.in_edges(target, data=True), 1)
    )
    count, many = len(nodes), len(edges)
    return NetGraphic(Graph(nodes, edges, f"{count} operations, {many} connections"))


def _shape(shape: Any) -> str:
    if shape is None or isinstance(shape, str):
        return shape or ""
    return show_dims(tuple(shape)) if shape else "real"


def _node(graph: Any, ids: Any, shapes: Any, node: Any) -> Node:
    data = graph.nodes[node]
    name = _name(data.get("name"))
    op = str(data.get("op", "") or _words(node))
    path = _words(data["path"]) if data.get("path") else ""
    lines: list[Line] = [((shortened(name or op, WORDS), "title"),)]
    under = path or ("" if name else _words(node))
    if under:
        lines.append(((shortened(under, WORDS), "small"),))
    said = [op, name, path, shapes[node]]
    inputs = tuple(Port(f"Input{at}") for at in range(1, 1 + graph.in_degree(node)))
    return Node(
        ids[node],
        tuple(lines),
        _family(op),
        "\n".join(dict.fromkeys(filter(None, said))),
        inputs,
        (Port("Output", shapes[node]),),
    )


def _name(name: Any) -> str:
    """Return the name of a port or of an array, or the number that a constant is."""
    if name is None:
        return ""
    return (
        f"{name:g}"
        if isinstance(name, float)
        else str(name[-1] if isinstance(name, tuple) else name)
    )


def _words(name: Any) -> str:
    return ", ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _family(op: str) -> str:
    own = set(op.lower().split("_"))
    for family, words in FAMILIES.items():
        if own & set(words.split()):
            return family
    return "elementwise"
