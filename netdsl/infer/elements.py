"""What the elements of a port are: reals, or integers within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from netdsl.errors import ShapeError
from netdsl.infer.terms import Place, Var, largest

if TYPE_CHECKING:
    from netdsl.infer.solver import Solver


@dataclass(eq=False, slots=True)
class Element:
    """Real, Integer, or not known yet (None); from `first` to `last` where limited."""

    name: str | None = None
    first: int | None = None
    last: Any = None  # a number, a dimension, or None for no limit
    parent: Element | None = None

    def root(self) -> Element:
        """Return the element that holds the state."""
        element = self
        while element.parent is not None:
            element = element.parent
        return element


@dataclass(eq=False, slots=True)
class Link:
    """What `source` gives is what `target` takes, at a place."""

    source: Element
    target: Element
    place: Place

    def ends(self) -> tuple[Element, Element]:
        """Return the two elements that hold the states."""
        return self.source.root(), self.target.root()


def settle_elements(solver: Solver, links: list[Link]) -> None:
    """Conclude the kinds from all links together: integers first, since an integer is a real.

    What only reals are wanted of is real at the end, so the order of the links does not matter.
    """
    for kind in ("Integer", "Real"):
        changed = True
        while changed:
            changed = sum(_spread(link, kind) for link in links) > 0
    for link in links:
        _check(solver, link)


def _spread(link: Link, kind: str) -> bool:
    """Let an open end become what the other end is, if that is of this kind or open as well."""
    source, target = link.ends()
    if source is target or (source.name is not None and target.name is not None):
        return False
    known = source if target.name is None else target
    if known.name not in (None, kind):
        return False
    other = target if known is source else source
    if kind == "Real" and known is target and known.name == "Real":
        other.name, other.first, other.last = known.name, known.first, known.last
    else:
        other.parent = known
    return True


def _check(solver: Solver, link: Link) -> None:
    source, target = link.ends()
    if source is target:
        return
    if target.name == "Integer" and source.name != "Integer":
        _refuse(solver, link, "Real numbers are given where integers are due.", "integers")
    if target.name != "Integer":
        return
    if source.first is None:
        source.first = target.first
    elif target.first is not None and source.first < target.first:
        _refuse(solver, link, "The integers reach too far.", f"integers from {target.first}")
    if source.last is None:
        source.last = target.last
    elif isinstance(target.last, Var) and isinstance(source.last, int):
        # Whoever takes 1..c from one who gives 1..3 has at least three.
        said = f"integers up to {source.last} go into {link.place.name}"
        solver.equal(target.last, largest(target.last, source.last), said, link.place)
    elif isinstance(target.last, int) and _reaches(source.last, target.last):
        _refuse(solver, link, "The integers reach too far.", f"integers to {target.last}")


def _reaches(last: Any, limit: int) -> bool:
    return isinstance(last, int) and last > limit


def _refuse(solver: Solver, link: Link, sentence: str, expected: str) -> NoReturn:
    source = link.source.root()
    limits = "" if source.first is None else f" {source.first}..{source.last or ''}"
    raise ShapeError(
        sentence,
        **solver.where(link.place),
        expected=expected,
        got=f"integers{limits}" if source.name == "Integer" else "real numbers",
    )
