"""Rewrite an expression so that it neither overflows nor loses digits where it need not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, Max, Min, Mul, Pow, S, cosh, csch, exp, log, sech, sinh, tanh
from sympy.codegen.cfunctions import expm1, log1p

from netdsl.formula.functions import LogisticSigmoid, SoftPlus


@lru_cache(maxsize=256)
def stable(expr: Any) -> Any:
    """Return an equal expression that can be computed as it stands.

    >>> from sympy import Symbol
    >>> x = Symbol("x")
    >>> stable(log(1 + exp(2 * x))), stable(exp(x) / (1 + exp(x))), stable(3 * exp(x) - 3)
    (SoftPlus(2*x), LogisticSigmoid(x), 3*expm1(x))
    >>> stable(log(exp(x) + exp(-x))), stable(Min(0, exp(x) - 1))
    (x + SoftPlus(-2*x), expm1(Min(0, x)))
    """
    first = ((Pow, _power), (Mul, _product), (Max, _largest), (Min, _least))
    for kind, rule in (*first, (log, _logarithm), (Add, _sum)):
        expr = expr.replace(kind, rule)
    return expr


# ---- sums of two powers of e -----------------------------------------------------------------


def _two_powers(expr: Any) -> tuple[Any, Any, Any] | None:
    """Return a, u, v where the expression is a exp(u) (1 + exp(v)), a positive; else None."""
    terms = [_power_of_e(term) for term in sorted(Add.make_args(expr), key=_is_curved)]
    found = [term for term in terms if term is not None]
    if not len(found) == len(terms) == 2:
        return None
    (a, u), (b, v) = found
    if not (a.is_positive and b.is_positive and v.free_symbols):
        return None
    return a, u, v - u + log(b / a)


def _power_of_e(term: Any) -> tuple[Any, Any] | None:
    """Return a, u where the term is a exp(u), of which a number is one; else None."""
    factor, curve = term.as_coeff_Mul()
    if curve == 1:
        return factor, S.Zero
    return (factor, curve.args[0]) if isinstance(curve, exp) else None


def _is_curved(term: Any) -> tuple[bool, bool]:
    return bool(term.free_symbols), bool(term.args and term.args[-1].could_extract_minus_sign())


def _power(base: Any, exponent: Any) -> Any:
    if exponent.is_negative and isinstance(base, cosh | sinh):
        inverse = sech if isinstance(base, cosh) else csch
        return inverse(*base.args) ** -exponent
    found = _two_powers(base) if exponent.is_negative else None
    if found is None:
        return base**exponent
    a, u, v = found
    return (a * exp(u)) ** exponent * LogisticSigmoid(-v) ** -exponent


def _product(*factors: Any) -> Any:
    """Join exp(u) with the sigmoids that keep it finite: exp(u) sigmoid(-u) is sigmoid(u)."""
    for power in (factor for factor in factors if isinstance(factor, exp)):
        for sigmoid in factors:
            base, count = sigmoid.as_base_exp()
            if not (isinstance(base, LogisticSigmoid) and count.is_Integer and count > 0):
                continue
            other = base.args[0]
            times = next((m for m in range(1, count + 1) if _is_flat(power.args[0] + m * other)), 0)
            if times:
                rest = [factor for factor in factors if factor not in (power, sigmoid)]
                joined = LogisticSigmoid(-other) ** times * base ** (count - times)
                return Mul(exp(power.args[0] + times * other), joined, *rest)
    return Mul(*factors)


def _is_flat(expr: Any) -> bool:
    return not expr.free_symbols


def _logarithm(arg: Any) -> Any:
    if isinstance(arg, LogisticSigmoid):
        return -SoftPlus(-arg.args[0])
    if isinstance(arg, cosh):
        inner: Any = arg.args[0]
        return _logarithm(exp(inner) / 2 + exp(-inner) / 2)
    found = _two_powers(arg)
    if found is not None:
        a, u, v = found
        return log(a) + u + SoftPlus(v)
    one, rest = arg.as_coeff_Add()
    return log1p(rest) if one == 1 else log(arg)


def _sum(*terms: Any) -> Any:
    """Write exp(u) - 1 as expm1(u), and 1 + tanh(u) as 2 sigmoid(2 u)."""
    total: Any = Add(*terms)
    offset, rest = total.as_coeff_Add()
    for term in Add.make_args(rest):
        factor, inner = term.as_coeff_Mul()
        if factor == -offset and isinstance(inner, exp):
            return rest - term + factor * expm1(inner.args[0])
        if abs(factor) == offset and isinstance(inner, tanh):  # 1 + tanh(u) loses what is small
            return rest - term + 2 * offset * LogisticSigmoid(2 * factor / offset * inner.args[0])
    return offset + rest


# ---- limits ----------------------------------------------------------------------------------


def _largest(*args: Any) -> Any:
    return _limited(Max, Min, args)


def _least(*args: Any) -> Any:
    return _limited(Min, Max, args)


def _limited(kind: Any, other: Any, args: tuple[Any, ...]) -> Any:
    """Write the extreme of c and a exp(u) + b as a exp(w) + b, where w is an extreme of u.

    So no power is taken where it is not chosen: there it may be infinite, and its gradient nan.
    """
    ends: list[Any] = sorted(args, key=lambda arg: bool(arg.free_symbols))
    limit, curve = ends[-2:]
    offset, rest = curve.as_coeff_Add()
    factor, power = rest.as_coeff_Mul()
    end = (limit - offset) / factor
    if len(args) > 2 or limit.free_symbols or not isinstance(power, exp) or not end.is_positive:
        return kind(*args)
    extreme = kind if factor.is_positive else other
    return factor * exp(extreme(power.args[0], log(end))) + offset
