"""ReplicateLayer: copies of the input along new dimensions."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from netdsl.dims import Dims, sizes
from netdsl.errors import SettingError
from netdsl.layers._levels import level
from netdsl.spec import Auto, Automatic, Layer, has_rank, option, port


def copies(spec: Any) -> Any:
    """Read how many copies there are along each new dimension; one number is one dimension."""
    found = (Automatic,) if spec is Automatic else sizes(spec)
    given = len(spec) if isinstance(spec, tuple) else 1
    if "Varying" in found or len(found) < given:  # the last of them says what the elements are
        raise SettingError(
            "ReplicateLayer takes numbers of copies.",
            expected='for instance 3, (3, 4), "n", (Automatic, 2)',
            got=repr(spec),
        )
    return found


class ReplicateLayer(Layer):
    """Repeat the input along new dimensions.

    >>> ReplicateLayer(3)([1, 2])
    array([[1., 2.],
           [1., 2.],
           [1., 2.]], dtype=float32)
    >>> ReplicateLayer(3, 2)([1, 2])
    array([[1., 1., 1.],
           [2., 2., 2.]], dtype=float32)

    The new dimensions begin at a position of the output: 1 puts them before those of the input,
    -1 behind them, -2 before the last one. Copies are a number for each new dimension, a name, or
    Automatic where the net around says how many. A position beyond the rank raises a ShapeError.
    Source: Wolfram `ReplicateLayer`.
    """

    Dimensions: int | str | Dims | Auto = option(
        read=copies, doc="how many copies, or how many along each new dimension"
    )
    Position: int = option(
        default=1, read=level, doc="where in the output they begin, negative from the end"
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*before *after : k", default=Automatic)
    Output: Dims | Auto = port("*before *Dimensions *after : k", default=Automatic)

    def relate(self, before, after):
        if self.Position > 0:
            yield has_rank(before, self.Position - 1, "Position")
        else:
            yield has_rank(after, -self.Position - 1, "Position")

    def start(self, rank):
        """Return the axis of the output at which the copies begin, for an input of this rank."""
        return self.Position - 1 if self.Position > 0 else rank + 1 + self.Position

    def formula(self, sp, at, Input):
        rank = len(Input.shape)
        start = self.start(rank)
        return Input[(*at[:start], *at[start + len(at) - rank :])]

    def apply(self, xp, Input):
        batch, *inner = Input.shape
        start, wanted = self.start(len(inner)), xp.sizes("Output")
        single = (*inner[:start], *[1] * (len(wanted) - len(inner)), *inner[start:])
        return xp.broadcast_to(xp.reshape(Input, (batch, *single)), (batch, *wanted))
