"""Where a tall drawing is cut into columns that are read one after the other."""

from __future__ import annotations

from collections.abc import Sequence

TALL = 1040.0
"""What is no taller stays in one column."""

ASPECT = 1.5
"""How much wider than tall a drawing of columns would like to be."""

LOW = 720.0
"""Columns are not made lower than that to have more of them."""

GAIN = 0.8
"""Cuts must make the page smaller than this part of what it would be without any."""

LONELY = 1.15
"""A last column with little in it is avoided, unless the page grows by this factor."""

COLUMNS = 16
GUTTER = 34.0
"""Between two columns, with room for the edges that go up there."""

CROSSING = (1, 2)
"""A cut is made where so many edges go through it; two only where the drawing gets half as tall."""


def cuts(heights: Sequence[float], widths: Sequence[float], passing: Sequence[int]) -> list[int]:
    """Return after which rows to cut; `passing` is how many edges go from a row to those below.

    >>> cuts([300.0] * 8, [100.0] * 8, [1] * 8)
    [1, 3, 5]
    """
    if sum(heights) <= TALL:
        return []
    best, least = list[int](), GAIN * _extent(heights, widths, [])
    for most in CROSSING:
        allowed = [0 < at < len(heights) - 2 and n <= most for at, n in enumerate(passing)]
        for count in range(2, COLUMNS + 1):
            found = _filled(heights, allowed, sum(heights) / count)
            extent = _extent(heights, widths, found) * (1 + 0.02 * len(found) + 0.6 * (most > 1))
            if extent < least:
                best, least = found, extent
    return best


def _filled(heights: Sequence[float], allowed: Sequence[bool], tall: float) -> list[int]:
    """Fill one column after the other; one that is nearly full is."""
    found, height, last = list[int](), 0.0, -1
    for at, row in enumerate(heights):
        if height + row / 2 > tall and last >= 0:
            found.append(last)
            height, last = sum(heights[last + 1 : at]), -1
        height += row
        if allowed[at]:
            last = at
    return found


def _extent(heights: Sequence[float], widths: Sequence[float], found: Sequence[int]) -> float:
    """Return how large a page of the wanted aspect must be to hold the columns."""
    starts, ends = [0, *(at + 1 for at in found)], [*(at + 1 for at in found), len(heights)]
    spans = list(zip(starts, ends, strict=True))
    tall = max(sum(heights[start:end]) for start, end in spans)
    wide = sum(max(widths[start:end]) for start, end in spans) + GUTTER * len(found)
    last = sum(heights[starts[-1] :])
    return max(tall, LOW, wide / ASPECT) * (LONELY if last < tall / 3 else 1)
