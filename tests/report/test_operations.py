"""The graph of what the engine computes."""

import networkx as nx
import numpy as np
import pytest

from netdsl import (
    CompiledLayer,
    ElementwiseLayer,
    FlattenLayer,
    FunctionLayer,
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    NetArray,
    NetChain,
    NetError,
    NetGraph,
    NetPort,
    NormalDistribution,
    PlaceholderLayer,
    RandomArrayLayer,
    SequenceLastLayer,
    ShapeError,
    Tanh,
    TotalLayer,
)
from tests.architectures import nets
from tests.properties.samples import SAMPLES

CHAIN = NetChain([LinearLayer(3), Tanh, LinearLayer(2, Biases=None)], Input=(2, 2))


def graph_of(net):
    return Information(net, "MXNetNodeGraph")


def ops(graph):
    return [node["op"] for node in graph.nodes.values()]


def test_the_operations_of_a_chain():
    graph = graph_of(CHAIN)
    inputs = ["input", "array", "array", "array"]
    assert ops(graph) == [
        *inputs,
        "reshape", "transpose", "matmul", "add", "tanh", "transpose", "matmul",
    ]  # fmt: skip
    assert list(graph.nodes) == list(range(1, 12))
    first, weights = graph.nodes[1], graph.nodes[2]
    assert (first["name"], first["path"], first["shape"]) == ("Input", None, (1, 2, 2))
    assert (weights["name"], weights["path"]) == ((1, "Weights"), (1,))
    assert weights["shape"] == (3, 4)
    assert [graph.nodes[at]["path"] for at in range(5, 12)] == [(1,)] * 4 + [(2,)] + [(3,)] * 2
    assert [graph.nodes[at]["outputs"] for at in (10, 11)] == [(), ("Output",)]
    assert graph.nodes[11]["shape"] == (1, 2)


def test_edges_tell_the_place_of_what_is_read():
    net = NetGraph(
        {"twice": TotalLayer(), "less": TotalLayer()},
        [([NetPort("A"), NetPort("A")], "twice"), ([NetPort("B"), "twice"], "less")],
        A=3,
        B=3,
    )
    edges = {
        edge: data["places"]
        for *edge, data in graph_of(net).edges(data=True)
        for edge in [tuple(edge)]
    }
    assert edges == {(1, 3): (1, 2), (2, 4): (1,), (3, 4): (2,)}


def test_several_outputs_are_told():
    net = NetGraph(
        {"act": ElementwiseLayer(Tanh), "net": LinearLayer(2)},
        [("act", "net"), ("act", NetPort("Hidden"))],
        Input=3,
    )
    told = [node["outputs"] for node in graph_of(net).nodes.values()]
    assert [names for names in told if names] == [("Hidden",), ("Output",)]


def test_a_shared_array_is_one_node():
    net = NetChain(
        [LinearLayer(3, Weights=NetArray("w")), LinearLayer(3, Weights=NetArray("w"))], Input=3
    )
    graph = graph_of(net)
    (shared,) = [
        at for at, node in graph.nodes.items() if node["shape"] == (3, 3) and node["op"] == "array"
    ]
    assert graph.nodes[shared]["name"] == (1, "Weights")


def test_a_scan_has_the_graph_of_a_step():
    net = NetChain([LongShortTermMemoryLayer(3), SequenceLastLayer()], Input=(5, 2))
    graph = graph_of(net)
    (scan,) = [node for node in graph.nodes.values() if node["op"] == "scan"]
    assert ops(scan["body"]).count("matmul") == 2
    states = [node["outputs"] for node in scan["body"].nodes.values() if node["outputs"]]
    assert sorted(states) == [("State1",), ("State2",)]


def test_what_is_drawn_and_what_python_computes():
    net = NetChain([RandomArrayLayer(NormalDistribution(0, 1), Output=3), LinearLayer(2)])
    drawn = [node for node in graph_of(net).nodes.values() if node["op"] == "random"]
    assert [node["path"] for node in drawn] == [(1,)] * len(drawn) != []
    assert "host" in ops(graph_of(CompiledLayer(lambda x: x, Input=3, Output=3)))
    function = FunctionLayer(lambda x: x * 3, Input=3)
    constants = [
        node["name"] for node in graph_of(function).nodes.values() if node["op"] == "constant"
    ]
    assert constants == [3.0]


@pytest.mark.parametrize(
    "sample",
    [one for one in SAMPLES if all(kind.is_fixed for kind in one.layer.shapes.ports.values())],
    ids=str,
)
def test_every_sample_has_a_graph_without_circles(sample):
    graph = graph_of(sample.layer)
    assert nx.is_directed_acyclic_graph(graph)
    given = {name for node in graph.nodes.values() for name in node["outputs"]}
    assert given == set(sample.layer.output_names)
    assert all("number" not in node for node in graph.nodes.values())


def test_every_operation_of_a_large_net_has_a_layer():
    net = nets.resnet(50, 16, Input=(3, 64, 64))
    graph = graph_of(net)
    paths = {path for path, _ in net.leaves()}
    without = {node["op"] for node in graph.nodes.values() if node["path"] not in paths}
    assert without <= {"input", "constant"}
    convolutions = [node["path"][-1] for node in graph.nodes.values() if node["op"] == "conv"]
    assert len(convolutions) == 53
    assert nx.is_weakly_connected(graph)
    assert np.prod(graph.nodes[max(graph.nodes)]["shape"]) == 1000


@pytest.mark.parametrize(
    ("net", "port", "got"),
    [
        (NetChain([3, Tanh]), "Input", "an open rank"),
        (NetChain([FlattenLayer(), 3], Input=(2, "n")), "Input", "2 x n"),
        (LongShortTermMemoryLayer(3, Input=("Varying", 2)), "Input", "Varying x 2"),
        (TotalLayer(), "Output", "an open rank"),
    ],
)
def test_sizes_must_be_numbers(net, port, got):
    with pytest.raises(ShapeError) as error:
        graph_of(net)
    assert error.value.facts["port"] == port
    assert error.value.facts["got"] == got
    assert "with_ports" in error.value.facts["expected"]


def test_a_placeholder_has_no_operations():
    with pytest.raises(NetError):
        graph_of(PlaceholderLayer("Sort", Input=2, Output=3))
