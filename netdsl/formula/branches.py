"""Which branches of a Piecewise must not see the numbers that belong to another one."""

from __future__ import annotations

from itertools import product
from typing import Any

import sympy
from sympy.functions.elementary.piecewise import ExprCondPair

from netdsl.formula.functions import NAMES

# Finite, with finite slopes, at every number that fits into a float.
_STEPS = {"Sign", "Round", "Floor", "Ceiling", "IntegerPart", "FractionalPart", "Unitize"}
_PIECES = {"Plus", "Times", "Max", "Min", "Abs", "Threshold", "Chop", "Piecewise", "And", "Or"}
_RELATIONS = {"Equal", "Unequal", "Greater", "GreaterEqual", "Less", "LessEqual"}
_CURVES = {"Sin", "Cos", "Tanh", "ArcTan", "ArcSinh", "Erf", "Erfc", "Haversine", "Gudermannian"}
_UNITS = {"Ramp", "LogisticSigmoid", "ELU", "SELU", "GELU", "Swish", "HardSwish", "Mish"}
_MORE_UNITS = {"SoftSign", "SoftPlus", "HardTanh", "HardSigmoid"}
TAME = _STEPS | _PIECES | _RELATIONS | _CURVES | _UNITS | _MORE_UNITS
HIGHEST = 4  # a float32 holds this power of 1e9
TRIED = (0.3, -0.3, 1.7, -1.7, 4.1, -4.1, 12.3, -12.3, 0.02, -0.02, 130.7, -130.7, 0.0)
LARGE = 1e12


def is_risky(branch: Any) -> bool:
    """Whether the branch may be infinite, or have an infinite slope, where it is not chosen."""
    return any(not _is_tame(node) for node in sympy.preorder_traversal(branch))


def _is_tame(node: Any) -> bool:
    if node.is_Atom or not node.free_symbols or isinstance(node, ExprCondPair):
        return True
    if node.is_Pow:
        return bool(node.exp.is_Integer and 0 < node.exp <= HIGHEST)
    return NAMES.get(node.func) in TAME


def safe_point(branch: Any, condition: Any, before: list[Any]) -> dict[Any, float] | None:
    """Return numbers for the symbols at which this branch is chosen and harmless, None if unknown.

    It is chosen where its condition holds and none of those before it.
    """
    symbols = sorted(branch.free_symbols.union(condition.free_symbols), key=str)
    if len(symbols) > 2:
        return None
    for numbers in product(TRIED, repeat=len(symbols)):
        point = dict(zip(symbols, map(sympy.Float, numbers), strict=True))
        chosen = condition.xreplace(point) == sympy.true
        first = all(other.xreplace(point) == sympy.false for other in before)
        if chosen and first and _is_harmless(branch, point):
            return dict(zip(symbols, numbers, strict=True))
    return None


def _is_harmless(branch: Any, point: dict[Any, Any]) -> bool:
    value = branch.xreplace(point).evalf()
    return bool(value.is_extended_real and abs(value) < LARGE)
