"""How an equation narrows the dimensions in it: intervals, rests, a few sizes tried one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdsl.infer import conflicts
from netdsl.infer.causes import Cause, Place
from netdsl.infer.residues import OPEN, Residue, both, parts, residue
from netdsl.infer.statements import Equation
from netdsl.infer.terms import INF, MULTIPLY, Operation, Term, Var, bounds, value, variables

if TYPE_CHECKING:
    from netdsl.infer.solver import Solver

PATIENCE = 400
"""How often one equation may narrow: `x = x + y` would go on for ever."""
FEW = 4096
"""How many sizes of a dimension are tried one by one."""


class Empty(Exception):  # noqa: N818  (a signal inside the solver, no error)
    """A dimension was left without any value."""


def still_varies(solver: Solver, root: Var, statement: Any, place: Place | None) -> None:
    """See that a length that varies has not become one number."""
    if solver.lengths_vary and root.varies and root.low == root.high:
        raise conflicts.length_is_fixed(solver, root, statement, place)


def _narrow(solver: Solver, term: Term | int, low: int, high: int, equation: Equation) -> None:
    if isinstance(term, int):
        if not low <= term <= high:
            raise Empty
    elif isinstance(term, Var):
        narrow_var(solver, term, low, high, equation)
    else:
        assert isinstance(term, Operation)
        kind, left, right = term.kind, bounds(term.left), bounds(term.right)
        _narrow(solver, term.left, *kind.back((low, high), left, right, 0), equation)
        left = bounds(term.left)
        _narrow(solver, term.right, *kind.back((low, high), right, left, 1), equation)


def _narrow_rest(solver: Solver, term: Term | int, wanted: Residue, equation: Equation) -> None:
    if wanted[0] == 1:
        return
    if isinstance(term, Var):
        if wanted[0] == 0:
            narrow_var(solver, term, wanted[1], wanted[1], equation)
        else:
            narrow_var(solver, term, -INF, INF, equation, (wanted[1], wanted[0]))
    elif both(residue(term), wanted) is None:
        raise Empty
    elif isinstance(term, Operation):
        left, right = parts(term, wanted)
        _narrow_rest(solver, term.left, left, equation)
        _narrow_rest(solver, term.right, right, equation)


def narrow_var(
    solver: Solver,
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
    causes = _reasons(used)
    root.why = Cause(equation, equation.place, causes, var, low, high, step)
    root.low, root.high, root.step = low, high, step
    equation.moved = True
    still_varies(solver, root, equation, equation.place)
    for item in root.watchers or ():
        if item is not equation:
            solver.enqueue(item)


def revise(solver: Solver, equation: Equation) -> None:
    """Run an equation in both directions; what it moves wakes those that it stands in."""
    equation.runs += 1
    equation.moved = False
    left, right = bounds(equation.left), bounds(equation.right)
    low, high = max(left[0], right[0]), min(left[1], right[1])
    try:
        if equation.is_least:
            _narrow(solver, equation.left, right[0], INF, equation)
            _narrow(solver, equation.right, -INF, bounds(equation.left)[1], equation)
        elif low > high:
            raise Empty
        elif (left[0] == left[1] and right[0] == right[1]) or equation.runs > PATIENCE:
            return
        else:
            _conclude(solver, equation, low, high)
    except Empty:
        raise solver.disagreement(equation) from None
    # A narrowed part may narrow another one, or itself elsewhere.
    if equation.moved and equation.runs <= PATIENCE:
        solver.enqueue(equation)


def _conclude(solver: Solver, equation: Equation, low: int, high: int) -> None:
    _narrow(solver, equation.left, low, high, equation)
    _narrow(solver, equation.right, low, high, equation)
    if _leaves_rests(equation):
        _narrow_rest(solver, equation.left, residue(equation.right), equation)
        _narrow_rest(solver, equation.right, residue(equation.left), equation)
    if not equation.moved:
        _try_each(solver, equation)


def _try_each(solver: Solver, equation: Equation) -> None:
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
    narrow_var(solver, root, found[0], found[-1], equation)


def _reasons(used: tuple[Var, ...]) -> tuple[Cause, ...]:
    """Return why sizes are known; of those that are not, it is only known why they are there."""
    found: list[Cause] = []
    for var in used:
        root = var if var.parent is None else var.root()
        is_known = root.low > 1 or root.high < INF or root.step > 1 or root.name is not None
        if is_known and root.why is not None and root.why not in found:
            found.append(root.why)
    return tuple(found)


def can_wait(equation: Equation) -> bool:
    """Whether an equation can say no more than how small sizes may be, as long as none is limited.

    In a long net each layer would send such a bound back through all those before it.
    """
    opened: dict[int, Var] = {}
    for side in (equation.left, equation.right):
        for var in variables(side):
            root = var.root()
            if root.low < root.high:
                opened[id(root)] = root
    is_free = all(root.high >= INF for root in opened.values())
    return is_free and (equation.is_least or len(opened) > 1)


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
