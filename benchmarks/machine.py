"""The machine: what it is, and how fast it multiplies matrices."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import mean

import numpy as np

from benchmarks import timing

PACKAGES = ("netdsl", "numpy", "torch", "jax", "flax", "optax", "keras", "scikit-learn", "onnx")

SIZE = 2048
"""Rows and columns of the matrices whose product is timed."""


def peak(times: int = 20) -> float:
    """Return the best speed of a product of two matrices in single precision, in FLOP/s."""
    random = np.random.default_rng(1)
    first, second = random.standard_normal((2, SIZE, SIZE), np.float32)
    out = np.empty_like(first)

    def run(count: int) -> None:
        for _ in range(count):
            np.matmul(first, second, out=out)

    run(2)
    return 2 * SIZE**3 / min(timing.timed(run, 1) for _ in range(times))


class Watch:
    """How many cores other work keeps busy, looked at now and then while nothing is measured."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self.all: list[float] = []

    def look(self) -> None:
        """Look for a tenth of a second, after threads that waited for work have gone to sleep."""
        time.sleep(0.05)
        before, start = _ticks(), time.perf_counter()
        time.sleep(0.1)
        after, seconds = _ticks(), time.perf_counter() - start
        if before is not None and after is not None:
            self.seen.append((after - before) / os.sysconf("SC_CLK_TCK") / seconds)

    def take(self) -> float | None:
        """Return the mean since the last time; None where the system does not tell."""
        found = mean(self.seen) if self.seen else None
        self.all += self.seen
        self.seen = []
        return found

    def told(self) -> str:
        """Return in words how busy other work kept the machine over the whole run."""
        return f"{mean(self.all):.1f} cores busy in the mean" if self.all else "unknown"


def _ticks() -> int | None:
    """Return the time that all cores together were not idle, as Linux counts it."""
    try:
        first = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    except OSError:
        return None
    numbers = [int(number) for number in first]
    return sum(numbers) - numbers[3] - numbers[4]


def description() -> dict[str, str]:
    """Return what the machine is and which versions are installed."""
    found = {
        "Date": datetime.date.today().isoformat(),
        "Processor": _processor(),
        "Cores": str(len(os.sched_getaffinity(0)))
        if hasattr(os, "sched_getaffinity")
        else str(os.cpu_count()),
        "Caches": _caches(),
        "Memory": _memory(),
        "System": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "BLAS of numpy": _blas(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _fields(command: list[str]) -> dict[str, str]:
    """Return the lines "name: value" that a command prints; none where there is no such one."""
    try:
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return {}
    pairs = (line.partition(":") for line in shown.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _processor() -> str:
    known = _fields(["lscpu"])
    name = known.get("Model name") or platform.processor() or platform.machine()
    widest = "AVX-512" if "avx512f" in known.get("Flags", "") else ""
    return ", ".join(part for part in (name, widest) if part)


def _caches() -> str:
    known = _fields(["lscpu"])
    levels = {"L1d cache": "L1d", "L2 cache": "L2", "L3 cache": "L3"}
    shown = [f"{short} {known[name]}" for name, short in levels.items() if name in known]
    return ", ".join(shown) or "unknown"


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return "unknown"
    return f"{size / 2**30:.0f} GiB"


def _blas() -> str:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"
