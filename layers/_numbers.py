"""Settings that are real numbers: read, and refused where they cannot be."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite, nan
from numbers import Real
from typing import Any

from netdsl.errors import SettingError


def real(least: float = -inf, most: float = inf) -> Callable[[Any], float]:
    """Return what reads a finite number from `least` to `most`, both allowed.

    >>> real(0, 1)(0.5)
    0.5
    """
    limits = (f" from {least:g}" if least > -inf else "") + (f" to {most:g}" if most < inf else "")

    def read(spec: Any) -> float:
        number = float(spec) if isinstance(spec, Real) and not isinstance(spec, bool) else nan
        if not isfinite(number) or not least <= number <= most:
            raise SettingError(
                "The setting cannot have this value.", expected=f"a number{limits}", got=repr(spec)
            )
        return int(spec) if type(spec) is int else number  # shown as it was given

    return read
