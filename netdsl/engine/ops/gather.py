"""Operations that take rows of an array by places that are data, and add rows there."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.memory import AnyArray
from netdsl.engine.ops.table import define, first
from netdsl.engine.program import Call, Op, Shape
from netdsl.errors import DataError

# ---- places as users give them ---------------------------------------------------------------


def _see_that_they_are_there(
    counted: AnyArray, places: AnyArray, *, level: int, size: int, layer: str
) -> None:
    """Refuse a place at a level that is 0 or beyond the size; `counted` is each without sign."""
    if counted.min() > 0 and counted.max() <= size:
        return
    raise DataError(
        "A position lies outside.",
        layer=layer,
        port="Position",
        level=level,
        expected=f"1..{size} or -{size}..-1",
        got=int(places[(counted < 1) | (counted > size)][0]),
    )


def _flat_place(places: Any, *, sizes: Shape, layer: str, out: Any, scratch: Any) -> Iterator[Call]:
    one = np.empty(out.shape, np.int64)
    for at, size in enumerate(sizes):
        column = places[..., at]
        yield partial(np.absolute, column, out=one)
        yield partial(_see_that_they_are_there, one, column, level=at + 1, size=size, layer=layer)
        # Modulo the size and one more, 1 and -size are the first, -1 and size the last.
        yield partial(np.remainder, column, size + 1, out=one)
        yield partial(np.subtract, one, 1, out=one)
        if at == 0:
            yield partial(np.copyto, out, one)
        else:
            yield partial(np.multiply, out, size, out=out)
            yield partial(np.add, out, one, out=out)


define(
    Op(
        "flat_place",  # the 0-based place in flattened levels of places counted from 1 or from -1
        lambda places, *, sizes, layer: places[:-1],
        lambda places: "int",
        calls=_flat_place,
        vjp=lambda xp, g, y, places, *, sizes, layer: (None,),
    )
)


# ---- rows ------------------------------------------------------------------------------------


def _rows(x: AnyArray) -> AnyArray:
    """Return the rows of all examples one after the other; a copy where x lies another way."""
    return x.reshape(x.shape[0] * x.shape[1], *x.shape[2:])


def _starts(index: AnyArray, size: int) -> tuple[AnyArray, AnyArray]:
    """Return memory for the rows' numbers among those of all examples, and each one's first."""
    starts = np.arange(0, index.shape[0] * size, size, dtype=np.int64)
    return np.empty(index.shape, np.int64), starts[:, None]


def _gather(x: Any, index: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    numbers, starts = _starts(index, x.shape[1])
    yield partial(np.add, index, starts, out=numbers)
    whole, found = x, out
    if not np.may_share_memory(_rows(x), x):
        whole = np.empty(x.shape, x.dtype)
        yield partial(np.copyto, whole, x)
    if not out.flags.c_contiguous:
        found = np.empty(out.shape, out.dtype)
    yield partial(_rows(whole).take, numbers.reshape(-1), axis=0, out=_rows(found), mode="clip")
    if found is not out:
        yield partial(np.copyto, out, found)


def _scatter(g: Any, index: Any, *, size: int, out: Any, scratch: Any) -> Iterator[Call]:
    """Add number by number: numpy adds at places of a vector without taking memory."""
    numbers, starts = _starts(index, size)
    yield partial(np.add, index, starts, out=numbers)
    length = math.prod(g.shape[2:])
    spots = np.empty((*index.shape, length), np.int64)
    yield partial(np.multiply, numbers[:, :, None], length, out=spots)
    yield partial(np.add, spots, np.arange(length), out=spots)
    source, total = g, out
    if not g.flags.c_contiguous:
        source = np.empty(g.shape, g.dtype)
        yield partial(np.copyto, source, g)
    if not out.flags.c_contiguous:
        total = np.empty(out.shape, out.dtype)
    yield partial(total.fill, 0)
    yield partial(np.add.at, total.reshape(-1), spots.reshape(-1), source.reshape(-1))
    if total is not out:
        yield partial(np.copyto, out, total)


define(
    Op(
        "gather",  # of each example the rows, along axis 1, whose 0-based places `index` says
        lambda shape, index: (*index, *shape[2:]),
        first,
        calls=_gather,
        vjp=lambda xp, g, y, x, index: (xp.scatter(g, index, size=x.shape[1]), None),
    )
)
define(
    Op(
        "scatter",  # zeros along axis 1 of that size, each row added at its place
        lambda shape, index, *, size: (shape[0], size, *shape[2:]),
        first,
        calls=_scatter,
        vjp=lambda xp, g, y, x, index, *, size: (xp.gather(g, index), None),
    )
)
