"""From the facts of a net to what a report shows: sentences and tables of text."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from netdsl.report.counts import show_total
from netdsl.report.facts import ArrayFacts, PartFacts, PortFacts, show_key, show_setting
from netdsl.report.table import Cell, Line, Table, glued
from netdsl.spec import Layer
from netdsl.spec.fields import short, show_value
from netdsl.spec.shapes import Path

Shown = Mapping[Path, str]
"""The shape of each port and array as text, by position."""

FEW = 4
"""Arrays of at most so many elements are written out."""

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


def parts_table(facts: PartFacts, shapes: Shown) -> Table:
    """Return a row for each part of a net, those of nested nets inside it."""
    columns = ("path", "layer", "output", "arrays", "parameters")
    return Table(
        columns, tuple(_part(part, shapes) for part in facts.parts), ("parameters",)
    ).filled()


def _part(facts: PartFacts, shapes: Shown) -> Line:
    name = show_key(facts.path[-1])
    count = show_total(array.count for array in facts.arrays) if facts.arrays else ""
    cells = ((name,), (facts.title,), _outputs(facts, shapes), _arrays(facts, shapes), (count,))
    return Line(cells, tuple(_part(part, shapes) for part in facts.parts))


def _outputs(facts: PartFacts, shapes: Shown) -> Cell:
    found = [(port.name, glued(shapes[*facts.path, port.name])) for port in facts.outputs]
    return (found[0][1],) if len(found) == 1 else tuple(" ".join(pair) for pair in found)


def _arrays(facts: PartFacts, shapes: Shown) -> Cell:
    cell: list[str] = []
    for array in facts.arrays:
        mark = OPEN if array.is_open else ""
        sizes = glued(shapes[*facts.path, array.name])
        cell.append(f"{array.name}{mark} {sizes}{_rate(array)}")
    return tuple(cell)


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
        default = "required" if missing else show_setting(kind, setting.name, setting.default)
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


def arrays_table(facts: PartFacts, shapes: Shown) -> Table:
    """Return every array with its declared dimensions, its sizes, its value."""
    columns = ("array", "dimensions", "sizes", "elements", "starts", "value", "meaning")
    lines = [
        Line(
            (
                (array.name,),
                (array.shape,),
                (glued(shapes[array.name,]),),
                (show_total([array.count]),),
                (START.get(array.init, f"at {array.init}"),),
                (_value(array) + _rate(array),),
                (array.doc,),
            )
        )
        for array in facts.arrays
    ]
    return Table(columns, tuple(lines), ("elements",), "meaning").filled()


def _value(array: ArrayFacts) -> str:
    if array.is_open:
        return "none yet"
    return show_value(array.value) if array.value.size <= FEW else str(array.value.dtype)


def doc_of(kind: type[Layer]) -> str:
    """Return the sentence that says what a layer does."""
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())


# ---- below the tables -------------------------------------------------------------------------


def notes(facts: PartFacts, learned: tuple[str, ...]) -> Iterator[str]:
    """Yield the sums, what is known of named sizes, and what a mark means."""
    sums = facts.tallies().items()
    yield "; ".join(glued(f"{name} {show_total(counts)}") for name, counts in sums)
    if learned:
        yield f"sizes: {', '.join(learned)}"
    if facts.parts and any(array.is_open for _, array in facts.all_arrays()):
        yield f"{OPEN} has no value yet; NetInitialize gives it one"
