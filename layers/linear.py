"""LinearLayer: a matrix product and an offset."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims, sizes
from netdsl.spec import Array, Auto, Automatic, Layer, array, assume, equal, option, port, product


class LinearLayer(Layer):
    """Multiply the flattened input by a matrix and add an offset.

    >>> LinearLayer(2, Weights=[[1, 2], [3, 4]], Biases=[10, 20])([5.0, 6.0])
    array([27., 59.], dtype=float32)

    Arrays of any rank are flattened row by row, the output likewise; a length that varies
    raises a ShapeError, since the matrix would vary with it. Source: Wolfram `LinearLayer`.
    """

    Size: int | Dims | Auto = option(
        default=Automatic, read=sizes, doc="dimensions of the output; () for a number"
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*d", default=Automatic)
    Output: Dims | Auto = port("*Size", default=Automatic)
    Weights: Array | Auto = array(
        "o i", init="weights", default=Automatic, doc="a row for each entry of the output"
    )
    Biases: Array | Auto | None = array(
        "o", init="biases", default=Automatic, optional=True, doc="offsets; None for none"
    )

    def relate(self, d, Size, o, i):
        yield assume(Size, [o])
        yield assume(d, [i])
        yield equal(o, product(Size))
        yield equal(i, product(d))

    def multiply_adds(self, o, i):
        return o * i

    def formula(self, sp, at, Input, Weights, Biases):
        row = sp.ravel(at, sp.sizes("Output"))
        (column,) = sp.indices(1)
        entry = Input[sp.unravel(column, Input.shape)]
        total = sp.Sum(Weights[row, column] * entry, (column, 0, Weights.shape[1] - 1))
        return total if Biases is None else Biases[row,] + total

    def apply(self, xp, Input, Weights, Biases):
        rows = xp.reshape(Input, (Input.shape[0], Weights.shape[1]))
        out = xp.matmul(rows, xp.transpose(Weights, (1, 0)))
        out = out if Biases is None else out + Biases
        return xp.reshape(out, (Input.shape[0], *xp.sizes("Output")))
