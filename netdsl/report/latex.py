"""A table of shapes as LaTeX; sizes in mathematics, the rest as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from netdsl.report.notation import size_latex
from netdsl.report.sizes import Sizes
from netdsl.symbols import Automatic

ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
}


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


def text_latex(text: str) -> str:
    """Return text with every character that LaTeX would read as a command escaped.

    >>> print(text_latex("conv_1"))
    \\text{conv\\_1}
    """
    return f"\\text{{{''.join(ESCAPES.get(mark, mark) for mark in text)}}}" if text else ""


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
