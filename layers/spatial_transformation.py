"""SpatialTransformationLayer: an image seen through an affine map that comes in beside it."""

from __future__ import annotations

from dataclasses import KW_ONLY
from math import prod
from typing import Any

from netdsl.dims import Dims
from netdsl.dims import sizes as read_sizes
from netdsl.errors import SettingError
from netdsl.spec import Auto, Automatic, Layer, has_rank, option, port


def sizes(spec: Any) -> Any:
    """Read the height and the width of an image."""
    dims = read_sizes(spec)
    if dims is not Automatic and (dims is None or len(dims) != 2 or "Varying" in dims):
        raise SettingError(
            "An image has a height and a width.", expected="[height, width]", got=repr(spec)
        )
    return dims


class SpatialTransformationLayer(Layer):
    """Look at an image through an affine map, which is given by six numbers.

    >>> image = [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
    >>> layer = SpatialTransformationLayer([3, 3])
    >>> layer({"Input": image, "Parameters": [0.5, 0, 0, 0, 0.5, 0]})
    array([[[3. , 3.5, 4. ],
            [4.5, 5. , 5.5],
            [6. , 6.5, 7. ]]], dtype=float32)

    The parameters are the rows of a matrix, (zoom, skew, shift) across and (skew, zoom, shift)
    down, which sends a place (x, y, 1) of the output to one of the input. Places go from -1 to 1,
    centers of the first and last entries, x to the right and y downwards; along a single entry
    they are 0. Between entries the image is bilinear, outside it is zero. Sources: Wolfram
    `SpatialTransformationLayer`; Jaderberg and others 2015.
    """

    Size: Dims | Auto = option(default=Automatic, read=sizes, doc="height and width of the output")
    _: KW_ONLY
    Input: Dims | Auto = port("c h w", default=Automatic, doc="channels, height, width")
    Parameters: Dims | Auto = port("6", default=Automatic, doc="an affine map, row by row")
    Output: Dims | Auto = port("c *Size", default=Automatic)

    def relate(self, Size):
        yield has_rank(Size, 2)

    def multiply_adds(self, Size):
        return 6 * prod(Size)  # the map's matrix, two rows of three, by every place

    def formula(self, sp, at, Input, Parameters):
        c, *spot = at
        (_, *sizes), (_, *old), seen = sp.sizes("Output"), Input.shape, sp.indices(2)

        def place(row, n):
            """Return what gives the place along a level that is seen from a spot of the output."""
            zoom, skew, shift = (Parameters[row + number] for number in range(3))

            def rule(i, j):
                y, x = (_spread(sp, at, size) for at, size in zip((i, j), sizes, strict=True))
                return (n - 1) * (1 + zoom * x + skew * y + shift) / 2

            return rule

        height, width = old
        named = (("v", place(3, height)), ("u", place(0, width)))
        places = [sp.sequence(name, sizes, rule) for name, rule in named]
        weights = (
            sp.Max(0, 1 - sp.Abs(along[tuple(spot)] - index))
            for along, index in zip(places, seen, strict=True)
        )
        over = ((index, 0, n - 1) for index, n in zip(seen, old, strict=True))
        return sp.Sum(Input[(c, *seen)] * sp.prod(weights), *over)

    def apply(self, xp, Input, Parameters):
        count, _, *old = Input.shape
        _, height, width = xp.sizes("Output")
        y = xp.reshape(_steps(xp, height), (1, height, 1))
        x = xp.reshape(_steps(xp, width), (1, 1, width))
        wide = [xp.broadcast_to(part, (1, height, width)) for part in (x, y, xp.constant(1.0))]
        spots = xp.reshape(xp.concatenate(wide, axis=0), (3, height * width))
        across, down = (
            xp.slice(xp.reshape(Parameters, (count, 2, 3)) @ spots, axis=1, start=row, stop=row + 1)
            for row in (0, 1)
        )
        rows, columns = (
            # What lies further out is as far from the image as what lies beside it.
            xp.maximum(xp.minimum((places + 1) * ((n - 1) / 2), n), -1)
            for places, n in zip((down, across), old, strict=True)
        )
        shape = (count, height, width)
        return xp.sample(Input, xp.reshape(rows, shape), xp.reshape(columns, shape))


def _spread(sp, i, n):
    """Return where entry i of n lies between -1 and 1, in a formula."""
    return sp.Integer(0) if n == 1 else 2 * i / (n - 1) - 1


def _steps(xp, n):
    """Return n places from -1 to 1."""
    steps = xp.arange(size=n)
    return steps * (2 / (n - 1)) - 1 if n > 1 else steps
