"""The operations: forward and gradient of each side by side."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from netdsl.engine import special
from netdsl.engine.program import Kind, Op, Shape

OPS: dict[str, Op] = {}
"""Every operation by its name, which is its name on `xp`."""


def define(op: Op) -> Op:
    """Add an operation to the table."""
    assert op.name not in OPS
    OPS[op.name] = op
    return op


# ---- shapes and kinds ----------------------------------------------------------------------


def broadcast(*shapes: Shape, **_: Any) -> Shape:
    """Return the shape of an operation entry by entry."""
    return np.broadcast_shapes(*shapes)


def arithmetic(*kinds: Kind) -> Kind:
    """Return what the elements of a result are: integers only if all are."""
    return "int" if all(kind == "int" for kind in kinds) else "real"


def real(*_: Kind) -> Kind:
    """Return that the elements of a result are reals."""
    return "real"


def logical(*_: Kind) -> Kind:
    """Return that the elements of a result are truth values."""
    return "bool"


def first(*kinds: Kind) -> Kind:
    """Return that the elements of a result are those of the first input."""
    return kinds[0]


# ---- entry by entry, one input ------------------------------------------------------------


def unary(name: str, run: Callable[..., Any], slope: Any, *, inplace: bool = True) -> None:
    """Define a function of one array; `slope(xp, x, y)` is its derivative, None stands for 0."""

    def vjp(xp: Any, g: Any, y: Any, x: Any) -> tuple[Any]:
        return (None if slope is None else g * slope(xp, x, y),)

    kind = arithmetic if name in ("negative", "abs", "sign", "square") else real
    define(Op(name, broadcast, kind, run, vjp=vjp, inplace=inplace))


def _sigmoid(x: Any, out: Any) -> None:
    small = np.asarray(np.abs(x))  # of rank 0 it would be a scalar
    np.negative(small, out=small)
    np.exp(small, out=small)
    up = x >= 0
    np.copyto(out, small)
    np.copyto(out, 1, where=up)
    small += 1
    np.divide(out, small, out=out)


def _softplus(x: Any, out: Any) -> None:
    np.logaddexp(x, x.dtype.type(0), out=out)


def _no_second(xp: Any, x: Any, y: Any) -> Any:
    raise NotImplementedError("the derivative of digamma")


unary("negative", np.negative, lambda xp, x, y: -1.0)
unary("abs", np.absolute, lambda xp, x, y: xp.sign(x))
unary("sign", np.sign, None)
unary("exp", np.exp, lambda xp, x, y: y)
unary("expm1", np.expm1, lambda xp, x, y: y + 1)
unary("log", np.log, lambda xp, x, y: 1 / x)
unary("log1p", np.log1p, lambda xp, x, y: 1 / (1 + x))
unary("sqrt", np.sqrt, lambda xp, x, y: 0.5 / y)
unary("square", np.square, lambda xp, x, y: 2 * x)
unary("sin", np.sin, lambda xp, x, y: xp.cos(x))
unary("cos", np.cos, lambda xp, x, y: -xp.sin(x))
unary("tan", np.tan, lambda xp, x, y: 1 + xp.square(y))
unary("arcsin", np.arcsin, lambda xp, x, y: 1 / xp.sqrt(1 - xp.square(x)))
unary("arccos", np.arccos, lambda xp, x, y: -1 / xp.sqrt(1 - xp.square(x)))
unary("arctan", np.arctan, lambda xp, x, y: 1 / (1 + xp.square(x)))
unary("sinh", np.sinh, lambda xp, x, y: xp.cosh(x))
unary("cosh", np.cosh, lambda xp, x, y: xp.sinh(x))
unary("tanh", np.tanh, lambda xp, x, y: 1 - xp.square(y))
unary("arcsinh", np.arcsinh, lambda xp, x, y: 1 / xp.sqrt(xp.square(x) + 1))
unary("arccosh", np.arccosh, lambda xp, x, y: 1 / xp.sqrt(xp.square(x) - 1))
unary("arctanh", np.arctanh, lambda xp, x, y: 1 / (1 - xp.square(x)))
unary("floor", np.floor, None)
unary("ceil", np.ceil, None)
unary("round", np.rint, None)
unary("trunc", np.trunc, None)
unary("sigmoid", _sigmoid, lambda xp, x, y: y * (1 - y))
unary("softplus", _softplus, lambda xp, x, y: xp.sigmoid(x))

_ERF = 2 / math.sqrt(math.pi)
unary("erf", special.erf, lambda xp, x, y: _ERF * xp.exp(-xp.square(x)), inplace=False)
unary("erfc", special.erfc, lambda xp, x, y: -_ERF * xp.exp(-xp.square(x)), inplace=False)
unary("erfinv", special.erfinv, lambda xp, x, y: xp.exp(xp.square(y)) / _ERF, inplace=False)
unary("erfcinv", special.erfcinv, lambda xp, x, y: xp.exp(xp.square(y)) / -_ERF, inplace=False)
unary("gamma", special.gamma, lambda xp, x, y: y * xp.digamma(x), inplace=False)
unary("lgamma", special.lgamma, lambda xp, x, y: xp.digamma(x), inplace=False)
unary("digamma", special.digamma, _no_second, inplace=False)


# ---- entry by entry, several inputs -----------------------------------------------------------


def _power_vjp(xp: Any, g: Any, y: Any, x: Any, n: Any) -> tuple[Any, Any]:
    if n.constant is not None:
        return g * (n * xp.power(x, xp.constant(n.constant - 1))), None
    log = xp.log(xp.where(x > 0, x, 1.0))
    return g * (n * xp.power(x, n - 1)), g * (y * log)


def _where_vjp(xp: Any, g: Any, y: Any, c: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    return None, xp.where(c, g, 0.0), xp.where(c, 0.0, g)


def _where(c: Any, a: Any, b: Any, out: Any) -> None:
    np.copyto(out, b)
    np.copyto(out, a, where=c)


define(Op("add", broadcast, arithmetic, np.add, vjp=lambda xp, g, y, a, b: (g, g), inplace=True))
define(
    Op(
        "subtract",
        broadcast,
        arithmetic,
        np.subtract,
        vjp=lambda xp, g, y, a, b: (g, -g),
        inplace=True,
    )
)
define(
    Op(
        "multiply",
        broadcast,
        arithmetic,
        np.multiply,
        vjp=lambda xp, g, y, a, b: (g * b, g * a),
        inplace=True,
    )
)
define(
    Op(
        "divide",
        broadcast,
        real,
        np.divide,
        vjp=lambda xp, g, y, a, b: (g / b, -(g * y) / b),
        inplace=True,
    )
)
define(Op("power", broadcast, real, np.power, vjp=_power_vjp, inplace=True))
define(
    Op(
        "maximum",
        broadcast,
        arithmetic,
        np.maximum,
        vjp=lambda xp, g, y, a, b: (xp.where(a > b, g, 0.0), xp.where(a > b, 0.0, g)),
        inplace=True,
    )
)
define(
    Op(
        "minimum",
        broadcast,
        arithmetic,
        np.minimum,
        vjp=lambda xp, g, y, a, b: (xp.where(a < b, g, 0.0), xp.where(a < b, 0.0, g)),
        inplace=True,
    )
)
define(
    Op(
        "where",
        broadcast,
        lambda c, a, b: arithmetic(a, b),
        _where,
        vjp=_where_vjp,
    )
)

for _name in ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"):
    define(Op(_name, broadcast, logical, getattr(np, _name)))
for _name in ("logical_and", "logical_or", "logical_not"):
    define(Op(_name, broadcast, logical, getattr(np, _name), inplace=True))


def _cast(x: Any, out: Any) -> None:
    np.copyto(out, x, casting="unsafe")


define(Op("real", broadcast, real, _cast, vjp=lambda xp, g, y, x: (g,)))


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
