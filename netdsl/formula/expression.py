"""Functions that a user writes: an expression, a sympy Lambda or a Python callable."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import sympy
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import Boolean, BooleanAtom

from netdsl.errors import NetError, SettingError, nearest
from netdsl.formula.calling import at
from netdsl.formula.compute import compute
from netdsl.formula.functions import NAMES, TWINS
from netdsl.formula.source import python_source
from netdsl.functions import Function, all_functions
from netdsl.nets.functions.numpy_names import UFUNCS

_X = sympy.Symbol("x", real=True)

LOOP = "loop of ufunc"
"""How numpy's message begins where a function of it is called on a symbol."""
NO_FLOAT = "Cannot convert expression to float"
"""What sympy says where a function of Python numbers is called on a symbol."""
MISSPELT = 0.8
"""How like a known name one must be to be taken for it."""


class PureFunction(sympy.Lambda):
    """An expression as a function of its symbols; its repr is Python that builds it again.

    `kernel(xp, *arrays)` computes it, as that of a Function does.
    """

    def __new__(cls, signature: Any, expr: Any) -> PureFunction:
        # Lambda makes something of another kind of x -> x.
        return sympy.Expr.__new__(cls, sympy.Tuple(*signature), expr)

    def __call__(self, *args: Any) -> Any:
        """Return the value at numbers, or the expression at symbolic arguments."""
        return at(super().__call__, args, f"({self!r})")

    def __repr__(self) -> str:
        names = ", ".join(symbol.name for symbol in self.variables)
        return f"lambda {names}: {python_source(self.expr)}"

    def kernel(self, xp: Any, *arrays: Any) -> Any:
        """Compute the expression through `xp`."""
        return compute(xp, self.expr, dict(zip(self.variables, arrays, strict=True)))


def read_function(f: Any) -> Function | PureFunction:
    """Return a function of one number; one that is a named Function becomes that.

    >>> read_function(lambda t: sympy.tanh(t)), read_function(lambda t: t**2 / 3)
    (Tanh, lambda x: x**2/3)
    """
    formula = to_lambda(f)
    return _known().get(formula.expr, formula)


@cache
def _known() -> dict[Any, Function]:
    """Every function of one number by what it is of x."""
    one = [f for f in all_functions() if f.least == 1 and f.gives == "number"]
    found = {TWINS[function.name](_X): function for function in one}
    return {expr: function for expr, function in found.items() if expr != _X}


def to_lambda(f: Any, *, arity: int | None = 1) -> PureFunction:
    """Return a function of real numbers as a PureFunction; of one number it is one in the symbol x.

    `f` is an expression, whose symbols are the arguments in alphabetical order, a sympy Lambda, or
    a Python callable, which is called once on symbols. With `arity` None there may be any number
    of arguments, and they keep their names. A SettingError says what cannot be computed.
    """
    names, function = reading(f)
    if arity not in (None, len(names)):
        raise SettingError(
            "A function has another number of arguments.",
            expected="one symbol" if arity == 1 else f"{arity} symbols",
            got=", ".join(names) or "none",
        )
    symbols = [_X] if arity == 1 else [sympy.Symbol(name, real=True) for name in names]
    expr = _normal(_value(function, symbols))
    _check(expr)
    if arity == 1 and not expr.free_symbols:
        raise SettingError(
            "The function does not depend on its argument.", expected="one symbol", got=expr
        )
    return PureFunction(symbols, expr)


def reading(f: Any) -> tuple[list[str], Callable[..., Any]]:
    """Return the names of the arguments, and what is to be called on them."""
    if isinstance(f, sympy.Lambda):
        return [symbol.name for symbol in f.variables], f
    if isinstance(f, np.ufunc) and f.__name__ in UFUNCS:
        return _parameters(f), UFUNCS[f.__name__]
    if isinstance(f, sympy.Expr | Boolean):
        symbols = sorted(f.free_symbols, key=str)
        names = [str(symbol) for symbol in symbols]
        return names, lambda *new: f.xreplace(dict(zip(symbols, new, strict=True)))
    if callable(f):
        return _parameters(f), f
    raise SettingError(
        "This is not a function.",
        expected="a name, a function of netdsl, an expression with a symbol, or a callable",
        got=repr(f),
    )


def _parameters(f: Any) -> list[str]:
    try:
        found = inspect.signature(f).parameters.values()
    except ValueError:  # some built-in functions do not tell
        return ["x"]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [item.name for item in found if item.kind in positional and item.default is item.empty]
    return needed or ["x"]


def _value(f: Callable[..., Any], symbols: list[Any]) -> Any:
    """Return the expression that a callable gives for the symbols."""
    return value_of(lambda *given: sympy.sympify(f(*given), strict=True), symbols, f)


def value_of(f: Callable[..., Any], symbols: list[Any], named: Any = None) -> Any:
    """Return what a callable gives for the symbols; an error names it, or what stands for it."""
    try:
        return f(*symbols)
    except NetError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever the user's own code raises)
        f = f if named is None else named
        raise SettingError(
            "The function cannot be called on a symbol.",
            expected="functions of netdsl or sympy; If, Which or Piecewise for a choice",
            got=getattr(f, "__name__", repr(f)),
            because=_reason(f, error),
            nearest=_meant(f, error),
        ) from None


def _reason(f: Any, error: Exception) -> str | None:
    """Return why a function failed on a symbol; numpy and sympy say it in words of their own."""
    text = str(error)
    if isinstance(error, NameError):
        return f"NameError: {text}"
    if text.startswith(LOOP):
        return f"np.{_of_numpy(text)} takes no symbol"
    if (
        str(getattr(f, "__module__", "")).startswith(("numpy", "math", "netdsl"))
        or text == NO_FLOAT
    ):
        return "it takes numbers, not symbols"
    return text


def _meant(f: Any, error: Exception) -> str | None:
    """Return the function of the notation that stands for what failed."""
    if isinstance(error, NameError):
        return nearest(error.name, TWINS, MISSPELT)
    name = _of_numpy(str(error)) or getattr(f, "__name__", "")
    known = UFUNCS.get(name) or {known.name.lower(): known for known in all_functions()}.get(name)
    return known.name if isinstance(known, Function) else None


def _of_numpy(text: str) -> str:
    """Return the name of the function of numpy that a message of it is about."""
    return text.rpartition("callable ")[2].split(" ")[0] if text.startswith(LOOP) else ""


# ---- what can be computed ------------------------------------------------------------------


def _normal(expr: Any) -> Any:
    """Return the expression in our own functions, with Python's floating-point numbers."""
    floats = {number: sympy.Float(float(number)) for number in expr.atoms(sympy.Float)}
    expr = expr.xreplace(floats)
    for kind, name in (("floor", "Floor"), ("ceiling", "Ceiling"), ("Mod", "Mod")):
        expr = expr.replace(getattr(sympy, kind), TWINS[name])
    # In a branch a division by zero is infinite, as in numpy; sympy knows no sign of it.
    infinite = {sympy.zoo: sympy.oo}
    choices = {choice: choice.xreplace(infinite) for choice in expr.atoms(sympy.Piecewise)}
    expr = expr.xreplace(choices)
    # A comparison of a choice with a number becomes a choice of conditions.
    return expr.replace(sympy.ITE, lambda c, a, b: (c & a) | (~c & b))


def _check(expr: Any) -> None:
    """See that the expression gives a number and that everything in it can be computed."""
    if not isinstance(expr, sympy.Expr):
        raise SettingError(
            "A function of a layer gives a number.",
            expected="for instance If(condition, 1, 0)",
            got=str(expr),
        )
    for node in sympy.preorder_traversal(expr):
        if not _is_known(node):
            part = node.cond if isinstance(node, ExprCondPair) else node
            name = str(part) if part.is_Atom else part.func.__name__
            raise SettingError(
                "This cannot be computed in a net.",
                expected="functions of netdsl, real numbers, and conditions such as x > 0",
                got="a division by 0" if part is sympy.zoo else name,
                nearest=None if part.is_Atom else nearest(name, TWINS, MISSPELT),
            )


def _is_known(node: Any) -> bool:
    if isinstance(node, ExprCondPair):
        return not node.cond.is_Symbol
    if isinstance(node, BooleanAtom) or node is sympy.nan:
        return True
    if isinstance(node, sympy.Expr) and node.is_extended_real is False:
        return False
    return bool(node.is_Atom or node.func in NAMES)
