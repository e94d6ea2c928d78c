"""MeanAbsoluteLossLayer: the mean of absolute differences."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, port


class MeanAbsoluteLossLayer(Layer):
    """Average the absolute differences between the input and the target, over all entries.

    >>> MeanAbsoluteLossLayer()({"Input": [1, 2, 3], "Target": [1, 0, 5]})
    1.3333334

    Gradients go to both ports; where the two are equal they are 0. Of a sequence only its own
    elements count. Source: Wolfram `MeanAbsoluteLossLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("*d", default=Automatic)
    Target: Dims | Auto = port("*d", default=Automatic)
    Loss: Dims | Auto = port("", default=Automatic)

    def formula(self, sp, at, Input, Target):
        spot = sp.indices(len(Input.shape))
        over = [(index, 0, size - 1) for index, size in zip(spot, Input.shape, strict=True)]
        distance = sp.Abs(Input[spot] - Target[spot])
        return (sp.Sum(distance, *over) if over else distance) / sp.prod(Input.shape)

    def apply(self, xp, Input, Target):
        axes = range(1, Input.ndim)
        return xp.squeeze(xp.mean(xp.abs(Input - Target), axes), axes)
