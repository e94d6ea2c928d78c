"""Every entry of every derivative, computed from its formula, is what the engine's gradient is."""

from __future__ import annotations

import pytest

import netdsl as nd
from netdsl import NetChain, NetGraph, NetPort
from netdsl.formula.notation import formula_of
from tests.formula.computed import NETS as COMPUTED
from tests.formula.computed import PYTHON_ONLY, example_of
from tests.formula.gradients import compare_all
from tests.formula.nets import MAKERS, data, filled
from tests.properties.samples import CERTAIN


@pytest.mark.parametrize(
    "sample", [one for one in CERTAIN if type(one.layer).__name__ not in PYTHON_ONLY], ids=str
)
def test_every_layer(sample):
    layer = sample.filled()
    example = {name: value[0] for name, value in sample.data(1).items()}

    compare_all(layer, example, {port: formula_of(layer, port) for port in layer.output_names})


# ---- nets --------------------------------------------------------------------------------------


def block(channels, **stride):
    """A block of a residual net, with a shortcut that changes the size."""
    inner = NetChain(
        [
            *(nd.ConvolutionLayer(channels, 3, PaddingSize=1, Biases=None, **stride),),
            *(nd.BatchNormalizationLayer(), nd.Ramp),
            *(nd.ConvolutionLayer(channels, 3, PaddingSize=1, Biases=None),),
            nd.BatchNormalizationLayer(),
        ]
    )
    short = NetChain([nd.ConvolutionLayer(channels, 1, **stride), nd.BatchNormalizationLayer()])
    return NetGraph(
        {"inner": inner, "short": short, "sum": nd.TotalLayer(), "ramp": nd.Ramp},
        [
            (NetPort("Input"), "inner"),
            (NetPort("Input"), "short"),
            (["inner", "short"], "sum", "ramp"),
        ],
    )


def resnet():
    """A residual net, slim."""
    return NetChain(
        [block(2, Stride=2), nd.AggregationLayer(nd.Mean), nd.LinearLayer(3), nd.SoftmaxLayer()],
        Input=(1, 5, 4),
    )


def head():
    """One attention head whose query is an array."""
    layers = {
        "query": nd.NetArrayLayer(Output=(3, 2)),
        "scores": nd.DotLayer([None, {1: 2}]),
        "shares": nd.SoftmaxLayer(),
        "mean": nd.DotLayer(),
    }
    edges = [
        (["query", NetPort("Key")], "scores", "shares"),
        (["shares", NetPort("Value")], "mean"),
    ]
    return NetGraph(layers, edges, Key=(4, 2), Value=(4, 3))


FORMS = {
    **{
        name: (maker, "Composed")
        for name, maker in MAKERS.items()
        if name not in ("neuron", "states")
    },
    "resnet": (resnet, "Composed"),
    "head": (head, "Composed"),
    "residual expanded": (MAKERS["residual"], "Expanded"),
    "norms expanded": (MAKERS["norms"], "Expanded"),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_net(name):
    make, form = FORMS[name]
    net = filled(make())

    formulas = {port: formula_of(net, port, form) for port in net.output_names}
    assert compare_all(net, data(net), formulas)


def test_a_long_formula_without_names():
    net = filled(MAKERS["lenet"]())

    formula = formula_of(net, form="Expanded")
    assert compare_all(net, data(net), {"Output": formula}, ("Weights_8", "Biases_10"))


def test_a_memory_that_starts_from_another():
    net = filled(MAKERS["states"]())
    names = (
        "Source",
        "InputGateBiases_one",
        "ForgetGateStateWeights_two",
        "InputGateInputWeights_two",
    )

    formulas = {port: formula_of(net, port, "Composed") for port in net.output_names}
    assert compare_all(net, data(net), formulas, names)


@pytest.mark.parametrize("name", ["response", "resized", "batch", "recurrent"])
def test_nets_of_open_and_of_other_sizes(name):
    net = COMPUTED[name]
    only = None if name != "recurrent" else ("Input", "Weights_3", "ForgetGateStateWeights_1")

    assert compare_all(net, example_of(net), {"Output": formula_of(net, form="Composed")}, only)
