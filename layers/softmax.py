"""SoftmaxLayer: positive numbers that sum to 1."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.layers._levels import level, positions
from netdsl.spec import Auto, Automatic, Layer, entrywise, equal, option, port


class SoftmaxLayer(Layer):
    """Exponentiate the entries along a level and divide by their sum.

    >>> SoftmaxLayer()([5.0, 5.0, -100.0])
    array([0.5, 0.5, 0. ], dtype=float32)

    The largest entry is subtracted first, so that large inputs do not overflow. A number as
    input, and a level beyond the rank, raise a ShapeError. Source: Wolfram `SoftmaxLayer`.
    """

    Level: int = option(
        default=-1, read=level, doc="level along which to normalize, negative from the inside"
    )
    _: KW_ONLY
    Input: Dims | Auto = port("+d", default=Automatic, doc="an array, not a number")
    Output: Dims | Auto = port("+d", default=Automatic)

    def relate(self, d):
        positions((self.Level,), len(d), "Level")
        yield equal(d, d)

    def sees(self, d):
        return entrywise(len(d), positions((self.Level,), len(d), "Level"))

    def formula(self, sp, at, Input):
        (axis,) = positions((self.Level,), len(at), "Level")
        (other,) = sp.indices(1)
        along = Input[(*at[:axis], other, *at[axis + 1 :])]
        return sp.exp(Input[at]) / sp.Sum(sp.exp(along), (other, 0, Input.shape[axis] - 1))

    def apply(self, xp, Input):
        (axis,) = positions((self.Level,), Input.ndim - 1, "Level")
        return xp.softmax(Input, axis + 1)
