"""What the elements of a port are: reals, or integers within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdsl.errors import ShapeError
from netdsl.infer.terms import Place, Var, largest

if TYPE_CHECKING:
    from netdsl.infer.solver import Solver


@dataclass(eq=False, slots=True)
class Element:
    """Real, Integer, or not known yet (None); integers from `first` to `last` where limited."""

    name: str | None = None
    first: int | None = None
    last: Any = None  # an integer, a dimension, or None for no limit
    parent: Element | None = None

    def root(self) -> Element:
        """Return the element that holds the state."""
        element = self
        while element.parent is not None:
            element = element.parent
        return element


def unite(solver: Solver, source: Element, target: Element, place: Place) -> None:
    """Let what `source` gives be what `target` takes; an integer is a real, not the reverse."""
    a, b = source.root(), target.root()
    if a is b:
        return
    if a.name is None:
        a.parent = b
    elif b.name is None:
        b.parent = a
    elif a.name == "Real" and b.name == "Integer":
        raise ShapeError(
            "Real numbers are given where integers are due.",
            layer=solver.describe(place.path),
            **{place.role: place.name},
            expected="integers",
            got="real numbers",
        )
    elif isinstance(a.last, int) and isinstance(b.last, Var):
        # Whoever takes 1..c from one who gives 1..3 has at least three.
        solver.equal(b.last, largest(b.last, a.last), "the integers must be within", place)
