"""Regroup sums in a loop: what needs no carry is added outside, products of one sum become one.

x w + s u + b, with a carry s and an element x of a sequence, becomes [s x 1] [u w b]: the loop
lays the elements and ones beside the states of all steps, once, and each step is one product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import reduce
from typing import Any

from netdsl.engine.loop import Loop
from netdsl.engine.program import Value

FEW = 8
"""With fewer examples the products of all elements, as one before the loop, are faster."""


def summed(xp: Any, loop: Loop, wanted: list[Value]) -> list[Value]:
    """Return what is wanted of a step, with its sums regrouped."""
    work = _Sums(xp, loop, wanted)
    return [work.found[value.number] for value in wanted]


class _Sums:
    """What each value has become, and how far its parts reach out of the loop."""

    def __init__(self, xp: Any, loop: Loop, wanted: list[Value]) -> None:
        self.xp, self.loop = xp, loop
        self.found: dict[int, Value] = {}
        self._needs = {value.number: 2 for value in loop.carries}
        self._needs |= {value.number: 1 for value in loop.xs}
        self._joined: set[int] = set()
        values = loop.scope.program.needed(wanted)
        self._reads = Counter(source.number for value in values for source in value.inputs)
        self._reads.update(value.number for value in wanted)
        inner = self._inner_sums(values)
        for value in values:
            became = self._remade(value, value.number in inner)
            self.found[value.number] = became
            self._depth(became)

    def _inner_sums(self, values: list[Value]) -> set[int]:
        """Find the sums that only another sum of the same shape reads."""
        return {
            source.number
            for value in values
            if _is_sum(value)
            for source in value.inputs
            if self._is_inner(source, value)
        }

    def _is_inner(self, source: Value, value: Value) -> bool:
        alike = source.shape == value.shape and _is_sum(source)
        return alike and self._reads[source.number] == 1

    def _depth(self, value: Value) -> int:
        """Return 2 for what needs a carry, 1 for what needs an element, 0 for the same always."""
        known = self._needs.get(value.number)
        if known is None:
            known = max([self._depth(source) for source in value.inputs], default=0)
            self._needs[value.number] = known
        return known

    def _remade(self, value: Value, is_inner: bool) -> Value:
        if _is_sum(value) and not is_inner:
            terms = list(self._terms(value))
            total = self._sum(value, terms)
            if total is not None:
                return total
        inputs = [self.found[source.number] for source in value.inputs]
        if all(a is b for a, b in zip(inputs, value.inputs, strict=True)):
            return value
        assert value.op is not None
        return self.xp.record(value.op.name, inputs, value.attrs)

    def _terms(self, value: Value) -> Iterator[Value]:
        for source in value.inputs:
            if self._is_inner(source, value):
                yield from self._terms(source)
            else:
                yield self.found[source.number]

    def _sum(self, value: Value, terms: list[Value]) -> Value | None:
        add = self.xp.add
        one = self._one_product(value, terms)
        if one is not None:
            product, rest = one
            return reduce(add, rest, product)
        free = [term for term in terms if self._depth(term) < 2]
        bound = [term for term in terms if self._depth(term) == 2]
        if len(free) < 2 or not bound:
            return None
        return add(reduce(add, bound), reduce(add, sorted(free, key=lambda v: -v.ndim)))

    def _one_product(self, value: Value, terms: list[Value]) -> tuple[Value, list[Value]] | None:
        """Return the product that some of the terms make, and the other terms."""
        if value.ndim != 2 or value.shape[0] < FEW:
            return None
        carried = next((term for term in terms if self._is_product(term, self.loop.carries)), None)
        if carried is None or carried.inputs[0].number in self._joined:
            return None
        others = [term for term in terms if self._is_product(term, self.loop.xs)]
        offsets = [term for term in terms if self._is_offset(term, value)]
        if not others and not offsets:
            return None
        xp = self.xp
        rows = [term.inputs[0] for term in (carried, *others)]
        weights = [term.inputs[1] for term in (carried, *others)]
        self._joined.add(rows[0].number)
        if offsets:
            offset = xp.reshape(reduce(xp.add, offsets), (1, -1))
            weights.append(xp.broadcast_to(offset, (1, value.shape[1])))
            rows.append(xp.broadcast_to(xp.constant(1.0), (value.shape[0], 1)))
        product = xp.concatenate(rows, axis=1) @ xp.concatenate(weights, axis=0)
        taken = {term.number for term in (carried, *others, *offsets)}
        return product, [term for term in terms if term.number not in taken]

    def _is_product(self, term: Value, rows: list[Value]) -> bool:
        if term.op is None or term.op.name != "matmul":
            return False
        a, b = term.inputs
        is_row = any(a is row for row in rows) and a.ndim == b.ndim == 2
        return is_row and self._depth(b) == 0

    def _is_offset(self, term: Value, value: Value) -> bool:
        size = value.shape[1]
        return term.shape in ((size,), (1, size)) and self._depth(term) == 0


def _is_sum(value: Value) -> bool:
    return value.op is not None and value.op.name == "add" and value.kind == "real"
