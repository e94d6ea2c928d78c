"""TotalLayer: the sum of any number of inputs."""

from __future__ import annotations

from dataclasses import KW_ONLY
from functools import reduce
from operator import add
from typing import Any

from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, entrywise, equal, inputs, port


class TotalLayer(Layer):
    """Add all inputs, entry by entry.

    >>> TotalLayer()([[1, 2], [3, 4], [10, 20]])
    array([14., 26.], dtype=float32)

    All inputs have the same dimensions; others raise a ShapeError. ThreadingLayer(Plus) adds
    arrays of which some are repeated along a dimension. Source: Wolfram `TotalLayer`.
    """

    _: KW_ONLY
    InputPorts: Any = inputs("*d", default=Automatic)
    Output: Dims | Auto = port("*e", default=Automatic)

    def relate(self, d, e):
        for row in d:
            yield equal(row, e)

    def sees(self, d):
        return [entrywise(len(row)) for row in d]

    def formula(self, sp, at, InputPorts):
        return reduce(add, (x[at] for x in InputPorts))

    def apply(self, xp, InputPorts):
        return reduce(add, InputPorts)
