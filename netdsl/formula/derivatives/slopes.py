"""The derivative of an expression by an entry of an array, as terms with equal indices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.functions.elementary.piecewise import ExprCondPair

from netdsl.errors import NetError
from netdsl.formula.derivatives.assembly import assembled, closed
from netdsl.formula.derivatives.conditions import decided
from netdsl.formula.derivatives.deltas import Limit, Term, Total, solution
from netdsl.formula.derivatives.unfolded import over
from netdsl.formula.drawn import Drawn
from netdsl.formula.host import HostEntry
from netdsl.formula.largest import Largest

STEPS = (sympy.sign, sympy.floor, sympy.ceiling)
"""Functions whose slope is 0 wherever they have one."""


class Slopes:
    """The terms of derivatives by target[at]; `live` has the derivatives of the sequences.

    At a kink the slope is the one that the engine takes, such as 0 for Ramp and Abs. Of several
    entries that are the largest each counts in full, unless one entry of an array may be looked at
    twice: then they share.
    """

    def __init__(
        self,
        target: str,
        at: tuple[Any, ...],
        live: Mapping[Any, Any],
        sizes: Mapping[Any, tuple[Any, ...]],
        ranges: dict[Any, tuple[Any, Any]],
    ) -> None:
        self.target = target
        self.at = at
        self.live = live
        self.sizes = sizes
        self.ranges = ranges
        self.touched: dict[Any, bool] = {}
        self.known: dict[Any, list[Term]] = {}

    def entry(self, expr: Any) -> Any:
        """Return the derivative of an expression as an expression."""
        return assembled(self._simple(self.of(expr)))

    def of(self, expr: Any) -> list[Term]:
        """Return the terms of the derivative of an expression."""
        if not self.touches(expr):
            return []
        if expr not in self.known:
            rule = next((rule for kind, rule in RULES if isinstance(expr, kind)), Slopes._called)
            self.known[expr] = list(rule(self, expr))
        return self.known[expr]

    def touches(self, expr: Any) -> bool:
        """Whether an expression depends on the target, but for steps and conditions."""
        if expr not in self.touched:
            self.touched[expr] = self._touches(expr)
        return self.touched[expr]

    def _touches(self, expr: Any) -> bool:
        if isinstance(expr, sympy.Symbol | sympy.Indexed):
            base = getattr(expr, "base", expr)
            inside = any(self.touches(index) for index in getattr(expr, "indices", ()))
            return inside or base in self.live or str(base) == self.target
        if isinstance(expr, STEPS) or getattr(expr, "is_step", False):
            return False
        if isinstance(expr, ExprCondPair):
            return self.touches(expr.args[0])
        if isinstance(expr, ExprWithLimits):
            return self.touches(expr.function)
        if isinstance(expr, HostEntry):
            return self.touches(expr.inner[0])
        return any(self.touches(arg) for arg in expr.args)

    def _simple(self, terms: Iterable[Term]) -> list[Term]:
        return [found for term in terms if (found := term.simple(self.ranges)) is not None]

    # ---- entries ---------------------------------------------------------------------------

    def _entry(self, expr: Any) -> Iterator[Term]:
        base, indices = getattr(expr, "base", expr), getattr(expr, "indices", ())
        if any(self.touches(index) for index in indices):
            raise NetError(
                "What chooses an entry has no derivative.",
                array=self.target,
                expected="an array of numbers that are computed with",
                got=f"an index: {expr}",
            )
        if base in self.live:
            yield Term((self.live[base][(*indices, *self.at)],))
        else:
            yield Term((), tuple(zip(indices, self.at, strict=True)))

    def _refused(self, expr: Any) -> Iterator[Term]:
        is_drawn = isinstance(expr, Drawn)
        raise NetError(
            "A number drawn at random has no derivative."
            if is_drawn
            else "There is no formula of what a Python function computes, so no derivative.",
            array=self.target,
            expected="NetPortGradient, which takes the function's own gradient"
            if not is_drawn
            else "an output that is computed",
            got=str(expr),
        )

    # ---- arithmetic and functions ------------------------------------------------------------

    def _sum(self, expr: Any) -> Iterator[Term]:
        for arg in expr.args:
            yield from self.of(arg)

    def _product(self, expr: Any) -> Iterator[Term]:
        for position, arg in enumerate(expr.args):
            others = (*expr.args[:position], *expr.args[position + 1 :])
            for term in self.of(arg):
                yield term.times(*others)

    def _power(self, expr: Any) -> Iterator[Term]:
        base, exponent = expr.args
        for term in self.of(base):
            yield term.times(exponent, base ** (exponent - 1))
        for term in self.of(exponent):
            yield term.times(sympy.log(base), expr)

    def _exponential(self, expr: Any) -> Iterator[Term]:
        for term in self.of(expr.args[0]):
            yield term.times(expr)

    def _logarithm(self, expr: Any) -> Iterator[Term]:
        """Yield the terms of x'/x, factor by factor: so log(exp(x)/s) has those of x - log(s)."""
        for factor in sympy.Mul.make_args(expr.args[0]):
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sympy.exp):
                yield from self.of(factor.args[0])
            elif self.touches(exponent):
                for term in self.of(factor):
                    yield term.times(1 / factor)
            else:
                for term in self.of(base):
                    yield term.times(exponent, 1 / base)

    def _size(self, expr: Any) -> Iterator[Term]:
        for term in self.of(expr.args[0]):
            yield term.times(sympy.sign(expr.args[0]))

    def _called(self, expr: Any) -> Iterator[Term]:
        for position, arg in enumerate(expr.args, start=1):
            terms = self.of(arg)
            slope = expr.fdiff(position) if terms else 0
            if slope != 0:
                yield from (term.times(slope) for term in terms)

    # ---- choices -----------------------------------------------------------------------------

    def _extreme(self, expr: Any) -> Iterator[Term]:
        """Yield the terms of the argument that is chosen; of equal ones the engine takes the last.

        A number is the last argument of Max and the first of Min.
        """
        relation = sympy.Gt if isinstance(expr, sympy.Max) else sympy.Le
        args = expr.args if relation is sympy.Gt else expr.args[::-1]
        args = sorted(args, key=lambda arg: arg.is_number)
        pairs = [
            (arg, sympy.And(*(relation(arg, other) for other in args[position:])))
            for position, arg in enumerate(args[:-1], start=1)
        ]
        return self._chosen([*pairs, (args[-1], sympy.true)])

    def _piecewise(self, expr: Any) -> Iterator[Term]:
        return self._chosen([(value, condition) for value, condition in expr.args])

    def _chosen(self, pairs: list[tuple[Any, Any]]) -> Iterator[Term]:
        """Yield the terms of what is chosen, with those together that have the same deltas."""
        branches: list[dict[Any, list[Term]]] = []
        for value, _ in pairs:
            groups: dict[Any, list[Term]] = {}
            for term in self._simple(self.of(value)):
                groups.setdefault((term.deltas, term.conditions), []).append(Term(term.factors))
            branches.append(groups)
        for deltas, conditions in dict.fromkeys(key for groups in branches for key in groups):
            values = [assembled(groups.get((deltas, conditions), ())) for groups in branches]
            where = self._where(deltas)
            rows = [
                (value, condition, decided(condition.xreplace(where), self.ranges))
                for value, (_, condition) in zip(values, pairs, strict=True)
            ]
            yield Term((), deltas, conditions).times(_piecewise(rows))

    def _where(self, deltas: tuple[Any, ...]) -> dict[Any, Any]:
        """Return what the deltas say that the indices of the output are."""
        found: dict[Any, Any] = {}
        for left, right in deltas:
            for index in sorted(left.free_symbols - right.free_symbols, key=str):
                value = solution(left - right, index) if index in self.ranges else None
                if value is not None and index not in found:
                    found[index] = value
                    break
        return found

    # ---- ranges ------------------------------------------------------------------------------

    def _ranged(self, expr: Any) -> tuple[Any, tuple[Limit, ...]]:
        """Return what is under a sum or the like and its limits, at indices of its own."""
        own = {limit[0]: sympy.Dummy(integer=True) for limit in expr.limits}
        limits = tuple(
            (own[index], low.xreplace(own), high.xreplace(own)) for index, low, high in expr.limits
        )
        for index, low, high in limits:
            self.ranges[index] = (low, high)
        return expr.function.xreplace(own), limits

    def _total(self, expr: Any) -> Iterator[Term]:
        function, limits = self._ranged(expr)
        return self._over(self.of(function), limits)

    def _over(self, terms: Iterable[Term], limits: tuple[Limit, ...]) -> Iterator[Term]:
        for term in terms:
            total = Total(term, limits, self.sizes, self.ranges).solved()
            if total is not None:
                yield closed(total)

    def _times_over(self, expr: Any) -> Iterator[Term]:
        """Yield the sum over each factor's slope times the product of all others."""
        function, limits = self._ranged(expr)
        pairs = zip(expr.limits, limits, strict=True)
        equations: list[Any] = [sympy.Eq(old[0], new[0]) for old, new in pairs]
        same = sympy.And(*equations)
        choice = sympy.Piecewise((1, same), (expr.function, True))
        others = over(expr.func, choice, *expr.limits)
        return self._over([term.times(others) for term in self.of(function)], limits)

    def _largest(self, expr: Any) -> Iterator[Term]:
        """Yield the slopes of the entries that are the largest."""
        function, limits = self._ranged(expr)
        chosen = sympy.Eq(function, expr)
        if function.could_extract_minus_sign():
            chosen = sympy.Eq(-function, -expr)
        terms = [term.under(chosen) for term in self.of(function)]
        if _may_repeat(expr):
            own, others = self._ranged(expr)
            chosen_ones = sympy.Piecewise((1, sympy.Eq(own, expr)), (0, True))
            number = over(sympy.Sum, chosen_ones, *others)
            terms = [term.times(1 / number) for term in terms]
        return self._over(terms, limits)


def _piecewise(rows: list[tuple[Any, Any, bool | None]]) -> Any:
    """Return a choice without the rows that are never reached."""
    kept: list[tuple[Any, Any]] = []
    for value, condition, is_chosen in rows:
        if is_chosen is not False:
            kept.append((value, True if is_chosen else condition))
        if is_chosen:
            break
    return sympy.Piecewise(*kept) if kept else sympy.S.Zero


def _may_repeat(expr: Any) -> bool:
    """Whether an entry may occur twice among those of which the largest is taken."""
    indices = {limit[0] for limit in expr.limits}
    return any(
        part.free_symbols & indices
        for entry in expr.function.atoms(sympy.Indexed)
        for index in entry.indices
        for part in index.atoms(sympy.Max, sympy.Min, sympy.Abs, sympy.floor, sympy.Mod)
    )


RULES: tuple[tuple[Any, Any], ...] = (
    ((sympy.Symbol, sympy.Indexed), Slopes._entry),
    ((Drawn, HostEntry), Slopes._refused),
    (sympy.Add, Slopes._sum),
    (sympy.Mul, Slopes._product),
    (sympy.Pow, Slopes._power),
    (sympy.exp, Slopes._exponential),
    (sympy.log, Slopes._logarithm),
    (sympy.Abs, Slopes._size),
    ((sympy.Max, sympy.Min), Slopes._extreme),
    (sympy.Piecewise, Slopes._piecewise),
    (sympy.Sum, Slopes._total),
    (sympy.Product, Slopes._times_over),
    (Largest, Slopes._largest),
)
