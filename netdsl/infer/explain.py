"""Conclusions and contradictions in words: what follows from what, and who said it first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeGuard

from netdsl.infer.causes import SLOTS, Cause, in_order
from netdsl.infer.rows import Row
from netdsl.infer.statements import Equation, Match
from netdsl.infer.terms import INF, Operation, Term, Var, value, variables

if TYPE_CHECKING:
    from netdsl.infer.solver import Solver

MOST = 9
"""Lines of a reason; of longer ones the middle is left out."""
LETTERS = "nmkpqrstuvxyzabcdefgijlowh"
"""What open dimensions are called, in each sentence anew."""
LOOSE = {"+": 1, "-": 1, "*": 2, "//": 2}
"""How tightly operations bind."""


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
        return f"{layer}: {show(right, letters)} = {value(right)}"
    if isinstance(right, Var) and isinstance(left, Operation) and value(left) is not None:
        return f"{layer}: {show(left, letters)} = {value(left)}"
    if isinstance(left, Var) and isinstance(right, Var):
        return ""
    if equation.is_least and cause.var.value is not None:
        return ""
    sign = ">=" if equation.is_least else "="
    text = f"{layer}: {show(left, letters)} {sign} {show(right, letters)}"
    if cause.var.value is not None:
        return text
    return f"{text}, so {show(cause.var, letters)} is {_found(cause)}"


def _found(cause: Cause) -> str:
    known = cause.var.value
    return sizes(cause.low, cause.high, cause.step) if known is None else str(known)


def shortened(lines: list[str]) -> tuple[str, ...]:
    """Return lines without the middle of very many."""
    lines = list(dict.fromkeys(lines))
    if len(lines) <= MOST:
        return tuple(lines)
    kept = MOST // 2
    return (*lines[:kept], f"... {len(lines) - 2 * kept} steps more ...", *lines[-kept:])


# ---- sizes and terms in words ------------------------------------------------------------------


def meet(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two pairs of bounds have a size in common."""
    return max(a[0], b[0]) <= min(a[1], b[1])


def interval(pair: tuple[int, int]) -> int | str:
    """Return bounds in words: 3, 3..5, at least 3."""
    low, high = pair
    if low == high:
        return low
    return f"{low}..{high}" if high < INF else f"at least {low}"


def sizes(low: int, high: int, step: int = 1) -> str:
    """Return the sizes in bounds in words: 3, 13..14, at least 3, 2, 4, 6, ..."""
    if step == 1 or low == high:
        return str(interval((low, high)))
    return f"{low}, {low + step}, ..." + (f", {high}" if high < INF else "")


class Letters:
    """What open dimensions are called in one sentence, never as a size of the user is."""

    def __init__(self, taken: Iterable[str]) -> None:
        names = set(taken)
        self.free = [letter for letter in LETTERS if letter not in names]
        self.given: dict[int, str] = {}

    def of(self, root: Var) -> str:
        """Return the name of a dimension: its own, or a letter."""
        if root.name is not None:
            return root.name
        return self.given.setdefault(id(root), self.free[len(self.given) % len(self.free)])


def show(term: Term | int, letters: Letters, above: int = 0, right: bool = False) -> str:
    """Return a term as text, with the sizes that are known put in and letters for those not."""
    if isinstance(term, int):
        return str(term)
    if isinstance(term, Var):
        root = term.root()
        return str(root.low) if root.low == root.high else letters.of(root)
    assert isinstance(term, Operation)
    symbol = term.kind.symbol
    if symbol.isalpha():
        return f"{symbol}({show(term.left, letters)}, {show(term.right, letters)})"
    own, first, second = LOOSE[symbol], term.left, term.right
    if symbol == "+" and isinstance(second, int) and second < 0:
        symbol, second = "-", -second
    text = f"{show(first, letters, own)} {symbol} {show(second, letters, own, right=True)}"
    needs = own < above or (right and own == above)
    return f"({text})" if needs else text


# ---- what computes an open dimension ------------------------------------------------------------


def derivation(solver: Solver, var: Var) -> tuple[str, ...]:
    """Return what computes an open dimension from others, in words."""
    return shortened(defining(solver, (var,)))


def defining(solver: Solver, dims: Iterable[Var]) -> list[str]:
    """Return what computes dimensions from open ones, what comes first first."""
    found: dict[int, str] = {}
    todo = [var.root() for var in dims]
    seen: set[int] = set()
    while todo:
        root = todo.pop()
        if id(root) in seen:
            continue
        seen.add(id(root))
        for item in root.watchers or ():
            if id(item) not in found and computes(item, root):
                letters = Letters(solver.names)
                open_ones = (var for var in variables(item.right) if var.value is None)
                of = dict.fromkeys(show(var, letters) for var in open_ones)
                made = f"makes {show(item.right, letters)} of {', '.join(of)}"
                found[id(item)] = f"{solver.describe(item.place.path)} {made}"
                todo += [var.root() for var in variables(item.right)]
        if root.why is not None:
            found.update((hash(line), line) for line in root.why.roots() if line)
    return list(found.values())[::-1]


def computes(item: Any, root: Var) -> TypeGuard[Equation]:
    """Whether an equation says what a dimension is in terms of others."""
    is_equal = isinstance(item, Equation) and not item.is_least
    return is_equal and isinstance(item.left, Var) and item.left.root() is root


def origins(dims: Iterable[Var]) -> tuple[Cause, ...]:
    """Return causes for dimensions, and for what computes them."""
    found = list(whys(dims))
    todo, seen = [var.root() for var in dims], set[int]()
    while todo:
        root = todo.pop()
        if id(root) in seen:
            continue
        seen.add(id(root))
        for item in root.watchers or ():
            if computes(item, root):
                found.append(Cause(item, item.place, whys(variables(item.right)), root))
                todo += [var.root() for var in variables(item.right)]
    return tuple(found)
