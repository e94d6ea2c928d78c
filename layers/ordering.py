"""OrderingLayer: the places of the entries of a vector in order."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any, SupportsIndex

from netdsl.dims import Dims
from netdsl.errors import SettingError
from netdsl.layers._ranks import ranks
from netdsl.spec import Auto, Automatic, Layer, at_least, equal, option, port
from netdsl.symbols import All, Every


def count(spec: Any) -> Any:
    """Read how many places: All, the first n, or the last n where it is negative."""
    if spec is All or spec == "All":
        return All
    if isinstance(spec, bool) or not isinstance(spec, SupportsIndex) or spec == 0:
        raise SettingError(
            "OrderingLayer takes a number of places.",
            expected="All, the first n of the order, or the last n as -n",
            got=repr(spec),
        )
    return spec.__index__()


class OrderingLayer(Layer):
    """Give the places of the entries of a vector, from the smallest entry to the largest.

    >>> OrderingLayer()([30, 10, 40, 10])
    array([2, 4, 1, 3])
    >>> OrderingLayer(-2)([30, 10, 40, 10])
    array([1, 3])

    Places count from 1; of equal entries the first comes first. `OrderingLayer(2)` gives the
    places of the two smallest, -2 of the two largest, also from the smaller to the larger. More
    places than there are entries raise a ShapeError. There is no gradient. Source: Wolfram
    `OrderingLayer`.
    """

    Count: int | Every = option(
        default=All, read=count, doc="how many places: All, the first n, or the last n as -n"
    )
    _: KW_ONLY
    Input: Dims | Auto = port("n", default=Automatic, doc="a vector")
    Output: Dims | Auto = port("m : 1..n", default=Automatic)

    def alternatives(self):
        return () if isinstance(self.Count, Every) else ({"Count": All},)

    def relate(self, n, m):
        if isinstance(self.Count, Every):
            yield equal(m, n)
        else:
            yield at_least(n, abs(self.Count), "Count")
            yield equal(m, abs(self.Count), "Count")

    def start(self, size):
        """Return the place in order, from 0, of the first entry that is given."""
        is_last = not isinstance(self.Count, Every) and self.Count < 0
        return size + self.Count if is_last else 0

    def formula(self, sp, at, Input):
        (place,), (other,), (size,) = at, sp.indices(1), Input.shape
        rank = ranks(sp, Input, (0,))[other,]
        here = sp.Eq(rank, place + self.start(size))
        return sp.Sum(sp.Piecewise((other + 1, here), (0, True)), (other, 0, size - 1))

    def apply(self, xp, Input):
        order = xp.order(Input) + 1
        if isinstance(self.Count, Every):
            return order
        start = self.start(Input.shape[1])
        return xp.slice(order, axis=1, start=start, stop=start + abs(self.Count))
