"""SequenceLastLayer: the last element of a sequence."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, port


class SequenceLastLayer(Layer):
    """Take the last element of a sequence.

    >>> SequenceLastLayer(Input=("Varying", 2))([[1, 2], [3, 4], [5, 6]])
    array([5., 6.], dtype=float32)

    The sequence runs along the first dimension. An empty one raises a DataError, a number a
    ShapeError. Source: Wolfram `SequenceLastLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("n *d : k", default=Automatic, doc="a sequence")
    Output: Dims | Auto = port("*d : k", default=Automatic)

    def formula(self, sp, at, Input):
        return Input[(Input.shape[0] - 1, *at)]

    def apply(self, xp, Input):
        return xp.last(Input)
