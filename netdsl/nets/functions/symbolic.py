"""Whether expressions still say all that was computed, once they were simplified or joined."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any


def _odd() -> tuple[Any, ...]:
    """Return what comes of a division by zero and the like."""
    import sympy

    return sympy.zoo, sympy.nan, sympy.oo, -sympy.oo


def is_kept(expression: Any, operands: Iterable[Any], args: Any) -> bool:
    """Whether what a function gives for some arguments holds every array, and nothing odd.

    x - x is 0 to an algebraist; an array has its shape there, and NaN where x is infinite.
    """
    given: list[Any] = []
    for arg in args:
        given += arg if isinstance(arg, list | tuple) else [arg]
    is_finite = all(math.isfinite(arg) for arg in given if isinstance(arg, int | float))
    odd = _odd()
    if expression.has(*odd[:2]) or (is_finite and expression.has(*odd)):
        return False
    return expression.free_symbols >= set(operands) and _is_computed(expression)


def _is_computed(expression: Any) -> bool:
    """Whether an expression has no complex number, and no choice as a condition."""
    import sympy

    return not expression.has(sympy.I, sympy.ITE)


def joined(outer: Any, symbol: Any, inner: Any) -> Any:
    """Return `outer` with `inner` in the place of a symbol, None where less is said than by both.

    Sqrt(x)**2 and x*y/x lose where they are not defined, 1/If(x > 0, x, 0) gains what no layer
    computes.
    """
    try:
        whole = outer.xreplace({symbol: inner})
    except TypeError:  # a comparison of choices that sympy does not take apart
        return None
    return whole if _says_both(whole, outer, symbol, inner) else None


def _says_both(whole: Any, outer: Any, symbol: Any, inner: Any) -> bool:
    if not whole.free_symbols >= (outer.free_symbols - {symbol}) | inner.free_symbols:
        return False
    odd = [one for one in _odd() if outer.has(one) or inner.has(one)]
    if whole.has(*(one for one in _odd() if one not in odd)) or not _is_computed(whole):
        return False
    if _constants(whole) - _constants(outer) - _constants(inner):
        return False
    among, around = list(_partial(inner)), list(_partial(outer))
    if len(list(_partial(whole))) >= len(among) + len(around):
        return True
    return not among and inner.is_nonnegative and all(one.args[0] == symbol for one in around)


def _constants(expression: Any) -> set[Any]:
    """Return the exact numbers such as Sqrt(2), for which Python has no notation."""
    import sympy

    parts = sympy.preorder_traversal(expression)
    return {part for part in parts if isinstance(part, sympy.Expr) and _is_exact(part)}


def _is_exact(part: Any) -> bool:
    return not part.is_Atom and not part.free_symbols


def as_read(expression: Any) -> Any:
    """Return what Python makes of the text of an expression: a number goes into a sum behind it."""
    return expression.replace(
        lambda part: part.is_Mul and part.args[0].is_Number, _with_number_inside
    )


def _with_number_inside(product: Any) -> Any:
    import sympy

    number, rest = product.as_coeff_Mul()
    factors = list(sympy.Mul.make_args(rest))
    first = next((one for one in rest.as_ordered_factors() if not _is_below(one)), None)
    if len(factors) < 2 or first is None or not first.is_Add:
        return product
    factors.remove(first)
    up, down = (number.p, number.q) if number.is_Rational else (number, 1)
    return sympy.Mul(up * first, *factors) / down


def _is_below(factor: Any) -> bool:
    return bool(factor.is_Pow and factor.exp.is_Number and factor.exp.is_negative)


def _partial(expression: Any) -> Iterable[Any]:
    """Yield the parts of an expression that are defined for some numbers alone, and the like."""
    import sympy

    everywhere = (sympy.Abs, sympy.sign, sympy.exp, sympy.Max, sympy.Min)
    part: Any
    for part in sympy.preorder_traversal(expression):
        if not part.free_symbols:
            continue
        if part.is_Pow:
            power = part.exp
            is_whole = power.is_Number and power > 0 and float(power).is_integer()
            if not is_whole and part.base != sympy.E:
                yield part
        elif part.is_Function and not isinstance(part, everywhere):
            yield part
