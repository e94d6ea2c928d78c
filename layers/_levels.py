"""Levels of an array: 1-based, negative from the innermost, spans of them."""

from __future__ import annotations

from typing import Any

from netdsl.dims import Dims
from netdsl.errors import NetError, ShapeError
from netdsl.symbols import All, Span, position


def levels(spec: Any) -> Any:
    """Read a level specification: one level becomes a tuple of it; spans and All stay."""
    return (spec,) if isinstance(spec, int) else spec


def positions(spec: Any, rank: int, setting: str) -> Dims:
    """Return the 0-based axes, in order, that the levels name in an array of this rank."""
    spec = Span(1, All) if spec is All else spec
    try:
        if isinstance(spec, Span):
            return spec.positions(rank)
        return tuple(position(level, rank) for level in spec)
    except NetError as error:
        raise ShapeError(
            "A level lies beyond the rank.",
            setting=setting,
            expected=f"levels of an array of rank {rank}",
            got=error.facts.get("got"),
        ) from None
