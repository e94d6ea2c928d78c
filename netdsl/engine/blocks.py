"""Blocks of an array: stretches of its memory, and sums over the rows of one of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from netdsl.engine.memory import AnyArray
from netdsl.engine.program import Axes, Call, Shape

Slices = tuple[slice, ...]

ALONE = 8192
"""Elements of a matrix that BLAS adds up without its own threads, which would wait for ours."""


def trailing(axes: Axes, rank: int) -> int:
    """Return how many of the last axes are all summed over."""
    count = 0
    while count < rank and rank - 1 - count in axes:
        count += 1
    return count


def has_rows(x: AnyArray, last: int) -> bool:
    """Whether the last axes of a block are rows in memory, of a length that BLAS adds up well."""
    rows = x.shape[: x.ndim - last]
    count = math.prod(x.shape[x.ndim - last :])
    is_real = x.dtype.kind == "f" and x.size > 0
    fits = is_real and 1 < count <= ALONE and math.prod(rows) > 1
    return fits and np.may_share_memory(x.reshape(*rows, count), x)


def add_rows(x: AnyArray, axes: Axes, out: AnyArray, row: AnyArray) -> Iterator[Call]:
    """Sum a block over axes, the last ones among them: a product with ones takes half as long."""
    sums, more = _stages(axes, out, row)
    count = x.size // row.size
    high = next(n for n in range(min(max(1, ALONE // count), row.size), 0, -1) if row.size % n == 0)
    rows, lying = x.reshape(-1, high, count), sums.reshape(-1, high, 1)
    if not (np.may_share_memory(rows, x) and np.may_share_memory(lying, sums)):
        rows, lying = x.reshape(*row.shape, count), sums[..., None]
    yield partial(np.matmul, rows, np.ones((count, 1), x.dtype), out=lying)
    yield from more


def dot(factors: list[AnyArray], axes: Axes, out: AnyArray, row: AnyArray) -> Iterator[Call]:
    """Multiply two blocks and sum over axes, the last ones among them, in one pass."""
    sums, more = _stages(axes, out, row)
    a, b = (factor.reshape(*row.shape, -1) for factor in factors)
    yield partial(np.vecdot, a, b, out=sums)
    yield from more


def _stages(axes: Axes, out: AnyArray, row: AnyArray) -> tuple[AnyArray, list[Call]]:
    """Return where sums over the last axes go, and the calls that sum these over the others."""
    rest = tuple(axis for axis in axes if axis < row.ndim and row.shape[axis] > 1)
    if not rest:
        return out.reshape(row.shape), []
    kept = out.reshape([1 if axis in axes else n for axis, n in enumerate(row.shape)])
    return row, [partial(np.add.reduce, row, axis=rest, keepdims=True, out=kept)]


def blocks(shape: Shape, order: Axes, most: int) -> Iterator[Slices]:
    """Yield the blocks of an array, each a stretch of memory where the axes lie in that order."""
    split, inner = 0, math.prod(shape)
    while inner > most:
        inner //= shape[order[split]]
        split += 1
    axis = order[split - 1]
    rows = max(1, most // max(inner, 1))
    ranges: list[Callable[[], Iterator[slice]]] = []
    for outer in order[: split - 1]:
        ranges.append(partial(_steps, shape[outer], 1))
    ranges.append(partial(_steps, shape[axis], rows))
    for chosen in itertools.product(*(one() for one in ranges)):
        at = dict(zip(order, chosen, strict=False))
        yield tuple(at.get(axis, slice(0, n)) for axis, n in enumerate(shape))


def _steps(size: int, step: int) -> Iterator[slice]:
    for start in range(0, size, step):
        yield slice(start, min(start + step, size))


def sizes_of(block: Slices) -> Shape:
    """Return the dimensions of a block."""
    return tuple(part.stop - part.start for part in block)


def within(block: Slices, shape: Shape, whole: Shape) -> Slices:
    """Return the part of an array of this shape, broadcast to the whole, that meets the block."""
    extra = len(whole) - len(shape)
    return tuple(
        block[extra + axis] if n == whole[extra + axis] else slice(0, n)
        for axis, n in enumerate(shape)
    )
