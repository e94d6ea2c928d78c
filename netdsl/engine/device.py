"""Where a net runs: the option TargetDevice."""

from __future__ import annotations

from typing import Any

from netdsl.engine.workers import cores
from netdsl.errors import SettingError
from netdsl.options import named
from netdsl.symbols import Automatic


def threads_of(device: Any) -> int:
    """Read TargetDevice, "CPU" or ["CPU", {"Threads": n}]; return the number of threads.

    Automatic is one for each core that the process may use. They share entrywise operations on
    large arrays and the passes of an optimizer; matrix products are the BLAS library's, which
    has threads of its own.
    """
    _, options = named(device, {"CPU": {"Threads": Automatic}}, "TargetDevice")
    threads = options["Threads"]
    if threads is Automatic:
        return cores()
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise SettingError(
            "An option of the device cannot have this value.",
            setting="TargetDevice CPU, Threads",
            expected="a positive integer or Automatic",
            got=repr(threads),
        )
    return threads
