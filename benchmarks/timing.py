"""Interleaved rounds and what follows from them: ratios pair by pair, medians, quartiles."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

REST = 0.03
"""Seconds between two turns, in which the threads of the one before go to sleep."""

Turn = Callable[[], float | None]
"""Work through one turn; return the seconds that one piece took, None if that failed."""


@dataclass(frozen=True)
class Spread:
    """The median and the quartiles of some numbers."""

    median: float
    low: float
    high: float


def spread(numbers: Sequence[float]) -> Spread:
    """Return the median and the quartiles; one number is all three."""
    if len(numbers) == 1:
        return Spread(numbers[0], numbers[0], numbers[0])
    low, _, high = quantiles(numbers, n=4, method="inclusive")
    return Spread(median(numbers), low, high)


def nothing() -> None:
    """Do nothing."""


def interleaved(
    turns: Mapping[str, Turn], rounds: int, between: Callable[[], object] = nothing
) -> dict[str, list[float]]:
    """Let every contender have its turn in each round; return the seconds of each, by round.

    Each round begins with another contender. One that fails drops out and has no numbers.
    `between` is called after each round.
    """
    found: dict[str, list[float]] = {name: [] for name in turns}
    for number in range(rounds):
        names = list(found)
        shift = number % max(len(names), 1)
        for name in names[shift:] + names[:shift]:
            time.sleep(REST)
            seconds = turns[name]()
            if seconds is None:
                del found[name]
            else:
                found[name].append(seconds)
        between()
    return found


def paired(times: Sequence[float], base: Sequence[float]) -> list[float]:
    """Return the ratio of two contenders in each round."""
    return [own / other for own, other in zip(times, base, strict=True)]


def difference(numbers: Sequence[float], base: Sequence[float]) -> float:
    """Return the greatest difference between two lists, relative to the greatest of the base.

    Lists of different lengths, and those with a NaN, are infinitely far apart.
    """
    if len(numbers) != len(base) or not base:
        return float("inf")
    apart = [abs(own - other) for own, other in zip(numbers, base, strict=True)]
    found = max(apart) / (max(map(abs, base)) or 1.0)
    return found if all(value == value for value in apart) else float("inf")


def repetitions(run: Callable[[int], object], unit: int, seconds: float) -> int:
    """Return how often to run so that it takes about so long; a multiple of the unit."""
    run(unit)
    times = unit
    while True:
        taken = timed(run, times)
        if taken >= seconds / 4 or times >= unit << 20:
            wanted = round(times / unit * seconds / max(taken, 1e-9))
            return unit * max(1, wanted)
        times *= 2


def timed(run: Callable[[int], object], times: int) -> float:
    """Return the seconds that so many repetitions take."""
    start = time.perf_counter()
    run(times)
    return time.perf_counter() - start
