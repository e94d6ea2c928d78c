"""The short way of `net(x)`: an array like the last one, run at once on the plan that is there."""

from __future__ import annotations

from typing import Any

import numpy as np

from netdsl.engine.compiled import Compiled
from netdsl.engine.memory import AnyArray
from netdsl.spec.fields import plain

KEPT = 16
"""How many shapes of arrays a net knows the short way for."""


class Quick:
    """The plans of a net with one input and one output, neither encoded, by what is given.

    Everything that the long way sees to has been seen to for these shapes and types but the
    numbers themselves: an array with NaN in it goes the long way, which says where.
    """

    def __init__(self) -> None:
        self._ready: dict[tuple[Any, Any], tuple[Any, ...]] = {}

    def add(self, given: AnyArray, ready: Compiled, is_batch: bool) -> None:
        """Remember the plan for such arrays."""
        (memory,) = ready.plan.inputs.values()
        (output,) = ready.plan.outputs
        if len(self._ready) >= KEPT:
            self._ready.clear()
        into, result = (memory, output) if is_batch else (memory[0, ...], output[0, ...])
        self._ready[given.shape, given.dtype] = (ready.plan, into, into.reshape(-1), result)

    def __call__(self, given: Any) -> Any:
        """Return the output, or None where the long way has to be gone."""
        if type(given) is not np.ndarray:
            return None
        known = self._ready.get((given.shape, given.dtype))
        if known is None:
            return None
        plan, into, flat, result = known
        with plan.lock, np.errstate(all="ignore"):
            into[...] = given
            # A sum of squares is NaN where any of the numbers is.
            total = np.dot(flat, flat)
            if total != total:
                return None
            plan.step()
            return result.copy() if result.ndim else plain(result)
