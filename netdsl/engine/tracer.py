"""The `xp` of a trace: words that record operations, for a layer's `apply` to compute with."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, cast

from netdsl.engine.loop import Loop, Scope
from netdsl.engine.ops import OPS
from netdsl.engine.padding import NotPaddedError, Padding, at_end
from netdsl.engine.program import Draw, Kind, Op, Program, Shape, Value
from netdsl.engine.scan import Body, last, scan
from netdsl.engine.simplify import narrowed, simplified
from netdsl.errors import StructureError
from netdsl.spec import Layer
from netdsl.spec.shapes import Path, Shapes

# These take settings after the array; their positional form is numpy's.
_SETTINGS = {
    "reshape": "sizes",
    "transpose": "axes",
    "broadcast_to": "sizes",
    "sum": "axes",
    "max": "axes",
    "softmax": "axis",
    "log_softmax": "axis",
}


class Tracer:
    """The `xp` of a trace: numpy's names, each of which records an operation.

    `training` says whether the net runs to be trained, `batch` on how many examples.
    """

    def __init__(self, shapes: Shapes, training: bool, batch: int = 1) -> None:
        self.shapes = shapes
        self.training = training
        self.batch = batch
        self.path: Path = ()
        self.padding: Padding | None = None
        self._count = 0
        self._root = self._scope = Scope()
        self.program = self._root.program
        # Equal operations on equal values are one.
        self._known = self._root.known
        self._homes: dict[int, Scope] = {}
        self._joins_batch = False

    def sizes(self, port: str) -> Shape:
        """Return the dimensions of a port of the layer that is being traced, without the batch."""
        dims = self.shapes.port(self.path, port).dims
        assert dims is not None
        return dims

    def __getattr__(self, name: str) -> Any:
        op = OPS.get(name)
        if op is None:
            raise AttributeError(f"the engine has no operation {name!r}")
        setting = _SETTINGS.get(name)

        def record(*args: Any, **attrs: Any) -> Value:
            if setting is not None and len(args) == 2:
                args, attrs = args[:1], {setting: args[1]}
            return self.record(name, args, attrs)

        setattr(self, name, record)
        return record

    def record(self, name: str, args: Iterable[Any], attrs: dict[str, Any]) -> Value:
        """Return the value of an operation, put at the end of the program where it is new."""
        op = OPS[name]
        inputs = tuple(
            self._local(arg) if isinstance(arg, Value) else self.constant(arg) for arg in args
        )
        attrs = {key: _plain(item) for key, item in attrs.items()}
        if self.padding is None or self._scope is not self._root:
            return self._recorded(name, op, inputs, attrs)
        inputs, lengths = self.padding.seen(self, op, inputs, attrs)
        value = self._recorded(name, op, inputs, attrs)
        if lengths is None:
            return value
        self.padding.lengths[value.number] = lengths
        return self.padding.hidden(self, op, value, attrs)

    def _recorded(
        self, name: str, op: Op, inputs: tuple[Value, ...], attrs: dict[str, Any]
    ) -> Value:
        shape = op.shape(*(value.shape for value in inputs), **attrs)
        kind = op.kind(*self._kinds(inputs))
        inputs = narrowed(op, inputs, shape)
        known = simplified(self, op, inputs, attrs)
        if known is not None and known.shape == shape and known.kind == kind:
            return known
        key = (name, *(value.number for value in inputs), *attrs.items())
        found = self._known.get(key)
        if found is None:
            found = self._add(shape, kind, op=op, inputs=inputs, attrs=attrs)
            self._known[key] = found
        return found

    @staticmethod
    def _kinds(inputs: tuple[Value, ...]) -> list[Kind]:
        """A number written in a layer has the kind of the array that it meets."""
        arrays = [value.kind for value in inputs if value.constant is None]
        whole = "int" if arrays and all(kind == "int" for kind in arrays) else "real"
        return [
            value.kind
            if value.constant is None
            else whole
            if float(value.constant).is_integer()
            else "real"
            for value in inputs
        ]

    def constant(self, number: Any) -> Value:
        """Return the value of a number."""
        key = float(number).hex()
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._add((), "real", constant=float(number))
        return found

    def input(self, shape: Shape, kind: Kind = "real") -> Value:
        """Return the value of an array that is given when the program runs."""
        return self._add(shape, kind)

    def _add(self, shape: Shape, kind: Kind, **parts: Any) -> Value:
        self._count += 1
        value = self.program.add(Value(self, self._count, shape, kind, **parts))
        if self._scope is not self._root:
            self._scope.own.add(value.number)
            if "op" in parts and parts["op"].name == "scan":
                self._homes[value.number] = self._scope
        return value

    # ---- sequences ------------------------------------------------------------------------

    def scan(
        self, body: Body, carry: Sequence[Value], xs: Sequence[Value], reverse: bool = False
    ) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """Go through sequences (batch, steps, ...) step by step, with values that are carried on.

        `body(carry, x)` gets those values and an element of each sequence; it returns the values
        for the next step and a tuple of what this step gives. Returned are the last values, and
        sequences of what the steps gave. `reverse` starts at the last element.
        """
        if self.padding is None:
            return scan(self, body, carry, xs, reverse)
        with self.unpadded() as padding:
            return padding.scan(self, scan, body, carry, xs, reverse)

    def concatenate(self, *values: Any, axis: int) -> Value:
        """Return arrays put one after the other along an axis; one list of them will do."""
        parts: list[Value] = list(values if isinstance(values[0], Value) else values[0])
        axis %= parts[0].ndim
        starts = [0]
        for part in parts:
            starts.append(starts[-1] + part.shape[axis])
        return self.record("join", parts, {"axis": axis, "starts": starts[:-1], "size": starts[-1]})

    def slice(self, x: Value, *, axis: int, start: int, stop: int) -> Value:
        """Return the elements of an axis from `start` to before `stop`."""
        return self.record("slice", (x,), {"axis": axis % x.ndim, "start": start, "stop": stop})

    def last(self, x: Value) -> Value:
        """Return the last element of each sequence (batch, steps, ...)."""
        lengths = None if self.padding is None else self.padding.of(x)
        if lengths is None:
            return last(self, x)
        with self.unpadded():
            return at_end(self, x, lengths)

    @contextmanager
    def unpadded(self) -> Generator[Padding]:
        """Record without a look at which steps are padded."""
        padding, self.padding = self.padding, None
        assert padding is not None
        try:
            yield padding
        finally:
            self.padding = padding

    @contextmanager
    def within(self, scope: Scope) -> Generator[None]:
        """Record into the program of a scope."""
        before = self._scope
        self._scope, self.program, self._known = scope, scope.program, scope.known
        try:
            yield
        finally:
            self._scope, self.program, self._known = before, before.program, before.known

    def record_at(
        self, place: Value, name: str, args: Iterable[Any], attrs: dict[str, Any]
    ) -> Value:
        """Record an operation where another one was recorded."""
        with self.within(self._homes.get(place.number, self._root)):
            return self.record(name, args, attrs)

    # ---- what a run draws, and what it leaves behind ------------------------------------------

    def noise(self, kind: str, sizes: Sequence[int]) -> Value:
        """Return random numbers, new ones at each run: "Uniform" from 0 to 1, "Normal", ...

        `sizes` begin with the batch. The kinds are listed in `engine.noise`.
        """
        program = self._root.program
        with self.within(self._root):
            value = self.input(tuple(sizes), "int" if kind == "Seed" else "real")
        number = sum(draw.place[:-1] == self.path for draw in program.draws)
        program.draws.append(Draw(value, kind, (*self.path, number)))
        return self._local(value)

    def update(self, array: str, value: Value) -> None:
        """Let a state of the layer have another value after this batch of a training."""
        self._root.program.updates[*self.path, array] = value

    def whole(self, port: str, value: Any) -> Value:
        """Return an output of the layer; a number is that of every entry of every example."""
        if isinstance(value, Value):
            return value
        return self.broadcast_to(self.constant(value), (self.batch, *self.sizes(port)))

    def see_that_states_are_updated(self, layer: Layer) -> None:
        """Refuse a layer that updates what is no state of its own."""
        fields = layer.array_fields
        for *path, name in self._root.program.updates:
            if tuple(path) == self.path and (name not in fields or fields[str(name)].learned):
                raise StructureError(
                    "A layer updates what is no state.",
                    layer=layer.brief(),
                    expected=", ".join(own for own in fields if not fields[own].learned) or "none",
                    got=str(name),
                )

    def end(self) -> Program:
        """Return the program of the net, all of whose layers are traced."""
        # What depends on no padded step has a gradient of zero there, and needs no mask.
        padding, self.padding = self.padding, None
        if padding is not None:
            self.program.padded = padding.names()
        self.program.joins_batch = self._joins_batch
        return self.program

    def _local(self, value: Value) -> Value:
        return value if self._scope is self._root else self._scope.local(self, value)

    # ---- words of more than one operation -----------------------------------------------------

    def squeeze(self, x: Value, axes: Iterable[int]) -> Value:
        """Return the array without some axes of size 1."""
        drop = {axis % x.ndim for axis in axes}
        return self.reshape(x, tuple(n for axis, n in enumerate(x.shape) if axis not in drop))

    def mean(self, x: Value, axes: Iterable[int]) -> Value:
        """Return the mean over some axes, which stay with size 1."""
        axes = tuple(axes)
        count = self.count(x, axes)
        total = self.sum(x, axes)
        return total * (1 / count) if isinstance(count, int) else total / count

    def count(self, x: Value, axes: Iterable[int], least: int = 1) -> Value | int:
        """Return how many entries lie along some axes.

        That is an array, one for each example, where lengths differ, and one number for the batch
        if its axis is among them. An example that has fewer than `least` is for the shapes to
        refuse, so where there could be one, each length runs apart.
        """
        axes = tuple(axes)
        self._joins_batch = self._joins_batch or 0 in axes
        lengths = None if self.padding is None or 1 not in axes else self.padding.of(x)
        if lengths is None:
            return math.prod(x.shape[axis] for axis in axes)
        count = math.prod(x.shape[axis] for axis in axes if axis > 1)
        if count < least and 0 not in axes:
            raise NotPaddedError
        steps = self.reshape(self.real(lengths) * count, (x.shape[0], *(1 for _ in x.shape[1:])))
        return self.sum(steps, (0,)) if 0 in axes else steps

    def standardized(
        self, x: Value, axes: Iterable[int], epsilon: float, *, centred: bool = True, less: int = 0
    ) -> Value:
        """Return an array with mean 0 and variance 1 over some axes, `epsilon` under the root.

        Without `centred` the mean stays, and the mean square becomes 1. The variance is divided
        by the count less `less`. Of padded sequences only their own elements count.
        """
        axes = tuple(axes)
        count = self.count(x, axes, least=1 + less)
        if isinstance(count, int):
            given = {"axes": axes, "centred": centred, "less": less}
            return self.record("standardize", (x, epsilon), given)
        offset = x - self.mean(x, axes) if centred else x
        return offset / self.sqrt(self.sum(offset * offset, axes) / (count - less) + epsilon)

    def log_chance(self, p: Value, *, of_not: bool = False) -> Value:
        """Return the logarithm of a probability p, or of 1 - p.

        Where p comes from a softmax or a sigmoid the logarithm is taken of what went into it:
        rounded to 0 or 1, p would have lost the loss and its gradient.
        """
        name = None if p.op is None else p.op.name
        if name == "sigmoid":
            x = p.inputs[0]
            return -self.softplus(x if of_not else -x)
        if name == "softmax" and not of_not:
            return self.log_softmax(p.inputs[0], p.attrs["axis"])
        return self.log_floored(1 - p if of_not else p)


def _plain(item: Any) -> Any:
    """Return a setting of an operation as integers, words, functions and tuples of them."""
    if isinstance(item, list | tuple | range):
        return tuple(_plain(part) for part in cast(Iterable[Any], item))
    return item if isinstance(item, str | bool | Loop) or callable(item) else int(item)
