"""Whether an index stays within an array, from the ranges of the indices that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy
from sympy.core.mod import Mod

Range = tuple[Any, Any]
Ranges = Mapping[Any, Range]
ROUNDED = sympy.floor | sympy.ceiling


def ranges_of(indices: Iterable[Any], sizes: Iterable[Any]) -> dict[Any, Range]:
    """Return the ranges of the indices of an array."""
    return {index: (sympy.S.Zero, size - 1) for index, size in zip(indices, sizes, strict=False)}


def within(limits: Iterable[Any], ranges: Ranges) -> dict[Any, Range]:
    """Return ranges with those of the indices of a sum, the last of which is the outer one."""
    found = dict(ranges)
    for index, low, high in reversed(list(limits)):
        ends = range_of(low, found), range_of(high, found)
        if ends[0] is not None and ends[1] is not None:
            found[index] = ends[0][0], ends[1][1]
    return found


def is_within(index: Any, size: Any, ranges: Ranges) -> bool:
    """Whether an index is known to lie within a size.

    >>> i, n = sympy.Symbol("i", integer=True), sympy.Symbol("n", integer=True, positive=True)
    >>> is_within(i + 4, n, {i: (0, n - 5)}), is_within(i - 1, n, {i: (0, n - 1)})
    (True, False)

    What depends on entries is: a run refuses positions that are not.
    """
    if index.has(sympy.Indexed) or not all(one.is_integer for one in index.free_symbols):
        return True
    found = range_of(index, ranges)
    return found is not None and _is_natural(found[0]) and _is_natural(size - 1 - found[1])


def range_of(expr: Any, ranges: Ranges) -> Range | None:
    """Return the least and the largest that an index can be, None where that is not known."""
    if expr in ranges:
        return ranges[expr]
    expr = sympy.sympify(expr)
    if not expr.free_symbols & ranges.keys():
        return None if expr.has(sympy.Indexed) else (expr, expr)
    if isinstance(expr, sympy.Mul):
        return _of_product(expr, ranges)
    parts: Any = expr.args
    if isinstance(expr, Mod):
        return sympy.S.Zero, parts[1] - 1
    if isinstance(expr, sympy.Piecewise):
        parts = [value for value, _ in parts]
    inner = [range_of(part, ranges) for part in parts]
    known = [one for one in inner if one is not None]
    if len(known) < len(inner):
        return None
    lows, highs = zip(*known, strict=True)
    if isinstance(expr, ROUNDED):
        return expr.func(lows[0]), _rounded(expr.func, highs[0])
    if isinstance(expr, sympy.Piecewise):
        return sympy.Min(*lows), sympy.Max(*highs)
    if isinstance(expr, sympy.Add | sympy.Max | sympy.Min):
        return expr.func(*lows), expr.func(*highs)
    return None


def _of_product(expr: Any, ranges: Ranges) -> Range | None:
    """Return the range of an index times what is no index."""
    factor, rest = expr.as_independent(*ranges, as_Add=False)
    inner = range_of(rest, ranges) if not rest.is_Mul else None
    if inner is None:
        return None
    low, high = factor * inner[0], factor * inner[1]
    if factor.is_nonnegative:
        return low, high
    return (high, low) if factor.is_nonpositive else None


def _rounded(function: Any, high: Any) -> Any:
    """Return a rounded end: what is a fraction below an integer, one less than that."""
    below = sympy.fraction(sympy.together(high))[1]
    full = sympy.expand(sympy.expand(high) + 1 / below)
    return full - 1 if function is sympy.floor and full.is_integer else function(high)


def _is_natural(expr: Any) -> bool:
    """Whether an integer expression in sizes is never negative."""
    plain: Any = sympy.expand(expr)
    if plain.is_nonnegative:
        return True
    # What is subtracted is at most what it is rounded from.
    loose = sympy.expand(plain.replace(lambda part: isinstance(part, sympy.floor), _unrounded))
    return bool(loose.is_nonnegative) and all(
        term.could_extract_minus_sign() for term in plain.args if term.has(sympy.floor)
    )


def _unrounded(part: Any) -> Any:
    return part.args[0]
