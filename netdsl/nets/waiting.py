"""Nets that wait for sizes: a function inside needs some that are not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from netdsl.errors import DataError
from netdsl.spec import Net


def why_it_waits(parts: Iterable[Net]) -> Any:
    """Return why one of the parts is not made yet, None where all are."""
    found = (getattr(part, "waits", None) for part in parts)
    return next((why for why in found if why is not None), None)


def told_parts(net: Any) -> dict[Any, Net]:
    """Return the parts of a net that waited for sizes which have been found by now, made."""
    found: dict[Any, Net] = {}
    for key, part in net.nodes.items():
        if why_it_waits([part]) is None:
            continue
        kinds = {name: net.shapes.port((key,), name) for name in part.input_names}
        if all(kind.is_fixed for kind in kinds.values()):
            made = part.with_ports({name: kind.spec() for name, kind in kinds.items()})
            found.update({key: made} if why_it_waits([made]) is None else {})
    return found


def told(net: Any, data: Any) -> Net:
    """Return a net that waits with the sizes of data, which are those of its examples."""
    names, given = net.input_names, data
    if not isinstance(data, Mapping):
        given = dict(zip(names, data if net.takes_list else [data], strict=False))
    is_open = [name for name in names if name in given and not net.port(name).is_fixed]
    sizes = {name: _sizes_of_one(given[name], net.port(name).rank) for name in is_open}
    if None in sizes.values():
        raise DataError(
            "A function waits for sizes, and the examples have several.",
            layer=net.brief(),
            port=next(name for name, found in sizes.items() if found is None),
            expected="examples of equal sizes, or a function that needs none",
            got="sizes that differ",
            because=why_it_waits([net]).sentence,
        )
    known = vars(net).setdefault("_told", {})
    key = tuple(sizes.items())
    if key not in known:
        known[key] = net.with_ports(sizes)
    return known[key]


def _sizes_of_one(data: Any, rank: int | None) -> tuple[int, ...] | None:
    """Return the sizes of an example, of one of a batch too; None where they are not alike."""
    try:
        found = np.shape(data)
    except ValueError:
        return None
    return found[1:] if rank is not None and len(found) == rank + 1 else found
