"""`xp.scan`: a body traced once into a loop, and the loop that computes its gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from netdsl.engine.loop import Loop, Part, Scope, is_result, result
from netdsl.engine.program import Program, Value

Body = Callable[[tuple[Value, ...], tuple[Value, ...]], tuple[Sequence[Value], Sequence[Value]]]
Gradient = Callable[[Program, list[tuple[Value, Value]], list[Value]], list[Value]]
Arrived = list[tuple[Part, int, Value]]
"""Results of a loop, by what they are made of, and the gradient that arrives at each."""


def scan(
    xp: Any, body: Body, carry: Sequence[Value], xs: Sequence[Value], reverse: bool
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Record a loop over axis 1 of `xs`; return the last carries, and what each step gave."""
    assert xs
    steps = xs[0].shape[1]
    assert steps > 0
    assert all(x.shape[1] == steps for x in xs), [x.shape for x in xs]
    scope = Scope()
    with xp.within(scope):
        carries = [xp.input(value.shape, value.kind) for value in carry]
        elements = [xp.input((x.shape[0], *x.shape[2:]), x.kind) for x in xs]
        after, each = body(tuple(carries), tuple(elements))
        after = [scope.local(xp, _value(xp, value)) for value in after]
        each = [scope.local(xp, _value(xp, value)) for value in each]
    assert [v.shape for v in after] == [v.shape for v in carries], (after, carries)
    captured = [inner for _, inner in scope.captured.values()]
    loop = Loop(scope, carries, elements, captured, after, steps, reverse)
    places = [loop.keep(value) for value in each]
    outer = [value for value, _ in scope.captured.values()]
    token = record(xp, loop, [*carry, *(_swapped(xp, x) for x in xs), *outer])
    last = tuple(result(token, "carry", at) for at in range(len(carries)))
    return last, tuple(_swapped(xp, result(token, "each", at)) for at in places)


def last(xp: Any, x: Value) -> Value:
    """Return the last element of sequences; of what a loop gave it may be its last carry."""
    source = x.inputs[0] if x.op is not None and x.op.name == "transpose" else x
    if source is not x and is_result(source) and source.attrs["part"] == "each":
        token = source.inputs[0]
        loop, at = _loop(token), source.attrs["at"]
        swaps = x.attrs["axes"][:2] == (1, 0)
        for place, after in enumerate(loop.after):
            if swaps and not loop.reverse and after is loop.each[at]:
                return result(token, "carry", place)
    steps = x.shape[1]
    one = xp.slice(x, axis=1, start=steps - 1, stop=steps)
    return xp.reshape(one, (x.shape[0], *x.shape[2:]))


def record(xp: Any, loop: Loop, inputs: Sequence[Value]) -> Value:
    """Record the operation of a loop."""
    return xp.record("scan", inputs, {"loop": loop})


def _value(xp: Any, value: Any) -> Value:
    return value if isinstance(value, Value) else xp.constant(value)


def _swapped(xp: Any, x: Value) -> Value:
    """Exchange examples and steps."""
    return xp.transpose(x, (1, 0, *range(2, x.ndim)))


# ---- backwards -----------------------------------------------------------------------------


def scan_gradient(
    token: Value, arrived: Arrived, depends: set[int], gradient: Gradient
) -> list[Value | None]:
    """Record the loop that goes the other way; return the gradients of a scan's inputs."""
    xp, loop = token.xp, _loop(token)
    real = [at for at, value in enumerate(loop.carries) if value.kind == "real"]
    by = [*real, *_inputs_with_gradient(token, depends)]
    back = Loop(Scope(seen=loop.scope), [], [], [], [], loop.steps, not loop.reverse)
    with xp.within(back.scope):
        back.carries = [xp.input(loop.carries[at].shape) for at in real]
        carried = [(loop.after[at], g) for at, g in zip(real, back.carries, strict=True)]
        seeds = [*carried, *_seeds(loop, back, arrived)]
        inputs = loop.inputs()
        found = gradient(loop.scope.program, seeds, [inputs[at] for at in by])
        found = [back.scope.local(xp, g) for g in found]
    outside = [g for part, _, g in arrived if part == "each"]
    captured = _supply(token, back, outside)
    places = _give(loop, back, by, found)
    ends = {at: g for part, at, g in arrived if part == "carry"}
    zero = xp.constant(0.0)
    carry: list[Value] = [
        ends[at] if at in ends else xp.broadcast_to(zero, loop.carries[at].shape) for at in real
    ]
    again = record(xp, back, [*carry, *outside, *captured])
    parts: list[Value | None] = [None] * len(inputs)
    for at, (part, place) in zip(by, places, strict=True):
        parts[at] = result(again, part, place)
    return parts


def _inputs_with_gradient(token: Value, depends: set[int]) -> list[int]:
    """Return the inputs of a scan, beside the carries, whose gradients are needed."""
    loop = _loop(token)
    return [
        at
        for at, inner in enumerate(loop.inputs())
        if at >= len(loop.carries) and inner.kind == "real" and token.inputs[at].number in depends
    ]


def _seeds(loop: Loop, back: Loop, arrived: Arrived) -> list[tuple[Value, Value]]:
    """Return the values of a step at which gradients arrive from outside of the loop."""
    seeds: list[tuple[Value, Value]] = []
    for part, at, g in arrived:
        if part == "each":
            back.xs.append(g.xp.input(loop.each[at].shape))
            seeds.append((loop.each[at], back.xs[-1]))
        elif part == "total":
            seeds.append((loop.totals[at], back.scope.local(g.xp, g)))
    return seeds


def _loop(token: Value) -> Loop:
    return token.attrs["loop"]


def _supply(token: Value, back: Loop, outside: list[Value]) -> list[Value]:
    """Find what the loop back uses: return what is captured, append what comes step by step.

    Where it is none of the inputs of the loop forward, that loop keeps it.
    """
    loop = _loop(token)
    given = {inner.number: at for at, inner in enumerate(loop.inputs())}
    captured: list[Value] = []
    for value, inner in list(back.scope.captured.values()):
        at = given.get(value.number, -1)
        if value.number not in loop.scope.own or at >= len(loop.carries) + len(loop.xs):
            back.captured.append(inner)
            captured.append(value if at < 0 else token.inputs[at])
            continue
        back.xs.append(inner)
        is_x = at >= len(loop.carries)
        outside.append(token.inputs[at] if is_x else result(token, "each", loop.keep(value)))
    return captured


def _give(loop: Loop, back: Loop, by: list[int], found: list[Value]) -> list[tuple[Part, int]]:
    """Let the loop back give each gradient; return what it is there: a carry, or the like."""
    places: list[tuple[Part, int]] = []
    for at, g in zip(by, found, strict=True):
        if at < len(loop.carries):
            back.after.append(g)
            places.append(("carry", len(back.after) - 1))
        elif at < len(loop.carries) + len(loop.xs):
            places.append(("each", back.keep(g)))
        else:
            back.totals.append(g)
            places.append(("total", len(back.totals) - 1))
    return places
