"""What is measured: nets with their data, drawn anew in each process from the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import nets
from benchmarks.nets import (
    Convolution,
    Flatten,
    Last,
    Linear,
    Lstm,
    MaxPool,
    Parts,
    Ramp,
    Shape,
    Softmax,
    Tanh,
)

RATE, BETA1, BETA2, EPSILON = 0.001, 0.9, 0.999, 1e-8
"""The settings of Adam, the same for every contender."""

CHECKED = 5
"""Steps whose losses must agree before anything is timed."""


@dataclass(frozen=True)
class Workload:
    """A net, the examples it is trained on and their order; `steps` of them are an epoch."""

    name: str
    title: str
    input: Shape
    parts: Parts
    batch: int
    steps: int
    tolerance: float
    """How far losses may be apart, relative to those that they are held against."""

    @property
    def has_classes(self) -> bool:
        """Whether the targets are numbers of classes, from 0; else they are numbers to meet."""
        return isinstance(self.parts[-1], Softmax)

    @property
    def body(self) -> Parts:
        """The net without its softmax, which most contenders have in the loss."""
        return self.parts[:-1] if self.has_classes else self.parts

    @cached_property
    def arrays(self) -> list[nets.Arrays]:
        """The initial values, part by part."""
        return nets.initial(self.parts, self.input, np.random.default_rng(1))

    @cached_property
    def x(self) -> NDArray[np.float32]:
        """The examples."""
        if self.name == "xor":
            return np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
        random = np.random.default_rng(2)
        return random.standard_normal((self.batch * self.steps, *self.input), np.float32)

    @cached_property
    def y(self) -> NDArray[Any]:
        """The targets."""
        if self.name == "xor":
            return np.array([[0], [1], [1], [0]], np.float32)
        return np.random.default_rng(3).integers(0, 10, len(self.x))

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The examples of each step of an epoch."""
        random = np.random.default_rng(4)
        rounds = self.batch * self.steps // len(self.x)
        drawn = [random.permutation(len(self.x)) for _ in range(rounds)]
        return np.concatenate(drawn).reshape(self.steps, self.batch)

    @property
    def operations(self) -> int:
        """The floating-point operations of the products of a step."""
        return self.batch * nets.step_operations(self.parts, self.input)


CLASSES = (Linear(10), Softmax())

WORKLOADS = {
    work.name: work
    for work in (
        Workload(
            "xor",
            "XOR: 2-8-1, tanh, mean square, batch 4",
            (2,),
            (Linear(8), Tanh(), Linear(1)),
            batch=4,
            steps=250,
            tolerance=1e-4,
        ),
        Workload(
            "mlp",
            "MLP: 784-512-256-10, ramp, cross-entropy, batch 64",
            (784,),
            (Linear(512), Ramp(), Linear(256), Ramp(), *CLASSES),
            batch=64,
            steps=50,
            tolerance=1e-4,
        ),
        Workload(
            "lenet",
            "LeNet: 1x28x28, 431,080 parameters, batch 64",
            (1, 28, 28),
            (
                *(Convolution(20, 5), Ramp(), MaxPool(2)),
                *(Convolution(50, 5), Ramp(), MaxPool(2)),
                *(Flatten(), Linear(500), Ramp(), *CLASSES),
            ),
            batch=64,
            steps=10,
            tolerance=1e-3,
        ),
        Workload(
            "lstm",
            "LSTM: 64 on sequences of 50x32, last output, 10 classes, batch 32",
            (50, 32),
            (Lstm(64), Last(), *CLASSES),
            batch=32,
            steps=20,
            tolerance=1e-3,
        ),
    )
}
