"""Between which numbers an index lies, and which conditions on indices hold everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import sympy
from sympy.core.relational import Relational

from netdsl.formula.functions import Mod

Ranges = Mapping[Any, tuple[Any, Any]]
"""The lowest and the highest value of each index."""
Ends = tuple[Any, Any]
"""The lowest and the highest value of an expression, None where nothing is known."""


def bounds(expr: Any, ranges: Ranges) -> Ends:
    """Return between which sizes and numbers an expression in indices lies.

    >>> i, n = sympy.Symbol("i", integer=True), sympy.Symbol("n", integer=True, positive=True)
    >>> bounds(2 * i - n, {i: (0, n - 1)})
    (-n, n - 2)
    """
    low: Any = sympy.S.Zero
    high: Any = sympy.S.Zero
    for term in sympy.Add.make_args(sympy.expand(expr)):
        factor, rest = term.as_coeff_Mul()
        ends = _ends(rest, ranges)
        first, last = ends if factor.is_nonnegative else ends[::-1]
        low = None if None in (low, first) else low + factor * first
        high = None if None in (high, last) else high + factor * last
    return low, high


def _ends(expr: Any, ranges: Ranges) -> Ends:
    if expr in ranges:
        low, high = ranges[expr]
        return bounds(low, ranges)[0], bounds(high, ranges)[1]
    if expr.is_Number or (expr.is_Symbol and expr.is_positive):
        return expr, expr
    if isinstance(expr, sympy.floor):
        low, high = bounds(expr.args[0], ranges)
        return _or_none(sympy.floor, low), _or_none(sympy.floor, high)
    if isinstance(expr, sympy.Mod | Mod):
        return sympy.S.Zero, bounds(expr.args[1] - 1, ranges)[1]
    if isinstance(expr, sympy.Max | sympy.Min):
        return _extreme(expr, ranges)
    if expr.is_Mul:
        ends = [_ends(factor, ranges) for factor in expr.args]
        if all(None not in pair and pair[0].is_nonnegative for pair in ends):
            return prod(low for low, _ in ends), prod(high for _, high in ends)
    return None, None


def _or_none(kind: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else kind(value)


def _extreme(expr: Any, ranges: Ranges) -> Ends:
    """Return the bounds of the largest or the least of several."""
    lows, highs = zip(*(bounds(arg, ranges) for arg in expr.args), strict=True)
    is_max = isinstance(expr, sympy.Max)
    known_lows = [low for low in lows if low is not None]
    known_highs = [high for high in highs if high is not None]
    low_ok = known_lows if is_max else len(known_lows) == len(lows)
    high_ok = len(known_highs) == len(highs) if is_max else known_highs
    return (
        expr.func(*known_lows) if low_ok else None,
        expr.func(*known_highs) if high_ok else None,
    )


def is_certain(expr: Any, ranges: Ranges) -> bool:
    """Whether an expression is known to be at least 0."""
    low = bounds(expr, ranges)[0]
    return low is not None and bool(sympy.sympify(low).is_nonnegative)


def decided(condition: Any, ranges: Ranges) -> bool | None:
    """Return whether a condition on integers holds, None where it depends or nothing is known.

    >>> i = sympy.Symbol("i", integer=True)
    >>> decided(i < 3, {i: (0, 2)}), decided(i < 2, {i: (0, 2)}), decided(i > 2, {i: (0, 2)})
    (True, None, False)
    """
    if condition in (sympy.true, sympy.false):
        return bool(condition)
    if isinstance(condition, sympy.And | sympy.Or):
        found = [decided(part, ranges) for part in condition.args]
        settling = isinstance(condition, sympy.Or)
        if settling in found:
            return settling
        return None if None in found else not settling
    if isinstance(condition, Relational):
        return _compared(condition, ranges)
    return None


def _compared(condition: Any, ranges: Ranges) -> bool | None:
    more = condition.lhs - condition.rhs
    if not more.is_integer:
        return None
    above, below = is_certain(more - 1, ranges), is_certain(-more - 1, ranges)
    if isinstance(condition, sympy.Eq | sympy.Ne):
        same = is_certain(more, ranges) and is_certain(-more, ranges)
        equal = True if same else False if above or below else None
        return equal if equal is None or isinstance(condition, sympy.Eq) else not equal
    if isinstance(condition, sympy.Lt | sympy.Le):
        more, above, below = -more, below, above
    if isinstance(condition, sympy.Gt | sympy.Lt):
        return True if above else False if is_certain(-more, ranges) else None
    return True if is_certain(more, ranges) else False if below else None
