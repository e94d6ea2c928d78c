"""JAX asked for shapes: eval_shape of a function that returns what every node gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import export, lax

from benchmarks import nets, shapes
from benchmarks.shapes import CHANNELS, HEIGHT, INTEGERS, WIDTH, Inference, Nodes

LAYOUT = ("NCHW", "OIHW", "NCHW")


def apply(nodes: Nodes, arrays: list[list[Any]], x: Any) -> list[Any]:
    """Apply a net; return the output of each node."""
    found: dict[str | None, Any] = {None: x}
    for node, own in zip(nodes, arrays, strict=True):
        found[node.name] = _part(node.part, own, *(found[name] for name in node.feeds))
    return [found[node.name] for node in nodes]


def _part(part: shapes.Part, own: list[Any], x: Any, *more: Any) -> Any:
    match part:
        case shapes.Convolution(_, _, stride, padding):
            ends = [(padding, padding)] * 2
            steps = (stride, stride)
            return lax.conv_general_dilated(x, own[0], steps, ends, dimension_numbers=LAYOUT)
        case shapes.MaxPool(kernel, stride, padding):
            ends = [(0, 0)] * 2 + [(padding, padding)] * 2
            window, steps = (1, 1, kernel, kernel), (1, 1, stride, stride)
            return lax.reduce_window(x, -jnp.inf, lax.max, window, steps, ends)
        case shapes.Normalization():
            scaling, biases, mean, variance = (one[:, None, None] for one in own)
            return (x - mean) * lax.rsqrt(variance + 1e-5) * scaling + biases
        case nets.Ramp():
            return jax.nn.relu(x)
        case shapes.Total():
            return x + more[0]
        case shapes.Mean():
            return x.mean((2, 3))
        case nets.Linear():
            return x @ own[0].T + own[1]


class EvalShape(Inference):
    """The function is a new one for each question: JAX remembers the answers to the old ones."""

    def __init__(self, name: str) -> None:
        self.nodes = shapes.resnet()
        sizes = (HEIGHT, WIDTH) if name == INTEGERS else export.symbolic_shape("h, w")
        self.x = jax.ShapeDtypeStruct((1, CHANNELS, *sizes), jnp.float32)
        self.arrays = [
            [jax.ShapeDtypeStruct(shape, jnp.float32) for shape in own]
            for own in shapes.array_shapes(self.nodes).values()
        ]

    def ask(self) -> Any:
        return jax.eval_shape(lambda arrays, x: apply(self.nodes, arrays, x), self.arrays, self.x)

    def rows(self, found: Any) -> Iterable[Sequence[Any]]:
        return (one.shape[1:] for one in found)

    def value(self, size: Any) -> int | None:
        return size if isinstance(size, int) else int(size._evaluate({"h": HEIGHT, "w": WIDTH}))


def shapes_of(name: str, variant: str) -> Inference:
    """Return the task of inferring shapes."""
    return EvalShape(name)
