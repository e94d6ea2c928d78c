"""How large a formula becomes when it is written out: known before a term of it is made."""

from __future__ import annotations

from collections import Counter
from math import prod
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from netdsl.formula.recurrence import name_of
from netdsl.formula.result import Formula

ENTRIES = sympy.Indexed | sympy.Symbol


def parts(expr: Any) -> int:
    """Return how many names, numbers and operations an expression has."""
    if isinstance(expr, sympy.Indexed):
        return 1 + sum(parts(index) for index in expr.indices if not index.is_Integer)
    return 1 + sum(map(parts, expr.args))


def most_parts(formula: Formula, count: int) -> int:
    """Return how many parts so many entries of a formula have at most, with what they rest on.

    >>> from netdsl.formula.notation import formula_of
    >>> most_parts(formula_of(LinearLayer(3, Input=1000)), 2)
    6006
    """
    sequences = {one.name: one for one in formula.where}
    needed: Counter[str | None] = Counter({None: count})
    is_timed = any(one.first is not None for one in formula.where)
    total = 0
    for one in (None, *reversed(formula.where)):
        name = None if one is None else one.name
        if one is not None:
            every = prod(map(int, one.sizes))
            needed[name] = every if is_timed else min(every, needed[name])
        size, uses = _written(formula.entry if one is None else one.entry)
        total += needed[name] * size
        for used, times in uses.items():
            if used in sequences:
                needed[used] += needed[name] * times
    return total


def _written(expr: Any) -> tuple[int, Counter[str]]:
    """Return how many parts an expression has with its sums written out, and what it uses."""
    if isinstance(expr, ENTRIES):
        return 1, Counter([name_of(expr)])
    inner = [_written(part) for part in expr.args if not isinstance(part, sympy.Tuple)]
    size = 1 + sum(size for size, _ in inner)
    uses = sum((uses for _, uses in inner), Counter[str]())
    if isinstance(expr, ExprWithLimits):
        limits: Any = expr.limits
        times = prod(_count(low, high) for _, low, high in limits)
        return (size - 1) * times + 1, Counter(
            {name: times * number for name, number in uses.items()}
        )
    return size, uses


def _count(low: Any, high: Any) -> int:
    """Return how many terms a range has, 1 where that depends on an index."""
    found = high - low + 1
    return max(int(found), 0) if found.is_Integer else 1
