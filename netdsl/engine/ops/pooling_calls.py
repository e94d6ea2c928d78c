"""How numpy pools: one axis after the other, each as a few operations on slices.

The first axis comes first, since its slices are the longest stretches of memory where a
convolution has put them. A gradient takes the same way back: of equal entries that one gets it
which comes first along the last axis, and among those the first along the axis before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.memory import inverse, order_of
from netdsl.engine.ops.convolution_windows import Axis, axes_of
from netdsl.engine.program import Axes, Call, Shape

AnyArray = NDArray[Any]


def windows(sizes: Shape, *, kernel: Shape, **attrs: Shape) -> tuple[Axis, ...]:
    """Return the windows along each of the last axes."""
    return axes_of(sizes, kernel, dilation=(1,) * len(kernel), **attrs)


def stages(sizes: Shape, axes: tuple[Axis, ...]) -> list[Shape]:
    """Return the shapes on the way, from the input to the result."""
    found = [sizes]
    for place in range(-len(axes), 0):
        before = list(found[-1])
        before[place] = axes[place].count
        found.append(tuple(before))
    return found


def same_order(shapes: list[Shape], orders: list[Axes], **_: Any) -> Axes:
    """Return that the result lies as its first input does."""
    return orders[0]


def _like(memory: AnyArray, shape: Shape, order: Axes) -> AnyArray:
    """Return memory as an array whose axes lie in that order."""
    return memory.reshape([shape[axis] for axis in order]).transpose(inverse(order))


def _along(array: AnyArray, place: int, entries: slice) -> AnyArray:
    return array[(..., entries, *(slice(None),) * (-place - 1))]


def _slices(
    x: AnyArray, y: AnyArray, place: int, axis: Axis
) -> Iterator[tuple[AnyArray, AnyArray]]:
    """Yield for each offset in a window the entries of x there and the windows, as in y."""
    for offset in range(axis.kernel):
        seen, found = axis.span(offset)
        yield _along(x, place, seen), _along(y, place, found)


def _is_whole(axis: Axis) -> bool:
    """Whether one window sees the whole axis."""
    return axis.count == 1 and axis.before == 0 and axis.kernel >= axis.size


# ---- forwards ------------------------------------------------------------------------------


def pool_scratch(x: Shape, **attrs: Any) -> tuple[Shape, ...]:
    """Return the shapes between the input and the result."""
    return tuple(stages(x, windows(x, **attrs))[1:-1])


def pool_calls(
    ufunc: np.ufunc,
    x: AnyArray,
    *,
    out: AnyArray,
    scratch: tuple[AnyArray, ...],
    **attrs: Any,
) -> Iterable[Call]:
    """Return the calls that pool with a ufunc of two arguments."""
    axes = windows(x.shape, **attrs)
    order = order_of(x)
    results = [*(_like(memory, memory.shape, order) for memory in scratch), out]
    for place, result in zip(range(-len(axes), 0), results, strict=True):
        yield from _reduce(ufunc, x, result, place, axes[place])
        x = result


def _reduce(ufunc: np.ufunc, x: AnyArray, out: AnyArray, place: int, axis: Axis) -> Iterator[Call]:
    if _is_whole(axis):
        yield partial(ufunc.reduce, x, axis=place, keepdims=True, out=out)
        return
    pairs = list(_slices(x, out, place, axis))
    if axis.is_padded:
        yield partial(out.fill, -np.inf if ufunc is np.maximum else 0)
    elif axis.kernel == 1:
        yield partial(np.copyto, out, pairs[0][0])
        return
    else:
        yield partial(ufunc, pairs[0][0], pairs[1][0], out=out)
        del pairs[:2]
    for entries, found in pairs:
        yield partial(ufunc, found, entries, out=found)


# ---- the gradient of a total ---------------------------------------------------------------


def total_input_scratch(g: Shape, *, sizes: Shape, **attrs: Any) -> tuple[Shape, ...]:
    """Return the shapes between the gradient of the result and that of the input."""
    x = (*g[: len(g) - len(sizes)], *sizes)
    return tuple(reversed(stages(x, windows(x, **attrs))[1:-1]))


def total_input_calls(
    g: AnyArray, *, out: AnyArray, scratch: tuple[AnyArray, ...], sizes: Shape, **attrs: Any
) -> Iterable[Call]:
    """Return the calls that give each entry the gradients of the windows that it is in."""
    axes = windows(out.shape, **attrs)
    order = order_of(g)
    results = [*(_like(memory, memory.shape, order) for memory in scratch), out]
    for place, result in zip(reversed(range(-len(axes), 0)), results, strict=True):
        if _is_whole(axes[place]):
            yield partial(np.copyto, result, g)
        else:
            yield partial(result.fill, 0)
            for entries, found in _slices(result, g, place, axes[place]):
                yield partial(np.add, entries, found, out=entries)
        g = result


# ---- the gradient of a maximum -------------------------------------------------------------


def max_input_scratch(g: Shape, x: Shape, y: Shape, **attrs: Any) -> tuple[Shape, ...]:
    """Return the shapes between, of the maxima and of their gradients, and of two for each axis."""
    found = stages(x, windows(x, **attrs))
    return (*found[1:-1], *found[1:-1], *found[1:], *found[1:])


def max_input_calls(
    g: AnyArray,
    x: AnyArray,
    y: AnyArray,
    *,
    out: AnyArray,
    scratch: tuple[AnyArray, ...],
    **attrs: Any,
) -> Iterable[Call]:
    """Return the calls that give the gradient of each window to the first of its largest."""
    axes = windows(x.shape, **attrs)
    order, rank = order_of(x), len(axes)
    memories = iter([_like(memory, memory.shape, order) for memory in scratch])
    maxima = [x, *(next(memories) for _ in range(rank - 1)), y]
    gradients = [out, *(next(memories) for _ in range(rank - 1)), g]
    signs = [next(memories) for _ in range(rank)]
    rests = [next(memories) for _ in range(rank)]
    places = list(range(-rank, 0))
    for step in range(rank - 1):
        place = places[step]
        yield from _reduce(np.maximum, maxima[step], maxima[step + 1], place, axes[place])
    for step in reversed(range(rank)):
        place = places[step]
        work = (signs[step], rests[step])
        three = (gradients[step + 1], maxima[step], maxima[step + 1])
        yield from _give(*three, gradients[step], work, place, axes[place])


# The sign of x - y, spread over all bits, says that an entry x is not its window's largest, y: the
# gradient is kept or passed on to the next entry by `and` with it.


def _give(
    g: AnyArray,
    x: AnyArray,
    y: AnyArray,
    out: AnyArray,
    work: tuple[AnyArray, AnyArray],
    place: int,
    axis: Axis,
) -> Iterator[Call]:
    """Yield the calls that give the gradient of windows along one axis to the first largest."""
    apart = axis.stride >= axis.kernel and not axis.is_padded
    if not apart or axis.stride > axis.kernel or axis.stride * axis.count != axis.size:
        yield partial(out.fill, 0)
    if apart:
        yield from _give_apart(g, x, y, out, work, place, axis)
        return
    signs, left = work
    bits, last_bit = _bits(x)
    yield partial(np.copyto, left, g)
    for offset in range(axis.kernel):
        seen, found = axis.span(offset)
        sign, own = _along(signs, place, found), _along(left, place, found)
        mask, rest = sign.view(bits), own.view(bits)
        target = _along(out, place, seen)
        yield partial(np.subtract, _along(x, place, seen), _along(y, place, found), out=sign)
        yield partial(np.right_shift, mask, last_bit, out=mask)
        yield partial(np.bitwise_and, rest, mask, out=mask)
        yield partial(np.bitwise_xor, rest, mask, out=rest)
        yield partial(np.add, target, own, out=target)
        yield partial(np.copyto, own, sign)


def _give_apart(
    g: AnyArray,
    x: AnyArray,
    y: AnyArray,
    out: AnyArray,
    work: tuple[AnyArray, AnyArray],
    place: int,
    axis: Axis,
) -> Iterator[Call]:
    """Yield the calls where no two windows overlap: what the others leave is the last entry's."""
    bits, last_bit = _bits(x)
    entries = [_along(x, place, axis.span(offset)[0]) for offset in range(axis.kernel)]
    targets = [_along(out, place, axis.span(offset)[0]) for offset in range(axis.kernel)]
    if axis.kernel == 1:
        yield partial(np.copyto, targets[0], g)
    left = g.view(bits)
    for offset in range(axis.kernel - 1):
        sign = work[offset % 2]
        mask = sign.view(bits)
        rest = targets[-1].view(bits) if offset == axis.kernel - 2 else mask
        yield partial(np.subtract, entries[offset], y, out=sign)
        yield partial(np.right_shift, mask, last_bit, out=mask)
        yield partial(np.bitwise_and, left, mask, out=rest)
        yield partial(np.bitwise_xor, left, rest, out=targets[offset].view(bits))
        left = rest


def _bits(x: AnyArray) -> tuple[Any, Any]:
    """Return integers as wide as the numbers of an array, and by how much their sign is shifted."""
    bits = np.int32 if x.itemsize == 4 else np.int64
    return bits, np.array(8 * x.itemsize - 1, bits)
