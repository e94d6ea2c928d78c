"""The functions of a list of numbers: Mean, Total, Median, Variance and the like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import numpy as np

from netdsl.errors import SettingError, nearest
from netdsl.functions.function import Function, function_named
from netdsl.functions.named import Named


def _of_one_list(call: Callable[..., Any]) -> Callable[..., Any]:
    """Let a statistic that is given something else than one list say what it takes."""

    @wraps(call)
    def checked(self: Statistic, *data: Any, **settings: Any) -> Any:
        if len(data) + len(settings) != 1 or settings.keys() - {"data"}:
            given = [*map(repr, data), *(f"{name}=..." for name in settings)]
            raise self.refused(", ".join(given) or "nothing")
        return call(self, *data, **settings)

    return checked


@dataclass(frozen=True, eq=False, repr=False)
class Statistic(Named):
    """A function of a list, such as Mean; of an array it is taken along the first level.

    >>> Mean([[1, 2], [3, 6]])
    array([2., 4.])
    >>> Median([1, 5, 2, 9])
    3.5

    What has a method `aggregated` is asked for `aggregated(name)` instead. Fewer than `least`
    numbers raise a SettingError. To take it along other levels, in a net, make an
    AggregationLayer of it. Copies are the same one.
    """

    compute: Callable[[Any], Any]
    doc: str
    least: int = 1

    @_of_one_list
    def __call__(self, data: Any) -> Any:
        """Return the value for a list, or for each place along the first level of an array."""
        if isinstance(data, list | tuple) and any(hasattr(item, "aggregated") for item in data):
            data = np.stack(data)  # which what is recorded does in its own way
        aggregated = getattr(data, "aggregated", None)
        if aggregated is not None:
            return aggregated(self.name)
        found = self.compute(self._read(data))
        return found.item() if np.ndim(found) == 0 else found

    def _read(self, data: Any) -> Any:
        try:
            array = np.asarray(data)
        except ValueError:  # rows of several lengths
            array = np.asarray(None)
        if array.ndim == 0 or array.dtype.kind not in "biuf" or len(array) < self.least:
            is_array = array.dtype.kind in "biuf"
            raise self.refused(repr(data), None if is_array else f"AggregationLayer({self.name})")
        return array.astype(np.int64) if array.dtype.kind == "b" else array

    def refused(self, got: str, nearest: str | None = None) -> SettingError:
        """Return the error of a call with something else than a list of numbers."""
        text = " ".join(got.split())
        return SettingError(
            f"{self.name} is a function of a list.",
            expected="numbers in a list or an array"
            + (f", at least {self.least}" if self.least > 1 else ""),
            got=text if len(text) <= 60 else text[:57] + "...",
            nearest=nearest,
        )


def aggregation(spec: Any) -> Statistic | Function:
    """Read what makes one number of several: Mean or "Mean", Max, Times and the like."""
    name: Any = spec.name if isinstance(spec, Statistic | Function) else spec
    if isinstance(name, str) and name in AGGREGATIONS:
        return Statistic.of(name) if name in Statistic.known else function_named(name)
    raise SettingError(
        "There is no aggregation by this function.",
        expected=", ".join(AGGREGATIONS),
        got=repr(spec),
        nearest=nearest(name, AGGREGATIONS),
    )


def _quartile(x: Any, quarter: int) -> Any:
    """Return the number at 1/2 + n quarter/4 of the sorted ones, between two of them by weight."""
    ordered = np.sort(x, axis=0)
    place = min(max(len(x) * quarter / 4 - 0.5, 0), len(x) - 1)
    low = int(place)
    high = min(low + 1, len(x) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


Mean: Final = Statistic("Mean", lambda x: np.mean(x, axis=0), "Sum over the number of entries.")
Total: Final = Statistic("Total", lambda x: np.sum(x, axis=0), "Sum.")
Median: Final = Statistic(
    "Median", lambda x: np.median(x, axis=0), "The middle one in order, or the mean of the two."
)
Variance: Final = Statistic(
    "Variance",
    lambda x: np.var(x, axis=0, ddof=1),
    "Sum of the squared distances from the mean, over the number of entries less 1.",
    least=2,
)
StandardDeviation: Final = Statistic(
    "StandardDeviation", lambda x: np.std(x, axis=0, ddof=1), "Square root of the variance.", 2
)
MeanDeviation: Final = Statistic(
    "MeanDeviation",
    lambda x: np.mean(np.abs(x - np.mean(x, axis=0)), axis=0),
    "Mean distance from the mean.",
)
InterquartileRange: Final = Statistic(
    "InterquartileRange",
    lambda x: _quartile(x, 3) - _quartile(x, 1),
    "From the first quartile to the third, each at 1/2 + n q of the n entries in order.",
)

AGGREGATIONS: Final = ("Max", "Min", "Times", *Statistic.known)
"""What an AggregationLayer takes, by name."""
