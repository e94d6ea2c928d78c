"""What terms leave over: `rest` modulo `step`, forwards through a term and backwards.

A step of 0 stands for a number, a step of 1 for nothing known.
"""

from __future__ import annotations

import math

from netdsl.infer.terms import ADD, DIVIDE, LARGEST, MULTIPLY, SMALLEST, Operation, Term, Var

Residue = tuple[int, int]
OPEN: Residue = (1, 0)
MOST = 1 << 40
"""Steps beyond this are not followed."""


def residue(term: Term | int) -> Residue:
    """Return the step and the rest of the values of a term."""
    if isinstance(term, int):
        return 0, term
    if isinstance(term, Var):
        root = term.root()
        if root.low == root.high:
            return 0, root.low
        return (root.step, root.low % root.step) if root.step > 1 else OPEN
    assert isinstance(term, Operation)
    return _forth(term, residue(term.left), residue(term.right))


def _forth(term: Operation, a: Residue, b: Residue) -> Residue:
    kind = term.kind
    if kind is MULTIPLY:
        step = math.gcd(a[1] * b[0], b[1] * a[0], a[0] * b[0])
        return _reduced(step, a[1] * b[1])
    if kind is DIVIDE:
        if b[0] != 0 or b[1] <= 0 or a[0] % b[1]:
            return OPEN
        return _reduced(a[0] // b[1], a[1] // b[1])
    if kind in (SMALLEST, LARGEST):
        return _reduced(math.gcd(a[0], b[0], a[1] - b[1]), a[1])
    return _reduced(math.gcd(a[0], b[0]), a[1] + b[1] if kind is ADD else a[1] - b[1])


def _reduced(step: int, rest: int) -> Residue:
    return step, (rest % step if step else rest)


def parts(term: Operation, wanted: Residue) -> tuple[Residue, Residue]:
    """Return what the two operands must leave over for the term to leave over what is wanted."""
    a, b = residue(term.left), residue(term.right)
    kind = term.kind
    if kind is MULTIPLY:
        return _factor(wanted, b), _factor(wanted, a)
    if kind in (DIVIDE, SMALLEST, LARGEST):
        return OPEN, OPEN
    step, rest = wanted
    left = rest - b[1] if kind is ADD else rest + b[1]
    right = rest - a[1] if kind is ADD else a[1] - rest
    return _reduced(math.gcd(step, b[0]), left), _reduced(math.gcd(step, a[0]), right)


def _factor(wanted: Residue, other: Residue) -> Residue:
    """Return what x leaves over when x times a number leaves over what is wanted."""
    (step, rest), (other_step, by) = wanted, other
    if other_step or by <= 0 or step < 2:
        return OPEN
    common = math.gcd(by, step)
    if rest % common:
        return 0, -1  # no size does
    inner = step // common
    return _reduced(inner, rest // common * pow(by // common, -1, inner) if inner > 1 else 0)


def both(a: Residue, b: Residue) -> Residue | None:
    """Return what leaves over as either says, None where that cannot be."""
    (p, x), (q, y) = a, b
    common = math.gcd(p, q)
    if (y - x) % common if common else x != y:
        return None
    if p == 0 or q == 0:
        return a if p == 0 else b
    if p // common * q > MOST:
        return a
    more = (y - x) // common * pow(p // common, -1, q // common) % (q // common)
    return _reduced(p // common * q, x + p * more)
