"""Sequences of different lengths in one run: padded to one length, and kept from being seen.

While a net is traced, this notes which values have steps that only some examples have, and which
lengths count there. An operation that keeps steps apart passes the note on; one that joins them
gets the padded ones masked. Where neither is possible the examples have to run in groups.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.program import Op, Program, Shape, Value

Sizes = tuple[tuple[int, ...], ...]
"""The dimensions of one example at each port."""

SHARES = 8
"""A length is rounded up to at most 1 + 1/SHARES of it, so that few plans serve all batches."""


class NotPaddedError(Exception):
    """An operation joins the steps of a sequence in a way that no mask can mend."""


@dataclass(frozen=True, slots=True)
class Padded:
    """Examples of several lengths brought to the same: their sizes at each port, padded.

    `groups` says for each port which lengths count there, None where all examples are alike;
    `lengths` are those of each example, a row for each group.
    """

    sizes: Sizes
    groups: tuple[int | None, ...]
    lengths: NDArray[np.int64]


def padded(sizes: Sequence[Sizes]) -> Padded | None:
    """Return the common sizes of examples that differ in their first dimensions alone."""
    ports = list(zip(*sizes, strict=True))
    found: list[tuple[int, ...]] = []
    known: list[tuple[int, ...]] = []
    groups: list[int | None] = []
    for port in ports:
        if all(size == port[0] for size in port):
            groups.append(None)
            found.append(port[0])
            continue
        if any(len(size) == 0 or size[1:] != port[0][1:] for size in port):
            return None
        lengths = tuple(size[0] for size in port)
        if lengths not in known:
            known.append(lengths)
        groups.append(known.index(lengths))
        found.append((_rounded(max(lengths)), *port[0][1:]))
    return Padded(tuple(found), tuple(groups), np.array(known, np.int64))


def stacked(examples: Sequence[NDArray[Any]], sizes: tuple[int, ...]) -> NDArray[Any]:
    """Return examples of several lengths as one array; each goes on as it ended.

    So nothing is computed at padded steps that is not at others: a slope that is infinite at zeros,
    times a gradient of 0, would be NaN.
    """
    if not sizes:
        return np.array(examples)
    found = np.empty((len(examples), *sizes), np.result_type(*(x.dtype for x in examples)))
    for row, example in zip(found, examples, strict=True):
        row[: len(example)] = example
        row[len(example) :] = example[-1]
    return found


def _rounded(length: int) -> int:
    step = max(1, 1 << (length // SHARES).bit_length() - 1) if length >= SHARES else 1
    return -(-length // step) * step


def lengths_name(group: int) -> str:
    """Return the name of the program's input that brings the lengths of the examples."""
    return f"lengths {group}"


class Padding:
    """Which values of a program have padded steps, on axis 1, and the lengths that count."""

    def __init__(self, program: Program) -> None:
        self.lengths: dict[int, Value] = {}
        self._program = program

    def begin(self, xp: Any, value: Value, group: int) -> None:
        """Note that an input of the program is padded."""
        name = lengths_name(group)
        if name not in self._program.inputs:
            self._program.inputs[name] = xp.input(value.shape[:1], "int")
        self.lengths[value.number] = self._program.inputs[name]

    def names(self) -> dict[int, str]:
        """Return the input that brings the lengths, for each padded value by its number."""
        of = {value.number: name for name, value in self._program.inputs.items()}
        return {number: of[lengths.number] for number, lengths in self.lengths.items()}

    def of(self, value: Value) -> Value | None:
        """Return the lengths that count for a value, None where it is not padded."""
        return self.lengths.get(value.number)

    def common(self, inputs: Sequence[Value]) -> Value | None:
        """Return the lengths that count for several values."""
        found = {id(length): length for value in inputs if (length := self.of(value)) is not None}
        if len(found) > 1:
            raise NotPaddedError
        return next(iter(found.values()), None)

    def seen(self, xp: Any, op: Op, inputs: tuple[Value, ...], attrs: dict[str, Any]) -> Any:
        """Return the inputs as the operation may see them, and the lengths of its result."""
        if op.name == "ctc":
            return self._counted(inputs), None
        lengths = self.common(inputs)
        if lengths is None:
            return inputs, None
        rule = _RULES.get(op.name, _entrywise if op.entrywise else None)
        if rule is None:
            raise NotPaddedError
        fill, keeps = rule(self, inputs, attrs)
        if fill is not None:
            inputs = tuple(masked(xp, value, lengths, fill) for value in inputs)
        return inputs, lengths if keeps else None

    def _counted(self, inputs: tuple[Value, ...]) -> tuple[Value, ...]:
        """Return two sequences, each with lengths of its own, and how much of each counts."""
        chances, target, *ends = inputs
        known = (self.of(chances), self.of(target))
        return chances, target, *(a if b is None else b for a, b in zip(ends, known, strict=True))

    def hidden(self, xp: Any, op: Op, value: Value, attrs: dict[str, Any]) -> Value:
        """Return a result whose padded steps may be read by what follows.

        A softmax along the sequence gives 0 there, where a logarithm would have an infinite slope;
        its own logarithm is infinite there.
        """
        if op.name not in ("softmax", "log_softmax") or attrs["axis"] % value.ndim != 1:
            return value
        harmless = 1.0 if op.name == "softmax" else 0.0
        return masked(xp, value, self.lengths[value.number], harmless)

    def scan(
        self,
        xp: Any,
        run: Callable[..., Any],
        body: Callable[..., Any],
        carry: Sequence[Value],
        xs: Sequence[Value],
        reverse: bool,
    ) -> Any:
        """Go through padded sequences; the last carry of an example is that of its last step."""
        lengths = self.common(xs)
        count = len(carry)
        if lengths is None:
            return run(xp, body, carry, xs, reverse)
        if reverse or any(self.of(x) is None for x in xs) or self.common(carry) is not None:
            raise NotPaddedError

        def keeping(before: Any, x: Any) -> Any:
            after, each = body(before, x)
            return after, (*each, *after)

        _, each = run(xp, keeping, carry, xs, reverse)
        token = each[0].inputs[0].inputs[0]
        if self.common(token.inputs) is not None:
            raise NotPaddedError  # a step reads a whole padded sequence
        for value in each:
            self.lengths[value.number] = lengths
        last = tuple(at_end(xp, value, lengths) for value in each[len(each) - count :])
        return last, each[: len(each) - count]


def masked(xp: Any, value: Value, lengths: Value, fill: float) -> Value:
    """Return a value with another number at the padded steps."""
    steps = xp.record("is_step", (lengths,), {"steps": value.shape[1]})
    steps = xp.reshape(steps, (*steps.shape, *(1 for _ in value.shape[2:])))
    return xp.where(steps, value, fill)


def unseen(program: Program, value: Value) -> Value:
    """Return what a traced program gives with zeros at the padded steps."""
    name = program.padded.get(value.number)
    return value if name is None else masked(value.xp, value, program.inputs[name], 0.0)


def at_end(xp: Any, value: Value, lengths: Value) -> Value:
    """Return the last step of each example."""
    return xp.record("take_step", (value, lengths - 1), {})


Rule = Callable[[Padding, tuple[Value, ...], dict[str, Any]], tuple[float | None, bool]]
"""What stands at padded steps before the operation, None for anything; whether they stay."""


def _entrywise(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[None, bool]:
    rank = max(value.ndim for value in inputs)
    for value in inputs:
        if padding.of(value) is not None and value.ndim != rank:
            raise NotPaddedError
    return None, True


def _reduction(fill: float) -> Rule:
    def rule(
        padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
    ) -> tuple[float | None, bool]:
        joins = 1 in attrs["axes"]
        if 0 in attrs["axes"] and not joins:
            raise NotPaddedError
        return (fill if joins else None), not joins

    return rule


def _softmax(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[float | None, bool]:
    along = attrs["axis"] % inputs[0].ndim == 1
    return (-math.inf if along else None), True


def _same_axes(shape: Callable[[Value, dict[str, Any]], Shape]) -> Rule:
    """The rule of an operation whose result has to begin with these same two axes."""

    def rule(
        padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
    ) -> tuple[None, bool]:
        if shape(inputs[0], attrs)[:2] != inputs[0].shape[:2]:
            raise NotPaddedError
        return None, True

    return rule


def _transpose(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[None, bool]:
    if attrs["axes"][:2] != (0, 1):
        raise NotPaddedError
    return None, True


def _matmul(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[None, bool]:
    first, second = inputs
    if padding.of(second) is not None or first.ndim < 3 or second.ndim > first.ndim:
        raise NotPaddedError
    return None, True


def _inner_axis(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[None, bool]:
    if attrs["axis"] < 2 or any(padding.of(value) is None for value in inputs):
        raise NotPaddedError
    return None, True


def _inner_axes(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[None, bool]:
    if min(attrs["axes"]) < 2:
        raise NotPaddedError
    return None, True


def _indexed(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[None, bool]:
    if any(padding.of(value) is None for value in inputs) or inputs[1].ndim < 2:
        raise NotPaddedError
    return None, True


def _by_number(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[None, bool]:
    if any(padding.of(value) is not None for value in inputs[:-1]) or inputs[-1].ndim < 2:
        raise NotPaddedError
    return None, True


def _order(
    padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]
) -> tuple[float | None, bool]:
    # Padded steps come last: of equal entries the first one comes first.
    return (math.inf if inputs[0].ndim == 2 else None), True


def _sort(padding: Padding, inputs: tuple[Value, ...], attrs: dict[str, Any]) -> tuple[None, bool]:
    if inputs[0].ndim < 3:
        raise NotPaddedError
    return None, True


_RULES: dict[str, Rule] = {
    "sum": _reduction(0.0),
    "max": _reduction(-math.inf),
    "softmax": _softmax,
    "log_softmax": _softmax,
    "standardize": _inner_axes,
    "reshape": _same_axes(lambda value, attrs: attrs["sizes"]),
    "broadcast_to": _same_axes(lambda value, attrs: attrs["sizes"]),
    "transpose": _transpose,
    "matmul": _matmul,
    "slice": _inner_axis,
    "join": _inner_axis,
    "part": _inner_axis,
    "resample": _inner_axis,
    "pick": _indexed,
    "place": _indexed,
    "take_rows": _by_number,
    "unit": _by_number,
    "order": _order,
    "sort": _sort,
}
