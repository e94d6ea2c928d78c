"""ParametricRampLayer: a ramp whose slope below zero is learned."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.layers._levels import levels, positions
from netdsl.spec import (
    Array,
    Auto,
    Automatic,
    Layer,
    array,
    entrywise,
    equal,
    has_rank,
    option,
    port,
)
from netdsl.symbols import Every, Span


class ParametricRampLayer(Layer):
    """Multiply negative entries by a learned slope and keep the others.

    >>> ParametricRampLayer((), Slope=0.25)([-2.0, 0.0, 4.0])
    array([-0.5,  0. ,  4. ], dtype=float32)

    A level beyond the rank, and one whose size varies, raise a ShapeError. Negative levels
    count from the innermost. Source: Wolfram `ParametricRampLayer`; He and others, "Delving
    deep into rectifiers", 2015 (PReLU).
    """

    Levels: int | Dims | Span | Every = option(
        default=(1,),
        read=levels,
        doc="levels along which each position has a slope of its own; () shares one",
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*d", default=Automatic)
    Output: Dims | Auto = port("*d", default=Automatic)
    Slope: Array | float | Auto = array(
        "*s", init=0.1, default=Automatic, doc="factor on negative entries"
    )

    def relate(self, d, s):
        if self.Levels == ():  # so much is known before the input is
            yield has_rank(s, 0, "Levels")
        yield equal(s, [d[axis] for axis in positions(self.Levels, len(d), "Levels")])

    def sees(self, d):
        return entrywise(len(d))

    def formula(self, sp, at, Input, Slope):
        x = Input[at]
        slope = Slope[tuple(at[axis] for axis in positions(self.Levels, len(at), "Levels"))]
        return sp.Piecewise((x, x >= 0), (slope * x, True))

    def apply(self, xp, Input, Slope):
        rank = Input.ndim - 1
        axes = positions(self.Levels, rank, "Levels")
        slope = xp.transpose(Slope, sorted(range(len(axes)), key=axes.__getitem__))
        sizes = [n if axis in axes else 1 for axis, n in enumerate(Input.shape[1:])]
        return xp.leaky_ramp(Input, xp.reshape(slope, sizes))
