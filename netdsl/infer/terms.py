"""Integer terms over dimensions: their bounds, and what bounds on a term say of its parts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from netdsl.infer.causes import Cause, Place

INF = 1 << 62
"""Stands for no upper bound; sizes stay far below."""


def _clamp(low: int, high: int) -> tuple[int, int]:
    return max(low, -INF), min(high, INF)


class Term:
    """An integer term; `+ - * //` with terms and integers make larger ones."""

    __slots__ = ()

    def __add__(self, other: Term | int) -> Term | int:
        return _sum(self, other)

    def __radd__(self, other: int) -> Term | int:
        return _sum(self, other)

    def __sub__(self, other: Term | int) -> Term | int:
        return _sum(self, -other) if isinstance(other, int) else Operation(SUBTRACT, self, other)

    def __rsub__(self, other: int) -> Term | int:
        return Operation(SUBTRACT, other, self)

    def __mul__(self, other: Term | int) -> Term | int:
        return self if isinstance(other, int) and other == 1 else Operation(MULTIPLY, self, other)

    def __rmul__(self, other: int) -> Term | int:
        return self if other == 1 else Operation(MULTIPLY, other, self)

    def __floordiv__(self, other: Term | int) -> Term | int:
        return self if isinstance(other, int) and other == 1 else Operation(DIVIDE, self, other)

    def __rfloordiv__(self, other: int) -> Term | int:
        return Operation(DIVIDE, other, self)


def _sum(left: Term, right: Term | int) -> Term | int:
    """Return a sum; numbers are put together, so that what adds nothing leaves no trace."""
    if isinstance(right, int):
        if right == 0:
            return left
        if isinstance(left, Operation) and left.kind is ADD and isinstance(left.right, int):
            return left.left + (left.right + right)
    return Operation(ADD, left, right)


@dataclass(eq=False, slots=True)
class Var(Term):
    """One dimension: its bounds, its name or its expression, and why it has them.

    Its sizes are low, low + step, ... up to high. Dimensions found equal share the state of one
    of them, the root; `joints` are those that this one was found equal to, each with the
    statement and the place, for explanations to go along.
    """

    place: Place | None = None
    low: int = 1
    high: int = INF
    why: Cause | None = None
    name: str | None = None
    step: int = 1
    form: Any = None  # a Form in names, once one follows
    varies: bool = False  # from example to example
    parent: Var | None = field(default=None, repr=False)
    watchers: list[Any] | None = field(default=None, repr=False)
    joints: list[Any] | None = field(default=None, repr=False)

    def root(self) -> Var:
        """Return the dimension that holds the state, shortening the way to it."""
        var = self
        while var.parent is not None:
            if var.parent.parent is not None:
                var.parent = var.parent.parent
            var = var.parent
        return var

    @property
    def value(self) -> int | None:
        """The size where it is known."""
        root = self.root()
        return root.low if root.low == root.high else None

    @property
    def is_fresh(self) -> bool:
        """Whether nothing is known of it and nothing depends on it."""
        is_open = self.low == 1 and self.high == INF and self.step == 1 and self.name is None
        return is_open and self.watchers is None and self.form is None and not self.varies

    def watch(self, item: Any) -> None:
        """Have something run again when more is known."""
        root = self.root()
        if root.watchers is None:
            root.watchers = [item]
        else:
            root.watchers.append(item)


@dataclass(frozen=True, slots=True)
class Kind:
    """One operation on integers: forwards, and backwards to either operand.

    `back(wanted, this, other, side)` gives the bounds of operand `side` (0 or 1), whose
    bounds are `this`, when the result has the bounds `wanted` and the other operand `other`.
    """

    symbol: str
    exact: Callable[[int, int], int]
    forth: Callable[[tuple[int, int], tuple[int, int]], tuple[int, int]]
    back: Callable[[tuple[int, int], tuple[int, int], tuple[int, int], int], tuple[int, int]]


@dataclass(eq=False, slots=True)
class Operation(Term):
    """An operation on two terms."""

    kind: Kind
    left: Term | int
    right: Term | int


Bounds = tuple[int, int]


def _add(a: Bounds, b: Bounds) -> Bounds:
    low = a[0] + b[0] if min(a[0], b[0]) > -INF else -INF
    return low, (a[1] + b[1] if max(a[1], b[1]) < INF else INF)


def _add_back(wanted: Bounds, this: Bounds, other: Bounds, side: int) -> Bounds:
    low = wanted[0] - other[1] if other[1] < INF and wanted[0] > -INF else -INF
    return low, (wanted[1] - other[0] if wanted[1] < INF and other[0] > -INF else INF)


def _subtract(a: Bounds, b: Bounds) -> Bounds:
    low = a[0] - b[1] if b[1] < INF and a[0] > -INF else -INF
    return low, (a[1] - b[0] if a[1] < INF and b[0] > -INF else INF)


def _subtract_back(wanted: Bounds, this: Bounds, other: Bounds, side: int) -> Bounds:
    if side == 0:
        low = wanted[0] + other[0] if wanted[0] > -INF else -INF
        return low, (wanted[1] + other[1] if max(wanted[1], other[1]) < INF else INF)
    low = other[0] - wanted[1] if wanted[1] < INF else -INF
    return low, (other[1] - wanted[0] if other[1] < INF and wanted[0] > -INF else INF)


def _multiply(a: Bounds, b: Bounds) -> Bounds:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _multiply_back(wanted: Bounds, this: Bounds, other: Bounds, side: int) -> Bounds:
    if min(other[0], this[0]) <= 0:
        return this
    wanted = max(wanted[0], 0), wanted[1]  # both operands are positive
    low = -(-wanted[0] // other[1]) if other[1] < INF else 0
    return low, (wanted[1] // other[0] if wanted[1] < INF else INF)


def _divide(a: Bounds, b: Bounds) -> Bounds:
    if b[0] <= 0 or (a[0] < 0 and b[0] != b[1]):
        return -INF, INF
    low = a[0] // b[1] if b[1] < INF else 0
    return low, (a[1] // b[0] if a[1] < INF else INF)


def _divide_back(wanted: Bounds, this: Bounds, other: Bounds, side: int) -> Bounds:
    if side == 1 or other[0] <= 0 or (wanted[0] < 0 and other[0] != other[1]):
        return this
    low = wanted[0] * other[0] if wanted[0] > -INF else -INF
    return low, ((wanted[1] + 1) * other[1] - 1 if max(wanted[1], other[1]) < INF else INF)


def _smallest(a: Bounds, b: Bounds) -> Bounds:
    return min(a[0], b[0]), min(a[1], b[1])


def _smallest_back(wanted: Bounds, this: Bounds, other: Bounds, side: int) -> Bounds:
    return wanted[0], (wanted[1] if other[0] > wanted[1] else this[1])


def _largest(a: Bounds, b: Bounds) -> Bounds:
    return max(a[0], b[0]), max(a[1], b[1])


def _largest_back(wanted: Bounds, this: Bounds, other: Bounds, side: int) -> Bounds:
    return (wanted[0] if other[1] < wanted[0] else this[0]), wanted[1]


ADD = Kind("+", operator.add, _add, _add_back)
SUBTRACT = Kind("-", operator.sub, _subtract, _subtract_back)
MULTIPLY = Kind("*", operator.mul, _multiply, _multiply_back)
DIVIDE = Kind("//", lambda a, b: a // b, _divide, _divide_back)
SMALLEST = Kind("min", min, _smallest, _smallest_back)
LARGEST = Kind("max", max, _largest, _largest_back)


def smallest(left: Term | int, right: Term | int) -> Term | int:
    """Return the term for the smaller of two."""
    if isinstance(left, int) and isinstance(right, int):
        return min(left, right)
    return Operation(SMALLEST, left, right)


def largest(left: Term | int, right: Term | int) -> Term | int:
    """Return the term for the larger of two."""
    if isinstance(left, int) and isinstance(right, int):
        return max(left, right)
    return Operation(LARGEST, left, right)


def product(dims: Iterable[Term | int]) -> Term | int:
    """Return the product of dimensions; 1 for none."""
    result: Term | int = 1
    for dim in dims:
        result = dim if isinstance(result, int) and result == 1 else result * dim
    return result


def ceildiv(left: Term | int, right: Term | int) -> Term | int:
    """Return the quotient, rounded up."""
    return (left + (right - 1)) // right


def variables(term: Term | int) -> Iterator[Var]:
    """Yield the dimensions that occur in a term, as often as they do."""
    if isinstance(term, Var):
        yield term
    elif isinstance(term, Operation):
        yield from variables(term.left)
        yield from variables(term.right)


def bounds(term: Term | int) -> Bounds:
    """Return the smallest and the largest value that a term can have."""
    if isinstance(term, int):
        return term, term
    if isinstance(term, Var):
        root = term.root()
        return root.low, root.high
    assert isinstance(term, Operation)
    return _clamp(*term.kind.forth(bounds(term.left), bounds(term.right)))


def value(term: Term | int) -> int | None:
    """Return the value of a term whose dimensions are all known."""
    if isinstance(term, int):
        return term
    if isinstance(term, Var):
        root = term if term.parent is None else term.root()
        return root.low if root.low == root.high else None
    assert isinstance(term, Operation)
    left = value(term.left)
    right = None if left is None else value(term.right)
    if left is None or right is None or (term.kind is DIVIDE and right == 0):
        return None
    return term.kind.exact(left, right)
