"""FlattenLayer: dimensions merged into one."""

from __future__ import annotations

from dataclasses import KW_ONLY
from math import inf
from operator import index
from typing import Any, SupportsIndex

from netdsl.dims import Dims
from netdsl.errors import SettingError, ShapeError
from netdsl.layers._levels import level, positions
from netdsl.spec import Auto, Automatic, Layer, Sight, equal, option, port, product
from netdsl.symbols import All


def levels(spec: Any) -> Any:
    """Read how many more levels to merge, inf for all, or lists of levels, at least one in each."""
    if spec is All or spec == "Infinity" or (isinstance(spec, float) and spec == inf):
        return inf
    if isinstance(spec, SupportsIndex) and not isinstance(spec, bool):
        return index(spec)
    if isinstance(spec, tuple) and all(isinstance(one, tuple) and one for one in spec):
        return tuple(tuple(level(one) for one in group) for group in spec)
    is_group = isinstance(spec, tuple) and all(isinstance(one, int) for one in spec)
    raise SettingError(
        "FlattenLayer takes an integer, All, or a list of lists of levels.",
        expected="for instance 2, -1, All, [[2, 3]]",
        got=repr(spec),
        nearest=f"({spec!r},)" if is_group else None,
    )


class FlattenLayer(Layer):
    """Merge dimensions, row by row, and keep the entries in order.

    >>> FlattenLayer()([[1, 2, 3], [4, 5, 6]])
    array([1., 2., 3., 4., 5., 6.], dtype=float32)

    `FlattenLayer(2)` merges the first three dimensions, `FlattenLayer(-2)` the last three; an
    integer that reaches beyond the rank raises a ShapeError. A list of lists says which levels,
    also negative ones, make each dimension of the result, the first one slowest; levels not named
    follow as they are. All, inf and "Infinity" are the default, which merges all of them; 0 and
    () change nothing, a number becomes a vector of one. A length that varies may be merged or
    moved: what comes of it varies too. Source: Wolfram `FlattenLayer`.
    """

    Levels: float | tuple[Dims, ...] = option(
        default=inf,
        read=levels,
        doc="how many more levels to merge, negative for the last, All or inf for all; or lists",
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*d : k", default=Automatic)
    Output: Dims | Auto = port("*e : k", default=Automatic)

    def alternatives(self):
        if isinstance(self.Levels, int) and self.Levels:
            sign = 1 if self.Levels > 0 else -1
            for more in range(abs(self.Levels) - 1, 0, -1):
                yield {"Levels": sign * more}
            yield {"Levels": inf}

    def groups(self, rank):
        """Return the axes that make each dimension of the result."""
        if isinstance(self.Levels, tuple):
            named = [positions(group, rank, "Levels") for group in self.Levels]
            used = [axis for group in named for axis in group]
            if len(set(used)) < len(used):
                raise ShapeError("A level is named twice.", setting="Levels", got=self.Levels)
            return [*named, *((axis,) for axis in range(rank) if axis not in used)]
        if self.Levels == inf:
            return [tuple(range(rank))]
        if self.Levels == 0:
            return [(axis,) for axis in range(rank)]
        if abs(self.Levels) >= rank:
            raise ShapeError(
                "FlattenLayer reaches beyond the rank.",
                setting="Levels",
                expected=f"from {1 - rank} to {rank - 1}, for an array of rank {rank}"
                if rank
                else "an array of rank 1 or more",
                got=self.Levels,
            )
        more = int(self.Levels)
        first = 0 if more > 0 else rank - 1 + more
        last = first + abs(more)
        kept = [(axis,) for axis in range(rank)]
        return [*kept[:first], tuple(range(first, last + 1)), *kept[last + 1 :]]

    def relate(self, d, e):
        yield equal(e, [product(d[axis] for axis in group) for group in self.groups(len(d))])

    def sees(self, d):
        found: list[Any] = [All] * len(d)
        for at, group in enumerate(self.groups(len(d))):
            for axis in group:
                if all(d[other] == 1 for other in group if other != axis):
                    found[axis] = Sight(at)
        return tuple(found)

    def formula(self, sp, at, Input):
        spot = {}
        for group, position in zip(self.groups(len(Input.shape)), at, strict=True):
            inner = sp.unravel(position, tuple(Input.shape[axis] for axis in group))
            spot.update(zip(group, inner, strict=True))
        return Input[tuple(spot[axis] for axis in range(len(Input.shape)))]

    def apply(self, xp, Input):
        groups = self.groups(Input.ndim - 1)
        axes = [0, *(axis + 1 for group in groups for axis in group)]
        return xp.reshape(xp.transpose(Input, axes), (Input.shape[0], *xp.sizes("Output")))
