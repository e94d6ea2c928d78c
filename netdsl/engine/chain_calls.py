"""The calls of a chain: what each thread does to its blocks, one after the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np

from netdsl.engine.blocks import Slices, add_rows, dot, has_rows, sizes_of, trailing, within
from netdsl.engine.chain import Chain, is_shared
from netdsl.engine.memory import AnyArray, Pool, Precision, dtype_of, shaped
from netdsl.engine.program import Call, Shape, Value
from netdsl.engine.workers import run_all, shared, split


class Setting(Protocol):
    """What a chain needs of the layout that it stands in."""

    memory: dict[int, AnyArray]
    pool: Pool
    precision: Precision
    threads: int

    def operand(self, source: Value, value: Value) -> AnyArray:
        """Return the memory of an input."""
        ...


ROW = 512
"""Elements that numpy's iterator goes over at once, where it need not copy what is repeated.

Into its usual buffers of 8192 elements it copies what is repeated along shorter rows.
"""


def _by_rows(calls: Sequence[Call]) -> None:
    """Make calls with buffers as short as rows; numpy keeps the length for each thread."""
    before = np.setbufsize(ROW)
    try:
        run_all(calls)
    finally:
        np.setbufsize(before)


def _run(shape: Shape, whole: Shape) -> int:
    """Return how many elements lie side by side along which an array is, or is not, repeated."""
    run, kinds = 1, set[bool]()
    wide = (*[1] * (len(whole) - len(shape)), *shape)
    for n, m in zip(wide[::-1], whole[::-1], strict=True):
        kinds |= {n < m} if m > 1 else set()
        if len(kinds) > 1:
            break
        run *= m
    return run


def chain_calls(chain: Chain, setting: Setting) -> list[Call]:
    """Return the calls of one run; what is read outside has its memory in `setting`."""
    return _Bound(chain, setting).calls()


def _dots(chain: Chain, setting: Setting) -> dict[int, Value]:
    """Return the sums of products that nothing else reads; one pass multiplies and adds them."""
    arrays = [setting.memory.get(s.number) for v in chain.values for s in (v, *v.inputs)]
    if any(a is not None and a.shape == chain.shape and not a.flags.c_contiguous for a in arrays):
        return {}  # the last axes have to be one stretch of memory
    readers = Counter(source.number for value in chain.values for source in value.inputs)
    found: dict[int, Value] = {}
    for value in chain.values:
        if not chain.is_reduced(value) or not chain.has(product := value.inputs[0]):
            continue
        assert value.op is not None
        alone = readers[product.number] == 1 and product.number not in setting.memory
        whole = all(source.shape == product.shape for source in product.inputs)
        is_product = product.op is not None and product.op.name == "multiply"
        last = range(product.ndim - trailing(value.attrs["axes"], product.ndim), product.ndim)
        is_sum = value.op.name == "sum" and len(last) > 0 and chain.is_stretch(last)
        if is_product and alone and whole and is_sum:
            found[value.number] = product
    return found


class _Bound:
    """A chain with its memory: the blocks, and what each thread does to them."""

    def __init__(self, chain: Chain, setting: Setting) -> None:
        self.chain, self.setting = chain, setting
        self.shape, self.order = chain.shape, chain.order
        self.dots = _dots(chain, setting)
        left_out = {product.number for product in self.dots.values()}
        self.values = [value for value in chain.values if value.number not in left_out]
        count = setting.threads if is_shared(chain.shape) else 1
        self.parts = split(chain.blocks(), count)
        self.slots = _Slots(self)
        self.pieces: list[AnyArray] = []
        self.before: list[Call] = []
        self.after: list[Call] = []

    def calls(self) -> list[Call]:
        parts = [self._part(blocks, thread) for thread, blocks in enumerate(self.parts)]
        if self._has_long_rows():
            parts = [[partial(_by_rows, part)] for part in parts]
        for piece in self.pieces:
            self.setting.pool.give(piece)
        return [*self.before, *shared(parts), *self.after]

    def read(self, value: Value) -> tuple[Value, ...]:
        """Return what an operation reads: the factors where it adds their product up."""
        return self.dots.get(value.number, value).inputs

    def _has_long_rows(self) -> bool:
        """Whether rows are long wherever something is repeated along some axes of the blocks."""
        runs = [
            _run(source.shape, value.shape)
            for value in self.values
            if value.shape == self.shape and not self.chain.is_reduced(value)
            for source in value.inputs
            if math.prod(source.shape) > 1 and source.shape != value.shape
        ]
        return bool(runs) and min(runs) >= ROW

    def _part(self, blocks: Sequence[Slices], thread: int) -> list[Call]:
        """Return what one thread does: every operation on a block, then the next block."""
        scratch: list[AnyArray] = []
        for width, shape in self.slots.kinds:
            room = max(math.prod(sizes_of(within(b, shape, self.shape))) for b in blocks)
            scratch.append(self._take(room * width))
        totals = {
            value.number: self._total(value, thread)
            for value in self.values
            if self.chain.is_open(value)
        }
        calls: list[Call] = []
        rooms: dict[tuple[int, Shape], AnyArray] = {}
        for block in blocks:
            here = _Here(self, block, scratch, rooms)
            for value in self.values:
                if value.number in totals:
                    calls += self._summed(value, here, *totals[value.number])
                elif self.chain.is_reduced(value):
                    calls += here.reduce(value, here.array(value, value))
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
        spot = within(here.block, value.shape, self.shape)
        yield from here.reduce(value, room[spot])
        yield partial(np.add, total[spot], room[spot], out=total[spot])


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

    def reduce(self, value: Value, out: AnyArray) -> Iterator[Call]:
        """Yield the calls that bring a block's part of a sum or maximum."""
        axes, op = value.attrs["axes"], value.op
        assert op is not None
        inputs = [self.array(source, value) for source in self.bound.read(value)]
        last = trailing(axes, len(self.sizes))
        row = self.sizes[: len(self.sizes) - last]
        if value.number in self.bound.dots:
            yield from dot(inputs, axes, out, self.room(value, row))
        elif op.name == "sum" and has_rows(inputs[0], last):
            yield from add_rows(inputs[0], axes, out, self.room(value, row))
        else:
            shapes = op.scratch(inputs[0].shape, axes=axes) if op.scratch else ()
            needs = [self.room(value, shape) for shape in shapes]
            yield from op.bind(inputs, out, needs, value.attrs)

    def bind(self, value: Value) -> list[Call]:
        """Return the calls of one operation on this block."""
        op = value.op
        assert op is not None
        inputs = [self.array(source, value) for source in value.inputs]
        out = self.array(value, value)
        dtype = np.dtype(self.bound.setting.precision)
        slots = self.bound.slots.extra[value.number]
        scratch = tuple(self._in(slot, dtype, value.shape) for slot in slots)
        return op.bind(inputs, out, scratch, value.attrs)

    def array(self, source: Value, value: Value) -> AnyArray:
        """Return the part of a value that belongs to this block."""
        setting = self.bound.setting
        slot = self.bound.slots.of.get(source.number)
        if slot is not None:
            return self._in(slot, dtype_of(source.kind, setting.precision), source.shape)
        memory = setting.memory[value.number] if source is value else setting.operand(source, value)
        # An index of nothing would copy a number out of an array of rank 0.
        here = within(self.block, memory.shape, self.bound.shape)
        return memory[here] if here else memory

    def _in(self, slot: int, dtype: np.dtype[Any], shape: Shape) -> AnyArray:
        sizes = sizes_of(within(self.block, shape, self.bound.shape))
        return shaped(self.scratch[slot], dtype, sizes, self.bound.order)


class _Slots:
    """Which scratch each value uses that only the chain itself reads, as few as they can be.

    `kinds` are the bytes of an element in each, and the shape of which it holds a block's part;
    `extra` is what operations need meanwhile.
    """

    def __init__(self, bound: _Bound) -> None:
        self.kinds: list[tuple[int, Shape]] = []
        self.of: dict[int, int] = {}
        self.extra: dict[int, tuple[int, ...]] = {}
        self._free: list[int] = []
        self._bound, self._precision = bound, bound.setting.precision
        last = {s.number: value.number for value in bound.values for s in bound.read(value)}
        for value in bound.values:
            self._place(value, last)

    def _place(self, value: Value, last: dict[int, int]) -> None:
        op = value.op
        assert op is not None
        extra = 0 if op.scratch is None or self._bound.chain.is_reduced(value) else _extra(value)
        real = np.dtype(self._precision).itemsize
        taken = tuple(self._new(real, value.shape) for _ in range(extra))
        self.extra[value.number] = taken
        ending = [s for s in {*self._bound.read(value)} if last[s.number] == value.number]
        slots = [self.of[s.number] for s in ending if s.number in self.of]
        if op.inplace:
            self._free += slots
        if value.number not in self._bound.setting.memory:
            width = dtype_of(value.kind, self._precision).itemsize
            self.of[value.number] = self._new(width, value.shape)
        self._free += taken if op.inplace else (*taken, *slots)

    def _new(self, width: int, shape: Shape) -> int:
        fitting = [slot for slot in self._free if self.kinds[slot] == (width, shape)]
        if fitting:
            self._free.remove(fitting[0])
            return fitting[0]
        self.kinds.append((width, shape))
        return len(self.kinds) - 1


def _extra(value: Value) -> int:
    assert value.op is not None
    assert value.op.scratch is not None
    return len(value.op.scratch(*(source.shape for source in value.inputs), **value.attrs))
