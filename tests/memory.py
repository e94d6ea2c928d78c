"""What a step takes from memory, told by tracemalloc, which numpy reports its arrays to."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np


def allocated(step: Callable[[], Any]) -> tuple[int, int]:
    """Return the most bytes in use while a warm step runs, and those left, beyond those before.

    numpy's iterator has 34 kB for each operand of a call that broadcasts, while the call runs.
    """
    with np.errstate(all="ignore"):
        step()
        tracemalloc.start()
        try:
            step()  # so that what one step keeps until the next is counted before
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            step()
            after, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    return peak - before, after - before
