"""Blocks of an array: stretches of its memory, and a sum of products over one of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from netdsl.engine.memory import AnyArray
from netdsl.engine.program import Axes, Call, Shape

Slices = tuple[slice, ...]


def trailing(axes: Axes, rank: int) -> int:
    """Return how many of the last axes are all summed over."""
    count = 0
    while count < rank and rank - 1 - count in axes:
        count += 1
    return count


def dot(factors: list[AnyArray], axes: Axes, out: AnyArray, row: AnyArray) -> Iterator[Call]:
    """Multiply two blocks and sum over axes, the last ones among them, in one pass."""
    a, b = (factor.reshape(*row.shape, -1) for factor in factors)
    rest = tuple(axis for axis in axes if axis < row.ndim and row.shape[axis] > 1)
    if rest:
        yield partial(np.vecdot, a, b, out=row)
        kept = out.reshape([1 if axis in axes else n for axis, n in enumerate(row.shape)])
        yield partial(np.add.reduce, row, axis=rest, keepdims=True, out=kept)
    else:
        yield partial(np.vecdot, a, b, out=out.reshape(row.shape))


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
