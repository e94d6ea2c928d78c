"""Operations on padded sequences: which steps an example has, its last one, and back."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.memory import order_of
from netdsl.engine.ops.table import define, first, logical
from netdsl.engine.program import Axes, Call, Op, Shape


def _within(lengths: Any, *, steps: int, out: Any, scratch: Any) -> Iterator[Call]:
    yield partial(np.less, np.arange(steps)[None, :], lengths[:, None], out=out)


define(
    Op(
        "is_step",  # whether a step, counted along axis 1, is one of the first `lengths`
        lambda lengths, *, steps: (*lengths, steps),
        logical,
        calls=_within,
    )
)


def _rows(x: Any) -> tuple[Any, Any, int]:
    """Return a sequence as rows, one for each example and step; where each example's begin.

    The row of a step is that beginning plus the step times the last number.
    """
    batch, steps = x.shape[:2]
    numbers = np.arange(batch, dtype=np.int64)
    if order_of(x)[0] == 1:
        return x.swapaxes(0, 1).reshape(batch * steps, *x.shape[2:]), numbers, batch
    return x.reshape(batch * steps, *x.shape[2:]), numbers * steps, 1


def _step(x: Any, index: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    rows, starts, stride = _rows(x)
    if not np.may_share_memory(rows, x):
        yield partial(np.copyto, scratch[0], x)
        rows, starts, stride = _rows(scratch[0])
    spots = np.empty_like(starts)
    yield partial(np.multiply, index, stride, out=spots)
    yield partial(np.add, spots, starts, out=spots)
    if out.flags.c_contiguous:
        yield partial(rows.take, spots, axis=0, out=out, mode="clip")
    else:
        some = np.empty(out.shape, out.dtype)
        yield partial(rows.take, spots, axis=0, out=some, mode="clip")
        yield partial(np.copyto, out, some)


def _alone(g: Any, index: Any, *, steps: int, out: Any, scratch: Any) -> Iterator[Call]:
    whole = out
    rows, starts, stride = _rows(whole)
    if not np.may_share_memory(rows, out):
        whole = scratch[0]
        rows, starts, stride = _rows(whole)
    spots = np.empty_like(starts)
    yield partial(whole.fill, 0)
    yield partial(np.multiply, index, stride, out=spots)
    yield partial(np.add, spots, starts, out=spots)
    yield partial(rows.__setitem__, spots, g)
    if whole is not out:
        yield partial(np.copyto, out, whole)


def _steps_outermost(shapes: list[Shape], orders: list[Axes], *, steps: int) -> Axes:
    return (1, 0, *range(2, len(shapes[0]) + 1))


define(
    Op(
        "take_step",  # the step of each example, on axis 1, whose 0-based place `index` says
        lambda shape, index: (shape[0], *shape[2:]),
        first,
        calls=_step,
        scratch=lambda shape, index: (shape,),
        vjp=lambda xp, g, y, x, index: (xp.put_step(g, index, steps=x.shape[1]), None),
    )
)
define(
    Op(
        "put_step",  # zeros at all steps but that one
        lambda shape, index, *, steps: (shape[0], steps, *shape[1:]),
        first,
        calls=_alone,
        scratch=lambda shape, index, *, steps: ((shape[0], steps, *shape[1:]),),
        vjp=lambda xp, g, y, x, index, *, steps: (xp.take_step(g, index), None),
        order=_steps_outermost,
    )
)
