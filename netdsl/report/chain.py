"""The chain of facts behind a shape: what was given, and what each equation gave, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from netdsl.infer import Cause, Row, Var
from netdsl.infer.causes import SLOTS, in_order
from netdsl.infer.explain import between, whys
from netdsl.infer.statements import Equation
from netdsl.infer.terms import INF, Operation, Term, value, variables
from netdsl.infer.words import show_term
from netdsl.report.equations import free_letters
from netdsl.report.sizes import Sizes
from netdsl.report.solution import Solved, show_size
from netdsl.spec.shapes import Given, Path, dim_of, title
from netdsl.symbols import Automatic


@dataclass(frozen=True, slots=True)
class Step:
    """One fact: in words, the path of the part that says it, and the statement itself."""

    text: str
    path: Path
    statement: str

    def __str__(self) -> str:
        return self.text


class Chain:
    """The facts behind dimensions, gathered in order; what one fact says twice stands once."""

    def __init__(self, found: Solved) -> None:
        self.solver, self.slots = found.solver, found.slots
        self.letters = free_letters(found.solver)
        self.letter, self.other, *_ = self.letters
        self.found: dict[str, Step] = {}
        self.formed: set[int] = set()
        self.spots: dict[int, list[tuple[Path, int]]] = {}
        for position, slot in found.slots.items():
            for at, var in enumerate(slot.row.root().known or (), 1):
                self.spots.setdefault(id(var), []).append((position, at))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The facts in order, those first that were said of the net's own ports."""
        return tuple(sorted(self.found.values(), key=lambda step: not _is_given(step)))

    def of_row(self, row: Row | None, dims: Iterable[Var]) -> None:
        """Add what led to dimensions, and for a row without any to its rank."""
        for var in dims:
            self.of_dim(var)
        if row is not None and row.why is not None and not self.found:
            self._causes([row.why])

    def of_dim(self, var: Var) -> None:
        """Add what led to a dimension."""
        root = var.root()
        if root.value is None and dim_of(root) is not Automatic:
            self._formed(root)
        elif var.low == var.high and var.why is not None:
            self._causes([var.why])  # known before it was found equal to others
            return
        elif root.why is not None:
            self._causes([root.why])
        if root.why is not None:
            for equation in between(self._source(root, root.why), var):
                self._equal(equation)

    def _source(self, root: Var, why: Cause) -> Var:
        """Return which of the dimensions that are one size it was that something was said of."""
        if why.var is not None or why.place is None:
            return why.var or root
        slot = self.slots.get((*why.place.path, why.place.name))
        dims = () if slot is None else slot.row.root().known or ()
        return next((dim for dim in dims if dim.root() is root), root)

    def _add(self, text: str, path: Path, statement: Any) -> None:
        self.found.setdefault(text, Step(text, path, str(statement)))

    def _layer(self, equation: Equation, text: str) -> None:
        path = equation.place.path
        self._add(f"{self.solver.describe(path)}: {text}", path, equation)

    # ---- numbers and sets ----------------------------------------------------------------

    def _causes(self, causes: Iterable[Cause]) -> None:
        found = in_order(causes)
        last = {_key(cause): cause for cause in found}
        for cause in found:
            equation = cause.statement
            if not isinstance(equation, Equation):
                self._said(cause)
            elif last[_key(cause)] is not cause or _is_idle(cause):
                continue
            elif equation.place.role not in SLOTS:
                self._derived(equation, cause)
            elif not cause.parents:
                self._add(str(equation.statement), equation.place.path, equation)

    def _said(self, cause: Cause) -> None:
        """Add what someone gave; what is passed on between ports says nothing new."""
        if cause.parents:
            return
        place = cause.place
        text = str(cause.statement)
        if place is not None and text == self.solver.describe(place.path):
            return  # a layer that says nothing but that it is there
        if isinstance(cause.statement, Given) and place is not None and place.path:
            said = text.removeprefix(title(place))
            text = f"{self.solver.describe(place.path)}: {place.name}{said}"
        self._add(text, () if place is None else place.path, cause.statement)

    def _derived(self, equation: Equation, cause: Cause) -> None:
        """Add what an equation of a layer gave: forwards a number, backwards what solves it."""
        left, right = _turned(equation)
        if not isinstance(left, Operation):
            self._equal(equation)
            return
        wanted, then = cause.var.root(), self._at_the_time(cause)
        is_known = cause.low == cause.high and value(left) is not None
        if isinstance(right, Var) and right.root() is wanted and is_known:
            self._layer(equation, f"{show_term(left, then)} = {value(left)}")
            return

        sizes = Sizes(cause.low, cause.high if cause.high < INF else None, cause.step)
        if isinstance(right, Var) and right.root() is wanted:
            self._layer(equation, f"{show_term(left, then)} is in {sizes}")
            return

        def letter(var: Var) -> str:
            return self.letter if var.root() is wanted else then(var)

        side = show_term(right, letter)
        sign = ">=" if equation.is_least else "in" if side.startswith("{") else "="
        found = f"= {cause.low}" if cause.low == cause.high else f"is in {sizes}"
        self._layer(equation, f"{show_term(left, letter)} {sign} {side}, so {self.letter} {found}")

    def _at_the_time(self, cause: Cause) -> Callable[[Var], str]:
        """Return what shows a size as it was known when something was concluded."""
        before = {id(parent) for parent in cause.parents}
        known = {id(p.var.root()): p for p in cause.parents if p.var is not None}
        letters: dict[int, str] = {}

        def show(var: Var) -> str:
            root = var.root()
            if root.value is None or root.why is None or id(root.why) in before:
                return self._number(var)
            if id(root) in known:
                then = known[id(root)]
                sizes = Sizes(then.low, then.high if then.high < INF else None, then.step)
                if not sizes.is_open:
                    return str(then.low if then.low == then.high else sizes)
            letter = self.letters[min(1 + len(letters), len(self.letters) - 1)]
            return letters.setdefault(id(root), letter)

        return show

    def _number(self, var: Var) -> str:
        """Return a size, the set of those it may have, or its name."""
        text = show_size(var)
        return self.other if text == "?" else text

    def _equal(self, equation: Equation) -> None:
        """Add that two dimensions of a layer are one size."""
        if equation.place.role in SLOTS:
            return
        if equation.place.role == "shared":
            self._add(str(equation.statement), equation.place.path, equation)
            return
        said = [self._spot(side, equation) for side in _turned(equation)]
        if any(said) and not all(said):
            # The other side is a size between several, without a place of its own.
            sides = zip(said, _turned(equation), strict=True)
            said = [text or show_term(side, self._number) for text, side in sides]
            said.sort(key=lambda text: not text.startswith("dimension"))
        if all(said) and said[0] != said[1]:
            self._layer(equation, (" >= " if equation.is_least else " is ").join(said))

    def _spot(self, side: Term | int, equation: Equation) -> str:
        """Return where a dimension stands, seen from the layer that an equation is of."""
        if isinstance(side, int):
            return str(side)
        spots = self.spots.get(id(side), [])
        path = equation.place.path
        own = [(position[-1], at) for position, at in spots if position[:-1] == path]
        return f"dimension {own[0][1]} of {own[0][0]}" if own else ""

    # ---- expressions in names ------------------------------------------------------------

    def _formed(self, root: Var) -> None:
        """Add the equations that make a dimension an expression, and who gave the names."""
        if id(root) in self.formed:
            return
        self.formed.add(id(root))
        equation = None if root.name is not None else self._defining(root)
        if equation is None:
            self._named(root)
            return
        left, right = _turned(equation)
        for var in (*variables(left), *variables(right)):
            if var.value is None:
                self._formed(var.root())
            else:
                self._causes(whys([var]))
        if isinstance(right, Var) and right.root() is root:
            term, form = show_term(left, show_size), show_size(root)
            spot = self._spot(right, equation)
            if spot and term.replace(" ", "") == form.replace(" ", ""):
                term = spot  # the equation says no more than that
            self._layer(equation, f"{term} = {form}")
            return

        def letter(var: Var) -> str:
            return self.letter if var.root() is root else show_size(var)

        text = f"{show_term(left, letter)} = {show_term(right, letter)}"
        self._layer(equation, f"{text}, so {self.letter} = {show_size(root)}")

    def _defining(self, root: Var) -> Equation | None:
        """Return the equation that computes a dimension, else one that can be solved for it."""
        found = [item for item in root.watchers or () if isinstance(item, Equation)]
        found = [item for item in found if not item.is_least]
        for item in found:
            _, right = _turned(item)
            if isinstance(right, Var) and right.root() is root:
                return item
        return found[0] if found else None

    def _named(self, root: Var) -> None:
        """Add who gave a size its name."""
        if root.why is None:
            return
        words = {str(root.name), "Varying"}
        for cause in in_order([root.why]):
            statement = cause.statement
            if isinstance(statement, Given) and words & set(map(str, statement.type.dims or ())):
                self._said(cause)
                return
        self._causes([root.why])


def _key(cause: Cause) -> tuple[int, int]:
    return id(cause.statement), id(cause) if cause.var is None else id(cause.var.root())


def _is_idle(cause: Cause) -> bool:
    """Whether it is a least size below those that are left anyway."""
    return cause.statement.is_least and cause.low < cause.var.root().low


def _is_given(step: Step) -> bool:
    return step.path == () and ": " not in step.text


def _turned(equation: Equation) -> tuple[Term | int, Term | int]:
    """Return the sides of an equation, an operation first."""
    left, right = equation.left, equation.right
    is_turned = isinstance(right, Operation) and not isinstance(left, Operation)
    return (right, left) if is_turned and not equation.is_least else (left, right)
