"""Where a net runs: the option TargetDevice."""

from __future__ import annotations

from typing import Any

from netdsl.engine.workers import cores
from netdsl.options import named, whole
from netdsl.symbols import Automatic


def threads_of(device: Any) -> int:
    """Read TargetDevice, "CPU" or ["CPU", {"Threads": n}]; return the number of threads.

    Automatic is one for each core that the process may use. They share entrywise operations on
    large arrays and the passes of an optimizer; matrix products are the BLAS library's, which
    has threads of its own.
    """
    known = {"CPU": {"Threads": Automatic}}
    _, options = named(device, known, "TargetDevice", "device")
    if options["Threads"] is Automatic:
        return cores()
    return whole("Threads of TargetDevice", options["Threads"], Automatic)
