"""Sizes and terms in words: what errors say and what is said of a net that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from netdsl.dims import is_sum
from netdsl.infer.terms import INF, Operation, Term, Var

MOST = 9
"""Lines of a reason; of longer ones the middle is left out."""
LETTERS = "nmkijpqrstuvxyzabcdefghlow"
"""What open dimensions are called, in each sentence anew."""
LOOSE = {"+": 1, "-": 1, "*": 2, "//": 2}
"""How tightly operations bind."""


def shortened(lines: list[str]) -> tuple[str, ...]:
    """Return lines without the middle of very many."""
    lines = list(dict.fromkeys(lines))
    if len(lines) <= MOST:
        return tuple(lines)
    kept = MOST // 2
    return (*lines[:kept], f"... {len(lines) - 2 * kept} steps more ...", *lines[-kept:])


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

    def of(self, var: Var) -> str:
        """Return what a dimension is shown as: its size, its name, or a letter."""
        root = var.root()
        if root.low == root.high:
            return str(root.low)
        if root.name is not None:
            return root.name
        return self.given.setdefault(id(root), self.free[len(self.given) % len(self.free)])


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
