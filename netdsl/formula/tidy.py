"""Sums as a person writes them: none of a single term, and numbers before the sign of the sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits


def tidy(expr: Any) -> Any:
    """Return an equal expression whose sums go over more than one term, without a common factor.

    >>> from sympy import Sum, IndexedBase, symbols
    >>> i, j = symbols("i j", integer=True)
    >>> tidy(Sum(-2 * IndexedBase("x")[i, j], (i, 0, 0), (j, 0, 3)))
    -2*Sum(x[0, j], (j, 0, 3))
    """
    return expr.replace(lambda part: isinstance(part, ExprWithLimits), _tidied)


def positive_first(terms: list[Any], may_lead: Callable[[Any], bool] = bool) -> list[Any]:
    """Return terms with one in front that has no minus sign, if any may: m - j for -j + m."""
    for place, term in enumerate(terms):
        if not term.could_extract_minus_sign() and may_lead(term):
            return [term, *terms[:place], *terms[place + 1 :]]
    return terms


def _tidied(total: Any) -> Any:
    single = {index: low for index, low, high in total.limits if low == high}
    limits = [limit for limit in total.limits if limit[0] not in single]
    inner = total.function.xreplace(single)
    if not limits:
        return inner
    factor, rest = _parted(inner) if isinstance(total, sympy.Sum) else (sympy.S.One, inner)
    return factor * _in_order(total.func(rest, *limits))


def _in_order(total: Any) -> Any:
    """Return a sum with its indices sorted: sympy makes one of two, the inner index first."""
    indices = {limit[0] for limit in total.limits}
    if any((low + high).free_symbols & indices for _, low, high in total.limits):
        return total
    limits = sorted(total.limits, key=lambda limit: (len(limit[0].name), limit[0].name))
    return total.func(total.function, *limits)


def _parted(inner: Any) -> tuple[Any, Any]:
    """Return the number before every term, that of a product or the sign of a sum, and the rest."""
    if not inner.is_Add:
        return inner.as_coeff_Mul() if inner != 0 else (sympy.S.One, inner)
    if all(term.could_extract_minus_sign() for term in inner.args):
        return sympy.S.NegativeOne, -inner
    return sympy.S.One, inner
