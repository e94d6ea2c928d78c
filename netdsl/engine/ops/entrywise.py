"""Operations entry by entry: forward and gradient of each side by side."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from netdsl.engine import special
from netdsl.engine.ops.table import arithmetic, broadcast, define, logical, real
from netdsl.engine.program import Op

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
