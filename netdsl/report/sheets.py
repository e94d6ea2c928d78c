"""From the facts of a net to what a report shows: sentences and tables of text."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from typing import Any

from netdsl.dims import Dims, PortType, show_dims
from netdsl.report.counts import show_total
from netdsl.report.facts import ArrayFacts, PartFacts, PortFacts, show_key, show_setting
from netdsl.report.table import GLUE, Cell, Line, Table, glued
from netdsl.spec import Layer
from netdsl.spec.fields import short

OPEN = "*"
"""Marks an array that has no value yet."""

START: dict[Any, str] = {"weights": "at random", "biases": "at 0"}
"""With what NetInitialize fills arrays, by their `init`, if its method does not say otherwise."""


def heading(facts: PartFacts) -> str:
    """Return what a net is, what goes in and what comes out."""
    inputs, outputs = (
        ", ".join(f"{port.name} ({_said(port)})" for port in ports)
        for ports in (facts.inputs, facts.outputs)
    )
    return f"{facts.title}: {inputs or 'nothing'} -> {outputs}"


def _said(port: PortFacts) -> str:
    return str(port.type) if port.coder is None else f"{short(port.coder)}, {port.type}"


def show_type(kind: PortType) -> str:
    """Return a type in as few words as a column has room for, "7 x h, integer 1..9"."""
    element = "integer" if kind.element == "Integer" else "real"
    if kind.first is not None:
        element += f" {kind.first}..{'' if kind.last is None else kind.last}"
    if kind.dims == ():
        return element
    return glued(show_dims(kind.dims)) + (f", {element}" if kind.element == "Integer" else "")


def show_sizes(dims: Dims | None) -> str:
    """Return the dimensions of an array as text."""
    return "number" if dims == () else glued(show_dims(dims))


def parts_table(facts: PartFacts) -> Table:
    """Return a row for each part of a net, those of nested nets inside it."""
    columns = ("path", "layer", "output", "arrays", "parameters")
    return Table(columns, tuple(_part(part) for part in facts.parts), ("parameters",)).filled()


def _part(facts: PartFacts) -> Line:
    name = show_key(facts.path[-1])
    count = show_total(array.count for array in facts.arrays) if facts.arrays else ""
    cells = ((name,), (facts.title,), _outputs(facts), _arrays(facts), (count,))
    return Line(cells, tuple(_part(part) for part in facts.parts))


def _outputs(facts: PartFacts) -> Cell:
    if len(facts.outputs) == 1:
        return (show_type(facts.outputs[0].type),)
    return tuple(f"{port.name} {show_type(port.type)}" for port in facts.outputs)


def _arrays(facts: PartFacts) -> Cell:
    return tuple(
        f"{array.name}{OPEN if array.is_open else ''} {show_sizes(array.dims)}{_rate(array)}"
        for array in facts.arrays
    )


def _rate(array: ArrayFacts) -> str:
    if array.is_frozen:
        return " (frozen)"
    return "" if array.rate == 1 else f" (rate {array.rate:g})"


# ---- one layer --------------------------------------------------------------------------------


def settings_table(facts: PartFacts, kind: type[Layer]) -> Table:
    """Return every setting with its value, its default and what it is for."""
    lines: list[Line] = []
    for setting in facts.settings:
        value = show_setting(kind, setting.name, setting.value)
        missing = setting.default is dataclasses.MISSING
        default = "none" if missing else show_setting(kind, setting.name, setting.default)
        lines.append(Line(((setting.name,), (value,), (default,), (setting.doc,))))
    columns = ("setting", "value", "default", "meaning")
    return Table(columns, tuple(lines), remark="meaning").filled()


def ports_table(facts: PartFacts) -> Table:
    """Return every port with its declared dimensions, its type, its coder."""
    lines = [
        Line(((port.name,), (way,), (port.shape,), (str(port.type),), _coder(port), (port.doc,)))
        for way, ports in (("input", facts.inputs), ("output", facts.outputs))
        for port in ports
    ]
    columns = ("port", "", "dimensions", "type", "coder", "meaning")
    return Table(columns, tuple(lines), remark="meaning").filled()


def _coder(port: PortFacts) -> Cell:
    return ("" if port.coder is None else short(port.coder),)


def arrays_table(facts: PartFacts) -> Table:
    """Return every array with its declared dimensions, its sizes, its value."""
    columns = ("array", "dimensions", "sizes", "elements", "starts", "value", "meaning")
    lines = [
        Line(
            (
                (array.name,),
                (array.shape,),
                (show_sizes(array.dims),),
                (show_total([array.count]),),
                (START.get(array.init, f"at {array.init}"),),
                (("none yet" if array.is_open else str(array.value.dtype)) + _rate(array),),
                (array.doc,),
            )
        )
        for array in facts.arrays
    ]
    return Table(columns, tuple(lines), ("elements",), "meaning").filled()


def doc_of(kind: type[Layer]) -> str:
    """Return the sentence that says what a layer does."""
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())


# ---- below the tables -------------------------------------------------------------------------


def notes(facts: PartFacts, learned: tuple[str, ...]) -> Iterator[str]:
    """Yield the sums, what is known of named sizes, and what a mark means."""
    sums = facts.tallies().items()
    yield "; ".join(f"{name}{GLUE}{show_total(counts)}" for name, counts in sums)
    if learned:
        yield f"sizes: {', '.join(learned)}"
    if facts.parts and any(array.is_open for _, array in facts.all_arrays()):
        yield f"{OPEN} has no value yet; NetInitialize gives it one"
