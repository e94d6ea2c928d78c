"""Arrays brought to mean 0 and variance 1 along some axes, and the gradient: one pass each."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

import math
from typing import Any

from netdsl.engine.ops.table import define, real
from netdsl.engine.program import Op, Shape

# `epsilon` is added to the variance; with `centred` 0 the mean stays, and `epsilon` is added to the
# mean square. `less` is what the number of entries is lessened by in the variance, 0 or 1.


def _parts(xp: Any, x: Any, epsilon: Any, axes: Shape, centred: int, less: int) -> tuple[Any, Any]:
    """Return the entries less their mean, and what they are multiplied by."""
    offset = x - xp.mean(x, axes) if centred else x
    # A product, not a square: its sum is one pass.
    power = xp.sum(offset * offset, axes) * (1 / (_count(x, axes) - less))
    return offset, 1 / xp.sqrt(power + epsilon)


def _count(x: Any, axes: Shape) -> int:
    return math.prod(x.shape[axis] for axis in axes)


def _standardize(xp: Any, x: Any, epsilon: Any, *, axes: Shape, centred: int, less: int) -> Any:
    offset, rate = _parts(xp, x, epsilon, axes, centred, less)
    return offset * rate


def _rate(xp: Any, x: Any, epsilon: Any, *, axes: Shape, centred: int, less: int) -> Any:
    return _parts(xp, x, epsilon, axes, centred, less)[1]


def _rate_shape(shape: Shape, epsilon: Shape, *, axes: Shape, **_: int) -> Shape:
    return tuple(1 if axis in axes else n for axis, n in enumerate(shape))


def _vjp(
    xp: Any, g: Any, y: Any, x: Any, epsilon: Any, *, axes: Shape, centred: int, less: int
) -> tuple[Any, None]:
    rate = xp.standard_rate(x, epsilon, axes=axes, centred=centred, less=less)
    # All sums first, then all that is small: where no block has whole rows it is two chains.
    along, total = xp.sum(g * y, axes), xp.sum(g, axes) if centred else None
    slope = along * rate * (1 / (_count(x, axes) - less))
    if total is None:
        return g * rate - y * slope, None
    level = total * rate * (1 / _count(x, axes))
    return g * rate - (y * slope + level), None


def _rate_vjp(
    xp: Any, g: Any, rate: Any, x: Any, epsilon: Any, *, axes: Shape, centred: int, less: int
) -> tuple[Any, None]:
    y = xp.standardize(x, epsilon, axes=axes, centred=centred, less=less)
    return y * (g * rate * rate * (-1 / (_count(x, axes) - less))), None


define(
    Op(
        "standardize",
        lambda shape, epsilon, **_: shape,
        real,
        lower=_standardize,
        vjp=_vjp,
    )
)
define(
    Op(
        "standard_rate",  # one over the deviation
        _rate_shape,
        real,
        lower=_rate,
        vjp=_rate_vjp,
    )
)
