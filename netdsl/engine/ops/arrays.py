"""Operations on whole arrays: views, reductions, products, look-up; gradients beside them."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.memory import AnyArray, inverse, order_of
from netdsl.engine.ops.table import arithmetic, broadcast, define, first, logical, real
from netdsl.engine.program import Call, Op, Shape

# ---- other shapes of the same numbers ----------------------------------------------------------


def _reshape_shape(shape: Shape, *, sizes: Shape) -> Shape:
    known = math.prod(n for n in sizes if n != -1)
    return tuple(math.prod(shape) // known if n == -1 else n for n in sizes)


def _transpose_shape(shape: Shape, *, axes: Shape) -> Shape:
    return tuple(shape[axis] for axis in axes)


define(
    Op(
        "reshape",
        _reshape_shape,
        first,
        view=lambda x, *, sizes: x.reshape(sizes),
        vjp=lambda xp, g, y, x, *, sizes: (xp.reshape(g, x.shape),),
    )
)
define(
    Op(
        "transpose",
        _transpose_shape,
        first,
        view=lambda x, *, axes: x.transpose(axes),
        vjp=lambda xp, g, y, x, *, axes: (xp.transpose(g, inverse(axes)),),
    )
)
define(
    Op(
        "broadcast_to",
        lambda shape, *, sizes: sizes,
        first,
        view=lambda x, *, sizes: np.broadcast_to(x, sizes),
        vjp=lambda xp, g, y, x, *, sizes: (g,),  # summed to x's shape by the gradient
    )
)


# ---- reductions ------------------------------------------------------------------------------


def _reduced(shape: Shape, *, axes: Shape) -> Shape:
    return tuple(1 if axis in axes else n for axis, n in enumerate(shape))


def _max_vjp(xp: Any, g: Any, y: Any, x: Any, *, axes: Shape) -> tuple[Any]:
    hit = xp.where(xp.equal(x, y), 1.0, 0.0)
    return (g * hit / xp.sum(hit, axes),)


STAGE = 1024
"""How many numbers may be added one by one before rounding tells; more are added in two stages."""


def _partial_sums(shape: Shape, *, axes: Shape) -> tuple[Shape, ...]:
    rows = math.prod(shape[axis] for axis in axes)
    if rows <= STAGE:
        return ()
    most = max(-(-shape[axis] // _stage(shape[axis], rows)) for axis in axes)
    return ((most, *_reduced(shape, axes=axes)),)


def _stage(size: int, rows: int) -> int:
    """Return how much of an axis one stage adds, where all axes together have so many rows."""
    return max(1, STAGE * size // rows)


def _sum(x: Any, *, axes: Shape, out: Any, scratch: Any) -> Iterator[Call]:
    """Add in two stages where numpy would add too many numbers one by one.

    Along the axis that lies closest in memory numpy adds in pairs of pairs already.
    """
    rows = math.prod(x.shape[axis] for axis in axes)
    places = sorted(axes)
    lies = x.flags.c_contiguous and out.flags.c_contiguous
    if x.dtype.kind == "f" and lies and rows <= STAGE:
        # A product with ones takes half as long.
        ones = np.ones(rows, x.dtype)
        if places == list(range(len(axes))):
            yield partial(np.dot, ones[None], x.reshape(rows, -1), out=out.reshape(1, -1))
            return
        if places == list(range(x.ndim - len(axes), x.ndim)):
            yield partial(np.dot, x.reshape(-1, rows), ones[:, None], out=out.reshape(-1, 1))
            return
    outer = [axis for axis in axes if axis != order_of(x)[-1]]
    rows = math.prod(x.shape[axis] for axis in outer)
    if not scratch or rows <= STAGE:
        yield partial(np.add.reduce, x, axis=axes, keepdims=True, out=out)
        return
    longest = max(outer, key=x.shape.__getitem__)
    size = x.shape[longest]
    step = _stage(size, rows)
    sums = scratch[0][: -(-size // step)]
    for number, some in enumerate(sums):
        spot = (slice(None),) * longest + (slice(number * step, (number + 1) * step),)
        yield partial(np.add.reduce, x[spot], axis=axes, keepdims=True, out=some)
    yield partial(np.add.reduce, sums, axis=0, out=out)


# A reduced axis stays with size 1, so that gradients need no bookkeeping; reshape drops it.
define(
    Op(
        "sum",
        _reduced,
        arithmetic,
        calls=_sum,
        scratch=_partial_sums,
        vjp=lambda xp, g, y, x, *, axes: (xp.broadcast_to(g, x.shape),),
    )
)
define(
    Op(
        "max",
        _reduced,
        first,
        calls=lambda x, *, axes, out, scratch: [
            partial(np.maximum.reduce, x, axis=axes, keepdims=True, out=out)
        ],
        vjp=_max_vjp,
    )
)


# A softmax, its logarithm and the gradients of both are made of the same three values, which are
# computed once: numbers up to 0, their powers, and the sums of these.
def _powers(xp: Any, x: Any, axis: int) -> tuple[Any, Any, Any]:
    axes = (axis % x.ndim,)
    below = x - xp.max(x, axes)
    powers = xp.exp(below)
    return below, powers, xp.sum(powers, axes)


def _softmax(xp: Any, x: Any, *, axis: int) -> Any:
    _, powers, total = _powers(xp, x, axis)
    return powers / total


def _log_softmax(xp: Any, x: Any, *, axis: int) -> Any:
    below, _, total = _powers(xp, x, axis)
    return below - xp.log(total)


define(
    Op(
        "softmax",
        lambda shape, *, axis: shape,
        real,
        lower=_softmax,
        vjp=lambda xp, g, y, x, *, axis: (y * (g - xp.sum(g * y, (axis % y.ndim,))),),
    )
)
define(
    Op(
        "log_softmax",
        lambda shape, *, axis: shape,
        real,
        lower=_log_softmax,
        vjp=lambda xp, g, y, x, *, axis: (g - xp.softmax(x, axis) * xp.sum(g, (axis % y.ndim,)),),
    )
)


def _log_floored(x: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    yield partial(np.maximum, x, np.array(np.finfo(out.dtype).tiny, out.dtype), out=out)
    yield partial(np.log, out, out=out)


def _is_normal(x: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    yield partial(np.greater_equal, x, np.array(np.finfo(x.dtype).tiny, x.dtype), out=out)


# The logarithm of a probability: at 0 it is that of the smallest normal number, and flat.
define(
    Op(
        "log_floored",
        broadcast,
        real,
        calls=_log_floored,
        vjp=lambda xp, g, y, x: (xp.where(xp.is_normal(x), g / x, 0.0),),
        inplace=True,
        entrywise=True,
    )
)
define(Op("is_normal", broadcast, logical, calls=_is_normal, entrywise=True))


# ---- products and look-up ---------------------------------------------------------------------


def _matmul_shape(a: Shape, b: Shape) -> Shape:
    assert min(len(a), len(b)) >= 2, (a, b)
    assert a[-1] == b[-2], (a, b)
    return (*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])


def matmul_calls(a: Any, b: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    """Yield the call that multiplies two matrices, or stacks of them."""
    # `dot` begins sooner; it copies where an array has no axis that is contiguous.
    if a.ndim == b.ndim == 2 and not out.flags.c_contiguous and out.T.flags.c_contiguous:
        a, b, out = b.T, a.T, out.T
    plain = a.ndim == b.ndim == 2 and out.flags.c_contiguous and a.dtype == b.dtype
    if plain and all(array.itemsize in array.strides for array in (a, b)):
        yield partial(np.dot, a, b, out=out)
    else:
        yield partial(np.matmul, a, b, out=out)


def _swap(xp: Any, x: Any) -> Any:
    return xp.transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


define(
    Op(
        "matmul",
        _matmul_shape,
        real,
        calls=matmul_calls,
        vjp=lambda xp, g, y, a, b: (xp.matmul(g, _swap(xp, b)), xp.matmul(_swap(xp, a), g)),
    )
)


def _flat_index(index: AnyArray, size: int) -> tuple[AnyArray, AnyArray]:
    """Return memory for places in a flattened array, and where each row starts there."""
    starts = np.arange(0, int(index.size) * size, size, dtype=np.int64)
    return np.empty(index.shape, np.int64), starts.reshape(index.shape)


def _pick(x: Any, index: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    places, starts = _flat_index(index, x.shape[-1])
    yield partial(np.add, index, starts, out=places)
    flat = x.reshape(-1)
    if not np.may_share_memory(flat, x):
        flat = scratch[0].reshape(-1)
        yield partial(np.copyto, scratch[0], x)
    yield partial(flat.take, places, out=out, mode="clip")


def _place(x: Any, index: Any, *, size: int, out: Any, scratch: Any) -> Iterator[Call]:
    places, starts = _flat_index(index, size)
    whole = scratch[0] if not out.flags.c_contiguous else out
    yield partial(np.add, index, starts, out=places)
    yield partial(whole.fill, 0)
    yield partial(whole.reshape(-1).put, places, x, "clip")
    if whole is not out:
        yield partial(np.copyto, out, whole)


define(
    Op(
        "pick",  # the entry on the last axis whose 0-based position `index` says
        lambda shape, index: index,
        first,
        calls=_pick,
        scratch=lambda shape, index: (shape,),
        vjp=lambda xp, g, y, x, index: (xp.place(g, index, size=x.shape[-1]), None),
    )
)
define(
    Op(
        "place",  # zeros on a new last axis, but for the entry at that position
        lambda shape, index, *, size: (*index, size),
        first,
        calls=_place,
        scratch=lambda shape, index, *, size: ((*index, size),),
        vjp=lambda xp, g, y, x, index, *, size: (xp.pick(g, index), None),
    )
)
