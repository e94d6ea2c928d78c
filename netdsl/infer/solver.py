"""Run every equation in every direction until nothing more follows.

Each dimension has an interval, and a step where only every so many-th size is possible. An
equation narrows the dimensions on its right through the term and those on its left backwards
(forward-backward propagation, known as HC4); a worklist repeats for the dimensions that changed.
Source: Benhamou and others, "Revising hull and box consistency", 1999. Knowledge is only ever
added, so the order does not matter; what is known when it is stated is computed at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from netdsl.errors import ShapeError
from netdsl.infer import explain
from netdsl.infer.causes import SLOTS, Cause, Place, show_path
from netdsl.infer.elements import Element, Link, settle_elements
from netdsl.infer.expressions import note, see_that_they_agree, settle
from netdsl.infer.residues import OPEN, Residue, both, parts, residue
from netdsl.infer.rows import Equal, RankUnknown, Row, atoms_of, spread
from netdsl.infer.statements import Equation, Match, Relation, Varying
from netdsl.infer.terms import INF, MULTIPLY, Operation, Term, Var, bounds, value, variables

PATIENCE = 400
"""How often one equation may narrow: `x = x + y` would go on for ever."""


FEW = 4096
"""How many sizes of a dimension are tried one by one."""


class Empty(Exception):  # noqa: N818  (a signal inside the solver, no error)
    """A dimension was left without any value."""


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
    waiting: list[Relation | Match] = field(default_factory=list[Any])
    queue: deque[Any] = field(default_factory=deque[Any])
    links: list[Link] = field(default_factory=list[Link])
    varying: list[Var] = field(default_factory=list[Var])
    constraints: list[Any] = field(default_factory=list[Any])
    ports: list[tuple[str, Row]] = field(default_factory=list[tuple[str, Row]])
    """The ports of the part in focus."""
    sources: dict[str, Place] = field(default_factory=dict[str, Place])
    """What feeds the part in focus."""
    opened: int = 0
    """How many open dimensions have a letter, for forms."""
    computed: dict[str, Var] = field(default_factory=dict[str, Var])
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
        self._merge(root, var, said, place)
        if root.why is not None and var.root() is root:
            root.why = Cause(said, place, (root.why, cause), root, root.low, root.high, root.step)

    def equal(self, left: Any, right: Any, statement: Any, place: Place) -> None:
        """State that two terms are equal."""
        self._state_terms(Equation(left, right, statement, place))

    def _state_terms(self, equation: Equation) -> None:
        left, right = value(equation.left), value(equation.right)
        if left is not None and right is not None:
            if left != right if not equation.is_least else left < right:
                raise explain.disagreement(self, equation)
            return
        if not equation.is_least and self._is_direct(equation, left, right):
            return
        self.equations.append(equation)
        for var in (*variables(equation.left), *variables(equation.right)):
            var.watch(equation)
        self.enqueue(equation)
        if not equation.is_least:
            note(self, equation)

    def _is_direct(self, equation: Equation, left: int | None, right: int | None) -> bool:
        """Whether an equation says no more than what one dimension is, which it then is."""
        one, other = equation.left, equation.right
        if isinstance(one, Var) and isinstance(other, Var):
            self._merge(one, other, equation.statement, equation.place, equation)
            return True
        if right is not None and isinstance(one, Var):
            self._assign(one, right, equation)
            return True
        if left is not None and isinstance(other, Var):
            self._assign(other, left, equation)
            return True
        return False

    def _assign(self, var: Var, size: int, equation: Equation) -> None:
        try:
            self._narrow_var(var, size, size, equation)
        except Empty:
            raise explain.disagreement(self, equation) from None

    def found(self, var: Var, size: int, equation: Equation) -> None:
        """Take in what an equation says of a dimension by its form."""
        self._assign(var, size, equation)

    def match(self, left: Any, right: Any, statement: Any, place: Place) -> None:
        """State that two patterns, given as rows or sequences of dimensions and rows, are equal."""
        self.enqueue(Match(atoms_of(left), atoms_of(right), statement, place))

    def match_now(self, left: Any, right: Any, statement: Any, place: Place) -> None:
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
        self.run()
        settle_elements(self, self.links)
        self.run()
        for match in self.assumed:
            row = match.left[0]
            assert isinstance(row, Row)
            if row.root().known is not None:
                continue
            if all(isinstance(dim, Var) and dim.value is not None for dim in match.right):
                self.focus, self.ports = match.place, []
                self.enqueue(match)
                self.run()
        while settle(self):
            self.run()

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
                self._revise(item)
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
            raise explain.within(self, relation, error) from None

    def _state(self, stated: Equal, relation: Relation) -> None:
        left, right = stated.left, stated.right
        if isinstance(left, Term | int) and isinstance(right, Term | int):
            one, other = value(left), value(right)
            is_known = one is not None and other is not None
            if is_known and (one == other or (stated.is_least and one > other)):
                return
            statement, place = relation.statement, relation.place
            equation = Equation(left, right, statement, place, stated.is_least, stated.settings)
            self._state_terms(equation)
            return
        left, right = atoms_of(left), atoms_of(right)
        match = Match(left, right, relation.statement, relation.place, settings=stated.settings)
        if stated.assumed:
            if isinstance(left[0], Row) and left[0].root().known is None:
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
                row.watchers.append(match)

    def _same(self, left: tuple[Any, ...], right: tuple[Any, ...], match: Match) -> None:
        if len(left) != len(right):
            raise explain.ranks_disagree(self, match, len(right), len(left))
        for a, b in zip(left, right, strict=True):
            if a is not b:
                statement, place = match.statement, match.place
                self._state_terms(Equation(a, b, statement, place, settings=match.settings))

    def _fill(self, atoms: tuple[Any, ...], row: Row, full: tuple[Any, ...], match: Match) -> None:
        """Give the one open row of `atoms` what the others leave over of `full`."""
        at = atoms.index(row)
        count = len(full) - (len(atoms) - 1)
        if count < row.minimum:
            expected = f"at least {len(atoms) - 1 + row.minimum}"
            raise explain.ranks_disagree(self, match, expected, len(full))
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
        self._state_terms(Equation(var, dim, match.statement, match.place, settings=match.settings))
        return var

    def _join(self, left: Row, right: Row) -> None:
        if left is not right:
            # The row of a port keeps its place: it is the one that is shown to the user.
            if left.place is None:
                left, right = right, left
            left.parent = right
            right.minimum = max(left.minimum, right.minimum)
            right.watchers += left.watchers

    # ---- dimensions ----------------------------------------------------------------------

    def _merge(
        self,
        left: Var,
        right: Var,
        statement: Any,
        place: Place | None,
        equation: Equation | None = None,
    ) -> None:
        a, b = left.root(), right.root()
        if a is b:
            return
        if equation is None:
            equation = Equation(left, right, statement, place or Place((), "layer", ""))
        explain.join(left, right, equation)
        if b.name is not None and (a.name is None or isinstance(a.name, Varying)):
            a, b = b, a  # the root is the named one
        try:
            self._narrow_var(a, b.low, b.high, equation, (b.low, b.step), b)
            self._narrow_var(b, a.low, a.high, equation, (a.low, a.step), a)
        except Empty:
            raise explain.disagreement(self, equation) from None
        if a.form is not None and b.form is not None:
            see_that_they_agree(self, a, b, equation)
        a.form = b.form if a.form is None else a.form
        b.parent = a
        a.varies = a.varies or b.varies
        if a.watchers and b.watchers:
            both_watch = {id(item) for item in a.watchers}
            self._wake([item for item in b.watchers if id(item) in both_watch])
        if b.watchers:
            a.watchers = b.watchers if a.watchers is None else [*a.watchers, *b.watchers]
        self._still_varies(a, statement, place)

    def _still_varies(self, root: Var, statement: Any, place: Place | None) -> None:
        if self.lengths_vary and root.varies and root.low == root.high:
            raise explain.length_is_fixed(self, root, statement, place)

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

    def _narrow_rest(self, term: Term | int, wanted: Residue, equation: Equation) -> None:
        if wanted[0] == 1:
            return
        if isinstance(term, Var):
            if wanted[0] == 0:
                self._narrow_var(term, wanted[1], wanted[1], equation)
            else:
                self._narrow_var(term, -INF, INF, equation, (wanted[1], wanted[0]))
        elif both(residue(term), wanted) is None:
            raise Empty
        elif isinstance(term, Operation):
            left, right = parts(term, wanted)
            self._narrow_rest(term.left, left, equation)
            self._narrow_rest(term.right, right, equation)

    def _narrow_var(
        self,
        var: Var,
        low: int,
        high: int,
        equation: Equation,
        rest: tuple[int, int] = (0, 1),
        source: Var | None = None,
    ) -> None:
        """Leave a dimension the sizes from `low` to `high` with that rest modulo that step."""
        root = var if var.parent is None else var.root()
        low, high, step = max(low, root.low), min(high, root.high), root.step
        if low > high:
            raise Empty
        if low != high and (step > 1 or rest[1] > 1):
            low, high, step = _stepped(low, high, (step, root.low % step), (rest[1], rest[0]))
        elif low == high and ((low - root.low) % step or (low - rest[0]) % rest[1]):
            raise Empty
        if low == root.low and high == root.high and step == root.step:
            return
        if source is None:
            used = (*variables(equation.left), *variables(equation.right))
        else:
            used = (var, source)
        causes = explain.whys(used)
        root.why = Cause(equation, equation.place, causes, var, low, high, step)
        root.low, root.high, root.step = low, high, step
        equation.moved = True
        self._still_varies(root, equation, equation.place)
        for item in root.watchers or ():
            if item is not equation:
                self.enqueue(item)

    def _revise(self, equation: Equation) -> None:
        equation.runs += 1
        equation.moved = False
        left, right = bounds(equation.left), bounds(equation.right)
        low, high = max(left[0], right[0]), min(left[1], right[1])
        try:
            if equation.is_least:
                self._narrow(equation.left, right[0], INF, equation)
                self._narrow(equation.right, -INF, bounds(equation.left)[1], equation)
            elif low > high:
                raise Empty
            elif (left[0] == left[1] and right[0] == right[1]) or equation.runs > PATIENCE:
                return
            else:
                self._conclude(equation, low, high)
        except Empty:
            raise explain.disagreement(self, equation) from None
        # A narrowed part may narrow another one, or itself elsewhere.
        if equation.moved and equation.runs <= PATIENCE:
            self.enqueue(equation)

    def _conclude(self, equation: Equation, low: int, high: int) -> None:
        self._narrow(equation.left, low, high, equation)
        self._narrow(equation.right, low, high, equation)
        if _leaves_rests(equation):
            self._narrow_rest(equation.left, residue(equation.right), equation)
            self._narrow_rest(equation.right, residue(equation.left), equation)
        if not equation.moved:
            self._try_each(equation)

    def _try_each(self, equation: Equation) -> None:
        """Try every size of the one open dimension that stands at several places, if few are left.

        Bounds alone do not see that no number times itself is 20.
        """
        used = [v.root() for v in (*variables(equation.left), *variables(equation.right))]
        used = [root for root in used if root.low < root.high]
        if len(used) < 2 or any(root is not used[0] for root in used):
            return
        root, low, high, step = used[0], used[0].low, used[0].high, used[0].step
        if (high - low) // step > FEW:
            return
        found: list[int] = []
        for size in range(low, high + 1, step):
            root.low = root.high = size
            if value(equation.left) == value(equation.right):
                found.append(size)
        root.low, root.high = low, high
        if not found:
            raise Empty
        self._narrow_var(root, found[0], found[-1], equation)

    def where(self, place: Place | None) -> dict[str, Any]:
        """Return the facts of an error that say where it is."""
        if place is None:
            return {}
        slot = {place.role: place.name} if place.role in SLOTS else {}
        return {"layer": self.describe(place.path), **slot}


def _stepped(low: int, high: int, own: Residue, other: Residue) -> tuple[int, int, int]:
    """Return the first and the last of the sizes in bounds with both rests, and their step."""
    found = both((own[0], own[1]), _normal(other))
    if found is None:
        raise Empty
    step, rest = found
    low += (rest - low) % step
    high -= (high - rest) % step if high < INF else 0
    if low > high:
        raise Empty
    return low, high, step


def _normal(rest: Residue) -> Residue:
    step, over = rest
    return (step, over % step) if step > 1 else OPEN


def _leaves_rests(equation: Equation) -> bool:
    return any(_has_rest(side) for side in (equation.left, equation.right))


def _has_rest(term: Term | int) -> bool:
    if isinstance(term, Var):
        return term.root().step > 1
    if isinstance(term, Operation):
        return term.kind is MULTIPLY or _has_rest(term.left) or _has_rest(term.right)
    return False
