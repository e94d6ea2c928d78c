"""SummationLayer: the sum of all entries."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, port


class SummationLayer(Layer):
    """Add up all entries of the input.

    >>> SummationLayer()([1, 2, 3, 4])
    10.0

    Of a sequence whose length varies, each example has its own entries. AggregationLayer(Total)
    adds along some levels, TotalLayer adds several inputs. Source: Wolfram `SummationLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("*d", default=Automatic)
    Output: Dims | Auto = port("", default=Automatic)

    @property
    def is_total(self):
        """It adds up all entries."""
        return True

    def formula(self, sp, at, Input):
        spot = sp.indices(len(Input.shape))
        over = [(index, 0, size - 1) for index, size in zip(spot, Input.shape, strict=True)]
        return sp.Sum(Input[spot], *over) if over else Input[spot]

    def apply(self, xp, Input):
        axes = range(1, Input.ndim)
        return xp.squeeze(xp.sum(Input, axes), axes)
