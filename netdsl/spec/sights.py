"""Which entries of its input an entry of a layer's output depends on, level by level."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from netdsl.symbols import All


class Sight(NamedTuple):
    """What the entry i along a level of the output sees of one level of the input, from 0.

    That is the places from `start + stride * i` on, `size` of them; of fractions those between
    are meant, ends included. `level` is that of the output, None where what is seen does not
    move. `slides` says that a window does: along channels none does.
    """

    level: int | None
    size: Any = 1
    stride: Any = 1
    start: Any = 0
    slides: bool = False


def entrywise(rank: int, whole: Iterable[int] = ()) -> tuple[Any, ...]:
    """Return that each entry sees the one at its place, all along the levels that are `whole`."""
    return tuple(All if level in whole else Sight(level) for level in range(rank))


def standing(place: Any) -> Sight:
    """Return that every entry sees the one at this place of a level."""
    return Sight(None, stride=0, start=place)
