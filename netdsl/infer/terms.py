"""Integer terms over dimensions: their bounds, and what bounds on a term say of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

INF = 1 << 62
"""Stands for no upper bound; sizes stay far below."""


class Place(NamedTuple):
    """Where something stands: the net's path, what it is there ("port", "array", ...), its name."""

    path: tuple[int | str, ...]
    role: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} of {show_path(self.path)}"


def show_path(path: tuple[int | str, ...]) -> str:
    """Return the path as the user would type it: net[2]["conv"]."""
    return "net" + "".join(f"[{key!r}]" for key in path)


class Cause(NamedTuple):
    """Why a dimension is what it is: a statement, and the causes that it rests on."""

    statement: str
    place: Place | None = None
    parents: tuple[Cause, ...] = ()

    def roots(self) -> tuple[str, ...]:
        """Return the statements at the far ends of the chain, which rest on nothing else."""
        found: dict[str, None] = {}
        seen: set[int] = set()
        stack: list[Cause] = [self]
        while stack:
            cause = stack.pop()
            if id(cause) in seen:
                continue
            seen.add(id(cause))
            if not cause.parents:
                found[cause.statement] = None
            stack.extend(reversed(cause.parents))
        return tuple(found)


def _clamp(low: int, high: int) -> tuple[int, int]:
    return max(low, -INF), min(high, INF)


class Term:
    """An integer term; `+ - * //` with terms and integers make larger ones."""

    __slots__ = ()

    def __add__(self, other: Term | int) -> Term:
        return Operation(ADD, self, other)

    def __radd__(self, other: int) -> Term:
        return Operation(ADD, other, self)

    def __sub__(self, other: Term | int) -> Term:
        return Operation(SUBTRACT, self, other)

    def __rsub__(self, other: int) -> Term:
        return Operation(SUBTRACT, other, self)

    def __mul__(self, other: Term | int) -> Term:
        return Operation(MULTIPLY, self, other)

    def __rmul__(self, other: int) -> Term:
        return Operation(MULTIPLY, other, self)

    def __floordiv__(self, other: Term | int) -> Term:
        return Operation(DIVIDE, self, other)

    def __rfloordiv__(self, other: int) -> Term:
        return Operation(DIVIDE, other, self)


@dataclass(eq=False, slots=True)
class Var(Term):
    """One dimension: its bounds, its name or its expression, and why it has them.

    Dimensions found equal share the state of one of them, the root.
    """

    place: Place | None = None
    low: int = 1
    high: int = INF
    why: Cause | None = None
    name: str | None = None
    form: Any = None  # a sympy expression in names, once one follows
    varies: bool = False  # from example to example
    parent: Var | None = field(default=None, repr=False)
    watchers: list[Any] = field(default_factory=list[Any], repr=False)

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


@dataclass(frozen=True, slots=True)
class Kind:
    """One operation on integers: forwards, and backwards to either operand.

    `back(wanted, this, other, side)` gives the bounds of operand `side` (0 or 1), whose
    bounds are `this`, when the result has the bounds `wanted` and the other operand `other`.
    """

    symbol: str
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
    return a[0] + b[0], a[1] + b[1]


def _add_back(wanted: Bounds, this: Bounds, other: Bounds, side: int) -> Bounds:
    low = wanted[0] - other[1] if other[1] < INF else -INF
    return low, (wanted[1] - other[0] if wanted[1] < INF else INF)


def _subtract(a: Bounds, b: Bounds) -> Bounds:
    return (a[0] - b[1] if b[1] < INF else -INF), (a[1] - b[0] if a[1] < INF else INF)


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


ADD = Kind("+", _add, _add_back)
SUBTRACT = Kind("-", _subtract, _subtract_back)
MULTIPLY = Kind("*", _multiply, _multiply_back)
DIVIDE = Kind("//", _divide, _divide_back)
SMALLEST = Kind("min", _smallest, _smallest_back)
LARGEST = Kind("max", _largest, _largest_back)


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
