"""What every program reads: examples, their order, initial arrays, all from one file."""

from __future__ import annotations

from typing import Any

import numpy as np


class Given:
    """The contents of the file; `layers` are pairs of weights (outputs first) and biases."""

    def __init__(self, file: str) -> None:
        with np.load(file) as held:
            self.x, self.y, self.order = held["x"], held["y"], held["order"]
            count = sum(name.startswith("weights") for name in held.files)
            self.layers = [(held[f"weights{at}"], held[f"biases{at}"]) for at in range(count)]

    @property
    def sizes(self) -> list[int]:
        """The sizes of the layers' outputs."""
        return [len(biases) for _, biases in self.layers]

    @property
    def has_classes(self) -> bool:
        """Whether the targets are numbers of classes."""
        return self.y.dtype.kind == "i"


def show_loss(given: Given, outputs: Any, *, logits: bool = True) -> None:
    """Print the loss over all examples, by which the programs are held against each other."""
    outputs = np.asarray(outputs, np.float64)
    if not given.has_classes:
        print(float(np.mean((outputs - given.y) ** 2)))
        return
    if logits:
        outputs = outputs - outputs.max(1, keepdims=True)
        outputs = np.exp(outputs) / np.exp(outputs).sum(1, keepdims=True)
    print(float(-np.mean(np.log(outputs[np.arange(len(given.y)), given.y]))))
