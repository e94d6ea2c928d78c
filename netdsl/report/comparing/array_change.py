"""How far the values of two arrays of one shape are apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

STRETCH = 1 << 18
"""Entries that are looked at in one go, so that large arrays need little memory."""


@dataclass(frozen=True)
class ArrayChange:
    """What differs between the values of an array.

    `different` of `entries` differ; `largest` is the largest |b - a|, infinite where one entry
    only is NaN or infinite; `norm` is the length of b - a as a vector, `norm_a` that of a.
    """

    entries: int
    different: int
    largest: float
    norm: float
    norm_a: float
    dtype_a: str
    dtype_b: str

    @property
    def relative(self) -> float:
        """The norm of the change by that of the array before; infinite where that is 0."""
        if self.norm == 0:
            return 0.0
        return self.norm / self.norm_a if self.norm_a else math.inf

    @property
    def is_none(self) -> bool:
        """Whether nothing differs."""
        return not self.different and self.dtype_a == self.dtype_b


def array_change(a: Any, b: Any, tolerance: float) -> ArrayChange:
    """Compare two arrays; entries that are at most `tolerance` apart are equal, and NaN is NaN."""
    one, other = a.reshape(-1), b.reshape(-1)
    different, largest, squares, squares_a = 0, 0.0, 0.0, 0.0
    is_one = a is b
    for start in range(0, 0 if is_one else one.size, STRETCH):
        before = one[start : start + STRETCH].astype(np.float64)
        change = _distances(before, other[start : start + STRETCH].astype(np.float64))
        kept = before[np.isfinite(before)]
        different += int(np.count_nonzero(change > tolerance))
        largest = max(largest, float(change.max()))
        squares += float(np.square(change).sum())
        squares_a += float(np.square(kept).sum())
    norms = math.sqrt(squares), math.sqrt(squares_a)
    return ArrayChange(one.size, different, largest, *norms, str(a.dtype), str(b.dtype))


def _distances(before: Any, after: Any) -> Any:
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.abs(after - before)
    distance[(before == after) | (np.isnan(before) & np.isnan(after))] = 0
    distance[np.isnan(distance)] = np.inf
    return distance
