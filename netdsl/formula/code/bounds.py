"""Between which ends an index runs, so that only those are checked that can leave an array."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sympy

Ends = tuple[Any, Any]
Ranges = Mapping[Any, Ends]
"""The first and the last value of each index, in numbers and sizes."""


def ends(expr: Any, ranges: Ranges) -> Ends | None:
    """Return the least and the largest value of an expression in indices, None if unknown.

    >>> i, n = sympy.Symbol("i", integer=True), sympy.Symbol("n", integer=True, positive=True)
    >>> ends(2 * i - 1, {i: (0, n - 1)})
    (-1, 2*n - 3)
    """
    if expr in ranges:
        return ranges[expr]
    if expr.is_Number or (expr.is_Symbol and expr.is_integer and expr.is_positive):
        return expr, expr
    rule = RULES.get(expr.func)
    return None if rule is None else rule(expr, ranges)


def is_inside(position: Any, size: Any, ranges: Ranges) -> bool:
    """Whether a position certainly lies within an axis of this size."""
    found = ends(position, ranges)
    return found is not None and is_never_negative(found[0], size - 1 - found[1])


def is_never_negative(*exprs: Any) -> bool:
    """Whether expressions in sizes, which are 1 or more, are never negative."""
    return all(_is_never_negative(sympy.sympify(expr)) for expr in exprs)


@lru_cache(maxsize=4096)
def _is_never_negative(expr: Any) -> bool:
    less = {
        size: 1 + sympy.Symbol(f"{size}_less", integer=True, nonnegative=True)
        for size in expr.free_symbols
    }
    return bool(sympy.expand(expr.xreplace(less)).is_nonnegative)


def _each(expr: Any, ranges: Ranges) -> list[Ends] | None:
    found = [ends(arg, ranges) for arg in expr.args]
    known = [pair for pair in found if pair is not None]
    return known if len(known) == len(found) else None


def _sum(expr: Any, ranges: Ranges) -> Ends | None:
    found = _each(expr, ranges)
    if found is None:
        return None
    return sympy.Add(*(low for low, _ in found)), sympy.Add(*(high for _, high in found))


def _product(expr: Any, ranges: Ranges) -> Ends | None:
    number, rest = expr.as_coeff_Mul()
    if number == 1:
        found = _each(rest, ranges)
        if found is None or not is_never_negative(*(low for low, _ in found)):
            return None
        return sympy.Mul(*(low for low, _ in found)), sympy.Mul(*(high for _, high in found))
    inner = ends(rest, ranges)
    if inner is None:
        return None
    low, high = (number * end for end in inner)
    return (low, high) if number.is_positive else (high, low)


def _step(expr: Any, ranges: Ranges) -> Ends | None:
    found = ends(expr.args[0], ranges)
    return None if found is None else (expr.func(found[0]), expr.func(found[1]))


def _extreme(expr: Any, ranges: Ranges) -> Ends | None:
    found = _each(expr, ranges)
    if found is None:
        return None
    return expr.func(*(low for low, _ in found)), expr.func(*(high for _, high in found))


def _size(expr: Any, ranges: Ranges) -> Ends | None:
    found = ends(expr.args[0], ranges)
    return None if found is None else (sympy.S.Zero, sympy.Max(-found[0], found[1]))


def _rest(expr: Any, ranges: Ranges) -> Ends | None:
    whole, divisor = expr.args
    is_whole = whole.is_integer and divisor.is_integer and divisor.is_positive
    return (sympy.S.Zero, divisor - 1) if is_whole else None


def _choice(expr: Any, ranges: Ranges) -> Ends | None:
    found = [ends(pair.expr, ranges) for pair in expr.args]
    known = [pair for pair in found if pair is not None]
    if len(known) < len(found):
        return None
    return sympy.Min(*(low for low, _ in known)), sympy.Max(*(high for _, high in known))


RULES: dict[Any, Any] = {
    sympy.Add: _sum,
    sympy.Mul: _product,
    sympy.floor: _step,
    sympy.ceiling: _step,
    sympy.Max: _extreme,
    sympy.Min: _extreme,
    sympy.Abs: _size,
    sympy.Mod: _rest,
    sympy.Piecewise: _choice,
}
