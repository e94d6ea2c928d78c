"""Write an expression as Python that builds the same one again from the functions of netdsl."""

# sympy's printer finds its methods by the names of the classes that they print.
# ruff: noqa: N802, N815

from __future__ import annotations

from typing import Any

import sympy
from sympy.printing.str import StrPrinter

from netdsl.formula.functions import NAMES


def python_source(expression: Any) -> str:
    """Return Python for an expression, in the names of netdsl; exact numbers take sympy's S.

    >>> x = sympy.Symbol("x", real=True)
    >>> python_source(sympy.tanh(x) ** sympy.Rational(2, 3) + sympy.sqrt(x) / 2 - 0.3)
    'Sqrt(x)/2 + Tanh(x)**(S(2)/3) - 0.3'
    """
    return _Source().doprint(expression)


class _Source(StrPrinter):
    """sympy's printer, with our names, and no number that Python would round."""

    def _print(self, expr: Any, **settings: Any) -> str:
        # Without symbols Python would compute at once what sympy leaves exact.
        whole = isinstance(expr, sympy.Expr) and not expr.is_Atom and not expr.free_symbols
        if whole and not isinstance(self, _Exact):
            return _Exact()._print(expr, **settings)
        return super()._print(expr, **settings)

    def _print_Function(self, expr: Any) -> str:
        args = [self._print(arg) for arg in expr.args]
        if expr.func is sympy.atan2:
            args.reverse()
        return f"{NAMES[expr.func]}({', '.join(args)})"

    _print_Max = _print_Min = _print_Mod = _print_Function

    def _print_Relational(self, expr: Any) -> str:
        if isinstance(expr, sympy.Eq | sympy.Ne):
            return self._print_Function(expr)
        return super()._print_Relational(expr)

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        if abs(expr.exp) == sympy.S.Half and expr.exp.is_Rational and not rational:
            root = f"Sqrt({self._print(expr.base)})"
            return root if expr.exp > 0 else f"1/{root}"
        return super()._print_Pow(expr, rational=rational)

    def _print_Rational(self, expr: Any) -> str:
        return f"S({expr.p})/{expr.q}"

    _print_Half = _print_Rational

    def _print_Infinity(self, expr: Any) -> str:
        return 'float("inf")'

    def _print_NegativeInfinity(self, expr: Any) -> str:
        return '-float("inf")'

    def _print_NaN(self, expr: Any) -> str:
        return 'float("nan")'

    def _print_Float(self, expr: Any) -> str:
        return repr(float(expr))


class _Exact(_Source):
    """The same for what contains no symbol."""

    def _print_Integer(self, expr: Any) -> str:
        return f"S({expr.p})"

    _print_Zero = _print_One = _print_NegativeOne = _print_Integer
