"""The largest of an expression over ranges of indices, as Sum is the total."""

from __future__ import annotations

from collections.abc import Iterator
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

    def _pythoncode(self, printer: Any) -> str:
        loops = " ".join(
            f"for {index} in range({low}, {high} + 1)"
            for index, low, high in self._printed(printer)
        )
        return f"max({printer.doprint(self.function)} {loops})"

    def _printed(self, printer: Any) -> Iterator[Any]:
        """Yield the index and the ends of each range as text."""
        for limit in self.limits:
            yield map(printer.doprint, limit.args)
