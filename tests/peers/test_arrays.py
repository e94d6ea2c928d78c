"""Layers that add up, multiply, sort and look up, beside JAX, ONNX and PyTorch."""

from __future__ import annotations

from functools import reduce

import numpy as np

from netdsl import All, Span
from tests.peers.harness import Twin, call, compare, each

SHAPES = ["Real", 1, 6, (2, 3), (5, 1), (1, 4), (3, 2, 4), (2, 5, 1), (2, 1, 3, 2), 50, (3, 7)]
INPUTS = [call(Input=shape) for shape in SHAPES]

# ---- an array of its own, entry by entry -------------------------------------------------------


def times(jax, layer, Input, Scaling):
    return jax.numpy.multiply(Input, Scaling)


def times_onnx(run, layer, Input, Scaling):
    return run("Mul", Input, Scaling)


def plus(jax, layer, Input, Biases):
    return jax.numpy.add(Input, Biases)


def plus_onnx(run, layer, Input, Biases):
    return run("Add", Input, Biases)


# ---- many entries made one ---------------------------------------------------------------------


def summation(jax, layer, Input):
    return jax.numpy.sum(Input, axis=tuple(range(1, Input.ndim)))


def summation_onnx(run, layer, Input):
    axes = np.arange(1, Input.ndim)
    return run("ReduceSum", Input, axes, keepdims=0, noop_with_empty_axes=1)


LEVELS = [
    ([], (2, 3)),
    ([], (3, 4, 2)),
    ([1], 5),
    ([1], (4, 3)),
    ([2], (3, 2, 4)),
    ([Span(1, 2)], (2, 4, 3)),
    ([Span(2, 3)], (2, 3, 4, 2)),
    ([All], (3, 5)),
    ([[1, 3]], (4, 2, 3)),
    ([[1, 3, 4]], (2, 3, 2, 2)),
    ([-1], (3, 1, 5)),
]


def aggregations(function):
    return [call(function, *levels, Input=shape) for levels, shape in LEVELS]


def along(layer, rank):
    """The axes of a batch over which a layer goes."""
    levels = layer.Levels
    if levels is All:
        return tuple(range(1, rank + 1))
    if isinstance(levels, Span):
        return tuple(range(levels.first, (rank if levels.last is All else levels.last) + 1))
    return tuple(level % (rank + 1) for level in np.atleast_1d(np.array(levels)).tolist())


def aggregated(function):
    """A function of an array, axes and the library, on the axes that a layer names."""
    return lambda library, layer, Input: function(library, Input, along(layer, Input.ndim - 1))


def reduction(name):
    """ONNX's reduction of this name."""
    return aggregated(lambda run, x, axes: run(name, x, np.array(axes), keepdims=0))


def mean_deviation(jax, x, axes):
    return jax.numpy.abs(x - jax.numpy.mean(x, axes, keepdims=True)).mean(axes)


def interquartile_range(jax, x, axes):
    jnp = jax.numpy
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    rows = jnp.transpose(x, (*kept, *axes)).reshape(*(x.shape[axis] for axis in kept), -1)
    rows = jnp.sort(rows, axis=-1)
    count = rows.shape[-1]
    # The entries lie at 1, 2, ..., the quartiles at 1/2 + n/4 and 1/2 + 3n/4.
    at = 1.0 + np.arange(count)
    lower, upper = (
        np.array([np.interp(0.5 + q * count, at, one) for one in np.eye(count)])
        for q in (0.25, 0.75)
    )
    return rows @ (upper - lower)


AGGREGATIONS = [
    Twin(
        "AggregationLayer",
        aggregations("Mean"),
        aggregated(lambda jax, x, axes: jax.numpy.mean(x, axes)),
        reduction("ReduceMean"),
    ),
    Twin(
        "AggregationLayer",
        aggregations("Total"),
        aggregated(lambda jax, x, axes: jax.numpy.sum(x, axes)),
        reduction("ReduceSum"),
    ),
    Twin(
        "AggregationLayer",
        aggregations("Times"),
        aggregated(lambda jax, x, axes: jax.numpy.prod(x, axes)),
        reduction("ReduceProd"),
    ),
    Twin(
        "AggregationLayer",
        aggregations("Max"),
        aggregated(lambda jax, x, axes: jax.numpy.max(x, axes)),
        reduction("ReduceMax"),
    ),
    Twin(
        "AggregationLayer",
        aggregations("Min"),
        aggregated(lambda jax, x, axes: jax.numpy.min(x, axes)),
        reduction("ReduceMin"),
    ),
    Twin(
        "AggregationLayer",
        aggregations("Median"),
        aggregated(lambda jax, x, axes: jax.numpy.median(x, axes)),
    ),
    Twin(
        "AggregationLayer",
        aggregations("Variance"),
        aggregated(lambda jax, x, axes: jax.numpy.var(x, axes, ddof=1)),
        torch=aggregated(lambda torch, x, axes: torch.var(x, axes, correction=1)),
    ),
    Twin(
        "AggregationLayer",
        aggregations("StandardDeviation"),
        aggregated(lambda jax, x, axes: jax.numpy.std(x, axes, ddof=1)),
        torch=aggregated(lambda torch, x, axes: torch.std(x, axes, correction=1)),
    ),
    Twin("AggregationLayer", aggregations("MeanDeviation"), aggregated(mean_deviation)),
    Twin("AggregationLayer", aggregations("InterquartileRange"), aggregated(interquartile_range)),
]

# ---- products ----------------------------------------------------------------------------------

DOTS = [
    call(InputPorts=[3, 3]),
    call(InputPorts=[(2, 3), 3]),
    call(InputPorts=[2, (2, 5)]),
    call(InputPorts=[(2, 3), (3, 4)]),
    call(InputPorts=[(2, 2), (2, 2), (2, 2)]),
    call(InputPorts=[(4, 1), (1, 3), (3, 2)]),
    call(InputPorts=[(2, 3, 4), 4]),
    call(InputPorts=[(2, 3, 4), (4, 2)]),
    call(InputPorts=[(3, 2), (2, 1, 4)]),
    call(InputPorts=[(2, 1, 3), (3, 2, 5)]),
    call(InputPorts=[3, (3, 2), 2]),
]
TURNED_DOTS = [
    call([[(1, 2)], None], InputPorts=[(3, 2), (3, 4)]),
    call([None, [(1, 2)]], InputPorts=[(3, 2), (4, 2)]),
    call([[(1, 3)], None], InputPorts=[(4, 3, 2), (4, 5)]),
    call([None, (2, 3, 1)], InputPorts=[(2, 3), (4, 2, 3)]),
]


def dot(jax, layer, **inputs):
    def one(*arrays):
        return reduce(lambda left, right: jax.numpy.tensordot(left, right, axes=1), arrays)

    return jax.vmap(one)(*inputs.values())


def turned_dot(jax, layer, **inputs):
    turned = []
    for array, spec in zip(inputs.values(), layer.Transpositions, strict=True):
        if spec is not None and isinstance(spec[0], tuple):
            for one, other in spec:
                array = jax.numpy.swapaxes(array, one, other)
        elif spec is not None:
            array = jax.numpy.moveaxis(array, range(1, 1 + len(spec)), spec)
        turned.append(array)
    return dot(jax, layer, **dict(zip(inputs, turned, strict=True)))


def dot_torch(torch, layer, **inputs):
    def one(*arrays):
        return reduce(lambda left, right: torch.tensordot(left, right, dims=1), arrays)

    return torch.stack([one(*arrays) for arrays in zip(*inputs.values(), strict=True)])


# ---- order and integers ------------------------------------------------------------------------

ORDERED = [
    call(Input=1),
    call(Input=2),
    call(Input=7),
    call(Input=20),
    call(3, Input=5),
    call(1, Input=4),
    call(6, Input=6),
    call(-2, Input=8),
    call(-1, Input=3),
    call(-4, Input=9),
    call(4, Input=30),
]


def ordering(jax, layer, Input):
    found = jax.numpy.argsort(Input, axis=1, stable=True) + 1
    count = layer.Count
    return found if count is All else found[:, :count] if count > 0 else found[:, count:]


def ordering_torch(torch, layer, Input):
    found = torch.sort(Input, dim=1, stable=True).indices + 1
    count = layer.Count
    return found if count is All else found[:, :count] if count > 0 else found[:, count:]


COUNTED = ["Integer", *((*np.atleast_1d(s).tolist(), "Integer") for s in SHAPES[1:])]
CLASSES = [3, 1, 7, 2, 5, 4, 9, 6, 11, 8, 30]
UNIT_VECTORS = [call(n, Input=shape) for n, shape in zip(CLASSES, COUNTED, strict=True)]
EMBEDDED = [
    call(size, n, Input=shape)
    for size, n, shape in zip([2, 5, 3, 1, 4, 7, 2, 6, 3, 5, 8], CLASSES, COUNTED, strict=True)
]


def unit_vector(jax, layer, Input):
    return jax.nn.one_hot(Input - 1, layer.port("Output").dims[-1], dtype=float)


def unit_vector_onnx(run, layer, Input):
    return run("OneHot", Input - 1, layer.port("Output").dims[-1], np.array([0.0, 1.0]), axis=-1)


def embedding(jax, layer, Input, Weights):
    return jax.numpy.take(Weights, Input - 1, axis=0)


def embedding_onnx(run, layer, Input, Weights):
    return run("Gather", Weights, Input - 1, axis=0)


def embedding_torch(torch, layer, Input, Weights):
    return torch.nn.functional.embedding(Input - 1, Weights)


TWINS = [
    Twin("ConstantTimesLayer", INPUTS, times, times_onnx),
    Twin("ConstantPlusLayer", INPUTS, plus, plus_onnx),
    Twin("SummationLayer", INPUTS, summation, summation_onnx),
    *AGGREGATIONS,
    Twin("DotLayer", DOTS, dot, torch=dot_torch),
    Twin("DotLayer", TURNED_DOTS, turned_dot),
    Twin("OrderingLayer", ORDERED, ordering, torch=ordering_torch),
    Twin("UnitVectorLayer", UNIT_VECTORS, unit_vector, unit_vector_onnx),
    Twin("EmbeddingLayer", EMBEDDED, embedding, embedding_onnx, embedding_torch),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)
