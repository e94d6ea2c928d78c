"""ConstantPlusLayer: a learned offset for each entry."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Array, Auto, Automatic, Layer, array, entrywise, port


class ConstantPlusLayer(Layer):
    """Add to each entry a learned number of its own.

    >>> ConstantPlusLayer(Biases=[10, 20, 30])([1.0, 2.0, 3.0])
    array([11., 22., 33.], dtype=float32)

    The array has the dimensions of the input and is repeated along none; a NetArrayLayer before
    ThreadingLayer(Plus) is. Its entries start at 0. Other dimensions, and a length that varies,
    raise a ShapeError. It stays a layer here, with its array under this name. Source: Wolfram
    `ConstantPlusLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("*d", default=Automatic)
    Output: Dims | Auto = port("*d", default=Automatic)
    Biases: Array | float | Auto = array(
        "*d", init="biases", default=Automatic, doc="offset of each entry"
    )

    def sees(self, d):
        return entrywise(len(d))

    def formula(self, sp, at, Input, Biases):
        return Input[at] + Biases[at]

    def apply(self, xp, Input, Biases):
        return Input + Biases
