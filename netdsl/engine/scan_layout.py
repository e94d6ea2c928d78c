"""The memory of a loop: each step is laid out in advance, on its parts of the stacked arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

import numpy as np

from netdsl.engine.loop import Loop, is_result
from netdsl.engine.memory import AnyArray, Pool, Precision, dtype_of
from netdsl.engine.program import Call, Value


class Layout(Protocol):
    """What a loop needs of the layout that it stands in, and of those of its steps."""

    memory: dict[int, AnyArray]
    steps: list[Call]
    pool: Pool
    precision: Precision
    threads: int

    def finish(self) -> None:
        """Give back all memory."""
        ...

    def hold(self, value: Value, piece: AnyArray) -> None:
        """Take memory for a value, given back after its last reader."""
        ...


def stacks(values: list[Value]) -> dict[int, int]:
    """Return for results that lie in the memory of another result which one that is.

    The carries of all steps lie one after the other, those before a step and those after it.
    """
    first: dict[Any, int] = {}
    found: dict[int, int] = {}
    for value in values:
        if is_result(value):
            carry = _carry_of(value)
            if carry is not None:
                base = first.setdefault((value.inputs[0].number, carry), value.number)
                if base != value.number:
                    found[value.number] = base
    return found


def _carry_of(value: Value) -> int | None:
    """Return the carry that a result is made of, None for another value of each step."""
    loop: Loop = value.inputs[0].attrs["loop"]
    at: int = value.attrs["at"]
    if value.attrs["part"] == "carry":
        return at
    kept = loop.each[at]
    for place, (before, after) in enumerate(zip(loop.carries, loop.after, strict=True)):
        if kept is before or (kept is after and _is_first(loop, place)):
            return place
    return None


def _is_first(loop: Loop, place: int) -> bool:
    return all(after is not loop.after[place] for after in loop.after[:place])


def lay_out_loop(
    layout: Layout, token: Value, values: list[Value], make: Callable[..., Layout]
) -> None:
    """Bind all steps of a loop; `values` are those of the program that the loop stands in."""
    results = [v for v in values if is_result(v) and v.inputs[0] is token]
    _Bound(layout, token, results, make).bind()


class _Bound:
    """A loop with its memory."""

    def __init__(
        self,
        layout: Layout,
        token: Value,
        results: list[Value],
        make: Callable[..., Layout],
    ) -> None:
        self.layout, self.make, self.results = layout, make, results
        self.loop: Loop = token.attrs["loop"]
        self.order = list(range(self.loop.steps))
        if self.loop.reverse:
            self.order.reverse()
        outer = [layout.memory[source.number] for source in token.inputs]
        count = len(self.loop.carries)
        self.starts, rest = outer[:count], outer[count:]
        self.xs, captured = rest[: len(self.loop.xs)], rest[len(self.loop.xs) :]
        self.fixed = {
            inner.number: memory for inner, memory in zip(self.loop.captured, captured, strict=True)
        }
        self.kept: list[tuple[Value, AnyArray]] = []
        self.spare: list[AnyArray] = []
        self.values = self._values()
        self.joins = self._joins()
        # Where the joined rows of a carry, of elements and of outer values lie at each step.
        self.rows: dict[int, list[AnyArray]] = {}
        self.slots = [self._slots(at) for at in range(count)]
        self._others()

    def _values(self) -> list[Value]:
        program = self.loop.scope.program
        each = [v.attrs["at"] for v in self.results if v.attrs["part"] == "each"]
        values = program.needed([*self.loop.after, *(self.loop.each[at] for at in each)])
        for value in values:
            if value.constant is not None:
                self.fixed[value.number] = np.array(value.constant, self.layout.precision)
        return values

    def _joins(self) -> dict[int, tuple[Value, int]]:
        """Find for carries which joined rows they can lie in, and where.

        Such rows are of one carry and of what is there before the loop.
        """
        carries = {carry.number: at for at, carry in enumerate(self.loop.carries)}
        given = {x.number for x in self.loop.xs} | set(self.fixed)
        found: dict[int, tuple[Value, int]] = {}
        for value in self.values:
            if value.op is None or value.op.name != "join" or value.attrs["axis"] != 1:
                continue
            own = [carries[part.number] for part in value.inputs if part.number in carries]
            is_there = all(part.number in given or part.number in carries for part in value.inputs)
            width = sum(part.shape[1] for part in value.inputs)
            if len(own) == 1 and is_there and value.ndim == 2 and width == value.shape[1]:
                numbers = [part.number for part in value.inputs]
                place = numbers.index(self.loop.carries[own[0]].number)
                found.setdefault(own[0], (value, value.attrs["starts"][place]))
        return found

    # ---- memory ---------------------------------------------------------------------------

    def _slots(self, at: int) -> list[AnyArray]:
        """Return where a carry lies before the first step and after each one."""
        mine = [value for value in self.results if _carry_of(value) == at]
        inner, steps = self.loop.carries[at], self.loop.steps
        if at in self.joins or any(value.attrs["part"] == "each" for value in mine):
            return self._stacked(at, mine)
        last = self._piece(inner, 0, mine[0] if mine else None)
        other = self._piece(inner, 0, None) if steps > 1 else last
        for value in mine:
            self.layout.memory[value.number] = last
        return [self.starts[at], *(last if (steps - i) % 2 else other for i in range(steps))]

    def _stacked(self, at: int, mine: list[Value]) -> list[AnyArray]:
        inner, steps = self.loop.carries[at], self.loop.steps
        holder = mine[0] if mine else None
        if at in self.joins:
            join, start = self.joins[at]
            whole = self._piece(join, steps + 1, holder)
            self._fill(join, whole)
            stack = whole[:, :, start : start + inner.shape[1]]
        else:
            stack = self._piece(inner, steps + 1, holder)
        early, late, slots = stack[:-1], stack[1:], list(stack)
        if self.loop.reverse:
            early, late = late, early
            slots.reverse()
        for value in mine:
            is_before = value.attrs["part"] == "each" and self.loop.each[value.attrs["at"]] is inner
            whole = early if is_before else late
            self.layout.memory[value.number] = (
                slots[-1] if value.attrs["part"] == "carry" else whole
            )
        self.layout.steps.append(partial(np.copyto, slots[0], self.starts[at]))
        return slots

    def _fill(self, join: Value, stack: AnyArray) -> None:
        """Lay elements and outer values beside a carry, for all steps."""
        rows = stack[1:] if self.loop.reverse else stack[:-1]
        self.rows[join.number] = list(rows)
        xs = {x.number: memory for x, memory in zip(self.loop.xs, self.xs, strict=True)}
        for start, part in zip(join.attrs["starts"], join.inputs, strict=True):
            source = xs.get(part.number, self.fixed.get(part.number))
            if source is not None:
                place = rows[:, :, start : start + part.shape[1]]
                self.layout.steps.append(partial(np.copyto, place, source))

    def _others(self) -> None:
        """Find memory for what is kept of each step beside the carries."""
        for value in self.results:
            if _carry_of(value) is None:
                at: int = value.attrs["at"]
                inner = self.loop.each[at]
                stack = self._piece(inner, self.loop.steps, value)
                self.layout.memory[value.number] = stack
                self.kept.append((inner, stack))

    def _piece(self, inner: Value, count: int, holder: Value | None) -> AnyArray:
        """Return memory for a value or for so many of it: a result, or for the loop's time only."""
        dtype = dtype_of(inner.kind, self.layout.precision)
        shape = (count, *inner.shape) if count else inner.shape
        order = tuple(range(len(shape)))
        if inner.ndim == 2:
            # Pieces of the last axis, the gates, are then whole pieces of memory.
            order = (*order[:-2], order[-1], order[-2])
        piece, array = self.layout.pool.array(shape, dtype, order)
        if holder is None:
            self.spare.append(piece)
        else:
            self.layout.hold(holder, piece)
        return array

    # ---- calls ----------------------------------------------------------------------------

    def bind(self) -> None:
        """Append the calls of all steps, one after the other."""
        for count, step in enumerate(self.order):
            self._step(count, step)
        for piece in self.spare:
            self.layout.pool.give(piece)

    def _step(self, count: int, step: int) -> None:
        loop = self.loop
        memory = dict(self.fixed)
        for x, stack in zip(loop.xs, self.xs, strict=True):
            memory[x.number] = stack[step]
        for number, rows in self.rows.items():
            memory[number] = rows[step]
        for carry, slots in zip(loop.carries, self.slots, strict=True):
            memory[carry.number] = slots[count]
        targets = [
            (value, slots[count + 1]) for value, slots in zip(loop.after, self.slots, strict=True)
        ]
        targets += [(value, stack[step]) for value, stack in self.kept]
        into: dict[int, AnyArray] = {}
        for value, target in targets:
            if value.op is not None and value.op.view is None:
                into.setdefault(value.number, target)
        self._lay_out(memory, into, targets)

    def _lay_out(
        self,
        memory: Mapping[int, AnyArray],
        into: Mapping[int, AnyArray],
        targets: list[tuple[Value, AnyArray]],
    ) -> None:
        layout = self.layout
        wanted = [value for value, _ in targets]
        inner = self.make(
            self.values, wanted, memory, into, layout.pool, layout.precision, layout.threads
        )
        layout.steps += inner.steps
        for value, target in targets:
            found = inner.memory[value.number]
            if found is not target:
                layout.steps.append(partial(np.copyto, target, found))
        inner.finish()
