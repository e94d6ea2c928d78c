"""Expressions in named sizes, in a normal form that is quick to compute with; no sympy here.

A form is a sum of products of atoms with rational factors. Products of sums stay as they are
until two forms are compared. Quotients take out what divides, whole numbers as well, so that
`floor((h - 1)/2) + 1` and `floor((h + 1)/2)` are one form, and quotients of quotients become one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

Number = int | Fraction
MOST = 500
"""Terms of a product that is multiplied out; of larger ones it is not known when they are equal."""
Monomial = tuple[tuple["Atom", int], ...]
"""Atoms with their powers, in order; () is 1."""


@dataclass(frozen=True, eq=False)
class Atom:
    """What a form is made of: a name, an open dimension, or an operation on forms.

    `kind` is "name", "length" (a name that varies), "open", "floor", "ratio", "min", "max" or
    "factor" (a sum inside a product). Its values are `rest` modulo `step`.
    """

    kind: str
    text: str = ""
    parts: tuple[Form, ...] = ()
    step: int = 1
    rest: int = 0
    var: Any = None  # the dimension that an open atom stands for

    @cached_property
    def key(self) -> str:
        """A text that no other atom has."""
        inner = ",".join(part.key for part in self.parts)
        return f"{self.kind}:{self.text}({inner})" if inner else f"{self.kind}:{self.text}"

    @cached_property
    def roots(self) -> dict[str, Atom]:
        """The names and the open dimensions in it, by key."""
        if not self.parts:
            return {self.key: self}
        return {key: atom for part in self.parts for key, atom in part.roots.items()}


@dataclass(frozen=True, eq=False)
class Form:
    """A sum of monomials, in order, each with its factor."""

    terms: tuple[tuple[Monomial, Number], ...]

    @cached_property
    def key(self) -> str:
        """A text that no other form has."""
        return "+".join(f"{factor}*{_key(monomial)}" for monomial, factor in self.terms)

    @cached_property
    def roots(self) -> dict[str, Atom]:
        """The names and the open dimensions in it, by key."""
        atoms = (atom for monomial, _ in self.terms for atom, _ in monomial)
        return {key: root for atom in atoms for key, root in atom.roots.items()}

    @property
    def is_open(self) -> bool:
        """Whether it depends on a dimension that has no name."""
        return any(atom.kind == "open" for atom in self.roots.values())

    @property
    def varies(self) -> bool:
        """Whether it depends on a length that varies."""
        return any(atom.kind == "length" for atom in self.roots.values())

    @property
    def constant(self) -> Number:
        """The number in the sum."""
        return next((factor for monomial, factor in self.terms if not monomial), 0)

    @property
    def value(self) -> Number | None:
        """The number that it is, if it is one."""
        return self.constant if all(not monomial for monomial, _ in self.terms) else None

    @property
    def alone(self) -> Atom | None:
        """The name that it is, if it is one and nothing else."""
        if len(self.terms) != 1:
            return None
        monomial, factor = self.terms[0]
        is_one = factor == 1 and len(monomial) == 1 and monomial[0][1] == 1
        return monomial[0][0] if is_one and monomial[0][0].kind in ("name", "length") else None

    @property
    def is_size(self) -> bool:
        """Whether it is a product of names and open dimensions, which are at least 1."""
        if len(self.terms) != 1:
            return False
        monomial, factor = self.terms[0]
        return factor >= 1 and all(power > 0 and not atom.parts for atom, power in monomial)

    @property
    def weight(self) -> tuple[bool, int, int, str]:
        """What makes one of two equal forms the simpler one."""
        return self.is_open, len(self.roots), len(self.key), self.key


def _key(monomial: Monomial) -> str:
    return "*".join(atom.key if power == 1 else f"{atom.key}^{power}" for atom, power in monomial)


def _form(terms: Iterable[tuple[Monomial, Number]]) -> Form:
    found: dict[str, tuple[Monomial, Number]] = {}
    for monomial, factor in terms:
        key = _key(monomial)
        total = factor + found[key][1] if key in found else factor
        whole = isinstance(total, Fraction) and total.denominator == 1
        found[key] = monomial, total.numerator if whole else total
    return Form(tuple(found[key] for key in sorted(found) if found[key][1] != 0))


def number(value: Number) -> Form:
    """Return a number as a form."""
    return Form((((), value),) if value else ())


def single(atom: Atom) -> Form:
    """Return an atom as a form."""
    return Form(((((atom, 1),), 1),))


def add(left: Form, right: Form) -> Form:
    """Return a sum."""
    return _form((*left.terms, *right.terms))


def scaled(form: Form, factor: Number) -> Form:
    """Return a form times a number."""
    return _form((monomial, factor * own) for monomial, own in form.terms)


def subtract(left: Form, right: Form) -> Form:
    """Return a difference."""
    return add(left, scaled(right, -1))


def multiply(left: Form, right: Form) -> Form:
    """Return a product; a sum in it stays a sum."""
    for one, other in ((left, right), (right, left)):
        if one.value is not None:
            return scaled(other, one.value)
    (a, p), (b, q) = _whole(left), _whole(right)
    return _form([(_product(a, b), p * q)])


def _whole(form: Form) -> tuple[Monomial, Number]:
    """Return a form as one monomial and a factor; a sum becomes a factor without a divisor."""
    if len(form.terms) == 1:
        return form.terms[0]
    content = _content(form)
    return ((Atom("factor", parts=(scaled(form, 1 / content),)), 1),), content


def _content(form: Form) -> Fraction:
    """Return the largest number that divides every factor; its sign is that of the first."""
    factors = [Fraction(factor) for _, factor in form.terms]
    above = math.gcd(*(factor.numerator for factor in factors))
    below = math.lcm(*(factor.denominator for factor in factors))
    named = next((factor for monomial, factor in form.terms if monomial), factors[0])
    return Fraction(above if named > 0 else -above, below)


def _product(left: Monomial, right: Monomial) -> Monomial:
    powers: dict[str, tuple[Atom, int]] = {atom.key: (atom, power) for atom, power in left}
    for atom, power in right:
        powers[atom.key] = atom, power + powers.get(atom.key, (atom, 0))[1]
    return tuple(powers[key] for key in sorted(powers) if powers[key][1])


def ratio(left: Form, right: Form) -> Form:
    """Return the quotient of what divides without a rest."""
    if right.value is not None:
        return scaled(left, Fraction(1) / right.value)
    if left.key == right.key:
        return number(1)
    below, factor = _whole(right)
    inverse: Monomial = tuple((atom, -power) for atom, power in below)
    one = [_whole(left)] if len(left.terms) > 1 else []
    for terms in (left.terms, one):
        found = [(_product(monomial, inverse), own / Fraction(factor)) for monomial, own in terms]
        if found and all(power > 0 for monomial, _ in found for _, power in monomial):
            return _form(found)
    return single(Atom("ratio", parts=(left, right)))


def quotient(left: Form, right: Form) -> Form:
    """Return the quotient, rounded down."""
    if right.value is None:
        exact = ratio(left, right)
        is_whole = all(atom.kind != "ratio" for m, _ in exact.terms for atom, _ in m)
        if is_whole and all(isinstance(factor, int) for _, factor in exact.terms):
            return exact
        return single(Atom("floor", parts=(left, right)))
    below = math.lcm(*(Fraction(factor).denominator for _, factor in left.terms))
    return _divided(scaled(left, below), int(right.value) * below)


def _divided(form: Form, by: int) -> Form:
    """Return a form with whole factors divided by a number, rounded down."""
    out: list[tuple[Monomial, Number]] = []
    inside: list[tuple[Monomial, Number]] = []
    for monomial, factor in form.terms:
        step, rest = _residue(monomial)
        if monomial and factor * step % by == 0:
            out += [(monomial, Fraction(factor, by)), ((), -Fraction(factor * rest, by))]
            inside.append(((), factor * rest))
        else:
            inside.append((monomial, factor))
    left = _form(inside)
    whole, rest = divmod(left.constant, by)
    out.append(((), whole))
    left = _form([*((m, f) for m, f in left.terms if m), ((), rest)])
    if left.value is None:
        out += _floor(left, by).terms
    return _form(out)


def _residue(monomial: Monomial) -> tuple[int, int]:
    """Return the step and the rest of the values of a product."""
    if len(monomial) == 1 and monomial[0][1] == 1:
        return monomial[0][0].step, monomial[0][0].rest
    return 1, 0


def _floor(form: Form, by: int) -> Form:
    named = [(monomial, factor) for monomial, factor in form.terms if monomial]
    common = math.gcd(by, *(int(factor) for _, factor in named))
    by //= common
    form = _form(
        [
            ((), form.constant // common),
            *((monomial, factor // common) for monomial, factor in named),
        ]
    )
    if by == 1:
        return form
    inner = [
        (monomial[0][0].parts, monomial)
        for monomial, factor in form.terms
        if factor == 1 and len(monomial) == 1 and monomial[0][1] == 1 and _is_floor(monomial[0][0])
    ]
    if len(inner) == 1:
        (above, below), taken = inner[0]
        rest = _form((monomial, factor) for monomial, factor in form.terms if monomial != taken)
        assert below.value is not None
        return _divided(add(above, scaled(rest, below.value)), int(below.value) * by)
    return single(Atom("floor", parts=(form, number(by))))


def _is_floor(atom: Atom) -> bool:
    """Whether an atom is a quotient by a number."""
    return atom.kind == "floor" and atom.parts[1].value is not None


def cleared(form: Form) -> Form:
    """Return a form that is 0 where another one is, without exact quotients."""
    while True:
        found = [a for monomial, _ in form.terms for a, _ in monomial if a.kind == "ratio"]
        if not found:
            return expanded(form)
        (above, below), total = found[0].parts, number(0)
        for monomial, factor in form.terms:
            power = next((power for atom, power in monomial if atom.key == found[0].key), 0)
            if power > 1:
                return form
            rest = tuple((atom, p) for atom, p in monomial if atom.key != found[0].key)
            more = multiply(_form([(rest, factor)]), above if power else below)
            total = add(total, more)
        form = total


def extreme(kind: str, left: Form, right: Form) -> Form:
    """Return the smaller ("min") or the larger ("max") of two."""
    difference = subtract(left, right).value
    if difference is not None:
        return left if (difference <= 0) == (kind == "min") else right
    for one, other in ((left, right), (right, left)):
        # A size is at least 1.
        if one.value is not None and one.value <= 1 and other.is_size:
            return one if kind == "min" else other
    first, second = sorted((left, right), key=lambda form: form.key)
    return single(Atom(kind, parts=(first, second)))


def expanded(form: Form) -> Form:
    """Return a form with products of sums multiplied out, unless that would be too much."""
    result = number(0)
    for monomial, factor in form.terms:
        one = number(factor)
        for atom, power in monomial:
            inner = expanded(atom.parts[0]) if atom.kind == "factor" else single(atom)
            for _ in range(power):
                if len(one.terms) * len(inner.terms) > MOST:
                    return form
                one = _form((_product(a, b), p * q) for a, p in one.terms for b, q in inner.terms)
        result = add(result, one)
    return result


def difference(left: Form, right: Form) -> Form:
    """Return what two forms differ by, multiplied out; 0 where they are equal."""
    return number(0) if left.key == right.key else expanded(subtract(left, right))


def linear_names(form: Form) -> Iterator[tuple[Atom, Number]]:
    """Yield the names for which an equation `form = 0` can be solved, with their factors."""
    for monomial, factor in form.terms:
        if len(monomial) == 1 and monomial[0][1] == 1 and abs(factor) == 1:
            atom = monomial[0][0]
            others = [m for m, _ in form.terms if m != monomial]
            elsewhere = any(atom.key in other.roots for m in others for other, _ in m)
            if atom.kind in ("name", "length") and not elsewhere:
                yield atom, factor
