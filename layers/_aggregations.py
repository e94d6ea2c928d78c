"""What makes one number of several entries: each as a formula, and on whole arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netdsl.layers._ranks import at_place, ranks, sorted_along, weight


class Entries:
    """The entries of an array along some axes, in a formula; `rest` are the other indices.

    `one` is any of them, at the index `at`; `over` are the ranges of the indices that run.
    """

    def __init__(self, sp: Any, array: Any, axes: Any, rest: Any) -> None:
        self.sp, self.array, self.axes, self.rest = sp, array, axes, rest
        inner = dict(zip(axes, sp.indices(len(axes)), strict=True))
        outer = iter(rest)
        ranks = range(len(array.shape))
        self.at = tuple(inner[axis] if axis in inner else next(outer) for axis in ranks)
        self.over = [(index, 0, array.shape[axis] - 1) for axis, index in inner.items()]
        self.count = sp.prod(array.shape[axis] for axis in axes)
        self.one = array[self.at]

    def again(self) -> Entries:
        """Return the same entries, with other indices that run."""
        return Entries(self.sp, self.array, self.axes, self.rest)

    def total(self, term: Any) -> Any:
        """Return the sum of a term over all entries."""
        return self.sp.Sum(term, *self.over)

    def from_mean(self) -> Any:
        """Return the distance of one entry from the mean of all."""
        other = self.again()
        return self.one - other.total(other.one) / self.count


@dataclass(frozen=True)
class Aggregation:
    """A function of entries: its formula, and its computation, which keeps the axes with size 1."""

    formula: Callable[[Entries], Any]
    compute: Callable[[Any, Any, tuple[int, ...]], Any]


# ---- on whole arrays -------------------------------------------------------------------------


def _multiplied(xp: Any, x: Any, axes: tuple[int, ...]) -> Any:
    """Multiply halves along each axis, so that the gradient holds at zeros too."""
    for axis in axes:
        while (size := x.shape[axis]) > 1:
            half = size // 2
            first = xp.slice(x, axis=axis, start=0, stop=half)
            second = xp.slice(x, axis=axis, start=half, stop=2 * half)
            pairs = first * second
            last = xp.slice(x, axis=axis, start=2 * half, stop=size)
            x = pairs if size == 2 * half else xp.concatenate(pairs, last, axis=axis)
    return x


def _variance(xp: Any, x: Any, axes: tuple[int, ...]) -> Any:
    squares = xp.sum(xp.square(x - xp.mean(x, axes)), axes)
    return squares / (xp.count(x, axes, least=2) - 1)


def _deviation(xp: Any, x: Any, axes: tuple[int, ...]) -> Any:
    variance = _variance(xp, x, axes)
    # The slope of a square root is infinite at 0.
    is_more = variance > 0
    return xp.where(is_more, xp.sqrt(xp.where(is_more, variance, 1.0)), 0.0)


def _mean_deviation(xp: Any, x: Any, axes: tuple[int, ...]) -> Any:
    return xp.mean(xp.abs(x - xp.mean(x, axes)), axes)


def _median(xp: Any, x: Any, axes: tuple[int, ...]) -> Any:
    ordered = sorted_along(xp, x, axes)
    return at_place(xp, ordered, (ordered.shape[-1] - 1) / 2)


def _between_quartiles(xp: Any, x: Any, axes: tuple[int, ...]) -> Any:
    ordered = sorted_along(xp, x, axes)
    low, high = _quartiles(ordered.shape[-1], max, min)
    return at_place(xp, ordered, high) - at_place(xp, ordered, low)


# ---- places in order ---------------------------------------------------------------------------


def _quartiles(count: Any, at_least: Any, at_most: Any) -> tuple[Any, Any]:
    """Return the places of both quartiles, from 0: at n q - 1/2, within the entries."""
    return at_least((count - 2) / 4, 0), at_most((3 * count - 2) / 4, count - 1)


def _ranked(entries: Entries, *places: tuple[int, Any]) -> Any:
    """Return the sum of what lies at places in order, each with a factor."""
    sp = entries.sp
    rank = ranks(sp, entries.array, entries.axes)[entries.at]
    return entries.total(entries.one * sum(f * weight(sp, rank, place) for f, place in places))


def _ranked_between_quartiles(entries: Entries) -> Any:
    sp = entries.sp
    low, high = _quartiles(sp.sympify(entries.count), sp.Max, sp.Min)
    return _ranked(entries, (1, high), (-1, low))


AGGREGATIONS = {
    "Total": Aggregation(lambda e: e.total(e.one), lambda xp, x, axes: xp.sum(x, axes)),
    "Mean": Aggregation(lambda e: e.total(e.one) / e.count, lambda xp, x, axes: xp.mean(x, axes)),
    "Max": Aggregation(lambda e: e.sp.largest(e.one, *e.over), lambda xp, x, axes: xp.max(x, axes)),
    "Min": Aggregation(
        lambda e: -e.sp.largest(-e.one, *e.over), lambda xp, x, axes: -xp.max(-x, axes)
    ),
    "Times": Aggregation(lambda e: e.sp.Product(e.one, *e.over), _multiplied),
    "Variance": Aggregation(lambda e: e.total(e.from_mean() ** 2) / (e.count - 1), _variance),
    "StandardDeviation": Aggregation(
        lambda e: e.sp.sqrt(e.total(e.from_mean() ** 2) / (e.count - 1)), _deviation
    ),
    "MeanDeviation": Aggregation(
        lambda e: e.total(e.sp.Abs(e.from_mean())) / e.count, _mean_deviation
    ),
    "Median": Aggregation(lambda e: _ranked(e, (1, (e.sp.sympify(e.count) - 1) / 2)), _median),
    "InterquartileRange": Aggregation(_ranked_between_quartiles, _between_quartiles),
}
