"""UnitVectorLayer: integers as vectors of zeros and a one."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.layers._classes import size
from netdsl.spec import Auto, Automatic, Layer, entrywise, option, port


class UnitVectorLayer(Layer):
    """Turn each integer into a vector that is 1 at that place and 0 elsewhere.

    >>> UnitVectorLayer(3)(2)
    array([0., 1., 0.], dtype=float32)

    Places count from 1. How many there are may follow from an encoder at Input, or from what takes
    the output. An integer outside raises a DataError; there is no gradient by the input.
    Source: Wolfram `UnitVectorLayer`.
    """

    ClassCount: int | Auto = option(
        default=Automatic, read=size, doc="size of the vectors; integers go from 1 to it"
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*d : 1..ClassCount", default=Automatic)
    Output: Dims | Auto = port("*d ClassCount", default=Automatic)

    def sees(self, d):
        return entrywise(len(d))

    def formula(self, sp, at, Input):
        *spot, place = at
        return sp.Piecewise((1, sp.Eq(Input[tuple(spot)], place + 1)), (0, True))

    def apply(self, xp, Input):
        return xp.unit(Input - 1, size=xp.sizes("Output")[-1])
