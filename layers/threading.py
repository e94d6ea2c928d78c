"""ThreadingLayer: a function of several numbers, applied entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any

from netdsl import functions
from netdsl.dims import Dims
from netdsl.errors import SettingError, ShapeError
from netdsl.layers._levels import level
from netdsl.layers._named_ports import name_inputs
from netdsl.spec import (
    Auto,
    Automatic,
    Layer,
    Sight,
    equal,
    inputs,
    largest_rank,
    option,
    port,
    repeated,
    same_rank,
    standing,
)


def ways(spec: Any) -> Any:
    """Read how inputs are repeated: in one way, or each in its own."""
    return tuple(_way(one) for one in spec) if isinstance(spec, tuple) else _way(spec)


def _way(spec: Any) -> Any:
    if spec is None or spec is Automatic:
        return spec
    try:
        return level(spec)
    except SettingError:
        raise SettingError(
            "Inputs are not repeated like this.",
            expected="None, Automatic, a level from 1 or from -1, or a list of these",
            got=repr(spec),
        ) from None


class ThreadingLayer(Layer):
    """Apply a function of several numbers to the entries of as many inputs.

    >>> ThreadingLayer(Times)([[[1, 2, 3], [4, 5, 6]], [[10], [100]]])
    array([[ 10.,  20.,  30.],
           [400., 500., 600.]], dtype=float32)
    >>> ThreadingLayer(lambda x, y: Tanh(x) - y**2, InputPorts=2)
    ThreadingLayer(lambda x, y: -y**2 + Tanh(x), InputPorts=2)

    Arrays are repeated to fit each other as Broadcasting says: None, not at all; Automatic, along
    dimensions of size 1; n, also those of lower rank, whose dimensions that lack are inserted at
    level n, -1 for the innermost; a list of these has one for each input. The inputs are called
    Input1, Input2, ..., the only one Input, or as the function calls its arguments, if all of
    these begin with a capital. Sizes that differ raise a ShapeError, functions as those of
    ElementwiseLayer a SettingError. Source: Wolfram `ThreadingLayer`, with named slots for such
    arguments.
    """

    Function: functions.Function | str | Callable[..., Any] = option(
        read=functions.several_numbers,
        doc="function of one number for each input: a name, a function, or a callable",
    )
    Broadcasting: int | tuple[int | Auto | None, ...] | Auto | None = option(
        default=Automatic,
        read=ways,
        doc="how arrays are repeated: None, Automatic, a level, or one of these for each input",
    )
    _: KW_ONLY
    InputPorts: Any = inputs("*d", default=Automatic)
    Output: Dims | Auto = port("*e", default=Automatic)

    def takes(self):
        least, most = functions.arity(self.Function)
        if not isinstance(self.Broadcasting, tuple):
            return least, most
        count = len(self.Broadcasting)
        if count < least or (most is not None and count > most):
            raise SettingError(
                "Broadcasting is said for another number of inputs than the function takes.",
                layer="ThreadingLayer",
                setting="Broadcasting",
                expected=least if least == most else f"{least} or more",
                got=count,
            )
        return count, count

    def check(self):
        name_inputs(self, self.Function, "Function")

    def ways(self, count):
        """Return how each of so many inputs is repeated."""
        given = self.Broadcasting
        return given if isinstance(given, tuple) else (given,) * count

    def axes(self, rank, total, way):
        """Return the axis of the output along which each axis of an input lies."""
        if way is None or way is Automatic or rank == total:
            return list(range(rank))
        start = way - 1 if way > 0 else rank + 1 + way
        if not 0 <= start <= rank:
            raise ShapeError(
                "The level at which dimensions are inserted lies beyond the rank.",
                setting="Broadcasting",
                expected=f"a level from 1 to {rank + 1}, or from -1 to -{rank + 1}",
                got=way,
            )
        return [axis if axis < start else axis + total - rank for axis in range(rank)]

    def relate(self, d, e):
        ways = self.ways(len(d))
        for row, way in zip(d, ways, strict=True):
            if way is None:
                yield equal(row, e)
        if all(way is None for way in ways):
            return
        even = [row for row, way in zip(d, ways, strict=True) if way is Automatic]
        if even:
            yield from same_rank(e, *even)
        if any(isinstance(way, int) for way in ways):
            yield from largest_rank(e, d)
        sizes = [[] for _ in e]
        for row, way in zip(d, ways, strict=True):
            for axis, size in zip(self.axes(len(row), len(e), way), row, strict=True):
                sizes[axis].append(size)
        for size, found in zip(e, sizes, strict=True):
            yield from repeated(size, found)

    @property
    def is_product(self):
        """Whether it multiplies its inputs."""
        function: Any = self.Function
        return getattr(function, "name", None) == "Times" and len(self.input_names) > 1

    def sees(self, d, e):
        ways = self.ways(len(d))
        return [
            tuple(
                standing(0) if size == 1 else Sight(axis)
                for axis, size in zip(self.axes(len(row), len(e), way), row, strict=True)
            )
            for row, way in zip(d, ways, strict=True)
        ]

    def formula(self, sp, at, InputPorts):
        function: Any = self.Function
        sizes, entries = sp.sizes("Output"), []
        for x, way in zip(InputPorts, self.ways(len(InputPorts)), strict=True):
            axes = self.axes(len(x.shape), len(at), way)
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
        for x, way in zip(InputPorts, self.ways(len(InputPorts)), strict=True):
            full = [1] * len(sizes)
            axes = self.axes(x.ndim - 1, len(sizes), way)
            for axis, size in zip(axes, x.shape[1:], strict=True):
                full[axis] = size
            wide.append(xp.reshape(x, (batch, *full)))
        return xp.broadcast_to(function.kernel(xp, *wide), (batch, *sizes))
