"""ThreadingLayer: a function of several numbers, applied entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any

from netdsl import functions
from netdsl.dims import Dims
from netdsl.errors import SettingError, ShapeError
from netdsl.layers._levels import level
from netdsl.spec import (
    Auto,
    Automatic,
    Layer,
    equal,
    inputs,
    largest_rank,
    option,
    port,
    repeated,
    same_rank,
)


class ThreadingLayer(Layer):
    """Apply a function of several numbers to the entries of as many inputs.

    >>> ThreadingLayer(Times)([[[1, 2, 3], [4, 5, 6]], [[10], [100]]])
    array([[ 10.,  20.,  30.],
           [400., 500., 600.]], dtype=float32)
    >>> ThreadingLayer(lambda x, y: Tanh(x) - y**2, InputPorts=2)
    ThreadingLayer(lambda x, y: -y**2 + Tanh(x), InputPorts=2)

    Arrays are repeated to fit each other as Broadcasting says: None, not at all; Automatic, along
    dimensions of size 1; n, also those of lower rank, whose dimensions that lack are inserted at
    level n, -1 for the innermost. Sizes that differ raise a ShapeError, functions as those of
    ElementwiseLayer a SettingError. Source: Wolfram `ThreadingLayer`.
    """

    Function: functions.Function | str | Callable[..., Any] = option(
        read=functions.several_numbers,
        doc="function of one number for each input: a name, a function, or a callable",
    )
    Broadcasting: int | Auto | None = option(
        default=Automatic, doc="how arrays are repeated: None, Automatic, or a level"
    )
    _: KW_ONLY
    InputPorts: Any = inputs("*d", default=Automatic)
    Output: Dims | Auto = port("*e", default=Automatic)

    def check(self):
        if self.Broadcasting is None or self.Broadcasting is Automatic:
            return
        try:
            level(self.Broadcasting)
        except SettingError as error:
            facts = {"layer": "ThreadingLayer", "setting": "Broadcasting"}
            raise error.having(**facts, expected="None, Automatic, or a level") from None

    def takes(self):
        return functions.arity(self.Function)

    def axes(self, rank, total):
        """Return the axis of the output along which each axis of an input lies."""
        if self.Broadcasting is Automatic or rank == total:
            return list(range(rank))
        at: Any = self.Broadcasting
        start = at - 1 if at > 0 else rank + 1 + at
        if not 0 <= start <= rank:
            raise ShapeError(
                "The level at which dimensions are inserted lies beyond the rank.",
                setting="Broadcasting",
                expected=f"a level from 1 to {rank + 1}, or from -1 to -{rank + 1}",
                got=at,
            )
        return [axis if axis < start else axis + total - rank for axis in range(rank)]

    def relate(self, d, e):
        if self.Broadcasting is None:
            for row in d:
                yield equal(row, e)
            return
        is_equal = self.Broadcasting is Automatic
        yield from same_rank(e, *d) if is_equal else largest_rank(e, d)
        sizes = [[] for _ in e]
        for row in d:
            for axis, size in zip(self.axes(len(row), len(e)), row, strict=True):
                sizes[axis].append(size)
        for size, found in zip(e, sizes, strict=True):
            yield from repeated(size, found)

    def formula(self, sp, at, InputPorts):
        function: Any = self.Function
        sizes, entries = sp.sizes("Output"), []
        for x in InputPorts:
            axes = self.axes(len(x.shape), len(at))
            # A size that is not the output's is 1, or it is open which of the two it is.
            spot = (
                0 if size == 1 else i if size == full else sp.Min(i, size - 1)
                for i, size, full in (
                    (at[axis], size, sizes[axis]) for axis, size in zip(axes, x.shape, strict=True)
                )
            )
            entries.append(x[tuple(spot)])
        return function(*entries)

    def apply(self, xp, InputPorts):
        function: Any = self.Function
        (batch, *_), sizes, wide = InputPorts[0].shape, xp.sizes("Output"), []
        for x in InputPorts:
            full = [1] * len(sizes)
            for axis, size in zip(self.axes(x.ndim - 1, len(sizes)), x.shape[1:], strict=True):
                full[axis] = size
            wide.append(xp.reshape(x, (batch, *full)))
        return xp.broadcast_to(function.kernel(xp, *wide), (batch, *sizes))
