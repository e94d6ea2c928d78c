"""Operations that need not be recorded, since their result is there already or is a number."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from netdsl.engine.ops.pooling import pool_max_early
from netdsl.engine.program import Op, Shape, Value

_FOLDED = {"add", "subtract", "multiply", "divide", "negative"}
"""Operations on numbers that give a number while the net is traced."""


def simplified(xp: Any, op: Op, inputs: tuple[Value, ...], attrs: dict[str, Any]) -> Value | None:
    """Return a value that the operation would only repeat, None where it has to be computed."""
    if op.name in _FOLDED and all(value.constant is not None for value in inputs):
        assert op.run is not None
        with np.errstate(all="ignore"):
            return xp.constant(op.run(*(np.float64(value.constant) for value in inputs)))
    rule = _RULES.get(op.name)
    return None if rule is None else rule(xp, *inputs, **attrs)


def narrowed(op: Op, inputs: tuple[Value, ...], shape: Shape) -> tuple[Value, ...]:
    """Return the inputs of an entrywise operation without repeating any of them for nothing."""
    if not op.entrywise or all(_name(value) != "broadcast_to" for value in inputs):
        return inputs
    found = list(inputs)
    for at, value in enumerate(inputs):
        if _name(value) == "broadcast_to":
            source = value.inputs[0]
            rest = [other.shape for number, other in enumerate(found) if number != at]
            # Among integers a number would count as one.
            if rest and np.broadcast_shapes(source.shape, *rest) == shape and not _has_int(found):
                found[at] = source
    return tuple(found)


def _has_int(values: list[Value]) -> bool:
    return any(value.kind == "int" for value in values)


def _name(value: Value) -> str | None:
    return None if value.op is None else value.op.name


def _is(value: Value, number: float) -> bool:
    return value.constant is not None and value.constant == number


def _add(xp: Any, a: Value, b: Value) -> Value | None:
    if _is(a, 0):
        return b
    if _is(b, 0):
        return a
    if _name(a) == _name(b) == "join":
        return _joined(xp, a, b)
    return xp.subtract(a, b.inputs[0]) if _name(b) == "negative" else None


def _subtract(xp: Any, a: Value, b: Value) -> Value | None:
    if _is(b, 0):
        return a
    return xp.add(a, b.inputs[0]) if _name(b) == "negative" else None


def _multiply(xp: Any, a: Value, b: Value) -> Value | None:
    if a.constant is None and b.constant is not None:
        a, b = b, a
    if a.constant is None:
        return None
    if _is(a, 1):
        return b
    if _is(a, -1):
        return xp.negative(b)
    if _name(b) == "negative":
        return xp.multiply(xp.constant(-a.constant), b.inputs[0])
    if _name(b) == "multiply":
        factor, rest = b.inputs
        if factor.constant is not None:
            return xp.multiply(xp.constant(a.constant * factor.constant), rest)
    return None


def _divide(xp: Any, a: Value, b: Value) -> Value | None:
    return a if _is(b, 1) else None


def _negative(xp: Any, a: Value) -> Value | None:
    return a.inputs[0] if _name(a) == "negative" else None


def _where(xp: Any, c: Value, a: Value, b: Value) -> Value | None:
    if _name(a) == "where" and a.inputs[0] is c:
        return xp.where(c, a.inputs[1], b)
    if _is(b, 0):
        return xp.keep(a, c, when=1)
    return xp.keep(b, c, when=0) if _is(a, 0) else None


def _maximum(xp: Any, a: Value, b: Value) -> Value | None:
    if _is(b, 0):
        return xp.ramp(a)
    return xp.ramp(b) if _is(a, 0) else None


def _minimum(xp: Any, a: Value, b: Value) -> Value | None:
    if _is(b, 0):
        return xp.below(a)
    return xp.below(b) if _is(a, 0) else None


def _power(xp: Any, a: Value, n: Value) -> Value | None:
    if _is(n, 1):
        return a
    return xp.square(a) if _is(n, 2) else None


def _reshape(xp: Any, a: Value, *, sizes: Shape) -> Value | None:
    if sizes == a.shape:
        return a
    if _name(a) == "broadcast_to" and a.inputs[0].ndim == 0:
        return xp.broadcast_to(a.inputs[0], sizes)
    return xp.reshape(a.inputs[0], sizes) if _name(a) == "reshape" and -1 not in sizes else None


def _transpose(xp: Any, a: Value, *, axes: Shape) -> Value | None:
    if axes == tuple(range(a.ndim)):
        return a
    if _name(a) != "transpose":
        return None
    return xp.transpose(a.inputs[0], tuple(a.attrs["axes"][axis] for axis in axes))


def _broadcast_to(xp: Any, a: Value, *, sizes: Shape) -> Value | None:
    return a if sizes == a.shape else None


def _slice(xp: Any, a: Value, *, axis: int, start: int, stop: int) -> Value | None:
    if stop - start == a.shape[axis]:
        return a
    inner = a.attrs
    if _name(a) == "slice" and inner["axis"] == axis:
        first = inner["start"]
        return xp.slice(a.inputs[0], axis=axis, start=first + start, stop=first + stop)
    if _name(a) == "join" and inner["axis"] == axis:
        for first, part in zip(inner["starts"], a.inputs, strict=True):
            if first <= start and stop <= first + part.shape[axis]:
                return xp.slice(part, axis=axis, start=start - first, stop=stop - first)
    return None


def _join(xp: Any, *parts: Value, axis: int, starts: tuple[int, ...], size: int) -> Value | None:
    if len(parts) == 1 and parts[0].shape[axis] == size:
        return parts[0]
    if not any(_name(part) == "join" and part.attrs["axis"] == axis for part in parts):
        return None
    flat: list[tuple[int, Value]] = []
    for start, part in zip(starts, parts, strict=True):
        if _name(part) == "join" and part.attrs["axis"] == axis:
            inner = zip(part.attrs["starts"], part.inputs, strict=True)
            flat += [(start + first, piece) for first, piece in inner]
        else:
            flat.append((start, part))
    attrs = {"axis": axis, "starts": tuple(start for start, _ in flat), "size": size}
    return xp.record("join", [part for _, part in flat], attrs)


def _joined(xp: Any, a: Value, b: Value) -> Value | None:
    """Return the sum of two arrays that are zero but for pieces, where these lie apart."""
    axis: int = a.attrs["axis"]
    if a.shape != b.shape or b.attrs["axis"] != axis:
        return None
    starts: list[int] = [*a.attrs["starts"], *b.attrs["starts"]]
    parts = [*a.inputs, *b.inputs]
    order = sorted(range(len(parts)), key=lambda at: (starts[at], parts[at].shape[axis]))
    for at, following in pairwise(order):
        if starts[at] + parts[at].shape[axis] > starts[following]:
            return None
    attrs = {**a.attrs, "starts": tuple(starts[at] for at in order)}
    return xp.record("join", [parts[at] for at in order], attrs)


def _reduced(xp: Any, a: Value, *, axes: Shape) -> Value | None:
    return a if all(a.shape[axis] == 1 for axis in axes) else None


def _sum(xp: Any, a: Value, *, axes: Shape) -> Value | None:
    if _name(a) == "place" and axes == (a.ndim - 1,):
        return xp.reshape(a.inputs[0], (*a.shape[:-1], 1))
    return _reduced(xp, a, axes=axes)


def _real(xp: Any, a: Value) -> Value | None:
    return a


_MOVES = {"reshape", "transpose", "slice"}
"""Operations that leave every entry what it is."""


def _log(xp: Any, a: Value) -> Value | None:
    """Return the logarithm of a softmax or a sigmoid from what went into it.

    Where these are rounded to 0 or 1 the value and its gradient would be lost.
    """
    if _name(a) == "softmax":
        return xp.log_softmax(a.inputs[0], a.attrs["axis"])
    if _name(a) == "sigmoid":
        return -xp.softplus(-a.inputs[0])
    if _name(a) == "exp":
        return a.inputs[0]
    if _name(a) in _MOVES:
        inner = _log(xp, a.inputs[0])
        return None if inner is None else xp.record(_name(a), (inner,), a.attrs)
    if _name(a) == "where" and _is(a.inputs[2], 1):  # so a softmax along padded sequences ends
        inner = _log(xp, a.inputs[1])
        return None if inner is None else xp.where(a.inputs[0], inner, 0.0)
    return None


def _log1p(xp: Any, a: Value) -> Value | None:
    return xp.softplus(a.inputs[0]) if _name(a) == "exp" else None


def _exp(xp: Any, a: Value) -> Value | None:
    """Return what a logarithm that was taken from before its function came from."""
    if _name(a) == "log_softmax":
        return xp.softmax(a.inputs[0], a.attrs["axis"])
    if _name(a) == "negative" and _name(a.inputs[0]) == "softplus":
        return xp.sigmoid(-a.inputs[0].inputs[0])
    return None


_RULES: dict[str, Any] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "where": _where,
    "maximum": _maximum,
    "minimum": _minimum,
    "power": _power,
    "pool_max": pool_max_early,
    "reshape": _reshape,
    "transpose": _transpose,
    "broadcast_to": _broadcast_to,
    "slice": _slice,
    "join": _join,
    "sum": _sum,
    "max": _reduced,
    "real": _real,
    "log": _log,
    "log1p": _log1p,
    "exp": _exp,
}
