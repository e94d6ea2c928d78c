"""EmbeddingLayer: a learned vector for each integer."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.layers._classes import size
from netdsl.spec import Array, Auto, Automatic, Layer, array, entrywise, option, port


class EmbeddingLayer(Layer):
    """Turn each integer into a learned vector, the row of that number in a table.

    >>> EmbeddingLayer(Weights=[[1, 2], [3, 4], [5, 6]])([3, 1])
    array([[5., 6.],
           [1., 2.]], dtype=float32)

    Rows count from 1. The size of the vectors comes first, `EmbeddingLayer(size, classes)`; both
    follow from Weights, and the number of classes from an encoder at Input, where nothing else
    says it. NetInitialize draws them as weights of so many inputs as a vector has
    entries. An integer outside raises a DataError; there is no gradient by the input. Source:
    Wolfram `EmbeddingLayer`.
    """

    Size: int | Auto = option(default=Automatic, read=size, doc="size of the vectors")
    ClassCount: int | Auto = option(
        default=Automatic, read=size, doc="number of rows; integers go from 1 to it"
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*d : 1..ClassCount", default=Automatic)
    Output: Dims | Auto = port("*d Size", default=Automatic)
    Weights: Array | Auto = array(
        "ClassCount Size", init="weights", default=Automatic, doc="a row for each integer"
    )

    def alternatives(self):
        if isinstance(self.Size, int) and isinstance(self.ClassCount, int):
            yield {"Size": self.ClassCount, "ClassCount": self.Size}
        if self.ClassCount is not Automatic:
            yield {"ClassCount": Automatic}

    def sees(self, d):
        return entrywise(len(d))

    def formula(self, sp, at, Input, Weights):
        *spot, column = at
        return Weights[Input[tuple(spot)] - 1, column]

    def apply(self, xp, Input, Weights):
        return xp.take_rows(Weights, Input - 1)
