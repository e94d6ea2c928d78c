"""The operations that the engine does for a net, as a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from netdsl.dims import show_dims
from netdsl.engine.loop import Loop
from netdsl.engine.program import Program, Value
from netdsl.engine.trace import trace
from netdsl.errors import ShapeError
from netdsl.spec import Net
from netdsl.spec.shapes import Path

if TYPE_CHECKING:
    import networkx

    Graph = networkx.DiGraph[int]


def node_graph(net: Net) -> Graph:
    """Return what a net computes of one example, operation by operation, in evaluation mode.

    Nodes are numbers, in the order in which they are computed; an edge leads from what is read
    to the operation that reads it, and has `places`, those among its inputs, counted from 1. A
    node has `op`, the name of an operation, or "input", "array", "constant" or "random"; `name`,
    of an input, the position of an array, or the constant; `shape`, with a first dimension of 1
    for the example, in arrays without; `kind`, "real", "int" or "bool"; `path`, of the layer that
    has it or where it is computed, which may be later than where it is declared, None for an input
    of the net and a constant; `outputs`, the ports of the
    net that it gives. A "scan" has as `body` the graph of one step. Sizes that are not all
    numbers raise a ShapeError.
    """
    _see_that_sizes_are_numbers(net)
    program = trace(net, net.shapes, batch=1, training=False)
    ports: dict[int, tuple[str, ...]] = {}
    for name in net.output_names:
        number = program.ports[(), name].number
        ports[number] = (*ports.get(number, ()), name)
    outputs = [program.ports[(), name] for name in net.output_names]
    values = program.needed([*program.inputs.values(), *outputs])
    graph = _graph(values, _given(program), _paths(net, program))
    for node in graph.nodes.values():
        node["outputs"] = ports.get(node.pop("number"), ())
    return graph


def _see_that_sizes_are_numbers(net: Net) -> None:
    """Refuse a net with an open size: at its own ports first, where it can be given."""
    ports = net.shapes.ports
    own = [((), name) for name in net.input_names]
    for path, name in (*own, *ports):
        kind = ports[path, name]
        if not kind.is_fixed:
            raise ShapeError(
                "Operations are known once every size is a number.",
                layer=net.describe(path),
                port=name,
                expected='numbers, as in net.with_ports({"Input": (3, 224, 224)})',
                got="an open rank" if kind.dims is None else show_dims(kind.dims),
            )


def _given(program: Program) -> dict[int, tuple[str, Any, Path | None]]:
    """Return for inputs, arrays and what is drawn: which of these, the name, the layer."""
    found: dict[int, tuple[str, Any, Path | None]] = {}
    for name, value in program.inputs.items():
        found[value.number] = "input", name, None
    for place, value in program.arrays.items():
        # Of a shared array the first place counts.
        found.setdefault(value.number, ("array", place, place[:-1]))
    for draw in program.draws:
        found[draw.value.number] = "random", draw.kind, draw.place[:-1]
    return found


def _paths(net: Net, program: Program) -> dict[int, Path]:
    """Return which layer each value was recorded in: layers are traced one after the other."""
    leaves = {path for path, _ in net.leaves()}
    ends: dict[Path, int] = {}
    for (path, _), value in program.ports.items():
        if path in leaves:
            ends[path] = max(value.number, ends.get(path, 0))
    found: dict[int, Path] = {}
    values, last = iter(program.values), 0
    for path, end in ends.items():
        while last < end and (value := next(values, None)) is not None:
            found[value.number], last = path, value.number
    return found


def _graph(
    values: Iterable[Value],
    given: Mapping[int, tuple[str, Any, Path | None]],
    paths: Mapping[int, Path],
) -> Graph:
    import networkx as nx

    graph: Graph = nx.DiGraph()
    nodes: dict[int, int] = {}
    for node, value in enumerate(values, start=1):
        nodes[value.number] = node
        op, name, path = given.get(value.number, ("constant", value.constant, None))
        if value.op is not None:
            op, name, path = value.op.name, None, paths.get(value.number)
        own = {"op": op, "name": name, "path": path, "shape": value.shape, "kind": value.kind}
        graph.add_node(node, number=value.number, **own)
        loop = value.attrs.get("loop")
        if isinstance(loop, Loop):
            graph.nodes[node]["body"] = _body(loop, path)
        for place, source in enumerate(value.inputs, start=1):
            known = graph.get_edge_data(nodes[source.number], node, {"places": ()})["places"]
            graph.add_edge(nodes[source.number], node, places=(*known, place))
    return graph


def _body(loop: Loop, path: Path | None) -> Graph:
    """Return the graph of one step; its inputs are what goes round, the elements, the rest."""
    rows = {"State": loop.carries, "Element": loop.xs, "Outside": loop.captured}
    given: dict[int, tuple[str, Any, Path | None]] = {
        value.number: ("input", f"{word}{place}", path)
        for word, row in rows.items()
        for place, value in enumerate(row, start=1)
    }
    values = loop.scope.program.values
    graph = _graph(values, given, {} if path is None else dict.fromkeys(_numbers(values), path))
    after = [value.number for value in loop.after]
    for node in graph.nodes.values():
        number = node.pop("number")
        node["outputs"] = tuple(
            f"State{place}" for place, own in enumerate(after, start=1) if own == number
        )
    return graph


def _numbers(values: Iterable[Value]) -> list[int]:
    return [value.number for value in values]
