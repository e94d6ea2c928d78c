"""Equations and terms as text, with letters for the dimensions in them that have no name."""

from __future__ import annotations

from collections.abc import Callable

from netdsl.dims import is_sum
from netdsl.infer import Solver, Var
from netdsl.infer.statements import Equation
from netdsl.infer.terms import INF, Operation, Term
from netdsl.report.sizes import sizes_of

LETTERS = "nmkijpqrstuvxyzabcdefghlow"
LOOSE = {"+": 1, "-": 1, "*": 2, "//": 2}
"""How tightly operations bind."""


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


def show_term(
    term: Term | int, size: Callable[[Var], str], above: int = 0, right: bool = False
) -> str:
    """Return a term as text; `size` says what a dimension in it is shown as."""
    if isinstance(term, int):
        return str(term)
    if isinstance(term, Var):
        text = size(term)
        return f"({text})" if above and is_sum(text) else text
    assert isinstance(term, Operation)
    symbol = term.kind.symbol
    if symbol.isalpha():
        return f"{symbol}({show_term(term.left, size)}, {show_term(term.right, size)})"
    own, first, second = LOOSE[symbol], term.left, term.right
    if symbol == "+" and isinstance(second, int) and second < 0:
        symbol, second = "-", -second
    text = f"{show_term(first, size, own)} {symbol} {show_term(second, size, own, True)}"
    return f"({text})" if own < above or (right and own == above) else text
