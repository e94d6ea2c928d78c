"""numpy's choices and rearrangements of arrays, as layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from netdsl import functions as f
from netdsl.errors import SettingError
from netdsl.nets.functions.numpy_names import is_numpy
from netdsl.nets.functions.numpy_sums import axes_of, level_of, multiplied, rank_of
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
    return x._layer("ReshapeLayer", tuple(Automatic if n == -1 else int(n) for n in sizes))


@is_numpy(np.ravel)
def _ravel(x: Any) -> Any:
    return x if x.kind.rank == 1 else x._layer("FlattenLayer")


@is_numpy(np.transpose)
def _transpose(x: Any, axes: Any = None) -> Any:
    rank = x.ndim
    axes = tuple(reversed(range(rank))) if axes is None else tuple(axis % rank for axis in axes)
    if sorted(axes) != list(range(rank)):
        raise SettingError(
            "The axes of a transposition are those of the array.", expected=rank, got=repr(axes)
        )
    if axes == tuple(range(rank)):
        return x
    if rank == 2:
        return x._layer("TransposeLayer")
    return x._layer("TransposeLayer", tuple(axes.index(axis) + 1 for axis in range(rank)))


@is_numpy(np.swapaxes)
def _swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    return x._layer("TransposeLayer", ((level_of(axis1), level_of(axis2)),))


@is_numpy(np.moveaxis)
def _moveaxis(x: Any, source: int, destination: int) -> Any:
    order = [axis for axis in range(x.ndim) if axis != source % x.ndim]
    order.insert(destination % x.ndim, source % x.ndim)
    return _transpose(x, order)


@is_numpy(np.expand_dims)
def _expand_dims(x: Any, axis: int) -> Any:
    return x._layer("ReplicateLayer", 1, level_of(axis))


@is_numpy(np.squeeze)
def _squeeze(x: Any, axis: Any = None) -> Any:
    axes = axes_of(x, axis)
    axes = [i for i, n in enumerate(x.shape) if n == 1] if axes is None else axes
    return x[tuple(0 if i in axes else slice(None) for i in range(x.ndim))] if axes else x


@is_numpy(np.broadcast_to)
def _broadcast_to(x: Any, shape: Any) -> Any:
    return f.Plus(x, x.xp.array(np.zeros(shape)))


@is_numpy(np.flip)
def _flip(x: Any, axis: Any = None) -> Any:
    axes = range(x.ndim) if axis is None else axes_of(x, axis) or ()
    rank = max(axes) + 1 if min(axes) >= 0 else x.ndim
    axes = [one % rank for one in axes]
    return x[tuple(slice(None, None, -1 if i in axes else None) for i in range(rank))]


@is_numpy(np.repeat)
def _repeat(x: Any, repeats: int, axis: int | None = None) -> Any:
    x, place = (_ravel(x), 0) if axis is None else (x, axis % x.ndim)
    wide = x._layer("ReplicateLayer", int(repeats), place + 2)
    sizes = [*x.shape]
    sizes[place] *= repeats
    return _reshape(wide, sizes)


@is_numpy(np.concatenate)
def _concatenate(arrays: Sequence[Any], axis: int = 0) -> Any:
    from netdsl import layers

    xp = next(item.xp for item in arrays if isinstance(item, Traced))
    items = [xp.array(item) for item in arrays]
    return items[0] if len(items) == 1 else xp.apply(layers.CatenateLayer(level_of(axis)), items)


@is_numpy(np.stack)
def _stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    xp = next(item.xp for item in arrays if isinstance(item, Traced))
    rows = [xp.array(item)._layer("ReplicateLayer", 1, level_of(axis)) for item in arrays]
    return _concatenate(rows, axis)


@is_numpy(np.vstack)
def _vstack(arrays: Sequence[Any]) -> Any:
    return _concatenate([x if rank_of(x) == 2 else np.expand_dims(x, 0) for x in arrays])


@is_numpy(np.hstack)
def _hstack(arrays: Sequence[Any]) -> Any:
    return _concatenate(arrays, 0 if np.ndim(arrays[0]) == 1 else 1)


@is_numpy(np.cumsum)
def _cumsum(x: Any, axis: int | None = None) -> Any:
    x, axis = (_ravel(x), 0) if axis is None else (x, axis % x.ndim)
    lower = np.tril(np.ones((x.shape[axis],) * 2))
    first = x if axis == 0 else _swapaxes(x, 0, axis)
    found = multiplied(lower, first)
    return found if axis == 0 else _swapaxes(found, 0, axis)


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
