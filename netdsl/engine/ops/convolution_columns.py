"""Columns of a convolution: copied along all spatial axes but the first, whose windows overlap.

A value (n, c, h, w) lies in memory as (h, c, w, n). Each row of it is copied once for each offset
of the kernel's width, in runs of w * n numbers; the rows that one row of the result needs then
lie one after the other and are given to the matrix product as they lie, without a copy for the
kernel's height. Where rows are dilated, those that lie a dilation apart are convolved by
themselves. With one spatial axis there is one row; with three, both inner ones are copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from netdsl.engine.ops.convolution_windows import Axis, axes_of, counts
from netdsl.engine.program import Axes, Call, Shape

AnyArray = NDArray[Any]
ROOM = 1 << 23
"""How many numbers the columns may be, if that is not too few rows."""

ROWS = 8
"""Rows of the result made at once; fewer, and the rows copied twice are too many."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """The sizes of one convolution; a single spatial axis gets a row axis of size 1 before it."""

    examples: int
    groups: int
    inputs: int  # channels of one group
    outputs: int
    rows: Axis
    inner: tuple[Axis, ...]

    @property
    def offsets(self) -> int:
        """How many entries of a kernel lie in one of its rows."""
        return prod(axis.kernel for axis in self.inner)

    @property
    def width(self) -> int:
        """How many numbers of one channel lie in one row of the result."""
        return prod(counts(self.inner)) * self.examples

    @property
    def depth(self) -> int:
        """How many products make one number of the result."""
        return self.rows.kernel * self.offsets * self.inputs

    @property
    def columns(self) -> Shape:
        """The shape of the columns: group, row, offset in a row, channel, places and examples."""
        return (self.groups, self.pieces[0][0].rows.padded, *self.one_row)

    @property
    def one_row(self) -> Shape:
        """The shape of the columns of one row."""
        kernel = (axis.kernel for axis in self.inner)
        return (*kernel, self.inputs, *counts(self.inner), self.examples)

    @property
    def phases(self) -> list[Piece]:
        """Convolutions without dilation of rows, which have no row of the input in common."""
        return self._pieces(self.rows.count)

    @property
    def pieces(self) -> list[Piece]:
        """Convolutions of some rows of the result, without dilation; the first has the most."""
        return self._pieces(max(ROWS, ROOM // (self.groups * prod(self.one_row))))

    def _pieces(self, at_most: int) -> list[Piece]:
        found = self.rows.pieces(at_most)
        return [(replace(self, rows=rows), seen, windows) for rows, seen, windows in found]

    def places(self) -> Iterator[tuple[Shape, tuple[slice, ...], tuple[slice, ...]]]:
        """Yield each offset in a row, the entries of the input there and their windows."""
        for offset in product(*(range(axis.kernel) for axis in self.inner)):
            spans = [axis.span(t) for axis, t in zip(self.inner, offset, strict=True)]
            yield offset, tuple(span[0] for span in spans), tuple(span[1] for span in spans)


Piece = tuple[Convolution, slice, slice]
"""A part of a convolution, the rows of the input that it sees, and its rows of the result."""


def convolution(
    x: Shape, outputs: int, kernel: Shape, *, groups: int, **windows: Shape
) -> Convolution:
    """Return the sizes of a convolution."""
    axes = axes_of(x, kernel, **windows)
    rows, *inner = axes if len(axes) > 1 else (Axis(1, 1), *axes)
    return Convolution(x[0], groups, x[1] // groups, outputs // groups, rows, tuple(inner))


# ---- how values lie ------------------------------------------------------------------------


def conv_order(shapes: list[Shape], orders: list[Axes], **_: Any) -> Axes:
    """Return the order in which a value lies: rows, channels, inner axes, examples."""
    rank = len(shapes[0])
    return (2, 1, *range(3, rank), 0) if rank > 3 else (1, 2, 0)


def _lying(array: AnyArray) -> tuple[AnyArray, bool]:
    """Return a value as (row, channel, inner axes, example), and whether it lies like that."""
    if array.ndim == 3:
        array = array[:, :, None]
    array = array.transpose(2, 1, *range(3, array.ndim), 0)
    return array, array.flags.c_contiguous


def read(array: AnyArray, calls: list[Call]) -> AnyArray:
    """Return a value lying as it should, copied first if it does not."""
    lying, good = _lying(array)
    if good:
        return lying
    copy = np.empty(lying.shape, array.dtype)
    calls.append(partial(np.copyto, copy, lying))
    return copy


def written(array: AnyArray) -> tuple[AnyArray, list[Call]]:
    """Return where to write a value, and the calls that then bring it where it belongs."""
    lying, good = _lying(array)
    if good:
        return lying, []
    copy = np.empty(lying.shape, array.dtype)
    return copy, [partial(np.copyto, lying, copy)]


def by_group(lying: AnyArray, c: Convolution) -> AnyArray:
    """Return a value as (group, row, channel of the group, inner axes, example)."""
    channels = lying.shape[1] // c.groups
    return np.moveaxis(lying.reshape(len(lying), c.groups, channels, *lying.shape[2:]), 1, 0)


def by_row(lying: AnyArray, c: Convolution) -> AnyArray:
    """Return a result or its gradient as (group, row, channel of the group, number)."""
    return np.moveaxis(lying.reshape(len(lying), c.groups, c.outputs, c.width), 1, 0)


def by_offset(w: AnyArray, c: Convolution) -> AnyArray:
    """Return weights as (group, output, row of the kernel, offset in it, input)."""
    w = w[:, :, None] if w.ndim == 3 else w
    w = w.reshape(c.groups, c.outputs, *w.shape[1:])
    return np.moveaxis(w, 2, -1)


# ---- columns -------------------------------------------------------------------------------


def gather(x: AnyArray, columns: AnyArray, c: Convolution) -> Iterator[Call]:
    """Yield the calls that write columns, of rows without dilation."""
    inside = slice(c.rows.before, c.rows.before + c.rows.size)
    for blank in (columns[:, : inside.start], columns[:, inside.stop :]):
        if blank.size:
            yield partial(blank.fill, 0)
    source = by_group(x, c)
    for offset, entries, places in c.places():
        target = columns[:, inside, *offset]
        for axis, place in enumerate(places, 3):
            for outside in (slice(place.start), slice(place.stop, None)):
                blank = target[(*(slice(None),) * axis, outside)]
                if blank.size:
                    yield partial(blank.fill, 0)
        yield partial(np.copyto, target[:, :, :, *places], source[:, :, :, *entries])


def gather_all(x: AnyArray, columns: AnyArray, c: Convolution) -> Iterator[Call]:
    """Yield the calls that write columns of all rows side by side."""
    kernel = (c.rows.kernel, *(axis.kernel for axis in c.inner))
    sizes = (c.rows.count, *counts(c.inner), c.examples)
    target = columns.reshape(c.groups, *kernel, c.inputs, *sizes)
    if c.rows.is_padded or any(axis.is_padded for axis in c.inner):
        yield partial(columns.fill, 0)
    source = np.swapaxes(by_group(x, c), 1, 2)
    for row in range(c.rows.kernel):
        seen, windows = c.rows.span(row)
        for offset, entries, places in c.places():
            part = target[:, row, *offset][:, :, windows, *places]
            yield partial(np.copyto, part, source[:, :, seen, *entries])


def windows_of(columns: AnyArray, c: Convolution) -> AnyArray:
    """Return columns as one matrix for each group and row of the result."""
    shape = (c.groups, c.rows.count, c.depth, c.width)
    item = columns.itemsize
    group, row = columns.strides[:2]
    strides = (group, row * c.rows.stride, c.width * item, item)
    return as_strided(columns, shape, strides, writeable=False)
