"""NetReport: what a specification says of a net; prints as text, shows as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from netdsl.errors import NetError
from netdsl.report import sheets
from netdsl.report.counts import plain, total
from netdsl.report.facts import ArrayFacts, PartFacts, PortFacts, gather
from netdsl.report.html import line_html, table_html
from netdsl.report.sheets import Shown
from netdsl.report.solution import ShapeRow, Solution, solution
from netdsl.report.table import Table, line_width, paragraph, terminal_width
from netdsl.spec import Layer, Net
from netdsl.spec.shapes import Path


@dataclass(frozen=True, repr=False)
class NetReport:
    """What is known of a net before anything is computed.

    >>> report = NetReport(NetChain([3, ParametricRampLayer()], Input=2))
    >>> report.rows[1].title, report.rows[1].arrays[0].dims
    ('ParametricRampLayer', (3,))

    `facts` holds all of it as data, `rows` the parts; `text(60)` is the report in lines of at
    most 60 characters. As printed it fits the terminal, and is whole where there is none.
    """

    net: Net

    @cached_property
    def facts(self) -> PartFacts:
        """The net and its parts, as data."""
        return gather(self.net)

    @cached_property
    def _solution(self) -> Solution:
        return solution(self.net, {}, {})

    @property
    def _shapes(self) -> dict[Path, ShapeRow]:
        return {row.position: row for row in self._solution.rows}

    @property
    def rows(self) -> tuple[PartFacts, ...]:
        """Every part of the net, outer ones first; for a layer, itself."""
        found = tuple(self.facts.walk())
        return found[1:] or found

    @cached_property
    def formulas(self) -> dict[str, Any]:
        """One entry of each output as a formula, of those outputs for which it can be given."""
        from netdsl.formula.notation import formula_of

        found: dict[str, Any] = {}
        for name in self.net.output_names:
            with suppress(NetError, NotImplementedError):
                found[name] = formula_of(self.net, name)
        return found

    def text(self, width: int | None = None) -> str:
        """Return the report as text, in lines of at most `width` characters where it is given."""
        width, blocks = line_width(width), list[str]()
        for section in self._sections():
            if not isinstance(section, Table):
                blocks.append(paragraph(str(section), width))
            elif section.lines:
                blocks.append(section.text(width))
        blocks.append("\n".join(paragraph(note, width) for note in self._notes()))
        return "\n\n".join(blocks)

    def _sections(self) -> Iterator[Any]:
        """Yield sentences, tables and the formula, in order."""
        yield sheets.heading(self.facts, self._shapes)
        if not isinstance(self.net, Layer):
            yield sheets.parts_table(self.facts, self._shapes)
            return
        kind = type(self.net)
        yield sheets.doc_of(kind)
        yield sheets.settings_table(self.facts, kind)
        yield sheets.ports_table(self.facts, self._shapes)
        yield sheets.arrays_table(self.facts, self._shapes)
        yield from filter(None, [sheets.patterns(self.facts)])
        yield from self.formulas.values()

    def _notes(self) -> tuple[str, ...]:
        return tuple(sheets.notes(self.facts, self._solution.facts))

    def __str__(self) -> str:
        return self.text(terminal_width())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts: list[str] = []
        for section in (*self._sections(), *self._notes()):
            if isinstance(section, str):
                parts.append(line_html(section))
            elif not isinstance(section, Table):
                parts.append(line_html(f"$\\displaystyle {section.latex()}$"))
            elif section.lines:
                parts.append(table_html(section))
        return f"<div>{''.join(parts)}</div>"

    def to_dict(self) -> dict[str, Any]:
        """Return the report as dicts, lists, numbers and text, as json writes them.

        Open sizes and counts are None, symbolic ones text. Positions are lists of keys. "from"
        has that of what feeds each input of a part, and of what gives each output of a net.
        """
        found = _part(self.facts, self._shapes)
        found["totals"] = {name: plain(total(c)) for name, c in self.facts.tallies().items()}
        found["sizes"] = list(self._solution.facts)
        return found


def _part(facts: PartFacts, shapes: Shown) -> dict[str, Any]:
    def port(port: PortFacts) -> dict[str, Any]:
        return _port(port, shapes[*facts.path, port.name].words)

    return {
        "path": plain(facts.path),
        "kind": facts.kind,
        "title": facts.title,
        "settings": {setting.name: plain(setting.value) for setting in facts.settings},
        "from": plain(facts.sources),
        "inputs": {each.name: port(each) for each in facts.inputs},
        "outputs": {each.name: port(each) for each in facts.outputs},
        "arrays": {array.name: _array(array) for array in facts.arrays},
        "parts": [_part(part, shapes) for part in facts.parts],
    }


def _port(port: PortFacts, words: str) -> dict[str, Any]:
    return {
        "dims": plain(port.type.dims),
        "element": port.type.element,
        "text": words,
        "coder": None if port.coder is None else repr(port.coder),
    }


def _array(array: ArrayFacts) -> dict[str, Any]:
    return {
        "dims": plain(array.dims),
        "elements": plain(array.count),
        "bytes": plain(array.bytes),
        "initialized": not array.is_open,
        "rate": array.rate,
        "role": array.role,
        "shared": array.shared,
    }
