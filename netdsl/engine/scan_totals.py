"""Sums over the steps of a loop: the gradients of weights, as one product of long matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from netdsl.engine.program import Value

Outside = Callable[[Value], tuple[Value, bool]]
"""Gives for a value of a step what stands outside, and whether it has one element a step."""

_LINEAR = {"transpose", "reshape", "join", "negative"}


def totals(xp: Any, values: list[Value], outside: Outside, steps: int) -> list[Value]:
    """Return the sum of each value over the steps."""
    leaves = {leaf.number: leaf for value in values for leaf in _leaves(value)}
    found = _products(xp, list(leaves.values()), outside)
    for number, leaf in leaves.items():
        if number not in found:
            found[number] = _total(xp, leaf, outside, steps)
    return [_combined(xp, value, found) for value in values]


def _leaves(value: Value) -> Iterator[Value]:
    """Yield the values whose sums make the sum of a value."""
    if _is_linear(value):
        for source in value.inputs:
            yield from _leaves(source)
    else:
        yield value


def _is_linear(value: Value) -> bool:
    name = None if value.op is None else value.op.name
    is_sum = name == "add" and all(source.shape == value.shape for source in value.inputs)
    return name in _LINEAR or is_sum


def _combined(xp: Any, value: Value, found: dict[int, Value]) -> Value:
    if value.number in found:
        return found[value.number]
    assert value.op is not None
    parts = [_combined(xp, source, found) for source in value.inputs]
    attrs = {"sizes": value.shape} if value.op.name == "reshape" else value.attrs
    return xp.record(value.op.name, parts, attrs)


def _total(xp: Any, value: Value, outside: Outside, steps: int) -> Value:
    one, is_each = outside(value)
    if not is_each:
        return one * float(steps)
    return xp.reshape(xp.sum(one, (0,)), value.shape)


def _products(xp: Any, leaves: list[Value], outside: Outside) -> dict[int, Value]:
    """Return the sums that are a product of all steps and examples at once.

    Those with the same right side become one product: [a b 1] d for a d, b d and the sum of d.
    """
    groups: dict[int, tuple[Value, list[tuple[int, Value | None]]]] = {}
    for leaf in leaves:
        pair = _factors(xp, leaf, outside)
        if pair is not None:
            groups.setdefault(pair[1].number, (pair[1], []))[1].append((leaf.number, pair[0]))
    found: dict[int, Value] = {}
    for right, members in groups.values():
        right = xp.merged(right)
        if all(left is None for _, left in members):
            found |= {number: xp.sum(right, (0,)) for number, _ in members}
            continue
        one = xp.broadcast_to(xp.constant(1.0), (right.shape[0], 1))
        lefts = [one if left is None else xp.merged(left) for _, left in members]
        # BLAS is up to a quarter faster with the longer side first.
        left = xp.concatenate(lefts, axis=1)
        product = xp.transpose(xp.matmul(xp.transpose(right, (1, 0)), left), (1, 0))
        start = 0
        for (number, _), left in zip(members, lefts, strict=True):
            stop = start + left.shape[1]
            found[number] = xp.slice(product, axis=0, start=start, stop=stop)
            start = stop
    return found


def _factors(xp: Any, leaf: Value, outside: Outside) -> tuple[Value | None, Value] | None:
    """Return a and b with the leaf being a transposed times b in each step, None for ones."""
    if leaf.op is None or leaf.ndim != 2 or any(source.ndim != 2 for source in leaf.inputs):
        return None
    sides = [outside(source) for source in leaf.inputs]
    if not all(is_each for _, is_each in sides):
        return None
    if leaf.op.name == "sum" and leaf.attrs["axes"] == (0,):
        return None, sides[0][0]
    if leaf.op.name == "matmul":
        return xp.transpose(sides[0][0], (0, 2, 1)), sides[1][0]
    return None
