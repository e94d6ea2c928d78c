"""What the elements of a port are: reals or integers, and within which limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from netdsl.errors import ShapeError
from netdsl.infer.causes import Place
from netdsl.infer.terms import Var, largest

if TYPE_CHECKING:
    from netdsl.infer.solver import Solver


@dataclass(eq=False, slots=True)
class Element:
    """Real, Integer, or not known yet (None); from `first` to the least of `uppers`, if limited.

    An upper limit is a number or a dimension. Limits that were stated stay, others follow from
    where a value goes; what a layer computes is as it is (`computed`).
    """

    name: str | None = None
    first: int | None = None
    uppers: list[Any] = field(default_factory=list[Any])
    computed: bool = False
    parent: Element | None = None
    states_first: bool = False
    states_last: bool = False

    def __post_init__(self) -> None:
        self.states_first = self.first is not None
        self.states_last = bool(self.uppers)

    def root(self) -> Element:
        """Return the element that holds the state, shortening the way to it."""
        element = self
        while element.parent is not None:
            if element.parent.parent is not None:
                element.parent = element.parent.parent
            element = element.parent
        return element

    @property
    def is_plain(self) -> bool:
        """Whether it is any real number, and says so itself."""
        return self.name == "Real" and self.parent is None and not self.is_limited

    @property
    def is_limited(self) -> bool:
        """Whether not every number of the kind will do."""
        return self.first is not None or bool(self.uppers)

    @property
    def last(self) -> int | None:
        """The least upper limit that is known as a number."""
        sizes = (upper.value if isinstance(upper, Var) else upper for upper in self.uppers)
        return min((size for size in sizes if size is not None), default=None)


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
    """Conclude kinds and limits from all links together, so that their order does not matter.

    Integers come first, since an integer is a real: what only reals are wanted of is real.
    """
    both_ways = (*links, *reversed(links))  # what flows back through many layers takes one turn
    for conclude in (_integer, _real, _narrow):
        while sum(conclude(link) for link in both_ways):
            pass
    for link in links:
        _check(solver, link)


def _integer(link: Link) -> bool:
    return _kind(link, "Integer")


def _real(link: Link) -> bool:
    return _kind(link, "Real")


def _kind(link: Link, kind: str) -> bool:
    """Let an open end become what the other end is, if that is of this kind or open as well."""
    source, target = link.ends()
    if source is target:
        return False
    if target.name is None and source.name in (None, kind):
        target.parent = source
    elif source.name is None and target.name == kind:
        source.name = kind
    else:
        return False
    return True


def _narrow(link: Link) -> bool:
    """Let a source have the limits of all its targets where it states none."""
    source, target = link.ends()
    if source is target or source.computed:
        return False
    first, uppers = source.first, source.uppers
    if not source.states_first:
        first = max((n for n in (first, target.first) if n is not None), default=None)
    if not source.states_last:
        uppers = [*uppers, *(u for u in target.uppers if not any(u is own for own in uppers))]
    moved = first != source.first or len(uppers) > len(source.uppers)
    source.first, source.uppers = first, uppers
    return moved


def _check(solver: Solver, link: Link) -> None:
    source, target = link.ends()
    if source is target:
        return
    if target.name == "Integer" and source.name != "Integer":
        _refuse(solver, link, "Real numbers are given where integers are due.")
    first = source.first if source.states_first else None
    if first is not None and target.first is not None and first < target.first:
        _refuse(solver, link, "The numbers reach too far.")
    last = source.last
    if last is None or not source.states_last:
        return
    for upper in target.uppers:
        limit = upper.value if isinstance(upper, Var) else upper
        if limit is None:
            # Whoever takes 1..c from one who gives 1..3 has at least three.
            said = f"numbers up to {last} go into {link.place.name}"
            solver.equal(upper, largest(upper, last), said, link.place)
            solver.counted.append((upper, last, link.place))
        elif last > limit:
            _refuse(solver, link, "The numbers reach too far.")


def _refuse(solver: Solver, link: Link, sentence: str) -> NoReturn:
    source, target = link.ends()
    raise ShapeError(
        sentence, **solver.where(link.place), expected=_words(target), got=_words(source)
    )


def _words(element: Element) -> str:
    noun = "integers" if element.name == "Integer" else "real numbers"
    if not element.is_limited:
        return noun
    last = element.last
    return f"{noun} {element.first}..{'' if last is None else last}"
