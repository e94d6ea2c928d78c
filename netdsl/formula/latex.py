"""Formulas as LaTeX, as a person writes them: weights before inputs, sums last, cases by if."""

# sympy's printer finds its methods by the names of the classes that they print.
# ruff: noqa: N802, N815

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.mod import Mod
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE, precedence_traditional

from netdsl.formula.largest import Largest
from netdsl.formula.tidy import positive_first
from netdsl.spec.escapes import in_mathematics
from netdsl.spec.shapes import Path

LAST = (ExprWithLimits, sympy.Piecewise)
"""What stands at the end of a product, and not above the bar of a fraction."""
ROW = r" \\ "
NAME = r"\mathrm"
SPACED = r",\, "


def latex(expression: Any, names: Any = None, inputs: Sequence[str] = ()) -> str:
    r"""Return an expression as LaTeX.

    `names` gives LaTeX for symbols, `inputs` the names of arrays that come after the others.

    >>> x, w = sympy.IndexedBase("x"), sympy.IndexedBase("w")
    >>> i = sympy.Symbol("i", integer=True)
    >>> print(latex(sympy.Sum(x[i] * w[i], (i, 0, 2)) / 3, inputs=["x"]))
    \frac{1}{3} \sum_{i=0}^{2} {w}_{i} {x}_{i}
    """
    return _Latex(names or {}, inputs).doprint(decimal(expression))


def name_latex(name: str, marks: Mapping[str, tuple[str, Path]] | None = None) -> str:
    r"""Return a name as LaTeX, upright; one in `marks` is a word with a mark, which may be Greek.

    >>> print(name_latex("y_out"), name_latex("W_1", {"W_1": ("W", (1,))}), name_latex("50%"))
    \mathrm{y\_out} W^{(\mathrm{1})} \mathrm{50\%}
    """
    whole, _, at = name.removesuffix("]").partition("[") if name.endswith("]") else (name, "", "")
    if at:  # the name of one entry
        return f"{{{name_latex(whole, marks)}}}_{{{at.replace(' ', '')}}}"
    made = (marks or {}).get(name)
    word, path = made or (name, ())
    if made and len(word) <= 2:
        word = LatexPrinter().doprint(sympy.Symbol(word))
    elif len(word) > 1 or not word.isalpha():
        word = rf"{NAME}{{{in_mathematics(word)}}}"
    mark = ",".join(in_mathematics(str(key)) for key in path)
    return word + (rf"^{{({NAME}{{{mark}}})}}" if mark else "")


def decimal(expression: Any) -> Any:
    """Return an expression with 1.0507 for 10507/10000."""
    expression = sympy.sympify(expression)
    found = {
        number: sympy.Float(str(sympy.N(number, 18)).rstrip("0"))
        for number in expression.atoms(sympy.Rational)
        if number.q >= 1000
    }
    return expression.xreplace(found)


class _Latex(LatexPrinter):
    def __init__(self, names: Any, inputs: Sequence[str]) -> None:
        super().__init__({"symbol_names": names})
        self.inputs = inputs

    # ---- products --------------------------------------------------------------------------

    def _print_Mul(self, expr: Any) -> str:
        sign = ""
        if (least := _as_least(-expr)) is not None:
            return self._extreme(r"\min", least)
        if expr.could_extract_minus_sign():
            sign, expr = "- ", -expr
        above, below = sympy.fraction(expr, exact=True)
        factors = sorted(sympy.Mul.make_args(above), key=self._place)
        factors, below = _with_root_below(factors, below)
        if below == 1:
            return sign + self._product(factors)
        if len(factors) == 1 and _is_root(factors[0]) and _is_root(below):
            return rf"{sign}\sqrt{{{self._print(factors[0].base / below.base)}}}"
        alone = len(factors) == 1
        last = [one for one in factors if isinstance(one, LAST) or (one.is_Add and not alone)]
        first = [one for one in factors if one not in last]
        fraction = rf"\frac{{{self._product(first) or '1'}}}{{{self._print(below)}}}"
        return sign + (f"{fraction} {self._product(last)}" if last else fraction)

    def _place(self, factor: Any) -> tuple[int, int]:
        """Return which kind of factor this is, and which input; they are written in this order."""
        base = factor.base if factor.is_Pow else factor
        if base.is_Number:
            return 0, 0
        if isinstance(base, LAST):
            return 5, 0
        if base.is_Symbol or isinstance(base, sympy.Indexed):
            name = str(base.base) if isinstance(base, sympy.Indexed) else base.name
            return (2, self.inputs.index(name)) if name in self.inputs else (1, 0)
        return (3, 0) if base.is_Add else (4, 0)

    def _product(self, factors: list[Any]) -> str:
        text = before = ""
        if len(factors) > 1 and factors[0].is_Number and float(factors[0]) == 1:
            factors = factors[1:]
        for at, factor in enumerate(factors):
            part = self._print(factor)
            if self._needs_mul_brackets(factor, first=at == 0, last=at == len(factors) - 1):
                part = rf"\left({part}\right)"
            text += _between(before, part) + part
            before = part
        return text

    def _needs_mul_brackets(self, expr: Any, first: bool = False, last: bool = False) -> bool:
        if expr.is_Mul:
            return not first and expr.could_extract_minus_sign()
        low = precedence_traditional(expr) < PRECEDENCE["Mul"]
        open_ended = isinstance(expr, ExprWithLimits) and not last
        cases = isinstance(expr, sympy.Piecewise) and not (first and last)
        return bool((low and not isinstance(expr, LAST)) or _is_mod(expr) or open_ended or cases)

    def _needs_add_brackets(self, expr: Any) -> bool:
        return bool(expr.is_Add or expr.is_Relational or _is_mod(expr))

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        number, rest = expr.as_coeff_Add()
        if number.is_positive and isinstance(rest, sympy.Function):
            return [number, rest]  # 1 + erf(x)
        terms = sorted(super()._as_ordered_terms(expr, order), key=_is_open)
        return positive_first(terms, lambda term: not _is_open(term))

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        size = _common_size(expr)
        if size == 1:
            return str(super()._print_Add(expr, order))
        inner = sympy.Add(*(_divided(term, size) for term in expr.args))
        return rf"{self._print(size)} \left({self._print(inner)}\right)"

    # ---- sums, cases, roundings --------------------------------------------------------------

    def _print_Sum(self, expr: Any) -> str:
        word = r"\prod" if isinstance(expr, sympy.Product) else r"\sum"
        over = [rf"{word}_{{{index}={low}}}^{{{high}}}" for index, low, high in self._limits(expr)]
        return f"{' '.join(over)} {self._of_each(expr)}"

    _print_Product = _print_Sum

    def _print_Largest(self, expr: Any) -> str:
        return self._extreme(r"\max", expr)

    def _extreme(self, word: str, expr: Any) -> str:
        ranges = [rf"{low} \leq {index} \leq {high}" for index, low, high in self._limits(expr)]
        return rf"{word}_{{{SPACED.join(ranges)}}} {self._of_each(expr)}"

    def _limits(self, expr: Any) -> list[list[str]]:
        """Return the index and the ends of each range."""
        return [[self._print(part) for part in limit] for limit in expr.limits]

    def _of_each(self, expr: Any) -> str:
        text = self._print(expr.function)
        return rf"\left({text}\right)" if expr.function.is_Add else text

    def _print_Piecewise(self, expr: Any) -> str:
        rows = [
            rf"{self._print(value)} & "
            + (r"\text{otherwise}" if condition == sympy.true else self._if(condition))
            for value, condition in expr.args
        ]
        return rf"\begin{{cases}} {ROW.join(rows)} \end{{cases}}"

    def _print_And(self, expr: Any) -> str:
        return self._joined(expr, r" \text{ and } ")

    def _print_Or(self, expr: Any) -> str:
        return self._joined(expr, r" \text{ or } ")

    def _joined(self, expr: Any, word: str) -> str:
        parts: list[str] = []
        for part in sorted(expr.args, key=sympy.default_sort_key):
            text = self._print(part)
            several = isinstance(part, sympy.And | sympy.Or)
            parts.append(rf"\left({text}\right)" if several else text)
        return word.join(parts)

    def _print_Float(self, expr: Any) -> str:
        number = float(expr)
        whole = number.is_integer() and abs(number) < 1e6
        return str(int(number)) if whole else str(super()._print_Float(expr))

    def _if(self, condition: Any) -> str:
        return rf"\text{{if }} {self._print(condition)}"

    def _rounded(self, expr: Any, exp: Any = None) -> str:
        inner = self._inline(expr.args[0])
        side = "floor" if isinstance(expr, sympy.floor) else "ceil"
        text = rf"\left\l{side} {inner} \right\r{side}"
        return text if exp is None else f"{text}^{{{exp}}}"

    _print_floor = _print_ceiling = _rounded

    def _inline(self, expr: Any) -> str:
        """Return a fraction with a slash, for where it is small."""
        above, below = sympy.fraction(sympy.together(expr))
        if below == 1:
            return self._print(expr)
        inner, divisor = self._print(above), self._print(below)
        if above.is_Add and _common_size(above) == 1:
            inner = rf"\left({inner}\right)"
        return f"{inner} / {divisor}" if below.is_Atom else rf"{inner} / \left({divisor}\right)"

    def _print_Indexed(self, expr: Any) -> str:
        comma = "," if all(index.is_Atom for index in expr.indices) else SPACED
        return f"{{{self._print(expr.base)}}}_{{{comma.join(map(self._inline, expr.indices))}}}"


def _between(before: str, part: str) -> str:
    """Return what keeps two factors apart: numbers, and names of more than one letter."""
    if not before:
        return ""
    if re.match(r"\{?[\d.]", part):
        return r" \cdot "
    return r" \, " if NAME in before and part.lstrip("{").startswith(NAME) else " "


def _is_open(term: Any) -> bool:
    """Whether a term ends in a sum, which what follows would seem to be part of."""
    return any(isinstance(factor, ExprWithLimits) for factor in sympy.Mul.make_args(term))


def _is_mod(expr: Any) -> bool:
    return isinstance(expr, Mod)


def _as_least(largest: Any) -> Any:
    """Return a range of which -largest is the least, None where it is none."""
    is_one = isinstance(largest, Largest)
    inner: Any = largest.args[0] if is_one else None
    if not is_one or not inner.could_extract_minus_sign():
        return None
    return Largest(-inner, *largest.limits)


def _is_root(expr: Any) -> bool:
    return bool(expr.is_Pow and expr.exp == sympy.S.Half)


def _common_size(total: Any) -> Any:
    """Return the number before every term of a sum, without its sign; else 1."""
    sizes = {abs(term.as_coeff_Mul()[0]) for term in total.args}
    size = sizes.pop()
    return sympy.S.One if sizes or float(size) == 1 else size


def _divided(term: Any, size: Any) -> Any:
    factor, rest = term.as_coeff_Mul()
    return rest if factor == size else -rest


def _with_root_below(factors: list[Any], below: Any) -> tuple[list[Any], Any]:
    """Return a fraction with x/sqrt(2) for what sympy writes as sqrt(2)*x/2."""
    number, rest = below.as_coeff_Mul()
    root = sympy.sqrt(number)
    if number == 1 or root not in factors:
        return factors, below
    left = [factor for factor in factors if factor != root]
    return left or [sympy.S.One], root * rest
