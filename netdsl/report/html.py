"""Tables as HTML: plain markup without script that takes its colours from the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from netdsl.report.layout import unindented
from netdsl.report.table import PLAIN, Cell, Line, Table

LEFT = 'style="text-align:left;padding:.15em 1em .15em 0"'
RIGHT = 'style="text-align:right;padding:.15em 1em .15em 0"'
TABLE = '<table style="margin:.6em 0;border-collapse:collapse">'

WIDE, LONGEST = 28, 34
"""Cells of more characters are broken between items, items of more within."""

EM = "\N{EM SPACE}"
"""Indents a row that stands inside another one."""

NARROWER = 0.82
"""How wide a character is on average, beside a digit."""

STYLE = """\
.netdsl-parts{margin:.6em 0;overflow-x:auto;font-size:.9em;line-height:1.4}
.netdsl-parts>*{width:max-content}
.netdsl-row{display:grid;grid-template-columns:var(--netdsl-columns);column-gap:1em;
padding:.15em 0;list-style:none;border-bottom:1px solid rgba(128,128,128,.25)}
.netdsl-row::-webkit-details-marker{display:none}
.netdsl-head{border-bottom-color:rgba(128,128,128,.8)}
.netdsl-head>span{font-weight:bold}
.netdsl-row>span{overflow-wrap:anywhere}
.netdsl-row>.netdsl-number{text-align:right;font-variant-numeric:tabular-nums}
.netdsl-row>span:first-child::before{content:"";display:inline-block;width:1.1em}
summary.netdsl-row{cursor:pointer}
summary.netdsl-row>span:first-child{font-weight:bold}
summary.netdsl-row>span:first-child::before{content:"\\25b8"}
details[open]>summary.netdsl-row>span:first-child::before{content:"\\25be"}
"""
"""Every row is a grid of the same columns, so that they align however deep it stands."""


def table_html(table: Table) -> str:
    """Return a table; where rows stand inside others, one whose rows fold."""
    if any(line.parts for line in table.lines):
        return _grid(table)
    heads = "".join(_tag("th", (name,), name in table.right) for name in table.columns)
    body = "".join(_row(table, line) for line in table.lines)
    return f"{TABLE}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _row(table: Table, line: Line) -> str:
    pairs = zip(table.columns, line.cells, strict=True)
    return f"<tr>{''.join(_tag('td', cell, name in table.right) for name, cell in pairs)}</tr>"


def _tag(tag: str, cell: Cell, is_number: bool) -> str:
    return f"<{tag} {RIGHT if is_number else LEFT}>{_items(cell)}</{tag}>"


def _text(text: str) -> str:
    depth, body = unindented(text)
    return EM * depth + escape(body.translate(PLAIN))


def _items(cell: Cell) -> str:
    """Return a cell that is broken between its items, and within those that are long."""
    *others, last = cell or ("",)
    return " ".join(map(_item, (*(f"{item}," for item in others), last)))


def _item(item: str) -> str:
    is_short = 0 < len(item) <= LONGEST
    return f'<span style="white-space:nowrap">{_text(item)}</span>' if is_short else _text(item)


# ---- rows that fold ---------------------------------------------------------------------------


def _grid(table: Table) -> str:
    head = _cells(table, tuple((name,) for name in table.columns), 0)
    rows = "".join(_line(table, line, 0) for line in table.lines)
    return (
        f"<style>{STYLE}</style>"
        f'<div class="netdsl-parts" style="--netdsl-columns:{_widths(table)}">'
        f'<div class="netdsl-row netdsl-head">{head}</div>{rows}</div>'
    )


def _widths(table: Table) -> str:
    """Return a width for each column in the widths of a digit."""
    rows = [(0, tuple((name,) for name in table.columns))]
    rows += [row for line in table.lines for row in line.walk()]
    found = [max(map(_width, column)) for column in zip(*(cells for _, cells in rows), strict=True)]
    found = [
        width if name in table.right else max(NARROWER * width, len(name) + 1)
        for name, width in zip(table.columns, found, strict=True)
    ]
    found[0] = max(len(", ".join(cells[0])) + 2.2 * depth + 3 for depth, cells in rows)
    return " ".join(f"{width:.1f}ch" for width in found)


def _width(cell: Cell) -> int:
    return max((min(len(", ".join(cell)), WIDE), *(min(len(item), LONGEST) for item in cell)))


def _line(table: Table, line: Line, depth: int) -> str:
    """Return a row, and below it those inside it; they are folded where it is like another."""
    if not line.parts:
        return f'<div class="netdsl-row">{_cells(table, line.cells, depth)}</div>'
    cells = _cells(table, line.head, depth)
    inner = "".join(_line(table, part, depth + 1) for part in line.parts)
    state = "" if line.like else ' open=""'
    return f'<details{state}><summary class="netdsl-row">{cells}</summary>{inner}</details>'


def _cells(table: Table, cells: tuple[Cell, ...], depth: int) -> str:
    return " ".join(_spans(table, cells, depth))


def _spans(table: Table, cells: tuple[Cell, ...], depth: int) -> Iterator[str]:
    for at, (name, cell) in enumerate(zip(table.columns, cells, strict=True)):
        mark = ' class="netdsl-number"' if name in table.right else ""
        indent = f' style="padding-left:{1.2 * depth:g}em"' if at == 0 and depth else ""
        yield f"<span{mark}{indent}>{_items(cell)}</span>"


# ---- sentences and formulas -------------------------------------------------------------------


def lines_html(texts: Sequence[str]) -> str:
    """Return sentences as a paragraph, each in a line of its own."""
    return f"<p {LEFT}>{'<br/>'.join(map(_text, texts))}</p>"


def line_html(text: str) -> str:
    """Return a sentence as a paragraph."""
    return lines_html((text,))


def formula_html(formula: Any) -> str:
    """Return a formula that stands alone."""
    return line_html(f"$\\displaystyle {formula.latex()}$")
