"""Sampling of images between their entries, at places that are computed, and the gradients.

The image x is (n, c, height, width), the places `rows` and `columns` are (n, h, w), counted from
0 and from -1 to the size at most: what is asked for beyond the first or last entry is found on the
way to a zero beside it. An image is laid out with a frame of zeros and its channels innermost, so
that the four entries around a place are four rows of memory.
"""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.ops.table import define, real
from netdsl.engine.program import Call, Op, Shape

AnyArray = NDArray[Any]

define(
    Op(
        "arange",  # 0, 1, ... as reals
        lambda *, size: (size,),
        real,
        calls=lambda *, size, out, scratch: [partial(np.copyto, out, np.arange(size))],
    )
)


# ---- where the four entries are --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Around:
    """Where in a framed image the entry above and left of each place lies, and how far from it.

    `down` and `right` are those distances, from 0 to 1, as a column of numbers.
    """

    first: AnyArray
    down: AnyArray
    right: AnyArray
    width: int

    @property
    def steps(self) -> tuple[int, int, int, int]:
        """How far the four entries lie from the first: itself, right, below, below and right."""
        return 0, 1, self.width, self.width + 1


def around(rows: AnyArray, columns: AnyArray, sizes: Shape, calls: list[Call]) -> Around:
    """Return the entries around all places in images of these sizes, computed by the calls."""
    height, width = sizes
    count = rows.size
    down, right = (np.empty((count, 1), rows.dtype) for _ in range(2))
    first, more = (np.empty(rows.shape, np.int64) for _ in range(2))
    frames = np.arange(len(rows), dtype=np.int64) * ((height + 2) * (width + 2)) + width + 3
    for given, size, part, whole in ((rows, height, down, first), (columns, width, right, more)):
        below = part.reshape(rows.shape)
        calls += [
            partial(np.floor, given, out=below),
            partial(np.minimum, below, np.array(size - 1, rows.dtype), out=below),
            partial(np.copyto, whole, below, casting="unsafe"),
            partial(np.subtract, given, below, out=below),
        ]
    calls += [
        partial(np.multiply, first, width + 2, out=first),
        partial(np.add, first, more, out=first),
        partial(np.add, first, frames[:, None, None], out=first),
        # Places that are no numbers lie anywhere; they must not lie outside of the memory.
        partial(np.clip, first, 0, frames[-1] + height * (width + 2) - 3, out=first),
    ]
    return Around(first.reshape(-1), down, right, width + 2)


def framed(x: AnyArray, memory: AnyArray, calls: list[Call]) -> AnyArray:
    """Return an image as rows of channels, each place of a frame of zeros one of them."""
    calls += _zero_frame(memory)
    calls.append(partial(np.copyto, memory[:, 1:-1, 1:-1], x.transpose(0, 2, 3, 1)))
    return memory.reshape(-1, memory.shape[-1])


def _zero_frame(memory: AnyArray) -> Iterator[Call]:
    for place in (0, -1):
        yield partial(memory[:, place].fill, 0)
        yield partial(memory[:, :, place].fill, 0)


def _frame(x: Shape) -> Shape:
    return (x[0], x[2] + 2, x[3] + 2, x[1])


def _flat(x: Shape, rows: Shape) -> Shape:
    """Return the shape of all entries at the places, channels last."""
    return (rows[0] * rows[1] * rows[2], x[1])


# ---- forwards ------------------------------------------------------------------------------


def _sample_scratch(x: Shape, rows: Shape, columns: Shape) -> tuple[Shape, ...]:
    flat = _flat(x, rows)
    return _frame(x), flat, flat, flat


def _sample(
    x: AnyArray, rows: AnyArray, columns: AnyArray, *, out: AnyArray, scratch: Any
) -> Iterable[Call]:
    """Return the calls: between left and right above, the same below, and between the two."""
    memory, above, below, other = scratch
    calls: list[Call] = []
    image = framed(x, memory, calls)
    spot = around(rows, columns, x.shape[2:], calls)
    index = np.empty_like(spot.first)
    for pair, target in ((spot.steps[:2], above), (spot.steps[2:], below)):
        for step, part in zip(pair, (target, other), strict=True):
            calls += _taken(image, spot, step, index, part)
        calls += _between(target, other, spot.right)
    calls += _between(above, below, spot.down)
    found = above.reshape(*rows.shape, -1).transpose(0, 3, 1, 2)
    return [*calls, partial(np.copyto, out, found)]


def _taken(
    image: AnyArray, spot: Around, step: int, index: AnyArray, out: AnyArray
) -> Iterator[Call]:
    """Yield the calls that take the entry of each place that lies so far from the first."""
    yield partial(np.add, spot.first, step, out=index)
    yield partial(image.take, index, axis=0, out=out, mode="clip")


def _between(low: AnyArray, high: AnyArray, part: AnyArray) -> Iterator[Call]:
    """Yield the calls that go part of the way from one array to another, written over the first."""
    yield partial(np.subtract, high, low, out=high)
    yield partial(np.multiply, high, part, out=high)
    yield partial(np.add, low, high, out=low)


# ---- the gradient of the image ---------------------------------------------------------------


def _input_scratch(g: Shape, rows: Shape, columns: Shape, *, sizes: Shape) -> tuple[Shape, ...]:
    count = rows[0] * rows[1] * rows[2]
    frames = rows[0] * (sizes[0] + 2) * (sizes[1] + 2)
    return (g[1], frames), (g[1], count), (g[1], count), (count,), (count,)


def _input(
    g: AnyArray, rows: AnyArray, columns: AnyArray, *, out: AnyArray, scratch: Any, sizes: Shape
) -> Iterable[Call]:
    """Return the calls that add each gradient, in shares, to the four entries around its place."""
    memory, lying, part, *shares = scratch
    calls: list[Call] = [partial(memory.fill, 0)]
    spot = around(rows, columns, sizes, calls)
    channels_first = g.transpose(1, 0, 2, 3)
    calls.append(partial(np.copyto, lying.reshape(channels_first.shape), channels_first))
    index = np.empty_like(spot.first)
    for place, step in enumerate(spot.steps):
        calls += _share(spot, place, *shares)
        calls.append(partial(np.multiply, lying, shares[0], out=part))
        calls.append(partial(np.add, spot.first, step, out=index))
        for channel, values in zip(memory, part, strict=True):
            calls.append(partial(np.add.at, channel, index, values))
    frame = memory.reshape(len(memory), len(rows), sizes[0] + 2, sizes[1] + 2)
    inside = frame[:, :, 1:-1, 1:-1].transpose(1, 0, 2, 3)
    return [*calls, partial(np.copyto, out, inside)]


def _share(spot: Around, place: int, out: AnyArray, other: AnyArray) -> Iterator[Call]:
    """Yield the calls that give the share of the entry at one of the four places."""
    one = np.ones((), out.dtype)
    for share, distance, is_far in ((out, spot.down, place > 1), (other, spot.right, place % 2)):
        if is_far:
            yield partial(np.copyto, share, distance.reshape(-1))
        else:
            yield partial(np.subtract, one, distance.reshape(-1), out=share)
    yield partial(np.multiply, out, other, out=out)


# ---- the gradient of the places --------------------------------------------------------------


def _slopes_scratch(g: Shape, x: Shape, rows: Shape, columns: Shape) -> tuple[Shape, ...]:
    flat = _flat(x, rows)
    return (_frame(x), flat, flat, *[(flat[0],)] * 6)


def _slopes(
    g: AnyArray, x: AnyArray, rows: AnyArray, columns: AnyArray, *, out: AnyArray, scratch: Any
) -> Iterable[Call]:
    """Return the calls: the gradient times each of the four entries, added up over channels."""
    memory, lying, taken, *sums, slope, work = scratch
    calls: list[Call] = []
    image = framed(x, memory, calls)
    spot = around(rows, columns, x.shape[2:], calls)
    channels_last = g.transpose(0, 2, 3, 1)
    calls.append(partial(np.copyto, lying.reshape(channels_last.shape), channels_last))
    index = np.empty_like(spot.first)
    for step, total in zip(spot.steps, sums, strict=True):
        calls += _taken(image, spot, step, index, taken)
        calls.append(partial(np.vecdot, lying, taken, out=total))
    first, right, below, last = sums
    ways = (((first, below), (right, last), spot.right), ((first, right), (below, last), spot.down))
    for number, (near, far, part) in enumerate(ways):
        calls.append(partial(np.subtract, near[1], near[0], out=slope))
        calls.append(partial(np.subtract, far[1], far[0], out=work))
        calls += _between(slope, work, part.reshape(-1))
        calls.append(partial(np.copyto, out[:, number], slope.reshape(rows.shape)))
    return calls


# ---- the operations ------------------------------------------------------------------------


def _sample_vjp(xp: Any, g: Any, y: Any, x: Any, rows: Any, columns: Any) -> tuple[Any, Any, Any]:
    return (xp.sample_input(g, rows, columns, sizes=x.shape[2:]), *_pair(xp, g, x, rows, columns))


def _input_vjp(
    xp: Any, h: Any, y: Any, g: Any, rows: Any, columns: Any, *, sizes: Shape
) -> tuple[Any, Any, Any]:
    return (xp.sample(h, rows, columns), *_pair(xp, g, h, rows, columns))


def _pair(xp: Any, g: Any, x: Any, rows: Any, columns: Any) -> tuple[Any, Any]:
    both = xp.sample_slopes(g, x, rows, columns)
    one, other = (xp.slice(both, axis=1, start=at, stop=at + 1) for at in (0, 1))
    return xp.squeeze(one, (1,)), xp.squeeze(other, (1,))


define(
    Op(
        "sample",  # the entries of images at places, between entries in proportion
        lambda x, rows, columns: (*x[:2], *rows[1:]),
        real,
        calls=_sample,
        scratch=_sample_scratch,
        vjp=_sample_vjp,
    )
)
define(
    Op(
        "sample_input",  # the gradient g of sample's result, and the sizes of its x
        lambda g, rows, columns, *, sizes: (*g[:2], *sizes),
        real,
        calls=_input,
        scratch=_input_scratch,
        vjp=_input_vjp,
    )
)
# It has no gradient of its own but zero.
define(
    Op(
        "sample_slopes",  # the gradient of sample's rows and of its columns, on axis 1
        lambda g, x, rows, columns: (rows[0], 2, *rows[1:]),
        real,
        calls=_slopes,
        scratch=_slopes_scratch,
    )
)
