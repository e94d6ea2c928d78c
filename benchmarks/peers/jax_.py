"""JAX by hand: parameters as a list, Adam over it, a jit for each step or a scan over an epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks import nets
from benchmarks.layers import LayerWork, numbers
from benchmarks.peers import Task, around
from benchmarks.workloads import (
    BETA1,
    BETA2,
    CHECKED,
    EPSILON,
    RATE,
    Workload,
)

Params = list[tuple[Any, ...]]


def apply(parts: nets.Parts, params: Params, x: Any) -> Any:
    """Apply parts of a net; images have their channels last."""
    for part, own in zip(parts, params, strict=True):
        x = _part(part, own, x)
    return x


def _part(part: nets.Part, own: tuple[Any, ...], x: Any) -> Any:
    match part:
        case nets.Linear():
            return x @ own[0] + own[1]
        case nets.Convolution():
            layout = ("NHWC", "HWIO", "NHWC")
            out = lax.conv_general_dilated(x, own[0], (1, 1), "VALID", dimension_numbers=layout)
            return out + own[1]
        case nets.MaxPool(size):
            window = (1, size, size, 1)
            return lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")
        case nets.Lstm(size):
            return lstm(size, own, x)
        case nets.Last():
            return x[:, -1]
        case nets.Flatten():
            return x.reshape(len(x), -1)
        case nets.Softmax():
            return jax.nn.softmax(x)
        case nets.Ramp():
            return jax.nn.relu(x)
        case nets.Tanh():
            return jnp.tanh(x)


def lstm(size: int, own: tuple[Any, ...], x: Any) -> Any:
    """Run an LSTM: one product for the inputs of all steps, then a scan."""
    by_input, by_state, biases = own
    zeros = jnp.zeros((len(x), size), x.dtype)

    def step(carry: tuple[Any, Any], projected: Any) -> tuple[tuple[Any, Any], Any]:
        state, cell = carry
        i, f, m, o = jnp.split(projected + state @ by_state, 4, axis=-1)
        cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(m)
        state = jax.nn.sigmoid(o) * jnp.tanh(cell)
        return (state, cell), state

    projected = (x @ by_input + biases).swapaxes(0, 1)
    return lax.scan(step, (zeros, zeros), projected)[1].swapaxes(0, 1)


def parameters(work: Workload, parts: nets.Parts) -> Params:
    """Return the initial arrays of some parts, in JAX's layouts."""
    found = nets.channels_last(work.parts, work.input, work.arrays)
    return [tuple(jnp.array(array) for array in own) for own in found[: len(parts)]]


def examples(work: Workload) -> np.ndarray[Any, Any]:
    """Return the examples, images with their channels last."""
    return np.ascontiguousarray(np.moveaxis(work.x, 1, -1)) if work.x.ndim == 4 else work.x


def loss_of(work: Workload) -> Callable[[Params, Any, Any], Any]:
    """Return the loss as a function of parameters, examples and targets."""

    def loss(params: Params, x: Any, y: Any) -> Any:
        out = apply(work.body, params, x)
        if not work.has_classes:
            return jnp.mean((out - y) ** 2)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1))

    return loss


def adam_step(loss: Callable[[Params, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    """Return a step of Adam: state, examples and targets to the next state and the loss."""

    def step(state: Any, x: Any, y: Any) -> Any:
        params, first, second, count = state
        value, gradient = jax.value_and_grad(loss)(params, x, y)
        count = count + 1
        first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradient)
        second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradient)
        scale1, scale2 = 1 - BETA1**count, 1 - BETA2**count
        params = jax.tree.map(
            lambda w, m, v: w - RATE * (m / scale1) / (jnp.sqrt(v / scale2) + EPSILON),
            params,
            first,
            second,
        )
        return (params, first, second, count), value

    return step


class Training:
    """Parameters, data and order lie on the device; the losses are fetched at the end."""

    def __init__(self, work: Workload, variant: str) -> None:
        self.x, self.y = jnp.array(examples(work)), jnp.array(work.y)
        self.order = jnp.array(work.order)
        params = parameters(work, work.body)
        zeros = jax.tree.map(jnp.zeros_like, params)
        self.state: Any = (params, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros(()))
        step = adam_step(loss_of(work))

        def on_rows(state: Any, x: Any, y: Any, row: Any) -> Any:
            return step(state, x[row], y[row])

        def over_rows(state: Any, x: Any, y: Any, rows: Any) -> Any:
            return lax.scan(lambda state, row: on_rows(state, x, y, row), state, rows)

        self.unit = len(work.order) if variant == "scan" else 1
        self.step = jax.jit(on_rows, donate_argnums=0)
        self.scan = jax.jit(over_rows, donate_argnums=0)
        self.rows = list(self.order)
        self.place = around(len(self.rows))

    def first(self) -> list[float]:
        if self.unit == 1:
            return self.stepped(CHECKED)
        self.state, losses = self.scan(self.state, self.x, self.y, self.order[:CHECKED])
        return losses.tolist()

    def stepped(self, times: int) -> list[float]:
        """Take steps one by one; return the loss of each."""
        found: list[Any] = []
        for _ in range(times):
            row = self.rows[next(self.place)]
            self.state, loss = self.step(self.state, self.x, self.y, row)
            found.append(loss)
        jax.block_until_ready(self.state)
        return [float(loss) for loss in found]

    def run(self, times: int) -> None:
        if self.unit == 1:
            self.stepped(times)
            return
        for _ in range(times // self.unit):
            self.state, losses = self.scan(self.state, self.x, self.y, self.order)
            losses.tolist()
        jax.block_until_ready(self.state)


class Calling:
    """A call of the jitted net on an array of the device."""

    unit = 1

    def __init__(self, work: Workload, count: int) -> None:
        params = parameters(work, work.parts)
        self.x = jnp.array(examples(work)[np.arange(count) % len(work.x)])
        jitted = jax.jit(lambda params, x: apply(work.parts, params, x))
        self.net = lambda x: jitted(params, x)

    def first(self) -> list[float]:
        return np.ravel(self.net(self.x)).tolist()

    def run(self, times: int) -> None:
        net, x = self.net, self.x
        for _ in range(times):
            net(x).block_until_ready()


def _normalized(x: Any, scaling: Any, biases: Any) -> Any:
    mean, variance = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
    each = (slice(None), None, None)
    return (x - mean) * lax.rsqrt(variance + 0.001) * scaling[each] + biases[each]


def _resized(x: Any) -> Any:
    """Both ends of the input stay ends: jax.image.resize has no such convention."""
    for axis in (2, 3):
        size, half = x.shape[axis], 2 * x.shape[axis]
        place = jnp.arange(half) * (size - 1) / (half - 1)
        low = jnp.minimum(place.astype(int), size - 2)
        part = jnp.expand_dims(place - low, tuple(range(1, 4 - axis)))
        x = (1 - part) * jnp.take(x, low, axis) + part * jnp.take(x, low + 1, axis)
    return x


LAYERS = {
    "ramp": lambda x, slope: jnp.where(x >= 0, x, slope[:, None, None] * x),
    "normalization": _normalized,
    "embedding": lambda x, weights: weights[x - 1],
    "resize": _resized,
}


class Single:
    """Output and gradients by one jitted function."""

    unit = 1

    def __init__(self, work: LayerWork) -> None:
        layer = LAYERS[work.name]
        x = jnp.array(work.x)
        values = [jnp.array(value) for value in work.values.values()]
        held, self.given = ([x], values) if work.classes else ([], [x, *values])
        self.gradient = jnp.array(work.gradient)

        def both(gradient: Any, *given: Any) -> Any:
            output, back = jax.vjp(lambda *free: layer(*held, *free), *given)
            return output, *back(gradient)

        self.both = jax.jit(both)

    def first(self) -> list[float]:
        return numbers(self.both(self.gradient, *self.given))

    def run(self, times: int) -> None:
        for _ in range(times):
            jax.block_until_ready(self.both(self.gradient, *self.given))


def training(work: Workload, variant: str) -> Task:
    """Return the task of training a net."""
    return Training(work, variant)


def calling(work: Workload, count: int, variant: str) -> Task:
    """Return the task of applying a net to so many examples."""
    return Calling(work, count)


def single(work: LayerWork, variant: str) -> Task:
    """Return the task of a layer alone."""
    return Single(work)
