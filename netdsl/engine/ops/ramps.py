"""Ramps: entries cut off at zero, or multiplied by a slope below it; gradients beside them."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.memory import zeros_like
from netdsl.engine.ops.entrywise import bits_of
from netdsl.engine.ops.table import broadcast, define, real
from netdsl.engine.program import Call, Op


def _ramp(x: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    # With an array of zeros four times faster than with one zero.
    yield partial(np.maximum, x, zeros_like(out), out=out)


def _below(x: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    yield partial(np.minimum, x, zeros_like(out), out=out)


def _leaky_ramp(x: Any, slope: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    (low,) = scratch
    yield partial(np.minimum, x, zeros_like(low), out=low)
    yield partial(np.multiply, low, slope, out=low)
    yield partial(np.maximum, x, zeros_like(out), out=out)
    yield partial(np.add, out, low, out=out)


def _leaky_ramp_input(g: Any, x: Any, slope: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    # The sign bit, spread over all bits, keeps g where x is negative (-0.0 is, at the kink); what
    # is left is the rest.
    (low,) = scratch
    bits, last = bits_of(low), np.array(8 * low.itemsize - 1, bits_of(low).dtype)
    yield partial(np.right_shift, bits_of(x), last, out=bits)
    yield partial(np.bitwise_and, bits, bits_of(g), out=bits)
    yield partial(np.bitwise_xor, bits_of(g), bits, out=bits_of(out))
    yield partial(np.multiply, low, slope, out=low)
    yield partial(np.add, out, low, out=out)


define(
    Op(
        "ramp",  # the larger of x and 0
        broadcast,
        real,
        calls=_ramp,
        vjp=lambda xp, g, y, x: (xp.keep(g, y > 0, when=1),),
        inplace=True,
        entrywise=True,
    )
)
define(
    Op(
        "below",  # the smaller of x and 0
        broadcast,
        real,
        calls=_below,
        vjp=lambda xp, g, y, x: (xp.keep(g, x <= 0, when=1),),
        inplace=True,
        entrywise=True,
    )
)
define(
    Op(
        "leaky_ramp",  # x, or x times the slope where x is negative
        broadcast,
        real,
        calls=_leaky_ramp,
        scratch=lambda x, slope: (broadcast(x, slope),),
        vjp=lambda xp, g, y, x, slope: (xp.leaky_ramp_input(g, x, slope), g * xp.below(x)),
        inplace=True,
        entrywise=True,
    )
)
define(
    Op(
        "leaky_ramp_input",  # the gradient of x, from g, that of the result
        broadcast,
        real,
        calls=_leaky_ramp_input,
        scratch=lambda g, x, slope: (broadcast(g, x, slope),),
        vjp=lambda xp, h, y, g, x, slope: (
            xp.leaky_ramp_input(h, x, slope),
            None,
            h * xp.keep(g, x < 0, when=1),
        ),
        entrywise=True,
    )
)
