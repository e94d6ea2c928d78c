"""Random systems of equations with a known answer: what the solver may conclude, in any order."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from math import prod
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netdsl import Automatic, ShapeError
from netdsl.infer import Place, Row, Solver, Var, ceildiv, largest, product, smallest
from netdsl.infer.expressions import form_of
from netdsl.infer.rows import at_least, equal
from netdsl.infer.sympify import expression
from netdsl.infer.terms import INF
from netdsl.spec.relations import same_rank
from tests.infer.test_forms import evaluated

# The same systems each time: what follows from several equations together, one eliminated from
# another, is found by luck, so that one system in some hundred depends on the order.
moderate = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
HERE = Place((1,), "layer", "Test")
NAMES = "abcde"

# ---- systems -----------------------------------------------------------------------------------
# A term is a number, ("dim", which), or (operation, term, term). A statement is a tuple that
# `state` reads, of terms and of rows by number.

EXACT = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "ceildiv": lambda a, b: -(-a // b),
    "min": min,
    "max": max,
}
BUILT = {**EXACT, "ceildiv": ceildiv, "min": smallest, "max": largest}


@dataclass(frozen=True)
class System:
    """Statements about dimensions and rows, with sizes for which all of them hold."""

    sizes: tuple[int, ...]
    kinds: tuple[str, ...]  # "open" or "name", for each dimension
    rows: tuple[tuple[int, ...], ...] = ()
    statements: tuple[Any, ...] = ()

    def having(self, statements: Any) -> System:
        return System(self.sizes, self.kinds, self.rows, tuple(statements))


def exact(term: Any, sizes: Any) -> int:
    """The value of a term, by plain arithmetic."""
    if isinstance(term, int):
        return term
    kind, *parts = term
    if kind == "dim":
        return sizes[parts[0]]
    return EXACT[kind](*(exact(part, sizes) for part in parts))


def built(term: Any, dims: Any) -> Any:
    """The term of the solver."""
    if isinstance(term, int):
        return term
    kind, *parts = term
    if kind == "dim":
        return dims[parts[0]]
    return BUILT[kind](*(built(part, dims) for part in parts))


@st.composite
def terms(draw, sizes, apart=False, depth=2):
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        if draw(st.integers(0, 3)) == 0:
            return draw(st.integers(1, 6))
        return "dim", draw(st.integers(0, len(sizes) - 1))
    kind = draw(st.sampled_from(list(EXACT)))
    left = draw(terms(sizes, apart, depth - 1))
    if kind in ("//", "ceildiv"):
        by_number = apart or draw(st.booleans())
        right = draw(st.integers(1, 4)) if by_number else draw(terms(sizes, apart, 0))
    elif kind == "-" and apart:
        right = draw(st.integers(1, 6))
    else:
        right = draw(terms(sizes, apart, depth - 1))
    if kind == "*" and min(exact(left, sizes), exact(right, sizes)) < 1:
        kind = "+"  # sizes are multiplied with sizes
    return kind, left, right


def used(term: Any) -> set[int]:
    """The dimensions in a term."""
    if isinstance(term, int):
        return set()
    kind, *parts = term
    return set(parts) if kind == "dim" else set().union(*map(used, parts))


@st.composite
def dimension_statements(draw, sizes, apart):
    kinds = ["number", "same", "equal", "equal", "equal", "both", "both", "least"]
    kind = draw(st.sampled_from(kinds))
    at = draw(st.integers(0, len(sizes) - 1))
    if kind == "number":
        return "equal", ("dim", at), sizes[at]
    if kind == "same":
        return "equal", ("dim", at), ("dim", len(sizes) - 1 - sizes[::-1].index(sizes[at]))
    left, right = draw(terms(sizes, apart)), ("dim", at)
    if kind != "equal":
        right = draw(terms(sizes, apart))
    if apart and used(left) & used(right):
        right = 1
    short = exact(left, sizes) - exact(right, sizes)
    if kind == "least":
        return "least", left, ("+", right, short - draw(st.integers(0, 3)))
    sides = (left, right) if short == 0 else (left, ("+", right, short))
    return ("equal", *(reversed(sides) if draw(st.booleans()) else sides))


@st.composite
def systems(draw, apart=False):
    """Systems that hold; `apart`: of equations in which no dimension can cancel.

    Whether one is seen to cancel depends on the expressions that are known by then.
    """
    sizes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4).map(tuple))
    kinds = tuple(draw(st.sampled_from(["open", "open", "name"])) for _ in sizes)
    rows: list[tuple[int, ...]] = []
    statements = draw(st.lists(dimension_statements(sizes, apart), min_size=1, max_size=7))
    if draw(st.booleans()):
        rows, more = draw(row_statements(sizes))
        statements += more
    return System(sizes, kinds, tuple(rows), tuple(statements))


@st.composite
def row_statements(draw, sizes):
    """Rows and what is said of them: parts of each other, windows over each other, products."""
    rows = [draw(st.lists(st.integers(1, 9), max_size=3).map(tuple))]
    found: list[Any] = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["given", "match", "each", "total"]))
        at = draw(st.integers(0, len(rows) - 1))
        if kind == "given":
            shown = (draw(st.sampled_from([size, Automatic])) for size in rows[at])
            found.append(("given", at, tuple(shown)))
        elif kind == "match":
            atoms = draw(st.permutations([("row", at), ("dim", 0), ("dim", len(sizes) - 1)]))
            atoms = atoms[: draw(st.integers(1, 3))]
            whole = [rows[i] if of == "row" else (sizes[i],) for of, i in atoms]
            rows.append(tuple(itertools.chain(*whole)))
            found.append(("match", len(rows) - 1, tuple(atoms)))
        elif kind == "each":
            stride = draw(st.integers(1, 3))
            rows.append(tuple((size - 1) // stride + 1 for size in rows[at]))
            found.append(("each", at, len(rows) - 1, stride))
        else:
            which = draw(st.integers(0, len(sizes) - 1))
            found.append(("total", at, which, prod(rows[at]) - sizes[which]))
    return rows, found


# ---- solving -----------------------------------------------------------------------------------


@dataclass
class Solved:
    """A system while and after it is solved."""

    system: System
    solver: Solver = field(default_factory=Solver)

    def __post_init__(self):
        place = Place((1,), "port", "Input")
        names = [NAMES[i] if kind == "name" else Automatic for i, kind in enumerate(self.kinds)]
        self.dims = list(self.solver.row(place, names, "given").known)
        self.rows = [Row(place) for _ in self.system.rows]

    @property
    def kinds(self):
        return self.system.kinds

    def state(self, statement: Any) -> None:
        kind, *parts = statement
        if kind in ("equal", "least"):
            left, right = (built(part, self.dims) for part in parts)
            say = equal if kind == "equal" else at_least
            self.solver.relate(lambda: [say(left, right)], str(statement), HERE)
        elif kind == "given":
            whole = self.solver.row(HERE, parts[1], "given")
            self.solver.match(self.rows[parts[0]], whole, "given", HERE)
        elif kind == "match":
            by_kind = {"row": self.rows, "dim": self.dims}
            atoms = [by_kind[of][i] for of, i in parts[1]]
            self.solver.match(self.rows[parts[0]], atoms, "match", HERE)
        elif kind == "each":
            self._each(self.rows[parts[0]], self.rows[parts[1]], parts[2])
        else:
            row, dim, more = self.rows[parts[0]], self.dims[parts[1]], parts[2]
            self.solver.relate(lambda: [equal(dim + more, product(row))], "total", HERE)

    def _each(self, row: Row, other: Row, stride: int) -> None:
        def relation():
            yield from same_rank(row, other)
            for n, m in zip(row, other, strict=True):
                yield equal(m, (n - 1) // stride + 1)

        self.solver.relate(relation, "each", HERE)

    def told(self, statements: Any, *, one_by_one: bool = False) -> Solved:
        for statement in statements:
            self.state(statement)
            if one_by_one:
                self.solver.run()
        self.solver.solve()
        return self

    def known(self) -> list[Any]:
        """What is known: the ranks of the rows, and the sizes of all dimensions."""
        rows = [row.root().known for row in self.rows]
        known = [self.dims, *(() if row is None else row for row in rows)]
        return [[row is None for row in rows], *([fact(dim) for dim in dims] for dims in known)]

    def expressions(self) -> list[Any] | None:
        """The sizes in names, None where names are tied: then there are several for one size."""
        if not all(constraint.is_least for constraint in self.solver.constraints):
            return None
        found = [form_of(dim) for dim, _ in self.true_sizes()]
        return [None if form is None or form.is_open else form.key for form in found]

    def true_sizes(self) -> list[tuple[Var, int]]:
        """Each dimension that there is, with its true size."""
        found = list(zip(self.dims, self.system.sizes, strict=True))
        for row, sizes in zip(self.rows, self.system.rows, strict=True):
            if row.root().known is not None:
                assert len(row.root().known) == len(sizes)
                found += zip(row.root().known, sizes, strict=True)
        return found


def fact(dim: Var) -> Any:
    """The least and the largest size of a dimension, and the step between them."""
    root = dim.root()
    return root.low, root.high, 1 if root.low == root.high else root.step


def same(one: Solved, other: Solved) -> bool:
    """Whether the same is known."""
    expressions = one.expressions(), other.expressions()
    return one.known() == other.known() and (
        None in expressions or expressions[0] == expressions[1]
    )


def solved(system: System, statements: Any = None) -> Solved:
    return Solved(system).told(system.statements if statements is None else statements)


def at_most(fewer: Any, more: Any) -> bool:
    """Whether with fewer facts there is no more known of a dimension."""
    low, high, step = fewer
    return low <= more[0] and more[1] <= high and (more[0] == more[1] or more[2] % step == 0)


# ---- what holds --------------------------------------------------------------------------------


@moderate
@given(systems())
def test_the_true_sizes_are_never_excluded(system):
    result = solved(system)

    truth = {id(dim.root()): size for dim, size in result.true_sizes()}
    names = {
        NAMES[i]: size
        for i, (size, kind) in enumerate(zip(system.sizes, system.kinds, strict=True))
        if kind == "name"
    }

    def of(atom):
        return names[atom.text] if atom.kind == "name" else truth[id(atom.var.root())]

    for dim, size in result.true_sizes():
        root, form = dim.root(), form_of(dim)
        assert root.low <= size <= root.high
        assert (size - root.low) % root.step == 0
        assert root.high == INF or (root.high - root.low) % root.step == 0
        if form is not None:
            assert evaluated(form, of) == size
    for constraint in result.solver.constraints:
        gap = evaluated(constraint.form, of)
        assert gap >= 0 if constraint.is_least else gap == 0


@moderate
@given(systems(apart=True), st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(system, random):
    shuffled = list(system.statements)
    random.shuffle(shuffled)

    assert same(solved(system, shuffled), solved(system))


@moderate
@given(systems(apart=True), st.randoms(use_true_random=False))
def test_conclusions_may_be_drawn_at_any_time(system, random):
    shuffled = list(system.statements)
    random.shuffle(shuffled)

    late = Solved(system).told(shuffled, one_by_one=True)

    assert same(late, solved(system))


@moderate
@given(systems(apart=True), st.integers(0, 6))
def test_statements_after_solving_count_as_much(system, first):
    late = Solved(system).told(system.statements[:first])

    late.told(system.statements[first:])

    assert same(late, solved(system))


@moderate
@given(systems(apart=True), st.integers(0, 6))
def test_with_fewer_statements_no_more_is_known(system, without):
    statements = [one for at, one in enumerate(system.statements) if at != without]

    fewer, more = solved(system, statements), solved(system)

    for one, other in zip(fewer.dims, more.dims, strict=True):
        assert at_most(fact(one), fact(other))
    for one, other in zip(fewer.rows, more.rows, strict=True):
        if one.root().known is not None:
            for a, b in zip(one.root().known, other.root().known, strict=True):
                assert at_most(fact(a), fact(b))


ROWS = System(
    sizes=(4,),
    kinds=("open",),
    rows=((4, 9), (4, 9), (2, 5), (2, 5, 4)),
    statements=(
        ("match", 1, (("row", 0),)),
        ("each", 1, 2, 2),
        ("match", 3, (("row", 2), ("dim", 0))),
        ("equal", ("dim", 0), 4),
        ("given", 0, (4, 9)),
    ),
)


def test_a_rank_reaches_every_row_that_waits_for_it():
    four, nine, two, five = ((size, size, 1) for size in (4, 9, 2, 5))
    rows = [[four, nine], [four, nine], [two, five], [two, five, four]]
    for order in itertools.permutations(ROWS.statements):
        result = Solved(ROWS).told(order, one_by_one=True)
        assert result.known() == [[False] * 4, [four], *rows]


def test_the_largest_size_is_one_of_the_steps():
    solver, a, b, m = Solver(), Var(), Var(), Var(high=41)

    solver.equal(m, 4 * a + 6 * b, "rule", HERE)
    solver.solve()

    assert (m.low, m.high, m.step) == (10, 40, 2)


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (lambda x: x + 3, "h - 3"),
        (lambda x: x - 3, "h + 3"),
        (lambda x: 40 - x, "40 - h"),
        (lambda x: 2 * x, "h/2"),
        (lambda x: 40 - (2 * x - 3), "43/2 - h/2"),
    ],
)
def test_an_equation_is_solved_for_what_is_open(term, shown):
    solver, x = Solver(), Var()
    (h,) = solver.row(HERE, ("h",), "given")

    solver.equal(h, term(x), "rule", HERE)
    solver.solve()

    assert str(expression(form_of(x))) == shown


MOST = 5


@st.composite
def any_systems(draw):
    """Systems that may hold for no sizes at all, of dimensions up to MOST."""
    count = draw(st.integers(1, 3))
    wrong = tuple(draw(st.integers(1, MOST)) for _ in range(count))
    statements = []
    for _ in range(draw(st.integers(1, 4))):
        left, right = draw(terms(wrong)), draw(terms(wrong))
        statements.append((draw(st.sampled_from(["equal", "equal", "least"])), left, right))
    bounds = [("least", MOST, ("dim", at)) for at in range(count)]
    return System(wrong, ("open",) * count, (), (*bounds, *statements))


def holds(statement, sizes):
    kind, left, right = statement
    try:
        left, right = exact(left, sizes), exact(right, sizes)
    except ZeroDivisionError:
        return False
    return left == right if kind == "equal" else left >= right


@moderate
@given(any_systems())
def test_what_is_refused_holds_for_no_sizes(system):
    domain = itertools.product(range(1, MOST + 1), repeat=len(system.sizes))
    answers = [sizes for sizes in domain if all(holds(one, sizes) for one in system.statements)]

    try:
        result = solved(system)
    except ShapeError:
        assert not answers
        return
    for sizes in answers:
        for dim, size in zip(result.dims, sizes, strict=True):
            assert dim.root().low <= size <= dim.root().high
            assert (size - dim.root().low) % dim.root().step == 0
