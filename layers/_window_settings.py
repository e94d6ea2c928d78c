"""The settings of layers with windows: how they are declared and read, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import Any, NoReturn, SupportsIndex

from netdsl.dims import Dims
from netdsl.errors import SettingError
from netdsl.layers._levels import see_that_it_is_near
from netdsl.layers._windows import each
from netdsl.spec import Auto, Automatic, By, equal, has_rank, option, port, same_rank

SAME = "Same"
Padding = int | str | tuple[Any, ...]
LEVELS = ("KernelSize", "Stride", "Dilation", "PaddingSize")
"""The settings that may have a value for each level."""
RANKING = (*LEVELS, "Dimensionality")
"""The settings that decide along how many levels a window slides."""
DECIDING = ("KernelSize", "Dilation", "PaddingSize")
"""The settings that decide how large the input must be."""


# ---- declarations --------------------------------------------------------------------------


def stride() -> Any:
    """Declare how far apart the windows are."""
    return option(default=1, read=per_level, doc="step between windows")


def padding_size(what: str) -> Any:
    """Declare how much is added at the ends, or cut off there, and what that is."""
    doc = f'{what} at both ends, for each level, in pairs of before and after, or "{SAME}"'
    return option(default=0, read=padding, doc=doc)


def channels() -> Any:
    """Declare how many channels come out."""
    return option(default=Automatic, read=count, doc="channels of the output")


def kernel_size() -> Any:
    """Declare the size of kernels, which their weights may say instead."""
    doc = "size of the kernels, or one for each level"
    return option(default=Automatic, read=open_per_level, doc=doc)


def dilation() -> Any:
    """Declare how far apart the entries in a window are."""
    return option(default=1, read=per_level, doc="step between the entries in a window")


def channel_groups() -> Any:
    """Declare into how many groups channels are divided."""
    return option(default=1, read=whole, doc="groups of channels kept apart")


def dimensionality() -> Any:
    """Declare the number of levels."""
    doc = "how many levels the windows slide along"
    return option(default=Automatic, read=level_count, doc=doc)


def interleaving() -> Any:
    """Declare where the channels are."""
    return option(default=False, read=truth, doc="whether channels come last")


def input_port() -> Any:
    """Declare the input: channels, and at least one level."""
    return port(
        By("Interleaving", {False: "c +d", True: "+d c"}),
        default=Automatic,
        doc="channels, and one level or more",
    )


# ---- what the user gives -------------------------------------------------------------------


def whole(spec: Any, least: int = 1) -> int:
    """Read a whole number from `least`."""
    if isinstance(spec, bool) or not isinstance(spec, SupportsIndex) or index(spec) < least:
        _refuse(spec, f"a whole number from {least}")
    return index(spec)


def count(spec: Any) -> int | Auto:
    """Read a whole number from 1, or Automatic."""
    return spec if spec is Automatic else whole(spec)


def level_count(spec: Any) -> int | Auto:
    """Read how many levels there are, or Automatic."""
    found = count(spec)
    if isinstance(found, int):
        see_that_it_is_near(found)
    return found


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


def alternatives(layer: Any) -> Iterator[dict[str, Any]]:
    """Yield other settings of a layer with windows, for errors to offer."""
    if layer.PaddingSize == 0:
        yield {"PaddingSize": SAME}
    if layer.Stride == 1:
        size = layer.KernelSize
        yield {"Stride": size if isinstance(size, int) and 1 < size < 4 else 2}
    if isinstance(layer.KernelSize, tuple):
        yield {"KernelSize": layer.KernelSize[0]}
    if isinstance(layer.KernelSize, int):
        for size in range(layer.KernelSize - 1, 0, -1):
            yield {"KernelSize": size}
    groups = getattr(layer, "ChannelGroups", 1)
    for count in range(groups - 1, 0, -1):
        yield {"ChannelGroups": count}


# ---- whether they agree --------------------------------------------------------------------


def check_groups(layer: Any) -> None:
    """See that groups divide the channels of the output."""
    if isinstance(layer.Channels, int) and layer.Channels % layer.ChannelGroups:
        raise SettingError(
            "The channels cannot be divided into groups of one size.",
            layer=type(layer).__name__,
            setting="ChannelGroups",
            expected=f"a divisor of Channels, {layer.Channels}",
            got=layer.ChannelGroups,
        )


def kernels(layer: Any, d: Any, e: Any, k: Any) -> Iterator[Any]:
    """State that input d, output e and kernels k have one rank; return the size of the kernels."""
    rank = rank_of(layer)
    if rank is not None:
        yield has_rank(d, rank, *RANKING)
    yield from same_rank(d, e, k)
    sizes = k if layer.KernelSize is Automatic else each(layer.KernelSize, len(d))
    yield equal(k, sizes)
    return sizes


def rank_of(layer: Any) -> int | None:
    """Return how many levels a window slides along, as far as settings say so, which must agree."""
    given = {name: getattr(layer, name, None) for name in LEVELS}
    found = {name: len(value) for name, value in given.items() if isinstance(value, tuple)}
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
