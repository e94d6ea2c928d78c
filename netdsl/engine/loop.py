"""A loop over the steps of a sequence: the program of one step, and what goes round."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from netdsl.engine.program import Kind, Program, Shape, Value

Part = Literal["carry", "each", "total"]
"""What a loop leaves: the last carry, a value of each step, or a value's sum over the steps."""

RESULTS: dict[Kind, str] = {"real": "result", "int": "result_int", "bool": "result_bool"}


@dataclass(eq=False, slots=True)
class Scope:
    """A program inside another one; values from outside become inputs of it when they are used.

    `captured` are these inputs and what they stand for. Views of values of the program `seen`
    are not taken as inputs but made again, from what they are views of.
    """

    program: Program = field(default_factory=Program)
    known: dict[Any, Value] = field(default_factory=dict[Any, Value])
    own: set[int] = field(default_factory=set[int])
    captured: dict[int, tuple[Value, Value]] = field(default_factory=dict[int, tuple[Value, Value]])
    seen: Scope | None = None

    def local(self, xp: Any, value: Value) -> Value:
        """Return what stands here for a value."""
        if value.number in self.own:
            return value
        if value.constant is not None:
            return xp.constant(value.constant)
        found = self.captured.get(value.number)
        if found is None:
            is_view = value.op is not None and value.op.view is not None
            if is_view and self.seen is not None and value.number in self.seen.own:
                assert value.op is not None
                return xp.record(value.op.name, value.inputs, value.attrs)
            found = self.captured[value.number] = (value, xp.input(value.shape, value.kind))
        return found[1]


@dataclass(eq=False, slots=True)
class Loop:
    """The program of one step and what it reads and gives.

    A step reads `carries`, the elements of the sequences `xs` and what is `captured` from
    outside; `after` are the carries of the next step. `each` step's values are kept, time axis
    first, and `totals` are summed over the steps. A loop that is `ready` has been prepared for
    numpy.
    """

    scope: Scope
    carries: list[Value]
    xs: list[Value]
    captured: list[Value]
    after: list[Value]
    steps: int
    reverse: bool = False
    each: list[Value] = field(default_factory=list[Value])
    totals: list[Value] = field(default_factory=list[Value])
    ready: bool = False

    def inputs(self) -> list[Value]:
        """Return what a step reads, in the order of the inputs of the operation `scan`."""
        return [*self.carries, *self.xs, *self.captured]

    def keep(self, value: Value) -> int:
        """Return at which place the values of each step are kept."""
        for at, known in enumerate(self.each):
            if known is value:
                return at
        self.each.append(value)
        return len(self.each) - 1

    def inner(self, part: Part, at: int) -> Value:
        """Return the value of a step that a result is made of."""
        return {"carry": self.after, "each": self.each, "total": self.totals}[part][at]


def result(token: Value, part: Part, at: int) -> Value:
    """Return something that a loop leaves; `token` is the operation `scan`."""
    loop: Loop = token.attrs["loop"]
    value = loop.inner(part, at)
    sizes: Shape = (loop.steps, *value.shape) if part == "each" else value.shape
    attrs = {"part": part, "at": at, "sizes": sizes}
    return token.xp.record_at(token, RESULTS[value.kind], (token,), attrs)


def is_result(value: Value) -> bool:
    """Whether a value is something that a loop leaves."""
    return value.op is not None and value.op.name in RESULTS.values()
