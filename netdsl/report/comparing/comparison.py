"""Comparison: the reports of several nets, shown side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

from netdsl.report.comparing.compared import Column, Row, columns, fact_rows, rows
from netdsl.report.comparing.side_by_side import (
    DIFFERS,
    FACTS,
    FIRST,
    SECOND,
    facts_table,
    have_paths,
    legend,
    mark_of,
    stacked_table,
    wide_table,
    widths,
)
from netdsl.report.html import (
    HEAD,
    LEFT,
    RIGHT,
    RULE,
    framed,
    items_html,
    lines_html,
    table_html,
    text_html,
)
from netdsl.report.plain import plain
from netdsl.report.printed import Printed
from netdsl.report.report import NetReport
from netdsl.report.table import Cell, line_width, paragraph
from netdsl.spec import Net

USUAL = 60
"""Lines of so many characters hold two nets side by side, even where it gets tight."""

APART = 'style="text-align:left;padding:.15em 1em;vertical-align:top"'
"""The first column of a net, which is farther from the one before it."""

TINTS = {
    "": "",
    DIFFERS: ";background:rgba(255,190,0,.16)",
    FIRST: ";background:rgba(255,60,60,.16)",
    SECOND: ";background:rgba(0,190,90,.16)",
}
"""What marked rows look like; the colours let the page shine through, bright or dark."""


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Printed, Sequence[NetReport]):
    """The reports of several nets: a sequence of them that shows the nets side by side.

    >>> both = Comparison((NetChain([3, Ramp], Input=2), NetChain([3, Tanh], Input=2)))
    >>> len(both), both[1].rows[1].title, [row.differs for row in both.rows]
    (2, 'ElementwiseLayer(Tanh)', [False, True])

    `rows` are the parts, those in one row that are the same one; `text(60)` is the comparison in
    lines of at most 60 characters. `names` are those of the nets, else they are numbered.
    """

    nets: tuple[Net, ...]
    names: tuple[str, ...] = ()

    @cached_property
    def reports(self) -> tuple[NetReport, ...]:
        """The report of each net."""
        return tuple(NetReport(net) for net in self.nets)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """What is known of each net and of its parts."""
        numbers = tuple(map(str, range(1, 1 + len(self.nets))))
        return columns(self.names or numbers, self.nets)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The parts of the nets, aligned: one that a net lacks leaves a gap."""
        return tuple(rows(self.columns))

    @cached_property
    def facts(self) -> dict[str, tuple[Any, ...]]:
        """Sums, inputs and outputs by name, with the value of each net."""
        return fact_rows(self.columns)

    def __len__(self) -> int:
        return len(self.nets)

    @overload
    def __getitem__(self, at: int) -> NetReport: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[NetReport, ...]: ...
    def __getitem__(self, at: int | slice) -> Any:
        return self.reports[at]

    # ---- as text --------------------------------------------------------------------------

    def text(self, width: int | None = None) -> str:
        """Return the comparison as text, in lines of at most `width` characters where given.

        Where the nets do not all fit side by side, some stand below the others.
        """
        width = line_width(width)
        every = range(len(self))
        parts = [every] if width is None else _split(every, self._count(width))
        facts, whole = self._facts(every), self._wide(width)
        blocks = [facts]
        if width is not None and _width(facts) > width:
            blocks = [self._facts(part, width) for part in parts]
        if width is None or _width(whole) <= width:
            blocks.append(whole)
        else:
            tables = (stacked_table(self.columns, self.rows, part) for part in parts)
            blocks += [table.text(width) for table in tables]
        notes = (paragraph(note, width) for note in legend(self.columns, self.rows))
        return "\n\n".join(filter(None, (*blocks, "\n".join(notes))))

    def _wide(self, width: int | None) -> str:
        """Return the table of all nets, without the last fact of each where that is too wide."""
        every = range(len(self))
        whole = wide_table(self.columns, self.rows, every).text()
        if width is None or _width(whole) <= width:
            return whole
        return wide_table(self.columns, self.rows, every, FACTS[:-1]).text()

    def _count(self, width: int) -> int:
        """Return how many nets stand side by side."""
        beside, least = widths(self.rows)
        return max(2 if width >= USUAL else 1, (width - beside) // least)

    def _facts(self, nets: Sequence[int], width: int | None = None) -> str:
        return facts_table(self.columns, self.facts, nets).text(width)

    # ---- in other forms -------------------------------------------------------------------

    def _repr_html_(self) -> str:
        facts = table_html(facts_table(self.columns, self.facts, range(len(self))))
        notes = lines_html(tuple(legend(self.columns, self.rows)))
        return f"<div>{facts}{self._parts_html()}{notes}</div>"

    def _parts_html(self) -> str:
        """Return the parts as a table with the columns of each net below its title."""
        table = wide_table(self.columns, self.rows, range(len(self)), FACTS, is_titled=False)
        beside = 1 if have_paths(self.rows) else 2
        each = (len(table.columns) - beside) // len(self)
        titles = (f"{column.name}: {column.title}" for column in self.columns)
        heads = "".join(f'<th colspan="{each}" {APART}>{text_html(title)}</th>' for title in titles)
        styles = [RIGHT if name in table.right else LEFT for name in table.columns]
        styles[beside::each] = [APART] * len(self)
        names = _html("th", styles, ((name,) for name in table.columns), HEAD)
        shown = (row for row in self.rows if not row.is_hidden)
        body = "".join(
            _html("td", styles, line.cells, RULE + TINTS[mark_of(row)])
            for line, row in zip(table.lines, shown, strict=True)
        )
        return framed(f'<tr><th colspan="{beside}"></th>{heads}</tr>{names}', body)

    def _sections(self) -> Iterator[Any]:
        every = range(len(self))
        yield facts_table(self.columns, self.facts, every)
        yield wide_table(self.columns, self.rows, every)
        yield tuple(legend(self.columns, self.rows))

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as dicts, lists, numbers and text, as json writes them.

        Lists have an item for each net, None where it lacks a part or a size is open.
        """
        return {
            "names": [column.name for column in self.columns],
            "nets": [column.title for column in self.columns],
            "facts": {name: plain(values) for name, values in self.facts.items()},
            "parts": [row.to_dict(self.columns) for row in self.rows],
        }


def _width(text: str) -> int:
    return max(map(len, text.splitlines()))


def _split(every: Sequence[int], count: int) -> list[Sequence[int]]:
    return [every[at : at + count] for at in range(0, len(every), count)]


def _html(tag: str, styles: Sequence[str], cells: Iterable[Cell], style: str) -> str:
    found = "".join(
        f"<{tag} {own}>{items_html(cell)}</{tag}>" for own, cell in zip(styles, cells, strict=True)
    )
    return f'<tr style="{style}">{found}</tr>'
