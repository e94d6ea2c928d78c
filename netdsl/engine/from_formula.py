"""The computation of a layer that gives only its formula: one that acts entry by entry."""

# pyright: reportMissingTypeStubs=false
# sympy has no type stubs; its expressions are Any here.

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from netdsl.engine.program import Value
from netdsl.spec import Layer


@dataclass(frozen=True, slots=True)
class Accesses:
    """An array in the formula, which notes the entries that are asked for."""

    value: Value
    shape: tuple[int, ...]
    at: tuple[Any, ...]
    is_batch: bool
    found: dict[Any, Value] = field(default_factory=dict[Any, Value])

    def __getitem__(self, spot: Any) -> Any:
        """Return a symbol for an entry, and keep the array that stands for it, axes in place."""
        import sympy

        indices: list[Any] = [*spot] if isinstance(spot, tuple) else [spot]
        # A formula that moves an index is not one entry by entry: its layer has an `apply`.
        assert all(index in self.at for index in indices)
        symbol: Any = sympy.Dummy(real=True)
        self.found[symbol] = self._aligned([self.at.index(index) for index in indices])
        return symbol

    def _aligned(self, axes: list[int]) -> Value:
        """Return the array with each of its axes where the output has the index of that axis."""
        order = sorted(range(len(axes)), key=axes.__getitem__)
        first = int(self.is_batch)
        if self.is_batch:
            order = [0, *(axis + 1 for axis in order)]
        moved = self.value.xp.transpose(self.value, order)
        sizes = iter(moved.shape[first:])
        wide = [next(sizes) if axis in axes else 1 for axis in range(len(self.at))]
        return self.value.xp.reshape(moved, (*moved.shape[:first], *wide))


def apply_formula(layer: Layer, xp: Any, given: dict[str, Value | None]) -> Value:
    """Compute a layer through `xp` from its formula."""
    import sympy

    from netdsl.formula import compute

    at = tuple(sympy.Dummy(integer=True) for _ in xp.sizes(layer.output_names[0]))
    arrays: dict[str, Any] = {}
    for name, value in given.items():
        is_batch = name in layer.input_names
        arrays[name] = value and Accesses(value, value.shape[int(is_batch) :], at, is_batch)
    entry: Any = layer.formula(sympy, at, **layer.packed(arrays))
    found: dict[Any, Value] = {}
    for array in arrays.values():
        found |= {} if array is None else array.found
    return compute(xp, entry, found)
