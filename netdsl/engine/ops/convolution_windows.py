"""Where windows lie along an axis: which entries of the input each offset in a window meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd

from netdsl.engine.program import Shape

Span = tuple[slice, slice]
"""Entries of the input, and the windows that they belong to; of equal number."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Windows of `kernel` entries, `dilation` apart, every `stride` entries of a padded axis."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    @property
    def count(self) -> int:
        """How many windows there are."""
        reach = self.dilation * (self.kernel - 1) + 1
        return (self.size + self.before + self.after - reach) // self.stride + 1

    @property
    def padded(self) -> int:
        """The size with its padding."""
        return self.size + self.before + self.after

    @property
    def is_padded(self) -> bool:
        """Whether a window can reach beyond the input."""
        return self.before > 0 or self.after > 0

    def pieces(self, at_most: int) -> Iterator[tuple[Axis, slice, slice]]:
        """Yield axes without dilation, each with the entries that it has and the windows in it.

        Entries that lie a dilation apart are one such axis; the windows on it come in turn. None
        has more windows than `at_most`, and the first one has the most.
        """
        common = gcd(self.stride, self.dilation)
        number, step = self.dilation // common, self.stride // common
        for phase in range(min(number, self.count)):
            numbers = range(phase, self.count, number)
            for windows in (numbers[at : at + at_most] for at in range(0, len(numbers), at_most)):
                first = windows[0] * self.stride - self.before
                reach = step * (len(windows) - 1) + self.kernel
                before = min(max(0, -(first // self.dilation)), reach)
                start = first + before * self.dilation
                size = min(reach - before, len(range(start, self.size, self.dilation)))
                axis = Axis(size, self.kernel, step, 1, before, reach - before - size)
                seen = slice(start, start + size * self.dilation, self.dilation)
                yield axis, seen, slice(windows[0], windows[-1] + 1, number)

    def span(self, offset: int) -> Span:
        """Return what the windows see at an offset, leaving out those that see padding there."""
        shift = offset * self.dilation - self.before
        first = max(-(shift // self.stride), 0)
        last = max(min((self.size - 1 - shift) // self.stride + 1, self.count), first)
        low = first * self.stride + shift
        entries = slice(low, low + (last - first) * self.stride, self.stride)
        return entries, slice(first, last)


def axes_of(
    sizes: Shape,
    kernel: Shape,
    stride: Shape,
    dilation: Shape,
    before: Shape,
    after: Shape,
) -> tuple[Axis, ...]:
    """Return the windows along each of the last axes of an array."""
    parts = zip(sizes[-len(kernel) :], kernel, stride, dilation, before, after, strict=True)
    return tuple(Axis(*part) for part in parts)


def counts(axes: Sequence[Axis]) -> Shape:
    """Return how many windows there are along each axis."""
    return tuple(axis.count for axis in axes)
