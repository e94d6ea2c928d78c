"""Entries in order: the rank of each, and what lies at a place between two of them."""

from __future__ import annotations

from math import floor, prod
from typing import Any


def ranks(sp: Any, entries: Any, axes: Any) -> Any:
    """Return the sequence r of ranks: at each index, how many entries along some axes go before.

    Those are the smaller ones, and of equal ones those at an earlier place.
    """
    sizes = tuple(entries.shape[axis] for axis in axes)

    def rule(*at: Any) -> Any:
        others = sp.indices(len(axes))
        spot = list(at)
        for axis, other in zip(axes, others, strict=True):
            spot[axis] = other
        own, other = entries[at], entries[tuple(spot)]
        place = sp.ravel(tuple(at[axis] for axis in axes), sizes)
        is_before = sp.ravel(others, sizes) < place
        goes_before = sp.Or(other < own, sp.And(sp.Eq(other, own), is_before))
        over = [(index, 0, size - 1) for index, size in zip(others, sizes, strict=True)]
        return sp.Sum(sp.Piecewise((1, goes_before), (0, True)), *over)

    return sp.sequence("r", entries.shape, rule)


def weight(sp: Any, rank: Any, place: Any) -> Any:
    """Return how much the entry of a rank counts at a place, linearly between two ranks."""
    return sp.Max(0, 1 - sp.Abs(rank - place))


def sorted_along(xp: Any, x: Any, axes: Any) -> Any:
    """Return the entries along some axes in order, on one axis, the last."""
    rest = [axis for axis in range(x.ndim) if axis not in axes]
    turned = xp.transpose(x, (*rest, *axes))
    count = prod(x.shape[axis] for axis in axes)
    return xp.sort(xp.reshape(turned, (*turned.shape[: len(rest)], count)))


def at_place(xp: Any, x: Any, place: float) -> Any:
    """Return what lies at a place on the last axis, from 0, linearly between two entries."""
    low, axis = floor(place), x.ndim - 1
    one = xp.slice(x, axis=axis, start=low, stop=low + 1)
    if place == low:
        return one
    other = xp.slice(x, axis=axis, start=low + 1, stop=low + 2)
    return (1 - (place - low)) * one + (place - low) * other
