"""CatenateLayer: arrays one after the other along a level."""

from __future__ import annotations

from dataclasses import KW_ONLY
from functools import reduce
from operator import add
from typing import Any

from netdsl.dims import Dims
from netdsl.layers._levels import level, positions
from netdsl.spec import (
    Auto,
    Automatic,
    Layer,
    Sight,
    equal,
    fixed,
    inputs,
    largest_rank,
    option,
    port,
)


class CatenateLayer(Layer):
    """Put all inputs one after the other along a level.

    >>> CatenateLayer()([[1, 2], [3, 4, 5]])
    array([1., 2., 3., 4., 5.], dtype=float32)
    >>> CatenateLayer(InputPorts=[(2, 3), 4]).port("Output").dims
    (2, 7)

    An input of lower rank is repeated along the outer dimensions that it lacks, as the vector
    above in each row. The level is counted in the input of lowest rank. Other dimensions that
    disagree, a number as input, a level beyond the rank, and a length that varies along the level
    raise a ShapeError. Source: Wolfram `CatenateLayer`.
    """

    Level: int = option(
        default=1, read=level, doc="level along which to join, negative from the inside"
    )
    _: KW_ONLY
    InputPorts: Any = inputs("+d : k", default=Automatic)
    Output: Dims | Auto = port("+e : k", default=Automatic)

    def from_inside(self, ranks):
        """Return the joined axis of inputs of these ranks, counted from the innermost: -1, ..."""
        rank = min(ranks)
        (axis,) = positions((self.Level,), rank, "Level")
        return axis - rank

    def relate(self, d, e):
        yield from largest_rank(e, d, least=1)
        joined = self.from_inside([len(row) for row in d])
        for size in (e[joined], *(row[joined] for row in d)):
            yield fixed(size, "Level")
        yield equal(e[joined], reduce(add, (row[joined] for row in d)))
        for row in d:
            for axis in range(-len(row), 0):
                if axis != joined:
                    yield equal(row[axis], e[axis])

    def sees(self, d, e):
        joined, start, found = self.from_inside([len(row) for row in d]), 0, []
        for row in d:
            levels = range(len(e) - len(row), len(e))
            seen = [Sight(level) for level in levels]
            seen[joined] = Sight(levels[joined], start=start)
            found.append(tuple(seen))
            is_known = start is not Automatic and isinstance(row[joined], int)
            start = start - row[joined] if is_known else Automatic
        return found

    def formula(self, sp, at, InputPorts):
        joined = self.from_inside([len(x.shape) for x in InputPorts])
        spot, start, pieces = at[joined], 0, []
        for x in InputPorts:
            inner = list(at[len(at) - len(x.shape) :])
            inner[joined] = spot - start
            start = start + x.shape[joined]
            pieces.append((x[tuple(inner)], spot < start))
        return sp.Piecewise(*pieces[:-1], (pieces[-1][0], True))

    def apply(self, xp, InputPorts):
        sizes = xp.sizes("Output")
        joined = self.from_inside([x.ndim - 1 for x in InputPorts])
        wide = []
        for x in InputPorts:
            batch, *own = x.shape
            lacking = len(sizes) - len(own)
            x = xp.reshape(x, (batch, *[1] * lacking, *own))
            wide.append(xp.broadcast_to(x, (batch, *sizes[:lacking], *own)))
        return xp.concatenate(wide, axis=joined)
