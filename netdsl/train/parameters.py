"""The learned arrays of a net as views of one flat vector, their gradients as views of another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.memory import ALIGN, aligned
from netdsl.spec.shapes import Path

Vector = NDArray[np.floating[Any]]
Real = type[np.floating[Any]]


class Parameters:
    """What is learned, and what stays as it is.

    `views` and `gradients` give each learned array by its path; `rates` are the multipliers of
    the learning rate, entry by entry, or None where all are equal to `rate`. `fixed` are the
    arrays that are not learned: their rate is 0.
    """

    def __init__(
        self, values: Mapping[Path, NDArray[Any]], rates: Mapping[Path, float], dtype: Real
    ) -> None:
        learned = {path: value for path, value in values.items() if rates[path] != 0}
        self.fixed = {
            path: np.asarray(value, dtype, order="C")
            for path, value in values.items()
            if path not in learned
        }
        spots, size = _spots(learned, ALIGN // np.dtype(dtype).itemsize)
        self.vector = zeros(size, dtype)
        self.gradient = zeros(size, dtype)
        self.views: dict[Path, NDArray[Any]] = {}
        self.gradients: dict[Path, NDArray[Any]] = {}
        for path, value in learned.items():
            spot = slice(spots[path], spots[path] + value.size)
            self.views[path] = self.vector[spot].reshape(value.shape)
            self.views[path][...] = value
            self.gradients[path] = self.gradient[spot].reshape(value.shape)
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
        """Where every array lies, the learned ones and the others."""
        return {**self.fixed, **self.views}

    def first_bad(self) -> Path | None:
        """Return the first array that contains NaN or an infinite number."""
        if np.isfinite(self.vector).all():
            return None
        return next(path for path, view in self.views.items() if not np.isfinite(view).all())


def zeros(size: int, dtype: Real) -> Vector:
    """Return a vector of zeros that starts at a cache line."""
    vector = aligned(size * np.dtype(dtype).itemsize).view(dtype)
    vector.fill(0)
    return vector


def _spots(arrays: Mapping[Path, NDArray[Any]], line: int) -> tuple[dict[Path, int], int]:
    """Return where each array starts, and the length of the whole."""
    spots: dict[Path, int] = {}
    end = 0
    for path, value in arrays.items():
        spots[path] = end
        end += math.ceil(value.size / line) * line
    return spots, end
