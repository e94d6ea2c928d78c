"""Pieces of images, for each example another one, perhaps turned round; and the way back."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from typing import Any

import numpy as np

from netdsl.engine.ops.table import define, first
from netdsl.engine.program import Op, Shape


def _piece(example: Any, starts: Any, turned: Any, sizes: Shape) -> Any:
    """Return the piece of one example, channels first, that begins at `starts`."""
    spots = [slice(None)]
    for start, turn, size in zip(starts, turned, sizes, strict=True):
        begin, end = int(start), int(start) + size
        # Backwards, a slice that ends before index 0 has no end that can be written.
        back = slice(end - 1, begin - 1 if begin else None, -1)
        spots.append(back if turn else slice(begin, end))
    return example[tuple(spots)]


def _cut(x: Any, starts: Any, turned: Any, *, sizes: Shape, out: Any) -> None:
    for place, example in enumerate(x):
        np.copyto(out[place], _piece(example, starts[place], turned[place], sizes))


def _put(g: Any, starts: Any, turned: Any, *, sizes: Shape, out: Any) -> None:
    out.fill(0)
    for place, example in enumerate(out):
        np.copyto(_piece(example, starts[place], turned[place], g.shape[2:]), g[place])


define(
    Op(
        "cut_pieces",  # (batch, channels, ...) from `starts`, (batch, levels), `turned` where not 0
        lambda shape, *others, sizes: (*shape[:2], *sizes),
        first,
        run=_cut,
        vjp=lambda xp, g, y, x, starts, turned, *, sizes: (
            xp.put_pieces(g, starts, turned, sizes=x.shape[2:]),
            None,
            None,
        ),
    )
)
define(
    Op(
        "put_pieces",  # zeros, but for those pieces
        lambda shape, *others, sizes: (*shape[:2], *sizes),
        first,
        run=_put,
        vjp=lambda xp, g, y, x, starts, turned, *, sizes: (
            xp.cut_pieces(g, starts, turned, sizes=x.shape[2:]),
            None,
            None,
        ),
    )
)
