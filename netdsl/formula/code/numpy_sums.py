"""Sums, products and largest entries over ranges, on whole arrays."""

# sympy's printer finds its methods by the names of the classes that they print.
# ruff: noqa: N802

from __future__ import annotations

from string import ascii_letters
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE

from netdsl.formula.bounds import ends, inner_ranges

NEUTRAL = {"sum": sympy.S.Zero, "prod": sympy.S.One, "max": sympy.S.NegativeInfinity}


class Sums:
    """The part of the writer for numpy that opens further axes and closes them again."""

    scope: list[Any]
    ranges: dict[Any, Any]

    def _print_Sum(self: Any, expr: Any) -> str:
        outside, before = self.scope, self.ranges
        function, bound, self.ranges = self.opened(expr, "sum")
        number, product = _pushed(function).as_coeff_Mul()
        factors = sympy.Mul.make_args(product)
        apart = [one for one in factors if not _axes(one, [*outside, *bound])]
        factors = [one for one in factors if one not in apart]
        for index in bound:
            if index not in product.free_symbols:
                number *= self.ranges[index][1] - self.ranges[index][0] + 1
        bound = [index for index in bound if index in product.free_symbols]
        if len(factors) > 1 and bound:
            text = self.contracted(factors, outside, bound)
        else:
            text = self.reduced("sum", sympy.Mul(*factors), bound)
        self.scope, self.ranges = outside, before
        rest = number * sympy.Mul(*apart)
        return text if rest == 1 else f"({self.factor(rest)}*{text})"

    def factor(self: Any, expr: Any) -> str:
        """Return the text of the first factor of a product."""
        return self.parenthesize(expr, PRECEDENCE["Mul"])

    def _print_Largest(self: Any, expr: Any) -> str:
        return self._extreme(expr, "max")

    def _print_Product(self: Any, expr: Any) -> str:
        return self._extreme(expr, "prod")

    def _extreme(self: Any, expr: Any, name: str) -> str:
        outside, before = self.scope, self.ranges
        function, bound, self.ranges = self.opened(expr, name)
        count = sympy.S.One
        for index in bound:
            if index not in function.free_symbols:
                count *= self.ranges[index][1] - self.ranges[index][0] + 1
        text = self.reduced(name, function, [i for i in bound if i in function.free_symbols])
        self.scope, self.ranges = outside, before
        return text if name == "max" or count == 1 else f"({text}**({self._print(count)}))"

    def reduced(self: Any, name: str, function: Any, bound: list[Any]) -> str:
        """Return the text of an array less the axes of the indices that it runs over."""
        if not bound:
            return f"({self._print(function)})"
        self.scope = [*self.scope, *bound]
        text = self._print(function)
        axes = ", ".join(str(m) for m in range(-len(bound), 0))
        return f"np.{name}({text}, axis={axes if len(bound) == 1 else f'({axes})'})"

    def contracted(self: Any, factors: list[Any], outside: list[Any], bound: list[Any]) -> str:
        """Return the text of a sum over products as one contraction."""
        order = [*outside, *bound]
        letters = dict(zip(order, ascii_letters, strict=False))
        terms, texts = list[str](), list[str]()
        for factor in factors:
            self.scope = _axes(factor, order)
            found = self.sliced(factor) if isinstance(factor, sympy.Indexed) else None
            text, axes = found or (self._print(factor), self.scope)
            terms.append("".join(letters[index] for index in axes))
            texts.append(text)
        left = [i for i in outside if any(letters[i] in term for term in terms)]
        self.scope = outside
        rule = f"{','.join(terms)}->{''.join(letters[index] for index in left)}"
        return self.aligned(f'np.einsum("{rule}", {", ".join(texts)}, optimize=True)', left)

    def opened(self: Any, expr: Any, name: str) -> tuple[Any, list[Any], dict[Any, Any]]:
        """Return what is summed, over ranges that do not depend on other indices."""
        function, ranges = expr.function, inner_ranges(expr.limits, self.ranges)
        bound = [limit[0] for limit in expr.limits]
        for index, low, high in expr.limits:
            if not (low + high).free_symbols & set(ranges):
                continue
            start, count = _window(low, high, ranges)
            moved = index + start
            holds = sympy.And(*_within(moved, low, high, start, count))
            function = function.xreplace({index: moved})
            function = sympy.Piecewise((function, holds), (NEUTRAL[name], True))
            ranges[index] = sympy.S.Zero, count
        return function, bound, ranges


def _axes(expr: Any, order: list[Any]) -> list[Any]:
    return [index for index in order if index in expr.free_symbols]


def _parts(expr: Any, kind: Any) -> tuple[Any, ...]:
    return expr.args if isinstance(expr, kind) else (expr,)


def _window(low: Any, high: Any, ranges: Any) -> tuple[Any, Any]:
    """Return where a range begins that moves along, and the last number of its steps."""
    lows, highs = _parts(low, sympy.Max), _parts(high, sympy.Min)
    widths = [(end - start, start) for start in lows for end in highs]
    fixed = [pair for pair in widths if not pair[0].free_symbols & set(ranges)]
    numbers = [pair for pair in fixed if pair[0].is_Integer]
    if numbers:
        width, start = min(numbers, key=lambda pair: (pair[0], len(pair[1].free_symbols)))
        return start, width
    first, last = ends(low, ranges)[0], ends(high, ranges)[1]
    return first, last - first


def _within(moved: Any, low: Any, high: Any, start: Any, width: Any) -> list[Any]:
    """Return the conditions that a moving range does not hold by itself."""
    lows, highs = _parts(low, sympy.Max), _parts(high, sympy.Min)
    found = [moved >= end for end in lows if end != start]
    return found + [moved <= end for end in highs if end != start + width]


def _pushed(function: Any) -> Any:
    """Write a product that is chosen, else zero, as one whose first factor is chosen.

    So it stays a product, which is contracted without being written out.
    """
    if not isinstance(function, sympy.Piecewise) or len(function.args) != 2:
        return function
    args: Any = function.args
    (value, condition), (other, _) = args
    factors: list[Any] = sorted(sympy.Mul.make_args(value), key=_count, reverse=True)
    if other != 0 or len(factors) < 2:
        return function
    indices = {symbol for symbol in condition.free_symbols if symbol.is_integer}
    if not indices <= factors[0].free_symbols or condition.atoms(sympy.Indexed):
        return function
    return sympy.Mul(sympy.Piecewise((factors[0], condition), (0, True)), *factors[1:])


def _count(factor: Any) -> int:
    return sum(bool(symbol.is_integer) for symbol in factor.free_symbols)
