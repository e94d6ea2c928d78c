"""Compute an expression on whole arrays, through the engine's `xp`."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import sympy
from sympy.codegen.cfunctions import expm1, log1p
from sympy.logic.boolalg import BooleanAtom

from netdsl.formula.branches import is_risky, safe_point
from netdsl.formula.functions import NAMES
from netdsl.formula.stable import stable
from netdsl.functions import function_named
from netdsl.functions.kernels import choose, op

CHAIN = 8
"""The highest power that is computed by multiplying, which is many times faster than `power`."""

OTHERS = {expm1: op("expm1"), log1p: op("log1p")}


def compute(xp: Any, expr: Any, values: dict[Any, Any]) -> Any:
    """Return the value of an expression of our functions where its symbols are arrays.

    Equal parts are computed once. What would overflow as it is written, such as log(1 + exp(x)),
    is computed as what it is, SoftPlus(x); and a branch of a Piecewise sees only numbers at which
    it is chosen, since its gradient at others would be nan where it is infinite.
    """
    return _Computation(xp, values).of(stable(expr))


class _Computation:
    def __init__(self, xp: Any, values: dict[Any, Any]) -> None:
        self.xp = xp
        self.values = values
        self.done: dict[Any, Any] = dict(values)

    def of(self, expr: Any) -> Any:
        """Return the value of an expression, a Python number where no symbol is in it."""
        if expr not in self.done:
            self.done[expr] = self._new(expr) if expr.free_symbols else _number(expr)
        return self.done[expr]

    def _new(self, expr: Any) -> Any:
        special = SPECIAL.get(expr.func)
        if special is not None:
            return special(self, expr)
        args = [self.of(arg) for arg in expr.args]
        kernel = OTHERS.get(expr.func) or function_named(NAMES[expr.func]).kernel
        return kernel(self.xp, *args)

    def _add(self, expr: Any) -> Any:
        offset, rest = expr.as_independent(*expr.free_symbols, as_Add=True)
        terms = sorted(sympy.Add.make_args(rest), key=_is_negative)
        total = self.of(terms[0])
        for term in terms[1:]:
            total = total - self.of(-term) if _is_negative(term) else total + self.of(term)
        return total if offset == 0 else total + _number(offset)

    def _multiply(self, expr: Any) -> Any:
        number, rest = expr.as_independent(*expr.free_symbols, as_Add=False)
        above: list[Any] = []
        below: list[Any] = []
        for factor in sympy.Mul.make_args(rest):
            base, exponent = factor.as_base_exp() if factor.is_Pow else (factor, sympy.S.One)
            if exponent.is_Number and exponent.is_negative:
                below.append(self.of(base**-exponent))
            else:
                above.append(self.of(factor))
        if number == -1 and above:
            above[0] = -above[0]
        elif number != 1 or not above:
            above.insert(0, _number(number))
        product = reduce(lambda a, b: a * b, above)
        return product / reduce(lambda a, b: a * b, below) if below else product

    def _power(self, expr: Any) -> Any:
        base, exponent = expr.args
        if exponent.is_Number and exponent.is_negative:
            return self._multiply(expr)
        if exponent == sympy.S.Half:
            return self.xp.sqrt(self.of(base))
        if exponent.is_Integer and exponent <= CHAIN:
            return self._chain(self.of(base), int(exponent))
        return self.xp.power(self.of(base), self.of(exponent))

    def _chain(self, base: Any, exponent: int) -> Any:
        if exponent == 1:
            return base
        half = self.xp.square(self._chain(base, exponent // 2))
        return half * base if exponent % 2 else half

    # The order of the arguments decides which slope `maximum` takes at a kink: the left one.

    def _maximum(self, expr: Any) -> Any:
        return reduce(self.xp.maximum, sorted(map(self.of, expr.args), key=_is_python))

    def _minimum(self, expr: Any) -> Any:
        args = sorted(map(self.of, expr.args), key=_is_python, reverse=True)
        return reduce(self.xp.minimum, args)

    def _angle(self, expr: Any) -> Any:
        y, x = expr.args
        return function_named("ArcTan").kernel(self.xp, self.of(x), self.of(y))

    # ---- pieces ----------------------------------------------------------------------------

    def _piecewise(self, expr: Any) -> Any:
        result: Any = math.nan
        for index, (branch, condition) in reversed(list(enumerate(expr.args))):
            before = [pair.cond for pair in expr.args[:index]]
            value = self._branch(branch, condition, before)
            result = choose(self.xp, self.of(condition), value, result)
        return result

    def _branch(self, branch: Any, condition: Any, before: list[Any]) -> Any:
        """Return the value of a branch, computed elsewhere at a point where it is harmless."""
        point = safe_point(branch, condition, before) if is_risky(branch) else None
        if point is None:
            return self.of(branch)
        values = dict(self.values)
        for symbol in branch.free_symbols:
            safe = choose(self.xp, self.of(condition), values[symbol], point[symbol])
            for other in before:
                safe = choose(self.xp, self.of(other), point[symbol], safe)
            values[symbol] = safe
        return _Computation(self.xp, values).of(branch)


SPECIAL: dict[Any, Any] = {
    sympy.Add: _Computation._add,
    sympy.Mul: _Computation._multiply,
    sympy.Pow: _Computation._power,
    sympy.Max: _Computation._maximum,
    sympy.Min: _Computation._minimum,
    sympy.atan2: _Computation._angle,
    sympy.Piecewise: _Computation._piecewise,
}


def _number(expr: Any) -> bool | int | float:
    if isinstance(expr, BooleanAtom):
        return bool(expr)
    return int(expr) if expr.is_Integer else float(expr.evalf(20))


def _is_negative(term: Any) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _is_python(value: Any) -> bool:
    return isinstance(value, int | float)
