"""NetReport: what a specification says of a net, as facts and as sections that print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from netdsl.errors import NetError
from netdsl.report import sheets
from netdsl.report.costs import costs
from netdsl.report.counts import total
from netdsl.report.facts import ArrayFacts, PartFacts, PortFacts, gather
from netdsl.report.plain import plain
from netdsl.report.printed import Printed, Section, sections_text
from netdsl.report.sheets import Shown
from netdsl.report.solution import ShapeRow, Solution, solution
from netdsl.report.table import terminal_width
from netdsl.report.totals import Costs, spent, sums, totals, totals_table
from netdsl.spec import Layer, Net
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic


@dataclass(frozen=True, repr=False)
class NetReport(Printed):
    """What is known of a net before anything is computed.

    >>> report = NetReport(NetChain([3, ParametricRampLayer()], Input=2))
    >>> report.rows[1].title, report.rows[1].arrays[0].dims
    ('ParametricRampLayer', (3,))

    `facts` holds all of it as data, `rows` the parts, `costs` the cost of each layer; `text(60)`
    is the report in lines of at most 60 characters. As printed it fits the terminal and is folded
    there; where there is none it is whole.
    """

    net: Net

    @cached_property
    def facts(self) -> PartFacts:
        """The net and its parts, as data."""
        return gather(self.net)

    @cached_property
    def costs(self) -> Costs:
        """What each layer costs, by its path."""
        return costs(self.net)

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
                found[name] = formula_of(self.net, name, Automatic)
        return found

    def text(self, width: int | None = None, folded: bool = False) -> str:
        """Return the report as text, in lines of at most `width` characters where it is given.

        Where `folded`, a nested net that is like one above it is shown without its parts.
        """
        return sections_text(self._sections(folded), width)

    def __str__(self) -> str:
        width = terminal_width()
        return self.text(width, folded=width is not None)

    def _sections(self, folded: bool = False) -> Iterator[Section]:
        yield sheets.heading(self.facts, self._shapes)
        if isinstance(self.net, Layer):
            yield from self._of_layer(type(self.net))
        else:
            table = sheets.parts_table(self.facts, self._shapes, self.costs)
            yield table.folded() if folded else table
        yield totals_table(self.facts)
        yield (
            *sums(self.facts, self.costs),
            *sheets.notes(self.facts, self._solution.facts),
        )

    def _of_layer(self, kind: type[Layer]) -> Iterator[Section]:
        yield sheets.doc_of(kind)
        yield sheets.settings_table(self.facts, kind)
        yield sheets.ports_table(self.facts, self._shapes)
        yield sheets.arrays_table(self.facts, self._shapes)
        yield sheets.patterns(self.facts)
        yield from self.formulas.values()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as dicts, lists, numbers and text, as json writes them.

        Open sizes and counts are None, symbolic ones text. Positions are lists of keys. "from"
        has that of what feeds each input of a part, and of what gives each output of a net.
        """
        found = _part(self.facts, self._shapes, self.costs)
        found["totals"] = totals(self.facts, self.costs)
        found["sizes"] = list(self._solution.facts)
        return found


def _part(facts: PartFacts, shapes: Shown, costs: Costs) -> dict[str, Any]:
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
        "parameters": plain(total(facts.tallies()["parameters"])),
        **spent(costs, facts.path),
        "parts": [_part(part, shapes, costs) for part in facts.parts],
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
