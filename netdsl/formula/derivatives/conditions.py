"""Which conditions on indices hold everywhere, and which nowhere."""

from __future__ import annotations

from typing import Any

import sympy
from sympy.core.relational import Relational

from netdsl.formula.bounds import Ranges, is_never_negative


def decided(condition: Any, ranges: Ranges) -> bool | None:
    """Return whether a condition on integers holds, None where it depends or nothing is known.

    >>> i = sympy.Symbol("i", integer=True)
    >>> decided(i < 3, {i: (0, 2)}), decided(i < 2, {i: (0, 2)}), decided(i > 2, {i: (0, 2)})
    (True, None, False)
    """
    if condition in (sympy.true, sympy.false):
        return bool(condition)
    if isinstance(condition, sympy.And | sympy.Or):
        found = [decided(part, ranges) for part in condition.args]
        settling = isinstance(condition, sympy.Or)
        if settling in found:
            return settling
        return None if None in found else not settling
    if isinstance(condition, Relational):
        return _compared(condition, ranges)
    return None


def _compared(condition: Any, ranges: Ranges) -> bool | None:
    more = condition.lhs - condition.rhs
    if not more.is_integer:
        return None
    above, below = is_never_negative(more - 1, ranges), is_never_negative(-more - 1, ranges)
    if isinstance(condition, sympy.Eq | sympy.Ne):
        same = is_never_negative(more, ranges) and is_never_negative(-more, ranges)
        equal = True if same else False if above or below else None
        return equal if equal is None or isinstance(condition, sympy.Eq) else not equal
    if isinstance(condition, sympy.Lt | sympy.Le):
        more, above, below = -more, below, above
    if isinstance(condition, sympy.Gt | sympy.Lt):
        return True if above else False if is_never_negative(-more, ranges) else None
    return True if is_never_negative(more, ranges) else False if below else None
