"""Conclusions and contradictions in words: what follows from what, and who said it first."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeGuard

from netdsl.errors import ShapeError
from netdsl.infer.causes import SLOTS, Cause, Place, in_order
from netdsl.infer.rows import Row, spread
from netdsl.infer.statements import Equation, Match, Relation
from netdsl.infer.terms import INF, MULTIPLY, Operation, Term, Var, bounds, value, variables

if TYPE_CHECKING:
    from netdsl.infer.forms import Form
    from netdsl.infer.solver import Solver

MOST = 9
"""Lines of a reason; of longer ones the middle is left out."""
YIELDS = ("layer", "setting", "port", "array")
"""What a part says of itself, by how sure it is: a wrong array is likelier than a wrong setting."""
LETTERS = "nmkpq"
"""What open dimensions are called, each term anew."""
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
    """Note that two open dimensions were found equal, for explanations to go along."""
    if left.value is None and right.value is None:
        left.joints = [*(left.joints or ()), (right, equation)]
        right.joints = [*(right.joints or ()), (left, equation)]


def between(start: Var, end: Var) -> list[Equation]:
    """Return the equations that make two dimensions equal, in order."""
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
    layer = solver.describe(equation.place.path)
    left, right = equation.left, equation.right
    if isinstance(left, Var) and isinstance(right, Operation) and value(right) is not None:
        return f"{layer}: {show(right)} = {value(right)}"
    if isinstance(right, Var) and isinstance(left, Operation) and value(left) is not None:
        return f"{layer}: {show(left)} = {value(left)}"
    if isinstance(left, Var) and isinstance(right, Var):
        return ""
    if equation.is_least and cause.var.value is not None:
        return ""
    letters = dict[int, str]()
    sign = ">=" if equation.is_least else "="
    text = f"{show(left, letters)} {sign} {show(right, letters)}"
    return f"{layer}: {text}, so {show(cause.var, letters)} is {_found(cause)}"


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


def show(
    term: Term | int, letters: dict[int, str] | None = None, above: int = 0, right: bool = False
) -> str:
    """Return a term as text, with the sizes that are known put in and letters for those not.

    `letters` keeps the letter of each dimension from one term to the next.
    """
    letters = {} if letters is None else letters
    if isinstance(term, int):
        return str(term)
    if isinstance(term, Var):
        root = term.root()
        if root.low == root.high:
            return str(root.low)
        more = LETTERS[len(letters) % len(LETTERS)]
        return root.name or letters.setdefault(id(root), more)
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


# ---- contradictions ----------------------------------------------------------------------------


def disagreement(solver: Solver, equation: Equation) -> ShapeError:
    """Return the error that an equation cannot hold."""
    got, expected = _sides(solver, equation)
    wanted, found = bounds(expected), bounds(got)
    says: Any = _multiple(expected) if meet(wanted, found) else interval(wanted)
    if equation.is_least:
        says = f"at least {says}"
    lines = story(solver, whys(variables(got))) + story(solver, whys(variables(expected)))
    lines += [*_deciding(solver, equation), *_feeds(solver)]
    where = _where(solver, equation, got, expected)
    lines = [line for line in lines if line != where.get("layer")]
    return ShapeError(
        "The input is too small." if equation.is_least else "Two sizes disagree.",
        **where,
        expected=says,
        got=_computed(got) if not meet(wanted, found) or value(got) is not None else _multiple(got),
        because=shortened(lines) or None,
    ).caused(whys((*variables(expected), *variables(got))), solver.focus)


def _multiple(term: Term | int) -> str:
    """Return a term as text: what is a number times something unknown as a multiple of it."""
    factors: list[Term | int] = [term]
    if isinstance(term, Var) and term.root().step > 1 and term.value is None:
        root = term.root()
        if root.low % root.step == 0:
            return f"a multiple of {root.step}"
    while any(isinstance(part, Operation) and part.kind is MULTIPLY for part in factors):
        products = [p for p in factors if isinstance(p, Operation) and p.kind is MULTIPLY]
        factors.remove(products[0])
        factors += [products[0].left, products[0].right]
    known = [value(part) for part in factors]
    numbers = [number for number in known if number is not None]
    if len(factors) > 1 and numbers and len(numbers) < len(factors):
        return f"a multiple of {math.prod(numbers)}"
    return show(term)


def _sides(solver: Solver, equation: Equation) -> tuple[Term | int, Term | int]:
    """Return what is got and what is expected: by what the part in focus says itself, if it does.

    Of two things that it says, an array gives way to a port, a port to a setting.
    """
    left, right = equation.left, equation.right
    if equation.is_least:
        return left, right
    own = [_is_own(solver, side) for side in (left, right)]
    if own[0] != own[1]:
        return (right, left) if own[0] else (left, right)
    weak = [max((YIELDS.index(p.role) for p in _roots(s)), default=0) for s in (left, right)]
    return (right, left) if weak[1] > weak[0] else (left, right)


def _roots(term: Term | int) -> list[Place]:
    """Return the places where it was said what a term is."""
    causes = in_order(whys(variables(term)))
    return [cause.place for cause in causes if not cause.parents and cause.place is not None]


def forms_disagree(solver: Solver, equation: Equation, left: Form, right: Form) -> ShapeError:
    """Return the error that two sizes differ by a number, whatever the open sizes are."""
    from netdsl.infer.sympify import expression

    dims = (*variables(equation.right), *variables(equation.left))
    lines = _defining(solver, dims) + _feeds(solver)
    where = _where(solver, equation, equation.left, equation.right)
    return ShapeError(
        "The input is too small." if equation.is_least else "Two sizes disagree.",
        **where,
        expected=f"at least {expression(right)}" if equation.is_least else expression(right),
        got=expression(left),
        because=shortened([line for line in lines if line != where.get("layer")]) or None,
    ).caused(_origins(dims), solver.focus)


def derivation(solver: Solver, var: Var) -> tuple[str, ...]:
    """Return what computes an open dimension from others, in words."""
    return shortened(_defining(solver, (var,)))


def _defining(solver: Solver, dims: Iterable[Var]) -> list[str]:
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
            if id(item) not in found and _computes(item, root):
                letters = dict[int, str]()
                open_ones = (var for var in variables(item.right) if var.value is None)
                of = dict.fromkeys(show(var, letters) for var in open_ones)
                made = f"makes {show(item.right, letters)} of {', '.join(of)}"
                found[id(item)] = f"{solver.describe(item.place.path)} {made}"
                todo += [var.root() for var in variables(item.right)]
        if root.why is not None:
            found.update((id(line), line) for line in story(solver, [root.why]))
    return list(found.values())[::-1]


def _computes(item: Any, root: Var) -> TypeGuard[Equation]:
    """Whether an equation says what a dimension is in terms of others."""
    is_equal = isinstance(item, Equation) and not item.is_least
    return is_equal and isinstance(item.left, Var) and item.left.root() is root


def _origins(dims: Iterable[Var]) -> tuple[Cause, ...]:
    """Return causes for dimensions, and for what computes them."""
    found = list(whys(dims))
    todo, seen = [var.root() for var in dims], set[int]()
    while todo:
        root = todo.pop()
        if id(root) in seen:
            continue
        seen.add(id(root))
        for item in root.watchers or ():
            if _computes(item, root):
                found.append(Cause(item, item.place, whys(variables(item.right)), root))
                todo += [var.root() for var in variables(item.right)]
    return tuple(found)


def _computed(term: Term | int) -> Any:
    if isinstance(term, Operation):
        number = value(term)
        return show(term) if number is None else f"{number} = {show(term)}"
    pair = bounds(term)
    return show(term) if isinstance(term, Var) and term.root().name else interval(pair)


def _feeds(solver: Solver) -> list[str]:
    """Return what feeds each input of a part that has several."""
    several = solver.sources if len(solver.sources) > 1 else {}
    return [f"{name} is {source}" for name, source in several.items()]


def _deciding(solver: Solver, equation: Equation | Match) -> Iterator[str]:
    setting = getattr(equation.statement, "setting", None)
    if setting is not None:
        for name in equation.settings:
            if setting(name):
                yield f"{name} is {setting(name)}"


def _is_own(solver: Solver, term: Term | int) -> bool:
    """Whether it is the part in focus itself that says what a term is."""
    focus, roots = solver.focus, _roots(term)
    if focus is None or not roots:
        return isinstance(term, int)
    if focus.role == "layer":
        return any(place.path == focus.path for place in roots)
    return focus in roots


def _where(solver: Solver, equation: Equation, *terms: Term | int) -> dict[str, Any]:
    """Return the facts that say where two sizes meet: the part in focus, and a slot of it."""
    place, focus = equation.place, solver.focus
    if focus is None:
        return solver.where(_slot_of(equation, terms) or place)
    facts = solver.where(focus)
    if focus.role != "layer":
        return facts
    if place.path == focus.path and place.role == "array":
        return {**facts, "array": place.name}
    got = [root for root in _roots(terms[0]) if root.path == focus.path]
    if got and got[0].role == "array":
        return {**facts, "array": got[0].name}
    for term in terms:
        found = list(_in_ports(solver, term))
        if found:
            name, level, rank = found[0]
            return {**facts, "port": name, "level": level if len(found) == 1 < rank else None}
    if place.role in SLOTS and place.path == focus.path:
        facts[place.role] = place.name
    return facts


def _in_ports(solver: Solver, term: Term | int) -> Iterator[tuple[str, int, int]]:
    """Yield the ports of the part in focus in which the dimensions of a term stand."""
    wanted = {id(var.root()) for var in variables(term)}
    for name, row in solver.ports:
        for at, dim in enumerate(row.root().known or (), 1):
            if id(dim.root()) in wanted:
                yield name, at, len(row.root().known or ())


def _slot_of(equation: Equation, terms: tuple[Term | int, ...]) -> Place | None:
    if equation.place.role in SLOTS:
        return None
    for term in terms:
        for var in variables(term):
            if var.place is not None and var.place.role in SLOTS:
                return var.place
    return None


def ranks_disagree(solver: Solver, match: Match, expected: int | str, got: int) -> ShapeError:
    """Return the error that two patterns have not the same number of dimensions."""
    rows = [atom for atom in (*match.left, *match.right) if isinstance(atom, Row)]
    atoms = [atom for atom in (*spread(match.left), *spread(match.right)) if isinstance(atom, Var)]
    first = match.left[0] if len(match.left) == 1 else None
    if isinstance(first, Row) and isinstance(expected, int):
        expected, got = expected + first.beside, got + first.beside
    causes = (*row_whys(match), *whys(atoms))
    where = _where_ranks(solver, match, rows, atoms)
    lines = story(solver, causes) + list(_deciding(solver, match)) + _feeds(solver)
    takes = getattr(match.statement, "doc", "")
    return ShapeError(
        "Two ranks disagree.",
        **where,
        expected=f"rank {expected}: {takes}" if takes else f"rank {expected}",
        got=f"rank {got}",
        because=shortened([line for line in lines if line != where.get("layer")]) or None,
    ).caused(causes, solver.focus)


def _where_ranks(solver: Solver, match: Match, rows: list[Row], atoms: list[Var]) -> dict[str, Any]:
    place, focus = match.place, solver.focus
    if focus is None:
        if place.role not in SLOTS:
            place = next((row.place for row in rows if row.place is not None), place)
        return solver.where(place)
    if place.role in SLOTS and place.path == focus.path:
        return solver.where(place)
    facts = solver.where(focus)
    if focus.role == "layer":
        wanted = {id(var.root()) for var in atoms}
        for name, row in solver.ports:
            known = row.root().known or ()
            if row.root() in rows or any(id(dim.root()) in wanted for dim in known):
                return {**facts, "port": name}
    return facts


def within(solver: Solver, relation: Relation, error: ShapeError) -> ShapeError:
    """Return an error that a layer raised itself with where it is and what led to its shapes."""
    causes = [row.root().why for row in relation.rows]
    known = tuple(cause for cause in causes if cause is not None)
    because = shortened(story(solver, known)) or None
    return error.having(**solver.where(relation.place), because=because).caused(known, solver.focus)


def length_is_fixed(solver: Solver, root: Var, statement: Any, place: Place | None) -> ShapeError:
    """Return the error that a length that varies would be one number."""
    causes = whys((root,))
    facts = solver.where(root.place or place)
    if solver.focus is not None:
        facts = solver.where(solver.focus)
        found = list(_in_ports(solver, root))
        if found and solver.focus.role == "layer":
            facts["port"] = found[0][0]
    return ShapeError(
        "A length that varies is fixed.",
        **facts,
        expected="a length that may vary",
        got=root.low,
        because=shortened(story(solver, causes)) or None,
    ).caused(causes, solver.focus)
