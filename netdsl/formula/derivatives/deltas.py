"""Terms of a derivative, each with the indices that must be equal in it, and sums over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy import Eq, Ge, Le

from netdsl.formula.bounds import Ranges, ends, is_never_negative
from netdsl.formula.derivatives.conditions import decided
from netdsl.formula.functions import Mod
from netdsl.formula.twin import twin

KroneckerDelta = twin(
    "KroneckerDelta",
    lambda i, j: sympy.Piecewise((1, Eq(i, j)), (0, True)),
    tex=r"\delta_{#1,#2}",
    is_step=True,
)
"""1 where two indices are equal, else 0."""
KroneckerDelta.__module__ = __name__

Pair = tuple[Any, Any]
Limit = tuple[Any, Any, Any]


@dataclass(frozen=True)
class Term:
    """A product, which counts where each pair of indices is equal and all conditions hold."""

    factors: tuple[Any, ...] = ()
    deltas: tuple[Pair, ...] = ()
    conditions: tuple[Any, ...] = ()

    def times(self, *factors: Any) -> Term:
        """Return the term times other factors; one that is 1 or 0 becomes a condition."""
        more = [one for factor in factors for one in sympy.Mul.make_args(sympy.sympify(factor))]
        found = [(one, _condition(one)) for one in more if one != 1]
        kept = [one for one, condition in found if condition is None]
        conditions = [condition for _, condition in found if condition is not None]
        return replace(self, factors=(*self.factors, *kept)).under(*conditions)

    def under(self, *conditions: Any) -> Term:
        """Return the term where conditions hold."""
        known = dict.fromkeys((*self.conditions, *conditions))
        return replace(self, conditions=tuple(known))

    def put(self, names: dict[Any, Any]) -> Term:
        """Return the term with other expressions for symbols."""
        return Term(
            tuple(factor.xreplace(names) for factor in self.factors),
            tuple((left.xreplace(names), right.xreplace(names)) for left, right in self.deltas),
            tuple(condition.xreplace(names) for condition in self.conditions),
        )

    def simple(self, ranges: Ranges) -> Term | None:
        """Return the term without what holds anyway, None where it is 0 everywhere."""
        deltas: dict[Pair, None] = {}
        for left, right in _flat(self.deltas, ranges):
            more = sympy.expand(left - right)
            low, high = ends(more, ranges)
            if (low is not None and low.is_positive) or (high is not None and high.is_negative):
                return None
            if not low == high == 0:
                deltas[_whole(left, right)] = None
        found = {condition: decided(condition, ranges) for condition in self.conditions}
        if False in found.values():
            return None
        open_ones = tuple(condition for condition, value in found.items() if value is None)
        return Term(self.factors, tuple(deltas), open_ones)

    def has(self, index: Any) -> bool:
        """Whether an index occurs anywhere in the term."""
        sides = [side for pair in self.deltas for side in pair]
        return any(index in part.free_symbols for part in (*self.factors, *sides, *self.conditions))


def _condition(factor: Any) -> Any:
    """Return where a factor is 1, if it is 0 elsewhere; else None."""
    pairs: Any = factor.args if isinstance(factor, sympy.Piecewise) else ()
    is_one = len(pairs) == 2 and pairs[0].expr == 1
    return pairs[0].cond if is_one and tuple(pairs[1]) == (0, sympy.true) else None


def _flat(deltas: tuple[Pair, ...], ranges: Ranges) -> tuple[Pair, ...]:
    """Return x = n a + b for floor(x/n) = a and Mod(x, n) = b."""
    for rest, b in deltas:
        if not isinstance(rest, sympy.Mod | Mod):
            continue
        x, n = rest.args
        is_rest = is_never_negative(b, ranges) and is_never_negative(n - 1 - b, ranges)
        forms = {sympy.floor(x / n), sympy.floor(sympy.expand(x / n))}
        if isinstance(x, sympy.floor):
            forms.add(sympy.floor(sympy.expand(x.args[0] / n)))
        for whole, a in deltas:
            if is_rest and whole in forms:
                joined = (x, sympy.expand(n * a + b))
                left = tuple(pair for pair in deltas if pair not in ((rest, b), (whole, a)))
                return _flat((joined, *left), ranges)
    return deltas


def _whole(left: Any, right: Any) -> Pair:
    """Return both sides without fractions."""
    terms: Any = sympy.Add.make_args(sympy.expand(left))
    factors = [term.as_coeff_Mul()[0] for term in terms]
    size = sympy.ilcm(1, *(number.q for number in factors if number.is_Rational))
    return (left, right) if size == 1 else (sympy.expand(size * left), size * right)


# ---- sums over terms -----------------------------------------------------------------------


@dataclass(frozen=True)
class Total:
    """The sum of a term over ranges of indices, with the dimensions of the arrays in it."""

    term: Term
    limits: tuple[Limit, ...]
    sizes: Mapping[Any, tuple[Any, ...]]
    ranges: Ranges

    def solved(self) -> Total | None:
        """Return the sum without the indices that the deltas settle, None where it is 0."""
        term = self.term.simple(self.ranges)
        if term is None:
            return None
        now = replace(self, term=term)
        for limit, pair, value in now._solutions():
            names = {limit[0]: value}
            rest = tuple(one for one in term.deltas if one != pair)
            conditions = tuple(now._conditions(limit, pair, value, rest))
            left = replace(term, deltas=rest).put(names).under(*conditions)
            limits = tuple(
                (index, low.xreplace(names), high.xreplace(names))
                for index, low, high in self.limits
                if index != limit[0]
            )
            return replace(now, term=left, limits=limits).solved()
        return now

    def _solutions(self) -> Iterator[tuple[Limit, Pair, Any]]:
        """Yield which index a delta settles, and its value; first those of one index alone."""
        indices = {limit[0] for limit in self.limits}
        found = [
            (len((left - right).free_symbols & indices), limit, (left, right), value)
            for limit in self.limits
            for left, right in self.term.deltas
            if (value := solution(left - right, limit[0])) is not None
        ]
        for _, limit, pair, value in sorted(found, key=lambda one: one[0]):
            yield limit, pair, value

    def _conditions(
        self, limit: Limit, pair: Pair, value: Any, rest: tuple[Pair, ...]
    ) -> Iterator[Any]:
        """Yield what must hold for a value to be in the range of its index."""
        index, low, high = limit
        alone = pair[1] if pair[1].is_Symbol else None
        lows = low.args if isinstance(low, sympy.Max) else (low,)
        highs = high.args if isinstance(high, sympy.Min) else (high,)
        for end in lows:
            if not (is_never_negative(value - end, self.ranges) or self._is_zero(index, end, -1)):
                yield _at_least(value - end, alone)
        for end in highs:
            if not (is_never_negative(end - value, self.ranges) or self._is_zero(index, end, 1)):
                yield _at_least(end - value, alone)

    def _is_zero(self, index: Any, end: Any, step: int) -> bool:
        """Whether a factor is outside its array wherever an index is beyond an end of its range."""
        return any(
            self._is_outside(position, size, index, end, step)
            for factor in self.term.factors
            if isinstance(entry := factor.base if factor.is_Pow else factor, sympy.Indexed)
            for position, size in zip(entry.indices, self.sizes.get(entry.base, ()), strict=False)
        )

    def _is_outside(self, position: Any, size: Any, index: Any, end: Any, step: int) -> bool:
        slope = _slope(position, index)
        if slope is None or slope == 0:
            return False
        beyond = position.xreplace({index: end + step})
        grows = slope * step > 0
        return is_never_negative(beyond - size if grows else -1 - beyond, self.ranges)


def _slope(expr: Any, index: Any) -> Any:
    """Return the number before an index that occurs once as a term, 0 without it, else None."""
    if index not in expr.free_symbols:
        return sympy.S.Zero
    slope = sympy.expand(expr).coeff(index)
    rest = sympy.expand(expr - slope * index)
    return slope if slope.is_Integer and index not in rest.free_symbols else None


def solution(difference: Any, index: Any) -> Any:
    """Return the integer at which a difference is 0, None where it is not plain.

    >>> i, j = sympy.symbols("i j", integer=True)
    >>> solution(2 * j + i - 3, i), solution(2 * j + i - 3, j)
    (3 - 2*j, None)
    """
    slope = _slope(difference, index)
    if slope not in (1, -1):
        return None
    value = sympy.expand(index - slope * difference)
    return value if value.is_integer else None


def _at_least(expr: Any, alone: Any) -> Any:
    """Return the condition that an expression is at least 0; one index stands alone in it."""
    slope = _slope(expr, alone)
    if slope == 1:
        return Ge(alone, sympy.expand(alone - expr))
    return Le(alone, sympy.expand(alone + expr)) if slope == -1 else Ge(expr, 0)
