"""Layering: which row each node of a graph is in, so that every edge goes down."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

PASSES = 8
"""How often nodes are moved towards those that they are connected with; few do so twice."""


def layering(
    nodes: Sequence[Hashable],
    edges: Iterable[tuple[Any, Any]],
    first: Sequence[Any] = (),
    last: Sequence[Any] = (),
) -> dict[Any, int]:
    """Return the row of each node, from 0; `first` and `last` are alone in their rows.

    A node stands as high as its longest path from a source lets it, and then moves down where
    that makes more edges shorter than longer.

    >>> layering("abc", [("a", "b"), ("b", "c"), ("a", "c")])
    {'a': 0, 'b': 1, 'c': 2}
    """
    import networkx as nx

    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    inner = graph.subgraph([node for node in nodes if node not in {*first, *last}])
    rows = dict.fromkeys(first, 0)
    start = 1 if first else 0
    rows |= {
        node: start + row
        for row, found in enumerate(nx.topological_generations(inner))
        for node in found
    }
    end = 1 + max((rows[node] for node in inner), default=start - 1)
    rows |= dict.fromkeys(last, end)
    order = list(nx.topological_sort(inner))
    for _ in range(PASSES):
        if sum(_moved(graph, rows, node, end) for node in reversed(order)) == 0:
            break
    return {node: rows[node] for node in nodes}


def _moved(graph: Any, rows: dict[Any, int], node: Any, end: int) -> bool:
    """Move a node down, next to what it feeds, if more edges leave it than reach it."""
    below = [rows[target] for target in graph.successors(node)]
    if len(below) <= graph.in_degree(node):
        return False
    wanted = min([*below, end]) - 1
    is_moved = wanted > rows[node]
    rows[node] = max(wanted, rows[node])
    return is_moved
