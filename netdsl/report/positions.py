"""Positions of ports, arrays and their dimensions, as users give them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NoReturn

from netdsl.errors import StructureError, nearest
from netdsl.infer import Row
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
        if isinstance(at, int) and isinstance(inner[-1], str) and not _is_part(net, position):
            return resolved(net, tuple(inner), known), at
    return resolved(net, position, known), None


def _is_part(net: Net, keys: Any) -> bool:
    """Whether keys lead to a part of the net, whose port is missing then."""
    path: Path = ()
    for key in keys:
        children = dict(net.at(path).children())
        if key not in children:
            return False
        path = (*path, key)
    return True


def see_that_it_exists(net: Net, position: Path, row: Row, at: int) -> None:
    """Refuse a dimension that a port or an array does not have."""
    known = row.root().known
    if known is None:
        _refuse(net, position, "a port or an array of known rank", at)
    if not 1 <= at <= len(known):
        _refuse(net, position, f"1 to {len(known)}" if known else "none: it is a number", at)


def _refuse(net: Net, position: Path, expected: str, at: int) -> NoReturn:
    raise StructureError(
        "There is no such dimension.",
        layer=net.describe(position[:-1]),
        port=str(position[-1]),
        expected=expected,
        got=at,
    )
