"""MeanSquaredLossLayer: the mean of squared differences."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, port


class MeanSquaredLossLayer(Layer):
    """Average the squared differences between the input and the target, over all entries.

    >>> MeanSquaredLossLayer()({"Input": [1, 2, 3], "Target": [1, 0, 5]})
    2.6666667

    Gradients go to both ports. Source: Wolfram `MeanSquaredLossLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("*d", default=Automatic)
    Target: Dims | Auto = port("*d", default=Automatic)
    Loss: Dims | Auto = port("", default=Automatic)

    def formula(self, sp, at, Input, Target):
        spot = sp.indices(len(Input.shape))
        over = [(index, 0, size - 1) for index, size in zip(spot, Input.shape, strict=True)]
        square = (Input[spot] - Target[spot]) ** 2
        return (sp.Sum(square, *over) if over else square) / sp.prod(Input.shape)

    def apply(self, xp, Input, Target):
        axes = range(1, Input.ndim)
        return xp.squeeze(xp.mean(xp.square(Input - Target), axes), axes)
