"""Keras 3 on JAX from a cold start: a net applied, or trained by one `fit`."""

from __future__ import annotations

import os
import sys

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

from benchmarks.programs.data import Given, show_loss


def apply() -> None:
    """Apply an untrained net to one example."""
    net = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(512, "relu"),
            keras.layers.Dense(256, "relu"),
            keras.layers.Dense(10, "softmax"),
        ]
    )
    print(float(np.sum(net(np.ones((1, 784), np.float32)))))


def train(file: str, batch: int) -> None:
    """Train in the order of the file: its rounds, one after the other, as one epoch."""
    given = Given(file)
    between = "relu" if given.has_classes else "tanh"
    *inner, last = given.sizes
    layers = [keras.layers.Dense(size, between) for size in inner]
    net = keras.Sequential([keras.Input(given.x.shape[1:]), *layers, keras.layers.Dense(last)])
    net.set_weights([array for weights, biases in given.layers for array in (weights.T, biases)])
    loss = keras.losses.MeanSquaredError()
    if given.has_classes:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(keras.optimizers.Adam(0.001, epsilon=1e-8), loss)
    flat = given.order.ravel()
    net.fit(given.x[flat], given.y[flat], batch_size=batch, shuffle=False, verbose=0)
    show_loss(given, net.predict_on_batch(given.x))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        apply()
    else:
        train(sys.argv[1], int(sys.argv[2]))
