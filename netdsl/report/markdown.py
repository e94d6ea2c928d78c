"""Tables as GitHub's Markdown: pipes and marks escaped, inner rows indented by entities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from netdsl.report.layout import unindented
from netdsl.report.table import PLAIN, Cell, Table

INDENT = "&emsp;"
"""Markdown drops the spaces that a cell begins with, and keeps this."""

MARKS = re.compile(r"[\\`*|<\[\]$~&]|(?<!\w)_|_(?!\w)")
"""What Markdown could read as its own; an underscore within a word is safe."""


def table_markdown(table: Table) -> str:
    """Return a table, with its columns aligned in the source as well."""
    rows = [[text_markdown(name) for name in table.columns]]
    for line in table.lines:
        rows += [_cells(depth, cells) for depth, cells in line.walk()]
    widths = [max(3, *map(len, column)) for column in zip(*rows, strict=True)]
    right = [name in table.right for name in table.columns]
    rules = [
        "-" * (width - 1) + ":" if is_number else "-" * width
        for width, is_number in zip(widths, right, strict=True)
    ]
    head, *body = [_row(row, widths, right) for row in rows]
    return "\n".join((head, _row(rules, widths, right), *body))


def _cells(depth: int, cells: tuple[Cell, ...]) -> list[str]:
    first, *rest = [", ".join(map(text_markdown, cell)) for cell in cells]
    return [INDENT * depth + first, *rest]


def _row(texts: list[str], widths: list[int], right: list[bool]) -> str:
    padded = (
        text.rjust(width) if is_number else text.ljust(width)
        for text, width, is_number in zip(texts, widths, right, strict=True)
    )
    return f"| {' | '.join(padded)} |"


def text_markdown(text: str) -> str:
    """Return text with what Markdown could read as its own escaped.

    >>> print(text_markdown("Weights* 2 x h*w"), text_markdown("a_1|<b>"))
    Weights\\* 2 x h\\*w a_1\\|\\<b>
    """
    depth, body = unindented(text)
    words = " ".join(body.translate(PLAIN).split())
    return INDENT * depth + MARKS.sub(lambda found: "\\" + found[0], words)


def lines_markdown(texts: Sequence[str]) -> str:
    """Return sentences, each in a line of its own."""
    escaped = [text_markdown(text) for text in texts]
    return "  \n".join(f"\\{text}" if text[:1] in "#>+-" else text for text in escaped)


def formula_markdown(formula: Any) -> str:
    """Return a formula as a block of mathematics."""
    return f"$$\n{formula.latex()}\n$$"
