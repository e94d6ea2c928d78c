"""Forms as sympy expressions, which is what users see of them."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# sympy has no type stubs; its expressions are Any here.

from __future__ import annotations

from functools import cache
from typing import Any, cast

from netdsl.infer.forms import Atom, Form, Number, add, number

KEPT = 10_000
"""Expressions that are kept, since a net has the same sizes in many places."""

_kept: dict[str, Any] = {}


def symbol(name: str, *, varies: bool = False) -> Any:
    """Return the sympy symbol of a size: a positive integer.

    The symbol of a length that varies equals no other, whatever a user calls a size.
    """
    import sympy

    kind = _length_symbol() if varies else sympy.Symbol
    return cast(Any, kind(name, integer=True, positive=True))


@cache
def _length_symbol() -> Any:
    import sympy

    return type("LengthSymbol", (sympy.Symbol,), {"__slots__": ()})


def varies(expression: Any) -> bool:
    """Whether an expression depends on a length that varies."""
    return expression is not None and any(
        isinstance(part, _length_symbol()) for part in getattr(expression, "free_symbols", ())
    )


def expression(form: Form) -> Any:
    """Return a form as a sympy expression; a number as an int."""
    if form.value is not None:
        return _number(form.value)
    if form.key not in _kept:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[form.key] = _sum(form)
    return _kept[form.key]


def _number(value: Number) -> Any:
    import sympy

    return value if isinstance(value, int) else sympy.Rational(value.numerator, value.denominator)


def _sum(form: Form) -> Any:
    total: Any = 0
    for monomial, factor in form.terms:
        one: Any = 1
        for atom, power in monomial:
            one = one * _atom(atom) ** power
        total = total + _number(factor) * one
    return total


def _atom(atom: Atom) -> Any:
    import sympy

    if not atom.parts:
        return symbol(atom.text, varies=atom.kind == "length")
    if atom.kind == "factor":
        return expression(atom.parts[0])
    above, below = atom.parts
    if atom.kind in ("min", "max"):
        function = sympy.Min if atom.kind == "min" else sympy.Max
        return cast(Any, function)(expression(above), expression(below))
    if atom.kind == "ratio":
        return expression(above) / expression(below)
    if below.value is not None and above.constant == below.value - 1:
        rest = add(above, number(-above.constant))
        return cast(Any, sympy.ceiling)(expression(rest) / expression(below))
    return cast(Any, sympy.floor)(expression(above) / expression(below))
