"""Limits of the parameters of a distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final


@dataclass(frozen=True)
class Limit:
    """Between what a parameter lies; `has_low` says whether the lower end is allowed itself."""

    low: float = -math.inf
    high: float = math.inf
    has_low: bool = True
    is_whole: bool = False

    def __contains__(self, number: float) -> bool:
        above = number >= self.low if self.has_low else number > self.low
        is_possible = not self.is_whole or float(number).is_integer()
        return math.isfinite(number) and above and number <= self.high and is_possible

    def __str__(self) -> str:
        kind = "a whole number" if self.is_whole else "a number"
        low = (
            "" if self.low == -math.inf else f"{' from' if self.has_low else ' above'} {self.low:g}"
        )
        return kind + low + ("" if self.high == math.inf else f" to {self.high:g}")

    def holds(self, xp: Any, x: Any) -> Any:
        """Return where an array keeps within the limit, None where any number does."""
        found = []
        if self.low > -math.inf:
            found.append(xp.greater_equal(x, self.low) if self.has_low else xp.greater(x, self.low))
        if self.high < math.inf:
            found.append(xp.less_equal(x, self.high))
        if self.is_whole:
            found.append(xp.equal(x, xp.floor(x)))
        return reduce(xp.logical_and, found) if found else None


ANY: Final = Limit()
POSITIVE: Final = Limit(0, has_low=False)
PROBABILITY: Final = Limit(0, 1)
