"""Levels that change places: how they are given, and the order that they come into."""

from __future__ import annotations

from typing import Any

from netdsl.errors import SettingError, ShapeError
from netdsl.layers._levels import level, positions


def exchanges(spec: Any) -> Any:
    """Read pairs of levels to exchange, or a permutation of levels."""
    if not isinstance(spec, tuple):
        _refuse(spec)
    if any(isinstance(one, tuple) for one in spec):
        if any(not isinstance(one, tuple) or len(one) != 2 for one in spec):
            _refuse(spec)
        return tuple((level(one), level(other)) for one, other in spec)
    places = tuple(map(level, spec))
    if min(places, default=1) > 0 and sorted(places) != list(range(1, len(places) + 1)):
        _refuse(spec, f"{{{places[0]}: {places[1]}}}" if len(places) == 2 else None)
    return places


def shown(exchange: Any) -> str:
    """Return pairs of levels as a dict where no level is the first of two, else as a list."""
    if not isinstance(exchange, tuple) or not any(isinstance(one, tuple) for one in exchange):
        return repr(exchange)
    found = dict(exchange)
    return repr(found if len(found) == len(exchange) else list(exchange))


def _refuse(spec: Any, nearest: str | None = None) -> None:
    raise SettingError(
        "Levels are transposed by pairs of them, or by a permutation.",
        expected="for instance {1: 3}, [(1, 3), (1, 4)], or (2, 3, 1)",
        got=repr(spec),
        nearest=nearest,
    )


def exchanged(spec: Any, rank: int, setting: str) -> list[int]:
    """Return the axis of an array that each axis of the transposed one is."""
    found = list(range(rank))
    pairs = [one for one in spec if isinstance(one, tuple)]
    for pair in pairs:
        (a,), (b,) = (positions((one,), rank, setting) for one in pair)
        found[a], found[b] = found[b], found[a]
    if pairs:
        return found
    places = positions(spec, rank, setting)
    if sorted(places) != found[: len(places)]:
        raise ShapeError(
            "A permutation leaves a gap.",
            setting=setting,
            expected=f"the levels 1..{len(places)} in another order",
            got=spec,
        )
    for axis, place in enumerate(places):
        found[place] = axis
    return found
