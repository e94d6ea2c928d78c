"""Entrywise operations in a row, run block by block: temporaries stay in the cache."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np

from netdsl.engine.blocks import Slices, blocks, dot, sizes_of, trailing, within
from netdsl.engine.memory import AnyArray, Pool, Precision, dtype_of, order_of, shaped
from netdsl.engine.program import Axes, Call, Shape, Value
from netdsl.engine.workers import BLOCK, THREADED, shared, split


class Setting(Protocol):
    """What a chain needs of the layout that it stands in."""

    memory: dict[int, AnyArray]
    pool: Pool
    precision: Precision
    threads: int

    def operand(self, source: Value, value: Value) -> AnyArray:
        """Return the memory of an input."""
        ...


def is_long(value: Value) -> bool:
    """Whether an operation is worth running block by block."""
    return (
        value.op is not None
        and value.op.entrywise
        and value.kind != "int"
        and math.prod(value.shape) > BLOCK
    )


def is_shared(value: Value) -> bool:
    """Whether threads share the work of an operation."""
    return math.prod(value.shape) >= THREADED


class Chain:
    """Operations gathered in their order: entrywise ones of one shape, and sums of their results.

    A sum takes what each block brings, so nothing in the chain may read it.
    """

    def __init__(self) -> None:
        self.values: list[Value] = []
        self._inner: set[int] = set()
        self._sums: set[int] = set()
        self.dots: set[int] = set()
        self.skipped: set[int] = set()

    def has(self, value: Value) -> bool:
        """Whether a value is computed here."""
        return value.number in self._inner

    def is_reduced(self, value: Value) -> bool:
        """Whether a value is a sum over what the chain computes."""
        return value.number in self._sums

    def takes(self, value: Value) -> bool:
        """Whether an operation can join."""
        if not self.values or value.op is None:
            return False
        if any(source.number in self._sums for source in value.inputs):
            return False
        if value.op.name == "sum":
            return self.has(value.inputs[0]) and value.kind == "real"
        return is_long(value) and value.shape == self.values[0].shape

    def add(self, value: Value) -> None:
        """Let an operation join."""
        assert value.op is not None
        self.values.append(value)
        self._inner.add(value.number)
        if not value.op.entrywise:
            self._sums.add(value.number)

    def order(self, memory: Mapping[int, AnyArray]) -> Axes:
        """Return in which order the axes lie: as they do in the first array of the whole shape."""
        shape = self.values[0].shape
        for value in self.values:
            for source in (*value.inputs, value):
                if source.shape == shape and source.number in memory:
                    return order_of(memory[source.number])
        return tuple(range(len(shape)))

    def calls(self, setting: Setting) -> list[Call]:
        """Return the calls of one run; what is read outside has its memory in `setting`."""
        self._find_dots(setting)
        return _Bound(self, setting).calls()

    def _find_dots(self, setting: Setting) -> None:
        """Find the sums of products that nothing else reads; one pass multiplies and adds them."""
        arrays = [setting.memory.get(s.number) for v in self.values for s in (v, *v.inputs)]
        shape = self.values[0].shape
        if any(a is not None and a.shape == shape and not a.flags.c_contiguous for a in arrays):
            return  # the last axes have to be one stretch of memory
        readers = Counter(source.number for value in self.values for source in value.inputs)
        for value in self.values:
            product = value.inputs[0]
            if value.number not in self._sums or not self.has(product):
                continue
            alone = readers[product.number] == 1 and product.number not in setting.memory
            whole = all(source.shape == product.shape for source in product.inputs)
            is_product = product.op is not None and product.op.name == "multiply"
            if is_product and alone and whole and trailing(value.attrs["axes"], product.ndim):
                self.dots.add(value.number)
                self.skipped.add(product.number)


class _Bound:
    """A chain with its memory: the blocks, and what each thread does to them."""

    def __init__(self, chain: Chain, setting: Setting) -> None:
        self.chain, self.setting = chain, setting
        self.shape = chain.values[0].shape
        self.order = chain.order(setting.memory)
        self.blocks = list(blocks(self.shape, self.order, BLOCK))
        count = setting.threads if is_shared(chain.values[0]) else 1
        self.parts = split(self.blocks, count)
        self.slots = _Slots(chain, setting)
        self.pieces: list[AnyArray] = []
        self.before: list[Call] = []
        self.after: list[Call] = []

    def calls(self) -> list[Call]:
        parts = [self._part(blocks, thread) for thread, blocks in enumerate(self.parts)]
        for piece in self.pieces:
            self.setting.pool.give(piece)
        return [*self.before, *shared(parts), *self.after]

    def _part(self, blocks: Sequence[Slices], thread: int) -> list[Call]:
        """Return what one thread does: every operation on a block, then the next block."""
        room = max(math.prod(sizes_of(block)) for block in blocks)
        scratch = [self._take(room * bits) for bits in self.slots.widths]
        totals = {
            value.number: self._total(value, thread)
            for value in self.chain.values
            if self.chain.is_reduced(value)
        }
        calls: list[Call] = []
        rooms: dict[tuple[int, Shape], AnyArray] = {}
        for block in blocks:
            here = _Here(self, block, scratch, rooms)
            for value in self.chain.values:
                if value.number in self.chain.skipped:
                    continue
                if value.number in totals:
                    calls += self._summed(value, here, *totals[value.number])
                else:
                    calls += here.bind(value)
        return calls

    def _take(self, count: int) -> AnyArray:
        piece = self.setting.pool.take(count)
        self.pieces.append(piece)
        return piece

    def real(self, shape: Shape) -> AnyArray:
        """Return an array of reals for the time of the chain."""
        piece, array = self.setting.pool.array(shape, np.dtype(self.setting.precision))
        self.pieces.append(piece)
        return array

    def _total(self, value: Value, thread: int) -> tuple[AnyArray, AnyArray]:
        """Return where a thread adds what its blocks bring to a sum, and room for one block's."""
        out = self.setting.memory[value.number]
        total = out if thread == 0 else self.real(value.shape)
        self.before.append(partial(total.fill, 0))
        if thread > 0:
            self.after.append(partial(np.add, out, total, out=out))
        return total, self.real(value.shape)

    def _summed(self, value: Value, here: _Here, total: AnyArray, room: AnyArray) -> Iterator[Call]:
        axes = value.attrs["axes"]
        spot = within(here.block, value.shape, self.shape)
        some = room[spot]
        if value.number in self.chain.dots:
            factors = [here.array(source, value) for source in value.inputs[0].inputs]
            row = here.sizes[: len(here.sizes) - trailing(axes, len(here.sizes))]
            yield from dot(factors, axes, some, here.room(value, row))
        else:
            source, op = here.array(value.inputs[0], value), value.op
            assert op is not None
            assert op.scratch is not None
            needs = [here.room(value, shape) for shape in op.scratch(source.shape, axes=axes)]
            yield from op.bind([source], some, needs, value.attrs)
        yield partial(np.add, total[spot], some, out=total[spot])


class _Here:
    """One block of a chain in one thread."""

    def __init__(
        self,
        bound: _Bound,
        block: Slices,
        scratch: list[AnyArray],
        rooms: dict[tuple[int, Shape], AnyArray],
    ) -> None:
        self.bound, self.block, self.scratch, self.rooms = bound, block, scratch, rooms
        self.sizes = sizes_of(block)

    def room(self, value: Value, shape: Shape) -> AnyArray:
        """Return room for what a sum needs meanwhile; the blocks of a thread have it in turn."""
        key = value.number, shape
        if key not in self.rooms:
            self.rooms[key] = self.bound.real(shape)
        return self.rooms[key]

    def bind(self, value: Value) -> list[Call]:
        """Return the calls of one operation on this block."""
        op = value.op
        assert op is not None
        inputs = [self.array(source, value) for source in value.inputs]
        out = self.array(value, value)
        dtype = np.dtype(self.bound.setting.precision)
        slots = self.bound.slots.extra[value.number]
        scratch = tuple(self._in(self.scratch[slot], dtype) for slot in slots)
        return op.bind(inputs, out, scratch, value.attrs)

    def array(self, source: Value, value: Value) -> AnyArray:
        """Return the part of a value that belongs to this block."""
        slot = self.bound.slots.of.get(source.number)
        if slot is not None:
            dtype = dtype_of(source.kind, self.bound.setting.precision)
            return self._in(self.scratch[slot], dtype)
        setting = self.bound.setting
        memory = setting.memory[value.number] if source is value else setting.operand(source, value)
        # An index of nothing would copy a number out of an array of rank 0.
        here = within(self.block, memory.shape, self.bound.shape)
        return memory[here] if here else memory

    def _in(self, piece: AnyArray, dtype: np.dtype[Any]) -> AnyArray:
        return shaped(piece, dtype, self.sizes, self.bound.order)


class _Slots:
    """Which scratch each value uses that only the chain itself reads, as few as they can be.

    `widths` are the bytes of an element in each; `extra` is what operations need meanwhile.
    """

    def __init__(self, chain: Chain, setting: Setting) -> None:
        self.widths: list[int] = []
        self.of: dict[int, int] = {}
        self.extra: dict[int, tuple[int, ...]] = {}
        self._free: list[int] = []
        self._real = np.dtype(setting.precision).itemsize
        last = {source.number: value.number for value in chain.values for source in value.inputs}
        for value in chain.values:
            if value.number in chain.dots:
                # It reads the factors itself, after the product that is left out.
                for source in value.inputs[0].inputs:
                    last[source.number] = max(last[source.number], value.number)
        for value in chain.values:
            if value.number not in chain.skipped:
                self._place(value, setting, chain, last)

    def _place(self, value: Value, setting: Setting, chain: Chain, last: dict[int, int]) -> None:
        op = value.op
        assert op is not None
        extra = 0 if op.scratch is None or chain.is_reduced(value) else _extra(value)
        taken = tuple(self._new(self._real) for _ in range(extra))
        self.extra[value.number] = taken
        read = value.inputs[0].inputs if value.number in chain.dots else value.inputs
        ending = [s for s in {*read} if last[s.number] == value.number]
        slots = [self.of[s.number] for s in ending if s.number in self.of]
        if op.inplace:
            self._free += slots
        if value.number not in setting.memory:
            width = dtype_of(value.kind, setting.precision).itemsize
            self.of[value.number] = self._new(width)
        self._free += taken if op.inplace else (*taken, *slots)

    def _new(self, width: int) -> int:
        fitting = [slot for slot in self._free if self.widths[slot] == width]
        if fitting:
            self._free.remove(fitting[0])
            return fitting[0]
        self.widths.append(width)
        return len(self.widths) - 1


def _extra(value: Value) -> int:
    assert value.op is not None
    assert value.op.scratch is not None
    return len(value.op.scratch(*(source.shape for source in value.inputs), **value.attrs))
