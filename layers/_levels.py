"""Levels of an array: 1-based, negative from the innermost, spans of them."""

from __future__ import annotations

from operator import index
from typing import Any, NoReturn, SupportsIndex

from netdsl.dims import Dims
from netdsl.errors import NetError, SettingError, ShapeError
from netdsl.spec import RankUnknown, same_rank
from netdsl.symbols import All, Span, position

MOST = 1000
"""How many levels an array may have, as far as settings say so."""


def level(spec: Any) -> int:
    """Read one level."""
    if isinstance(spec, bool) or not isinstance(spec, SupportsIndex) or spec == 0:
        _refuse(spec, "for instance 2 or -1")
    see_that_it_is_near(spec)
    return index(spec)


def levels(spec: Any) -> Any:
    """Read a level specification: one level becomes a tuple of it; spans and All stay."""
    if spec is All:
        return spec
    ends = (spec.first, spec.last) if isinstance(spec, Span) else spec
    ends = ends if isinstance(ends, tuple) else (ends,)
    see_that_it_is_near(*ends)
    if isinstance(spec, Span):
        return spec
    try:
        return tuple(map(level, ends))
    except NetError:
        _refuse(spec, "for instance 2, -1, (1, 3), Span(2, All), All")


def see_that_it_is_near(*levels: Any) -> None:
    """Refuse levels of arrays of such a rank that listing its levels would fill the memory."""
    for one in levels:
        if isinstance(one, SupportsIndex) and abs(index(one)) > MOST:
            raise SettingError(
                "There are not so many levels.", expected=f"up to {MOST:,}", got=repr(one)
            )


def _refuse(spec: Any, expected: str) -> NoReturn:
    raise SettingError(
        "A level is counted from 1, or from -1 for the innermost.",
        expected=expected,
        got=repr(spec),
    )


def positions(spec: Any, rank: int, setting: str) -> Dims:
    """Return the 0-based axes, in order, that the levels name in an array of this rank."""
    spec = Span(1, All) if spec is All else spec
    try:
        if isinstance(spec, Span):
            return spec.positions(rank)
        found = tuple(position(level, rank) for level in spec)
    except NetError as error:
        raise ShapeError(
            "A level lies beyond the rank.",
            setting=setting,
            expected=f"levels of an array of rank {rank}",
            got=error.facts.get("got"),
        ) from None
    if len(set(found)) < len(found):
        raise ShapeError("A level is named twice.", setting=setting, got=spec)
    return found


def wait_for_rank(*rows: Any) -> None:
    """Let the equations of a layer wait until the rank of one of these rows is known."""
    next(same_rank(*rows))


def rank_of(row: Any) -> int | None:
    """Return how many dimensions a row of `relate` has, None where that is not known yet."""
    try:
        return len(row)
    except RankUnknown:
        return None


def rank_beside(row: Any, other: Any, more: int) -> int:
    """Return the rank of a row that has so many dimensions more than another; wait for either."""
    rank, beside = rank_of(row), rank_of(other)
    if rank is None and beside is None:
        wait_for_rank(row, other)
    return rank if rank is not None else max(0, (beside or 0) + more)
