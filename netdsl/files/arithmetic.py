"""Operators and functions on numbers and symbols, within limits: no text computes for hours."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any, Final

from netdsl.errors import SettingError

TOO_LARGE: Final = "A number is too large."

BITS: Final = 4096
"""How long whole numbers may become."""

FAR: Final = 1_000_000
"""The largest number that a function is computed of exactly."""

BINARY: Final[dict[type[ast.AST], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
UNARY: Final[dict[type[ast.AST], Callable[[Any], Any]]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
COMPARISONS: Final[dict[type[ast.AST], Callable[[Any, Any], Any]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def is_quantity(value: Any) -> bool:
    """Whether a value is a number, a symbolic expression, or an array of a function."""
    return isinstance(value, int | float) or is_symbolic(value) or hasattr(value, "xp")


def is_symbolic(value: Any) -> bool:
    """Whether a value is an expression of sympy's."""
    return hasattr(value, "free_symbols") and hasattr(value, "xreplace")


def is_constant(value: Any) -> bool:
    """Whether a value is a number, be it an exact one."""
    return isinstance(value, int | float) or (is_symbolic(value) and not value.free_symbols)


def see_that_it_ends(operation: Any, left: Any, right: Any) -> None:
    """Refuse an operation on numbers whose result would be too long to be written down."""
    if not (is_constant(left) and is_constant(right)):
        return
    if isinstance(left, float) or isinstance(right, float):
        return
    long = _bits(left) + _bits(right)
    if operation is operator.pow:
        long = _bits(left) * max(1, abs(float(right))) if _bits(right) < BITS / 4 else math.inf
    if long > BITS:
        raise SettingError(TOO_LARGE, expected=f"up to {BITS} bits")


def _bits(value: Any) -> float:
    if isinstance(value, int):
        return value.bit_length()
    parts = value.as_numer_denom() if hasattr(value, "as_numer_denom") else ()
    sizes = [int(part).bit_length() if part.is_Integer else 64 for part in parts]
    return max(sizes, default=1)


def see_that_it_is_near(name: str, value: Any) -> None:
    """Refuse an exact number so large that a function of it may take for ever."""
    if isinstance(value, list | tuple):
        for item in value:  # pairs, such as those of Clip and Which
            see_that_it_is_near(name, item)
        return
    if not is_constant(value) or isinstance(value, bool | float):
        return
    if is_symbolic(value) and not getattr(value, "is_number", False):
        return  # a truth value
    most = 1000 if "Gamma" in name else FAR
    size = abs(value) if isinstance(value, int) else abs(complex(value.evalf(5)))
    if size > most and not getattr(value, "is_infinite", False):
        raise SettingError(
            "A function is not computed of so large a number.",
            expected=f"up to {most:,}, or a number with a decimal point",
        )


def is_whole(value: Any) -> bool:
    """Whether a value is an integer, which a truth value is not here."""
    return isinstance(value, int) and not isinstance(value, bool)


def are_quantities(value: Any, *, deep: bool) -> bool:
    """Whether a value is a quantity, or where lists go too, a list of such."""
    if deep and isinstance(value, list | tuple):
        return all(are_quantities(item, deep=True) for item in value)
    return is_quantity(value)
