"""Terms of a derivative put together as a person writes them: what is common in front."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import reduce
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from netdsl.formula.derivatives.deltas import KroneckerDelta, Term, Total
from netdsl.formula.derivatives.unfolded import over
from netdsl.formula.tidy import tidy

Powers = dict[Any, Any]
MOST = 4
"""The most terms of a sum that is tried to be written shorter."""


def assembled(terms: Iterable[Term]) -> Any:
    """Return the sum of terms as an expression."""
    found: Counter[tuple[Any, frozenset[Any]]] = Counter()
    for term in terms:
        number, powers = _powers(term)
        found[sympy.And(*term.conditions), frozenset(powers.items())] += number
    groups: dict[Any, list[tuple[Any, Powers]]] = {}
    for (condition, items), number in found.items():
        if number != 0:
            groups.setdefault(condition, []).append((number, dict(items)))
    return sympy.Add(*(_under(condition, group) for condition, group in groups.items()))


def _powers(term: Term) -> tuple[Any, Powers]:
    """Return the number before a term, and its other factors with their exponents."""
    number: Any = sympy.S.One
    powers: Powers = {}
    for factor in (*term.factors, *(KroneckerDelta(*pair) for pair in term.deltas)):
        plain, rest = factor.as_coeff_Mul()
        number *= plain
        base, exponent = (rest.base, rest.exp) if rest.is_Pow else (rest, sympy.S.One)
        if not exponent.is_Number:
            base, exponent = rest, sympy.S.One
        powers[base] = powers.get(base, 0) + exponent
    powers.pop(sympy.S.One, None)
    return number, {base: exponent for base, exponent in powers.items() if exponent != 0}


def _under(condition: Any, group: list[tuple[Any, Powers]]) -> Any:
    if condition == sympy.true:
        return _together(group)
    deltas = reduce(_common, (powers for _, powers in group))
    deltas = {base: power for base, power in deltas.items() if isinstance(base, KroneckerDelta)}
    rest = [(number, _without(powers, deltas)) for number, powers in group]
    return _product(deltas) * sympy.Piecewise((_together(rest), condition), (0, True))


def _together(group: list[tuple[Any, Powers]]) -> Any:
    """Return a sum with the factors in front that all its terms have."""
    if len(group) == 1:
        number, powers = group[0]
        return number * _product(powers)
    common = reduce(_common, (powers for _, powers in group))
    sizes = {abs(number) for number, _ in group}
    size = sizes.pop() if len(sizes) == 1 else sympy.S.One
    if all(number.is_negative for number, _ in group):
        size = -size
    inner = (number / size * _product(_without(powers, common)) for number, powers in group)
    return size * _product(common) * _shorter(sympy.Add(*inner))


def _shorter(total: Any) -> Any:
    """Return a sum multiplied out where that has fewer parts: p - y for p (1 - y) - y (1 - p)."""
    if not total.is_Add or len(total.args) > MOST:
        return total
    other = sympy.Add(*(sympy.expand_mul(term, deep=False) for term in total.args))
    has_fewer = len(sympy.Add.make_args(other)) <= len(total.args)
    return other if has_fewer and other.count_ops() < total.count_ops() else total


def _common(a: Powers, b: Powers) -> Powers:
    found: Powers = {}
    for base, exponent in a.items():
        other = b.get(base, 0)
        if exponent * other > 0:
            found[base] = min(exponent, other, key=abs)
    return found


def _without(powers: Powers, common: Powers) -> Powers:
    left = {base: exponent - common.get(base, 0) for base, exponent in powers.items()}
    return {base: exponent for base, exponent in left.items() if exponent != 0}


def _product(powers: Powers) -> Any:
    return sympy.Mul(*(base**exponent for base, exponent in powers.items()))


def closed(total: Total) -> Term:
    """Return a sum as a term: what does not depend on its indices stands in front of it."""
    term, indices = total.term, {limit[0] for limit in total.limits}

    def inner(*parts: Any) -> bool:
        return any(part.free_symbols & indices for part in parts)

    front = Term(
        tuple(one for one in term.factors if not inner(one)),
        tuple(pair for pair in term.deltas if not inner(*pair)),
        tuple(one for one in term.conditions if not inner(one)),
    )
    within = Term(
        tuple(one for one in term.factors if inner(one)),
        tuple(pair for pair in term.deltas if inner(*pair)),
        tuple(one for one in term.conditions if inner(one)),
    )
    function = assembled([within])
    used = [limit for limit in total.limits if limit[0] in function.free_symbols]
    counts = [high - low + 1 for index, low, high in total.limits if (index, low, high) not in used]
    return front.times(*counts, over(sympy.Sum, function, *used) if used else function)


def lettered(expr: Any, letters: list[str], names: dict[Any, Any]) -> Any:
    """Return an expression with new names for its free indices, and letters for those of sums."""
    taken = {str(symbol) for symbol in (*names.values(), *(expr.free_symbols - set(names)))}
    return tidy(_bound(expr, letters, taken).xreplace(names))


def _bound(expr: Any, letters: list[str], taken: set[str]) -> Any:
    """Return an expression in which each sum has the first letters that are free in it."""
    if not expr.args or not expr.has(ExprWithLimits):
        return expr
    if not isinstance(expr, ExprWithLimits):
        return expr.func(*(_bound(arg, letters, taken) for arg in expr.args))
    single: Any = expr
    free = (letter for letter in letters if letter not in taken)
    unique = {limit[0]: sympy.Dummy(integer=True) for limit in single.limits}
    final = {unique[old]: sympy.Symbol(next(free), integer=True) for old in unique}
    within = taken | {str(symbol) for symbol in final.values()}
    function = _bound(single.function.xreplace(unique), letters, within)
    limits = [
        (unique[index], low.xreplace(unique), high.xreplace(unique))
        for index, low, high in single.limits
    ]
    return over(single.func, function, *limits).xreplace(final)
