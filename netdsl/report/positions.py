"""Positions of ports, arrays and their dimensions, as users give them."""

from __future__ import annotations

from collections.abc import Collection
from operator import index
from typing import Any, NoReturn, SupportsIndex

from netdsl.errors import StructureError, nearest
from netdsl.nets.extract import resolve_key
from netdsl.spec import Net
from netdsl.spec.shapes import Path


def resolved(net: Net, position: Any, known: Collection[Path]) -> Path:
    """Return the position of a port or an array, such as (2, "Output"), as it is listed."""
    *keys, name = position if isinstance(position, tuple | list) and position else (position,)
    path: Path = ()
    for key in keys:
        path = (*path, resolve_key(net.at(path), key, path))
    if not isinstance(name, str) or (*path, name) not in known:
        names = [str(each[-1]) for each in known if each[:-1] == path]
        raise StructureError(
            "There is no such port or array.",
            layer=net.describe(path),
            expected=", ".join(names),
            got=repr(name),
            nearest=nearest(name, names),
        )
    return *path, name


def resolved_spot(net: Net, position: Any, known: Collection[Path]) -> tuple[Path, int | None]:
    """Return the position of a port or an array, and the dimension at its end if there is one."""
    if isinstance(position, tuple | list) and len(position) > 1:
        *inner, at = position
        if isinstance(inner[-1], str) and not _is_part(net, position):
            if isinstance(at, SupportsIndex) and not isinstance(at, bool):
                return resolved(net, tuple(inner), known), index(at)
            _see_that_it_is_no_dimension(net, position, known)
    return resolved(net, position, known), None


def _see_that_it_is_no_dimension(net: Net, position: Any, known: Collection[Path]) -> None:
    """Refuse what stands after a port or an array and is no number."""
    *inner, at = position
    try:
        *path, name = resolved(net, tuple(inner), known)
    except StructureError:
        return
    if (*path, name, at) not in known:
        raise StructureError(
            "A dimension at the end of a position is an integer, counted from 1.",
            layer=net.describe(tuple(path)),
            port=str(name),
            expected=f"for instance {(*path, name, 1)}",
            got=repr(at),
        )


def _is_part(net: Net, keys: Any) -> bool:
    """Whether keys lead to a part of the net, whose port is missing then."""
    path: Path = ()
    for key in keys:
        children = dict(net.at(path).children())
        if key not in children:
            return False
        path = (*path, key)
    return True


def see_that_it_exists(net: Net, position: Path, rank: int | None, at: int) -> None:
    """Refuse a dimension that a port or an array does not have; of an open rank any may be."""
    if rank is None and at < 1:
        refuse(net, position, "an integer from 1", at)
    if rank is not None and not 1 <= at <= rank:
        refuse(net, position, f"1 to {rank}" if rank else "none: it is a number", at)


def refuse(net: Net, position: Path, expected: str, at: int) -> NoReturn:
    """Raise the error that there is no such dimension."""
    raise StructureError(
        "There is no such dimension.",
        layer=net.describe(position[:-1]),
        port=str(position[-1]),
        expected=expected,
        got=at,
    )
