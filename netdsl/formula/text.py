"""Formulas in one line of text, with differences as a person writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sympy.printing.str import StrPrinter

from netdsl.formula.tidy import positive_first


def text(expression: Any, **settings: Any) -> str:
    """Return an expression as text.

    >>> from sympy import symbols
    >>> i, j, k = symbols("i j k")
    >>> text(k - i), text(1 - j - i), text(-2 * i)
    ('k - i', '1 - i - j', '-2*i')
    """
    return _Text(settings).doprint(expression)


def fitted(line: str, width: int | None, indent: str, more: str) -> str:
    """Return a line of a formula, broken between terms and factors where it is wider than that.

    >>> print(fitted("y[i] = b[i] + Sum(w[i, j]*x[j], (j, 0, 9))", 24, "", "    "))
    y[i] = b[i]
        + Sum(w[i, j]*x[j],
        (j, 0, 9))
    """
    lines: list[str] = []
    start = indent
    while width is not None and len(start) + len(line) > width:
        cut = _cut(line, max(width - len(start), 1))
        lines.append(start + line[:cut].rstrip())
        line, start = line[cut:].lstrip(), more
    return "\n".join((*lines, start + line))


SIGNS = (" =", " ~")
BREAKS = re.compile(
    r"[\[\]()]| (?=[-+<>=&|!~]+ )|(?<= [=~]) |(?<=[^*]\*)(?=[^*])|(?=/[^d])|(?<=,) "
)
RANGE, SIGN, INDEX = 100, 101, 102
"""How bad it is to break inside (j, 0, 9), at the sign of an equation, inside an index.

It is done where a line would not fit otherwise.
"""


def _cut(line: str, room: int) -> int:
    """Return where a line is best broken: outside of brackets, and not near its beginning."""
    found = [(rank, at) for rank, at in _breaks(line) if 0 < at <= room]
    good = [(rank, at) for rank, at in found if rank < RANGE]
    far = [(rank, at) for rank, at in good if at > room // 4]
    if good and not far:
        return max(at for _, at in good)
    best = far or found
    least = min((rank for rank, _ in best), default=0)
    return max((at for rank, at in best if rank == least), default=room)


def _breaks(line: str) -> Iterator[tuple[int, int]]:
    """Yield the places between terms, factors and arguments; the first are the best, outermost."""
    opened = ""
    for found in BREAKS.finditer(line):
        at, mark = found.start(), found[0]
        if mark in ("[", "("):
            is_call = mark == "(" and line[at - 1 : at].isalnum()
            opened += "[" if mark == "[" else ("f" if is_call else "(")
        elif mark in ("]", ")"):
            opened = opened[:-1]
        elif "[" in opened:
            yield INDEX, at
        elif line[at - 1] == "," and opened.endswith("("):
            yield RANGE, at
        elif line[at - 2 : at] in SIGNS or line[at : at + 2] in SIGNS:
            yield SIGN, at
        else:
            is_factor = line[at - 1] == "*" or line[at] == "/"
            yield 2 * len(opened) + is_factor, at


class _Text(StrPrinter):
    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        return positive_first(super()._as_ordered_terms(expr, order))
