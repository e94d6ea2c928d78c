"""Resampling along one axis, and its gradient: products with a matrix that has a narrow band.

Each entry of the result is made of the one or two entries that lie next to its place. Laid out as
a matrix these are almost all zeros; cut into blocks of rows, each with the columns that it needs,
it is multiplied faster than entries are gathered, and the gradient is the same with it turned.
An infinite entry, times zero, makes NaN of all that is in a block with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.memory import order_of
from netdsl.engine.ops.pooling_calls import same_order
from netdsl.engine.ops.table import define, real
from netdsl.engine.program import Call, Op, Shape

AnyArray = NDArray[Any]
ROWS = 32
"""Rows of the matrix in one product: fewer, and products are small; more, and most is zero."""


# ---- the matrix ----------------------------------------------------------------------------


def places(n: int, size: int, scheme: str) -> AnyArray:
    """Return where, among n entries, each of `size` entries lies.

    "Point" puts the first on the first and the last on the last; "Bin" makes of n bins as many of
    another width, and takes their centers.
    """
    steps = np.arange(size)
    if scheme == "Point":
        return steps * (n - 1) / max(size - 1, 1)
    return np.clip((steps + 0.5) * n / size - 0.5, 0, n - 1)


def shares(found: AnyArray, columns: AnyArray, is_nearest: bool) -> AnyArray:
    """Return what the entries in some columns add to entries at these places, a row each."""
    if is_nearest:
        return np.where(np.floor(found + 0.5)[:, None] == columns, 1.0, 0.0)
    return np.maximum(0, 1 - np.abs(found[:, None] - columns))


Band = tuple[slice, slice, AnyArray]
"""A block of rows of a matrix, the columns that are not zero in them, and what is there."""


def bands(n: int, size: int, scheme: str, is_nearest: bool) -> Iterator[Band]:
    """Yield the matrix that makes `size` entries of n, block by block."""
    found = places(n, size, scheme)
    for start in range(0, size, ROWS):
        here = found[start : start + ROWS]
        first, last = int(here[0]), min(n, int(here[-1]) + 2)
        block = shares(here, np.arange(first, last), is_nearest)
        yield slice(start, start + len(here)), slice(first, last), block


def turned_bands(n: int, size: int, scheme: str, is_nearest: bool) -> Iterator[Band]:
    """Yield the same matrix turned: n rows of `size` columns."""
    found = places(n, size, scheme)
    for start in range(0, n, ROWS):
        stop = min(n, start + ROWS)
        # What lies less than one entry away from a row of the block.
        first = int(np.searchsorted(found, start - 1, "right"))
        last = int(np.searchsorted(found, stop, "left"))
        block = shares(found[first:last], np.arange(start, stop), is_nearest).T
        yield slice(start, stop), slice(first, last), np.ascontiguousarray(block)


# ---- products ------------------------------------------------------------------------------


def _multiply(found: Iterator[Band], x: AnyArray, out: AnyArray, axis: int) -> Iterator[Call]:
    """Yield the calls that multiply a matrix with an array along an axis."""
    order = order_of(x)
    place = order.index(axis)
    source, target = x.transpose(order), out.transpose(order)
    result = target
    if not source.flags.c_contiguous:
        copy = np.empty(source.shape, source.dtype)
        yield partial(np.copyto, copy, source)
        source = copy
    if not target.flags.c_contiguous:
        result = np.empty(target.shape, target.dtype)
    outer, inner = prod(source.shape[:place]), prod(source.shape[place + 1 :])
    before = source.reshape(outer, -1, inner)
    after = result.reshape(outer, -1, inner)
    for rows, columns, wide in found:
        block = wide.astype(out.dtype)
        if not block.size:
            yield partial(after[:, rows].fill, 0)
        elif inner == 1:
            yield partial(np.matmul, before[:, columns, 0], block.T, out=after[:, rows, 0])
        else:
            yield partial(np.matmul, block, before[:, columns], out=after[:, rows])
    if result is not target:
        yield partial(np.copyto, target, result)


def _resample(
    x: AnyArray, *, out: AnyArray, scratch: Any, axis: int, size: int, scheme: str, nearest: bool
) -> Iterable[Call]:
    return _multiply(bands(x.shape[axis], size, scheme, nearest), x, out, axis)


def _resample_input(
    g: AnyArray, *, out: AnyArray, scratch: Any, axis: int, size: int, scheme: str, nearest: bool
) -> Iterable[Call]:
    return _multiply(turned_bands(size, g.shape[axis], scheme, nearest), g, out, axis)


# ---- the operations ------------------------------------------------------------------------


def _resized(shape: Shape, *, axis: int, size: int, **_: Any) -> Shape:
    return (*shape[:axis], size, *shape[axis + 1 :])


def _vjp(xp: Any, g: Any, y: Any, x: Any, *, axis: int, size: int, **attrs: Any) -> tuple[Any]:
    return (xp.resample_input(g, axis=axis, size=x.shape[axis], **attrs),)


def _input_vjp(
    xp: Any, h: Any, x: Any, g: Any, *, axis: int, size: int, **attrs: Any
) -> tuple[Any]:
    return (xp.resample(h, axis=axis, size=g.shape[axis], **attrs),)


define(
    Op(
        "resample",  # to `size` entries along an axis, each the nearest or between two
        _resized,
        real,
        calls=_resample,
        vjp=_vjp,
        order=same_order,
    )
)
define(
    Op(
        "resample_input",  # the gradient of resample's result, and the size of its x
        _resized,
        real,
        calls=_resample_input,
        vjp=_input_vjp,
        order=same_order,
    )
)
