"""Windows that slide over the inner dimensions: where they lie, and where the channels do."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from netdsl.dims import Dims
from netdsl.spec import Automatic, Sight, ceildiv
from netdsl.symbols import All

# ---- one level -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """How a window moves along one level; `ends` is what is added before and after, or "Same"."""

    stride: int = 1
    dilation: int = 1
    ends: tuple[int, int] | str = (0, 0)

    def least(self, size: Any) -> Any:
        """Return how many entries there must be for one window of that size."""
        if isinstance(self.ends, str):
            return 1
        return self.dilation * (size - 1) + 1 - sum(self.ends)

    def count(self, n: Any, size: Any) -> Any:
        """Return how many windows of that size there are along n entries."""
        if isinstance(self.ends, str):
            return ceildiv(n, self.stride)
        return (n + sum(self.ends) - self.dilation * (size - 1) - 1) // self.stride + 1

    def spread(self, n: Any, size: Any) -> Any:
        """Return over how many entries n windows of that size reach, without what is cut off.

        "Same" is for a transposed convolution then: as many entries as the stride, for each window.
        """
        if isinstance(self.ends, str):
            return n * self.stride
        return (n - 1) * self.stride + self.dilation * (size - 1) + 1 - sum(self.ends)

    def least_spread(self, size: Any) -> Any:
        """Return how many windows there must be, for anything to be left when ends are cut off."""
        if isinstance(self.ends, str):
            return 1
        return ceildiv(sum(self.ends) - self.dilation * (size - 1), self.stride) + 1

    def padded(self, n: int, size: int) -> tuple[int, int]:
        """Return how many zeros are added before and after n entries."""
        if not isinstance(self.ends, str):
            return self.ends
        whole = (-(-n // self.stride) - 1) * self.stride + self.dilation * (size - 1) + 1
        more = max(whole - n, 0)
        return more // 2, more - more // 2

    def first(self, n: Any, size: int) -> Any:
        """Return how many zeros are added before n entries, Automatic where n decides and is open.

        Without a stride n does not.
        """
        if isinstance(n, int) or not isinstance(self.ends, str):
            return self.padded(n, size)[0]
        return self.dilation * (size - 1) // 2 if self.stride == 1 else Automatic

    def sight(self, level: int, n: Any, size: int) -> Sight:
        """Return what a window of that size along a level of n entries sees."""
        before = self.first(n, size)
        start = before if before is Automatic else -before
        return Sight(level, self.dilation * (size - 1) + 1, self.stride, start, slides=True)

    def spread_sight(self, level: int, size: int) -> Sight:
        """Return which windows of that size reach to an entry: the way back."""
        reach = self.dilation * (size - 1)
        if isinstance(self.ends, str):
            before = max(reach + 1 - self.stride, 0) // 2
        else:
            before = self.ends[0]
        stride = Fraction(1, self.stride)
        return Sight(level, reach * stride + 1, stride, (before - reach) * stride, slides=True)

    def before(self, sp: Any, n: Any, size: Any) -> Any:
        """Return how many zeros are added before n entries, in a formula."""
        if not isinstance(self.ends, str):
            return self.ends[0]
        reach = self.dilation * (size - 1) + 1
        more = (sp.ceiling(sp.sympify(n) / self.stride) - 1) * self.stride + reach - n
        return sp.floor(sp.Max(sp.expand(more), 0) / 2)

    def place(self, sp: Any, i: Any, t: Any, n: Any, size: Any) -> Any:
        """Return which entry of n the window i sees at offset t, in a formula."""
        return self.stride * i + self.dilation * t - self.before(sp, n, size)


def each(setting: Any, rank: int) -> tuple[Any, ...]:
    """Return a setting for each level; one that is no tuple holds for all of them."""
    return setting if isinstance(setting, tuple) else (setting,) * rank


def windows(rank: int, stride: Any, dilation: Any, ends: Any) -> tuple[Window, ...]:
    """Return the window of each level, from the settings of a layer."""
    pairs = [(end, end) if isinstance(end, int) else end for end in each(ends, rank)]
    return tuple(map(Window, each(stride, rank), each(dilation, rank), pairs))


def settings(found: tuple[Window, ...], sizes: Dims, kernel: Dims) -> dict[str, Dims]:
    """Return the windows as the engine takes them: the stride and the padding of each level."""
    pairs = [w.padded(n, size) for w, n, size in zip(found, sizes, kernel, strict=True)]
    return {
        "stride": tuple(w.stride for w in found),
        "before": tuple(pair[0] for pair in pairs),
        "after": tuple(pair[1] for pair in pairs),
    }


def sights(found: tuple[Window, ...], sizes: Any, kernel: Any, interleaving: bool) -> Any:
    """Return what an entry sees through windows: all channels, and a window along each level."""
    return _sights([w.sight for w in found], interleaving, sizes, kernel)


def spread_sights(found: tuple[Window, ...], kernel: Any, interleaving: bool) -> Any:
    """Return what an entry sees that windows are spread over."""
    return _sights([w.spread_sight for w in found], interleaving, kernel)


def _sights(rules: Any, interleaving: bool, *rows: Any) -> Any:
    seen = (
        rule(level, *own) if isinstance(own[-1], int) else Automatic
        for level, (rule, *own) in enumerate(zip(rules, *rows, strict=True), 1 - interleaving)
    )
    return together(All, tuple(seen), interleaving)


# ---- where the channels are ----------------------------------------------------------------


def channels_first(xp: Any, x: Any, interleaving: bool) -> Any:
    """Return a batch with its channels before the other levels."""
    return xp.transpose(x, (0, x.ndim - 1, *range(1, x.ndim - 1))) if interleaving else x


def channels_back(xp: Any, x: Any, interleaving: bool) -> Any:
    """Return a batch with its channels where they were."""
    return xp.transpose(x, (0, *range(2, x.ndim), 1)) if interleaving else x


def apart(at: tuple[Any, ...], interleaving: bool) -> tuple[Any, tuple[Any, ...]]:
    """Return the channel of an index, or of dimensions, and the rest."""
    return (at[-1], at[:-1]) if interleaving else (at[0], at[1:])


def together(channel: Any, spot: tuple[Any, ...], interleaving: bool) -> tuple[Any, ...]:
    """Return an index from its channel and the rest."""
    return (*spot, channel) if interleaving else (channel, *spot)
