"""A program: array operations in order, as a net was traced; read by every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

Kind = Literal["real", "int", "bool"]
"""What the elements are; the plan decides how many bits a real has."""

Shape = tuple[int, ...]
Axes = tuple[int, ...]
Call = Callable[[], Any]


@dataclass(frozen=True, eq=False, slots=True)
class Op:
    """One operation: its shape, its computation and its gradient side by side.

    `shape(*shapes, **attrs)` gives the result's shape, `kind(*kinds)` its elements.
    `vjp(xp, g, out, *inputs, **attrs)` gives the gradient of each input, None for none.

    How numpy computes it is said in one of four ways. `run(*arrays, out=, **attrs)` writes the
    result in one call. `calls(*arrays, out=, scratch=, **attrs)` gives the calls of one run, with
    all views and slices made once; none of them allocates. `scratch(*shapes, **attrs)` are the
    shapes of reals that they need meanwhile. `view(array, **attrs)` is for a view.
    `lower(xp, *inputs, **attrs)` gives a value made of other operations instead.

    `order(shapes, orders, **attrs)` says in which order the result's axes lie in memory,
    outermost first. With `entrywise` each entry of the result depends on the entries at the same
    place alone, so that the operation may run block by block. With `inplace`, `out` may be the
    memory of an input of the same shape.
    """

    name: str
    shape: Callable[..., Shape]
    kind: Callable[..., Kind]
    run: Callable[..., Any] | None = None
    view: Callable[..., Any] | None = None
    vjp: Callable[..., tuple[Any, ...]] | None = None
    calls: Callable[..., Iterable[Call]] | None = None
    scratch: Callable[..., tuple[Shape, ...]] | None = None
    lower: Callable[..., Any] | None = None
    order: Callable[..., Axes] | None = None
    inplace: bool = False
    entrywise: bool = False

    def bind(
        self, inputs: Sequence[Any], out: Any, scratch: Sequence[Any], attrs: dict[str, Any]
    ) -> list[Call]:
        """Return the calls of one run on these arrays."""
        if self.calls is not None:
            return [*self.calls(*inputs, out=out, scratch=scratch, **attrs)]
        assert self.run is not None
        return [partial(self.run, *inputs, out=out, **attrs)]


@dataclass(eq=False, slots=True)
class Value:
    """One array of a program: an input, a constant, or what an operation gives.

    Python's operators on values record operations, as do numpy's names on `xp`.
    """

    xp: Any
    number: int
    shape: Shape
    kind: Kind
    op: Op | None = None
    inputs: tuple[Value, ...] = ()
    attrs: dict[str, Any] = field(default_factory=dict[str, Any])
    constant: Any = None

    @property
    def ndim(self) -> int:
        """The number of axes, the batch axis included where there is one."""
        return len(self.shape)

    def __add__(self, other: Any) -> Value:
        return self.xp.add(self, other)

    def __radd__(self, other: Any) -> Value:
        return self.xp.add(other, self)

    def __sub__(self, other: Any) -> Value:
        return self.xp.subtract(self, other)

    def __rsub__(self, other: Any) -> Value:
        return self.xp.subtract(other, self)

    def __mul__(self, other: Any) -> Value:
        return self.xp.multiply(self, other)

    def __rmul__(self, other: Any) -> Value:
        return self.xp.multiply(other, self)

    def __truediv__(self, other: Any) -> Value:
        return self.xp.divide(self, other)

    def __rtruediv__(self, other: Any) -> Value:
        return self.xp.divide(other, self)

    def __pow__(self, other: Any) -> Value:
        return self.xp.power(self, other)

    def __rpow__(self, other: Any) -> Value:
        return self.xp.power(other, self)

    def __matmul__(self, other: Any) -> Value:
        return self.xp.matmul(self, other)

    def __neg__(self) -> Value:
        return self.xp.negative(self)

    def __lt__(self, other: Any) -> Value:
        return self.xp.less(self, other)

    def __le__(self, other: Any) -> Value:
        return self.xp.less_equal(self, other)

    def __gt__(self, other: Any) -> Value:
        return self.xp.greater(self, other)

    def __ge__(self, other: Any) -> Value:
        return self.xp.greater_equal(self, other)

    # == and != stay what they are in Python; `xp.equal` compares entries.


@dataclass(frozen=True, slots=True)
class Draw:
    """A value that is random numbers, drawn anew before each run.

    `place` tells it from all others: the path of its layer, and its number there.
    """

    value: Value
    kind: str
    place: tuple[int | str, ...]


@dataclass(eq=False)
class Program:
    """What a net computes, for inputs of given shapes."""

    values: list[Value] = field(default_factory=list[Value])
    inputs: dict[str, Value] = field(default_factory=dict[str, Value])
    arrays: dict[tuple[int | str, ...], Value] = field(
        default_factory=dict[tuple[int | str, ...], Value]
    )
    ports: dict[tuple[tuple[int | str, ...], str], Value] = field(
        default_factory=dict[tuple[tuple[int | str, ...], str], Value]
    )
    """Every output port of every part, by the part's path; the net's own are at ()."""
    updates: dict[tuple[int | str, ...], Value] = field(
        default_factory=dict[tuple[int | str, ...], Value]
    )
    """What the arrays that are not learned become after a batch of a training."""
    draws: list[Draw] = field(default_factory=list["Draw"])
    joins_batch: bool = False
    """Whether a layer computes with all examples of the batch, so that none may run apart."""
    padded: dict[int, str] = field(default_factory=dict[int, str])
    """The values, by number, with padded steps on axis 1; the input that brings their lengths."""

    def add(self, value: Value) -> Value:
        """Put a value at the end."""
        self.values.append(value)
        return value

    def needed(self, wanted: list[Value]) -> list[Value]:
        """Return the values that these ones rest on, in order, themselves included."""
        found: set[int] = set()
        stack = list(wanted)
        while stack:
            value = stack.pop()
            if value.number not in found:
                found.add(value.number)
                stack.extend(value.inputs)
        return [value for value in self.values if value.number in found]
