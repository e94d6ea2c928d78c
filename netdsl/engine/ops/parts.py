"""Operations on places along an axis that are known when the net is traced."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.ops.table import define, first
from netdsl.engine.program import Axes, Call, Op, Shape

Run = tuple[int, int, int, int]
"""Places that are equally far apart: where they begin and end in the list, the first, the step."""


def runs_of(places: Axes) -> Iterator[Run]:
    """Yield the runs that a list of places consists of; each is one view of an array."""
    start = 0
    while start < len(places):
        stop = start + 1
        step = places[stop] - places[start] if stop < len(places) else 1
        while stop < len(places) and places[stop] - places[stop - 1] == step:
            stop += 1
        yield start, stop, places[start], step
        start = stop


def _listed(x: Any, axis: int, run: Run) -> Any:
    """Return the entries of a run where they stand in the list."""
    return x[(slice(None),) * axis + (slice(run[0], run[1]),)]


def _placed(x: Any, axis: int, run: Run) -> Any:
    """Return the entries of a run where they come from; one alone where the step is 0."""
    start, stop, place, step = run
    if step == 0:
        return x[(slice(None),) * axis + (slice(place, place + 1),)]
    end = place + (stop - start) * step
    return x[(slice(None),) * axis + (slice(place, None if end < 0 else end, step),)]


def _taken_shape(shape: Shape, *, axis: int, places: Axes) -> Shape:
    assert places, places
    assert 0 <= min(places) <= max(places) < shape[axis], (shape, axis, places)
    return (*shape[:axis], len(places), *shape[axis + 1 :])


def _take(x: Any, *, axis: int, places: Axes, out: Any, scratch: Any) -> Iterator[Call]:
    for run in runs_of(places):
        yield partial(np.copyto, _listed(out, axis, run), _placed(x, axis, run))


def _spread_shape(shape: Shape, *, axis: int, places: Axes, size: int) -> Shape:
    return (*shape[:axis], size, *shape[axis + 1 :])


def _spread(
    g: Any, *, axis: int, places: Axes, size: int, out: Any, scratch: Any
) -> Iterator[Call]:
    yield partial(out.fill, 0)
    for run in runs_of(places):
        place = _placed(out, axis, run)
        if run[3]:
            yield partial(np.add, place, _listed(g, axis, run), out=place)
            continue
        for at in range(run[0], run[1]):
            yield partial(np.add, place, _listed(g, axis, (at, at + 1, 0, 0)), out=place)


def _same_order(shapes: list[Shape], orders: list[Axes], **_: Any) -> Axes:
    return orders[0]


define(
    Op(
        "part",  # the entries of an axis at these 0-based places, in this order
        _taken_shape,
        first,
        calls=_take,
        order=_same_order,
        vjp=lambda xp, g, y, x, *, axis, places: (
            xp.spread(g, axis=axis, places=places, size=x.shape[axis]),
        ),
    )
)
define(
    Op(
        "spread",  # zeros along an axis of that size, each entry added at its place
        _spread_shape,
        first,
        calls=_spread,
        order=_same_order,
        vjp=lambda xp, g, y, x, *, axis, places, size: (xp.part(g, axis=axis, places=places),),
    )
)
