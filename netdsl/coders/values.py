"""How data of any origin are looked at: lists, arrays, single things, kinds of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.spec.fields import number

NUMERIC = "biuf"
"""The kinds of numpy dtypes that are numbers here; a truth value counts as 0 or 1."""

PYTHON = frozenset((str, int, float, bool, list, tuple, range))
"""What needs no conversion; most labels are such, and there may be many."""


def local(value: Any) -> Any:
    """Return arrays of any library as numpy's, and single entries of arrays as Python's.

    >>> local(np.array([1.5, 2.5])[0])
    1.5
    """
    if type(value) in PYTHON:
        return value
    if not isinstance(value, np.ndarray | np.generic):
        if hasattr(value, "__array__"):
            value = np.asarray(value)
        elif hasattr(value, "__dlpack__"):
            value = np.from_dlpack(value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    # A date keeps its unit only as numpy's own.
    is_entry = isinstance(value, np.generic) and value.dtype.kind not in "mM"
    return number(value) if is_entry else value


def listed(value: Any) -> Sequence[Any] | NDArray[Any] | None:
    """Return a list, tuple or array as what it is, None for a single thing (a text is one)."""
    value = local(value)
    if isinstance(value, np.ndarray):
        return value
    several = isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)
    return value if several else None


def kind_of(value: Any) -> str:
    """Return "b", "i", "f" for truth values, integers and reals, "O" for all else."""
    if isinstance(value, bool):
        return "b"
    if isinstance(value, int):
        return "i"
    return "f" if isinstance(value, float) else "O"


def numeric(value: Any) -> NDArray[Any] | None:
    """Return a value as an array of numbers, None where it is none."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of several lengths
        return None
    return array if array.dtype.kind in NUMERIC else None
