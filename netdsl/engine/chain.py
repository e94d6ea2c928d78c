"""Which operations in a row run block by block, so that temporaries stay in the cache."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from netdsl.engine.blocks import Slices, blocks, sizes_of
from netdsl.engine.memory import AnyArray, order_of
from netdsl.engine.program import Axes, Shape, Value
from netdsl.engine.workers import BLOCK, THREADED

RUN = 1024
"""Elements side by side in memory that a block has at least, where a sum asks for other blocks."""


def is_shared(shape: Shape) -> bool:
    """Whether threads share the work of an operation."""
    return math.prod(shape) >= THREADED


def _is_entrywise(value: Value) -> bool:
    return value.op is not None and value.op.entrywise and value.kind != "int"


def _is_reduction(value: Value) -> bool:
    return value.op is not None and value.op.name in ("sum", "max") and value.kind == "real"


class Chain:
    """Operations gathered in their order: entrywise ones of one shape, and sums over such arrays.

    What blocks bring to a sum is added up, so nothing in the chain may read it, unless each block
    has all that one entry of it is a sum of. Then the sum is complete within a block, and so are
    the small values made of such sums. `memory` has what was computed before.
    """

    def __init__(self, memory: Mapping[int, AnyArray]) -> None:
        self.values: list[Value] = []
        self.shape: Shape = ()
        self._memory = memory
        self._inner: set[int] = set()
        self._reduced: dict[int, frozenset[int]] = {}
        """The reductions, and the axes that each goes over."""
        self._small: set[int] = set()
        self._whole: frozenset[int] = frozenset()
        """The axes that no block divides."""
        self._order: Axes | None = None

    # ---- what joins -----------------------------------------------------------------------

    def has(self, value: Value) -> bool:
        """Whether a value is computed here."""
        return value.number in self._inner

    def is_reduced(self, value: Value) -> bool:
        """Whether a value is a sum or maximum over a long array."""
        return value.number in self._reduced

    def is_open(self, value: Value) -> bool:
        """Whether a value is a sum that several blocks add to."""
        return not self._reduced.get(value.number, frozenset()) <= self._whole

    def factors(self) -> set[int]:
        """Return the factors of all that is summed, by number."""
        summed = [value.inputs[0] for value in self.values if self.is_reduced(value)]
        return {source.number for value in summed for source in value.inputs}

    def begins(self, value: Value) -> bool:
        """Let an operation be the first; return whether it is worth running block by block."""
        shape = value.inputs[0].shape if _is_reduction(value) else value.shape
        if math.prod(shape) <= BLOCK:
            return False
        self.shape = shape
        self._find_order(value)
        if not self.takes(value):
            self.shape, self._order = (), None
        return bool(self.values)

    def takes(self, value: Value) -> bool:
        """Let an operation join; return whether it can."""
        known = (s.number in self._inner or s.number in self._memory for s in value.inputs)
        if not self.shape or not all(known):
            return False
        if _is_reduction(value):
            return self._takes_reduction(value)
        is_small = value.shape != self.shape
        if not _is_entrywise(value) or (is_small and not self._is_within(value)):
            return False
        read = (self._reduced.get(source.number, ()) for source in value.inputs)
        if not self._keeps(axis for axes in read for axis in axes):
            return False
        if is_small:
            self._small.add(value.number)
        self._add(value)
        return True

    def _is_within(self, value: Value) -> bool:
        """Whether blocks can compute a small value, each of them entries of its own."""
        if not _fits(value.shape, self.shape):
            return False
        # What reads no sum might be computed alone, but then the chain would end before it.
        single = {axis for axis, n in enumerate(value.shape) if n < self.shape[axis]}
        return single <= self._whole or any(s.number in self._small for s in value.inputs)

    def _takes_reduction(self, value: Value) -> bool:
        source, axes = value.inputs[0], value.attrs["axes"]
        if source.shape != self.shape or source.number in self._small:
            return False
        assert value.op is not None
        # Only sums are added up over blocks.
        if value.op.name != "sum" and not self._keeps(axes):
            return False
        self._small.add(value.number)
        self._reduced[value.number] = frozenset(a for a in axes if self.shape[a] > 1)
        self._add(value)
        return True

    def _add(self, value: Value) -> None:
        self.values.append(value)
        self._inner.add(value.number)
        self._find_order(value)

    def is_worth_it(self) -> bool:
        """Whether blocks gain anything: not for sums alone, nor for one operation in one thread."""
        long = [v for v in self.values if v.shape == self.shape]
        return bool(long) and (len(self.values) > 1 or is_shared(self.shape))

    # ---- blocks ---------------------------------------------------------------------------

    def _find_order(self, value: Value) -> None:
        if self._order is None:
            for source in (*value.inputs, value):
                if source.shape == self.shape and source.number in self._memory:
                    self._order = order_of(self._memory[source.number])
                    return

    @property
    def order(self) -> Axes:
        """In which order the axes lie: as they do in the first array of the whole shape."""
        for value in self.values:
            self._find_order(value)
        if self._order is None:
            self._order = tuple(range(len(self.shape)))
        return self._order

    def blocks(self) -> list[Slices]:
        """Return the blocks, each a stretch of memory if the axes kept whole lie innermost."""
        size, most = math.prod(self.shape), BLOCK
        if self._whole:
            # Sums are so short that threads would wait for each other after blocks of that length;
            # an even number of longer ones is the same for each of two or more threads.
            count = -(-size // (2 * BLOCK))
            most = -(-size // (count + count % 2))
        return list(blocks(self.shape, self._split_order(self._whole), most))

    def _split_order(self, whole: frozenset[int]) -> Axes:
        """Return in which order the axes are divided."""
        kept = [axis for axis in self.order if axis in whole]
        return (*(axis for axis in self.order if axis not in whole), *kept)

    def is_stretch(self, axes: Iterable[int]) -> bool:
        """Whether a block's entries along these last axes lie side by side."""
        return self._split_order(self._whole) == self.order or self._whole.issuperset(
            axis for axis in axes if self.shape[axis] > 1
        )

    def _keeps(self, axes: Iterable[int]) -> bool:
        """Let no block divide these axes from now on; return whether that can be."""
        whole = self._whole.union(axis for axis in axes if self.shape[axis] > 1)
        if whole == self._whole:
            return True
        if math.prod(self.shape[axis] for axis in whole) > BLOCK:
            return False
        order = self._split_order(whole)
        if order != self.order and self._run(order) < RUN:
            return False
        self._whole = whole
        return True

    def _run(self, order: Axes) -> int:
        """Return how many elements of a block lie side by side, for axes divided in that order."""
        sizes = sizes_of(next(blocks(self.shape, order, BLOCK)))
        run = 1
        for axis in reversed(self.order):
            run *= sizes[axis]
            if sizes[axis] < self.shape[axis]:
                break
        return run


def _fits(shape: Shape, whole: Shape) -> bool:
    """Whether an array of this shape is repeated along some axes of the whole."""
    return len(shape) == len(whole) and all(n in (1, m) for n, m in zip(shape, whole, strict=True))
