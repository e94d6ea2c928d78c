"""JAX from a cold start: a net applied under jit, or trained by a jitted step."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.programs.data import Given, show_loss


def net(params: Any, x: Any, function: Any) -> Any:
    """Apply linear layers with a function between them."""
    *inner, last = params
    for weights, biases in inner:
        x = function(x @ weights.T + biases)
    return x @ last[0].T + last[1]


def apply() -> None:
    """Apply an untrained net to one example."""
    random = np.random.default_rng()
    sizes = (784, 512, 256, 10)
    params = [
        (random.standard_normal((n, m), np.float32) * (2 / m) ** 0.5, np.zeros(n, np.float32))
        for m, n in pairwise(sizes)
    ]
    run = jax.jit(lambda params, x: jax.nn.softmax(net(params, x, jax.nn.relu)))
    print(run(params, np.ones(784, np.float32)).sum())


def train(file: str) -> None:
    """Train in the order of the file."""
    given = Given(file)
    function = jax.nn.relu if given.has_classes else jnp.tanh

    def loss(params: Any, x: Any, y: Any) -> Any:
        out = net(params, x, function)
        if not given.has_classes:
            return jnp.mean((out - y) ** 2)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1))

    @jax.jit
    def step(state: Any, x: Any, y: Any, row: Any) -> Any:
        params, first, second, count = state
        g = jax.grad(loss)(params, x[row], y[row])
        count = count + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, g)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, g)
        params = jax.tree.map(
            lambda w, m, v: (
                w - 0.001 * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8)
            ),
            *(params, first, second),
        )
        return params, first, second, count

    params = jax.tree.map(jnp.array, given.layers)
    zeros = jax.tree.map(jnp.zeros_like, params)
    state = (params, zeros, zeros, jnp.zeros(()))
    x, y = jnp.array(given.x), jnp.array(given.y)
    for row in given.order:
        state = step(state, x, y, row)
    show_loss(given, jax.jit(lambda params, x: net(params, x, function))(state[0], x))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        apply()
    else:
        train(sys.argv[1])
