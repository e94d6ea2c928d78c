"""Forms at given sizes: whether something holds for all of them, and for which ones else."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from netdsl.infer.forms import Atom, Form, Number
from netdsl.report.sizes import Sizes

TRIED = 4096
"""So many sizes are tried at most."""

MULTIPLE = 8
"""How many periods are tried: enough for products of seven sizes."""


def always(form: Form, names: Mapping[str, Sizes], holds: Callable[[Number], bool]) -> bool:
    """Whether something holds for a form at all sizes that the names can have by themselves.

    The rests of a form repeat; where they cannot be tried, nothing is concluded.
    """
    roots, repeats = list(form.roots.values()), period(form)
    if any(root.text not in names for root in roots):
        return False
    sets = [names[root.text] for root in roots]
    counts = [_count(sizes, repeats) for sizes in sets]
    if not all(counts) or math.prod(counts) > TRIED:
        return False
    tried = itertools.product(
        *(itertools.islice(sizes, count) for sizes, count in zip(sets, counts, strict=True))
    )
    keys = [root.key for root in roots]
    return all(holds(value_of(form, dict(zip(keys, sizes, strict=True)))) for sizes in tried)


def _count(sizes: Sizes, repeats: int | None) -> int:
    """Return how many sizes must be tried, 0 where that cannot be told."""
    most = 0 if repeats is None else MULTIPLE * repeats
    if sizes.high is None:
        return most
    count = (sizes.high - sizes.low) // sizes.step + 1
    return min(count, most) if most else count


def zeros(form: Form, sizes: Sizes) -> Sizes | None:
    """Return the sizes at which a form in one name is 0, where they are evenly spaced.

    None where they are not, or where that cannot be told.
    """
    key = next(iter(form.roots))
    if sizes.high is not None:
        if (sizes.high - sizes.low) // sizes.step >= TRIED:
            return None
        return _evenly([size for size in sizes if value_of(form, {key: size}) == 0])
    repeats = period(form)
    if repeats is None or repeats * MULTIPLE > TRIED:
        return None
    # Along a period the form is a polynomial in the number of periods.
    first = list(itertools.islice(sizes, MULTIPLE * repeats))
    values = [value_of(form, {key: size}) for size in first]
    classes = [values[at::repeats] for at in range(repeats)]
    if not all(not any(each) or _never(each) for each in classes):
        return None
    found = _evenly([size for size, value in zip(first, values, strict=True) if value == 0])
    return None if found is None else Sizes(found.low, None, found.step)


def _never(values: list[Number]) -> bool:
    """Whether a sequence is linear and has no 0, however far it goes."""
    slope = values[1] - values[0]
    if any(b - a != slope for a, b in itertools.pairwise(values)):
        return False
    at = Fraction(-values[0]) / slope if slope else Fraction(-1)
    return at < 0 or at.denominator > 1


def _evenly(found: list[int]) -> Sizes | None:
    if not found:
        return None
    gaps = {b - a for a, b in itertools.pairwise(found)}
    return Sizes(found[0], found[-1], gaps.pop() if gaps else 1) if len(gaps) < 2 else None


def period(form: Form) -> int | None:
    """Return after how many sizes the rests in a form repeat; None where that cannot be told."""
    found = 1
    for monomial, _ in form.terms:
        for atom, _ in monomial:
            inner = period(atom.parts[0]) if atom.parts else 1
            below = atom.parts[1].value if atom.kind in ("floor", "ratio") else 1
            if inner is None or below is None or atom.kind in ("min", "max"):
                return None
            found = math.lcm(found, inner * int(below))
    return found


def value_of(form: Form, sizes: Mapping[str, int]) -> Number:
    """Return the value of a form when the names in it, by their keys, have these sizes."""
    total: Number = 0
    for monomial, factor in form.terms:
        one: Number = factor
        for atom, power in monomial:
            one *= Fraction(_atom(atom, sizes)) ** power
        total += one
    return total


def _atom(atom: Atom, sizes: Mapping[str, int]) -> Number:
    if not atom.parts:
        return sizes[atom.key]
    above, *below = (value_of(part, sizes) for part in atom.parts)
    if atom.kind == "factor":
        return above
    if atom.kind in ("min", "max"):
        return min(above, below[0]) if atom.kind == "min" else max(above, below[0])
    exact = Fraction(above) / below[0]
    return exact if atom.kind == "ratio" else math.floor(exact)
