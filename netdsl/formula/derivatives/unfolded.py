"""Sums and the like around a choice that depends on the indices of an inner one."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits


def over(kind: Any, function: Any, *limits: Any) -> Any:
    """Return a Sum, Product or Largest over ranges.

    sympy takes each Piecewise out of what is summed, even out of an inner sum whose index is in
    its conditions, where that index means nothing. One with such a part stays as it is written.

    >>> i, j = sympy.symbols("i j", integer=True)
    >>> inner = over(sympy.Sum, sympy.Piecewise((i, i > j), (0, True)), (j, 0, 2))
    >>> over(sympy.Sum, inner * i, (i, 0, 2))
    Sum(i*Sum(Piecewise((i, i > j), (0, True)), (j, 0, 2)), (i, 0, 2))
    """
    function = sympy.sympify(function)
    inner: set[Any] = function.atoms(ExprWithLimits)
    if any(part.has(sympy.Piecewise) for part in inner):
        return _unfolded(kind)(function, *limits)
    return kind(function, *limits)


@cache
def _unfolded(kind: Any) -> Any:
    """Return a class whose objects are made, and made again, without looking inside."""

    def new(cls: Any, function: Any, *limits: Any, **assumptions: Any) -> Any:
        found: Any = sympy.Expr.__new__(cls, function, *(sympy.Tuple(*one) for one in limits))
        found.is_commutative = True
        return found

    if getattr(kind, "is_unfolded", False):
        return kind
    return type(kind)(kind.__name__, (kind,), {"__new__": new, "is_unfolded": True})
