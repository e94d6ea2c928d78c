"""Set out the memory of a program and bind the calls that run it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import partial

import numpy as np

from netdsl.engine.chain import Chain
from netdsl.engine.chain_calls import chain_calls
from netdsl.engine.memory import (
    AnyArray,
    Pool,
    Precision,
    dtype_of,
    order_of,
)
from netdsl.engine.program import Axes, Call, Shape, Value
from netdsl.engine.scan_layout import lay_out_loop, stacks


class Layout:
    """Memory for values in their order, and the calls that compute them.

    `memory` gives what exists already: inputs, parameters. `into` gives memory that some values
    are to be written to. A value whose last reader has run gives its memory to a later one.
    """

    def __init__(
        self,
        values: list[Value],
        wanted: Iterable[Value],
        memory: Mapping[int, AnyArray],
        into: Mapping[int, AnyArray],
        pool: Pool,
        precision: Precision,
        threads: int,
    ) -> None:
        self.memory = dict(memory)
        self.steps: list[Call] = []
        self.ends: list[tuple[str, int]] = []
        """What the steps are: the operations of each stretch, and the number of its end."""
        self.pool, self.precision, self.threads = pool, precision, threads
        self._into = into
        self._block: dict[int, AnyArray] = {}
        self._early: dict[int, AnyArray] = {}
        self._values = values
        # Parts of a joined array are computed where they belong in it.
        self._parts = parts_of(values, {*memory, *into})
        self._base = {number: join.number for number, (join, _) in self._parts.items()}
        self._base |= stacks(values)
        for value in values:
            if value.op is not None and value.op.view is not None:
                source = value.inputs[0].number
                self._base[value.number] = self._base.get(source, source)
        self._last = self._last_reads(values)
        self._kept = {self._base.get(value.number, value.number) for value in wanted}
        self._lay_out(values)

    def finish(self) -> None:
        """Give back all memory, so that another layout may use it after this one has run."""
        for block in self._block.values():
            self.pool.give(block)
        self._block.clear()

    def _last_reads(self, values: list[Value]) -> dict[int, int]:
        """Return for each piece of memory the number of the last operation that reads it."""
        last: dict[int, int] = {}
        for value in values:
            for source in value.inputs:
                last[self._base.get(source.number, source.number)] = value.number
        return last

    # ---- in order -------------------------------------------------------------------------

    def _lay_out(self, values: list[Value]) -> None:
        chain = Chain(self.memory)
        late: list[Value] = []
        """Views of what the chain computes, laid out after it; nothing in it reads them."""
        for value in values:
            if value.number in self.memory:
                continue
            if value.op is None:
                self.memory[value.number] = self._given(value)
            elif chain.takes(value) or self._sees_memory(value):
                continue
            elif value.op.view is not None and chain.has(value.inputs[0]):
                late.append(value)
            else:
                self._close(chain, late)
                chain, late = Chain(self.memory), []
                if not chain.begins(value):
                    self._alone(value)
        self._close(chain, late)

    def _sees_memory(self, value: Value) -> bool:
        """See a value as memory that exists already; return whether it is that."""
        assert value.op is not None
        memory = self.memory.get(value.inputs[0].number) if value.inputs else None
        if value.op.view is None or memory is None:
            return False
        if not np.may_share_memory(value.op.view(memory, **value.attrs), memory):
            return False
        self._view(value)
        return True

    def _close(self, chain: Chain, late: list[Value]) -> None:
        """Lay out the operations gathered: fused block by block, or each as it is."""
        if chain.is_worth_it():
            self._fused(chain)
            names = [value.op.name for value in chain.values if value.op is not None]
            self._end(" ".join(names), chain.shape)
        else:
            for value in chain.values:
                self._alone(value)
        for value in late:
            self._alone(value)

    def _end(self, what: str, shape: Shape) -> None:
        self.ends.append((f"{what} {shape}", len(self.steps)))

    def _alone(self, value: Value) -> None:
        assert value.op is not None
        if value.op.view is not None:
            self._view(value)
        elif value.op.name == "scan":
            lay_out_loop(self, value, self._values, Layout)
        else:
            self._operation(value)
        self._release(value)
        self._end(value.op.name, value.shape)

    def _given(self, value: Value) -> AnyArray:
        if value.constant is not None:
            with np.errstate(over="ignore"):  # beyond single precision it is infinite
                return np.array(value.constant, self.precision)
        # Inputs are written before the first step, so no earlier value may lie there.
        memory = self.new(value, fresh=True)
        memory.fill(0)
        return memory

    def _view(self, value: Value) -> None:
        assert value.op is not None
        assert value.op.view is not None
        source = self.memory[value.inputs[0].number]
        result = value.op.view(source, **value.attrs)
        if not np.may_share_memory(result, source):
            # A reshape of a transposed array is a copy, which belongs into the run.
            result = self._place(value, [source])
            if result is None or not np.may_share_memory(result.reshape(source.shape), result):
                result = self.new(value, self._order(value, [source]))
            shaped = result.reshape(source.shape)
            self._base.pop(value.number)
            self.steps.append(partial(np.copyto, shaped, source))
            self._release(value)
        self.memory[value.number] = result

    def _operation(self, value: Value) -> None:
        op = value.op
        assert op is not None
        inputs = [self.operand(source, value) for source in value.inputs]
        memory = self._place(value, inputs)
        if memory is None:
            memory = self._reused(value)
        if memory is None:
            memory = self.new(value, self._order(value, inputs))
        self.memory[value.number] = memory
        pieces, scratch = self._scratch(value)
        self.steps += op.bind(inputs, memory, scratch, value.attrs)
        for piece in pieces:
            self.pool.give(piece)

    def _scratch(self, value: Value) -> tuple[list[AnyArray], tuple[AnyArray, ...]]:
        """Return pieces of memory for the time of one operation, and the arrays in them."""
        assert value.op is not None
        if value.op.scratch is None:
            return [], ()
        dtype = np.dtype(self.precision)
        shapes = value.op.scratch(*(source.shape for source in value.inputs), **value.attrs)
        found = [self.pool.array(shape, dtype) for shape in shapes]
        return [piece for piece, _ in found], tuple(array for _, array in found)

    def _fused(self, chain: Chain) -> None:
        """Lay out entrywise operations that run block by block, so that little leaves the cache."""
        inner = {value.number for value in chain.values}
        # A view may be read at another place than the block's, and the factors of a product where
        # it is summed, so their memory stays as it is.
        sources = [source.number for value in chain.values for source in value.inputs]
        viewed = {self._base[number] for number in sources if number in self._base}
        viewed |= {self._base.get(number, number) for number in chain.factors()}
        outside: list[Value] = []
        for value in chain.values:
            base = self._base.get(value.number, value.number)
            read_later = self._last.get(base, -1) not in inner
            if base in self._kept or read_later or value.number in self._into:
                outside.append(value)
        for value in outside:
            inputs = [self.operand(s, value) for s in value.inputs if s.number in self.memory]
            memory = self._place(value, inputs)
            if memory is None and not chain.is_reduced(value):
                memory = self._reused(value, viewed)
            if memory is None:
                is_sum = chain.is_reduced(value)
                memory = self.new(value, self._order(value, inputs) if is_sum else chain.order)
            self.memory[value.number] = memory
        self.steps += chain_calls(chain, self)
        for value in chain.values:
            self._release(value)

    # ---- memory ---------------------------------------------------------------------------

    def operand(self, source: Value, value: Value) -> AnyArray:
        """Return the memory of an input; a whole number among integers is one itself."""
        memory = self.memory[source.number]
        whole = source.constant is not None and float(source.constant).is_integer()
        if whole and any(item.kind == "int" for item in value.inputs):
            return memory.astype(np.int64)
        assert value.op is not None
        # For equal shapes, and for a single number, a ufunc needs no iterator, which costs more
        # than a small array.
        if not value.op.entrywise or memory.shape == value.shape or not memory.flags.c_contiguous:
            return memory
        if memory.size == math.prod(value.shape):
            return memory.reshape(value.shape)
        return memory.reshape(()) if memory.size == 1 else memory

    def _place(self, value: Value, inputs: list[AnyArray]) -> AnyArray | None:
        """Return memory that is set aside for a value: given, or its part of a joined array."""
        memory = self._into.get(value.number)
        if memory is None:
            memory = self._early.pop(value.number, None)
        if memory is not None or value.number not in self._parts:
            return memory
        join, start = self._parts[value.number]
        whole = self._early.get(join.number)
        if whole is None:
            whole = self._into.get(join.number)
        if whole is None:
            whole = self.new(join, self._order(value, inputs))
        self._early[join.number] = whole
        axis: int = join.attrs["axis"]
        return whole[(slice(None),) * axis + (slice(start, start + value.shape[axis]),)]

    def hold(self, value: Value, piece: AnyArray) -> None:
        """Take memory for a value; it is given back after the last reader."""
        self._block[value.number] = piece

    def _order(self, value: Value, inputs: list[AnyArray]) -> Axes | None:
        assert value.op is not None
        if value.op.order is not None:
            orders = [order_of(array) for array in inputs]
            return value.op.order([array.shape for array in inputs], orders, **value.attrs)
        if value.op.entrywise:
            return next((order_of(array) for array in inputs if array.shape == value.shape), None)
        return None

    def _reused(self, value: Value, untouched: Collection[int] = ()) -> AnyArray | None:
        """Return the memory of an input that ends here and that the result may overwrite."""
        assert value.op is not None
        if not value.op.inplace:
            return None
        bases = [self._base.get(source.number, source.number) for source in value.inputs]
        for source, base in zip(value.inputs, bases, strict=True):
            ends = self._last.get(base) == value.number and bases.count(base) == 1
            own = base == source.number and base in self._block and base not in self._kept
            same = source.shape == value.shape and source.kind == value.kind
            if ends and own and same and base not in untouched:
                self._block[value.number] = self._block.pop(base)
                return self.memory[base]
        return None

    def new(self, value: Value, order: Axes | None = None, *, fresh: bool = False) -> AnyArray:
        """Return memory for a value."""
        dtype = dtype_of(value.kind, self.precision)
        piece, array = self.pool.array(value.shape, dtype, order, fresh=fresh)
        self._block[value.number] = piece
        return array

    def _release(self, value: Value) -> None:
        """Give back the memory of inputs that nothing reads any more."""
        for base in {self._base.get(source.number, source.number) for source in value.inputs}:
            ends = self._last.get(base) == value.number
            if ends and base in self._block and base not in self._kept:
                self.pool.give(self._block.pop(base))


def parts_of(values: list[Value], placed: set[int]) -> dict[int, tuple[Value, int]]:
    """Return the values that can be computed where they belong in a joined array, and where."""
    found: dict[int, tuple[Value, int]] = {}
    joins = [value for value in values if value.op is not None and value.op.name == "join"]
    reads = Counter(source.number for value in values if joins for source in value.inputs)
    for join in joins:
        for start, part in zip(join.attrs["starts"], join.inputs, strict=True):
            if part.number not in placed and part.kind == join.kind and part.op is not None:
                is_copy = part.op.name == "merged" and reads[part.number] == 1
                if is_copy or part.op.entrywise or part.op.name in ("matmul", "product"):
                    found.setdefault(part.number, (join, start))
    return found
