"""Tables as LaTeX: of shapes in mathematics, others as tabulars, which need no package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from netdsl.report.layout import unindented
from netdsl.report.notation import size_latex
from netdsl.report.sizes import Sizes
from netdsl.report.table import PLAIN, Cell, Table
from netdsl.spec.escapes import in_text
from netdsl.symbols import Automatic

MATHEMATICS = {
    " x ": r" $\times$ ",
    "*": r"$\cdot$",
    "->": r"$\to$",
    ">=": r"$\geq$",
    "<=": r"$\leq$",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
}
"""Signs that text has no letter for in each font, and those of a product."""

ARITHMETIC = re.compile(r"(\*\*\d+|(?<=[\w)])\*(?=[\w(])|(?<=[\w)?]) x (?=[\w(?])|->|>=|<=|[<>|])")


def table_latex(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> str:
    """Return an array whose last column holds dimensions."""
    lines = [" & ".join(text_latex(column) for column in columns) + r" \\ \hline"]
    for *texts, dims in rows:
        lines.append(" & ".join((*map(text_latex, texts), dims_latex(dims))) + r" \\")
    body = "\n".join(f"  {line}" for line in lines)
    return f"\\begin{{array}}{{{'l' * len(columns)}}}\n{body}\n\\end{{array}}"


def noted_latex(table: str, notes: Sequence[str]) -> str:
    """Return a table with lines of mathematics below it, if there are any."""
    if not notes:
        return table
    lines = " \\\\\n".join((table, *notes))
    return f"\\begin{{array}}{{l}}\n{lines}\n\\end{{array}}"


def table_tex(table: Table) -> str:
    """Return a table as a tabular; each item of a cell stands in a line of its own."""
    sides = "".join("r" if name in table.right else "l" for name in table.columns)
    rows = [_tex_row([line_tex(name) for name in table.columns]) + r" \hline"]
    for line in table.lines:
        rows += [row for depth, cells in line.walk() for row in _tex_rows(depth, cells)]
    body = "\n".join(f"  {row}" for row in rows)
    return f"\\begin{{tabular}}{{{sides}}}\n{body}\n\\end{{tabular}}"


def _tex_rows(depth: int, cells: tuple[Cell, ...]) -> Iterator[str]:
    """Yield the row of a table, and a row for every further item of its cells."""
    indent = r"\quad " * depth
    for at in range(max(map(len, cells))):
        first, *rest = [line_tex(cell[at]) if at < len(cell) else "" for cell in cells]
        yield _tex_row([indent + first if first else "", *rest])


def _tex_row(texts: Sequence[str]) -> str:
    return _guarded(" & ".join(texts)) + r" \\"


def line_tex(text: str) -> str:
    """Return text for a paragraph or a tabular; arithmetic stands in mathematics.

    >>> print(line_tex("conv_1 3 x h**2 (50%)"))
    conv\\_1 3 $\\times$ h$^{2}$ (50\\%)
    """
    depth, body = unindented(text)
    parts = ARITHMETIC.split(body.translate(PLAIN))
    found = [r"\quad "] * depth
    for part in filter(None, parts):
        known = MATHEMATICS.get(part)
        if known is None and part.startswith("**"):
            known = f"$^{{{part[2:]}}}$"
        found.append(in_text(part) if known is None else known)
    return "".join(found)


def lines_tex(texts: Sequence[str]) -> str:
    """Return sentences as a paragraph, each in a line of its own."""
    return " \\\\\n".join(_guarded(line_tex(text)) for text in texts)


def _guarded(line: str) -> str:
    """Return a line that the end of the line before, which may take a star or a length, leaves."""
    return f"{{}}{line}" if line.startswith(("*", "[")) else line


def formula_tex(formula: Any) -> str:
    """Return a formula that stands alone."""
    return f"\\[\n{formula.latex()}\n\\]"


def text_latex(text: str) -> str:
    """Return text with every character that LaTeX would read as a command escaped.

    >>> print(text_latex("conv_1"))
    \\text{conv\\_1}
    """
    return f"\\text{{{in_text(text)}}}" if text else ""


def dims_latex(dims: Any) -> str:
    """Return dimensions as a product.

    >>> print(dims_latex((3, "h")))
    3 \\times h
    """
    if dims is Automatic:
        return "?"
    return r" \times ".join(_size(dim, len(dims) > 1) for dim in dims) or "1"


def _size(dim: Any, is_factor: bool) -> str:
    if isinstance(dim, Sizes):
        return "?" if dim.is_open else dim.latex()
    if dim is Automatic:
        return "?"
    if isinstance(dim, int):
        return str(dim)
    text = size_latex(dim)
    return rf"\left({text}\right)" if is_factor and getattr(dim, "is_Add", False) else text
