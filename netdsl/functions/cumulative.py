"""Sums of all entries up to each, and their gradient, for a layer that calls them."""

from __future__ import annotations

from typing import Any

import numpy as np


def cumulated(array: Any) -> Any:
    """Return the sums of the entries up to each one, along the first level.

    >>> cumulated(np.array([1.0, 2.0, 4.0]))
    array([1., 3., 7.])
    """
    return np.cumsum(array, axis=0)


def cumulated_gradient(array: Any, gradient: Any) -> Any:
    """Return the gradient of these sums: each entry is in all from its own on.

    >>> cumulated_gradient(np.array([1.0, 2.0, 4.0]), np.array([1.0, 0.0, 1.0]))
    array([2., 1., 1.])
    """
    return np.cumsum(gradient[::-1], axis=0)[::-1]
