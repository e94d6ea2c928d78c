"""ContrastiveLossLayer: distances of pairs that belong apart, or together."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.layers._numbers import real
from netdsl.spec import Auto, Automatic, Layer, option, port


class ContrastiveLossLayer(Layer):
    """Give the distance of a pair that is alike, and what a pair that differs lacks to the margin.

    >>> loss = ContrastiveLossLayer()
    >>> [loss({"Input": 0.25, "Target": differ}) for differ in (True, False)]
    [0.25, 0.25]
    >>> loss({"Input": 0.75, "Target": True})
    0.0

    The input is the distance between two things. True, or 1, says that they differ: then a
    distance from the margin on costs nothing. False, or 0, says that they are alike. A target
    between counts as both in proportion; others raise a DataError. Nothing is squared or
    halved. Sources: Wolfram `ContrastiveLossLayer`; Hadsell and others 2006, who square.
    """

    Margin: float = option(
        default=0.5, read=real(0), doc="distance from which on a pair that differs costs nothing"
    )
    _: KW_ONLY
    Input: Dims | Auto = port("", default=Automatic, doc="a distance")
    Target: Dims | Auto = port(": Real 0..1", default=Automatic, doc="whether the pair differs")
    Loss: Dims | Auto = port("", default=Automatic)

    def formula(self, sp, at, Input, Target):
        d, t = Input[at], Target[at]
        return t * sp.Max(0, self.Margin - d) + (1 - t) * d

    def apply(self, xp, Input, Target):
        return Target * xp.maximum(self.Margin - Input, 0) + (1 - Target) * Input
