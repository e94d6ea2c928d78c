"""Run every equation in every direction until nothing more follows.

Each dimension has an interval. An equation narrows the dimensions on its right through the
term and those on its left backwards (forward-backward propagation, known as HC4); a worklist
repeats for the dimensions that changed. Source: Benhamou and others, "Revising hull and box
consistency", 1999. Knowledge is only ever added, so the order does not matter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from netdsl.errors import ShapeError
from netdsl.infer.elements import Element, Link, settle_elements
from netdsl.infer.explain import interval, meet, origin, row_whys, show, whys
from netdsl.infer.rows import Equal, RankUnknown, Relation, Row, atoms_of, spread
from netdsl.infer.statements import SLOTS, Equation, Match, Varying
from netdsl.infer.terms import (
    Cause,
    Operation,
    Place,
    Term,
    Var,
    bounds,
    show_path,
    variables,
)

PATIENCE = 400
"""How often one equation may narrow: `x = x + 1` would go on for ever."""


class Empty(Exception):  # noqa: N818  (a signal inside the solver, no error)
    """A dimension was left without any value."""


@dataclass(eq=False)
class Solver:
    """Equations, and what follows from them; `describe` says in words what stands at a path.

    Unless `lengths_vary`, the sizes are those of one example, which fix its lengths.
    """

    describe: Callable[[tuple[int | str, ...]], str] = show_path
    lengths_vary: bool = True
    names: dict[str, Var] = field(default_factory=dict[str, Var])
    equations: list[Equation] = field(default_factory=list[Equation])
    assumed: list[Match] = field(default_factory=list[Match])
    queue: deque[Any] = field(default_factory=deque[Any])
    links: list[Link] = field(default_factory=list[Link])
    varying: list[Var] = field(default_factory=list[Var])

    # ---- stating -------------------------------------------------------------------------

    def row(self, place: Place, dims: Sequence[Any] | None = None, because: str = "") -> Row:
        """Make a row at a place; `dims` (sizes, names, "Varying", Automatic) where given."""
        row = Row(place)
        if dims is not None:
            row.why = Cause(because, place)
            row.known = tuple(self._given(dim, row.why) for dim in dims)
        return row

    def _given(self, dim: Any, cause: Cause) -> Var:
        if isinstance(dim, int):
            return Var(cause.place, dim, dim, cause)
        if dim == "Varying":
            self.varying.append(Var(cause.place, why=cause, varies=True))
            self.varying[-1].name = Varying(f"length{len(self.varying)}")
            return self.varying[-1]
        if isinstance(dim, str):
            var = Var(cause.place, why=cause, name=dim)
            if dim in self.names:
                self._merge(var, self.names[dim], f"{dim} is one size", cause.place)
            return self.names.setdefault(dim, var)
        return Var(cause.place)

    def equal(self, left: Any, right: Any, statement: str, place: Place) -> None:
        """State that two terms are equal."""
        if isinstance(left, int) and isinstance(right, Var):
            left, right = right, left
        if isinstance(left, Var) and isinstance(right, Var):
            self._merge(left, right, statement, place)
            return
        equation = Equation(left, right, statement, place)
        self.equations.append(equation)
        if not (isinstance(left, Var) and isinstance(right, int)):
            for var in (*variables(left), *variables(right)):
                var.root().watchers.append(equation)
        self._enqueue(equation)

    def match(self, left: Any, right: Any, statement: str, place: Place) -> None:
        """State that two patterns, given as rows or sequences of dimensions and rows, are equal."""
        self._enqueue(Match(atoms_of(left), atoms_of(right), statement, place))

    def relate(
        self,
        equations: Callable[[], Iterable[Equal]],
        statement: str,
        place: Place,
        rows: Sequence[Row] = (),
    ) -> None:
        """State the equations that a layer yields, once the ranks of its rows are known."""
        self.queue.append(Relation(equations, place, statement, rows))

    def element(self, source: Element, target: Element, place: Place) -> None:
        """State that the elements that `source` gives are what `target` takes."""
        self.links.append(Link(source, target, place))

    # ---- solving -------------------------------------------------------------------------

    def solve(self) -> None:
        """Draw every conclusion; then assume ranks that nothing says, in order, and go on."""
        self._run()
        settle_elements(self, self.links)
        self._run()
        for match in self.assumed:
            row = match.left[0]
            sure = all(isinstance(dim, Var) and dim.value is not None for dim in match.right)
            if sure and isinstance(row, Row) and row.root().known is None:
                self._enqueue(match)
                self._run()
        if self.names or self.varying:
            from netdsl.infer.forms import settle

            settle(self)

    def _run(self) -> None:
        while self.queue:
            item = self.queue.popleft()
            if isinstance(item, Relation):
                self._relation(item)
                continue
            item.queued = False
            if isinstance(item, Equation):
                self._revise(item)
            else:
                self._match(item)

    def _enqueue(self, item: Equation | Match) -> None:
        if not item.queued:
            item.queued = True
            self.queue.append(item)

    def _wake(self, watchers: list[Any]) -> None:
        for item in watchers:
            if isinstance(item, Relation):
                self.queue.append(item)
            else:
                self._enqueue(item)

    def _relation(self, relation: Relation) -> None:
        count = 0
        try:
            for stated in relation.equations():
                count += 1
                if count > relation.done:
                    relation.done = count
                    self._state(stated, relation)
        except RankUnknown as wait:
            wait.row.watchers.append(relation)
        except ShapeError as error:
            found = (row.root().why for row in relation.rows)
            cause = Cause("", None, tuple(why for why in found if why is not None))
            because = cause.roots() if cause.parents else None
            raise error.having(**self.where(relation.place), because=because) from None

    def _state(self, stated: Equal, relation: Relation) -> None:
        single = isinstance(stated.left, Term | int) and isinstance(stated.right, Term | int)
        if single:
            self.equal(stated.left, stated.right, relation.statement, relation.place)
            return
        left, right = atoms_of(stated.left), atoms_of(stated.right)
        if stated.assumed:
            said = f"the rank at {relation.place} is assumed, since nothing says it"
            self.assumed.append(Match(left, right, said, relation.place, assumed=True))
            return
        match = Match(left, right, relation.statement, relation.place)
        if any(isinstance(atom, Row) for atom in (*spread(left), *spread(right))):
            self._enqueue(match)
        else:
            # Ranks that differ are refused before the layer goes on to count on them.
            self._match(match)

    # ---- rows ----------------------------------------------------------------------------

    def _match(self, match: Match) -> None:
        left, right = spread(match.left), spread(match.right)
        left_open = [atom for atom in left if isinstance(atom, Row)]
        right_open = [atom for atom in right if isinstance(atom, Row)]
        if not left_open and not right_open:
            self._same(left, right, match)
        elif not right_open and len(left_open) == 1:
            self._fill(left, left_open[0], right, match)
        elif not left_open and len(right_open) == 1:
            self._fill(right, right_open[0], left, match)
        elif len(left) == len(right) == 1:
            self._join(left_open[0], right_open[0])
        else:
            for row in {id(row): row for row in (*left_open, *right_open)}.values():
                row.watchers.append(match)

    def _same(self, left: tuple[Any, ...], right: tuple[Any, ...], match: Match) -> None:
        if len(left) != len(right):
            self._ranks(match, len(right), len(left))
        for a, b in zip(left, right, strict=True):
            self.equal(a, b, match.statement, match.place)

    def _fill(self, atoms: tuple[Any, ...], row: Row, full: tuple[Any, ...], match: Match) -> None:
        """Give the one open row of `atoms` what the others leave over of `full`."""
        at = atoms.index(row)
        count = len(full) - (len(atoms) - 1)
        if count < row.minimum:
            self._ranks(match, f"at least {len(atoms) - 1 + row.minimum}", len(full))
        rest = full[at : at + count]
        parents = () if match.assumed else (*whys(rest), *row_whys(match))
        row.why = Cause(match.statement, match.place, parents)
        fresh = row.place is not None
        if match.place.role in SLOTS:
            row.place = row.place or match.place
        row.known = tuple(
            Var(row.place) if fresh or not isinstance(dim, Var) else dim for dim in rest
        )
        self._same(atoms[:at], full[:at], match)
        if row.known != rest:
            self._same(row.known, rest, match)
        self._same(atoms[at + 1 :], full[at + count :], match)
        self._wake(row.watchers)

    def _join(self, left: Row, right: Row) -> None:
        if left is not right:
            # The row of a port keeps its place: it is the one that is shown to the user.
            if left.place is None:
                left, right = right, left
            left.parent = right
            right.minimum = max(left.minimum, right.minimum)
            right.watchers += left.watchers

    # ---- dimensions ----------------------------------------------------------------------

    def _merge(self, left: Var, right: Var, statement: str, place: Place | None) -> None:
        a, b = left.root(), right.root()
        if a is b:
            return
        low, high = max(a.low, b.low), min(a.high, b.high)
        if low > high:
            self._conflict(
                left, right, Cause(statement, place, whys((left, right))), left.place or place
            )
        if b.name is not None and (a.name is None or isinstance(a.name, Varying)):
            a, b = b, a  # the root is the named one
        changed_a = (low, high) != (a.low, a.high)
        changed_b = (low, high) != (b.low, b.high)
        if b.why is not None and (a.why is None or changed_a):
            a.why = Cause(statement, place, (b.why,))
        a.low, a.high = low, high
        b.parent = a
        a.varies = a.varies or b.varies
        moved = b.watchers
        if changed_b:
            self._wake(moved)
        if changed_a:
            self._wake(a.watchers)
        a.watchers += moved
        self._still_varies(a, statement, place)

    def _still_varies(self, root: Var, statement: str, place: Place | None) -> None:
        if self.lengths_vary and root.varies and root.low == root.high:
            assert root.why is not None
            raise ShapeError(
                "A length that varies is fixed.",
                **self.where(root.place or place),
                expected="a length that may vary",
                got=root.low,
                because=Cause(statement, place, (root.why,)).roots(),
            )

    def _narrow(self, term: Term | int, low: int, high: int, equation: Equation) -> None:
        if isinstance(term, int):
            if not low <= term <= high:
                raise Empty
        elif isinstance(term, Var):
            self._narrow_var(term, low, high, equation)
        else:
            assert isinstance(term, Operation)
            kind, left, right = term.kind, bounds(term.left), bounds(term.right)
            self._narrow(term.left, *kind.back((low, high), left, right, 0), equation)
            left = bounds(term.left)
            self._narrow(term.right, *kind.back((low, high), right, left, 1), equation)

    def _narrow_var(self, var: Var, low: int, high: int, equation: Equation) -> None:
        root = var.root()
        low, high = max(low, root.low), min(high, root.high)
        if low > high:
            raise Empty
        if low == root.low and high == root.high:
            return
        parts = (*variables(equation.left), *variables(equation.right))
        root.why = Cause(equation.statement, equation.place, whys(parts))
        root.low, root.high = low, high
        equation.moved = True
        self._still_varies(root, equation.statement, equation.place)
        for item in root.watchers:
            if item is not equation:
                self._enqueue(item)

    def _revise(self, equation: Equation) -> None:
        equation.runs += 1
        equation.moved = False
        left, right = bounds(equation.left), bounds(equation.right)
        low, high = max(left[0], right[0]), min(left[1], right[1])
        try:
            if low > high:
                raise Empty
            if (left[0] == left[1] and right[0] == right[1]) or equation.runs > PATIENCE:
                return
            self._narrow(equation.left, low, high, equation)
            self._narrow(equation.right, low, high, equation)
        except Empty:
            parts = (*variables(equation.left), *variables(equation.right))
            cause = Cause(equation.statement, equation.place, whys(parts))
            self._conflict(equation.left, equation.right, cause, equation.place)
        if equation.moved:  # a narrowed part may narrow another one, or itself elsewhere
            self._enqueue(equation)

    # ---- saying what is wrong ------------------------------------------------------------

    def where(self, place: Place | None) -> dict[str, Any]:
        """Return the facts of an error that say where it is."""
        if place is None:
            return {}
        slot = {place.role: place.name} if place.role in SLOTS else {}
        return {"layer": self.describe(place.path), **slot}

    def _conflict(self, left: Any, right: Any, cause: Cause, place: Place | None) -> NoReturn:
        own = origin(left) if isinstance(left, Var) else None
        where = place if own is None or (place and place.role in SLOTS) else own
        got, expected = bounds(left), bounds(right)
        raise ShapeError(
            "Two dimensions disagree.",
            **self.where(where),
            expected=show(right) if got == expected or meet(got, expected) else interval(expected),
            got=interval(got),
            because=cause.roots() or None,
        )

    def _ranks(self, match: Match, expected: int | str, got: int) -> NoReturn:
        rows = [atom for atom in (*match.left, *match.right) if isinstance(atom, Row)]
        atoms = [
            atom for atom in (*spread(match.left), *spread(match.right)) if isinstance(atom, Var)
        ]
        reasons = (*row_whys(match), *whys(atoms))
        placed = [match.place] if match.place.role in SLOTS else []
        placed += [row.place for row in rows if row.place is not None]
        first = match.left[0] if len(match.left) == 1 else None
        if isinstance(first, Row) and isinstance(expected, int):
            expected, got = expected + first.beside, got + first.beside
        raise ShapeError(
            "Two ranks disagree.",
            **self.where(placed[0] if placed else match.place),
            expected=f"rank {expected}",
            got=f"rank {got}",
            because=Cause(match.statement, match.place, reasons).roots() or None,
        )
