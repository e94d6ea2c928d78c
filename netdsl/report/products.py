"""Products of sizes that are a known number: the divisors that a size in them can be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from netdsl.infer.residues import residue
from netdsl.infer.statements import Equation
from netdsl.infer.terms import MULTIPLY, Operation, Term, Var, value


def divisors_of(root: Var) -> list[int] | None:
    """Return the sizes that divide what a product with this dimension is known to be.

    None where no equation says that; the bounds and the step are kept.
    """
    found: set[int] | None = None
    for side, other in _sides(root):
        total = value(other)
        power, rest = _powers(side, root)
        if total is None or total < 1:
            continue
        sizes = _dividing(total // rest, power) if total % rest == 0 else set[int]()
        found = sizes if found is None else found & sizes
    if found is None:
        return None
    return [size for size in sorted(found) if _fits(root, size)]


def multiples_of(root: Var) -> int:
    """Return what a dimension must be a multiple of, since a product in it alone is."""
    import sympy

    found = 1
    for side, other in _sides(root):
        step, rest = residue(other)
        power, known = _powers(side, root)
        if step < 2 or rest % step or _opened(side) != {id(root)}:
            continue
        for prime, count in sympy.factorint(step).items():
            while known % prime == 0 and count:
                known, count = known // prime, count - 1
            found = math.lcm(found, int(prime) ** -(-count // power))
    return found


def same_products(equations: Iterable[Equation]) -> Iterator[tuple[Var, int]]:
    """Yield the dimensions that are a product which another equation says the number of."""
    found: dict[tuple[Any, ...], list[Var]] = {}
    for item in equations:
        for side, other in ((item.left, item.right), (item.right, item.left)):
            factors = _factors(side) if isinstance(side, Operation) else None
            if factors is not None and isinstance(other, Var) and not item.is_least:
                key = sorted(each if isinstance(each, int) else id(each) for each in factors)
                found.setdefault(tuple(key), []).append(other.root())
    for same in found.values():
        totals = [var.value for var in same if var.value is not None]
        yield from ((var, totals[0]) for var in same if totals)


def _fits(root: Var, size: int) -> bool:
    return root.low <= size <= root.high and (size - root.low) % root.step == 0


def _dividing(total: int, power: int) -> set[int]:
    import sympy

    return {int(size) for size in sympy.divisors(total) if total % int(size) ** power == 0}


def _sides(root: Var) -> Iterator[tuple[Term | int, Term | int]]:
    """Yield the products in which a dimension stands, each with what it is equal to."""
    for item in root.watchers or ():
        if isinstance(item, Equation) and not item.is_least:
            for side, other in ((item.left, item.right), (item.right, item.left)):
                if isinstance(side, Operation) and id(root) in (_opened(side) or ()):
                    yield side, other


def _factors(term: Term | int) -> list[Var | int] | None:
    """Return the factors of a product; None for a term that is something else."""
    if isinstance(term, int):
        return [term]
    if isinstance(term, Var):
        root = term.root()
        return [root if root.value is None else root.value]
    if not isinstance(term, Operation) or term.kind is not MULTIPLY:
        known = value(term)
        return None if known is None else [known]
    left = _factors(term.left)
    right = None if left is None else _factors(term.right)
    return None if left is None or right is None else [*left, *right]


def _opened(term: Term | int) -> set[int] | None:
    """Return the keys of the open dimensions in a product."""
    factors = _factors(term)
    if factors is None or any(isinstance(each, int) and each < 1 for each in factors):
        return None
    return {id(each) for each in factors if isinstance(each, Var)}


def _powers(term: Term | int, root: Var) -> tuple[int, int]:
    """Return how often a dimension stands in a product, and the product of the known factors."""
    power, known = 0, 1
    for each in _factors(term) or ():
        if isinstance(each, int):
            known *= each
        elif each is root:
            power += 1
    return power, known
