"""Windows that slide over the inner dimensions: what convolution and pooling share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import index
from typing import Any, NoReturn, SupportsIndex

from netdsl.dims import Dims
from netdsl.errors import SettingError
from netdsl.spec import Auto, Automatic, By, ceildiv

SAME = "Same"
Padding = int | str | tuple[Any, ...]
INPUT = By("Interleaving", {False: "c +d", True: "+d c"})


# ---- settings ------------------------------------------------------------------------------


def whole(spec: Any, least: int = 1) -> int:
    """Read a whole number from `least`."""
    if isinstance(spec, bool) or not isinstance(spec, SupportsIndex) or index(spec) < least:
        _refuse(spec, f"a whole number from {least}")
    return index(spec)


def count(spec: Any) -> int | Auto:
    """Read a whole number from 1, or Automatic."""
    return spec if spec is Automatic else whole(spec)


def per_level(spec: Any) -> int | Dims:
    """Read a whole number for all levels, or one for each."""
    if not isinstance(spec, tuple):
        return whole(spec)
    return tuple(whole(one) for one in spec) or _refuse(spec, "a number for each level")


def open_per_level(spec: Any) -> int | Dims | Auto:
    """Read a whole number for all levels, one for each, or Automatic."""
    return spec if spec is Automatic else per_level(spec)


def padding(spec: Any) -> Padding:
    """Read a padding: a number, one for each level, a pair for each level, or "Same"."""
    if isinstance(spec, str):
        return spec if spec == SAME else _refuse(spec, f'numbers from 0, or "{SAME}"', SAME)
    if not isinstance(spec, tuple):
        return whole(spec, 0)
    return tuple(_ends(one) for one in spec) or _refuse(spec, "a number or a pair for each level")


def _ends(spec: Any) -> int | Dims:
    if not isinstance(spec, tuple):
        return whole(spec, 0)
    if len(spec) != 2:
        _refuse(spec, "a number, or a pair of what comes before and after")
    return tuple(whole(end, 0) for end in spec)


def truth(spec: Any) -> bool:
    """Read True or False."""
    return spec if isinstance(spec, bool) else _refuse(spec, "True or False")


def _refuse(spec: Any, expected: str, nearest: str | None = None) -> NoReturn:
    nearest = nearest if str(spec).lower() == str(nearest).lower() else None
    raise SettingError(
        "The setting cannot have this value.", expected=expected, got=repr(spec), nearest=nearest
    )


def rank_of(layer: Any, settings: Mapping[str, Any]) -> int | None:
    """Return how many levels a window slides along, as far as settings say so, which must agree."""
    found = {name: len(value) for name, value in settings.items() if isinstance(value, tuple)}
    if layer.Dimensionality is not Automatic:
        found = {"Dimensionality": layer.Dimensionality, **found}
    first = next(iter(found), None)
    for name, rank in found.items():
        if first is not None and rank != found[first]:
            raise SettingError(
                "Two settings disagree about the number of dimensions.",
                layer=type(layer).__name__,
                setting=name,
                expected=f"{found[first]}, as {first} says",
                got=rank,
            )
    return None if first is None else found[first]


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

    def padded(self, n: int, size: int) -> tuple[int, int]:
        """Return how many zeros are added before and after n entries."""
        if not isinstance(self.ends, str):
            return self.ends
        whole = (-(-n // self.stride) - 1) * self.stride + self.dilation * (size - 1) + 1
        more = max(whole - n, 0)
        return more // 2, more - more // 2

    def place(self, sp: Any, i: Any, t: Any, n: Any, size: Any) -> Any:
        """Return which entry of n the window i sees at offset t, in a formula."""
        if not isinstance(self.ends, str):
            before = self.ends[0]
        else:
            reach = self.dilation * (size - 1) + 1
            more = (sp.ceiling(sp.sympify(n) / self.stride) - 1) * self.stride + reach - n
            before = sp.floor(sp.Max(sp.expand(more), 0) / 2)
        return self.stride * i + self.dilation * t - before


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
