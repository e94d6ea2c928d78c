"""The formula of a layer as numbers: each entry computed from the expression, in plain Python."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import sympy

from netdsl.formula.notation import formula_of


class Padded:
    """An array that is zero outside its bounds; a plain one would wrap round without a word."""

    def __init__(self, array: Any) -> None:
        self.array = np.asarray(array)

    def __getitem__(self, at: Any) -> Any:
        spot = tuple(round(float(i)) for i in (at if isinstance(at, tuple) else (at,)))
        assert len(spot) == self.array.ndim
        inside = all(0 <= i < n for i, n in zip(spot, self.array.shape, strict=True))
        return self.array[spot].item() if inside else 0.0


def by_formula(layer: Any, inputs: dict[str, Any], arrays: dict[str, Any], shape: Any) -> Any:
    """The output of one example, entry by entry, from the layer's formula."""
    formula = formula_of(layer)
    values = {**inputs, **arrays}
    names = [name for name, value in values.items() if value is not None]
    at = formula.output.indices if isinstance(formula.output, sympy.Indexed) else ()
    free = formula.entry.free_symbols - formula.entry.atoms(sympy.Indexed) - set(at)
    sizes = [symbol for symbol in free if symbol.name not in values]
    assert not sizes, f"open sizes {sizes}"
    function = sympy.lambdify(
        [*at, *names], formula.entry.doit() if not at else formula.entry, modules=["math"]
    )
    given = [
        Padded(values[name]) if np.ndim(values[name]) else float(values[name]) for name in names
    ]
    result = np.empty(shape)
    for spot in itertools.product(*(range(n) for n in shape)):
        result[spot] = function(*spot, *given)
    return result
