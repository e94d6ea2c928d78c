"""Nets of every kind whose formulas are held against their runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from netdsl import (
    BatchNormalizationLayer,
    CatenateLayer,
    ConvolutionLayer,
    DeconvolutionLayer,
    DotLayer,
    ElementwiseLayer,
    EmbeddingLayer,
    EuclideanDistance,
    FlattenLayer,
    FunctionLayer,
    LinearLayer,
    LogisticSigmoid,
    LongShortTermMemoryLayer,
    NetArray,
    NetChain,
    NetGraph,
    NetPort,
    NormalizationLayer,
    ParametricRampLayer,
    PoolingLayer,
    Ramp,
    SequenceLastLayer,
    SoftmaxLayer,
    Tanh,
    TotalLayer,
    TransposeLayer,
)


def filled(net: Any, seed: int = 4) -> Any:
    """A net whose arrays are eighths, which are the same numbers in text; moving ones positive."""
    random = np.random.default_rng(seed)
    firsts = net.shapes.first_places()
    found: dict[Any, Any] = {}
    for path, layer in net.leaves():
        for name, field in layer.array_fields.items():
            place = (*path, name)
            if firsts.get(place, place) == place:
                low = -12 if field.learned else 1
                sizes = net.shapes.array(path, name)
                found[place] = (random.integers(low, 13, sizes) / 8).astype("float32")
    return net.with_parts(found)


def data(net: Any, seed: int = 3) -> dict[str, Any]:
    """An example for each input."""
    random, found = np.random.default_rng(seed), {}
    for name in net.input_names:
        kind = net.port(name)
        is_integer = kind.element == "Integer"
        last = (kind.last or 3) + 1
        found[name] = (
            random.integers(1, last, kind.dims) if is_integer else random.normal(size=kind.dims)
        )
    return found


def attention(steps: int, size: int) -> Any:
    """One head of attention, of layers."""

    def along(count: int) -> Any:
        return ConvolutionLayer(count, 1, Interleaving=True, Biases=None)

    return NetGraph(
        {
            "query": along(2),
            "key": along(2),
            "value": along(3),
            "turn": TransposeLayer(),
            "score": DotLayer(),
            "scaled": ElementwiseLayer(lambda x: x / 2),
            "weights": SoftmaxLayer(),
            "mix": DotLayer(),
        },
        [
            (NetPort("Input"), "query"),
            (NetPort("Input"), "key", "turn"),
            (NetPort("Input"), "value"),
            (["query", "turn"], "score", "scaled", "weights"),
            (["weights", "value"], "mix"),
        ],
        Input=(steps, size),
    )


def u_net() -> Any:
    """Down, up, and across."""
    parts = {
        "first": NetChain([ConvolutionLayer(2, 3, PaddingSize=1), Ramp]),
        "down": PoolingLayer(2, 2),
        "deep": NetChain([ConvolutionLayer(3, 3, PaddingSize=1), Tanh]),
        "up": DeconvolutionLayer(2, 2, Stride=2),
        "join": CatenateLayer(),
        "last": ConvolutionLayer(1, 1),
    }
    edges = [
        ("first", "down", "deep", "up"),
        (["up", "first"], "join", "last"),
    ]
    return NetGraph(parts, edges, Input=(1, 4, 4))


def siamese() -> Any:
    """One tower on two inputs."""
    shared = {"Weights": NetArray("W"), "Biases": NetArray("b")}
    tower = NetChain([LinearLayer(2, **shared), Tanh], Input=3)
    return NetGraph(
        {"left": tower, "right": tower, "distance": FunctionLayer(EuclideanDistance)},
        [(NetPort("Left"), "left"), (NetPort("Right"), "right"), (["left", "right"], "distance")],
    )


def two_outputs() -> Any:
    """A part that two outputs rest on."""
    return NetGraph(
        {"a": LinearLayer(3), "b": Tanh, "c": LinearLayer(()), "d": SoftmaxLayer()},
        [("a", "b", "c", NetPort("Number")), ("b", "d", NetPort("Chances"))],
        Input=2,
    )


def residual() -> Any:
    """A chain in a graph in a chain, with a way round."""
    inner = NetGraph(
        {"turn": NetChain([LinearLayer(2), Ramp]), "sum": TotalLayer()},
        [(NetPort("Input"), "turn"), (["turn", NetPort("Input")], "sum")],
    )
    return NetChain({"one": inner, "two": NetChain([inner, ParametricRampLayer()])}, Input=2)


def lenet() -> Any:
    """LeNet, slim."""
    return NetChain(
        [
            *(ConvolutionLayer(2, 2), Ramp, PoolingLayer(2, 2)),
            *(ConvolutionLayer(2, (1, 2)), Ramp, PoolingLayer((2, 1), 1)),
            *(FlattenLayer(), 3, Ramp, 2, SoftmaxLayer()),
        ],
        Input=(1, 5, 7),
    )


def states() -> Any:
    """The last state of one memory is where another starts."""
    return NetGraph(
        {"one": LongShortTermMemoryLayer(2), "two": LongShortTermMemoryLayer(2)},
        [
            (NetPort("Source"), "one"),
            (NetPort("one", "CellState"), NetPort("two", "CellState")),
            (NetPort("Target"), "two"),
        ],
        Source=(2, 2),
        Target=(2, 1),
    )


MAKERS: dict[str, Any] = {
    "neuron": lambda: NetChain([LinearLayer(()), LogisticSigmoid], Input=2),
    "perceptron": lambda: NetChain([2, Tanh, LinearLayer(()), LogisticSigmoid], Input=2),
    "deep": lambda: NetChain([LinearLayer(2), ParametricRampLayer()] * 6, Input=2),
    "lenet": lenet,
    "siamese": siamese,
    "memory": lambda: NetChain([LongShortTermMemoryLayer(2), SequenceLastLayer(), 2], Input=(2, 3)),
    "states": states,
    "attention": lambda: attention(3, 2),
    "u-net": u_net,
    "norms": lambda: NetChain(
        [BatchNormalizationLayer(), Ramp, NormalizationLayer(), ParametricRampLayer()],
        Input=(2, 3),
    ),
    "shared": lambda: NetChain(
        [LinearLayer(2, Weights=NetArray("W"), Biases=None), Tanh] * 2, Input=2
    ),
    "scalar": lambda: NetChain([LinearLayer(()), *[ParametricRampLayer(())] * 3], Input=2),
    "residual": residual,
    "words": lambda: NetChain([EmbeddingLayer(2, 4), Tanh, FlattenLayer(), 2], Input=3),
    "two outputs": two_outputs,
}
