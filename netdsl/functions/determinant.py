"""The determinant and its gradient, for a layer that calls them."""

from __future__ import annotations

from typing import Any

import numpy as np


def det(matrix: Any) -> Any:
    """Return the determinant of a square matrix.

    >>> round(float(det(np.array([[1.0, 2.0], [3.0, 4.0]]))))
    -2
    """
    return np.linalg.det(matrix)


def det_gradient(matrix: Any, gradient: Any) -> Any:
    """Return the gradient of the determinant: the matrix of cofactors, at singular ones too.

    >>> det_gradient(np.array([[0.0, 0.0], [0.0, 3.0]]), np.array(1.0))
    array([[3., 0.],
           [0., 0.]])
    """
    left, values, right = np.linalg.svd(matrix)
    others = np.array([np.prod(np.delete(values, place)) for place in range(len(values))])
    sign = np.linalg.det(left) * np.linalg.det(right)
    return gradient * sign * (left * others) @ right
