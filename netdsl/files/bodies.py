"""How long the body of a function in a text may be: sympy takes hours over what a line can hold."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Final

from netdsl.files.text import Source

STEPS: Final = "operations and calls"
COMPARED: Final = "numbers in Max and Min"
JOINED: Final = "conditions joined by & | ^"
NESTED: Final = "choices inside of conditions"

MOST: Final = {STEPS: 1000, COMPARED: 40, JOINED: 100, NESTED: 20}
"""How many of each a body may have: sympy compares each with each, and takes seconds for these."""

_CHOICES: Final = ("If", "Which", "Piecewise")
_TAKING_MANY: Final = {
    **dict.fromkeys(("Max", "Min"), COMPARED),
    **dict.fromkeys(("And", "Or"), JOINED),
    **dict.fromkeys(("Plus", "Times", "Total", "Equal", "Unequal"), STEPS),
}
_JOINS: Final = (ast.BitAnd, ast.BitOr, ast.BitXor)


def see_that_it_is_short(source: Source, node: ast.Lambda) -> None:
    """Refuse a function whose body sympy would not come to an end with."""
    counts = Counter[str]()
    for part in ast.walk(node.body):
        counts.update(dict(_counted(part)))
    for what, most in MOST.items():
        if counts[what] > most:
            raise source.refused(
                node, "A function is too long.", expected=f"up to {most} {what}", got=counts[what]
            )


def _counted(part: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield what a part of a body adds to each count."""
    if isinstance(part, ast.BinOp | ast.UnaryOp | ast.Compare | ast.Call):
        yield STEPS, 1
    if isinstance(part, ast.BinOp) and isinstance(part.op, _JOINS):
        yield JOINED, 1
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
        if part.func.id in _TAKING_MANY:
            yield _TAKING_MANY[part.func.id], len(part.args)
        yield NESTED, sum(map(_has_choice, _conditions(part.func.id, part.args)))


def _conditions(name: str, given: list[ast.expr]) -> list[ast.expr]:
    """Return the conditions among what If, Which or Piecewise is given."""
    if name == "Piecewise":
        return [pair.elts[-1] for pair in given if isinstance(pair, ast.Tuple) and pair.elts]
    return {"If": given[:1], "Which": given[::2]}.get(name, [])


def _has_choice(node: ast.expr) -> bool:
    return any(
        isinstance(part, ast.Call) and getattr(part.func, "id", None) in _CHOICES
        for part in ast.walk(node)
    )
