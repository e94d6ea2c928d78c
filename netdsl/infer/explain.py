"""Conclusions and contradictions in words: what follows from what, and who said it first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeGuard

from netdsl.infer.causes import SLOTS, Cause, in_order
from netdsl.infer.rows import Row
from netdsl.infer.statements import Equation, Match
from netdsl.infer.terms import Operation, Var, value, variables
from netdsl.infer.words import Letters, shortened, show_term, sizes

if TYPE_CHECKING:
    from netdsl.infer.solver import Solver

# ---- causes ------------------------------------------------------------------------------------


def whys(parts: Iterable[Any]) -> tuple[Cause, ...]:
    """Return why those parts that are dimensions are what they are."""
    found: dict[int, Cause] = {}
    for part in parts:
        if isinstance(part, Var):
            root = part if part.parent is None else part.root()
            if root.why is not None:
                found[id(root)] = root.why
    return tuple(found.values())


def row_whys(match: Match) -> tuple[Cause, ...]:
    """Return why the rows in a match have the dimensions that they have."""
    rows = (atom.root() for atom in (*match.left, *match.right) if isinstance(atom, Row))
    return tuple(row.why for row in rows if row.why is not None)


def join(left: Var, right: Var, equation: Equation) -> None:
    """Note that dimensions were found equal, for explanations to go along: from what is open."""
    for one, other in ((left, right), (right, left)):
        if one.value is None:
            one.joints = [*(one.joints or ()), (other, equation)]


def between(start: Var, end: Var) -> list[Equation]:
    """Return the equations that make two dimensions equal, in order."""
    return _along(start, end) or _along(end, start)[::-1]


def _along(start: Var, end: Var) -> list[Equation]:
    before: dict[int, tuple[Var, Equation] | None] = {id(start): None}
    queue = deque([start])
    while queue:
        var = queue.popleft()
        if var is end:
            break
        for other, equation in var.joints or ():
            if id(other) not in before:
                before[id(other)] = var, equation
                queue.append(other)
    path: list[Equation] = []
    step = before.get(id(end))
    while step is not None:
        path.append(step[1])
        step = before[id(step[0])]
    return path[::-1]


def story(solver: Solver, causes: Iterable[Cause]) -> list[str]:
    """Return in words what led to something, what came first first."""
    chain = in_order(causes)
    # Of several conclusions from one equation about one size, the last says it all.
    last = {_about(cause): cause for cause in chain}
    lines = (_line(solver, cause) for cause in chain if last[_about(cause)] is cause)
    return list(dict.fromkeys(line for line in lines if line))


def _about(cause: Cause) -> tuple[int, int]:
    if isinstance(cause.statement, Equation) and cause.var is not None:
        return id(cause.statement), id(cause.var.root())
    return id(cause), 0


def _line(solver: Solver, cause: Cause) -> str:
    equation = cause.statement
    if not isinstance(equation, Equation):
        is_rule = hasattr(equation, "setting")
        return "" if cause.parents or is_rule else str(equation)
    if equation.place.role == "name":
        return str(equation)
    if equation.place.role in SLOTS:
        # What is passed on, or bound to a pattern, tells nothing unless it is where all began.
        return "" if cause.parents else str(equation.statement)
    return derived(solver, equation, cause)


def derived(solver: Solver, equation: Equation, cause: Cause) -> str:
    """Return a conclusion from an equation of a layer: the layer, and the numbers."""
    layer, letters = solver.describe(equation.place.path), Letters(solver.names)
    left, right = equation.left, equation.right
    if isinstance(left, Var) and isinstance(right, Operation) and value(right) is not None:
        return f"{layer}: {show_term(right, letters.of)} = {value(right)}"
    if isinstance(right, Var) and isinstance(left, Operation) and value(left) is not None:
        return f"{layer}: {show_term(left, letters.of)} = {value(left)}"
    if isinstance(left, Var) and isinstance(right, Var):
        return ""
    if equation.is_least and cause.var.value is not None:
        return ""
    sign = ">=" if equation.is_least else "="
    text = f"{layer}: {show_term(left, letters.of)} {sign} {show_term(right, letters.of)}"
    if cause.var.value is not None:
        return text
    return f"{text}, so {show_term(cause.var, letters.of)} is {_found(cause)}"


def _found(cause: Cause) -> str:
    known = cause.var.value
    return sizes(cause.low, cause.high, cause.step) if known is None else str(known)


# ---- what computes an open dimension ------------------------------------------------------------


def derivation(solver: Solver, var: Var) -> tuple[str, ...]:
    """Return what computes an open dimension from others, in words."""
    return shortened(defining(solver, (var,)))


def defining(solver: Solver, dims: Iterable[Var]) -> list[str]:
    """Return what computes dimensions from open ones, what comes first first."""
    found: dict[str, None] = {}
    for root, equations in _back(dims):
        for item in equations:
            letters = Letters(solver.names)
            open_ones = (var for var in variables(item.right) if var.value is None)
            of = dict.fromkeys(letters.of(var) for var in open_ones)
            made = f"makes {show_term(item.right, letters.of)} of {', '.join(of)}"
            found[f"{solver.describe(item.place.path)} {made}"] = None
        if root.why is not None:
            found.update((line, None) for line in root.why.roots() if line)
    return list(found)[::-1]


def origins(dims: Iterable[Var]) -> tuple[Cause, ...]:
    """Return causes for dimensions, and for what computes them."""
    dims = tuple(dims)
    found = list(whys(dims))
    for root, equations in _back(dims):
        for item in equations:
            found.append(Cause(item, item.place, whys(variables(item.right)), root))
    return tuple(found)


def _back(dims: Iterable[Var]) -> Iterator[tuple[Var, list[Equation]]]:
    """Yield dimensions and those that they are computed from, each with what computes it."""
    todo = [var.root() for var in dims]
    seen: set[int] = set()
    while todo:
        root = todo.pop()
        if id(root) not in seen:
            seen.add(id(root))
            equations = [item for item in root.watchers or () if _computes(item, root)]
            todo += [var.root() for item in equations for var in variables(item.right)]
            yield root, equations


def _computes(item: Any, root: Var) -> TypeGuard[Equation]:
    """Whether an equation says what a dimension is in terms of others."""
    is_equal = isinstance(item, Equation) and not item.is_least
    return is_equal and isinstance(item.left, Var) and item.left.root() is root
