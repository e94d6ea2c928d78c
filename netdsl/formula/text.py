"""Formulas in one line of text, with differences as a person writes them."""

from __future__ import annotations

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


class _Text(StrPrinter):
    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        return positive_first(super()._as_ordered_terms(expr, order))
