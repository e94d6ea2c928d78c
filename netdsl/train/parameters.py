"""The arrays of a net in training: what is learned, its gradients, what is updated beside it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.memory import ALIGN, aligned
from netdsl.spec.shapes import Path

Vector = NDArray[np.floating[Any]]
Real = type[np.floating[Any]]


class Parameters:
    """What is learned, what a training updates without learning it, and what stays as it is.

    `views` and `gradients` give each learned array by its path; `rates` are the multipliers of
    the learning rate, entry by entry, or None where all are equal to `rate`. `states` are the
    arrays that layers update, given as `updated`. `fixed` are those whose rate is 0. Everything
    that changes lies in `whole`, the learned `vector` first.
    """

    def __init__(
        self,
        values: Mapping[Path, NDArray[Any]],
        rates: Mapping[Path, float],
        dtype: Real,
        updated: Collection[Path] = (),
    ) -> None:
        moving = {path: value for path, value in values.items() if rates[path] != 0}
        learned = {path: value for path, value in moving.items() if path not in updated}
        state = {path: value for path, value in moving.items() if path in updated}
        self.fixed = {
            path: np.asarray(value, dtype, order="C")
            for path, value in values.items()
            if path not in moving
        }
        line = ALIGN // np.dtype(dtype).itemsize
        spots, size = _spots(learned, line)
        behind, more = _spots(state, line)
        self.whole = zeros(size + more, dtype)
        self.vector = self.whole[:size]
        self.gradient = zeros(size, dtype)
        self.views = _views(self.vector, learned, spots)
        self.gradients = _views(self.gradient, learned, spots)
        self.states = _views(self.whole[size:], state, behind)
        for path, view in self.changing.items():
            view[...] = values[path]
        several = {rates[path] for path in learned}
        self.rate = several.pop() if len(several) == 1 else 1.0
        self.rates = self._entrywise(spots, rates) if several else None

    def _entrywise(self, spots: Mapping[Path, int], rates: Mapping[Path, float]) -> Vector:
        vector = np.ones_like(self.vector)
        for path, view in self.views.items():
            vector[spots[path] : spots[path] + view.size] = rates[path]
        return vector

    @property
    def memory(self) -> dict[Path, NDArray[Any]]:
        """Where every array lies, those that change and the others."""
        return {**self.fixed, **self.changing}

    @property
    def changing(self) -> dict[Path, NDArray[Any]]:
        """Where the arrays lie that a training changes."""
        return {**self.views, **self.states}

    def first_bad(self) -> Path | None:
        """Return the first array that contains NaN or an infinite number."""
        if np.isfinite(self.whole).all():
            return None
        return next(path for path, view in self.changing.items() if not np.isfinite(view).all())


def zeros(size: int, dtype: Real) -> Vector:
    """Return a vector of zeros that starts at a cache line."""
    vector = aligned(size * np.dtype(dtype).itemsize).view(dtype)
    vector.fill(0)
    return vector


def _views(
    vector: Vector, arrays: Mapping[Path, NDArray[Any]], spots: Mapping[Path, int]
) -> dict[Path, NDArray[Any]]:
    """Return the stretch of a vector where each array lies, in the array's shape."""
    return {
        path: vector[spots[path] : spots[path] + value.size].reshape(value.shape)
        for path, value in arrays.items()
    }


def _spots(arrays: Mapping[Path, NDArray[Any]], line: int) -> tuple[dict[Path, int], int]:
    """Return where each array starts, and the length of the whole."""
    spots: dict[Path, int] = {}
    end = 0
    for path, value in arrays.items():
        spots[path] = end
        end += math.ceil(value.size / line) * line
    return spots, end
