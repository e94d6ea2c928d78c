"""Call functions: on symbolic arguments they give an expression, on Python numbers a number."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any

import sympy
from sympy.logic.boolalg import BooleanAtom

from netdsl.errors import SettingError
from netdsl.formula.functions import TWINS
from netdsl.functions import Function, function_named

DIGITS = 20  # more than a Python float has, so that its rounding is the only one


def call(function: Function, args: tuple[Any, ...]) -> Any:
    """Return the value of a function at Python numbers, its expression at anything symbolic."""
    try:
        return at(TWINS[function.name], args, function.name)
    except SettingError as error:
        raise error.having(expected=f"{function} of {function.arity}: {function.doc}") from None


def at(expression: Callable[..., Any], args: tuple[Any, ...], name: str) -> Any:
    """Return what `expression` gives for the arguments, as a number where all of them are."""
    items = [_read(arg, name) for arg in args]
    try:
        result = expression(*items)
    except (TypeError, ValueError, AttributeError) as error:
        if any(isinstance(arg, list | tuple) for arg in args):
            raise _refused(name, args) from None
        raise SettingError(
            "A function does not take such arguments.",
            got=f"{name}({', '.join(str(arg) for arg in args)})",
            because=str(error),
        ) from None
    return _number(result) if all(_is_plain(arg) for arg in args) else result


def _refused(name: str, args: tuple[Any, ...]) -> SettingError:
    """Return the error of a function of numbers that is called on a list."""
    items = args[0]
    takes_any = name in TWINS and function_named(name).most is None
    is_one = len(args) == 1 and isinstance(items, list | tuple)
    plain = is_one and takes_any and not any(isinstance(one, list | tuple) for one in items)
    layer = "ThreadingLayer" if takes_any or len(args) > 1 else "ElementwiseLayer"
    return SettingError(
        "A function takes numbers or symbolic expressions.",
        expected=f"{layer}({name}) for arrays",
        got=f"{name}({', '.join(str(arg) for arg in args)})",
        nearest=f"{name}({', '.join(map(str, items))})" if plain else None,
    )


def _is_plain(arg: Any) -> bool:
    if isinstance(arg, list | tuple):
        return all(_is_plain(item) for item in arg)
    return not isinstance(arg, sympy.Basic)


def _read(arg: Any, name: str) -> Any:
    if isinstance(arg, list | tuple):
        return type(arg)(_read(item, name) for item in arg)
    if isinstance(arg, sympy.Basic):
        return arg
    if isinstance(arg, bool):
        return sympy.sympify(arg)
    if isinstance(arg, Integral):
        return sympy.Integer(int(arg))
    if isinstance(arg, Real):
        return sympy.sympify(float(arg))
    raise SettingError(
        "A function takes numbers or symbolic expressions.",
        expected=f"ElementwiseLayer({name}) for arrays",
        got=type(arg).__name__,
    )


def _number(value: Any) -> int | float | bool:
    value = sympy.sympify(value)
    if isinstance(value, BooleanAtom):
        return bool(value)
    if value.is_Integer:
        return int(value)
    value = value.evalf(DIGITS)
    return float(value) if value.is_extended_real else math.nan
