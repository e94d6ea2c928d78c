"""Make a loop ready for numpy: what needs no carry runs before it, what no carry needs after it.

Before and after the loop an operation runs once for all steps, the time axis first: the
gradient of weights becomes one product, and for few examples the projection of a sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from netdsl.engine.loop import Loop, Part, Scope, result
from netdsl.engine.program import Program, Value
from netdsl.engine.scan import record
from netdsl.engine.scan_products import regrouped
from netdsl.engine.scan_steps import is_for_all_steps, of_all_steps
from netdsl.engine.scan_sums import summed
from netdsl.engine.scan_totals import totals

Results = dict[tuple[Part, int], Value]
Lowered = Callable[[Program, list[Value]], list[Value]]

HOIST = True
"""Whether anything is taken out of loops; results do not depend on it."""


def hoisted(
    xp: Any, loop: Loop, inputs: tuple[Value, ...], used: set[tuple[Part, int]], lowered: Lowered
) -> Results:
    """Return the results of a loop that are used, computed with a loop that is ready."""
    wanted = {key: loop.inner(*key) for key in sorted(used)}
    after = dict(enumerate(loop.after))
    with xp.within(loop.scope):
        values = [*after.values(), *wanted.values()]
        values = lowered(loop.scope.program, values)
        if HOIST:
            values = summed(xp, loop, regrouped(xp, loop, values))
    after = dict(zip(after, values, strict=False))
    wanted = dict(zip(wanted, values[len(after) :], strict=True))
    return _Hoisting(xp, loop, inputs, after, wanted).results()


class _Hoisting:
    """One loop taken apart: the values outside that stand for those of a step."""

    def __init__(
        self,
        xp: Any,
        loop: Loop,
        inputs: tuple[Value, ...],
        after: dict[int, Value],
        wanted: Results,
    ) -> None:
        self.xp, self.loop, self.wanted = xp, loop, wanted
        program = loop.scope.program
        self.after = _live(loop, after, wanted)
        self.values = program.needed([*self.after.values(), *wanted.values()])
        # Outside, a value is either the same for all steps or has one more axis, the first one.
        self.once: dict[int, Value] = {}
        self.each: dict[int, Value] = {}
        for at, (inner, outer) in enumerate(zip(loop.inputs(), inputs, strict=True)):
            if at < len(loop.carries):
                if loop.after[at] is inner:
                    self.once[inner.number] = outer
                    self.after.pop(at, None)
            elif at < len(loop.carries) + len(loop.xs):
                self.each[inner.number] = outer
            else:
                self.once[inner.number] = outer
        self.starts = {at: inputs[at] for at in range(len(loop.carries))}
        self.inside: set[int] = set()
        self._before()
        self._keep_inside()
        self.new = Loop(Scope(), [], [], [], [], loop.steps, loop.reverse, ready=True)
        self.token: Value | None = None
        # What stands in the new loop for a value of the old one, and the sequences it reads.
        self.here: dict[int, Value] = {}
        self.xs: list[Value] = []
        # The carry in which a value is summed over the steps.
        self._sums: dict[int, int] = {}

    # ---- what runs where ------------------------------------------------------------------

    def _before(self) -> None:
        """Compute outside what rests on no carry."""
        for value in self.values:
            if value.constant is not None:
                self.once[value.number] = self.xp.constant(value.constant)
            if value.op is None:
                continue
            if HOIST and all(source.number in self.once for source in value.inputs):
                if value.op.name != "scan":
                    inputs = [self.once[source.number] for source in value.inputs]
                    self.once[value.number] = self.xp.record(value.op.name, inputs, value.attrs)
            elif HOIST and is_for_all_steps(value) and all(map(self._is_outside, value.inputs)):
                self.each[value.number] = self._batched(value)

    def _is_outside(self, value: Value) -> bool:
        return value.number in self.once or value.number in self.each

    def _keep_inside(self) -> None:
        """Find what has to stay: what carries need, what cannot run for all steps at once."""
        stack = list(self.after.values())
        for value in self.values:
            if value.op is not None and not (HOIST and is_for_all_steps(value)):
                stack.append(value)
        while stack:
            value = stack.pop()
            is_here = value.op is not None and not self._is_outside(value)
            if is_here and value.number not in self.inside:
                self.inside.add(value.number)
                stack.extend(value.inputs)

    # ---- the loop that stays --------------------------------------------------------------

    def results(self) -> Results:
        """Return the values outside that stand for the results."""
        for (part, _), value in self.wanted.items():
            if part == "total" and value.number in self.inside:
                self._sums[value.number] = -1
        if self.after or self.inside:
            self._build()
        for value in self.values:
            if value.op is not None and value.number not in self.inside:
                self._outside(value)
        summed = [
            key
            for key, value in self.wanted.items()
            if key[0] == "total" and value.number not in self._sums
        ]
        values = [self.wanted[key] for key in summed]
        found = dict(
            zip(summed, totals(self.xp, values, self._outside, self.loop.steps), strict=True)
        )
        rest = {key: value for key, value in self.wanted.items() if key not in found}
        return found | {key: self._result(*key, value) for key, value in rest.items()}

    def _build(self) -> None:
        xp, new = self.xp, self.new
        starts = [self.starts[at] for at in self.after]
        with xp.within(new.scope):
            for at in self.after:
                old = self.loop.carries[at]
                self.here[old.number] = xp.input(old.shape, old.kind)
                new.carries.append(self.here[old.number])
            sums = {number: xp.input(self._shape(number)) for number in self._sums}
            for value in self.values:
                if value.number in self.inside:
                    inputs = [self._inner(source) for source in value.inputs]
                    self.here[value.number] = _inside(xp, value, inputs)
            new.after = [self._inner(value) for value in self.after.values()]
            for number, total in sums.items():
                self._sums[number] = len(new.carries)
                new.carries.append(total)
                new.after.append(total + self.here[number])
        starts += [xp.broadcast_to(xp.constant(0.0), total.shape) for total in sums.values()]
        new.captured = [value for _, value in new.scope.captured.values()]
        captured = [value for value, _ in new.scope.captured.values()]
        self.token = record(xp, new, [*starts, *self.xs, *captured])

    def _inner(self, value: Value) -> Value:
        """Return what stands for a value in the loop that stays."""
        number = value.number
        if number not in self.here:
            if number in self.once:
                self.here[number] = self.new.scope.local(self.xp, self.once[number])
            else:
                self.here[number] = self.xp.input(value.shape, value.kind)
                self.new.xs.append(self.here[number])
                self.xs.append(self.each[number])
        return self.here[number]

    def _shape(self, number: int) -> tuple[int, ...]:
        return next(value.shape for value in self.values if value.number == number)

    # ---- what comes after it --------------------------------------------------------------

    def _result(self, part: Part, at: int, value: Value) -> Value:
        if part == "carry":
            places = list(self.after)
            if at not in places:
                return self.starts[at]
            assert self.token is not None
            return result(self.token, "carry", places.index(at))
        if part == "each":
            one, is_each = self._outside(value)
            return one if is_each else self.xp.broadcast_to(one, (self.loop.steps, *one.shape))
        assert self.token is not None
        return result(self.token, "carry", self._sums[value.number])

    def _outside(self, value: Value) -> tuple[Value, bool]:
        """Return what stands outside for a value, and whether it has one element for each step."""
        number = value.number
        if number in self.once:
            return self.once[number], False
        if number not in self.each:
            is_kept = number in self.inside and not _is_seen_again(value)
            if is_kept or value.op is None:
                assert self.token is not None
                self.each[number] = result(self.token, "each", self.new.keep(self.here[number]))
            else:
                self.each[number] = self._batched(value)
        return self.each[number], True

    def _batched(self, value: Value) -> Value:
        inputs = [self._outside(source) for source in value.inputs]
        return of_all_steps(self.xp, value, inputs, self.loop.steps)


def _is_seen_again(value: Value) -> bool:
    """Whether a value of all steps is a view of what is kept of them."""
    assert value.op is not None
    return HOIST and value.op.view is not None and is_for_all_steps(value)


def _inside(xp: Any, value: Value, inputs: list[Value]) -> Value:
    assert value.op is not None
    name = value.op.name
    if name == "matmul" and all(source.ndim == 2 for source in inputs):
        name = "product"
    return xp.record(name, inputs, value.attrs)


def _live(loop: Loop, after: dict[int, Value], wanted: Results) -> dict[int, Value]:
    """Return the carries without those that nothing wanted rests on."""
    program = loop.scope.program
    live = {at for part, at in wanted if part == "carry"}
    seeds: Iterable[Value] = wanted.values()
    while True:
        read = {value.number for value in program.needed([*seeds, *(after[at] for at in live)])}
        more = {at for at, inner in enumerate(loop.carries) if inner.number in read} | live
        if more == live:
            return {at: value for at, value in after.items() if at in live}
        live = more
