"""Sizes: the sizes that a dimension can have, as a set and as text."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from netdsl.infer.terms import INF, Var

FEW = 3
"""Sets of at most so many sizes are written out."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes `low`, `low + step`, ... up to `high`, which is None where there is no limit.

    >>> print(Sizes(13, 14), Sizes(2, 20, 2), Sizes(3, None))
    {13, 14} {2, 4, ..., 20} {3..}
    >>> 7 in Sizes(1, 9, 3), list(Sizes(1, 9, 3))
    (True, [1, 4, 7])
    """

    low: int
    high: int | None
    step: int = 1

    @property
    def is_open(self) -> bool:
        """Whether every size is possible."""
        return self == Sizes(1, None)

    def __contains__(self, size: object) -> bool:
        if not isinstance(size, int) or isinstance(size, bool) or size < self.low:
            return False
        return (self.high is None or size <= self.high) and (size - self.low) % self.step == 0

    def __iter__(self) -> Iterator[int]:
        if self.high is None:
            return itertools.count(self.low, self.step)
        return iter(range(self.low, self.high + 1, self.step))

    def __str__(self) -> str:
        return f"{{{self._inside('..', ', ..., ', ', ...')}}}"

    def latex(self) -> str:
        r"""Return the set for LaTeX's math mode.

        >>> print(Sizes(193, 224).latex())
        \{193, \ldots, 224\}
        """
        inside = self._inside(r", \ldots, ", r", \ldots, ", r", \ldots")
        return rf"\{{{inside.removesuffix(', ')}\}}"

    def _inside(self, dots: str, steps: str, endless: str) -> str:
        first = list(itertools.islice(self, FEW + 1))
        if len(first) <= FEW:
            return ", ".join(map(str, first))
        if self.step == 1:
            return f"{self.low}{dots}{'' if self.high is None else self.high}"
        start = f"{self.low}, {self.low + self.step}"
        return start + (endless if self.high is None else f"{steps}{self.high}")


def sizes_of(var: Var) -> Sizes:
    """Return the sizes that a solved dimension can have."""
    root = var.root()
    if root.low == root.high:
        return Sizes(root.low, root.low)
    return Sizes(root.low, root.high if root.high < INF else None, root.step)
