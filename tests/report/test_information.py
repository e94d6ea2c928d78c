"""The properties of nets, counted by hand."""

import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
import sympy

import netdsl
from netdsl import (
    Automatic,
    BatchNormalizationLayer,
    CompiledLayer,
    CrossEntropyLossLayer,
    FlattenLayer,
    FunctionLayer,
    Information,
    LinearLayer,
    MeanSquaredLossLayer,
    NetChain,
    NetExtract,
    NetGraph,
    NetInitialize,
    NetPort,
    ParametricRampLayer,
    Ramp,
    ReshapeLayer,
    SettingError,
    SoftmaxLayer,
)
from netdsl.spec import Layer

CHAIN = NetChain([LinearLayer(5), ParametricRampLayer(), LinearLayer(3, Biases=None)], Input=2)
# 5 x 2 weights, 5 biases, 5 slopes, 3 x 5 weights
COUNTS = {(1, "Weights"): 10, (1, "Biases"): 5, (2, "Slope"): 5, (3, "Weights"): 15}
NAMED = NetChain([FlattenLayer(), LinearLayer(3)], Input=("c", 2))
GRAPH = NetGraph(
    {
        "net": NetChain({"in": 4, "act": Ramp}),
        "same": LinearLayer(4),
        "loss": MeanSquaredLossLayer(),
    },
    [("net", "loss"), ("net", "same"), ("same", NetPort(["loss", "Target"]))],
    Input=7,
)


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("ArraysCount", 4),
        ("ArraysElementCounts", COUNTS),
        ("ArraysByteCounts", {position: 4 * count for position, count in COUNTS.items()}),
        ("ArraysSizes", {position: 4 * count for position, count in COUNTS.items()}),
        ("ArraysPositionList", list(COUNTS)),
        ("ArraysDimensions", dict(zip(COUNTS, [(5, 2), (5,), (5,), (3, 5)], strict=True))),
        ("Arrays", dict.fromkeys(COUNTS, Automatic)),
        ("ArraysList", [Automatic] * 4),
        ("ArraysTotalElementCount", 35),
        ("ArraysTotalByteCount", 140),
        ("ArraysTotalSize", 140),
        ("TrainableElementCount", 35),
        ("FrozenElementCount", 0),
        ("LayersCount", 3),
        ("LayerTypeCounts", {"LinearLayer": 2, "ParametricRampLayer": 1}),
        ("InputPortNames", ["Input"]),
        ("OutputPortNames", ["Output"]),
        ("InputPorts", {"Input": (2,)}),
        ("OutputPorts", {"Output": (3,)}),
        ("RecurrentStatesCount", 0),
        ("RecurrentStatesPositionList", []),
        ("SharedArraysCount", 0),
        ("StateElementCount", 0),
    ],
)
def test_numbers(prop, value):
    assert Information(CHAIN, prop) == value


def test_a_single_layer_has_names_as_positions():
    layer = ParametricRampLayer(2, Input=(3, 7))

    assert Information(layer, "ArraysElementCounts") == {("Slope",): 7}
    assert list(Information(layer, "Layers")) == [()]


def test_counts_of_named_sizes_are_expressions():
    c = sympy.Symbol("c", integer=True, positive=True)

    assert Information(NAMED, "ArraysElementCounts") == {(2, "Weights"): 6 * c, (2, "Biases"): 3}
    assert Information(NAMED, "ArraysTotalElementCount") == 6 * c + 3
    assert Information(NAMED, "ArraysTotalByteCount") == 24 * c + 12


def test_counts_of_open_sizes_are_automatic():
    layer = LinearLayer(3)

    assert Information(layer, "ArraysElementCounts")["Weights",] is Automatic
    assert Information(layer, "ArraysDimensions")["Weights",] == (3, Automatic)
    assert Information(layer, "ArraysTotalElementCount") is Automatic
    assert Information(layer, "ArraysTotalByteCount") is Automatic
    assert Information(ParametricRampLayer(), "ArraysDimensions") == {("Slope",): Automatic}


def test_bytes_are_those_of_the_array():
    layer = LinearLayer(2, Weights=np.ones((2, 3)), Biases=[1, 2])

    assert Information(layer, "ArraysByteCounts") == {("Weights",): 48, ("Biases",): 8}


def test_arrays_have_their_values():
    net = NetInitialize(CHAIN)

    for position, value in Information(net, "Arrays").items():
        np.testing.assert_array_equal(value, NetExtract(net, list(position)))


def test_frozen_arrays_are_counted_apart():
    net = NetChain([LinearLayer(5, LearningRateMultipliers=None), ParametricRampLayer()], Input=2)

    assert Information(net, "FrozenElementCount") == 15
    assert Information(net, "TrainableElementCount") == 5
    rates = Information(net, "ArraysLearningRateMultipliers")
    assert rates[1, "Weights"] == 0
    assert rates[2, "Slope"] == 1


def test_layers_are_those_that_extraction_gives():
    layers = Information(GRAPH, "Layers")

    assert list(layers) == [("net", "in"), ("net", "act"), ("same",), ("loss",)]
    assert layers["net", "in"] == NetExtract(GRAPH, ["net", "in"])
    assert Information(GRAPH, "LayersList") == list(layers.values())


def test_the_input_form_rebuilds_the_net():
    big = NetInitialize(NetChain([LinearLayer(40), ParametricRampLayer()], Input=50))

    for net in (CHAIN, GRAPH, big):
        assert eval(Information(net, "InputForm"), vars(netdsl)) == net


def test_the_graph_of_the_layers_goes_through_nested_nets():
    graph = Information(GRAPH, "LayersGraph")

    assert {edge: graph.edges[edge]["ports"] for edge in graph.edges} == {
        (("net", "in"), ("net", "act")): (("Output", "Input"),),
        (("net", "act"), ("same",)): (("Output", "Input"),),
        (("net", "act"), ("loss",)): (("Output", "Input"),),
        (("same",), ("loss",)): (("Output", "Target"),),
    }
    assert nx.is_directed_acyclic_graph(graph)
    assert graph.nodes["same",]["layer"] == LinearLayer(4)


def test_two_wires_between_the_same_layers_are_one_edge():
    net = NetGraph(
        {"in": LinearLayer(4), "loss": MeanSquaredLossLayer()},
        [("in", "loss"), ("in", NetPort(["loss", "Target"]))],
    )

    graph = Information(net, "LayersGraph")

    assert graph.edges[("in",), ("loss",)]["ports"] == (("Output", "Input"), ("Output", "Target"))


def test_a_net_inside_reads_from_outside():
    net = NetChain([LinearLayer(4), NetChain([NetChain([Ramp]), SoftmaxLayer()])])

    edges = list(Information(net, "LayersGraph").edges)

    assert edges == [((1,), (2, 1, 1)), ((2, 1, 1), (2, 2))]


def test_a_wire_may_go_straight_through_a_net():
    inner = NetGraph(
        {"in": LinearLayer(3)},
        [(NetPort("Input"), "in"), (NetPort("Input"), NetPort("Through"))],
    )
    net = NetGraph(
        {"first": Ramp, "inner": inner, "last": SoftmaxLayer()},
        [("first", "inner"), (NetPort(["inner", "Through"]), "last")],
    )

    edges = set(Information(net, "LayersGraph").edges)

    assert edges == {(("first",), ("inner", "in")), (("first",), ("last",))}


# ---- the hash ---------------------------------------------------------------------------------


def test_the_hash_is_blind_to_values():
    first, second = (NetInitialize(CHAIN, RandomSeeding=seed) for seed in (1, 2))

    assert first != second
    hashes = {Information(net, "TopologyHash") for net in (first, second, CHAIN)}
    assert len(hashes) == 1
    assert len(hashes.pop()) == 64


@pytest.mark.parametrize(
    "other",
    [
        NetChain([LinearLayer(5), ParametricRampLayer(), LinearLayer(3, Biases=None)], Input=3),
        NetChain([LinearLayer(5), ParametricRampLayer(()), LinearLayer(3, Biases=None)], Input=2),
        NetChain([LinearLayer(5), ParametricRampLayer(), LinearLayer(3)], Input=2),
        NetChain([LinearLayer(5), Ramp, LinearLayer(3, Biases=None)], Input=2),
        NetChain(
            {"a": LinearLayer(5), "b": ParametricRampLayer(), "c": LinearLayer(3, Biases=None)},
            Input=2,
        ),
    ],
)
def test_the_hash_sees_the_structure(other):
    assert Information(other, "TopologyHash") != Information(CHAIN, "TopologyHash")


def test_the_hash_is_blind_to_rates_of_learning():
    free, frozen = (LinearLayer(3, Input=2, LearningRateMultipliers=rate) for rate in (1, None))

    assert Information(free, "TopologyHash") == Information(frozen, "TopologyHash")


def test_the_hash_sees_settings_that_change_no_shape():
    first, second = (SoftmaxLayer(level, Input=(3, 4)) for level in (1, 2))

    assert Information(first, "TopologyHash") != Information(second, "TopologyHash")


def test_the_hash_sees_the_connections():
    parts = {"a": LinearLayer(4), "b": LinearLayer(4), "loss": MeanSquaredLossLayer()}
    straight = NetGraph(parts, [("a", "b", "loss")], Input=4)
    crossed = NetGraph(parts, [("b", "a", "loss")], Input=4)

    assert Information(straight, "TopologyHash") != Information(crossed, "TopologyHash")


def test_the_hash_is_the_same_in_another_process():
    script = f"from netdsl import *; print(Information({CHAIN!r}, 'TopologyHash'))"

    other = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert other.strip() == Information(CHAIN, "TopologyHash")


# ---- how it is asked --------------------------------------------------------------------------


def test_a_list_of_nets_gives_a_list():
    assert Information([CHAIN, SoftmaxLayer()], "LayersCount") == [3, 1]


def test_a_list_of_properties_gives_a_list():
    assert Information(CHAIN, ["LayersCount", "ArraysCount"]) == [3, 4]
    assert Information([CHAIN, NAMED], ("LayersCount", "ArraysCount")) == [[3, 4], [2, 2]]
    assert Information(CHAIN, []) == []
    with pytest.raises(SettingError) as error:
        Information(CHAIN, ["LayersCount", "ArrayCount"])
    assert error.value.facts["got"] == "'ArrayCount'"


@pytest.mark.parametrize("net", [CHAIN, NAMED, GRAPH, SoftmaxLayer(), LinearLayer(3)])
def test_every_property_has_a_value(net):
    names = Information(net, "Properties")

    assert names == sorted(names, key=str.lower)
    if not all(kind.is_fixed for kind in net.shapes.ports.values()):
        names.remove("MXNetNodeGraph")  # of numbers alone, as is its drawing
        names.remove("MXNetNodeGraphPlot")
    for name in names:
        assert Information(net, name) is not None


def test_a_formula_is_given_both_ways():
    layer = ParametricRampLayer(Input=3)

    assert str(Information(layer, "Formula")).startswith("Output[i] = ")
    assert "Output" in Information(layer, "FormulaLaTeX")


def test_several_outputs_have_several_formulas():
    net = NetGraph({"a": Ramp, "b": LinearLayer(2, Biases=None)}, [], Input1=3, Input2=5)

    formulas = Information(net, "Formula")

    assert {name: str(formula.output) for name, formula in formulas.items()} == {
        "Output1": "Output1[i]",
        "Output2": "Output2[i]",
    }
    assert "Weights" not in str(formulas["Output1"])
    assert Information(net, "FormulaLaTeX") == {
        name: formula.latex() for name, formula in formulas.items()
    }


@pytest.mark.parametrize(
    ("call", "facts"),
    [
        (
            lambda: Information(CHAIN, "ArrayCount"),
            {"call": "Information", "nearest": "ArraysCount"},
        ),
        (
            lambda: Information(LinearLayer, "Formula"),
            {"call": "Information", "got": "the class LinearLayer", "nearest": "LinearLayer()"},
        ),
        (
            lambda: Information(CrossEntropyLossLayer, "Formula"),
            {"nearest": "CrossEntropyLossLayer(Form)"},
        ),
        (lambda: Information(FunctionLayer), {"nearest": "FunctionLayer(Function)"}),
        (lambda: Information(Layer), {"got": "the class Layer"}),
        (lambda: Information(NetGraph, "LayersCount"), {"nearest": "NetGraph([...])"}),
        (lambda: Information(CHAIN, 3), {"got": "3"}),
        (lambda: Information(CHAIN, CHAIN), {"nearest": "Information([a, b])"}),
        (lambda: Information(pytest.fail), {}),
        (lambda: Information([pytest.fail]), {}),
        (lambda: Information(Ramp), {"nearest": "Information(ElementwiseLayer(Ramp))"}),
        (
            lambda: Information([3, Ramp]),
            {"nearest": "Information(NetChain([LinearLayer(3), ElementwiseLayer(Ramp)]))"},
        ),
        (lambda: Information([CHAIN, 3]), {"nearest": "Information(LinearLayer(3))"}),
        (
            lambda: Information(CHAIN, "FLOPs"),
            {"nearest": "MultiplyAdds, each of which is 2 FLOPs"},
        ),
        (lambda: Information(CHAIN, "params"), {"nearest": "ArraysTotalElementCount"}),
        (lambda: Information(CHAIN, "ParameterCount"), {"nearest": "ArraysTotalElementCount"}),
        (lambda: Information(CHAIN, "receptive field"), {"nearest": "ReceptiveField"}),
        (
            lambda: Information(CHAIN, "summary"),
            {"nearest": "Information(net), which prints the summary"},
        ),
        (lambda: Information("LinearLayer"), {"got": "'LinearLayer'"}),
        (lambda: Information([CHAIN, 3], "LayersCount"), {"got": "3"}),
        (lambda: Information(int), {"got": "the class int"}),
        (lambda: Information(CHAIN, propp="LayersCount"), {"nearest": "prop"}),
    ],
)
def test_bad_calls(call, facts):
    with pytest.raises(SettingError) as error:
        call()
    assert error.value.facts.items() >= facts.items()


def test_ports_of_limited_integers():
    ports = Information(CrossEntropyLossLayer("Index", Input=3), "InputPorts")

    assert ports == {"Input": (3,), "Target": netdsl.Restricted("Integer", 3)}


def test_state_has_no_learning_rate():
    found = Information(BatchNormalizationLayer(Input=3), "ArraysLearningRateMultipliers")

    assert found == {("Scaling",): 1, ("Biases",): 1, ("MovingMean",): 0, ("MovingVariance",): 0}


def test_layers_that_reshape_are_listed():
    assert len(Information(ReshapeLayer((2, 3), Input=6), "LayersList")) == 1


def test_what_is_set_is_told_from_what_is_open():
    assert "set, float32" in Information(NetInitialize(LinearLayer(2, Input=3))).text()
    assert "set, float32" not in Information(LinearLayer(2, Input=3)).text()


HASHES = """
from netdsl import CompiledLayer, Information
print(Information(CompiledLayer("numpy:sort", Output=3), "TopologyHash"))
"""


def test_the_hash_tells_functions_apart():
    def hashed(function, **settings):
        return Information(CompiledLayer(function, Output=2, **settings), "TopologyHash")

    same, twice = (lambda x: x), (lambda x: 2 * x)
    factors = [(lambda x, k=k: k * x) for k in (2, 3)]
    assert len({hashed(each) for each in (same, twice, *factors, "numpy:sort", "numpy:sin")}) == 6
    gradients = [{}, {"Gradient": lambda x, g: g}, {"Gradient": lambda x, g: 2 * g}]
    assert len({hashed(same, **each) for each in gradients}) == 3
    assert hashed(twice) == hashed(lambda x: 2 * x)


def test_the_hash_of_a_named_function_is_that_of_every_process():
    found = subprocess.run(
        [sys.executable, "-c", HASHES], capture_output=True, text=True, check=True
    ).stdout

    assert found.strip() == Information(CompiledLayer("numpy:sort", Output=3), "TopologyHash")
