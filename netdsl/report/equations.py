"""Equations and terms as text, with letters for the dimensions in them that have no name."""

from __future__ import annotations

from netdsl.infer import Solver, Var
from netdsl.infer.statements import Equation
from netdsl.infer.terms import INF, Operation
from netdsl.infer.words import LETTERS, show_term
from netdsl.report.sizes import sizes_of


def free_letters(solver: Solver) -> str:
    """Return the letters that can stand for what has no name."""
    return "".join(letter for letter in LETTERS if letter not in solver.names)


def sorted_letters(letters: str, count: int) -> list[str]:
    """Return letters in the order in which sympy writes them."""
    few = sorted(letters[:count])
    return few if len(few) == count else [f"n{at}" for at in range(1, count + 1)]


def equation_text(equation: Equation, free: str) -> tuple[str, dict[int, str]]:
    """Return an equation, what is known on the right, and the letters of what is open in it."""
    letters: dict[int, str] = {}

    def letter(var: Var) -> str:
        root = var.root()
        if root.value is not None:
            return str(root.value)
        name = root.name or free[len(letters) % len(free)]
        return letters.setdefault(id(root), str(name))

    left, right = equation.left, equation.right
    if not isinstance(left, Operation) and isinstance(right, Operation) and not equation.is_least:
        left, right = right, left
    first = show_term(left, letter)
    if isinstance(right, Var) and right.value is None and right.root().high < INF:
        return f"{first} in {sizes_of(right)}", letters
    return f"{first} {'>=' if equation.is_least else '='} {show_term(right, letter)}", letters
