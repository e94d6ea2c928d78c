"""Rewrite quotients and logarithms of sums of exponentials so that none of them overflows."""

from __future__ import annotations

from typing import Any, cast

from sympy import Mul, Pow, Sum, exp, log

from netdsl.formula.largest import Largest
from netdsl.formula.stable import stable


def steady(expr: Any) -> Any:
    """Return an equal expression that can be computed as it stands.

    >>> from sympy import IndexedBase, symbols
    >>> i, j = symbols("i j", integer=True)
    >>> x = IndexedBase("x", real=True)
    >>> steady(exp(x[i]) / Sum(exp(x[j]), (j, 0, 2)))
    exp(x[i] - Largest(x[j], (j, 0, 2)))/Sum(exp(x[j] - Largest(x[j], (j, 0, 2))), (j, 0, 2))
    """
    return stable(expr).replace(Mul, _quotient).replace(log, _logarithm)


def _quotient(*factors: Any) -> Any:
    """Divide both exp(a) and the sum of exp(b) below it by exp(the largest b)."""
    powers = [factor for factor in factors if isinstance(factor, exp)]
    for below in factors:
        total = below.base if isinstance(below, Pow) and below.exp == -1 else None
        found = _shifted(total)
        if found is None or not powers:
            continue
        largest, new = found
        rest = [factor for factor in factors if factor is not below and factor is not powers[0]]
        return Mul(exp(powers[0].args[0] - largest), *rest) / new
    return Mul(*factors)


def _logarithm(arg: Any) -> Any:
    found = _shifted(arg)
    return log(arg) if found is None else found[0] + log(found[1])


def _shifted(total: Any) -> tuple[Any, Any] | None:
    """Return the largest b, and the sum with exp(b) divided by exp(that); None for other sums."""
    if not isinstance(total, Sum):
        return None
    bound = {limit[0] for limit in total.limits}
    factors: Any = Mul.make_args(cast(Any, total.function))
    for factor in factors:
        if isinstance(factor, exp) and factor.free_symbols & bound:
            largest: Any = Largest(factor.args[0], *total.limits)
            rest = [one for one in factors if one is not factor]
            return largest, Sum(Mul(exp(factor.args[0] - largest), *rest), *total.limits)
    return None
