"""What an error of the solver says: bounds and terms in words, and who is behind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netdsl.infer.rows import Row
from netdsl.infer.statements import SLOTS, Match
from netdsl.infer.terms import INF, Cause, Operation, Place, Term, Var


def whys(parts: Iterable[Any]) -> tuple[Cause, ...]:
    """Return why those parts that are dimensions are what they are."""
    found = {id(part.root()): part.root().why for part in parts if isinstance(part, Var)}
    return tuple(why for why in found.values() if why is not None)


def origin(var: Var) -> Place | None:
    """Return the slot whose given size this one has; the rule alone would not say which to mend."""
    cause = var.root().why
    while cause is not None and cause.parents:
        cause = cause.parents[-1]
    place = None if cause is None else cause.place
    return place if place is not None and place.role in SLOTS else var.place


def row_whys(match: Match) -> tuple[Cause, ...]:
    """Return why the rows in a match have the dimensions that they have."""
    rows = (atom.root() for atom in (*match.left, *match.right) if isinstance(atom, Row))
    return tuple(row.why for row in rows if row.why is not None)


def meet(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two pairs of bounds have a size in common."""
    return max(a[0], b[0]) <= min(a[1], b[1])


def interval(pair: tuple[int, int]) -> int | str:
    """Return bounds in words: 3, 3..5, at least 3."""
    low, high = pair
    if low == high:
        return low
    return f"{low}..{high}" if high < INF else f"at least {low}"


def show(term: Term | int) -> str:
    """Return a term as text, with the sizes that are known put in."""
    if isinstance(term, int):
        return str(term)
    if isinstance(term, Var):
        root = term.root()
        if root.low == root.high:
            return str(root.low)
        return root.name or "n"
    assert isinstance(term, Operation)
    symbol = term.kind.symbol
    if symbol.isalpha():
        return f"{symbol}({show(term.left)}, {show(term.right)})"
    return f"({show(term.left)} {symbol} {show(term.right)})"
