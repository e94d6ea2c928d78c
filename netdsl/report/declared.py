"""ClassReport: what a class of layers declares, before there is a layer of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netdsl.dims import Pattern, pattern
from netdsl.report.facts import RATES, STATE, show_setting
from netdsl.report.printed import Printed, Section
from netdsl.report.sheets import START, doc_of
from netdsl.report.table import PLAIN, Cell, Line, Table
from netdsl.report.words import legend
from netdsl.spec import Layer
from netdsl.spec.classes import arrays, in_order, many, options, ports
from netdsl.spec.described import dimensions
from netdsl.spec.fields import By, PortField
from netdsl.spec.inputs import INPUTS

Row = tuple[str | Cell, ...]

BY_NAME = "Ports and arrays are settings too, given by name."


@dataclass(frozen=True, repr=False)
class ClassReport(Printed):
    """The settings, ports and arrays that every layer of a class has.

    >>> report = ClassReport(LinearLayer)
    >>> report.call, report.does
    ('LinearLayer(Size)', 'Multiply the flattened input by a matrix and add an offset.')

    `settings`, `ports` and `arrays` are tables, `legend` says how dimensions are read in them;
    `text(60)` is all in lines of at most 60 characters.
    """

    kind: type[Layer]

    @property
    def call(self) -> str:
        """The call that makes a layer, with the settings that need no name."""
        names = [field.name for field in in_order(self.kind) if not field.kw_only]
        return f"{self.kind.__name__}({', '.join(names)})"

    @property
    def does(self) -> str:
        """What the layer does, in a sentence."""
        return doc_of(self.kind)

    @property
    def settings(self) -> Table:
        """Every setting with its default and what it is for."""
        found, known = options(self.kind), in_order(self.kind)
        names = [field.name for field in known if field.name in found]
        if not arrays(self.kind):
            names.remove(RATES)
        defaults = {field.name: field.default for field in known}
        rows: list[Row] = [
            (name, self._default(name, defaults[name]), found[name].doc) for name in names
        ]
        return _table(("setting", "default", "meaning"), rows)

    def _default(self, name: str, default: Any) -> str:
        is_missing = default is dataclasses.MISSING
        return "required" if is_missing else show_setting(self.kind, name, default)

    @property
    def ports(self) -> Table:
        """Every port with its declared dimensions."""
        rows: list[Row] = []
        several = many(self.kind)
        if several is not None:
            rows.append((INPUTS, "inputs", several.shape, "each of the inputs"))
        rows += [
            (name, _way(port), dimensions(port.shape) or ("a number",), port.doc)
            for name, port in self._ports()
        ]
        return _table(("port", "", "dimensions", "meaning"), rows)

    def _ports(self) -> list[tuple[str, PortField]]:
        """Return the ports by name: inputs, outputs, states."""
        found = ports(self.kind).items()
        return sorted(found, key=lambda item: (item[1].is_state, item[1].is_output))

    @property
    def arrays(self) -> Table:
        """Every array with its declared dimensions, its first value, whether it is learned."""
        rows: list[Row] = [
            (
                name,
                array.shape,
                START.get(array.init, f"at {array.init}"),
                "learned" if array.learned else STATE,
                array.doc,
            )
            for name, array in arrays(self.kind).items()
        ]
        return _table(("array", "dimensions", "starts", "", "meaning"), rows)

    @property
    def legend(self) -> str:
        """How the dimensions are read."""
        several = many(self.kind)
        shapes = [] if several is None else [several.shape]
        shapes += [each.shape for each in (*ports(self.kind).values(), *arrays(self.kind).values())]
        return legend([each for shape in shapes for each in _patterns(shape)])

    def tables(self) -> Iterator[Table]:
        """Yield the tables that have lines."""
        yield from (each for each in (self.settings, self.ports, self.arrays) if each.lines)

    def _sections(self) -> Iterator[Section]:
        yield self.call
        yield self.does
        yield from self.tables()
        yield (self.legend, BY_NAME)

    def to_dict(self) -> dict[str, Any]:
        """Return all as dicts, lists and text, as json writes them."""
        tables = {"settings": self.settings, "ports": self.ports, "arrays": self.arrays}
        found = {
            name: [_named(table, line) for line in table.lines] for name, table in tables.items()
        }
        return {"kind": self.kind.__name__, "call": self.call, "does": self.does, **found}


def _named(table: Table, line: Line) -> dict[str, str]:
    """Return the cells of a row by their columns; one without a name says which way."""
    pairs = zip(table.columns, line.cells, strict=True)
    return {name or "role": " or ".join(cell).translate(PLAIN) for name, cell in pairs}


def _table(columns: tuple[str, ...], rows: list[Row]) -> Table:
    lines = (tuple((item,) if isinstance(item, str) else item for item in row) for row in rows)
    return Table(columns, tuple(map(Line, lines)), remark="meaning").filled()


def _way(port: PortField) -> str:
    if port.is_state:
        return "state"
    return "output" if port.is_output else "input"


def _patterns(shape: str | By) -> list[Pattern]:
    """Return the patterns of a declaration, one for each case of a setting."""
    texts = shape.cases.values() if isinstance(shape, By) else (shape,)
    return [pattern(text) for text in texts]
