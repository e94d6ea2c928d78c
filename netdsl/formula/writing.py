"""Entries of a formula with numbers for indices: sums become their terms, cases the chosen one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from netdsl.errors import NetError
from netdsl.formula.host import HostEntry
from netdsl.formula.indices import At
from netdsl.formula.largest import Largest
from netdsl.formula.recurrence import entry_named, name_of
from netdsl.formula.result import Formula

Where = dict[Any, int]
"""The numbers that indices stand for."""
STEPS = 60_000
"""How many parts are looked at before what is asked for counts as too large."""
WHOLE = 1e6
"""Numbers below that have no fraction are shown as integers."""


class TooMuchError(Exception):
    """What is asked for has more parts than are written out."""


class Writer:
    """Writes out entries of a formula and of its sequences, each in those of others.

    `values` has the arrays that come as numbers.
    """

    def __init__(self, formula: Formula, values: Mapping[str, Any]) -> None:
        self.formula, self.values = formula, values
        self.sequences = {one.name: one for one in formula.where}
        self.has_single = {one.name for one in formula.where if not one.sizes}
        self.steps = 0

    def output(self, at: tuple[int, ...]) -> Any:
        """Return an entry of the output."""
        indices = getattr(self.formula.output, "indices", ())
        return self._of(self.formula.entry, dict(zip(indices, at, strict=True)))

    def entry(self, named: Any) -> Any:
        """Return an entry of a sequence, which is given as s[0, 1]."""
        one = self.sequences[name_of(named)]
        at: tuple[Any, ...] = getattr(named, "indices", ())
        spot = dict(zip(one.indices, map(int, at), strict=True))
        is_before = one.first is not None and at[0] == -1
        return self._of(one.first if is_before else one.entry, spot)

    def entries_in(self, expr: Any) -> list[Any]:
        """Return the entries of sequences that an expression rests on."""
        found = [part for part in expr.atoms(sympy.Indexed) if name_of(part) in self.sequences]
        if self.has_single:
            found += [part for part in expr.free_symbols if part.name in self.has_single]
        return sorted(found, key=sympy.default_sort_key)

    def cleaned(self, expr: Any) -> Any:
        """Return an expression whose arrays are as at first where their indices became numbers."""

        def is_known(part: Any) -> bool:
            return isinstance(part, sympy.Indexed) and name_of(part) in self.formula.dims

        return expr.replace(is_known, lambda part: self._array(name_of(part), part.indices))

    # ---- parts ---------------------------------------------------------------------------------

    def _of(self, expr: Any, where: Where) -> Any:
        self.steps += 1
        if self.steps > STEPS:
            raise TooMuchError
        if isinstance(expr, sympy.Indexed):
            at = tuple(self._of(index, where) for index in expr.indices)
            return self._entry(name_of(expr), at)
        if isinstance(expr, sympy.Symbol):
            if expr in where:
                return sympy.Integer(where[expr])
            return self._array(expr.name, ()) if expr.name in self.formula.dims else expr
        if isinstance(expr, ExprWithLimits):
            spots = self._spots(expr.limits, where)
            return joined(expr.func, *(self._of(expr.function, spot) for spot in spots))
        if isinstance(expr, sympy.Piecewise):
            return self._chosen(expr, where)
        if isinstance(expr, sympy.Mul):
            return self._product(expr, where)
        if isinstance(expr, HostEntry):
            return self._of_host(expr, where)
        return expr.func(*(self._of(part, where) for part in expr.args)) if expr.args else expr

    def _spots(self, limits: Iterable[Any], where: Where) -> Iterator[Where]:
        """Yield the numbers that the indices of a sum run through, the first index fastest."""
        *inner, (index, low, high) = limits
        ends = [self._of(end, where) for end in (low, high)]
        if not all(end.is_Integer for end in ends):
            raise cannot("the ends of a sum depend on the input", self.formula)
        for number in range(int(ends[0]), int(ends[1]) + 1):
            spot = {**where, index: number}
            yield from self._spots(inner, spot) if inner else (spot,)

    def _chosen(self, cases: Any, where: Where) -> Any:
        """Return the case that holds; those that may hold, where that depends on entries."""
        found: list[tuple[Any, Any]] = []
        for value, condition in cases.args:
            holds = self._of(condition, where)
            if holds != sympy.false:
                found.append((self._of(value, where), holds))
            if holds == sympy.true:
                break
        return found[0][0] if found and found[0][1] == sympy.true else sympy.Piecewise(*found)

    def _product(self, product: Any, where: Where) -> Any:
        """Return a product; of one with a zero nothing else is looked at."""
        factors: list[Any] = []
        for part in sorted(product.args, key=lambda part: part.has(sympy.Indexed)):
            factors.append(self._of(part, where))
            if factors[-1].is_zero:
                return sympy.S.Zero
        return sympy.Mul(*factors)

    def _of_host(self, expr: Any, where: Where) -> Any:
        """Return what a Python function gives, of an array that is there as a whole."""
        entry, indices = expr.inner
        if not indices:
            function = self._of(expr.args[0], where)
        elif (
            isinstance(entry, sympy.Indexed)
            and entry.indices == tuple(indices)
            and (name_of(entry) in self.formula.inputs)
        ):
            function = expr.args[0]
        else:
            raise cannot(f"{expr.host.name} is a Python function of a whole array", self.formula)
        return expr.func(function, expr.args[1], self._of(expr.args[2], where))

    # ---- entries -------------------------------------------------------------------------------

    def _entry(self, name: str, at: At) -> Any:
        if name not in self.sequences:
            return self._array(name, at)
        one = self.sequences[name]
        for axis, (index, size) in enumerate(zip(at, one.sizes, strict=True)):
            if not index.is_Integer:
                return self._one_of(name, at, axis)
            lowest = -1 if axis == 0 and one.first is not None else 0
            if not lowest <= index < size:
                return sympy.S.Zero
        return entry_named(name, at)

    def _one_of(self, name: str, at: At, axis: int) -> Any:
        """Return the entry at an index that depends on other entries, as cases."""
        size = int(self.sequences[name].sizes[axis])
        self.steps += size
        spots = [(*at[:axis], sympy.Integer(place), *at[axis + 1 :]) for place in range(size)]
        cases = [(self._entry(name, spot), sympy.Eq(at[axis], spot[axis])) for spot in spots]
        return sympy.Piecewise(*cases, (0, True))

    def _array(self, name: str, at: At) -> Any:
        if not all(index.is_Integer for index in at):
            return entry_named(name, at)
        sizes = self.formula.dims[name]
        if not all(0 <= index < size for index, size in zip(at, sizes, strict=True)):
            return sympy.S.Zero
        if name not in self.values:
            return entry_named(name, at)
        return number(self.values[name][tuple(map(int, at))])


def joined(kind: Any, *terms: Any) -> Any:
    """Return the sum, the product or the largest of terms."""
    if kind is not Largest:
        return (sympy.Add if kind is sympy.Sum else sympy.Mul)(*terms)
    known = [term for term in terms if term.is_number]
    others = {term for term in terms if not term.is_number}
    # Each is compared with each by sympy, which takes long and finds nothing.
    found = others | ({sympy.Max(*known)} if known else set[Any]())
    return sympy.Max(*found, evaluate=False) if len(found) > 1 else found.pop()


def number(value: Any) -> Any:
    """Return an entry of an array as exactly the number that it is."""
    found = float(value)
    is_whole = found.is_integer() and abs(found) < WHOLE
    return sympy.Integer(int(found)) if is_whole else sympy.Float(found)


def cannot(why: str, formula: Formula) -> NetError:
    """Return the error of entries that have no form without sums and indices."""
    return NetError(
        "Entries of this formula cannot be written out.",
        port=name_of(formula.output),
        expected="the formula in index notation: Formula(net)",
        because=why,
    )
