"""TransposeLayer: levels that change places."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from netdsl.dims import Dims
from netdsl.layers._exchanges import exchanged, exchanges, shown
from netdsl.spec import Auto, Automatic, Layer, Sight, equal, option, port, same_rank


class TransposeLayer(Layer):
    """Exchange levels.

    >>> TransposeLayer()([[1, 2, 3], [4, 5, 6]])
    array([[1., 4.],
           [2., 5.],
           [3., 6.]], dtype=float32)

    `TransposeLayer({1: 3})` exchanges levels 1 and 3; of several pairs, also given as a list
    [(1, 3), (1, 4)], each sees what the one before it made. `TransposeLayer((2, 3, 1))` makes
    level 1 of the input level 2 of the output, 2 level 3, and 3 level 1; levels that a
    permutation does not reach stay. Negative levels count from the innermost; one beyond the rank
    raises a ShapeError. A length that varies may be moved: examples of different lengths then
    run apart. Source: Wolfram `TransposeLayer`, where pairs are written `m <-> n`.
    """

    Levels: tuple[Any, ...] | dict[int, int] = option(
        default=((1, 2),),
        read=exchanges,
        show=shown,
        doc="pairs of levels to exchange, one after the other; or the new level of each",
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*d : k", default=Automatic)
    Output: Dims | Auto = port("*e : k", default=Automatic)

    def order(self, rank):
        """Return the axis of the input that each axis of the output is."""
        return exchanged(self.Levels, rank, "Levels")

    def relate(self, d, e):
        yield from same_rank(d, e)
        yield equal(e, [d[axis] for axis in self.order(len(d))])

    def sees(self, d):
        order = self.order(len(d))
        return tuple(Sight(order.index(axis)) for axis in range(len(d)))

    def formula(self, sp, at, Input):
        order = self.order(len(at))
        return Input[tuple(at[order.index(axis)] for axis in range(len(at)))]

    def apply(self, xp, Input):
        return xp.transpose(Input, (0, *(axis + 1 for axis in self.order(Input.ndim - 1))))
