"""Nets and samples with their outputs in float64, for what is written from their formulas."""

from __future__ import annotations

import shutil
from typing import Any

import numpy as np

import netdsl as nd
from netdsl.formula.notation import formula_of
from tests.properties.samples import SAMPLES, Sample

SEED = {"WorkingPrecision": "Real64", "RandomSeeding": 1}
RANDOM = {"RandomArrayLayer": "a random number is no function of the inputs"}
PYTHON_ONLY = {"CompiledLayer": "a Python function cannot be written in another language"}
COMPILER = shutil.which("cc") or shutil.which("gcc")


def cases(*refused: dict[str, str]) -> list[tuple[Sample, str]]:
    """Each sample with each of its outputs, but for the layers that are refused."""
    names = {name for one in refused for name in one}
    return [
        (sample, port)
        for sample in SAMPLES
        if type(sample.layer).__name__ not in names
        for port in sample.layer.output_names
    ]


def of_sample(sample: Sample, port: str) -> tuple[Any, dict[str, Any], Any]:
    """The formula of an output, an example for the inputs, and the output of it."""
    layer, data = sample.filled(), sample.data(1)
    got = layer(data, nd.All, **SEED)[port]
    example = {name: value[0] for name, value in data.items()}
    return formula_of(layer, port), example, np.asarray(got)[0] if data else np.asarray(got)


def _net(*layers: Any, **ports: Any) -> Any:
    return nd.NetInitialize(nd.NetChain([*layers], **ports), RandomSeeding=3)


def _siamese() -> Any:
    words = nd.NetChain([nd.LinearLayer(3), nd.Tanh])
    shared = nd.NetInsertSharedArrays(words)
    parts = {"a": shared, "b": shared, "far": nd.FunctionLayer(nd.EuclideanDistance)}
    net = nd.NetGraph(
        parts, [(nd.NetPort("x"), "a"), (nd.NetPort("y"), "b"), (["a", "b"], "far")], x=4, y=4
    )
    return nd.NetInitialize(net, RandomSeeding=3)


def _attention() -> Any:
    def head(q: Any, k: Any, v: Any) -> Any:
        return nd.Dot(nd.SoftmaxLayer()(nd.Dot(q, nd.Transpose(k))), v)

    return nd.FunctionLayer(head, Input1=(3, 2), Input2=(5, 2), Input3=(5, 4))


def _residual() -> Any:
    parts = {"inner": nd.NetChain([nd.LinearLayer(4, Input=4), nd.Ramp]), "sum": nd.Plus}
    edges = [("inner", "sum"), (nd.NetPort("Input"), "sum")]
    return nd.NetInitialize(nd.NetGraph(parts, edges, Input=4), RandomSeeding=3)


SMALL = (nd.ConvolutionLayer(2, 3), nd.Ramp, nd.PoolingLayer(2, 2))
NETS = {
    "neuron": _net(nd.LinearLayer(()), nd.LogisticSigmoid, Input=3),
    "perceptron": _net(nd.LinearLayer(4), nd.Tanh, nd.LinearLayer(3), nd.SoftmaxLayer(), Input=5),
    "LeNet": _net(
        *SMALL, nd.FlattenLayer(), nd.LinearLayer(3), nd.SoftmaxLayer(), Input=(1, 8, 10)
    ),
    "siamese": _siamese(),
    "recurrent": _net(
        nd.LongShortTermMemoryLayer(3), nd.SequenceLastLayer(), nd.LinearLayer(2), Input=("n", 2)
    ),
    "attention": _attention(),
    "residual": _residual(),
    "normalized": _net(nd.NormalizationLayer(), nd.Ramp, nd.NormalizationLayer(1), Input=(2, 3, 4)),
    "batch": _net(
        nd.ConvolutionLayer(2, 2), nd.BatchNormalizationLayer(), nd.Tanh, Input=(1, 4, 3)
    ),
    "response": _net(nd.LocalResponseNormalizationLayer(), nd.SoftmaxLayer(1), Input=(6, 2, 3)),
    "words": _net(
        nd.EmbeddingLayer(3, 5), nd.Swish, nd.SequenceLastLayer(), nd.LinearLayer(2), Input=("n",)
    ),
    "upsampled": _net(nd.DeconvolutionLayer(2, 2, Stride=2), nd.Ramp, Input=(2, 4, 6)),
    "choices": _net(
        nd.PaddingLayer([(2, 2)], Padding=1.5),
        nd.LinearLayer(2),
        nd.ElementwiseLayer(lambda x: nd.Threshold(x, 0.5)),
        nd.LinearLayer(2),
        Input=3,
    ),
    "whole parts": _net(
        nd.ElementwiseLayer(lambda x: x - nd.IntegerPart(-x) ** 2), nd.SoftmaxLayer(), Input=3
    ),
    "resized": _net(nd.ResizeLayer((5, 3)), nd.PoolingLayer(2, Function=nd.Mean), Input=(2, 3, 4)),
}


def example_of(net: Any) -> dict[str, Any]:
    """One example for each input of a net."""
    random, known = np.random.default_rng(7), dict[Any, int]()
    found = dict[str, Any]()
    for name in net.input_names:
        kind = net.port(name)
        dims = [dim if isinstance(dim, int) else known.setdefault(dim, 4) for dim in kind.dims]
        is_whole = kind.element == "Integer"
        found[name] = random.integers(1, 6, dims) if is_whole else random.uniform(-2, 2, dims)
    return found
