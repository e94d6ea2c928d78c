"""PoolingLayer: the largest, the mean or the total of each window."""

from __future__ import annotations

from dataclasses import KW_ONLY
from math import prod
from typing import Any

from netdsl.dims import Dims
from netdsl.errors import SettingError, nearest
from netdsl.layers._window_settings import (
    DECIDING,
    RANKING,
    SAME,
    Padding,
    alternatives,
    dimensionality,
    input_port,
    interleaving,
    padding_size,
    per_level,
    rank_of,
    stride,
)
from netdsl.layers._windows import (
    apart,
    channels_back,
    channels_first,
    each,
    settings,
    sights,
    together,
    windows,
)
from netdsl.spec import (
    Auto,
    Automatic,
    By,
    Layer,
    Sight,
    at_least,
    equal,
    has_rank,
    option,
    port,
    same_rank,
)

FUNCTIONS = ("Max", "Mean", "Total")


def function(spec: Any) -> str:
    """Read a function of a window: its name, or Max itself."""
    name = getattr(spec, "name", spec)
    if name not in FUNCTIONS:
        raise SettingError(
            "There is no pooling by this function.",
            expected=", ".join(FUNCTIONS),
            got=repr(spec),
            nearest=nearest(name, FUNCTIONS),
        )
    return name


class PoolingLayer(Layer):
    """Take the largest entry of each window, channel by channel, or the mean or the total.

    >>> PoolingLayer(2, 2)([[[1, 2, 3, 4], [5, 6, 7, 8]]])
    array([[[6., 8.]]], dtype=float32)

    Windows move by one entry unless Stride says otherwise. Padding counts as zeros in Mean and
    Total, and is ignored by Max; of equally large entries the first one gets the gradient, read
    column by column. "Same" padding gives ceil(n / stride) windows, the odd entry after. A window
    beyond the padded input raises a ShapeError. Source: Wolfram `PoolingLayer`.
    """

    KernelSize: int | Dims = option(
        read=per_level, doc="size of the windows, or one for each level"
    )
    Stride: int | Dims = stride()
    _: KW_ONLY
    Function: str = option(default="Max", read=function, doc="Max, Mean or Total")
    PaddingSize: Padding = padding_size("padding")
    Dimensionality: int | Auto = dimensionality()
    Interleaving: bool = interleaving()
    Input: Dims | Auto = input_port()
    Output: Dims | Auto = port(By("Interleaving", {False: "c +e", True: "+e c"}), default=Automatic)

    def check(self):
        rank = rank_of(self) or 1
        if self.Function != "Max" or self.PaddingSize == SAME:
            return
        for size, window in zip(self.kernel(rank), self.windows(rank), strict=True):
            if max(window.ends) >= size:
                raise SettingError(
                    "A window would lie in the padding, which has no largest entry.",
                    layer="PoolingLayer",
                    setting="PaddingSize",
                    expected=f"less than the window, {size}",
                    got=max(window.ends),
                )

    def kernel(self, rank):
        """Return the size of the windows along each level."""
        return each(self.KernelSize, rank)

    def windows(self, rank):
        """Return how the windows move along each level."""
        return windows(rank, self.Stride, 1, self.PaddingSize)

    def alternatives(self):
        return alternatives(self)

    def relate(self, d, e):
        rank = rank_of(self)
        if rank is not None:
            yield has_rank(d, rank, *RANKING)
        yield from same_rank(d, e)
        sizes, found = self.kernel(len(d)), self.windows(len(d))
        for n, m, size, window in zip(d, e, sizes, found, strict=True):
            yield at_least(n, window.least(size), *DECIDING)
            yield equal(m, window.count(n, size))

    def sees(self, d):
        rank = len(d)
        seen = sights(self.windows(rank), d, self.kernel(rank), self.Interleaving)
        channel = rank if self.Interleaving else 0
        return (*seen[:channel], Sight(channel), *seen[channel + 1 :])

    def formula(self, sp, at, Input):
        c, spot = apart(at, self.Interleaving)
        _, sizes = apart(Input.shape, self.Interleaving)
        kernel, found = self.kernel(len(spot)), self.windows(len(spot))
        offsets = sp.indices(len(spot))
        moves = zip(found, spot, offsets, sizes, kernel, strict=True)
        seen = [window.place(sp, i, t, n, size) for window, i, t, n, size in moves]
        over = [(t, 0, size - 1) for t, size in zip(offsets, kernel, strict=True)]
        if self.Function == "Max":
            # The end of the input, which each window at an end sees anyway, stands for padding.
            inside = zip(seen, sizes, found, strict=True)
            seen = [
                j if window.ends == (0, 0) else sp.Max(0, sp.Min(j, n - 1))
                for j, n, window in inside
            ]
            return sp.largest(Input[together(c, tuple(seen), self.Interleaving)], *over)
        total = sp.Sum(Input[together(c, tuple(seen), self.Interleaving)], *over)
        return total / prod(kernel) if self.Function == "Mean" else total

    def apply(self, xp, Input):
        x = channels_first(xp, Input, self.Interleaving)
        rank = x.ndim - 2
        kernel = self.kernel(rank)
        pool = xp.pool_max if self.Function == "Max" else xp.pool_total
        out = pool(x, kernel=kernel, **settings(self.windows(rank), x.shape[2:], kernel))
        if self.Function == "Mean":
            out = out * (1 / prod(kernel))
        return channels_back(xp, out, self.Interleaving)
