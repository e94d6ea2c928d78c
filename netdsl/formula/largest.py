"""The largest of an expression over ranges of indices, as Sum is the total."""

from __future__ import annotations

from typing import Any

from sympy.concrete.expr_with_limits import ExprWithLimits


class Largest(ExprWithLimits):
    """The largest value of an expression while indices run over ranges, both ends included.

    >>> from sympy import IndexedBase, Symbol
    >>> t = Symbol("t", integer=True)
    >>> Largest(IndexedBase("x")[t], (t, 0, 2))
    Largest(x[t], (t, 0, 2))
    """

    is_real = True

    def __new__(cls, expr: Any, *limits: Any) -> Any:
        return ExprWithLimits.__new__(cls, expr, *limits)

    def _latex(self, printer: Any) -> str:
        ranges = r" \\ ".join(
            rf"{printer.doprint(low)} \leq {printer.doprint(index)} \leq {printer.doprint(high)}"
            for index, low, high in _ranges(self)
        )
        return rf"\max_{{\substack{{{ranges}}}}} {printer.doprint(self.function)}"

    def _pythoncode(self, printer: Any) -> str:
        loops = " ".join(
            f"for {printer.doprint(index)} in range({printer.doprint(low)}, "
            f"{printer.doprint(high)} + 1)"
            for index, low, high in _ranges(self)
        )
        return f"max({printer.doprint(self.function)} {loops})"


def _ranges(largest: Any) -> Any:
    return largest.limits
