"""Which of the arrays that are set are written into a text of code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from netdsl.formula.code.loops import Program

MOST = 64
"""How many numbers are written into the text; more are arguments."""


def literals(program: Program, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arrays that are written into the text: all that are set, if they are few."""
    found = {
        name: np.asarray(values[name], dtype=float) for name in program.arrays if name in values
    }
    return found if sum(value.size for value in found.values()) <= MOST else {}
