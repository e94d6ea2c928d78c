"""Operations on whole arrays: views, reductions, products, look-up; gradients beside them."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

import math
from typing import Any

import numpy as np

from netdsl.engine.ops.table import arithmetic, broadcast, define, first, logical, real
from netdsl.engine.program import Op, Shape

# ---- other shapes of the same numbers ----------------------------------------------------------


def _reshape_shape(shape: Shape, *, sizes: Shape) -> Shape:
    known = math.prod(n for n in sizes if n != -1)
    return tuple(math.prod(shape) // known if n == -1 else n for n in sizes)


def _transpose_shape(shape: Shape, *, axes: Shape) -> Shape:
    return tuple(shape[axis] for axis in axes)


def _inverse(axes: Shape) -> Shape:
    return tuple(sorted(range(len(axes)), key=axes.__getitem__))


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
        vjp=lambda xp, g, y, x, *, axes: (xp.transpose(g, _inverse(axes)),),
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


# A reduced axis stays with size 1, so that gradients need no bookkeeping; reshape drops it.
define(
    Op(
        "sum",
        _reduced,
        arithmetic,
        lambda x, *, axes, out: np.sum(x, axis=axes, keepdims=True, out=out),
        vjp=lambda xp, g, y, x, *, axes: (xp.broadcast_to(g, x.shape),),
    )
)
define(
    Op(
        "max",
        _reduced,
        first,
        lambda x, *, axes, out: np.max(x, axis=axes, keepdims=True, out=out),
        vjp=_max_vjp,
    )
)


def _softmax(x: Any, *, axis: int, out: Any) -> None:
    np.subtract(x, np.max(x, axis=axis, keepdims=True), out=out)
    np.exp(out, out=out)
    np.divide(out, np.sum(out, axis=axis, keepdims=True), out=out)


define(
    Op(
        "softmax",
        lambda shape, *, axis: shape,
        real,
        _softmax,
        vjp=lambda xp, g, y, x, *, axis: (y * (g - xp.sum(g * y, (axis,))),),
    )
)


def _log_softmax(x: Any, *, axis: int, out: Any) -> None:
    np.subtract(x, np.max(x, axis=axis, keepdims=True), out=out)
    np.subtract(out, np.log(np.sum(np.exp(out), axis=axis, keepdims=True)), out=out)


def _log_softmax_vjp(xp: Any, g: Any, y: Any, x: Any, *, axis: int) -> tuple[Any]:
    return (g - xp.exp(y) * xp.sum(g, (axis,)),)


define(Op("log_softmax", lambda shape, *, axis: shape, real, _log_softmax, vjp=_log_softmax_vjp))


def _log_floored(x: Any, out: Any) -> None:
    np.maximum(x, np.finfo(x.dtype).tiny, out=out)
    np.log(out, out=out)


def _is_normal(x: Any, out: Any) -> None:
    np.greater_equal(x, np.finfo(x.dtype).tiny, out=out)


# The logarithm of a probability: at 0 it is that of the smallest normal number, and flat.
define(
    Op(
        "log_floored",
        broadcast,
        real,
        _log_floored,
        vjp=lambda xp, g, y, x: (xp.where(xp.is_normal(x), g / x, 0.0),),
        inplace=True,
    )
)
define(Op("is_normal", broadcast, logical, _is_normal))


# ---- products and look-up ---------------------------------------------------------------------


def _matmul_shape(a: Shape, b: Shape) -> Shape:
    assert min(len(a), len(b)) >= 2, (a, b)
    assert a[-1] == b[-2], (a, b)
    return (*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])


def _swap(xp: Any, x: Any) -> Any:
    return xp.transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


define(
    Op(
        "matmul",
        _matmul_shape,
        real,
        np.matmul,
        vjp=lambda xp, g, y, a, b: (xp.matmul(g, _swap(xp, b)), xp.matmul(_swap(xp, a), g)),
    )
)


def _pick(x: Any, index: Any, out: Any) -> None:
    np.copyto(out, np.take_along_axis(x, index[..., None], axis=-1)[..., 0])


def _place(x: Any, index: Any, *, size: int, out: Any) -> None:
    out.fill(0)
    np.put_along_axis(out, index[..., None], x[..., None], axis=-1)


define(
    Op(
        "pick",  # the entry on the last axis whose 0-based position `index` says
        lambda shape, index: index,
        first,
        _pick,
        vjp=lambda xp, g, y, x, index: (xp.place(g, index, size=x.shape[-1]), None),
    )
)
define(
    Op(
        "place",  # zeros on a new last axis, but for the entry at that position
        lambda shape, index, *, size: (*index, size),
        first,
        _place,
        vjp=lambda xp, g, y, x, index, *, size: (xp.pick(g, index), None),
    )
)
