"""Memory of a plan: pieces that start at a cache line, handed out and taken back."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.program import Axes, Kind, Shape

AnyArray = NDArray[Any]
Precision = type[np.floating[Any]]
ALIGN = 64


FIRST = 1 << 20
"""Bytes of the first stretch of address space; each further one is twice as long.

Memory that is not written to is not taken from the machine.
"""


class Pool:
    """Pieces of memory, handed out where they fit first; neighbours that come back are one again.

    `peak_bytes` says how much was in use at most, gaps between pieces included.
    """

    def __init__(self) -> None:
        self._stretches: list[_Stretch] = []
        self._out: dict[int, tuple[_Stretch, int]] = {}

    @property
    def peak_bytes(self) -> int:
        """How much was in use at most."""
        return sum(stretch.high for stretch in self._stretches)

    def take(self, count: int, *, fresh: bool = False) -> AnyArray:
        """Return a piece of so many bytes or some more; a fresh one has served nobody before."""
        room = -(-max(count, 1) // ALIGN) * ALIGN
        for stretch in self._stretches:
            start = stretch.take(room, stretch.high if fresh else 0)
            if start is not None:
                break
        else:
            stretch = _Stretch(max(room, FIRST << len(self._stretches)))
            self._stretches.append(stretch)
            start = stretch.take(room, 0)
            assert start is not None
        piece = stretch.memory[start : start + room]
        self._out[id(piece)] = stretch, start
        return piece

    def array(
        self, shape: Shape, dtype: np.dtype[Any], order: Axes | None = None, *, fresh: bool = False
    ) -> tuple[AnyArray, AnyArray]:
        """Return a piece for an array, and the array in it, its axes lying in that order."""
        piece = self.take(bytes_of(shape, dtype), fresh=fresh)
        return piece, shaped(piece, dtype, shape, order or tuple(range(len(shape))))

    def give(self, piece: AnyArray) -> None:
        """Take a piece back."""
        stretch, start = self._out.pop(id(piece))
        stretch.give(start, piece.size)


class _Stretch:
    """One stretch of memory and what is free of it, in order; it was never used beyond `high`."""

    def __init__(self, size: int) -> None:
        self.memory = aligned(size)
        self.high = 0
        self._free = [(0, size)]

    def take(self, room: int, least: int) -> int | None:
        """Return where so much is free, not before `least`, and mark it as taken."""
        for at, (first, end) in enumerate(self._free):
            start = max(first, least)
            if end - start >= room:
                left = [(first, start), (start + room, end)]
                self._free[at : at + 1] = [(one, other) for one, other in left if one < other]
                self.high = max(self.high, start + room)
                return start
        return None

    def give(self, start: int, room: int) -> None:
        """Mark something as free, together with what is free beside it."""
        end = start + room
        at = bisect_left(self._free, (start, end))
        if at < len(self._free) and self._free[at][0] == end:
            end = self._free.pop(at)[1]
        if at > 0 and self._free[at - 1][1] == start:
            start = self._free.pop(at - 1)[0]
            at -= 1
        self._free.insert(at, (start, end))


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
