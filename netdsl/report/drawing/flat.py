"""A drawing without frames in the way: edges from box to box, and a short name for each node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netdsl.report.drawing.model import Edge, Graph, Id, Node


@dataclass(frozen=True, slots=True)
class Flat:
    """Short names of all nodes, n1, n2, ..., and the edges between those that are no frames."""

    names: dict[Id | None, str]
    edges: tuple[Edge, ...]


def flat(graph: Graph) -> Flat:
    """Return a graph with edges that pass frames joined into one."""
    names: dict[Id | None, str] = {node.id: f"n{at}" for at, node in enumerate(graph.walk(), 1)}
    nodes: dict[Id, Node] = {node.id: node for node in graph.walk()}
    around = {
        each.id: node
        for node in graph.walk()
        if node.inner is not None
        for each in node.inner.nodes
    }
    feeding = {
        (None if frame is None else frame.id, edge.target, edge.input): edge
        for frame, edge in graph.all_edges()
    }

    def source(frame: Node | None, edge: Edge) -> Edge:
        """Return the edge that leaves a box for the place where this one begins."""
        while True:
            if edge.source is None:  # from the frame around: what feeds that
                assert frame is not None
                outer = around.get(frame.id)
                edge, frame = feeding[_id(outer), frame.id, edge.output], outer
            elif nodes[edge.source].inner is not None:  # from a frame inside: what ends there
                frame = nodes[edge.source]
                edge = feeding[frame.id, None, edge.output]
            else:
                return edge

    def joined() -> Iterator[Edge]:
        for frame, edge in graph.all_edges():
            if edge.target is not None and nodes[edge.target].inner is None:
                first = source(frame, edge)
                ends = (first.ends[0], edge.ends[1])
                yield Edge(first.source, first.output, edge.target, edge.input, first.label, ends)

    return Flat(names, tuple(joined()))


def _id(node: Node | None) -> Id | None:
    return None if node is None else node.id
