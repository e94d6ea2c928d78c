"""ExtractLayer: entries at positions that are data."""

from __future__ import annotations

from dataclasses import KW_ONLY
from math import prod

from netdsl.dims import Dims
from netdsl.errors import ShapeError
from netdsl.layers._levels import rank_beside
from netdsl.spec import Auto, Automatic, Layer, equal, fixed, has_rank, port


class ExtractLayer(Layer):
    """Take the parts of an array whose positions come in beside it.

    >>> layer = ExtractLayer()
    >>> layer({"Input": [10, 20, 30], "Position": [[1], [-1]]})
    array([10., 30.], dtype=float32)
    >>> layer({"Input": [[1, 2], [3, 4]], "Position": [2, 1]})
    3.0
    >>> layer({"Input": [[1, 2], [3, 4]], "Position": 2})
    array([3., 4.], dtype=float32)

    The last dimension of Position lists the places at levels 1, 2, ... of one part, counted from
    1 or from -1 for the last; a single integer is a place at level 1. Where there are fewer places
    than levels a part is an array. A place that is not there raises a DataError, more places than
    levels a ShapeError. The gradient of an entry that is taken twice is the sum of both. Source:
    Wolfram `ExtractLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("+d : k", default=Automatic, doc="an array")
    Position: Dims | Auto = port(
        "*q : Integer", default=Automatic, doc="places at levels 1, 2, ... in the last dimension"
    )
    Output: Dims | Auto = port("*e : k", default=Automatic)

    def relate(self, d, q, e):
        outer = q[:-1]
        yield from (fixed(size) for size in q[len(outer) :])
        depth = self.depth(d, q, e)
        rank = rank_beside(d, e, depth - len(outer))
        if not 0 < depth <= rank:
            raise ShapeError(
                "A position has more places than there are levels.",
                port="Position",
                expected=f"at most {rank} in the last dimension",
                got=depth,
            )
        yield has_rank(d, rank)
        yield equal(e, [*outer, *d[depth:]])
        yield from (equal(size, depth) for size in q[len(outer) :])

    def depth(self, d, q, e):
        """Return for how many levels a position says the place; wait until that is known."""
        depth = q[-1].value if len(q) else 1
        if depth is None:
            depth = 1 if len(d) == 1 else len(q) - 1 + len(d) - len(e)
        return depth

    def formula(self, sp, at, Input, Position):
        outer = len(Position.shape) - 1
        if outer < 0:
            places = [Position[()]]
        else:
            places = [Position[(*at[:outer], level)] for level in range(Position.shape[-1])]
        # Modulo the size and one more, -1 is the last place.
        spot = [sp.Mod(p, n + 1) - 1 for p, n in zip(places, Input.shape, strict=False)]
        return Input[(*spot, *at[max(outer, 0) :])]

    def apply(self, xp, Input, Position):
        batch, *sizes = Input.shape
        depth = Position.shape[-1] if Position.ndim > 1 else 1
        count = prod(Position.shape[1:]) // depth
        rows = xp.reshape(Input, (batch, prod(sizes[:depth]), *sizes[depth:]))
        places = xp.reshape(Position, (batch, count, depth))
        found = xp.gather(rows, xp.flat_place(places, sizes=sizes[:depth], layer=self.brief()))
        return xp.reshape(found, (batch, *xp.sizes("Output")))
