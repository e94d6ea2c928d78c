"""The numpy plan: memory set out once, then a list of calls that is run again and again."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.program import Program, Value

AnyArray = NDArray[Any]
ALIGN = 64


class Plan:
    """A program made ready for numpy.

    Every value has its memory before the first run; a value whose last reader has run gives
    its memory to a later one. `bound` gives the memory of arrays that exist already (the
    parameters), which is read where it lies; `into` gives memory that wanted values are to be
    written to (their gradients). `peak_bytes` says how much was set aside.
    """

    def __init__(
        self,
        program: Program,
        wanted: list[Value],
        bound: Mapping[int, AnyArray],
        precision: type[np.floating[Any]],
        into: Mapping[int, AnyArray] | None = None,
    ) -> None:
        self._precision = precision
        self._memory: dict[int, AnyArray] = dict(bound)
        self._base: dict[int, int] = {}
        self._block: dict[int, AnyArray] = {}
        self._free: dict[int, list[AnyArray]] = {}
        self._lock = threading.Lock()
        self.peak_bytes = 0
        self.steps: list[Callable[[], Any]] = []
        values = program.needed(wanted)
        into = into or {}
        self._into = self._landings([value for value in wanted if value.number in into], into)
        self._lay_out(values, {value.number for value in wanted})
        for number, memory in into.items():
            if not np.may_share_memory(memory, self._memory[number]):
                self.steps.append(partial(np.copyto, memory, self._memory[number]))
                self._memory[number] = memory
        self.inputs = {
            name: self._memory[value.number]
            for name, value in program.inputs.items()
            if value.number in self._memory
        }
        self.outputs = [self._memory[value.number] for value in wanted]

    def run(self, inputs: Mapping[str, AnyArray]) -> list[AnyArray]:
        """Run once; return copies of what is wanted."""
        with self._lock:
            for name, memory in self.inputs.items():
                memory[...] = inputs[name]
            self.step()
            return [np.array(output) for output in self.outputs]

    def step(self) -> None:
        """Run on what lies in `inputs`; results lie in `outputs` until the next run."""
        with np.errstate(all="ignore"):
            for step in self.steps:
                step()

    # ---- laying out ------------------------------------------------------------------------

    def _landings(self, wanted: list[Value], into: Mapping[int, AnyArray]) -> dict[int, AnyArray]:
        """Return where operations write so that what is wanted appears in the memory given.

        A wanted value is often a view of another one, transposed or reshaped. Then the memory
        is seen the other way round; the gradient of a view is just that.
        """
        found: dict[int, AnyArray] = {}
        for value in wanted:
            memory = into[value.number]
            while value.op is not None and value.op.view is not None:
                assert value.op.vjp is not None
                source = value.inputs[0]
                back = value.op.vjp(np, memory, value, *value.inputs, **value.attrs)[0]
                if back.shape != source.shape or not np.may_share_memory(back, memory):
                    break
                value, memory = source, back
            if value.op is not None and value.op.run is not None:
                found.setdefault(value.number, memory)
        return found

    def _lay_out(self, values: list[Value], wanted: set[int]) -> None:
        last = self._last_reads(values)
        kept = {self._base.get(number, number) for number in wanted}
        for value in values:
            if value.number in self._memory:
                continue
            if value.op is None:
                self._memory[value.number] = self._given(value)
            elif value.op.view is not None:
                self._view(value)
            else:
                self._operation(value, last, kept)
            self._release(value, last, kept)

    def _last_reads(self, values: list[Value]) -> dict[int, int]:
        """Return for each piece of memory the number of the last operation that reads it."""
        last: dict[int, int] = {}
        for value in values:
            if value.op is not None and value.op.view is not None:
                source = value.inputs[0].number
                self._base[value.number] = self._base.get(source, source)
        for value in values:
            for source in value.inputs:
                last[self._base.get(source.number, source.number)] = value.number
        return last

    def _given(self, value: Value) -> AnyArray:
        if value.constant is not None:
            return np.array(value.constant, self._precision)
        # Inputs are written before the first step, so no earlier value may lie there.
        memory = self._new(value, fresh=True)
        memory.fill(0)
        return memory

    def _view(self, value: Value) -> None:
        assert value.op is not None
        assert value.op.view is not None
        source = self._memory[value.inputs[0].number]
        result = value.op.view(source, **value.attrs)
        if not np.may_share_memory(result, source):
            # A reshape of a transposed array is a copy, which belongs into the run.
            result = self._new(value)
            shaped = result.reshape(source.shape)
            self._base.pop(value.number)
            self.steps.append(partial(np.copyto, shaped, source))
        self._memory[value.number] = result

    def _operation(self, value: Value, last: dict[int, int], kept: set[int]) -> None:
        assert value.op is not None
        assert value.op.run is not None
        inputs = [self._operand(source, value) for source in value.inputs]
        memory = self._into.get(value.number)
        if memory is None:
            memory = self._reused(value, last, kept)
        if memory is None:
            memory = self._new(value)
        self._memory[value.number] = memory
        self.steps.append(partial(value.op.run, *inputs, out=memory, **value.attrs))

    def _operand(self, source: Value, value: Value) -> AnyArray:
        """Return the memory of an input; a whole number among integers is one itself."""
        memory = self._memory[source.number]
        whole = source.constant is not None and float(source.constant).is_integer()
        if whole and any(item.kind == "int" for item in value.inputs):
            return memory.astype(np.int64)
        return memory

    def _reused(self, value: Value, last: dict[int, int], kept: set[int]) -> AnyArray | None:
        """Return the memory of an input that ends here and that the result may overwrite."""
        assert value.op is not None
        bases = [self._base.get(source.number, source.number) for source in value.inputs]
        for source, base in zip(value.inputs, bases, strict=True):
            ends = last.get(base) == value.number and bases.count(base) == 1
            own = base == source.number and base in self._block and base not in kept
            same = source.shape == value.shape and source.kind == value.kind
            if value.op.inplace and ends and own and same:
                self._block[value.number] = self._block.pop(base)
                return self._memory[base]
        return None

    def _new(self, value: Value, *, fresh: bool = False) -> AnyArray:
        dtype = {"real": self._precision, "int": np.int64, "bool": np.bool_}[value.kind]
        count = math.prod(value.shape) * np.dtype(dtype).itemsize
        room = -(-max(count, 1) // ALIGN) * ALIGN
        spare = None if fresh else self._free.get(room)
        if not spare:
            self.peak_bytes += room
        block = spare.pop() if spare else aligned(room)
        self._block[value.number] = block
        return block[:count].view(dtype).reshape(value.shape)

    def _release(self, value: Value, last: dict[int, int], held: set[int]) -> None:
        """Give back the memory of inputs that nothing reads any more."""
        for base in {self._base.get(source.number, source.number) for source in value.inputs}:
            if last.get(base) == value.number and base in self._block and base not in held:
                block = self._block.pop(base)
                self._free.setdefault(block.size, []).append(block)


def aligned(room: int) -> AnyArray:
    """Return memory that starts at a cache line; ufuncs are up to 1.8 times faster on it."""
    raw = np.empty(room + ALIGN, np.uint8)
    start = -raw.ctypes.data % ALIGN
    return raw[start : start + room]
