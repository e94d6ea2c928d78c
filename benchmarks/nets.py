"""Nets as plain data, which every contender builds in its own way: parts, arrays, operations."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
Arrays = dict[str, NDArray[np.float32]]

GATES = ("Input", "Forget", "Memory", "Output")
"""The gates of an LSTM, in the order in which PyTorch, Flax and Keras put them."""


@dataclass(frozen=True)
class Linear:
    """A product with weights, plus biases."""

    size: int


@dataclass(frozen=True)
class Convolution:
    """A convolution in two dimensions with square kernels, channels first."""

    channels: int
    kernel: int


@dataclass(frozen=True)
class MaxPool:
    """The maximum over squares that lie side by side."""

    size: int


@dataclass(frozen=True)
class Lstm:
    """A long short-term memory over a sequence."""

    size: int


@dataclass(frozen=True)
class Last:
    """The last element of a sequence."""


@dataclass(frozen=True)
class Flatten:
    """All entries as one vector."""


@dataclass(frozen=True)
class Ramp:
    """max(x, 0)."""


@dataclass(frozen=True)
class Tanh:
    """The hyperbolic tangent."""


@dataclass(frozen=True)
class Softmax:
    """Probabilities of classes."""


Part = Linear | Convolution | MaxPool | Lstm | Last | Flatten | Ramp | Tanh | Softmax
Parts = tuple[Part, ...]


def output_shape(part: Part, shape: Shape) -> Shape:
    """Return the shape that a part gives for one example of this shape."""
    match part:
        case Linear(size):
            return (size,)
        case Convolution(channels, kernel):
            return (channels, shape[1] - kernel + 1, shape[2] - kernel + 1)
        case MaxPool(size):
            return (shape[0], shape[1] // size, shape[2] // size)
        case Lstm(size):
            return (shape[0], size)
        case Last():
            return shape[1:]
        case Flatten():
            return (prod(shape),)
        case _:
            return shape


def shapes(parts: Parts, shape: Shape) -> list[Shape]:
    """Return what each part takes, and at the end what the last one gives."""
    found = [shape]
    for part in parts:
        found.append(output_shape(part, found[-1]))
    return found


def array_shapes(part: Part, shape: Shape) -> dict[str, Shape]:
    """Return the arrays of a part by their names in netdsl."""
    match part:
        case Linear(size):
            return {"Weights": (size, shape[0]), "Biases": (size,)}
        case Convolution(channels, kernel):
            return {"Weights": (channels, shape[0], kernel, kernel), "Biases": (channels,)}
        case Lstm(size):
            found: dict[str, Shape] = {}
            for gate in GATES:
                found[f"{gate}GateInputWeights"] = (size, shape[1])
                found[f"{gate}GateStateWeights"] = (size, size)
                found[f"{gate}GateBiases"] = (size,)
            return found
        case _:
            return {}


def initial(parts: Parts, shape: Shape, random: np.random.Generator) -> list[Arrays]:
    """Draw values for all arrays, part by part."""
    taken = shapes(parts, shape)
    return [
        {name: _drawn(dims, random) for name, dims in array_shapes(part, before).items()}
        for part, before in zip(parts, taken, strict=False)
    ]


def _drawn(dims: Shape, random: np.random.Generator) -> NDArray[np.float32]:
    width = 0.1 if len(dims) == 1 else prod(dims[1:]) ** -0.5
    return (random.normal(size=dims) * width).astype(np.float32)


def products(part: Part, shape: Shape) -> tuple[int, int]:
    """Return the multiply-adds of a part's products for one example.

    First those that read the part's input, then those that read what it computed itself.
    """
    match part:
        case Linear(size):
            return size * shape[0], 0
        case Convolution(channels, kernel):
            _, height, width = output_shape(part, shape)
            return channels * height * width * shape[0] * kernel * kernel, 0
        case Lstm(size):
            return shape[0] * 4 * size * shape[1], shape[0] * 4 * size * size
        case _:
            return 0, 0


def step_operations(parts: Parts, shape: Shape) -> int:
    """Return the floating-point operations of the products in a training step on one example.

    A multiply-add counts as two. Each product of the forward pass has two of its size in the
    reverse pass, but no gradient by the net's input is asked for.
    """
    total = 0
    for number, (part, before) in enumerate(zip(parts, shapes(parts, shape), strict=False)):
        outer, inner = products(part, before)
        total += (2 if number == 0 else 3) * outer + 3 * inner
    return 2 * total


def channels_last(
    parts: Parts, shape: Shape, arrays: list[Arrays]
) -> list[tuple[NDArray[np.float32], ...]]:
    """Return the arrays of each part as JAX, Flax and Keras hold them.

    Kernels come with the inputs before the outputs, those of convolutions as height, width,
    inputs, outputs; the gates of an LSTM side by side.
    """
    found: list[tuple[NDArray[np.float32], ...]] = []
    taken = shapes(parts, shape)
    for at, (part, own) in enumerate(zip(parts, arrays, strict=True)):
        match part:
            case Convolution():
                found.append((own["Weights"].transpose(2, 3, 1, 0), own["Biases"]))
            case Linear():
                weights = own["Weights"]
                if at and isinstance(parts[at - 1], Flatten):
                    channels_first = weights.reshape(-1, *taken[at - 1])
                    weights = np.moveaxis(channels_first, 1, -1).reshape(weights.shape)
                found.append((weights.T, own["Biases"]))
            case Lstm():
                joined = [
                    np.concatenate([own[f"{gate}Gate{kind}"] for gate in GATES])
                    for kind in ("InputWeights", "StateWeights", "Biases")
                ]
                found.append((joined[0].T, joined[1].T, joined[2]))
            case _:
                found.append(())
    return found
