"""Between which sizes and numbers an expression in indices lies, and whether an index is inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import sympy

from netdsl.formula.functions import Ceiling, Floor, Mod

Ends = tuple[Any, Any]
"""The least and the largest value, in numbers and sizes; None where one is not known."""
Ranges = Mapping[Any, Ends]
"""The first and the last value of each index; they may depend on other indices."""
UNKNOWN: Ends = (None, None)


def ranges_of(indices: Iterable[Any], sizes: Iterable[Any]) -> dict[Any, Ends]:
    """Return the ranges of the indices of an array."""
    pairs = zip(indices, sizes, strict=True)
    return {index: (sympy.S.Zero, sympy.sympify(size) - 1) for index, size in pairs}


def inner_ranges(limits: Iterable[Any], ranges: Ranges) -> dict[Any, Ends]:
    """Return ranges with those of the indices of a sum, the last of which is the outer one."""
    found = dict(ranges)
    for index, low, high in reversed(list(limits)):
        found[index] = ends(low, found)[0], ends(high, found)[1]
    return found


def is_whole(expr: Any) -> bool:
    """Whether an expression is made of indices and sizes alone."""
    return all(symbol.is_Symbol and symbol.is_integer for symbol in expr.free_symbols)


def is_inside(position: Any, size: Any, ranges: Ranges) -> bool:
    """Whether a position certainly lies within an axis of this size.

    >>> i, n = sympy.Symbol("i", integer=True), sympy.Symbol("n", integer=True, positive=True)
    >>> is_inside(i + 4, n, {i: (0, n - 5)}), is_inside(i - 1, n, {i: (0, n - 1)})
    (True, False)
    """
    return all(is_never_negative(room, ranges) for room in (position, size - 1 - position))


def is_never_negative(expr: Any, ranges: Ranges) -> bool:
    """Whether an expression is known to be at least 0, whatever the sizes, which are 1 or more."""
    low = ends(expr, ranges)[0]
    return low is not None and _is_natural(sympy.sympify(low))


def ends(expr: Any, ranges: Ranges) -> Ends:
    """Return the least and the largest value of an expression, None for what is not known.

    >>> i, n = sympy.Symbol("i", integer=True), sympy.Symbol("n", integer=True, positive=True)
    >>> ends(2 * i - 1, {i: (0, n - 1)}), ends(sympy.Max(i, 2), {i: (0, None)})
    ((-1, 2*n - 3), (2, None))
    """
    expr = sympy.sympify(expr)
    if expr in ranges:
        low, high = ranges[expr]
        return (
            None if low is None else ends(low, ranges)[0],
            None if high is None else ends(high, ranges)[1],
        )
    if _is_fixed(expr, ranges):
        return expr, expr
    rule = RULES.get(type(expr))
    return UNKNOWN if rule is None else rule(expr, ranges)


def _is_fixed(expr: Any, ranges: Ranges) -> bool:
    """Whether an expression is made of numbers and sizes alone."""
    return all(
        symbol.is_integer and symbol.is_positive and symbol not in ranges
        for symbol in expr.free_symbols
    )


# ---- rules by kind of expression ---------------------------------------------------------------


def _each(parts: Iterable[Any], ranges: Ranges) -> tuple[list[Any], list[Any]]:
    """Return the least values of several expressions, and the largest."""
    found = [ends(part, ranges) for part in parts]
    return [low for low, _ in found], [high for _, high in found]


def _if_known(function: Any, *values: Any) -> Any:
    return None if any(value is None for value in values) else function(*values)


def _sum(expr: Any, ranges: Ranges) -> Ends:
    # Terms that cancel are gone once it is expanded.
    lows, highs = _each(sympy.Add.make_args(sympy.expand(expr)), ranges)
    return _if_known(sympy.Add, *lows), _if_known(sympy.Add, *highs)


def _product(expr: Any, ranges: Ranges) -> Ends:
    factor: Any = sympy.Mul(*(part for part in expr.args if _is_fixed(part, ranges)))
    lows, highs = _each((part for part in expr.args if not _is_fixed(part, ranges)), ranges)
    if len(lows) > 1 and not _are_natural(lows):
        return UNKNOWN
    low, high = _if_known(sympy.Mul, factor, *lows), _if_known(sympy.Mul, factor, *highs)
    if _is_natural(factor):
        return low, high
    return (high, low) if _is_natural(-factor) else UNKNOWN


def _power(expr: Any, ranges: Ranges) -> Ends:
    base, exponent = expr.args
    low, high = ends(base, ranges)
    if not (exponent.is_Integer and exponent.is_positive and _are_natural([low])):
        return UNKNOWN
    return low**exponent, _if_known(sympy.Pow, high, exponent)


def _floor(expr: Any, ranges: Ranges) -> Ends:
    low, high = ends(expr.args[0], ranges)
    return _if_known(sympy.floor, low), _if_known(_floored, high)


def _ceiling(expr: Any, ranges: Ranges) -> Ends:
    low, high = ends(expr.args[0], ranges)
    return _if_known(sympy.ceiling, low), _if_known(sympy.ceiling, high)


def _extreme(expr: Any, ranges: Ranges) -> Ends:
    """Return the ends of the largest or the least of several; one of them is enough for one end."""
    lows, highs = _each(expr.args, ranges)
    if isinstance(expr, sympy.Max):
        return _extreme_of_known(sympy.Max, lows), _if_known(sympy.Max, *highs)
    return _if_known(sympy.Min, *lows), _extreme_of_known(sympy.Min, highs)


def _extreme_of_known(function: Any, values: list[Any]) -> Any:
    known = [value for value in values if value is not None]
    return function(*known) if known else None


def _size(expr: Any, ranges: Ranges) -> Ends:
    low, high = ends(expr.args[0], ranges)
    if _are_natural([low]):
        return low, high
    return sympy.S.Zero, _if_known(lambda low, high: sympy.Max(-low, high), low, high)


def _rest(expr: Any, ranges: Ranges) -> Ends:
    whole, divisor = expr.args
    is_plain = whole.is_integer and divisor.is_integer
    if not (is_plain and is_never_negative(divisor - 1, ranges)):
        return UNKNOWN
    return sympy.S.Zero, ends(divisor - 1, ranges)[1]


def _choice(expr: Any, ranges: Ranges) -> Ends:
    lows, highs = _each((value for value, _ in expr.args), ranges)
    return _if_known(sympy.Min, *lows), _if_known(sympy.Max, *highs)


RULES: dict[Any, Any] = {
    sympy.Add: _sum,
    sympy.Mul: _product,
    sympy.Pow: _power,
    sympy.floor: _floor,
    Floor: _floor,
    sympy.ceiling: _ceiling,
    Ceiling: _ceiling,
    sympy.Max: _extreme,
    sympy.Min: _extreme,
    sympy.Abs: _size,
    sympy.Mod: _rest,
    Mod: _rest,
    sympy.Piecewise: _choice,
}


# ---- expressions in sizes ----------------------------------------------------------------------


def _floored(high: Any) -> Any:
    """Return an end rounded down: what is a fraction below an integer, one less than that."""
    below = sympy.fraction(sympy.together(high))[1]
    full = sympy.expand(sympy.expand(high) + 1 / below)
    is_below = full.is_integer and below.is_integer and below.is_positive
    return full - 1 if is_below else sympy.floor(high)


def _are_natural(exprs: Iterable[Any]) -> bool:
    return all(expr is not None and _is_natural(expr) for expr in exprs)


@lru_cache(maxsize=4096)
def _is_natural(expr: Any) -> bool:
    """Whether an expression in sizes, which are 1 or more, is never negative."""
    plain: Any = sympy.expand(expr.xreplace({size: 1 + _less(size) for size in expr.free_symbols}))
    if plain.is_nonnegative:
        return True
    loose = sympy.expand(sympy.Add(*map(_loosened, sympy.Add.make_args(plain))))
    return bool(loose.is_nonnegative)


@lru_cache(maxsize=4096)
def _less(size: Any) -> Any:
    """Return a symbol for a size less 1."""
    return sympy.Dummy(f"{size}_less", integer=True, nonnegative=True)


def _loosened(term: Any) -> Any:
    """Return a term, and for one that subtracts what is rounded down, one that is no larger."""
    factor, rest = term.as_independent(sympy.floor, as_Add=False)
    is_less = isinstance(rest, sympy.floor) and factor.is_nonpositive
    return factor * rest.args[0] if is_less else term
