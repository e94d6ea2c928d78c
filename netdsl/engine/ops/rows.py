"""Rows of a table by their numbers, the gradient that adds them up again, and unit vectors."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.ops.table import define, first, real
from netdsl.engine.program import Call, Op, Shape


def _take(table: Any, index: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    whole = out if out.flags.c_contiguous else np.empty(out.shape, out.dtype)
    yield partial(table.take, index, axis=0, out=whole, mode="clip")
    if whole is not out:
        yield partial(np.copyto, out, whole)


def _add(g: Any, index: Any, *, rows: int, out: Any, scratch: Any) -> Iterator[Call]:
    packed, more = scratch
    if not g.flags.c_contiguous:
        yield partial(np.copyto, packed, g)
        g = packed
    if index.flags.c_contiguous:
        flat = index.reshape(-1)
    else:
        flat = np.empty(index.size, np.int64)
        yield partial(np.copyto, flat.reshape(index.shape), index)
    whole = out if out.flags.c_contiguous else np.empty(out.shape, out.dtype)
    yield partial(whole.fill, 0)
    size = g.shape[-1]
    g, more = g.reshape(-1, size), more.reshape(-1, size)
    yield partial(whole.__setitem__, flat, g)
    yield _Repeated(g, flat, whole, more)
    if whole is not out:
        yield partial(np.copyto, out, whole)


class _Repeated:
    """Adds the rows whose number came again, after all were written and the last one stayed.

    `np.add.at` takes ten times as long for rows as for numbers one by one; it adds two reals at
    once where they pass for a complex number.
    """

    def __init__(self, g: Any, index: Any, out: Any, more: Any) -> None:
        size = out.shape[1]
        pair = size % 2 == 0
        if pair:
            g, out, more = (x.view(np.result_type(x, np.complex64)) for x in (g, out, more))
            size //= 2
        self.g, self.index, self.more, self.size = g, index, more, size
        self.out, self.rows = out.reshape(-1), len(out)
        count = len(index)
        self.numbers, self.columns = np.arange(count), np.arange(size)
        self.stayed = np.zeros(self.rows, np.int64)
        self.found, self.lost = np.empty(count, np.int64), np.empty(count, np.bool_)
        self.spots = np.empty((count, size), np.int64)

    def __call__(self) -> None:
        found, lost = self.found, self.lost
        self.stayed[self.index] = self.numbers
        self.stayed.take(self.index, out=found, mode="clip")
        np.not_equal(found, self.numbers, out=lost)
        count = int(np.count_nonzero(lost))
        if not count:
            return
        # Those that are lost come first, in order; nothing is allocated, however many they are.
        found.fill(len(lost))
        np.copyto(found, self.numbers, where=lost)
        found.sort()
        which, spots, more = found[:count], self.spots[:count], self.more[:count]
        self.g.take(which, axis=0, out=more, mode="clip")
        self.index.take(which, out=which, mode="clip")
        np.multiply(which, self.size, out=which)
        np.add(which[:, None], self.columns, out=spots)
        np.add.at(self.out, spots.reshape(-1), more.reshape(-1))


def _rows_shape(table: Shape, index: Shape) -> Shape:
    assert len(table) == 2, table
    return (*index, *table[1:])


define(
    Op(
        "take_rows",  # the rows of a table that 0-based numbers name
        _rows_shape,
        first,
        calls=_take,
        vjp=lambda xp, g, y, table, index: (xp.add_rows(g, index, rows=table.shape[0]), None),
    )
)
define(
    Op(
        "add_rows",  # a table of so many rows: the sums of those that have the same number
        lambda g, index, *, rows: (rows, g[-1]),
        first,
        calls=_add,
        scratch=lambda g, index, *, rows: (g, g),
        vjp=lambda xp, g, y, x, index, *, rows: (xp.take_rows(g, index), None),
    )
)


def _unit(index: Any, *, size: int, out: Any, scratch: Any) -> Iterator[Call]:
    places = np.empty(index.shape, np.int64)
    starts = np.arange(0, int(index.size) * size, size, dtype=np.int64)
    whole = out if out.flags.c_contiguous else np.empty(out.shape, out.dtype)
    yield partial(np.add, index, starts.reshape(index.shape), out=places)
    yield partial(whole.fill, 0)
    yield partial(whole.reshape(-1).put, places, np.ones((), out.dtype), "clip")
    if whole is not out:
        yield partial(np.copyto, out, whole)


def _unit_shape(index: Shape, *, size: int) -> Shape:
    return (*index, size)


define(
    Op(
        "unit",  # a new last axis of zeros with a one at the 0-based place
        _unit_shape,
        real,
        calls=_unit,
    )
)
