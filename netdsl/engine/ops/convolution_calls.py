"""How numpy convolves, and the gradient of the weights: products with the columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.ops.convolution_columns import (
    AnyArray,
    Convolution,
    by_offset,
    by_row,
    convolution,
    gather,
    gather_all,
    read,
    windows_of,
    written,
)
from netdsl.engine.program import Call, Shape

# ---- forwards ------------------------------------------------------------------------------


def conv_scratch(x: Shape, w: Shape, **attrs: Any) -> tuple[Shape, ...]:
    """Return the shapes of the columns and of the weights as a matrix for each group."""
    c = convolution(x, w[0], w[2:], **attrs)
    return c.columns, (c.groups, 1, c.outputs, c.depth)


def conv_calls(
    x: AnyArray, w: AnyArray, *, out: AnyArray, scratch: tuple[AnyArray, ...], **attrs: Any
) -> Iterable[Call]:
    """Return the calls that convolve."""
    c = convolution(x.shape, len(w), w.shape[2:], **attrs)
    columns, matrix = scratch
    calls: list[Call] = []
    source = read(x, calls)
    kernels = by_offset(w, c)
    calls.append(partial(np.copyto, matrix.reshape(kernels.shape), kernels))
    target, after = written(out)
    for part, seen, rows in c.pieces:
        own = columns[:, : part.rows.padded]
        calls += gather(source[seen], own, part)
        result = by_row(target[rows], part)
        calls.append(partial(np.matmul, matrix, windows_of(own, part), out=result))
    return calls + after


# ---- the gradient of the weights -----------------------------------------------------------


def _apart(c: Convolution) -> bool:
    """Whether one product for each row is better than one for all, which copies every row."""
    return c.width >= c.outputs


def conv_weights_scratch(x: Shape, g: Shape, *, kernel: Shape, **attrs: Any) -> tuple[Shape, ...]:
    """Return the shapes of the columns, of the products and of their sum, or of what is copied."""
    c = convolution(x, g[1], kernel, **attrs)
    total = (c.groups, c.outputs, c.depth)
    if _apart(c):
        return c.columns, (c.groups, c.rows.count, c.outputs, c.depth), total
    wide = c.rows.count * c.width
    return (c.groups, c.depth, wide), (c.groups, c.outputs, wide), total


def conv_weights_calls(
    x: AnyArray,
    g: AnyArray,
    *,
    out: AnyArray,
    scratch: tuple[AnyArray, ...],
    kernel: Shape,
    **attrs: Any,
) -> Iterable[Call]:
    """Return the calls that give the gradient of the weights."""
    c = convolution(x.shape, g.shape[1], kernel, **attrs)
    columns, other, total = scratch
    calls: list[Call] = []
    source = read(x, calls)
    gradient = by_row(read(g, calls), c)
    if _apart(c):
        for part, seen, rows in c.pieces:
            own = columns[:, : part.rows.padded]
            calls += gather(source[seen], own, part)
            matrices = np.swapaxes(windows_of(own, part), 2, 3)
            calls.append(partial(np.matmul, gradient[:, rows], matrices, out=other[:, rows]))
        calls.append(partial(np.add.reduce, other, axis=1, out=total))
    else:
        calls += gather_all(source, columns, c)
        shape = (c.groups, c.outputs, c.rows.count, c.width)
        calls.append(partial(np.copyto, other.reshape(shape), np.swapaxes(gradient, 1, 2)))
        calls.append(partial(np.matmul, other, np.swapaxes(columns, 1, 2), out=total))
    kernels = by_offset(out, c)
    calls.append(partial(np.copyto, kernels, total.reshape(kernels.shape)))
    return calls
