"""AggregationLayer: one number of all entries along some levels."""

from __future__ import annotations

from dataclasses import KW_ONLY
from itertools import count
from typing import Any

from netdsl import functions
from netdsl.dims import Dims
from netdsl.errors import SettingError, ShapeError
from netdsl.layers._aggregations import AGGREGATIONS, Entries
from netdsl.layers._levels import levels, positions, rank_of, wait_for_rank
from netdsl.spec import (
    Auto,
    Automatic,
    Layer,
    Sight,
    at_least,
    equal,
    has_rank,
    option,
    port,
    product,
)
from netdsl.symbols import All, Every, Span


def read_levels(spec: Any) -> Any:
    """Read the levels, at least one; "All" means All."""
    found = All if isinstance(spec, str) and spec == "All" else levels(spec)
    if found == () or (isinstance(found, Span) and _count(found) == 0):
        raise SettingError(
            "There is no level to aggregate.", expected="at least one level", got=repr(spec)
        )
    return found


def _count(spec: Any) -> int | None:
    """Return how many levels are named, None where that depends on the rank."""
    if isinstance(spec, tuple):
        return len(spec)
    if not isinstance(spec, Span) or isinstance(spec.last, Every):
        return None
    is_open = (spec.first > 0) != (spec.last > 0)
    return None if is_open else len(range(spec.first, spec.last + 1, spec.step))


class AggregationLayer(Layer):
    """Make one number, such as the mean, of all entries along some levels.

    >>> AggregationLayer(Mean)([[1, 2, 3], [4, 5, 9]])
    array([2., 6.], dtype=float32)
    >>> AggregationLayer("Max", 1)([[1, 5], [4, 2]])
    array([4., 5.], dtype=float32)

    The levels disappear, the others keep their order. Variance divides by the number of entries
    less 1; a quartile lies at 1/2 + n q of the n entries in order, the median of an even number
    between the two in the middle. Along a length that varies each example has its own entries.
    Equally large entries share the gradient of Max and Min; a StandardDeviation of 0 has a
    gradient of 0. A level beyond the rank, as the default is for a vector, and the variance of
    one number raise a ShapeError. Source: Wolfram `AggregationLayer`.
    """

    Function: functions.Statistic | functions.Function | str = option(
        read=functions.aggregation, doc=", ".join(functions.AGGREGATIONS)
    )
    Levels: int | Dims | Span | Every = option(
        default=Span(2, All), read=read_levels, doc="levels whose entries become one number"
    )
    _: KW_ONLY
    Input: Dims | Auto = port("+d", default=Automatic, doc="an array, not a number")
    Output: Dims | Auto = port("*e", default=Automatic)

    @property
    def aggregation(self):
        """The function: its formula and its computation."""
        function: Any = self.Function
        return AGGREGATIONS[function.name]

    def axes(self, rank):
        """Return the axes along which entries become one."""
        found = positions(self.Levels, rank, "Levels")
        if not found:
            raise ShapeError("There is no level to aggregate.", setting="Levels", got=self.Levels)
        return found

    def alternatives(self):
        return ({"Levels": spec} for spec in ((1,), All) if spec != self.Levels)

    def relate(self, d, e):
        function: Any = self.Function
        spec, count = self.Levels, _count(self.Levels)
        if spec is All:
            yield has_rank(e, 0, "Levels")
        elif isinstance(spec, Span) and spec.last is All and spec.first > 0 and spec.step == 1:
            yield has_rank(e, spec.first - 1, "Levels")
        elif count is not None:
            wait_for_rank(d, e)
            rank = rank_of(d) or len(e) + count
            self.axes(rank)
            yield has_rank(d, rank, "Levels")
        axes = self.axes(len(d))
        yield equal(e, [size for axis, size in enumerate(d) if axis not in axes], "Levels")
        yield at_least(product(d[axis] for axis in axes), function.least, "Function")

    @property
    def is_total(self):
        """Whether it adds up entries."""
        function: Any = self.Function
        return function.name == "Total"

    def sees(self, d):
        axes, left = self.axes(len(d)), count()
        return tuple(All if axis in axes else Sight(next(left)) for axis in range(len(d)))

    def formula(self, sp, at, Input):
        axes = self.axes(len(Input.shape))
        return self.aggregation.formula(Entries(sp, Input, axes, at))

    def apply(self, xp, Input):
        axes = tuple(axis + 1 for axis in self.axes(Input.ndim - 1))
        found = self.aggregation.compute(xp, Input, axes)
        return xp.reshape(found, (Input.shape[0], *xp.sizes("Output")))
