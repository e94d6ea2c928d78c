"""A formula as numbers: each entry computed from the expression, in plain Python."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from sympy.printing.pycode import PythonCodePrinter

from netdsl.formula.notation import formula_of


def _spot(at: Any) -> tuple[int, ...]:
    return tuple(round(float(i)) for i in (at if isinstance(at, tuple) else (at,)))


class Padded:
    """An array that is zero outside its bounds; a plain one would wrap round without a word."""

    def __init__(self, array: Any) -> None:
        self.array = np.asarray(array)

    def __getitem__(self, at: Any) -> Any:
        spot = _spot(at)
        assert len(spot) == self.array.ndim
        inside = all(0 <= i < n for i, n in zip(spot, self.array.shape, strict=True))
        return self.array[spot].item() if inside else 0.0


class Steps:
    """A sequence that a formula defines, each entry computed once, zero outside its bounds."""

    def __init__(self, definition: Any, given: dict[str, Any]) -> None:
        indices = definition.indices
        self.sizes, self.looks_back = definition.sizes, definition.first is not None
        self.rule = _function(definition.entry, indices, given)
        self.first = _function(sympy.sympify(definition.first or 0), indices[1:], given)
        self.given = given
        self.known: dict[tuple[int, ...], float] = {}

    def __getitem__(self, at: Any) -> float:
        spot = _spot(at)
        before = self.looks_back and spot[0] == -1
        if not before and not all(0 <= i < n for i, n in zip(spot, self.sizes, strict=True)):
            return 0.0
        if spot not in self.known:
            self.known[spot] = (
                self.first(*spot[1:], *self.given.values())
                if before
                else self.rule(*spot, *self.given.values())
            )
        return self.known[spot]


class _Exact(PythonCodePrinter):
    """Plain Python in which a quotient of integers stays exact, so that its floor is right."""

    def _print_Rational(self, expr: Any) -> str:
        return f"Fraction({expr.p}, {expr.q})"

    _print_Half = _print_Rational

    def _print_Mod(self, expr: Any) -> str:
        # sympy writes -2*(x mod 3) as -2*x % 3, which is another number.
        return f"({super()._print_Mod(expr)})"


def _function(entry: Any, at: Any, given: dict[str, Any]) -> Any:
    # sympy writes no Python for a product over indices.
    entry = entry.replace(sympy.Product, lambda *parts: sympy.Product(*parts).doit())
    printer = _Exact(
        {"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True}
    )
    names = {sympy.Symbol(name, real=True): _plain(name) for name in given}
    return sympy.lambdify(
        [*at, *names.values()],
        entry.xreplace(names),
        modules=[{"Fraction": Fraction}, "math"],
        printer=printer,
    )


def _plain(name: str) -> Any:
    """A symbol whose name is one in Python too, unlike h_1.2 and s[0, 1]."""
    return sympy.Symbol(re.sub(r"\W", "_", name), real=True)


def by_formula(
    layer: Any, inputs: dict[str, Any], arrays: dict[str, Any], shape: Any, port: str | None = None
) -> Any:
    """An output of one example, entry by entry, from the layer's formula."""
    return numbers(formula_of(layer, port), {**inputs, **arrays}, shape)


def numbers(formula: Any, values: dict[str, Any], shape: Any) -> Any:
    """What a formula is for values of the inputs and arrays, entry by entry."""
    at = getattr(formula.output, "indices", ())
    sequences = {definition.name: definition for definition in formula.where}
    entries = [formula.entry, *(definition.entry for definition in formula.where)]
    indices = {index for definition in formula.where for index in definition.indices}
    free = {
        symbol.name
        for entry in entries
        for symbol in entry.free_symbols - entry.atoms(sympy.Indexed) - {*at, *indices}
    }
    assert free <= {*values, *sequences}, f"open sizes {free}"
    given: dict[str, Any] = {
        name: Padded(value) if np.ndim(value) else float(value)
        for name, value in values.items()
        if value is not None
    }
    given |= dict.fromkeys(sequences)  # each may rest on all of them
    for name, definition in sequences.items():
        given[name] = (
            Steps(definition, given)
            if definition.indices
            else _function(definition.entry, (), given)(*given.values())
        )
    function = _function(formula.entry.doit() if not at else formula.entry, at, given)
    result = np.empty(shape)
    for spot in itertools.product(*(range(n) for n in shape)):
        result[spot] = function(*spot, *given.values())
    return result
