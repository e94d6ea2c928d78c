"""Rewrite an expression so that it neither overflows nor loses digits where it need not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, Mul, Pow, exp, log
from sympy.codegen.cfunctions import expm1, log1p

from netdsl.formula.functions import LogisticSigmoid, SoftPlus


@lru_cache(maxsize=256)
def stable(expr: Any) -> Any:
    """Return an equal expression that can be computed as it stands.

    >>> from sympy import Symbol
    >>> x = Symbol("x")
    >>> stable(log(1 + exp(2 * x))), stable(exp(x) / (1 + exp(x))), stable(3 * exp(x) - 3)
    (SoftPlus(2*x), LogisticSigmoid(x), 3*expm1(x))
    """
    for kind, rule in ((Pow, _power), (Mul, _product), (log, _logarithm), (Add, _sum)):
        expr = expr.replace(kind, rule)
    return expr


def _exponent(expr: Any) -> Any:
    """Return u where the expression is 1 + exp(u), else None."""
    one, rest = expr.as_coeff_Add()
    return rest.args[0] if one == 1 and isinstance(rest, exp) else None


def _power(base: Any, exponent: Any) -> Any:
    inner = _exponent(base) if exponent.is_negative else None
    return base**exponent if inner is None else LogisticSigmoid(-inner) ** -exponent


def _product(*factors: Any) -> Any:
    for factor in factors:
        if isinstance(factor, LogisticSigmoid) and exp(-factor.args[0]) in factors:
            other = exp(-factor.args[0])
            rest = [item for item in factors if item not in (factor, other)]
            return Mul(LogisticSigmoid(-factor.args[0]), *rest)
    return Mul(*factors)


def _logarithm(arg: Any) -> Any:
    inner = _exponent(arg)
    if inner is not None:
        return SoftPlus(inner)
    if isinstance(arg, LogisticSigmoid):
        return -SoftPlus(-arg.args[0])
    one, rest = arg.as_coeff_Add()
    return log1p(rest) if one == 1 else log(arg)


def _sum(*terms: Any) -> Any:
    offset, rest = Add(*terms).as_coeff_Add()
    for term in Add.make_args(rest):
        factor, inner = term.as_coeff_Mul()
        if factor == -offset and isinstance(inner, exp):
            return rest - term + factor * expm1(inner.args[0])
    return offset + rest
