"""Single layers that are measured: their inputs and arrays, and what is compared of the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

PIECES = 64
"""How many numbers a result is told by."""


@dataclass(frozen=True)
class LayerWork:
    """A layer in training: its output, and the gradients by its input and its arrays.

    `classes` says how many where the input is of whole numbers, which have no gradient.
    """

    name: str
    title: str
    input: tuple[int, ...]
    output: tuple[int, ...]
    arrays: Mapping[str, tuple[int, ...]]
    classes: int = 0

    @cached_property
    def x(self) -> NDArray[Any]:
        """The input, the batch first; classes count from 1."""
        random = np.random.default_rng(5)
        if self.classes:
            return random.integers(1, self.classes + 1, self.input)
        return random.standard_normal(self.input, np.float32)

    @cached_property
    def values(self) -> Arrays:
        """The arrays of the layer, all positive."""
        random = np.random.default_rng(6)
        return {
            name: random.random(shape, np.float32) + np.float32(0.1)
            for name, shape in self.arrays.items()
        }

    @cached_property
    def gradient(self) -> NDArray[np.float32]:
        """The gradient that arrives at the output."""
        return np.random.default_rng(7).standard_normal(self.output, np.float32)

    @property
    def by(self) -> tuple[str, ...]:
        """By what the gradients are."""
        return (*(() if self.classes else ("Input",)), *self.arrays)


LAYERS = {
    work.name: work
    for work in (
        LayerWork(
            "ramp",
            "ParametricRampLayer: 64 x 64 x 32 x 32, a slope for each channel",
            (64, 64, 32, 32),
            (64, 64, 32, 32),
            {"Slope": (64,)},
        ),
        LayerWork(
            "normalization",
            "BatchNormalizationLayer in training: 32 x 64 x 28 x 28",
            (32, 64, 28, 28),
            (32, 64, 28, 28),
            {"Scaling": (64,), "Biases": (64,)},
        ),
        LayerWork(
            "embedding",
            "EmbeddingLayer: 64 sequences of 50, 10,000 classes, vectors of 128",
            (64, 50),
            (64, 50, 128),
            {"Weights": (10_000, 128)},
            classes=10_000,
        ),
        LayerWork(
            "resize",
            "ResizeLayer, linear: 16 x 32 x 56 x 56 to 112 x 112",
            (16, 32, 56, 56),
            (16, 32, 112, 112),
            {},
        ),
    )
}


def numbers(results: Sequence[Any]) -> list[float]:
    """Return a few numbers for each result, by which contenders are compared.

    Its root mean square, and means of pieces with random signs, each near 1: sums of gradients
    may cancel, and no result outweighs another.
    """
    found: list[float] = []
    for result in results:
        flat = np.asarray(result, np.float64).ravel()
        signs = np.random.default_rng(8).choice([-1.0, 1.0], flat.size)
        scale = float(np.sqrt(np.mean(np.square(flat)))) or 1.0
        pieces = np.array_split(flat * signs / scale, min(PIECES, flat.size))
        found += [scale, *(1 + piece.mean() for piece in pieces)]
    return found
