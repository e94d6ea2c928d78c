"""Which entries of an output are to be written out, and whether they can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod
from operator import index
from typing import TYPE_CHECKING, Any, SupportsIndex

from netdsl.errors import NetError, SettingError
from netdsl.spec import Net
from netdsl.spec.fields import short
from netdsl.symbols import All, Automatic

if TYPE_CHECKING:
    from netdsl.formula.result import Formula

Spot = tuple[int, ...]

TRIED = (2, 3, 4, 5, 8, 16, 32, 64, 224)
"""Sizes of which the first that fits is offered for those that are open."""


def is_several(entries: Any) -> bool:
    """Whether entries are asked for of which there may be more than one."""
    one = isinstance(entries, tuple) and not any(place is All for place in entries)
    return entries is All or isinstance(entries, list | range) or not (one or _is_index(entries))


def spots_of(entries: Any, sizes: Spot) -> tuple[int, Iterable[Spot]]:
    """Return how many entries are asked for, and the indices of each."""
    if entries is All:
        return prod(sizes), product(*map(range, sizes))
    several = list(entries) if isinstance(entries, list | range) else [entries]
    if not several:
        raise _no_entry(entries, sizes)
    axes = [_axes(one, sizes) for one in several]
    return sum(prod(map(len, one)) for one in axes), _all(axes)


def _all(axes: list[list[range]]) -> Iterator[Spot]:
    for one in axes:
        yield from product(*one)


def _axes(one: Any, sizes: Spot) -> list[range]:
    """Return what each index runs through: a single place, or all."""
    at = one if isinstance(one, tuple) else (one,)
    if len(at) != len(sizes):
        raise _no_entry(one, sizes)
    axes: list[range] = []
    for place, size in zip(at, sizes, strict=True):
        if place is not All and not (_is_index(place) and 0 <= index(place) < size):
            raise _no_entry(one, sizes)
        axes.append(range(size) if place is All else range(index(place), index(place) + 1))
    return axes


def _is_index(place: Any) -> bool:
    return isinstance(place, SupportsIndex) and not isinstance(place, bool)


def _no_entry(got: Any, sizes: Spot) -> SettingError:
    ends = ", ".join(f"0 to {size - 1}" for size in sizes)
    return SettingError(
        "The output has no such entry.",
        call="Formula",
        setting="Entries",
        expected=f"indices that count from 0: {ends}; or All"
        if sizes
        else "Entries=(), since it is one number",
        got=short(got),
        nearest=None if sizes else "Entries=()",
    )


# ---- sizes -------------------------------------------------------------------------------------


def see_that_sizes_are_known(net: Net, formula: Formula) -> None:
    """Refuse a formula in which sizes are not numbers, of which no entries can be written out."""
    sizes = [*formula.sizes, *(size for one in formula.where for size in one.sizes)]
    sizes += [size for dims in formula.dims.values() for size in dims]
    names = {symbol.name for size in sizes for symbol in size.free_symbols}
    if not names:
        return
    raise NetError(
        "Entries of a net with open sizes cannot be written out.",
        layer=net.brief(),
        expected="sizes that are numbers" + _example(net, formula),
        got=", ".join(_open_sizes(net, formula)) or ", ".join(sorted(names)),
    )


def _open_sizes(net: Net, formula: Formula) -> list[str]:
    """Return what is open: names of sizes, and dimensions of inputs that have none."""
    found: dict[str, None] = {}
    for port in formula.inputs:
        own = net.with_inputs(2).port(port).dims
        for axis, size in enumerate(formula.dims[port]):
            if own is not None and own[axis] is not Automatic:
                found |= dict.fromkeys(sorted(symbol.name for symbol in size.free_symbols))
            elif size.free_symbols:
                found[f"dimension {axis + 1} of {port}" if own else f"the rank of {port}"] = None
    return list(found)


def _example(net: Net, formula: Formula) -> str:
    """Return how sizes are given that the net takes, as few as there are."""
    for size in TRIED:
        given: dict[str, Any] = {}
        for port in formula.inputs:
            dims = formula.dims[port]
            if any(one.free_symbols for one in dims):
                known = tuple(
                    int(one.xreplace(dict.fromkeys(one.free_symbols, size))) for one in dims
                )
                given[port] = known[0] if len(known) == 1 else known
        try:
            net.with_inputs(2).with_ports(given).shapes  # noqa: B018
        except NetError:
            continue
        shown = ", ".join(f"{name}={dims!r}" for name, dims in given.items())
        return f", for instance Formula(net, {shown}, Entries=...)" if shown else ""
    return ""
