"""What every sympy function of our own has: a definition, a derivative, numbers, LaTeX, code."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, cast

import sympy

MOST_DIGITS = 1000
"""With how many digits a definition is evaluated at most; cancellation may eat as many."""


def _digits(bits: int) -> int:
    return max(1, round(bits * math.log10(2)) - 1)


def _spare(arg: Any) -> int:
    """Return how many digits may cancel at a number, since it is small or large."""
    if arg == 0 or not arg.is_finite:
        return 0
    small = int(arg.q).bit_length() - int(arg.p).bit_length()
    return max(small // 3, min(int(abs(arg)) // 2, MOST_DIGITS // 3))


class Twin(sympy.Function):
    """The symbolic counterpart of a Function; `definition` says what it is in standard functions.

    `expr.rewrite(f)` puts the definition where it is made of the function `f`, `expand_func`
    always; `diff` uses `slope`, the derivative by the first argument as a person would write it.
    `tex` is LaTeX with #1, #2 for the arguments; without it sympy writes the name.
    """

    definition: ClassVar[Callable[..., Any]]
    slope: ClassVar[Callable[..., Any] | None] = None
    tex: ClassVar[str] = ""
    is_step: ClassVar[bool] = False

    def fdiff(self, argindex: int = 1) -> Any:
        """Return the derivative by one of the arguments; a step has none but 0."""
        if self.is_step:
            return sympy.S.Zero
        if argindex == 1 and self.slope is not None:
            return sympy.sympify(self.slope(*self.args))
        inner = [sympy.Dummy(real=True) for _ in self.args]
        found = self.definition(*inner).diff(inner[argindex - 1])
        return found.xreplace(dict(zip(inner, self.args, strict=True)))

    # ---- numbers ---------------------------------------------------------------------------

    @classmethod
    def eval(cls, *args: Any) -> Any:
        """Return the value where all arguments are numbers and it is one, else leave it open."""
        if not all(arg.is_Number for arg in args):
            return None
        floats = [arg._prec for arg in args if arg.is_Float]
        if floats:
            return cls._number(args, max(floats))
        value = sympy.sympify(cls.definition(*args))
        return value if value.is_Number else None

    @classmethod
    def _number(cls, args: Any, precision: int) -> Any:
        # Exact arguments and spare digits: 1 - x at 1e-30 and log(1 + exp(x)) at -30 cancel.
        exact = [sympy.Rational(arg) if arg.is_Float else arg for arg in args]
        value = cls.definition(*exact)
        if cls.is_step:
            return value
        digits = _digits(precision)
        spare = sum(_spare(arg) for arg in exact)
        wide = cast(Any, sympy.N(value, 2 * digits + spare, maxn=MOST_DIGITS))
        return wide.evalf(digits)

    def _eval_evalf(self, prec: int) -> Any:
        args = [cast(Any, arg).evalf(2 * _digits(prec)) for arg in self.args]
        return self._number(args, prec) if all(arg.is_Number for arg in args) else None

    def _eval_is_extended_real(self) -> bool | None:
        return True if all(arg.is_extended_real for arg in self.args) else None

    def _eval_is_integer(self) -> bool | None:
        return True if self.is_step and all(arg.is_real for arg in self.args) else None

    # ---- other forms -----------------------------------------------------------------------

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> Any:
        # In a condition sympy makes an ITE of each choice, and refuses one between numbers.
        if not isinstance(rule, type) or rule is sympy.ITE:
            return None
        found = sympy.sympify(self.definition(*args)).rewrite(rule)
        return found if found.has(rule) else None

    def _eval_expand_func(self, **hints: Any) -> Any:
        return self.definition(*self.args)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        if not self.tex:
            return printer._print_Function(self, exp)
        text = self.tex
        for number, arg in enumerate(self.args, start=1):
            text = text.replace(f"#{number}", printer._print(arg))
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"

    def _code(self, printer: Any, **settings: Any) -> str:
        return f"({printer._print(self.definition(*self.args))})"

    # The names under which sympy's printers of code look for a method of the object: so lambdify
    # and the code generators write the definition.
    _numpycode = _pythoncode = _mpmathcode = _lambdacode = _numexprcode = _code
    _ccode = _fcode = _javascript = _rust_code = _julia = _octave = _code


def has_cases(expr: Any) -> bool:
    """Whether an expression is a twin that is defined by cases."""
    return isinstance(expr, Twin) and _by_cases(type(expr), len(expr.args))


@cache
def _by_cases(kind: type[Twin], count: int) -> bool:
    found = sympy.sympify(kind.definition(*(sympy.Dummy(real=True) for _ in range(count))))
    return found.has(sympy.Piecewise) or any(map(has_cases, found.atoms(Twin)))


def twin(
    name: str,
    definition: Callable[..., Any],
    slope: Callable[..., Any] | None = None,
    *,
    tex: str = "",
    is_step: bool = False,
) -> Any:
    """Return a class of twins of this name."""
    space = {"definition": staticmethod(definition), "tex": tex, "is_step": is_step}
    space["slope"] = None if slope is None else staticmethod(slope)
    space["__module__"] = "netdsl.formula.functions"  # where copies and pickles look for it
    return type(Twin)(name, (Twin,), space)
