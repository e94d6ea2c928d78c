"""NetArrayLayer: a learned array without an input."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Array as Values
from netdsl.spec import Auto, Automatic, Layer, array, port


class NetArrayLayer(Layer):
    """Give an array, the same one for every example.

    >>> NetArrayLayer(Array=[1, 2])()
    array([1., 2.], dtype=float32)
    >>> NetGraph(
    ...     {"offset": NetArrayLayer(Array=[1, 2]), "sum": TotalLayer()},
    ...     [(["offset", NetPort("Input")], "sum")],
    ... )([10, 20])
    array([11., 22.], dtype=float32)

    It feeds other layers of a NetGraph and is learned there; its gradient adds up over the batch.
    LearningRateMultipliers=0 keeps it as it is. Without a value NetInitialize draws it as weights.
    ConstantArrayLayer is another name of it. Data raise a DataError, a length that varies a
    ShapeError. Source: Wolfram `NetArrayLayer`, formerly `ConstantArrayLayer`.
    """

    _: KW_ONLY
    Array: Values | Auto = array(
        "*d", init="weights", default=Automatic, doc="what the output is; a number is one of rank 0"
    )
    Output: Dims | Auto = port("*d", default=Automatic)

    def formula(self, sp, at, Array):
        return Array[at]

    def apply(self, xp, Array):
        return xp.broadcast_to(Array, (xp.batch, *Array.shape))


ConstantArrayLayer = NetArrayLayer
"""The name of NetArrayLayer up to version 12.1."""
