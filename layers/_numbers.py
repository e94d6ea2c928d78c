"""Settings that are real numbers, within limits."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from numbers import Real
from sys import float_info
from typing import Any

from netdsl.errors import SettingError


def within(low: float, high: float | None = None) -> Callable[[Any], float]:
    """Return what reads a number from `low` to `high`, both allowed.

    >>> within(0, 1)(0.5)
    0.5
    """
    expected = f"a number from {low}" + ("" if high is None else f" to {high}")

    def read(spec: Any) -> float:
        is_number = isinstance(spec, Real) and not isinstance(spec, bool)
        number = float(spec) if is_number else nan
        if not low <= number <= (float_info.max if high is None else high):
            raise SettingError(
                "The setting cannot have this value.", expected=expected, got=repr(spec)
            )
        return spec if isinstance(spec, int | float) else number

    return read
