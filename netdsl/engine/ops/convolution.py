"""Convolution of any rank and its two gradients; each is the gradient of the others.

All three are linear in both of their inputs: a gradient of one is another of them, so that a
transposed convolution, which is `conv_input`, can be trained and differentiated twice.
"""

from __future__ import annotations

from typing import Any

from netdsl.engine.ops.convolution_calls import (
    conv_calls,
    conv_scratch,
    conv_weights_calls,
    conv_weights_scratch,
)
from netdsl.engine.ops.convolution_columns import conv_order
from netdsl.engine.ops.convolution_input import conv_input_calls, conv_input_scratch
from netdsl.engine.ops.convolution_windows import axes_of, counts
from netdsl.engine.ops.table import define, real
from netdsl.engine.program import Op, Shape

# The settings are those of every convolution: `stride`, `dilation`, zeros `before` and `after`,
# one number for each spatial axis, and the number of `groups` of channels.


def _conv_shape(x: Shape, w: Shape, *, groups: int, **windows: Shape) -> Shape:
    assert len(x) == len(w), (x, w)
    assert x[1] == w[1] * groups, (x, w, groups)
    assert w[0] % groups == 0, (w, groups)
    return (x[0], w[0], *counts(axes_of(x, w[2:], **windows)))


def _conv_vjp(xp: Any, g: Any, y: Any, x: Any, w: Any, **attrs: Any) -> tuple[Any, Any]:
    return (
        xp.conv_input(g, w, sizes=x.shape[2:], **attrs),
        xp.conv_weights(x, g, kernel=w.shape[2:], **attrs),
    )


def _conv_input_shape(g: Shape, w: Shape, *, sizes: Shape, groups: int, **_: Shape) -> Shape:
    return (g[0], w[1] * groups, *sizes)


def _conv_input_vjp(
    xp: Any, h: Any, x: Any, g: Any, w: Any, *, sizes: Shape, **attrs: Any
) -> tuple[Any, Any]:
    return xp.conv(h, w, **attrs), xp.conv_weights(h, g, kernel=w.shape[2:], **attrs)


def _conv_weights_shape(x: Shape, g: Shape, *, kernel: Shape, groups: int, **_: Shape) -> Shape:
    return (g[1], x[1] // groups, *kernel)


def _conv_weights_vjp(
    xp: Any, h: Any, w: Any, x: Any, g: Any, *, kernel: Shape, **attrs: Any
) -> tuple[Any, Any]:
    return xp.conv_input(g, h, sizes=x.shape[2:], **attrs), xp.conv(x, h, **attrs)


define(
    Op(
        "conv",  # x (n, c, *d), weights (o, c / groups, *k): (n, o, *e); kernels are not flipped
        _conv_shape,
        real,
        vjp=_conv_vjp,
        calls=conv_calls,
        scratch=conv_scratch,
        order=conv_order,
    )
)
define(
    Op(
        "conv_input",  # the gradient g of conv's result, weights: the gradient of conv's x
        _conv_input_shape,
        real,
        vjp=_conv_input_vjp,
        calls=conv_input_calls,
        scratch=conv_input_scratch,
        order=conv_order,
    )
)
define(
    Op(
        "conv_weights",  # x, the gradient g of conv's result: the gradient of conv's weights
        _conv_weights_shape,
        real,
        vjp=_conv_weights_vjp,
        calls=conv_weights_calls,
        scratch=conv_weights_scratch,
    )
)
