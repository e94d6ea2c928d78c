"""The numpy plan: memory set out once, then a list of calls that is run again and again."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import partial
from statistics import median
from time import perf_counter

import numpy as np

from netdsl.engine.layout import Layout
from netdsl.engine.lower import lowered
from netdsl.engine.memory import AnyArray, Pool, Precision
from netdsl.engine.noise import Noise
from netdsl.engine.program import Call, Program, Value
from netdsl.engine.workers import cores


class Plan:
    """A program made ready for numpy.

    Every value has its memory before the first run; a value whose last reader has run gives
    its memory to a later one. `bound` gives the memory of arrays that exist already (the
    parameters), which is read where it lies; `into` gives for each wanted value the memory that it
    is to be written to (its gradient), or None. `peak_bytes` says how much was set aside.
    """

    def __init__(
        self,
        program: Program,
        wanted: list[Value],
        bound: Mapping[int, AnyArray],
        precision: Precision,
        into: Sequence[AnyArray | None] | None = None,
        threads: int | None = None,
    ) -> None:
        self.lock = threading.Lock()
        targets = [None] * len(wanted) if into is None else into
        wanted = lowered(program, wanted)
        landings = _landings(wanted, targets)
        pool = Pool()
        layout = Layout(
            program.needed(wanted),
            wanted,
            bound,
            landings,
            pool,
            precision,
            threads or cores(),
        )
        memory = layout.memory
        self.steps: list[Call] = layout.steps
        self._ends = layout.ends
        self.outputs: list[AnyArray] = []
        for value, target in zip(wanted, targets, strict=True):
            result = memory[value.number]
            if target is not None and not _is_same(target, result):
                self.steps.append(partial(np.copyto, target, result))
            self.outputs.append(result if target is None else target)
        self.inputs = {
            name: memory[value.number]
            for name, value in program.inputs.items()
            if value.number in memory
        }
        self.draws = [
            (draw.place, draw.kind, memory[draw.value.number])
            for draw in program.draws
            if draw.value.number in memory
        ]
        self.peak_bytes = pool.peak_bytes

    def run(self, inputs: Mapping[str, AnyArray], noise: Noise | None = None) -> list[AnyArray]:
        """Run once; return copies of what is wanted. Without `noise` it is drawn anew."""
        with self.lock, np.errstate(all="ignore"):
            for name, memory in self.inputs.items():
                memory[...] = inputs[name]
            self.draw(noise)
            self.step()
            return [np.array(output) for output in self.outputs]

    def draw(self, noise: Noise | None) -> None:
        """Draw the random numbers of the next run."""
        if self.draws:
            noise = Noise() if noise is None else noise
            for place, kind, memory in self.draws:
                noise.fill(place, kind, memory)

    def step(self) -> None:
        """Run on what lies in `inputs`; results lie in `outputs` until the next run.

        What numpy does about overflow and the like is the caller's to set.
        """
        for step in self.steps:
            step()

    def profile(self, runs: int = 30) -> list[tuple[float, int, str]]:
        """Return for each stretch of steps its seconds (a median), its calls and its operations.

        The inputs are what lies in `inputs`. In a run without looking at the clock so often the
        caches are warmer: trust the shares more than the sum.
        """
        found: list[tuple[float, int, str]] = []
        with self.lock, np.errstate(all="ignore"):
            self.step()
            start = 0
            for what, end in [*self._ends, ("copies of what is wanted", len(self.steps))]:
                seconds = [_seconds(self.steps[start:end]) for _ in range(runs)]
                if end > start:
                    found.append((median(seconds), end - start, what))
                start = end
        return found


def _seconds(calls: Sequence[Call]) -> float:
    start = perf_counter()
    for call in calls:
        call()
    return perf_counter() - start


def _is_same(one: AnyArray, other: AnyArray) -> bool:
    """Whether two arrays are the same memory, seen the same way."""
    return (
        one.ctypes.data == other.ctypes.data
        and one.strides == other.strides
        and one.shape == other.shape
    )


def _landings(wanted: list[Value], targets: Sequence[AnyArray | None]) -> dict[int, AnyArray]:
    """Return where operations write so that what is wanted appears in the memory given.

    A wanted value is often a view of another one, transposed or reshaped. Then the memory
    is seen the other way round; the gradient of a view is just that.
    """
    found: dict[int, AnyArray] = {}
    for value, memory in zip(wanted, targets, strict=True):
        # A slice has no way back: the memory of the whole is not there.
        while (
            memory is not None
            and value.op is not None
            and value.op.name in ("reshape", "transpose")
        ):
            assert value.op.vjp is not None
            source = value.inputs[0]
            back = value.op.vjp(np, memory, value, *value.inputs, **value.attrs)[0]
            if back.shape != source.shape or not np.may_share_memory(back, memory):
                break
            value, memory = source, back
        if memory is not None and value.op is not None and value.op.view is None:
            found.setdefault(value.number, memory)
    return found
