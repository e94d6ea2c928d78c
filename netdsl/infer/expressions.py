"""What dimensions are in terms of named sizes, and what must hold between the names."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, count
from typing import TYPE_CHECKING

from netdsl.infer import conflicts
from netdsl.infer.forms import (
    Atom,
    Form,
    add,
    cleared,
    difference,
    expanded,
    extreme,
    multiply,
    number,
    quotient,
    ratio,
    single,
    subtract,
)
from netdsl.infer.statements import Equation, Varying
from netdsl.infer.terms import Operation, Term, Var, bounds, value, variables

if TYPE_CHECKING:
    from netdsl.infer.solver import Solver


@dataclass(frozen=True, slots=True)
class Constraint:
    """A form that is 0, or at least 0, and the equation that says so."""

    form: Form
    is_least: bool
    equation: Equation


# ---- forms of dimensions and terms -------------------------------------------------------------


def form_of(var: Var) -> Form | None:
    """Return a size, or an expression in named sizes, or None where neither is known."""
    root = var.root()
    if root.low == root.high:
        return number(root.low)
    if root.form is None and root.name is not None:
        kind = "length" if root.varies else "name"
        root.form = single(Atom(kind, str(root.name), (), root.step, root.low % root.step, root))
    return root.form


def varies(var: Var) -> bool:
    """Whether a size differs from example to example, itself or by what it is computed from."""
    root = var.root()
    if root.low == root.high:
        return False
    form = form_of(root)
    return root.varies or (form is not None and form.varies)


def _form(term: Term | int, of: Callable[[Var], Form | None] = form_of) -> Form | None:
    """Return a term as a form, from the forms that `of` gives for dimensions."""
    if isinstance(term, int):
        return number(term)
    if isinstance(term, Var):
        return of(term)
    assert isinstance(term, Operation)
    left = _form(term.left, of)
    right = None if left is None else _form(term.right, of)
    return None if left is None or right is None else _combined(term.kind.symbol, left, right)


def _combined(symbol: str, left: Form, right: Form) -> Form:
    if symbol in ("min", "max"):
        return extreme(symbol, left, right)
    return OPERATIONS[symbol](left, right)


OPERATIONS = {"+": add, "-": subtract, "*": multiply, "//": quotient}


# ---- while equations are stated ----------------------------------------------------------------


def note(solver: Solver, equation: Equation) -> None:
    """Give a dimension that an equation computes from open ones its form in these.

    A dimension that would differ from itself by a number is so found at once, whatever the sizes.
    """
    for var in variables(equation.right):
        if form_of(var) is None:
            _open(solver, var)
    left, right = _form(equation.left), _form(equation.right)
    for side, form in ((equation.right, left), (equation.left, right)):
        # What is computed alike is one size: 4 = p * q and p * q = 3 * n.
        if form is not None and form.value is None and not isinstance(side, Operation):
            solver.computed.setdefault(form.key, side)
        elif form is not None and form.key in solver.computed and isinstance(side, Operation):
            known = solver.computed[form.key]
            if value(known) is not None:
                solver.equal(known, side, equation.statement, equation.place)
    if left is None and right is not None and isinstance(equation.left, Var):
        equation.left.root().form = right
        twin = solver.computed.setdefault(right.key, equation.left)
        if twin is not equation.left:
            solver.equal(twin, equation.left, equation.statement, equation.place)
    elif left is not None and right is not None:
        _refuse_apart(solver, left, right, equation)


def _open(solver: Solver, var: Var) -> None:
    solver.opened += 1
    root = var.root()
    # No user can write such a name.
    name = f"_{solver.opened}"
    root.form = single(Atom("open", name, (), root.step, root.low % root.step, root))


def see_that_they_can_be_equal(solver: Solver, left: Var, right: Var, equation: Equation) -> None:
    """Refuse to make two dimensions equal whose forms differ by a number."""
    one, other = form_of(left), form_of(right)
    if one is not None and other is not None:
        _refuse_apart(solver, one, other, equation)


def _refuse_apart(solver: Solver, left: Form, right: Form, equation: Equation) -> None:
    """Refuse forms that differ by a number, or by a sum of sizes, which is never 0."""
    form = difference(left, right)
    are_sizes = all(not atom.parts for monomial, _ in form.terms for atom, _ in monomial)
    if are_sizes and len({factor > 0 for _, factor in form.terms}) == 1:
        raise conflicts.forms_disagree(solver, equation, left, right)


# ---- when all is stated ------------------------------------------------------------------------


def settle(solver: Solver) -> bool:
    """Give every dimension that follows from others its form, and find what names must obey.

    Returns whether a size was found on the way, so that there may be more to conclude.
    """
    equations = [item for item in solver.equations if _is_open(item)]
    name_lengths(solver)
    for var in _all(equations):
        var.form = None
    equal = [item for item in equations if not item.is_least]
    settling = _Settling(equal)
    settling.run()
    for equation in equations:
        for var in (*variables(equation.right), *variables(equation.left)):
            if form_of(var) is None:
                _open(solver, var)
                settling.changed(var.root())
                settling.run()
    solver.constraints = []
    if _take_numbers(solver, equal):
        return True
    solver.constraints = _constraints(solver, equations)
    return False


def _take_numbers(solver: Solver, equations: list[Equation]) -> bool:
    """Take in the sizes that forms turn out to be: n = 5 from 2 * n = n + 5."""
    is_more = False
    for equation in equations:
        for var in (*variables(equation.left), *variables(equation.right)):
            form = form_of(var)
            if form is not None and form.value is not None and var.value is None:
                is_more = True
                solver.assign(var, _whole(solver, form.value, equation), equation)
        for of in (form_of, _itself):
            found = _alone(_form(equation.left, of), _form(equation.right, of))
            if found is not None and found[0].value is None:
                is_more = True
                solver.assign(found[0], _whole(solver, found[1], equation), equation)
    return is_more


def _itself(var: Var) -> Form:
    """Return a dimension as a form of its own, whatever it is computed from."""
    root = var.root()
    if root.low == root.high:
        return number(root.low)
    return single(Atom("open", f"#{id(root)}", var=root))


def _alone(left: Form | None, right: Form | None) -> tuple[Var, Fraction] | None:
    """Return the one dimension that is left of an equation, and the size that it must have."""
    if left is None or right is None:
        return None
    form = difference(left, right)
    named = [(monomial, factor) for monomial, factor in form.terms if monomial]
    if len(named) != 1 or len(named[0][0]) != 1 or named[0][0][0][1] != 1:
        return None
    ((atom, _),), factor = named[0]
    return None if atom.var is None else (atom.var, -Fraction(form.constant) / factor)


def _whole(solver: Solver, size: int | Fraction, equation: Equation) -> int:
    """Return a size, which must be a whole number."""
    if size != int(size):
        raise conflicts.disagreement(solver, equation)
    return int(size)


def _is_open(equation: Equation) -> bool:
    return any(var.value is None for side in _sides(equation) for var in variables(side))


def _sides(equation: Equation) -> tuple[Term | int, Term | int]:
    return equation.left, equation.right


def _all(equations: Iterable[Equation]) -> list[Var]:
    found = {
        id(var.root()): var.root()
        for e in equations
        for side in _sides(e)
        for var in variables(side)
    }
    return list(found.values())


def name_lengths(solver: Solver) -> None:
    """Number the lengths that vary; a single one needs no number."""
    solver.computed.clear()  # its keys have the old numbers
    roots = {id(var.root()): var.root() for var in solver.varying}
    lengths = [root for root in roots.values() if isinstance(root.name, Varying)]
    alone = ["length"] if len(lengths) == 1 else []
    numbered = (f"length{number}" for number in count(1))
    free = (name for name in chain(alone, numbered) if name not in solver.names)
    for root, name in zip(lengths, free, strict=False):
        root.name = Varying(name)
        root.form = None


class _Settling:
    """A worklist of equations, until every form that follows is found in its simplest shape."""

    def __init__(self, equations: list[Equation]) -> None:
        self.todo = deque(equations)
        self.queued = {id(item) for item in equations}

    def run(self) -> None:
        """Give every dimension its form that the forms there are determine."""
        while self.todo:
            equation = self.todo.popleft()
            self.queued.discard(id(equation))
            left, right = _form(equation.left), _form(equation.right)
            if left is not None:
                self._solve(equation.right, left)
            if right is not None:
                self._solve(equation.left, right)

    def changed(self, root: Var) -> None:
        """Look again at the equations in which a dimension stands."""
        for item in root.watchers or ():
            if isinstance(item, Equation) and not item.is_least and id(item) not in self.queued:
                self.queued.add(id(item))
                self.todo.append(item)

    def _solve(self, term: Term | int, wanted: Form) -> None:
        """Solve `term = wanted` for the one dimension in it that has no form yet, or a worse."""
        while isinstance(term, Operation):
            left, right = _form(term.left), _form(term.right)
            if (left is None) == (right is None):
                return
            known, is_left = (right, True) if left is None else (left, False)
            assert known is not None
            symbol = term.kind.symbol
            if symbol == "+":
                wanted = subtract(wanted, known)
            elif symbol == "-":
                wanted = add(wanted, known) if is_left else subtract(known, wanted)
            elif symbol == "*" and bounds(term.right if is_left else term.left)[0] > 0:
                wanted = ratio(wanted, known)
            else:
                return
            term = term.left if is_left else term.right
        if isinstance(term, Var):
            root, old = term.root(), form_of(term)
            if old is None or (root.name is None and wanted.weight < old.weight):
                root.form = wanted
                self.changed(root)


def _constraints(solver: Solver, equations: list[Equation]) -> list[Constraint]:
    found: dict[str, Constraint] = {}
    for equation in equations:
        left, right = _form(equation.left), _form(equation.right)
        if left is None or right is None:
            continue
        form = difference(left, right)
        if not equation.is_least:
            _refuse_apart(solver, left, right, equation)
        elif form.value is not None and form.value < 0:
            raise conflicts.forms_disagree(solver, equation, left, right)
        if form.value is not None or form.is_open:
            continue
        form = form if equation.is_least else cleared(form)
        if form.terms and not (equation.is_least and _is_implied(equation, form)):
            found.setdefault(_sign_free(form), Constraint(form, equation.is_least, equation))
    return list(found.values())


def _is_implied(equation: Equation, form: Form) -> bool:
    """Whether bounds say it already: those of the one name in it, or of the two sides."""
    least = bounds(equation.left)[0] >= bounds(equation.right)[1]
    return least or len(form.roots) == 1


def _sign_free(form: Form) -> str:
    return min(expanded(form).key, expanded(subtract(number(0), form)).key)
