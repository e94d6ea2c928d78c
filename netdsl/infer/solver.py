"""Run every equation in every direction until nothing more follows.

Each dimension has an interval, and a step where only every so many-th size is possible. An
equation narrows the dimensions on its right through the term and those on its left backwards
(forward-backward propagation, known as HC4); a worklist repeats for the dimensions that changed.
Source: Benhamou and others, "Revising hull and box consistency", 1999. Knowledge is only ever
added, so the order does not matter to what the bounds are; of two expressions that are equal only
by what several equations say together, either may be shown. What is known when it is stated is
computed at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from netdsl.errors import ShapeError
from netdsl.infer import conflicts, explain
from netdsl.infer.causes import SLOTS, Cause, Place, show_path
from netdsl.infer.elements import Element, Link, settle_elements
from netdsl.infer.expressions import note, see_that_they_can_be_equal, settle, varies
from netdsl.infer.propagation import Empty, can_wait, narrow_var, revise, still_varies
from netdsl.infer.rows import Equal, Fixed, RankUnknown, Row, atoms_of, spread
from netdsl.infer.statements import Equation, Match, Relation, Varying
from netdsl.infer.terms import Term, Var, value, variables


@dataclass(eq=False)
class Solver:
    """Equations, and what follows from them; `describe` says in words what stands at a path.

    Unless `lengths_vary`, the sizes are those of one example, which fix its lengths. `focus` is
    the part that is being stated: it objects where what was known before does not fit.
    """

    describe: Callable[[tuple[int | str, ...]], str] = show_path
    lengths_vary: bool = True
    focus: Place | None = None
    names: dict[str, Var] = field(default_factory=dict[str, Var])
    equations: list[Equation] = field(default_factory=list[Equation])
    assumed: list[Match] = field(default_factory=list[Match])
    queue: deque[Any] = field(default_factory=deque[Any])
    links: list[Link] = field(default_factory=list[Link])
    fixed: list[tuple[Fixed, Relation]] = field(default_factory=list[Any])
    varying: list[Var] = field(default_factory=list[Var])
    constraints: list[Any] = field(default_factory=list[Any])
    ports: list[tuple[str, Row]] = field(default_factory=list[tuple[str, Row]])
    """The ports of the part in focus."""
    sources: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What feeds the part in focus, each with its place."""
    shared: list[tuple[str, Row, str]] = field(default_factory=list[tuple[str, Row, str]])
    """The arrays of the part in focus that stand elsewhere too, each with where, in words."""
    parts: dict[tuple[int | str, ...], Any] = field(default_factory=dict[Any, Any])
    """Every part that was in focus, with its ports and what feeds them."""
    is_stating: bool = False
    """Whether parts are still being stated; what has time then waits for the end."""
    later: list[Equation] = field(default_factory=list[Equation])
    counted: list[tuple[Var, int, Place]] = field(default_factory=list[Any])
    """Upper limits of integers, and how far those reach that come in."""
    opened: int = 0
    """How many open dimensions have a letter, for forms."""
    computed: dict[str, Any] = field(default_factory=dict[str, Any])
    """What was found equal to a form, by its key: what is computed alike is equal."""

    # ---- stating -------------------------------------------------------------------------

    def row(self, place: Place, dims: Sequence[Any] | None = None, because: Any = "") -> Row:
        """Make a row at a place; `dims` (sizes, names, "Varying", Automatic) where given."""
        row = Row(place)
        if dims is not None:
            row.why = Cause(because, place)
            row.known = tuple(self.given(dim, row.why) for dim in dims)
        return row

    def given(self, dim: Any, cause: Cause) -> Var:
        """Return the dimension that stands for what someone gives."""
        if isinstance(dim, int):
            return Var(cause.place, dim, dim, cause)
        if dim == "Varying":
            self.varying.append(Var(cause.place, why=cause, varies=True))
            self.varying[-1].name = Varying(f"length{len(self.varying)}")
            return self.varying[-1]
        if isinstance(dim, str):
            var = Var(cause.place, why=cause, name=dim)
            if dim in self.names:
                self._same_name(dim, var, cause)
            return self.names.setdefault(dim, var)
        return Var(cause.place)

    def _same_name(self, name: str, var: Var, cause: Cause) -> None:
        root = self.names[name].root()
        place = Place(() if cause.place is None else cause.place.path, "name", name)
        said = f"{name} is one size"
        self._merge(root, var, Equation(root, var, said, place))
        if root.why is not None and var.root() is root:
            root.why = Cause(said, place, (root.why, cause), root, root.low, root.high, root.step)

    def equal(self, left: Any, right: Any, statement: Any, place: Place) -> None:
        """State that two terms are equal."""
        self._terms(left, right, statement, place)

    def _terms(
        self,
        left: Any,
        right: Any,
        statement: Any,
        place: Place,
        settings: tuple[str, ...] = (),
        is_least: bool = False,
    ) -> None:
        """State that two terms are equal, or the first no smaller; what is known is compared."""
        one, other = value(left), value(right)
        if one is not None and other is not None and (one == other or (is_least and one > other)):
            return
        equation = Equation(left, right, statement, place, is_least, settings)
        if one is not None and other is not None:
            raise self.disagreement(equation)
        if not is_least and self._is_direct(equation, one, other):
            return
        self.equations.append(equation)
        for var in (*variables(left), *variables(right)):
            var.watch(equation)
        self.enqueue(equation)
        if not is_least:
            note(self, equation)

    def _is_direct(self, equation: Equation, left: int | None, right: int | None) -> bool:
        """Whether an equation says no more than what one dimension is, which it then is."""
        one, other = equation.left, equation.right
        if isinstance(one, Var) and isinstance(other, Var):
            self._merge(one, other, equation)
            return True
        if right is not None and isinstance(one, Var):
            self.assign(one, right, equation)
            return True
        if left is not None and isinstance(other, Var):
            self.assign(other, left, equation)
            return True
        return False

    def assign(self, var: Var, size: int, equation: Equation) -> None:
        """Take in that an equation leaves a dimension one size."""
        try:
            narrow_var(self, var, size, size, equation)
        except Empty:
            raise self.disagreement(equation) from None

    def match(self, left: Any, right: Any, statement: Any, place: Place) -> None:
        """State that two patterns are equal, and look at once whether that can be."""
        self._match(Match(atoms_of(left), atoms_of(right), statement, place))

    def wake(self, row: Row) -> None:
        """Have everything run that waits for the rank of a row."""
        self._wake(row.watchers)

    def relate(
        self,
        equations: Callable[[], Iterable[Equal]],
        statement: Any,
        place: Place,
        rows: Sequence[Row] = (),
    ) -> None:
        """State the equations that a layer yields, once the ranks of its rows are known."""
        self.queue.append(Relation(equations, place, statement, rows))

    def element(self, source: Element, target: Element, place: Place) -> None:
        """State that the elements that `source` gives are what `target` takes."""
        if not (source.computed and source.is_plain and target.is_plain):
            self.links.append(Link(source, target, place))

    # ---- solving -------------------------------------------------------------------------

    def solve(self) -> None:
        """Draw every conclusion; then assume ranks that nothing says, in order, and go on."""
        self.is_stating = False
        self.run()
        # From the end backwards: bounds go from there to the start in one sweep.
        for equation in reversed(self.later):
            self.enqueue(equation)
        self.later.clear()
        self.run()
        settle_elements(self, self.links)
        self.run()
        for match in self.assumed:
            row = match.left[0]
            assert isinstance(row, Row)
            if row.root().known is not None or _least_rank(row) > len(match.right):
                continue
            if all(isinstance(dim, Var) and dim.value is not None for dim in match.right):
                self.enqueue(match)
                self.run()
        for limit, last, place in self.counted:
            if limit.value is None and limit.root().name is None and limit.root().low == last:
                said = f"the numbers at {place} are assumed to be all that there are"
                self.equal(limit, last, said, place)
                self.run()
        while settle(self):
            self.run()
        for stated, relation in self.fixed:
            if varies(stated.size):
                self._look_at(relation.place)
                raise conflicts.must_be_fixed(self, stated, relation)

    def run(self) -> None:
        """Draw the conclusions that need no assumption."""
        queue = self.queue
        while queue:
            item = queue.popleft()
            if isinstance(item, Relation):
                self._relation(item)
                continue
            item.queued = False
            if isinstance(item, Equation):
                if self.is_stating and can_wait(item):
                    self.later.append(item)
                else:
                    revise(self, item)
            else:
                self._match(item)

    def enqueue(self, item: Equation | Match) -> None:
        """Have an item run, once."""
        if not item.queued:
            item.queued = True
            self.queue.append(item)

    def _wake(self, watchers: list[Any] | None) -> None:
        for item in watchers or ():
            if isinstance(item, Relation):
                self.queue.append(item)
            else:
                self.enqueue(item)

    def _relation(self, relation: Relation) -> None:
        count = 0
        relation.waits = None
        try:
            for stated in relation.equations():
                count += 1
                if count > relation.done:
                    relation.done = count
                    self._state(stated, relation)
        except RankUnknown as wait:
            relation.waits = wait.row
            wait.row.watchers.append(relation)
        except ShapeError as error:
            raise conflicts.within(self, relation, error) from None

    def _state(self, stated: Equal | Fixed, relation: Relation) -> None:
        if isinstance(stated, Fixed):
            self.fixed.append((stated, relation))
            return
        left, right = stated.left, stated.right
        if isinstance(left, Term | int) and isinstance(right, Term | int):
            said = relation.statement, relation.place, stated.settings
            self._terms(left, right, *said, is_least=stated.is_least)
            return
        if stated.assumed and isinstance(left, Row) and left.root().known is not None:
            return
        left, right = atoms_of(left), atoms_of(right)
        match = Match(left, right, relation.statement, relation.place, settings=stated.settings)
        if stated.assumed:
            match.statement = f"the rank at {relation.place} is assumed, since nothing says it"
            match.assumed = True
            self.assumed.append(match)
            return
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
                self._compare_ends(row, match)
                row.watchers.append(match)

    def _compare_ends(self, row: Row, match: Match) -> None:
        """Let two patterns of one row agree at its ends, which are there whatever its rank."""
        new = _other_side(match, row)
        for item in list(row.watchers):
            old = _other_side(item, row) if isinstance(item, Match) and item is not match else None
            if new is None or old is None:
                continue
            for one, other in ((new, old), (new[::-1], old[::-1])):
                for a, b in zip(one, other, strict=False):
                    if isinstance(a, Row) or isinstance(b, Row):
                        break
                    self._terms(a, b, match.statement, match.place, match.settings)

    def _same(self, left: tuple[Any, ...], right: tuple[Any, ...], match: Match) -> None:
        if len(left) != len(right):
            raise conflicts.ranks_disagree(self, match, len(right), len(left))
        for a, b in zip(left, right, strict=True):
            if a is not b:
                self._terms(a, b, match.statement, match.place, match.settings)

    def _fill(self, atoms: tuple[Any, ...], row: Row, full: tuple[Any, ...], match: Match) -> None:
        """Give the one open row of `atoms` what the others leave over of `full`."""
        at = atoms.index(row)
        count = len(full) - (len(atoms) - 1)
        if count < row.minimum:
            expected = f"at least {len(atoms) - 1 + row.minimum}"
            raise conflicts.ranks_disagree(self, match, expected, len(full))
        rest = full[at : at + count]
        parents = () if match.assumed else (*explain.whys(rest), *explain.row_whys(match))
        row.why = Cause(match.statement, match.place, parents)
        if match.place.role in SLOTS:
            row.place = row.place or match.place
        row.known = tuple(self._own(dim, row, match) for dim in rest)
        self._same(atoms[:at], full[:at], match)
        self._same(atoms[at + 1 :], full[at + count :], match)
        self._wake(row.watchers)

    def _own(self, dim: Any, row: Row, match: Match) -> Var:
        """Return a dimension as one of a row, which a term becomes by an equation."""
        if isinstance(dim, Var):
            if dim.place is None:
                dim.place = row.place
            return dim
        var = Var(row.place)
        self._terms(var, dim, match.statement, match.place, match.settings)
        return var

    def _join(self, left: Row, right: Row) -> None:
        if left is not right:
            # The row of a port keeps its place: it is the one that is shown to the user.
            if left.place is None:
                left, right = right, left
            left.parent = right
            for item in left.watchers:
                if isinstance(item, Match):
                    self._compare_ends(right, item)
            right.minimum = max(left.minimum, right.minimum)
            right.watchers += left.watchers

    # ---- dimensions ----------------------------------------------------------------------

    def _merge(self, left: Var, right: Var, equation: Equation) -> None:
        a, b = left.root(), right.root()
        if a is b:
            return
        explain.join(left, right, equation)
        for one, other in ((b, a), (a, b)):
            if one.is_fresh:  # there is nothing to put together
                one.parent = other
                return
        if b.name is not None and (a.name is None or isinstance(a.name, Varying)):
            a, b = b, a  # the root is the named one
        try:
            narrow_var(self, a, b.low, b.high, equation, (b.low, b.step), b)
            narrow_var(self, b, a.low, a.high, equation, (a.low, a.step), a)
        except Empty:
            raise self.disagreement(equation) from None
        if a.form is not None and b.form is not None:
            see_that_they_can_be_equal(self, a, b, equation)
        a.form = b.form if a.form is None else a.form
        b.parent = a
        a.varies = a.varies or b.varies
        if a.watchers and b.watchers:
            both_watch = {id(item) for item in a.watchers}
            self._wake([item for item in b.watchers if id(item) in both_watch])
        if b.watchers:
            a.watchers = b.watchers if a.watchers is None else [*a.watchers, *b.watchers]
        still_varies(self, a, equation.statement, equation.place)

    def disagreement(self, equation: Equation) -> ShapeError:
        """Return the error that an equation cannot hold."""
        if not self.is_stating:
            self._look_at(equation.place)
        return conflicts.disagreement(self, equation)

    def begin(self, place: Place, sources: Mapping[str, Any]) -> None:
        """Go on to the next part, which is the one to object to what does not fit to others."""
        self.focus, self.ports, self.sources, self.shared = place, [], sources, []
        if place.role == "layer":
            self.parts[place.path] = place, self.ports, sources, self.shared

    def _look_at(self, place: Place) -> None:
        """Go back to the part at a place, if it is one."""
        if place.path in self.parts:
            self.focus, self.ports, self.sources, self.shared = self.parts[place.path]

    def where(self, place: Place | None) -> dict[str, Any]:
        """Return the facts of an error that say where it is."""
        if place is None:
            return {}
        slot = {place.role: place.name} if place.role in SLOTS else {}
        return {"layer": self.describe(place.path), **slot}


def _other_side(match: Match, row: Row) -> tuple[Any, ...] | None:
    """Return the pattern that a row alone is matched with."""
    root = row.root()
    for own, other in ((match.left, match.right), (match.right, match.left)):
        atoms = spread(own)
        if len(atoms) == 1 and isinstance(atoms[0], Row) and atoms[0].root() is root:
            return spread(other)
    return None


def _least_rank(row: Row) -> int:
    """Return how many dimensions a row has at least, by the patterns that it waits for."""
    root = row.root()
    least = root.minimum
    for item in root.watchers:
        if isinstance(item, Match):
            sizes = (
                atom.root().minimum if isinstance(atom, Row) else 1
                for atom in _other_side(item, root) or ()
            )
            least = max(least, sum(sizes))
    return least
