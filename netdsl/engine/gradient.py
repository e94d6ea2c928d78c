"""The reverse pass: operations appended to a program that compute gradients."""

from __future__ import annotations

from typing import Any

from netdsl.engine.loop import is_result
from netdsl.engine.program import Program, Value
from netdsl.engine.scan import Arrived, scan_gradient


def gradient(program: Program, seeds: list[tuple[Value, Value]], wrt: list[Value]) -> list[Value]:
    """Append the gradients by `wrt`, in this order, of values at which gradients arrive.

    `seeds` are the values, each with its gradient; one value may be there more than once.
    """
    xp: Any = wrt[0].xp
    path = program.needed([value for value, _ in seeds])
    depends = _dependents(path, wrt)
    arrived: dict[int, Value] = {}
    for value, seed in seeds:
        known = arrived.get(value.number)
        arrived[value.number] = seed if known is None else known + seed
    loops: dict[int, Arrived] = {}
    for value in reversed(path):
        g = arrived.get(value.number)
        if value.number not in depends or value.op is None:
            continue
        if g is not None and is_result(value):
            one = (value.attrs["part"], value.attrs["at"], g)
            loops.setdefault(value.inputs[0].number, []).append(one)
            continue
        if value.number in loops:
            parts = scan_gradient(value, loops[value.number], depends, gradient)
        elif g is None or value.op.vjp is None:
            continue
        else:
            parts = value.op.vjp(xp, g, value, *value.inputs, **value.attrs)
        for source, part in zip(value.inputs, parts, strict=True):
            if part is not None and source.number in depends:
                part = _summed_to(xp, part, source.shape)
                known = arrived.get(source.number)
                arrived[source.number] = part if known is None else known + part
    return [_found(xp, arrived.get(value.number), value) for value in wrt]


def _found(xp: Any, g: Value | None, value: Value) -> Value:
    """An array that nothing depends on has gradient zero."""
    return xp.broadcast_to(xp.constant(0.0), value.shape) if g is None else g


def _dependents(path: list[Value], wrt: list[Value]) -> set[int]:
    found = {value.number for value in wrt}
    for value in path:
        if any(source.number in found for source in value.inputs):
            found.add(value.number)
    return found


def _summed_to(xp: Any, g: Value, shape: tuple[int, ...]) -> Value:
    """Undo broadcasting: sum over the axes along which an input was repeated."""
    if g.shape == shape:
        return g
    extra = len(g.shape) - len(shape)
    axes = tuple(range(extra)) + tuple(
        extra + axis for axis, n in enumerate(shape) if n == 1 and g.shape[extra + axis] != 1
    )
    return xp.reshape(xp.sum(g, axes), shape)
