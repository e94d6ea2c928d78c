"""Contradictions in words: where they are, what was expected, what came, and who said so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from netdsl.errors import ShapeError
from netdsl.infer.causes import SLOTS, Place, in_order
from netdsl.infer.explain import defining, origins, row_whys, story, whys
from netdsl.infer.rows import Fixed, Row, spread
from netdsl.infer.statements import Equation, Match, Relation
from netdsl.infer.sympify import expression, symbol
from netdsl.infer.terms import MULTIPLY, Operation, Term, Var, bounds, value, variables
from netdsl.infer.words import Letters, interval, meet, shortened, show_term

if TYPE_CHECKING:
    from netdsl.infer.forms import Form
    from netdsl.infer.solver import Solver

TOO_SMALL = "The input is too small."
SIZES = "Two sizes disagree."
RANKS = "Two ranks disagree."
YIELDS = ("layer", "setting", "port", "array")
"""What a part says of itself, by how sure it is: a wrong array is likelier than a wrong setting."""


def disagreement(solver: Solver, equation: Equation) -> ShapeError:
    """Return the error that an equation cannot hold."""
    got, expected = _sides(solver, equation)
    letters = Letters(solver.names)
    wanted, found = bounds(expected), bounds(got)
    says: Any = _multiple(expected, found, letters) if meet(wanted, found) else interval(wanted)
    is_vague = meet(wanted, found) and value(got) is None
    if equation.is_least:
        says = f"at least {says}"
    dims = (*variables(got), *variables(expected))
    lines = story(solver, whys(variables(got))) + story(solver, whys(variables(expected)))
    lines += defining(solver, (var for var in dims if var.value is None))
    lines += [*_deciding(equation.statement, equation.settings), *_feeds(solver, equation.place)]
    where = _where(solver, equation, got, expected)
    return ShapeError(
        TOO_SMALL if equation.is_least else SIZES,
        **where,
        expected=says,
        got=_multiple(got, wanted, letters) if is_vague else _computed(got, letters),
        because=_because(lines, where),
    ).caused(whys((*variables(expected), *variables(got))), solver.focus)


def _multiple(term: Term | int, other: tuple[int, int], letters: Letters) -> str:
    """Return a term as text: as a multiple, where that is what another number is not."""
    text = _multiple_of(term, letters)
    step = int(text.rpartition(" ")[2]) if text.startswith("a multiple of ") else 0
    is_one = bool(step) and other[0] == other[1] and other[0] % step == 0
    return show_term(term, letters.of) if is_one else text


def _multiple_of(term: Term | int, letters: Letters) -> str:
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
    return show_term(term, letters.of)


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
    letters = Letters(solver.names)
    dims = (*variables(equation.right), *variables(equation.left))
    lines = defining(solver, dims) + _feeds(solver, equation.place)
    where = _where(solver, equation, equation.left, equation.right)
    return ShapeError(
        TOO_SMALL if equation.is_least else SIZES,
        **where,
        expected=f"at least {_lettered(right, letters)}"
        if equation.is_least
        else _lettered(right, letters),
        got=_lettered(left, letters),
        because=_because(lines, where),
    ).caused(origins(dims), solver.focus)


def _because(lines: list[str], where: dict[str, Any]) -> tuple[str, ...] | None:
    """Return reasons as an error gives them: the layer that is named above is none."""
    return shortened([line for line in lines if line != where.get("layer")]) or None


def _lettered(form: Form, letters: Letters) -> Any:
    """Return a form as an expression in which open dimensions have letters."""
    opened = {symbol(a.text): symbol(letters.of(a.var)) for a in form.roots.values() if a.var}
    found = expression(form)
    return found if form.value is not None else found.xreplace(opened)


def _computed(term: Term | int, letters: Letters) -> Any:
    if isinstance(term, Operation):
        number, text = value(term), show_term(term, letters.of)
        if number is None:
            return text
        return number if "min(" in text or "max(" in text else f"{number} = {text}"
    if isinstance(term, Var) and term.root().name is not None:
        return letters.of(term)
    return interval(bounds(term))


def _feeds(solver: Solver, place: Place) -> list[str]:
    """Return what feeds each of several inputs, and what the part, or that at a place, shares."""
    feeds = [f"{name} is {source.place}" for name, source in solver.sources.items()]
    known: list[tuple[str, Row, str]] = [*solver.shared]
    if place.path in solver.parts:
        known += solver.parts[place.path][3]
    return [*(feeds if len(feeds) > 1 else []), *dict.fromkeys(said for _, _, said in known)]


def _deciding(statement: Any, settings: tuple[str, ...]) -> Iterator[str]:
    setting = getattr(statement, "setting", None)
    if setting is not None:
        for name in settings:
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
    for name, row, _ in solver.shared:
        if _stand_in(row, *terms):
            return {**facts, "array": name}
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


def _stand_in(row: Row, *terms: Term | int) -> bool:
    """Whether one of the dimensions of terms is in a row."""
    wanted = {id(var.root()) for term in terms for var in variables(term)}
    return any(id(dim.root()) in wanted for dim in row.root().known or ())


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
    lines = story(solver, causes) + list(_deciding(match.statement, match.settings))
    lines += _feeds(solver, match.place)
    takes = getattr(match.statement, "doc", "")
    return ShapeError(
        RANKS,
        **where,
        expected=f"rank {expected}: {takes}" if takes else f"rank {expected}",
        got=f"rank {got}",
        because=_because(lines, where),
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
    where = solver.where(relation.place)
    because = _because(story(solver, known), where)
    return error.having(**where, because=because).caused(known, solver.focus)


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
        because=_because(story(solver, causes), facts),
    ).caused(causes, solver.focus)


def must_be_fixed(solver: Solver, stated: Fixed, relation: Relation) -> ShapeError:
    """Return the error that a size varies which a layer needs to be one number."""
    facts = solver.where(relation.place)
    found = list(_in_ports(solver, stated.size))
    if found:
        facts["port"], facts["level"] = found[0][:2]
    if stated.settings:
        facts["setting"] = stated.settings[0]
    lines = [*defining(solver, (stated.size,)), *_deciding(relation.statement, stated.settings)]
    return ShapeError(
        "A size varies from example to example.",
        **facts,
        expected="a fixed size",
        got="a Varying one",
        because=_because(lines, facts),
    ).caused(origins((stated.size,)), relation.place)
