"""Sums over what reaches an entry, instead of over all that might, as in a deconvolution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from netdsl.formula.bounds import is_whole
from netdsl.formula.recurrence import name_of

At = tuple[Any, ...]
Dims = Mapping[str, At]


def narrowed(expr: Any, dims: Dims) -> Any:
    """Return an equal expression whose sums run along the shorter one of two arrays.

    >>> i, m = sympy.symbols("i m", integer=True)
    >>> x, w = sympy.IndexedBase("x"), sympy.IndexedBase("w")
    >>> narrowed(sympy.Sum(x[m] * w[i - m], (m, 0, 99)), {"x": (100,), "w": (3,)})
    Sum(w[m]*x[i - m], (m, 0, 2))

    Beyond their ends arrays are zero: the long one may be read there as well as the short one.
    """
    sums = [one for one in expr.atoms(sympy.Sum) if type(one) is sympy.Sum]
    new = {one: found for one in sums if (found := _sum(one, dims)) is not one}
    return expr.xreplace(new) if new else expr


def _sum(total: Any, dims: Dims) -> Any:
    bound = {limit[0] for limit in total.limits}
    if any((low + high).free_symbols & bound for _, low, high in total.limits):
        return total
    factors: list[Any] = list(sympy.Mul.make_args(total.function))
    deltas, limits = list[Any](), list[Any]()
    for index, low, high in total.limits:
        found = _position(factors, index, (low, high), dims)
        limits.append((index, low, high) if found is None else (index, 0, found[1] - 1))
        if found is None:
            continue
        position: Any = found[0]
        step = -position.coeff(index)
        reached = position + step * index - index
        back = {index: sympy.floor(reached / step)}
        factors = [_put(factor, position, index, back) for factor in factors]
        # No Piecewise: sympy would take it out of the sums that this one is in.
        deltas = [one.xreplace(back) for one in deltas]
        deltas += [] if step == 1 else [sympy.KroneckerDelta(sympy.Mod(reached, step), 0)]
    if limits == list(map(tuple, total.limits)):
        return total
    return sympy.Sum(sympy.Mul(*factors, *deltas), *limits)


def _position(factors: list[Any], index: Any, ends: At, dims: Dims) -> At | None:
    """Return the position in a short array that an index moves back along, and its size."""
    entries = [one for one in factors if isinstance(one, sympy.Indexed) and name_of(one) in dims]
    axes: list[Any] = [
        pair for one in entries for pair in zip(one.indices, dims[name_of(one)], strict=True)
    ]
    if not any(at == index and ends == (0, size - 1) for at, size in axes):
        return None
    return next(
        (pair for pair in axes if _is_back(pair[0], index) and _is_less(pair[1], ends)), None
    )


def _is_back(at: Any, index: Any) -> bool:
    """Whether a position goes back in equal steps as an index goes on."""
    step = -at.coeff(index)
    is_plain = step.is_Integer and step > 0 and index not in (at + step * index).free_symbols
    return bool(is_plain and is_whole(at) and at.is_integer)


def _is_less(size: Any, ends: At) -> bool:
    return bool(sympy.sympify(size).is_Integer and (ends[1] - size).is_nonnegative)


def _put(factor: Any, position: Any, index: Any, back: dict[Any, Any]) -> Any:
    """Return a factor in which the index is the position in the short array."""
    if not isinstance(factor, sympy.Indexed):
        return factor.xreplace(back)
    at = (index if one == position else one.xreplace(back) for one in factor.indices)
    base: Any = factor.base
    return base[tuple(at)]
