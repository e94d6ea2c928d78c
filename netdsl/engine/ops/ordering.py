"""Entries in order along the last axis: sorted, their places, and back again."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.ops.table import define, first
from netdsl.engine.program import Call, Op, Shape


def _same(shape: Shape, *_: Shape) -> Shape:
    return shape


def _sort(x: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    yield partial(np.copyto, out, x)
    yield partial(out.sort, axis=-1)


def _order(x: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    # numpy writes no argsort to memory that is given: its result is allocated, and copied.
    yield lambda: np.copyto(out, x.argsort(axis=-1, kind="stable"))


def _unsort(g: Any, order: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    size = order.shape[-1]
    starts = np.arange(0, int(order.size), size, dtype=np.int64).reshape(*order.shape[:-1], 1)
    places = np.empty(order.shape, np.int64)
    whole = out if out.flags.c_contiguous else scratch[0]
    yield partial(np.add, order, starts, out=places)
    yield partial(whole.reshape(-1).put, places, g, "clip")
    if whole is not out:
        yield partial(np.copyto, out, whole)


define(
    Op(
        "sort",
        _same,
        first,
        calls=_sort,
        vjp=lambda xp, g, y, x: (xp.unsort(g, xp.order(x)),),
    )
)
define(
    Op(
        "order",  # the 0-based places of the entries in order; of equal ones the first comes first
        _same,
        lambda kind: "int",
        calls=_order,
    )
)
define(
    Op(
        "unsort",  # entries brought to the places that `order` gives
        _same,
        first,
        calls=_unsort,
        scratch=lambda g, order: (g,),
    )
)
