"""Pooling of any rank, by maximum and by total, and the gradients."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.ops.convolution_windows import counts
from netdsl.engine.ops.pooling_calls import (
    max_input_calls,
    max_input_scratch,
    pool_calls,
    pool_scratch,
    same_order,
    total_input_calls,
    total_input_scratch,
    windows,
)
from netdsl.engine.ops.table import arithmetic, define, first, real
from netdsl.engine.program import Op, Shape

# The settings are `kernel`, `stride`, and how much padding is `before` and `after`, one number for
# each of the last axes. A maximum ignores padding, a total counts it as zeros.


def _pool_shape(x: Shape, **attrs: Shape) -> Shape:
    axes = windows(x, **attrs)
    return (*x[: len(x) - len(axes)], *counts(axes))


def _max_vjp(xp: Any, g: Any, y: Any, x: Any, **attrs: Any) -> tuple[Any]:
    return (xp.pool_max_input(g, x, y, **attrs),)


def _total_vjp(xp: Any, g: Any, y: Any, x: Any, *, kernel: Shape, **attrs: Any) -> tuple[Any]:
    sizes = x.shape[x.ndim - len(kernel) :]
    return (xp.pool_total_input(g, sizes=sizes, kernel=kernel, **attrs),)


def _total_input_vjp(xp: Any, h: Any, x: Any, g: Any, *, sizes: Shape, **attrs: Any) -> tuple[Any]:
    return (xp.pool_total(h, **attrs),)


define(
    Op(
        "pool_max",
        _pool_shape,
        first,
        vjp=_max_vjp,
        calls=partial(pool_calls, np.maximum),
        scratch=pool_scratch,
        order=same_order,
    )
)
define(
    Op(
        "pool_total",
        _pool_shape,
        arithmetic,
        vjp=_total_vjp,
        calls=partial(pool_calls, np.add),
        scratch=pool_scratch,
        order=same_order,
    )
)
# One of equal entries gets the gradient, an infinite one none; it has no gradient of its own but
# zero.
define(
    Op(
        "pool_max_input",  # the gradient g of pool_max's result y, and its x
        lambda g, x, y, **_: x,
        real,
        calls=max_input_calls,
        scratch=max_input_scratch,
        order=lambda shapes, orders, **_: orders[1],
    )
)
define(
    Op(
        "pool_total_input",  # the gradient of pool_total's result, and the sizes of its x
        lambda g, *, sizes, **_: (*g[: len(g) - len(sizes)], *sizes),
        real,
        vjp=_total_input_vjp,
        calls=total_input_calls,
        scratch=total_input_scratch,
        order=same_order,
    )
)


def pool_max_early(xp: Any, x: Any, **attrs: Any) -> Any:
    """Return the maxima of windows, taken before a function that grows, or None if there is none.

    max(x + b) is max(x) + b, and max(ramp(x)) is ramp(max(x)), to the last bit: what is added or
    cut off afterwards are as many times fewer entries as there are in a window.
    """
    name = None if x.op is None else x.op.name
    for source in x.inputs if name in ("add", "maximum", "ramp") else ():
        others = [other for other in x.inputs if other is not source]
        level = all(_is_level(other, len(attrs["kernel"])) for other in others)
        if source.shape == x.shape and level:
            pooled = xp.pool_max(source, **attrs)
            parts = [pooled if part is source else part for part in x.inputs]
            return xp.record(name, parts, x.attrs)
    return None


def _is_level(value: Any, rank: int) -> bool:
    """Whether a value is the same all along the last axes."""
    return all(size == 1 for size in value.shape[-rank:])
