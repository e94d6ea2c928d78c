"""ConstantTimesLayer: a learned factor for each entry."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Array, Auto, Automatic, Layer, array, entrywise, port


class ConstantTimesLayer(Layer):
    """Multiply each entry by a learned number of its own.

    >>> ConstantTimesLayer(Scaling=[1, 10, 100])([1.0, 2.0, 3.0])
    array([  1.,  20., 300.], dtype=float32)

    The array has the dimensions of the input and is repeated along none; a NetArrayLayer before
    ThreadingLayer(Times) is. Its entries start at 1. Other dimensions, and a length that varies,
    raise a ShapeError. It stays a layer here, with its array under this name. Source: Wolfram
    `ConstantTimesLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("*d", default=Automatic)
    Output: Dims | Auto = port("*d", default=Automatic)
    Scaling: Array | float | Auto = array(
        "*d", init=1.0, default=Automatic, doc="factor on each entry"
    )

    @property
    def is_product(self):
        """It multiplies by an array."""
        return True

    def sees(self, d):
        return entrywise(len(d))

    def formula(self, sp, at, Input, Scaling):
        return Scaling[at] * Input[at]

    def apply(self, xp, Input, Scaling):
        return Scaling * Input
