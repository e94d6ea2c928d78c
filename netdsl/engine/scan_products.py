"""Regroup products in a loop, so that factors that need no carry are multiplied outside of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from netdsl.engine.loop import Loop
from netdsl.engine.program import Value


def regrouped(xp: Any, loop: Loop, wanted: list[Value]) -> list[Value]:
    """Return what is wanted of a step, with u (a b) instead of (u a) b where u needs a carry."""
    work = _Regrouping(xp, loop, wanted)
    return [work.found[value.number] for value in wanted]


class _Regrouping:
    """What each value has become, and which of them need a carry."""

    def __init__(self, xp: Any, loop: Loop, wanted: list[Value]) -> None:
        self.xp = xp
        self.found: dict[int, Value] = {}
        self._carried = {value.number: True for value in loop.carries}
        values = loop.scope.program.needed(wanted)
        self._reads = Counter(source.number for value in values for source in value.inputs)
        self._reads.update(value.number for value in wanted)
        # What a product has become may be taken apart if its first form was read once.
        self._once: set[int] = set()
        for value in values:
            self.found[value.number] = became = self._remade(value)
            self._needs_carry(became)
            if self._reads[value.number] == 1:
                self._once.add(became.number)

    def _needs_carry(self, value: Value) -> bool:
        known = self._carried.get(value.number)
        if known is None:
            known = any(map(self._needs_carry, value.inputs))
            self._carried[value.number] = known
        return known

    def _remade(self, value: Value) -> Value:
        if value.op is None:
            return value
        inputs = [self.found[source.number] for source in value.inputs]
        if value.op.name == "multiply":
            a, b = inputs
            if self._needs_carry(b) and not self._needs_carry(a):
                a, b = b, a
            if self._needs_carry(a) and not self._needs_carry(b) and b.constant is None:
                return self._product(a, b)
        if value.op.name == "negative" and self._is_split(inputs[0]):
            u, v = self._factors(inputs[0])
            return self.xp.multiply(u, self.xp.negative(v))
        if all(a is b for a, b in zip(inputs, value.inputs, strict=True)):
            return value
        return self.xp.record(value.op.name, inputs, value.attrs)

    def _product(self, a: Value, b: Value) -> Value:
        """Multiply what needs a carry by a factor that does not."""
        xp = self.xp
        name = None if a.op is None else a.op.name
        fits = np.broadcast_shapes(a.shape, b.shape) == a.shape
        if fits and a.number in self._once:
            if name == "join":
                axis: int = a.attrs["axis"]
                starts: tuple[int, ...] = a.attrs["starts"]
                parts = [
                    self._product(part, _piece(xp, b, a.ndim, axis, start, part.shape[axis]))
                    for start, part in zip(starts, a.inputs, strict=True)
                ]
                return xp.record("join", parts, a.attrs)
            if name == "negative":
                return self._product(a.inputs[0], xp.negative(b))
            if self._is_split(a):
                u, v = self._factors(a)
                return xp.multiply(u, xp.multiply(v, b))
        return xp.multiply(a, b)

    def _is_split(self, a: Value) -> bool:
        """Whether a value is a product, read once, with one factor that needs no carry."""
        if a.op is None or a.op.name != "multiply" or a.number not in self._once:
            return False
        return sum(self._needs_carry(factor) for factor in a.inputs) == 1

    def _factors(self, a: Value) -> tuple[Value, Value]:
        u, v = a.inputs
        return (u, v) if self._needs_carry(u) else (v, u)


def _piece(xp: Any, b: Value, rank: int, axis: int, start: int, count: int) -> Value:
    """Return the part of a factor that meets one part of what it multiplies.

    It is computed from parts: what makes a factor then has one size, and runs block by block.
    """
    own = axis - (rank - b.ndim)
    if own < 0 or b.shape[own] == 1:
        return b
    if b.op is not None and b.op.entrywise:
        parts = [_piece(xp, source, rank, axis, start, count) for source in b.inputs]
        return xp.record(b.op.name, parts, b.attrs)
    return xp.slice(b, axis=own, start=start, stop=start + count)
