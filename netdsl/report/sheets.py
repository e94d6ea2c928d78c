"""From the facts of a net to what a report shows: sentences and tables of text."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from netdsl.nets.graph import NetGraph
from netdsl.report.counts import show_total
from netdsl.report.facts import (
    FROZEN,
    RATES,
    STATE,
    TRAINABLE,
    ArrayFacts,
    PartFacts,
    PortFacts,
    show_key,
    show_setting,
)
from netdsl.report.solution import ShapeRow
from netdsl.report.table import GLUE, HYPHEN, Cell, Line, Table, glued, glued_sizes
from netdsl.report.totals import Costs, parameters, work
from netdsl.report.words import legend
from netdsl.spec import Layer
from netdsl.spec.fields import short, show_value
from netdsl.spec.shapes import Path

Shown = Mapping[Path, ShapeRow]
"""The shape of each port and array, by position."""

FEW = 4
"""Arrays of at most so many elements are written out."""

OPEN = "*"
"""Marks an array that has no value yet."""

WORK = f"multiply{HYPHEN}adds"
"""A column; the row of a nested net has the sum, as that of parameters has."""

START: dict[Any, str] = {"weights": "at random", "biases": "at 0"}
"""With what NetInitialize fills arrays, by their `init`, if its method does not say otherwise."""


def heading(facts: PartFacts, shapes: Shown) -> str:
    """Return what a net is, what goes in and what comes out."""
    inputs, outputs = (
        ", ".join(f"{port.name} ({_said(port, shapes)})" for port in ports)
        for ports in (facts.inputs, facts.outputs)
    )
    none = "any number of inputs" if facts.is_open else "nothing"
    return f"{facts.title}: {inputs or none} -> {outputs}"


def _said(port: PortFacts, shapes: Shown) -> str:
    words = glued(shapes[port.name,].words)
    return words if port.coder is None else f"{short(port.coder)}, {words}"


def parts_table(facts: PartFacts, shapes: Shown, costs: Costs) -> Table:
    """Return a row for each part of a net, those of nested nets inside it.

    The row of a nested net has the sums of its parts.
    """
    columns = ("path", "layer", "from", "output", "arrays", "parameters", WORK)
    aside = ("from", "arrays", WORK, "output", "parameters")
    lines = _parts(facts, shapes, costs)
    return Table(columns, lines, ("parameters", WORK), aside=aside).filled()


def _parts(facts: PartFacts, shapes: Shown, costs: Costs) -> tuple[Line, ...]:
    lines: list[Line] = []
    known: dict[Any, str] = {}
    for part in facts.parts:
        feeds = _feeds(part, facts) if facts.kind == NetGraph.__name__ else ("",)
        name = show_key(part.path[-1])
        tail = (
            _outputs(part, shapes),
            _arrays(part, shapes),
            (parameters(part),),
            (work(costs, part.path),),
        )
        inside = _parts(part, shapes, costs)
        like = known.setdefault((part.title, tail, inside), name) if inside else name
        cells = ((name,), (part.title,), feeds, *tail)
        lines.append(Line(cells, inside, "" if like == name else like))
    return tuple(lines)


def _feeds(part: PartFacts, graph: PartFacts) -> Cell:
    """Return what feeds each port of a part of a graph, with its name where there are several."""
    fed = [*part.inputs, *(state for state in part.states if state.name in part.sources)]
    found = [(port.name, source(part.sources[port.name], graph)) for port in fed]
    return (found[0][1],) if len(found) == 1 else tuple(glued(": ".join(pair)) for pair in found)


def source(position: Path, graph: PartFacts) -> str:
    """Return a source inside a graph: `a`, `a.Raw` of several or a state, a port of the graph."""
    parts = {part.path[-1]: part for part in graph.parts}
    key, *port = position[len(graph.path) :]
    if not port:
        return f"NetPort({key!r})" if key in parts else str(key)
    is_only = [output.name for output in parts[key].outputs] == port
    return show_key(key) if is_only else f"{show_key(key)}.{port[0]}"


def _outputs(facts: PartFacts, shapes: Shown) -> Cell:
    found = [
        (port.name, glued_sizes(shapes[*facts.path, port.name].text)) for port in facts.outputs
    ]
    return (found[0][1],) if len(found) == 1 else tuple(GLUE.join(pair) for pair in found)


def _arrays(facts: PartFacts, shapes: Shown) -> Cell:
    cell: list[str] = []
    for array in facts.arrays:
        mark = OPEN if array.is_open else ""
        sizes = glued_sizes(shapes[*facts.path, array.name].text)
        role = glued(_shared(array) + _role(array))
        cell.append(f"{array.name}{mark}{GLUE}{sizes}{role}")
    return tuple(cell)


def _shared(array: ArrayFacts) -> str:
    return "" if array.shared is None else f" (shared as {array.shared!r})"


def _role(array: ArrayFacts) -> str:
    if array.role == TRAINABLE:
        return "" if array.rate == 1 else f" (rate {array.rate:g})"
    is_kept = array.role == STATE and array.rate == 0
    return f" ({STATE}, {FROZEN})" if is_kept else f" ({array.role})"


# ---- one layer --------------------------------------------------------------------------------


def settings_table(facts: PartFacts, kind: type[Layer]) -> Table:
    """Return every setting with its value, its default and what it is for.

    A setting that is about arrays is left out where there are none.
    """
    lines: list[Line] = []
    for setting in facts.settings:
        if setting.name == RATES and not facts.arrays:
            continue
        value = show_setting(kind, setting.name, setting.value)
        missing = setting.default is dataclasses.MISSING
        default = "required" if missing else show_setting(kind, setting.name, setting.default)
        lines.append(Line(((setting.name,), (value,), (default,), (setting.doc,))))
    columns = ("setting", "value", "default", "meaning")
    aside = ("default", "value")
    return Table(columns, tuple(lines), remark="meaning", aside=aside).filled()


def ports_table(facts: PartFacts, shapes: Shown) -> Table:
    """Return every port with its declared dimensions, its type, its coder."""
    lines: list[Line] = []
    ways = {"input": facts.inputs, "output": facts.outputs, "state": facts.states}
    for way, port in ((way, port) for way, ports in ways.items() for port in ports):
        shape = port.shape.text if port.shape else ""
        texts = (port.name, way, shape, shapes[port.name,].words, _coder(port), port.doc)
        lines.append(Line(tuple((text,) for text in texts)))
    columns = ("port", "", "dimensions", "type", "coder", "meaning")
    aside = ("coder", "type", "dimensions")
    return Table(columns, tuple(lines), remark="meaning", aside=aside).filled()


def _coder(port: PortFacts) -> str:
    return "" if port.coder is None else short(port.coder)


def arrays_table(facts: PartFacts, shapes: Shown) -> Table:
    """Return every array with its declared dimensions, its sizes, its value."""
    columns = ("array", "dimensions", "sizes", "elements", "starts", "value", "meaning")
    lines = [
        Line(
            (
                (array.name,),
                (array.shape.text,),
                (glued_sizes(shapes[array.name,].text),),
                (show_total([array.count]),),
                (glued(START.get(array.init, f"at {array.init}")),),
                (_value(array) + _shared(array) + _role(array),),
                (array.doc,),
            )
        )
        for array in facts.arrays
    ]
    aside = ("value", "starts", "dimensions", "sizes")
    return Table(columns, tuple(lines), ("elements",), "meaning", aside).filled()


def _value(array: ArrayFacts) -> str:
    if array.is_open:
        return glued("none yet")
    return show_value(array.value) if array.value.size <= FEW else f"set, {array.value.dtype}"


def patterns(facts: PartFacts) -> str:
    """Return how the declared dimensions of a layer are to be read."""
    found = [port.shape for port in (*facts.inputs, *facts.outputs)]
    return legend([*filter(None, found), *(array.shape for array in facts.arrays)])


def doc_of(kind: type[object]) -> str:
    """Return the sentence that says what a layer does."""
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())


# ---- below the tables -------------------------------------------------------------------------


def notes(facts: PartFacts, learned: tuple[str, ...]) -> Iterator[str]:
    """Yield what gives which output, what names and marks mean."""
    yield from (_given(part) for part in facts.walk() if _is_forked(part))
    if learned:
        yield f"sizes: {', '.join(learned)}"
    if facts.parts and any(array.is_open for _, array in facts.all_arrays()):
        yield f"{OPEN} has no value yet; NetInitialize gives it one"


def _is_forked(part: PartFacts) -> bool:
    return part.kind == NetGraph.__name__ and len(part.outputs) > 1


def _given(graph: PartFacts) -> str:
    """Return which part gives each output of a graph."""
    of = f" of {', '.join(show_key(key) for key in graph.path)}" if graph.path else ""
    pairs = [(port.name, source(graph.sources[port.name], graph)) for port in graph.outputs]
    return f"outputs{of}: {', '.join(glued(' from '.join(pair)) for pair in pairs)}"
