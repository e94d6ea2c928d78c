"""Operations on sequences: pieces of an axis, pieces put together, a loop and what it leaves."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.ops.arrays import matmul_calls
from netdsl.engine.ops.table import arithmetic, define, first, real
from netdsl.engine.program import Axes, Call, Kind, Op, Shape

# ---- pieces of an axis ---------------------------------------------------------------------


def _along(x: Any, axis: int, start: int, stop: int) -> Any:
    return x[(slice(None),) * axis + (slice(start, stop),)]


def _slice_shape(shape: Shape, *, axis: int, start: int, stop: int) -> Shape:
    assert 0 <= start <= stop <= shape[axis], (shape, axis, start, stop)
    return (*shape[:axis], stop - start, *shape[axis + 1 :])


def _slice_vjp(xp: Any, g: Any, y: Any, x: Any, *, axis: int, start: int, stop: int) -> tuple[Any]:
    return (xp.join(g, axis=axis, starts=(start,), size=x.shape[axis]),)


define(
    Op(
        "slice",
        _slice_shape,
        first,
        view=lambda x, *, axis, start, stop: _along(x, axis, start, stop),
        vjp=_slice_vjp,
    )
)


def _join_shape(*shapes: Shape, axis: int, starts: tuple[int, ...], size: int) -> Shape:
    one = shapes[0]
    assert all(len(s) == len(one) for s in shapes), shapes
    assert all(s[:axis] == one[:axis] and s[axis + 1 :] == one[axis + 1 :] for s in shapes), shapes
    return (*one[:axis], size, *one[axis + 1 :])


def _join(
    *parts: Any, axis: int, starts: tuple[int, ...], size: int, out: Any, scratch: Any
) -> Iterator[Call]:
    """Copy each part to its place, but for those that were computed there; clear the rest."""
    spots: list[tuple[int, int, Any]] = sorted(
        (
            (start, start + part.shape[axis], part)
            for start, part in zip(starts, parts, strict=True)
        ),
        key=lambda spot: spot[:2],
    )
    end = 0
    for start, stop, part in spots:
        if start > end:
            yield partial(_along(out, axis, end, start).fill, 0)
        place = _along(out, axis, start, stop)
        if place.size and not _is_there(part, place):
            yield partial(np.copyto, place, part)
        end = stop
    if end < size:
        yield partial(_along(out, axis, end, size).fill, 0)


def _is_there(part: Any, place: Any) -> bool:
    same = part.strides == place.strides and part.dtype == place.dtype
    return same and part.ctypes.data == place.ctypes.data


def _join_vjp(
    xp: Any, g: Any, y: Any, *parts: Any, axis: int, starts: tuple[int, ...], size: int
) -> tuple[Any, ...]:
    return tuple(
        xp.slice(g, axis=axis, start=start, stop=start + part.shape[axis])
        for start, part in zip(starts, parts, strict=True)
    )


def _join_order(shapes: list[Shape], orders: list[Axes], **_: Any) -> Axes:
    return orders[max(range(len(shapes)), key=lambda at: np.prod(shapes[at]))]


define(
    Op(
        "join",  # parts that begin at `starts` on an axis of that size, zeros between them
        _join_shape,
        arithmetic,
        calls=_join,
        vjp=_join_vjp,
        order=_join_order,
    )
)


# ---- products of all steps of a loop, time axis first ----------------------------------------


def _rows_last(shapes: list[Shape], orders: list[Axes], **_: Any) -> Axes:
    """Return that examples lie next to each other: what gates share are then whole pieces."""
    return (0, 2, 1) if len(shapes[0]) == 3 else (1, 0)


def _product_shape(a: Shape, b: Shape) -> Shape:
    assert len(b) == 2, b
    assert a[-1] == b[0], (a, b)
    return (*a[:-1], b[1])


def _product(a: Any, b: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    if a.ndim == 3:
        rows, merged = a.reshape(-1, a.shape[-1]), out.reshape(-1, out.shape[-1])
        if np.may_share_memory(rows, a) and np.may_share_memory(merged, out):
            a, out = rows, merged
    yield from matmul_calls(a, b, out=out, scratch=scratch)


define(
    Op(
        "product",  # of a matrix, or one for each step, with a matrix
        _product_shape,
        real,
        calls=_product,
        order=_rows_last,
    )
)
define(
    Op(
        "merged",  # the first two axes in one, the last one outermost in memory
        lambda shape: (shape[0] * shape[1], shape[2]),
        first,
        view=lambda x: x.reshape(x.shape[0] * x.shape[1], x.shape[2]),
        order=lambda shapes, orders: (1, 0),
    )
)


# ---- a loop --------------------------------------------------------------------------------

define(
    Op(
        "scan",  # nothing itself; carries, sequences (time first) and outer values go in
        lambda *shapes, loop: (),
        real,
    )
)


def _result(name: str, kind: Kind) -> None:
    define(
        Op(
            name,  # what a loop leaves: the last `carry`, `each` step's value, or a `total`
            lambda token, *, part, at, sizes: sizes,
            lambda token: kind,
        )
    )


_result("result", "real")
_result("result_int", "int")
_result("result_bool", "bool")
