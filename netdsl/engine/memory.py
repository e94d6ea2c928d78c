"""Memory of a plan: pieces that start at a cache line, handed out and taken back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.program import Axes, Kind, Shape

AnyArray = NDArray[Any]
Precision = type[np.floating[Any]]
ALIGN = 64


class Pool:
    """Pieces of memory; one that is given back serves the next that asks for so many bytes.

    `peak_bytes` says how much was set aside in all.
    """

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._free: dict[int, list[AnyArray]] = {}

    def take(self, count: int, *, fresh: bool = False) -> AnyArray:
        """Return a piece of at least so many bytes; a fresh one has served nobody before."""
        room = -(-max(count, 1) // ALIGN) * ALIGN
        spare = None if fresh else self._free.get(room)
        if spare:
            return spare.pop()
        self.peak_bytes += room
        return aligned(room)

    def give(self, piece: AnyArray) -> None:
        """Take a piece back."""
        self._free.setdefault(piece.size, []).append(piece)


def aligned(room: int) -> AnyArray:
    """Return memory that starts at a cache line; ufuncs are up to 1.8 times faster on it."""
    raw = np.empty(room + ALIGN, np.uint8)
    start = -raw.ctypes.data % ALIGN
    return raw[start : start + room]


def dtype_of(kind: Kind, precision: Precision) -> np.dtype[Any]:
    """Return numpy's type for a kind of elements."""
    return np.dtype({"real": precision, "int": np.int64, "bool": np.bool_}[kind])


def bytes_of(shape: Shape, dtype: np.dtype[Any]) -> int:
    """Return how many bytes an array takes."""
    return math.prod(shape) * dtype.itemsize


def shaped(piece: AnyArray, dtype: np.dtype[Any], shape: Shape, order: Axes) -> AnyArray:
    """Return an array in a piece of memory, its axes lying there in that order."""
    flat = piece[: bytes_of(shape, dtype)].view(dtype)
    lying = flat.reshape([shape[axis] for axis in order])
    return lying.transpose(inverse(order))


def inverse(order: Axes) -> Axes:
    """Return the order that undoes an order."""
    return tuple(sorted(range(len(order)), key=order.__getitem__))


def order_of(array: AnyArray) -> Axes:
    """Return the order in which the axes of an array lie in memory, outermost first."""
    if array.flags.c_contiguous:
        return tuple(range(array.ndim))
    strides = array.strides
    return tuple(sorted(range(array.ndim), key=lambda axis: -abs(strides[axis])))


_zeros: dict[np.dtype[Any], AnyArray] = {}


def zeros_like(array: AnyArray) -> AnyArray:
    """Return zeros of the same shape and layout; all of them share one memory, never written to."""
    known = _zeros.get(array.dtype)
    if known is None or known.size < array.size:
        known = np.zeros(array.size, array.dtype)
        known.flags.writeable = False
        _zeros[array.dtype] = known
    order = order_of(array)
    lying = known[: array.size].reshape([array.shape[axis] for axis in order])
    return lying.transpose(inverse(order))
