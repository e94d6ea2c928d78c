"""Flax NNX with optax: modules in a Sequential, a step under nnx.jit."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from benchmarks import nets
from benchmarks.peers import Steps, Task, around
from benchmarks.peers.jax_ import examples
from benchmarks.workloads import BETA1, BETA2, EPSILON, RATE, Workload

RNGS = nnx.Rngs(0)


def module(part: nets.Part, shape: nets.Shape, own: tuple[Any, ...]) -> Any:
    """Return a part as a module, or as a function where it has no arrays."""
    match part:
        case nets.Linear(size):
            return _set(nnx.Linear(shape[0], size, rngs=RNGS), own)
        case nets.Convolution(channels, kernel):
            window = (kernel, kernel)
            made = nnx.Conv(shape[0], channels, window, padding="VALID", rngs=RNGS)
            return _set(made, own)
        case nets.MaxPool(size):
            return partial(nnx.max_pool, window_shape=(size, size), strides=(size, size))
        case nets.Lstm(size):
            cell = nnx.OptimizedLSTMCell(shape[1], size, rngs=RNGS)
            cell.dense_i.kernel[...] = jnp.array(own[0])
            cell.dense_h.kernel[...] = jnp.array(own[1])
            cell.dense_h.bias[...] = jnp.array(own[2])
            return nnx.RNN(cell, rngs=RNGS)
        case nets.Last():
            return lambda x: x[:, -1]
        case nets.Flatten():
            return lambda x: x.reshape(len(x), -1)
        case nets.Softmax():
            return nnx.softmax
        case nets.Ramp():
            return nnx.relu
        case nets.Tanh():
            return nnx.tanh


def _set(made: Any, own: tuple[Any, ...]) -> Any:
    made.kernel[...], made.bias[...] = jnp.array(own[0]), jnp.array(own[1])
    return made


def sequential(work: Workload, parts: nets.Parts) -> nnx.Sequential:
    """Return some parts of the net of a workload, with the initial arrays."""
    arrays = nets.channels_last(work.parts, work.input, work.arrays)[: len(parts)]
    taken = nets.shapes(parts, work.input)[:-1]
    return nnx.Sequential(*(module(*one) for one in zip(parts, taken, arrays, strict=True)))


class Training(Steps):
    """nnx.value_and_grad and the optimizer's update, jitted for each step."""

    def __init__(self, work: Workload) -> None:
        self.net = sequential(work, work.body)
        adam = optax.adam(RATE, b1=BETA1, b2=BETA2, eps=EPSILON)
        self.optimizer = nnx.Optimizer(self.net, adam, wrt=nnx.Param)
        self.x, self.y = jnp.array(examples(work)), jnp.array(work.y)
        self.rows = list(jnp.array(work.order))
        self.place = around(len(self.rows))

        def loss(net: Any, x: Any, y: Any) -> Any:
            out = net(x)
            if work.has_classes:
                return optax.softmax_cross_entropy_with_integer_labels(out, y).mean()
            return optax.squared_error(out, y).mean()

        def step(net: Any, optimizer: Any, x: Any, y: Any, row: Any) -> Any:
            value, gradient = nnx.value_and_grad(loss)(net, x[row], y[row])
            optimizer.update(net, gradient)
            return value

        self.step = nnx.jit(step)

    def losses(self, times: int) -> list[float]:
        """Take steps; return the loss of each."""
        found: list[Any] = []
        for _ in range(times):
            row = self.rows[next(self.place)]
            found.append(self.step(self.net, self.optimizer, self.x, self.y, row))
        jax.block_until_ready(nnx.state(self.net))
        return [float(loss) for loss in found]


class Calling:
    """A call of the net under nnx.jit."""

    unit = 1

    def __init__(self, work: Workload, count: int) -> None:
        self.net = sequential(work, work.parts)
        self.x = jnp.array(examples(work)[np.arange(count) % len(work.x)])
        self.call = nnx.jit(lambda net, x: net(x))

    def first(self) -> list[float]:
        return np.ravel(self.call(self.net, self.x)).tolist()

    def run(self, times: int) -> None:
        call, net, x = self.call, self.net, self.x
        for _ in range(times):
            call(net, x).block_until_ready()


def training(work: Workload, variant: str) -> Task:
    """Return the task of training a net."""
    return Training(work)


def calling(work: Workload, count: int, variant: str) -> Task:
    """Return the task of applying a net to so many examples."""
    return Calling(work, count)
