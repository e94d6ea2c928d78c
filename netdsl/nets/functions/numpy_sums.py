"""numpy's reductions and products of arrays, as layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from netdsl import functions as f
from netdsl.errors import SettingError
from netdsl.nets.functions.numpy_names import REDUCED, is_numpy, refuse
from netdsl.nets.functions.traced import Traced

# ---- reductions ---------------------------------------------------------------------------------


def axes_of(x: Traced, axis: Any) -> tuple[int, ...] | None:
    """Return axes, from 0 where the rank is known; None for all."""
    if axis is None:
        return None
    axes = tuple(axis) if isinstance(axis, list | tuple) else (axis,)
    if any(isinstance(one, bool) or not isinstance(one, int | np.integer) for one in axes):
        raise SettingError("An axis is an integer.", expected="axis=0, axis=-1", got=repr(axis))
    is_mixed = min(axes, default=0) < 0 <= max(axes, default=0)
    if x.kind.rank is None and not is_mixed:
        found = tuple(map(int, axes))
    else:
        found = tuple(axis_in(one, x.ndim) for one in axes)
    if len(set(found)) < len(found):
        raise SettingError("An axis is named twice.", expected="different axes", got=repr(axis))
    return found


def axis_in(axis: int, rank: int) -> int:
    """Return an axis from 0 of an array of this rank."""
    if not -rank <= axis < rank:
        raise SettingError(
            "An axis lies beyond the rank.", expected=f"from {-rank} to {rank - 1}", got=axis
        )
    return int(axis) % rank


def _reduction(name: str) -> Callable[..., Any]:
    def reduced(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        axes = axes_of(x, axis)
        x = x.xp.array(x)
        if axes == ():
            return x.copied()
        levels = None if axes is None else tuple(map(level_of, axes))
        found = x.aggregated(name, levels)
        if not keepdims:
            return found
        return widened(found, range(x.ndim) if axes is None else axes)

    return reduced


def widened(x: Any, axes: Iterable[int]) -> Any:
    """Return an array with dimensions of size 1 at these axes of the result."""
    for axis in sorted(axes, key=lambda one: (one < 0, abs(one))):
        x = x._layer("ReplicateLayer", 1, level_of(axis))
    return x


def level_of(axis: int) -> int:
    return int(axis) + 1 if axis >= 0 else int(axis)


_sum, _mean, _greatest = _reduction("Total"), _reduction("Mean"), _reduction("Max")
_product_of, _least = _reduction("Times"), _reduction("Min")
REDUCED.update({np.add: _sum, np.multiply: _product_of, np.maximum: _greatest, np.minimum: _least})
for _known, _what in (
    ((np.sum,), _sum),
    ((np.mean, np.average), _mean),
    ((np.max, np.amax), _greatest),
    ((np.min, np.amin), _least),
    ((np.prod,), _product_of),
    ((np.median,), _reduction("Median")),
):
    is_numpy(*_known)(_what)


@is_numpy(np.var)
def _variance(x: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    if ddof == 1:
        return _reduction("Variance")(x, axis, keepdims=keepdims)
    if ddof:
        refuse("np.var", f"ddof={ddof}")
    away = x - (_mean(x) if axis is None else _mean(x, axis, keepdims=True))
    return _mean(away**2, axis, keepdims=keepdims)


@is_numpy(np.std)
def _deviation(x: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    if ddof == 1:
        return _reduction("StandardDeviation")(x, axis, keepdims=keepdims)
    return _root(_variance(x, axis, ddof=ddof, keepdims=keepdims))


@is_numpy(np.linalg.norm)
def _norm(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return _root(_sum(x**2, axis, keepdims=keepdims))


def _root(square: Any) -> Any:
    """Return the square root with the slope 0 at 0, where it has a kink."""
    return f.If(square > 0, f.Sqrt(square), 0)


@is_numpy(np.any)
def _any(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    truths = x.xp.array(x.xp.condition(x))
    return f.Unequal(_greatest(truths, axis, keepdims=keepdims), 0)


@is_numpy(np.all)
def _all(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    truths = x.xp.array(x.xp.condition(x))
    return f.Unequal(_least(truths, axis, keepdims=keepdims), 0)


@is_numpy(np.count_nonzero)
def _count(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return _sum(x.xp.array(x.xp.condition(x)), axis, keepdims=keepdims)


@is_numpy(np.ptp)
def _spread(x: Any, axis: Any = None) -> Any:
    return _greatest(x, axis) - _least(x, axis)


# ---- products -----------------------------------------------------------------------------------


def multiplied(*arrays: Any) -> Any:
    from netdsl import layers

    xp = next(item.xp for item in arrays if isinstance(item, Traced))
    return xp.apply(layers.DotLayer(), list(arrays))


def arrays_of(*items: Any) -> list[Any]:
    """Return what are arrays of one function."""
    xp = next(item.xp for item in items if isinstance(item, Traced))
    return [xp.array(item) for item in items]


@is_numpy(np.dot)
def _dot(x: Any, y: Any) -> Any:
    x, y = arrays_of(x, y)
    if 0 in (x.ndim, y.ndim):
        return f.Times(x, y)
    return multiplied(x, y if y.ndim < 3 else np.moveaxis(y, -2, 0))


@is_numpy(np.matmul)
def _product(x: Any, y: Any) -> Any:
    x, y = arrays_of(x, y)
    if y.ndim > 2:
        refuse("@", "arrays of rank 3: Dot joins the last level of one with the first of the other")
    return multiplied(x, y)


@is_numpy(np.inner)
def _inner(x: Any, y: Any) -> Any:
    x, y = arrays_of(x, y)
    if 0 in (x.ndim, y.ndim):
        return f.Times(x, y)
    return multiplied(x, y if y.ndim < 2 else np.moveaxis(y, -1, 0))


@is_numpy(np.vdot)
def _inner_of_all(x: Any, y: Any) -> Any:
    return multiplied(*map(np.ravel, arrays_of(x, y)))


@is_numpy(np.outer)
def _outer(x: Any, y: Any) -> Any:
    x, y = map(np.ravel, arrays_of(x, y))
    return f.Times(np.expand_dims(x, 1), np.expand_dims(y, 0))


@is_numpy(np.tensordot)
def _tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
    if axes != 1:
        refuse("np.tensordot", f"axes={axes!r}")
    return multiplied(x, y)


@is_numpy(np.linalg.det)
def _determinant(x: Any) -> Any:
    from netdsl.functions.determinant import det, det_gradient

    rows, columns = _matrix(x, "a determinant")
    if None not in (rows, columns) and rows != columns:
        raise SettingError(
            "Only a square matrix has a determinant.", expected="n x n", got=f"{rows} x {columns}"
        )
    return x._layer("CompiledLayer", det, det_gradient, Output=())


def _matrix(x: Any, what: str) -> tuple[Any, ...]:
    """Return the sizes of a matrix, None for one that is open."""
    if x.ndim != 2:
        raise SettingError(f"This is {what} of a matrix.", expected="rank 2", got=f"rank {x.ndim}")
    return tuple(size if isinstance(size, int) else None for size in x.dims)


@is_numpy(np.trace)
def _trace(x: Any) -> Any:
    return _sum(np.diagonal(x))


@is_numpy(np.diagonal)
def _diagonal(x: Any) -> Any:
    _matrix(x, "the diagonal")
    rows, columns = x.shape
    last = (min(rows, columns) - 1) * (columns + 1)
    return x.viewed(np.ravel(x)[: last + 1 : columns + 1])


@is_numpy(np.cumsum)
def _cumulated(x: Any, axis: int | None = None) -> Any:
    from netdsl.functions.cumulative import cumulated, cumulated_gradient

    x, place = (np.ravel(x), 0) if axis is None else (x, axis_in(axis, x.ndim))
    turned = x if place == 0 else np.swapaxes(x, 0, place)
    found = turned._layer("CompiledLayer", cumulated, cumulated_gradient)
    return found if place == 0 else np.swapaxes(found, 0, place)
