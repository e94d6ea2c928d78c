"""How large an expression becomes with what stands behind the names in it, before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import sympy
from sympy.functions.elementary.piecewise import ExprCondPair

from netdsl.formula.recurrence import name_of


@dataclass(frozen=True)
class Expanded:
    """What an expression has without names: so many parts, so deep, with so many cases.

    `uses` says how often each symbol occurs, so that what stands for an index is counted as often;
    `indices` are those of the entry that is defined.
    """

    size: int
    depth: int
    cases: int
    uses: Counter[Any] = field(default_factory=Counter[Any])
    indices: tuple[Any, ...] = ()


def expanded(expr: Any, known: Mapping[str, Expanded]) -> Expanded:
    """Return how large an expression is, given how large what some names stand for is."""
    if isinstance(expr, sympy.Indexed | sympy.Symbol) and name_of(expr) in known:
        return _put(known[name_of(expr)], [expanded(at, known) for at in _indices(expr)])
    parts = [expanded(part, known) for part in expr.args]
    size = 1 + sum(part.size for part in parts)
    uses = sum((part.uses for part in parts), Counter[Any]([expr] if expr.is_Symbol else ()))
    depth = 1 + max((part.depth for part in parts), default=0)
    if isinstance(expr, ExprCondPair):
        # sympy takes choices out of a condition: each of its cases repeats it.
        value, condition = parts
        return Expanded(size + condition.size * (condition.cases - 1), depth, value.cases, uses)
    kind = sum if isinstance(expr, sympy.Piecewise) else prod
    return Expanded(size, depth, kind(part.cases for part in parts), uses)


def _indices(expr: Any) -> tuple[Any, ...]:
    return getattr(expr, "indices", ())


def _put(one: Expanded, at: list[Expanded]) -> Expanded:
    """Return what a definition becomes with these expressions for its indices."""
    size, depth, uses = one.size, one.depth, Counter[Any]()
    for index, put in zip(one.indices, at, strict=True):
        times = one.uses[index]
        size += times * (put.size - 1)
        depth += put.depth - 1 if times else 0
        uses += Counter({symbol: times * count for symbol, count in put.uses.items()})
    return Expanded(size, depth, one.cases, uses)
