"""Tables as HTML: plain markup that takes its colours from the page."""

from __future__ import annotations

from html import escape

from netdsl.report.table import Line, Table

LEFT = 'style="text-align:left;padding:.15em 1em .15em 0"'
RIGHT = 'style="text-align:right;padding:.15em 1em .15em 0"'
TABLE = '<table style="margin:.6em 0;border-collapse:collapse">'


def table_html(table: Table) -> str:
    """Return a table; rows inside a row are a table that unfolds."""
    heads = "".join(_tag("th", name, name in table.right) for name in table.columns)
    return f"{TABLE}<thead><tr>{heads}</tr></thead>{_body(table, table.lines)}</table>"


def _body(table: Table, lines: tuple[Line, ...]) -> str:
    return f"<tbody>{''.join(_row(table, line) for line in lines)}</tbody>"


def _row(table: Table, line: Line) -> str:
    if line.parts:
        inner = _inner(table, line)
        return f'<tr><td colspan="{len(table.columns)}" {LEFT}>{inner}</td></tr>'
    pairs = zip(table.columns, line.cells, strict=True)
    cells = (_tag("td", ", ".join(cell), name in table.right) for name, cell in pairs)
    return f"<tr>{''.join(cells)}</tr>"


def _inner(table: Table, line: Line) -> str:
    """Return the rows inside a row, below what stands in it."""
    key, *rest = [", ".join(cell) for cell in line.cells]
    named = zip(table.columns[1:], rest, strict=True)
    summary = escape("; ".join((key, *(f"{name} {text}" for name, text in named if text))))
    return (
        f"<details open><summary>{summary}</summary>"
        f"{TABLE}{_body(table, line.parts)}</table></details>"
    )


def _tag(tag: str, text: str, is_number: bool) -> str:
    return f"<{tag} {RIGHT if is_number else LEFT}>{escape(text)}</{tag}>"


def line_html(text: str) -> str:
    """Return a sentence as a paragraph."""
    return f"<p {LEFT}>{escape(text)}</p>"
