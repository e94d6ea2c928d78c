"""The samples of every registered layer, and data and array values for them."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import netdsl
from netdsl.spec import Layer, registry

LAYER_TESTS = Path(__file__).parent.parent / "layers"
LENGTHS = (4, 2, 5)
"""What stands for the lengths that vary and the sizes that have names, in order."""


@dataclass(frozen=True)
class Sample:
    """One layer of a test file's SAMPLES, with the range of its inputs."""

    layer: Layer
    low: float = -2.0
    high: float = 2.0

    def __str__(self) -> str:
        return self.layer.brief()

    def filled(self, seed: int = 5) -> Layer:
        """The layer with random values in every array that has none; a state is positive."""
        random = np.random.default_rng(seed)
        values = {
            (name,): random.uniform(
                -1 if field.learned else 0.5, 1, self.layer.shapes.array((), name)
            )
            for name, field in self.layer.array_fields.items()
            if getattr(self.layer, name) is netdsl.Automatic
        }
        return self.layer.with_parts(values)

    def data(self, count: int, seed: int = 3, lengths: tuple[int, ...] = LENGTHS) -> dict[str, Any]:
        """A batch of inputs for every port, float64 or integers."""
        random = np.random.default_rng(seed)
        sizes = iter(lengths)
        known: dict[Any, int] = {}
        found: dict[str, Any] = {}
        for name in self.layer.input_names:
            kind = self.layer.port(name)
            dims = tuple(
                dim if isinstance(dim, int) else known.setdefault(dim, next(sizes, 3))
                for dim in kind.dims
            )
            if kind.element == "Integer":
                last = kind.last or 9
                found[name] = random.integers(kind.first or 1, last + 1, (count, *dims))
            else:
                found[name] = random.uniform(self.low, self.high, (count, *dims))
        return found


def by_layer() -> dict[str, list[Sample]]:
    """The samples of each registered layer; none where its test file gives none."""
    found: dict[str, list[Sample]] = {name: [] for name in registry}
    for path in sorted(LAYER_TESTS.glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"samples_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for item in getattr(module, "SAMPLES", []):
            layer, limits = item if isinstance(item, tuple) else (item, ())
            found[type(layer).__name__].append(Sample(layer, *limits))
    return found


RANDOM = ("RandomArrayLayer",)
"""Layers whose entries are drawn in evaluation too: their own tests look at the moments."""

BY_LAYER = by_layer()
COMPUTE_NOTHING = ("PlaceholderLayer",)
"""Layers with nothing to compute, and no formula; their own tests see to what is left."""

SAMPLES = [
    sample
    for name, samples in BY_LAYER.items()
    for sample in samples
    if name not in COMPUTE_NOTHING
]
CERTAIN = [sample for sample in SAMPLES if type(sample.layer).__name__ not in RANDOM]
