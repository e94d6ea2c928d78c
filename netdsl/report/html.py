"""Tables as HTML: plain markup without script that takes its colours from the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from netdsl.report.layout import unindented
from netdsl.report.table import PLAIN, Cell, Line, Table

SPACED = "padding:.15em 1em .15em 0;vertical-align:top"
LEFT = f'style="text-align:left;{SPACED}"'
RIGHT = f'style="text-align:right;{SPACED}"'
HEAD, RULE = (f"border-bottom:1px solid rgba(128,128,128,{alpha})" for alpha in (".8", ".25"))
"""What stands below the head of a table, and below each row."""

LONGEST = 34
"""Items of more characters are broken within."""

LEAST, WIDE, MOST = 22, 23, 28
"""Rows of nested nets: a cell that is wider is broken between its items, an item that is wider than
the last within; where the page is narrow, one that is wider than the first, at spaces."""

EM = "\N{EM SPACE}"
"""Indents a row that stands inside another one."""

WIDTHS = {**dict.fromkeys(" ,.:;!|'ijlI", 0.5), **dict.fromkeys("()[]*-rtf", 0.65)}
WIDTHS |= dict.fromkeys("mMwW%@", 1.45)
"""How wide characters are beside a digit; others are about as wide as one."""

STYLE = """\
.netdsl-parts{margin:.6em 0;overflow-x:auto;font-size:.9em;line-height:1.4}
.netdsl-parts>*{min-width:var(--netdsl-least);max-width:var(--netdsl-most)}
.netdsl-row{display:grid;grid-template-columns:var(--netdsl-columns);column-gap:1em;
padding:.15em 0;list-style:none;border-bottom:1px solid rgba(128,128,128,.25)}
.netdsl-row::-webkit-details-marker{display:none}
.netdsl-head{border-bottom-color:rgba(128,128,128,.8)}
.netdsl-head>span{font-weight:bold}
.netdsl-row>span{overflow-wrap:anywhere}
.netdsl-row>span>span{display:inline-block}
.netdsl-row>.netdsl-number{text-align:right;font-variant-numeric:tabular-nums}
.netdsl-row>span:first-child::before{content:"";display:inline-block;width:1.1em}
summary.netdsl-row{cursor:pointer}
summary.netdsl-row>span:first-child{font-weight:bold}
summary.netdsl-row>span:first-child::before{content:"\\25b8"}
details[open]>summary.netdsl-row>span:first-child::before{content:"\\25be"}
"""
"""Every row is a grid of the same columns, so that they align however deep it stands.

The columns are wide where the page is, and scroll where it is narrower than they can be.
"""


def table_html(table: Table) -> str:
    """Return a table; where rows stand inside others, one whose rows fold."""
    if any(line.parts for line in table.lines):
        return _grid(table)
    heads = "".join(_tag("th", (name,), name in table.right) for name in table.columns)
    body = "".join(_row(table, line) for line in table.lines)
    return framed(f'<tr style="{HEAD}">{heads}</tr>', body)


def framed(head: str, body: str) -> str:
    """Return rows as a table, which scrolls by itself where it is wider than the page."""
    style = "margin:0;border-collapse:collapse;font-size:.9em;line-height:1.4"
    rows = f'<table style="{style}"><thead>{head}</thead><tbody>{body}</tbody></table>'
    return f'<div style="margin:.6em 0;overflow-x:auto">{rows}</div>'


def _row(table: Table, line: Line) -> str:
    pairs = zip(table.columns, line.cells, strict=True)
    cells = "".join(_tag("td", cell, name in table.right) for name, cell in pairs)
    return f'<tr style="{RULE}">{cells}</tr>'


def _tag(tag: str, cell: Cell, is_number: bool) -> str:
    return f"<{tag} {RIGHT if is_number else LEFT}>{items_html(cell)}</{tag}>"


def text_html(text: str) -> str:
    """Return text as HTML, an em space for each step by which hard spaces indent it."""
    depth, body = unindented(text)
    return EM * depth + escape(body.translate(PLAIN))


def items_html(cell: Cell) -> str:
    """Return a cell that is broken between its items, and within those that are long."""
    return " ".join(map(_item, _separate(cell)))


def _separate(cell: Cell) -> tuple[str, ...]:
    """Return the items, each with the comma behind it."""
    *others, last = cell or ("",)
    return (*(f"{item}," for item in others), last)


def _item(item: str) -> str:
    if not 0 < len(item) <= LONGEST:
        return text_html(item)
    return f'<span style="white-space:nowrap">{text_html(item)}</span>'


# ---- rows that fold ---------------------------------------------------------------------------


def _grid(table: Table) -> str:
    head = _cells(table, tuple((name,) for name in table.columns), 0)
    rows = "".join(_line(table, line, 0) for line in table.lines)
    return (
        f'<style>{STYLE}</style><div class="netdsl-parts" style="{_columns(table)}">'
        f'<div class="netdsl-row netdsl-head">{head}</div>{rows}</div>'
    )


def _columns(table: Table) -> str:
    """Return how wide the columns may be, in the widths of a digit, and how wide they are then."""
    lines = [row for line in table.lines for row in line.walk()]
    path = max(_width(", ".join(cells[0])) + 2.2 * depth + 3 for depth, cells in lines)
    found = [(path, path)]
    for at, name in enumerate(table.columns[1:], start=1):
        ends = zip(*(_widths(cells[at]) for _, cells in lines), strict=True)
        least, most = (max(1.1 * _width(name), *end) for end in ends)
        found.append((least, most))
    columns = " ".join(f"minmax({least:.1f}ch,{most:.1f}ch)" for least, most in found)
    sums = (sum(end) for end in zip(*found, strict=True))
    least, most = (f"calc({width:.1f}ch + {len(found) - 1}em)" for width in sums)
    return f"--netdsl-columns:{columns};--netdsl-least:{least};--netdsl-most:{most}"


def _widths(cell: Cell) -> tuple[float, float]:
    """Return how wide a cell is in a narrow page, and in a wide one."""
    items = [_width(item) for item in _separate(cell)]
    words = [_width(word) for item in cell for word in item.translate(PLAIN).split()]
    least = max(min(max(items), LEAST), min(max(words, default=0), MOST))
    return least, max(min(_width(", ".join(cell)), WIDE), min(max(items), MOST))


def _width(text: str) -> float:
    return sum(WIDTHS.get(character, 1) for character in text.translate(PLAIN))


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
        items = " ".join(f"<span>{text_html(item)}</span>" for item in _separate(cell))
        yield f"<span{mark}{indent}>{items}</span>"


# ---- sentences and formulas -------------------------------------------------------------------


def lines_html(texts: Sequence[str]) -> str:
    """Return sentences as a paragraph, each in a line of its own."""
    return f"<p {LEFT}>{'<br/>'.join(map(text_html, texts))}</p>"


def line_html(text: str) -> str:
    """Return a sentence as a paragraph."""
    return lines_html((text,))


def formula_html(formula: Any) -> str:
    """Return a formula that stands alone, which scrolls where it is wider than the page."""
    text = line_html(f"$\\displaystyle {formula.latex()}$")
    return f'<div style="overflow-x:auto;overflow-y:hidden">{text}</div>'
