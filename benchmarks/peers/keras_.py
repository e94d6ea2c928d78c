"""Keras 3 on JAX: a Sequential trained by `fit`, one epoch at a time, in the order given."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "jax"

from typing import Any

import keras
import numpy as np

from benchmarks import nets
from benchmarks.peers import Task
from benchmarks.peers.jax_ import examples
from benchmarks.workloads import BETA1, BETA2, CHECKED, EPSILON, RATE, Workload


def layer(part: nets.Part) -> Any:
    """Return a part as a layer; the last output of an LSTM is what it gives by itself."""
    match part:
        case nets.Linear(size):
            return keras.layers.Dense(size)
        case nets.Convolution(channels, kernel):
            return keras.layers.Conv2D(channels, kernel)
        case nets.MaxPool(size):
            return keras.layers.MaxPooling2D(size)
        case nets.Lstm(size):
            return keras.layers.LSTM(size)
        case nets.Flatten():
            return keras.layers.Flatten()
        case nets.Softmax():
            return keras.layers.Softmax()
        case nets.Ramp():
            return keras.layers.ReLU()
        case nets.Tanh():
            return keras.layers.Activation("tanh")
        case nets.Last():
            raise AssertionError


def sequential(work: Workload, parts: nets.Parts) -> Any:
    """Return some parts of the net of a workload, with the initial arrays."""
    layers = [layer(part) for part in parts if not isinstance(part, nets.Last)]
    net = keras.Sequential([keras.Input(examples(work).shape[1:]), *layers])
    arrays = nets.channels_last(work.parts, work.input, work.arrays)[: len(parts)]
    net.set_weights([array for own in arrays for array in own])
    return net


class Training:
    """`fit` over an epoch without shuffling; examples are put into the order before it."""

    def __init__(self, work: Workload) -> None:
        self.net = sequential(work, work.body)
        loss = keras.losses.MeanSquaredError()
        if work.has_classes:
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        adam = keras.optimizers.Adam(RATE, beta_1=BETA1, beta_2=BETA2, epsilon=EPSILON)
        self.net.compile(adam, loss)
        self.x, self.y = examples(work), work.y
        self.order, self.unit = work.order, len(work.order)

    def fit(self, rows: Any) -> float:
        """Train on some rows of the order; return the mean loss."""
        flat, batch = np.ravel(rows), self.order.shape[1]
        done = self.net.fit(self.x[flat], self.y[flat], batch_size=batch, shuffle=False, verbose=0)
        return float(done.history["loss"][0])

    def first(self) -> list[float]:
        return [self.fit(row) for row in self.order[:CHECKED]]

    def run(self, times: int) -> None:
        for _ in range(times // self.unit):
            self.fit(self.order)


class Calling:
    """`predict_on_batch`, Keras's own jitted call on a batch."""

    unit = 1

    def __init__(self, work: Workload, count: int) -> None:
        self.net = sequential(work, work.parts)
        self.x = examples(work)[np.arange(count) % len(work.x)]

    def first(self) -> list[float]:
        return np.ravel(self.net.predict_on_batch(self.x)).tolist()

    def run(self, times: int) -> None:
        for _ in range(times):
            self.net.predict_on_batch(self.x)


def training(work: Workload, variant: str) -> Task:
    """Return the task of training a net."""
    return Training(work)


def calling(work: Workload, count: int, variant: str) -> Task:
    """Return the task of applying a net to so many examples."""
    return Calling(work, count)
