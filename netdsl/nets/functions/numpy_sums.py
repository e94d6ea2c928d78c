"""numpy's reductions and products of arrays, as layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from netdsl import functions as f
from netdsl.errors import SettingError
from netdsl.nets.functions.numpy_names import REDUCED, is_numpy, refuse
from netdsl.nets.functions.traced import Traced
from netdsl.symbols import All

# ---- reductions ---------------------------------------------------------------------------------


def axes_of(x: Traced, axis: Any) -> tuple[int, ...] | None:
    """Return axes, from 0 where the rank is known; None for all."""
    if axis is None:
        return None
    axes = tuple(axis) if isinstance(axis, list | tuple) else (axis,)
    if any(isinstance(one, bool) or not isinstance(one, int | np.integer) for one in axes):
        raise SettingError("An axis is an integer.", expected="axis=0, axis=-1", got=repr(axis))
    rank = x.kind.rank
    if rank is None:
        return axes
    outside = [one for one in axes if not -rank <= one < rank]
    if outside:
        raise SettingError(
            "An axis lies beyond the rank.", expected=f"from {-rank} to {rank - 1}", got=outside[0]
        )
    return tuple(one % rank for one in axes)


def _reduction(name: str) -> Callable[..., Any]:
    def reduced(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        axes = axes_of(x, axis)
        if axes == () or (axes is None and x.kind.rank == 0):
            return x.xp.array(x)
        levels: Any = All if axes is None else tuple(map(level_of, axes))
        found = x._layer("AggregationLayer", name, levels)
        if not keepdims:
            return found
        places = range(x.ndim) if axes is None else sorted(axes)
        for place in places:
            found = found._layer("ReplicateLayer", 1, level_of(place))
        return found

    return reduced


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
    return f.Sqrt(_variance(x, axis, ddof=ddof, keepdims=keepdims))


@is_numpy(np.linalg.norm)
def _norm(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    square = _sum(x**2, axis, keepdims=keepdims)
    return f.If(square > 0, f.Sqrt(square), 0)  # with the slope 0 at 0, where it has a kink


@is_numpy(np.ptp)
def _spread(x: Any, axis: Any = None) -> Any:
    return _greatest(x, axis) - _least(x, axis)


# ---- products -----------------------------------------------------------------------------------


def multiplied(*arrays: Any) -> Any:
    from netdsl import layers

    xp = next(item.xp for item in arrays if isinstance(item, Traced))
    return xp.apply(layers.DotLayer(), list(arrays))


@is_numpy(np.dot)
def _dot(x: Any, y: Any) -> Any:
    return f.Times(x, y) if 0 in (rank_of(x), rank_of(y)) else _product(x, y)


@is_numpy(np.matmul)
def _product(x: Any, y: Any) -> Any:
    if (rank_of(x) or 0) > 2 or (rank_of(y) or 0) > 2:
        refuse("@", "arrays of rank 3: Dot joins the last level of one with the first of the other")
    return multiplied(x, y)


@is_numpy(np.inner, np.vdot)
def _inner(x: Any, y: Any) -> Any:
    if rank_of(x) not in (None, 1) or rank_of(y) not in (None, 1):
        refuse("np.inner", "matrices")
    return multiplied(x, y)


@is_numpy(np.outer)
def _outer(x: Any, y: Any) -> Any:
    column = np.expand_dims(np.ravel(x), 1)
    return f.Times(column, np.expand_dims(np.ravel(y), 0))


@is_numpy(np.tensordot)
def _tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
    if axes != 1:
        refuse("np.tensordot", f"axes={axes!r}")
    return multiplied(x, y)


def rank_of(x: Any) -> int | None:
    return x.kind.rank if isinstance(x, Traced) else np.ndim(x)


@is_numpy(np.linalg.det)
def _determinant(x: Any) -> Any:
    from netdsl.functions.determinant import det, det_gradient

    return x._layer("CompiledLayer", det, det_gradient, Output=())


@is_numpy(np.trace)
def _trace(x: Any) -> Any:
    rows, columns = x.shape
    return _sum(x * np.eye(rows, columns))


@is_numpy(np.diagonal)
def _diagonal(x: Any) -> Any:
    rows, columns = x.shape
    return _sum(x * np.eye(rows, columns), 1)[: min(rows, columns)]
