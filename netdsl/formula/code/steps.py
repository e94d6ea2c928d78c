"""The arrays that a program makes one after the other, and the order in which they come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sympy

from netdsl.formula.bounds import ranges_of

At = tuple[Any, ...]


@dataclass(frozen=True)
class Step:
    """An array: what its entry at the indices is, each from 0 to below its size.

    With `first` it looks back along its first index, and that is its entry before the start. With
    `host` it is what a Python function gives for the array that `entry` names.
    """

    name: str
    indices: At
    sizes: At
    entry: Any
    first: Any = None
    host: Any = None

    def parts(self) -> tuple[Any, ...]:
        """Return the expressions in which other arrays occur."""
        return (self.entry,) if self.first is None else (self.entry, self.first)

    def ranges(self) -> dict[Any, tuple[Any, Any]]:
        """Return the ends of each index."""
        return ranges_of(self.indices, self.sizes)


@dataclass(frozen=True)
class Loop:
    """Arrays that rest on each other: at each t one after the other, from those at t - 1."""

    time: Any
    size: Any
    steps: tuple[Step, ...]


def names_in(expr: Any) -> set[str]:
    """Return the names of the arrays in an expression, those of a single number too."""
    found = expr.free_symbols
    return {symbol.name for symbol in found if symbol.is_Symbol and not symbol.is_integer}


def _graph(steps: list[Step]) -> Any:
    import networkx

    graph = networkx.DiGraph()
    names = {step.name for step in steps}
    graph.add_nodes_from(names)
    for step in steps:
        for part in step.parts():
            graph.add_edges_from((name, step.name) for name in names_in(part) & names)
    return graph


def groups(steps: list[Step]) -> dict[str, set[str]]:
    """Return the names that a step rests on and that rest on it, for each where there are any."""
    import networkx

    graph = _graph(steps)
    found: dict[str, set[str]] = {}
    for names in networkx.strongly_connected_components(graph):
        if len(names) > 1 or any(graph.has_edge(name, name) for name in names):
            found |= dict.fromkeys(names, names)
    return found


def ordered(steps: list[Step], output: str) -> tuple[Step | Loop, ...]:
    """Return the steps that the output needs, each after those that it rests on."""
    import networkx

    graph = _graph(steps)
    known = {step.name: step for step in steps}
    place = {name: number for number, name in enumerate(known)}
    whole: Any = networkx.condensation(graph)
    needed = networkx.ancestors(graph, output) | {output}
    members = whole.nodes.data("members")
    keys = {node: min(place[name] for name in names) for node, names in members}
    blocks: list[Step | Loop] = []
    for node in networkx.lexicographical_topological_sort(whole, key=keys.__getitem__):
        names = sorted(whole.nodes[node]["members"], key=place.__getitem__)
        if names[0] not in needed:
            continue
        if len(names) == 1 and not graph.has_edge(names[0], names[0]):
            blocks.append(known[names[0]])
        else:
            blocks.append(_loop([known[name] for name in names]))
    return tuple(blocks)


def _loop(steps: list[Step]) -> Loop:
    """Return the loop over t of steps that rest on each other, in the order within one t."""
    import networkx

    time = steps[0].indices[0]
    same = [_at_time(step, time) for step in steps]
    names = {step.name for step in steps}
    graph = networkx.DiGraph()
    graph.add_nodes_from(step.name for step in same)
    for step in same:
        for part in step.entry.atoms(sympy.Indexed):
            name = str(part.base.label)
            if name in names and part.indices[0] == time:
                graph.add_edge(name, step.name)
    place = {step.name: number for number, step in enumerate(same)}
    order = networkx.lexicographical_topological_sort(graph, key=place.__getitem__)
    known = {step.name: step for step in same}
    return Loop(time, steps[0].sizes[0], tuple(known[name] for name in order))


def _at_time(step: Step, time: Any) -> Step:
    if step.indices[0] == time:
        return step
    swap = {step.indices[0]: time}
    return replace(step, indices=(time, *step.indices[1:]), entry=step.entry.xreplace(swap))
