"""The gradient of a convolution's input, which is a transposed convolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from math import prod
from typing import Any

import numpy as np

from netdsl.engine.ops.convolution_columns import (
    AnyArray,
    Convolution,
    by_group,
    by_offset,
    by_row,
    convolution,
    read,
    written,
)
from netdsl.engine.ops.convolution_windows import Axis
from netdsl.engine.program import Call, Shape

ROOM = 1 << 18
"""How many numbers of the columns' gradient are held at once: what stays in the cache."""


def _rows_at_once(c: Convolution) -> int:
    """Return for how many rows the columns' gradient is held."""
    return max(1, min(c.phases[0][0].rows.size, ROOM // (c.groups * prod(c.one_row))))


def _is_packed(c: Convolution) -> bool:
    """Whether the rows of a group lie one after the other in the gradient of the result."""
    return c.groups == 1 and c.rows.dilation == 1


def conv_input_scratch(g: Shape, w: Shape, *, sizes: Shape, **attrs: Any) -> tuple[Shape, ...]:
    """Return the shapes of the columns' gradient, of turned weights and of a packed gradient."""
    c = convolution((g[0], w[1] * attrs["groups"], *sizes), w[0], w[2:], **attrs)
    columns = (c.groups, _rows_at_once(c), *c.one_row)
    packed = (0,) if _is_packed(c) else (c.groups, c.rows.count, c.outputs, c.width)
    return columns, (c.groups, c.offsets * c.inputs, c.rows.kernel, c.outputs), packed


def conv_input_calls(
    g: AnyArray,
    w: AnyArray,
    *,
    out: AnyArray,
    scratch: tuple[AnyArray, ...],
    sizes: Shape,
    **attrs: Any,
) -> Iterable[Call]:
    """Return the calls that give the gradient of the input, which is a transposed convolution."""
    c = convolution(out.shape, len(w), w.shape[2:], **attrs)
    columns, matrix, packed = scratch
    calls: list[Call] = []
    gradient = by_row(read(g, calls), c)
    lying, after = written(out)
    calls.append(partial(lying.fill, 0))
    phases = c.phases
    calls += _turned(by_offset(w, c), matrix, phases[0][0].rows)
    for part, seen, rows in phases:
        own = gradient[:, rows]
        if not _is_packed(c):
            own = packed[:, : part.rows.count]
            calls.append(partial(np.copyto, own, gradient[:, rows]))
        calls += _spread(own, matrix, columns, by_group(lying[seen], part), part)
    return calls + after


def _turned(kernels: AnyArray, matrix: AnyArray, rows: Axis) -> Iterator[Call]:
    """Yield the calls that set the weights out as (group, offset and input, row, output)."""
    turns = _turn(rows).values()
    for place, row in enumerate(row for turn in turns for row in turn):
        source = np.moveaxis(kernels[:, :, row], 1, -1)
        yield partial(np.copyto, matrix[:, :, place].reshape(source.shape), source)


def _spread(
    g: AnyArray, matrix: AnyArray, columns: AnyArray, x: AnyArray, c: Convolution
) -> Iterator[Call]:
    """Yield the calls: for each row of the input one product with the rows that it went into."""
    at_once = columns.shape[1]
    for first in range(0, c.rows.size, at_once):
        count = min(at_once, c.rows.size - first)
        for row in range(count):
            yield _row_product(first + row, g, matrix, columns[:, row], c)
        for offset, entries, places in c.places():
            part = x[:, first : first + count, :, *entries]
            more = columns[:, :count, *offset][:, :, :, *places]
            yield partial(np.add, part, more, out=part)


def _turn(rows: Axis) -> dict[int, range]:
    """Return the rows of the kernel that meet a row of the input, by its place in a stride.

    They come last to first, since the rows of the result that they belong to go up.
    """
    step = rows.stride
    found = {phase: range(phase, rows.kernel, step)[::-1] for phase in range(step)}
    return {phase: part for phase, part in found.items() if part}


def _row_product(row: int, g: AnyArray, matrix: AnyArray, out: AnyArray, c: Convolution) -> Call:
    """Return the call that gives the columns' gradient of one row of the input."""
    rows = c.rows
    place = row + rows.before
    first = max(0, -((rows.kernel - 1 - place) // rows.stride))
    last = min(rows.count - 1, place // rows.stride)
    if last < first:
        return partial(out.fill, 0)
    start = 0
    for phase, part in _turn(rows).items():
        if phase == place % rows.stride:
            start += part.index(place - first * rows.stride)
            break
        start += len(part)
    count = last - first + 1
    left = matrix[:, :, start : start + count].reshape(c.groups, -1, count * c.outputs)
    right = g[:, first : last + 1].reshape(c.groups, count * c.outputs, c.width)
    return partial(np.matmul, left, right, out=out.reshape(c.groups, -1, c.width))
