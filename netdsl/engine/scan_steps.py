"""One operation of a step, computed for all steps at once: with one more axis, the first one."""

from __future__ import annotations

from typing import Any

from netdsl.engine.program import Value


def is_for_all_steps(value: Value) -> bool:
    """Whether an operation can run for all steps at once."""
    assert value.op is not None
    return value.op.entrywise or value.op.name in _RULES


def of_all_steps(xp: Any, value: Value, inputs: list[tuple[Value, bool]], steps: int) -> Value:
    """Return a value of each step; an input comes with whether it has one element a step."""
    assert value.op is not None
    if value.op.entrywise:
        ready = [_widened(xp, one, value.ndim + 1) if each else one for one, each in inputs]
        return xp.record(value.op.name, ready, value.attrs)
    rule = _RULES[value.op.name]
    if rule is _product:
        return _product(xp, value, inputs)
    ready = [one if each else xp.broadcast_to(one, (steps, *one.shape)) for one, each in inputs]
    return rule(xp, value, ready, steps)


def _widened(xp: Any, one: Value, rank: int) -> Value:
    """Put axes of size 1 behind that of the steps."""
    return xp.reshape(one, (one.shape[0], *(1,) * (rank - one.ndim), *one.shape[1:]))


def _product(xp: Any, value: Value, inputs: list[tuple[Value, bool]]) -> Value:
    (a, a_each), (b, b_each) = inputs
    if a_each and a.ndim == 3 and b.ndim == 2:
        return xp.product(a, b)
    if a_each:
        a = _widened(xp, a, value.ndim + 1)
    if b_each:
        b = _widened(xp, b, value.ndim + 1)
    return xp.matmul(a, b)


def _reshape(xp: Any, value: Value, inputs: list[Value], steps: int) -> Value:
    return xp.reshape(inputs[0], (steps, *value.shape))


def _broadcast_to(xp: Any, value: Value, inputs: list[Value], steps: int) -> Value:
    return xp.broadcast_to(_widened(xp, inputs[0], value.ndim + 1), (steps, *value.shape))


def _transpose(xp: Any, value: Value, inputs: list[Value], steps: int) -> Value:
    return xp.transpose(inputs[0], (0, *(axis + 1 for axis in value.attrs["axes"])))


def _axes(xp: Any, value: Value, inputs: list[Value], steps: int) -> Value:
    assert value.op is not None
    axes = tuple(axis + 1 for axis in value.attrs["axes"])
    return xp.record(value.op.name, inputs, {**value.attrs, "axes": axes})


def _axis(xp: Any, value: Value, inputs: list[Value], steps: int) -> Value:
    assert value.op is not None
    axis = value.attrs["axis"] % value.ndim + 1
    return xp.record(value.op.name, inputs, {**value.attrs, "axis": axis})


def _same(xp: Any, value: Value, inputs: list[Value], steps: int) -> Value:
    assert value.op is not None
    return xp.record(value.op.name, inputs, value.attrs)


_RULES: dict[str, Any] = {
    "matmul": _product,
    "reshape": _reshape,
    "broadcast_to": _broadcast_to,
    "transpose": _transpose,
    "sum": _axes,
    "max": _axes,
    "softmax": _axis,
    "log_softmax": _axis,
    "slice": _axis,
    "join": _axis,
    "pick": _same,
    "place": _same,
}
