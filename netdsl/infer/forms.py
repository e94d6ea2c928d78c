"""The expressions of dimensions in named sizes, through sympy; run only where there are names."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# sympy has no type stubs; its expressions are Any here.

from __future__ import annotations

from collections import deque
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from netdsl.errors import ShapeError
from netdsl.infer.terms import Cause, Operation, Term, Var, variables

if TYPE_CHECKING:
    from netdsl.infer.solver import Solver
    from netdsl.infer.statements import Equation


def settle(solver: Solver) -> None:
    """Give every dimension that follows from named ones its expression in them."""
    todo = deque(item for item in solver.equations if not _numeric(item))
    while todo:
        equation = todo.popleft()
        changed = _settle(solver, equation)
        if changed is not None:
            todo.extend(item for item in changed.root().watchers if item is not equation)


def symbol(name: str, *, varies: bool = False) -> Any:
    """Return the sympy symbol of a size: a positive integer.

    The symbol of a length that varies equals no other, whatever a user calls a size.
    """
    import sympy

    kind = _length_symbol() if varies else sympy.Symbol
    return cast(Any, kind(name, integer=True, positive=True))


@cache
def _length_symbol() -> Any:
    import sympy

    return type("LengthSymbol", (sympy.Symbol,), {"__slots__": ()})


def varies(form: Any) -> bool:
    """Whether an expression depends on a length that varies."""
    return form is not None and any(
        isinstance(part, _length_symbol()) for part in getattr(form, "free_symbols", ())
    )


def form_of(var: Var) -> Any:
    """Return a size, an expression in named sizes, or None where neither is known."""
    root = var.root()
    if root.low == root.high:
        return root.low
    if root.form is None and root.name is not None:
        root.form = symbol(root.name, varies=root.varies)
    return root.form


def _numeric(equation: Equation) -> bool:
    return all(v.value is not None for v in (*variables(equation.left), *variables(equation.right)))


def _form(term: Term | int) -> Any:
    import sympy

    if isinstance(term, int):
        return sympy.Integer(term)
    if isinstance(term, Var):
        form = form_of(term)
        return None if form is None else cast(Any, sympy.sympify(form))
    assert isinstance(term, Operation)
    left, right = _form(term.left), _form(term.right)
    if left is None or right is None:
        return None
    if term.kind.symbol == "//":
        return cast(Any, sympy.floor(left / right))
    if term.kind.symbol in ("min", "max"):
        return cast(Any, sympy.Min if term.kind.symbol == "min" else sympy.Max)(left, right)
    return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__}[term.kind.symbol](right)


def _settle(solver: Solver, equation: Equation) -> Var | None:
    """Give one dimension its expression, or check the two sides; return the dimension."""
    left, right = _form(equation.left), _form(equation.right)
    if left is not None and right is not None:
        _compare(solver, equation, left, right)
        return None
    if left is None and right is None:
        return None
    term, wanted = (equation.left, right) if left is None else (equation.right, left)
    return _invert(term, wanted)


def _invert(term: Term | int, wanted: Any) -> Var | None:
    """Solve `term = wanted` for the one dimension in it that has no expression yet."""
    while isinstance(term, Operation):
        left, right = _form(term.left), _form(term.right)
        if (left is None) == (right is None):
            return None
        known = right if left is None else left
        if term.kind.symbol == "+":
            wanted = wanted - known
        elif term.kind.symbol == "-":
            wanted = wanted + known if left is None else known - wanted
        elif term.kind.symbol == "*":
            wanted = wanted / known
        else:
            return None
        term = term.left if left is None else term.right
    assert isinstance(term, Var)
    root = term.root()
    if root.form is not None:
        return None
    root.form = wanted
    return root


def _compare(solver: Solver, equation: Equation, left: Any, right: Any) -> None:
    import sympy

    difference = cast(Any, sympy.expand(left - right))
    if difference.is_zero is False:
        parts = [v.root().why for v in (*variables(equation.left), *variables(equation.right))]
        whys = tuple(why for why in parts if why is not None)
        where = equation.left.place if isinstance(equation.left, Var) else None
        raise ShapeError(
            "Two dimensions disagree.",
            **solver.where(where or equation.place),
            expected=right,
            got=left,
            because=Cause(equation.statement, equation.place, whys).roots() or None,
        )
