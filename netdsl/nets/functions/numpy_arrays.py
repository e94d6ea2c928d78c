"""numpy's choices and rearrangements of arrays, as layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from netdsl import functions as f
from netdsl.errors import SettingError
from netdsl.nets.functions.numpy_names import is_numpy
from netdsl.nets.functions.numpy_sums import arrays_of, axes_of, axis_in, level_of, widened
from netdsl.nets.functions.traced import Traced
from netdsl.symbols import Automatic

# ---- choice -------------------------------------------------------------------------------------


@is_numpy(np.where)
def _where(condition: Any, then: Any, otherwise: Any) -> Any:
    arrays = [item for item in (condition, then, otherwise) if isinstance(item, Traced)]
    xp = arrays[0].xp
    return f.If(xp.condition(_array(xp, condition)), _array(xp, then), _array(xp, otherwise))


def _array(xp: Any, value: Any) -> Any:
    return value if isinstance(value, Traced | bool) or np.ndim(value) == 0 else xp.array(value)


@is_numpy(np.clip)
def _clip(x: Any, a_min: Any = None, a_max: Any = None, **limits: Any) -> Any:
    low, high = limits.get("min", a_min), limits.get("max", a_max)
    x = x if low is None else f.Max(x, low)
    return x if high is None else f.Min(x, high)


@is_numpy(np.round, np.around)
def _round(x: Any, decimals: int = 0) -> Any:
    return round(x, decimals)


# ---- other arrangements -------------------------------------------------------------------------


@is_numpy(np.reshape)
def _reshape(x: Any, shape: Any) -> Any:
    sizes = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    sizes = tuple(Automatic if n == -1 else int(n) for n in sizes)
    return x.viewed(x._layer("ReshapeLayer", sizes))


@is_numpy(np.ravel)
def _ravel(x: Any) -> Any:
    return x if x.kind.rank == 1 else x.viewed(x._layer("FlattenLayer"))


@is_numpy(np.transpose)
def _transpose(x: Any, axes: Any = None) -> Any:
    rank = x.ndim
    given = reversed(range(rank)) if axes is None else axes
    axes = tuple(axis_in(axis, rank) for axis in given)
    if sorted(axes) != list(range(rank)):
        raise SettingError(
            "The axes of a transposition are those of the array.", expected=rank, got=repr(axes)
        )
    if axes == tuple(range(rank)):
        return x
    if rank == 2:
        return x.viewed(x._layer("TransposeLayer"))
    levels = tuple(axes.index(axis) + 1 for axis in range(rank))
    return x.viewed(x._layer("TransposeLayer", levels))


@is_numpy(np.swapaxes)
def _swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    if x.kind.rank is not None or (axis1 < 0) != (axis2 < 0):
        axis1, axis2 = axis_in(axis1, x.ndim), axis_in(axis2, x.ndim)
    if axis1 == axis2:
        return x
    return x.viewed(x._layer("TransposeLayer", ((level_of(axis1), level_of(axis2)),)))


@is_numpy(np.moveaxis)
def _moveaxis(x: Any, source: int, destination: int) -> Any:
    source, destination = axis_in(source, x.ndim), axis_in(destination, x.ndim)
    order = [axis for axis in range(x.ndim) if axis != source]
    order.insert(destination, source)
    return _transpose(x, order)


@is_numpy(np.expand_dims)
def _expand_dims(x: Any, axis: Any) -> Any:
    axes = list(axis) if isinstance(axis, list | tuple) else [axis]
    if len(axes) > 1:
        axes = [axis_in(one, x.ndim + len(axes)) for one in axes]
    return x.viewed(widened(x, axes))


@is_numpy(np.squeeze)
def _squeeze(x: Any, axis: Any = None) -> Any:
    ones = [i for i, n in enumerate(x.shape) if n == 1]
    axes = ones if axis is None else [axis_in(one, x.ndim) for one in axes_of(x, axis) or ()]
    if not set(axes) <= set(ones):
        raise SettingError(
            "Only dimensions of size 1 are taken away.", expected=f"one of {ones}", got=repr(axis)
        )
    return x[tuple(0 if i in axes else slice(None) for i in range(x.ndim))] if axes else x


@is_numpy(np.broadcast_to)
def _broadcast_to(x: Any, shape: Any) -> Any:
    sizes = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    found = f.Plus(x, x.xp.array(np.zeros(sizes)))
    if x.ndim > len(sizes) or found.kind.dims != sizes:
        raise SettingError(
            "An array is not repeated to these sizes.", expected=repr(tuple(x.dims)), got=sizes
        )
    return x.viewed(found)


@is_numpy(np.flip)
def _flip(x: Any, axis: Any = None) -> Any:
    named = axes_of(x, axis)
    axes = range(x.ndim) if named is None else [axis_in(one, x.ndim) for one in named]
    return x[tuple(slice(None, None, -1 if i in axes else None) for i in range(x.ndim))]


@is_numpy(np.repeat)
def _repeat(x: Any, repeats: int, axis: int | None = None) -> Any:
    x, place = (_ravel(x), 0) if axis is None else (x, axis_in(axis, x.ndim))
    wide = x._layer("ReplicateLayer", int(repeats), place + 2)
    sizes = [*x.shape]
    sizes[place] *= repeats
    return wide._layer("ReshapeLayer", tuple(sizes))


@is_numpy(np.take)
def _take(x: Any, indices: Any, axis: int | None = None) -> Any:
    x, place = (_ravel(x), 0) if axis is None else (x, axis_in(axis, x.ndim))
    key = int(indices) if np.ndim(indices) == 0 else list(indices)
    return x[(*[slice(None)] * place, key)]


@is_numpy(np.concatenate)
def _concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    from netdsl import layers

    arrays = [item for item in arrays if isinstance(item, Traced) or np.shape(item) != (0,)]
    items = arrays_of(*arrays)
    if axis is None:
        items, axis = [_ravel(item) for item in items], 0
    ranks = {item.ndim for item in items}
    if len(ranks) > 1:
        raise SettingError(
            "Only arrays with as many dimensions are joined.",
            expected="equal ranks",
            got=" and ".join(str(item.kind) for item in items),
        )
    level = axis_in(axis, *ranks) + 1
    return items[0] if len(items) == 1 else items[0].xp.apply(layers.CatenateLayer(level), items)


@is_numpy(np.stack)
def _stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    items = arrays_of(*arrays)
    place = axis_in(axis, items[0].ndim + 1)
    return _concatenate([widened(item, [place]) for item in items], place)


@is_numpy(np.vstack)
def _vstack(arrays: Sequence[Any]) -> Any:
    rows = arrays_of(*arrays)
    return _concatenate([row if row.ndim > 1 else _reshape(row, (1, -1)) for row in rows])


@is_numpy(np.hstack)
def _hstack(arrays: Sequence[Any]) -> Any:
    rows = [row if row.ndim else _reshape(row, -1) for row in arrays_of(*arrays)]
    return _concatenate(rows, 0 if rows[0].ndim == 1 else 1)


@is_numpy(np.argsort)
def _argsort(x: Any) -> Any:
    return x._layer("OrderingLayer") - 1


@is_numpy(np.shape)
def _shape(x: Any) -> Any:
    return x.shape


@is_numpy(np.ndim)
def _ndim(x: Any) -> int:
    return x.ndim


@is_numpy(np.size)
def _size(x: Any) -> int:
    return x.size


@is_numpy(np.zeros_like)
def _zeros_like(x: Any) -> Any:
    return np.zeros(x.shape, np.float32)


@is_numpy(np.ones_like)
def _ones_like(x: Any) -> Any:
    return np.ones(x.shape, np.float32)
