"""Chains and graphs: how they are wired, named, shown, and refused."""

import pickle

import networkx as nx
import numpy as np
import pytest
import sympy

from netdsl import (
    All,
    Automatic,
    CrossEntropyLossLayer,
    ElementwiseLayer,
    FlattenLayer,
    LinearLayer,
    MeanSquaredLossLayer,
    NetChain,
    NetDecoder,
    NetError,
    NetExtract,
    NetGraph,
    NetInitialize,
    NetPort,
    ParametricRampLayer,
    Plus,
    Ramp,
    SettingError,
    ShapeError,
    SoftmaxLayer,
    Span,
    StructureError,
    Tanh,
    TotalLayer,
)

W = [[1.0, 2.0], [3.0, 4.0]]


def test_shorthands():
    square = sympy.Symbol("t") ** 2
    net = NetChain([3, Ramp, "Sigmoid", [2, Tanh], lambda x: x**2, square])

    kinds = [type(layer) for _, layer in net.leaves()]

    assert kinds == [LinearLayer, *[ElementwiseLayer] * 2, LinearLayer, *[ElementwiseLayer] * 3]
    assert NetExtract(net, [4, 1, "Size"]) == (2,)


def test_a_chain_is_its_layers_one_after_the_other():
    net = NetChain([LinearLayer(2, Weights=W, Biases=[1, 1]), Ramp])

    np.testing.assert_array_equal(net([1, -2]), [0, 0])
    np.testing.assert_array_equal(net([[1, 2], [-1, 1]]), [[6, 12], [2, 2]])


def test_names_are_keys():
    net = NetChain({"in": LinearLayer(2, Weights=W), "out": Ramp})

    assert NetExtract(net, "in") == NetExtract(net, 1)
    np.testing.assert_array_equal(NetExtract(net, ["in", "Weights"]), W)


def test_an_edge_may_be_written_in_four_ways():
    layers = {"a": LinearLayer(2, Weights=W, Biases=None), "b": Ramp}
    nets = [
        NetGraph(layers, [("a", "b")]),
        NetGraph(layers, [NetPort("Input") >> "a" >> "b" >> NetPort("Output")]),
        NetGraph(layers, [(NetPort("a", "Output"), NetPort(["b", "Input"]))]),
        NetGraph(layers, {"a": "b"}),
    ]

    for net in nets:
        np.testing.assert_array_equal(net([1, -2]), [0, 0])
        assert (net.input_names, net.output_names) == (("Input",), ("Output",))


def test_integer_nodes_and_several_sources_in_order():
    net = NetGraph(
        [LinearLayer(2, Weights=W, Biases=None), Ramp, MeanSquaredLossLayer()],
        [(NetPort("Input"), 1, 2), ([2, NetPort("Wanted")], 3)],
    )

    assert net.input_names == ("Input", "Wanted")
    assert net({"Input": [1, 0], "Wanted": [1, 1]}) == pytest.approx(2)


def test_unconnected_ports_of_one_name_are_numbered():
    net = NetGraph({"a": LinearLayer(3), "b": LinearLayer(4)})

    assert net.input_names == ("Input1", "Input2")
    assert net.output_names == ("Output1", "Output2")


def test_a_connected_output_is_no_output_of_the_net():
    net = NetGraph({"a": Ramp, "b": Tanh}, [("a", "b"), ("a", NetPort("Middle"))])

    assert net.output_names == ("Middle", "Output")
    assert set(net([1.0])) == {"Middle", "Output"}


def test_an_output_to_none_is_discarded():
    net = NetGraph(
        {"a": Ramp, "b": Tanh}, [("a", None), (NetPort("Input"), "a"), (NetPort("Input"), "b")]
    )

    assert net.output_names == ("Output",)


def test_nested_nets_and_their_paths():
    inner = NetGraph({"x": LinearLayer(3), "y": ParametricRampLayer()}, [("x", "y")])
    net = NetInitialize(NetChain([inner, SoftmaxLayer()], Input=2))

    np.testing.assert_allclose(NetExtract(net, [1, "y", "Slope"]), [0.1] * 3, rtol=1e-6)
    assert [path for path, _ in net.leaves()] == [(1, "x"), (1, "y"), (2,)]
    assert net([1, 2]).sum() == pytest.approx(1)


def test_a_net_may_pass_its_input_to_its_output():
    net = NetGraph({"a": Ramp}, [NetPort("Input") >> "a", NetPort("Input") >> NetPort("Same")])

    np.testing.assert_array_equal(net([-1.0, 1.0])["Same"], [-1, 1])


def test_graph_gives_networkx():
    graph = NetGraph({"a": Ramp, "b": Tanh}, [("a", "b")]).graph()

    assert isinstance(graph, nx.DiGraph)
    assert list(graph.edges) == [("a", "b")]


@pytest.mark.parametrize(
    "net",
    [
        NetChain([LinearLayer(2, Weights=W), Ramp], Input=2, LearningRateMultipliers={1: 0}),
        NetChain({"a": Ramp, "b": ParametricRampLayer([])}, Output=("h", 3)),
        NetGraph({"a": 3, "l": MeanSquaredLossLayer()}, [NetPort("In") >> "a", (["a"], "l")], In=2),
    ],
    ids=["chain", "named", "graph"],
)
def test_repr_and_pickle_rebuild_it(net):
    import netdsl

    assert eval(repr(net), vars(netdsl)) == net
    assert pickle.loads(pickle.dumps(net)) == net
    assert hash(pickle.loads(pickle.dumps(net))) == hash(net)


def test_nets_differ_by_their_arrays():
    net = NetChain([LinearLayer(2), Ramp], Input=3)

    assert NetInitialize(net) == NetInitialize(net)
    assert NetInitialize(net) != NetInitialize(net, RandomSeeding=5)
    assert NetInitialize(net) != net


def test_the_order_of_settings_does_not_matter():
    one, two = NetChain([3], Input=2, Output=3), NetChain([3], Output=3, Input=2)

    assert one == two
    assert hash(one) == hash(two)


def test_a_net_does_not_change():
    net = NetChain([3])
    with pytest.raises(NetError):
        net.nodes = {}
    with pytest.raises(NetError):
        del net.nodes


@pytest.mark.parametrize(
    ("build", "facts"),
    [
        (lambda: NetChain([]), {"got": "none"}),
        (lambda: NetChain(3), {"got": "3"}),
        (lambda: NetChain([3, None]), {"layer": "NetChain[2]", "got": "None"}),
        (lambda: NetChain([3, CrossEntropyLossLayer("Index")]), {"got": "Input, Target"}),
        (lambda: NetGraph([3, 4], [(1, 2, 1)]), {"got": "1 -> 2 -> 1"}),
        (lambda: NetGraph({"cat": 3}, [("cat", "dog")]), {"got": "'dog'", "expected": "'cat'"}),
        (lambda: NetGraph({"first": 3}, [("frist", NetPort("O"))]), {"nearest": "first"}),
        (lambda: NetGraph([3, 4, Ramp], [(1, 3), (2, 3)]), {"port": "Input"}),
        (lambda: NetGraph([3], [(NetPort(1, "Outptu"), NetPort("O"))]), {"nearest": "Output"}),
        (lambda: NetGraph([3], [(1,)]), {"got": "(1,)"}),
        (lambda: NetChain(), {"got": "none"}),
        (
            lambda: NetChain([3, LinearLayer]),
            {"nearest": "LinearLayer(), the layer and not its class"},
        ),
        (lambda: NetChain([("a", 3)]), {"nearest": "{'a': ...}: names stand in a dict"}),
        (lambda: NetChain([3, Plus]), {"layer": "NetChain[2]"}),
        (lambda: NetGraph({None: 3}), {"got": "None"}),
        (lambda: NetGraph([3, 4], [(1, [2])]), {"expected": "for two targets, two edges"}),
        (lambda: NetGraph([3, 4], 5), {"got": "5"}),
        (lambda: NetGraph({"a": 3, "b": 4}, ["a", "b"]), {"nearest": "[('a', 'b')]"}),
        (
            lambda: NetGraph([[3]], [(NetPort([1, 1, "Output"]), NetPort("X"))]),
            {"got": "NetPort([1, 1, 'Output'])"},
        ),
        (lambda: NetGraph([Ramp], [(NetPort("X"), 1, NetPort("X"))]), {"port": "X"}),
        (lambda: NetPort(), {"got": "()"}),
        (lambda: NetGraph([Ramp], [(1, None)]), {"got": "none"}),
    ],
    ids=range(22),
)
def test_wrong_structure(build, facts):
    with pytest.raises(StructureError) as error:
        build()
    assert {name: error.value.facts[name] for name in facts} == facts


def test_layers_side_by_side_instead_of_in_a_list():
    with pytest.raises(SettingError) as error:
        NetChain(LinearLayer(3), Ramp)
    assert error.value.facts["nearest"] == "NetChain([...])"


def test_a_port_that_is_not_there():
    with pytest.raises(SettingError) as error:
        NetChain([3], Inptu=2)
    assert error.value.facts["nearest"] == "Input"


def test_shapes_that_disagree_name_both_ends():
    with pytest.raises(ShapeError) as error:
        NetChain([LinearLayer(3), LinearLayer(4, Input=5)])
    facts = error.value.facts
    assert {facts["expected"], facts["got"]} == {3, 5}
    assert facts["because"] == (
        "Size of net[1] is given as 3",
        "Input of net[2] is given as 5",
    )


def test_an_error_inside_a_nested_net_names_the_whole_path():
    inner = NetChain({"flat": FlattenLayer(), "ramp": ParametricRampLayer(Slope=[1, 2, 3, 4])})
    with pytest.raises(ShapeError) as error:
        NetChain([LinearLayer((2, 3)), inner])
    assert error.value.facts["layer"].startswith("net[2]['ramp']")
    assert (error.value.facts["expected"], error.value.facts["got"]) == (4, 6)


# ---- shapes through nets -----------------------------------------------------------------------


def test_an_output_reaches_the_first_layer():
    net = NetChain([ParametricRampLayer(), Ramp, FlattenLayer()], Output=6, Input=(2, Automatic))

    assert net.port("Input").dims == (2, 3)
    assert net.shapes.array((1,), "Slope") == (2,)


def test_symbols_go_through_a_net():
    net = NetChain([Ramp, FlattenLayer(), LinearLayer(4)], Input=("c", "h", 2))

    assert str(net.shapes.array((3,), "Weights")) == "(4, 2*c*h)"


def test_lengths_that_vary_are_tied():
    net = NetGraph(
        {"a": ParametricRampLayer(2), "loss": MeanSquaredLossLayer()},
        [("a", "loss")],
        Input=("Varying", 3),
    )

    assert net.port("Target").dims == ("Varying", 3)


def test_a_fixed_size_where_a_length_varies():
    with pytest.raises(ShapeError) as error:
        NetChain([Ramp, ParametricRampLayer([], Input=(5, 3))], Input=("Varying", 3))
    assert error.value.facts["got"] == 5


def test_what_is_open_stays_open():
    net = NetChain([LinearLayer(3), ParametricRampLayer()])

    assert net.port("Input").dims is None
    assert net.shapes.array((1,), "Weights") == (3, Automatic)


def test_real_numbers_do_not_go_into_an_integer_port():
    with pytest.raises(ShapeError) as error:
        NetGraph(
            {"a": Ramp, "loss": CrossEntropyLossLayer("Index", Input=3)},
            [("a", NetPort("loss", "Target"))],
        )
    assert error.value.facts["expected"] == "integers 1..3"


# ---- extraction ----------------------------------------------------------------------------------


def net_of_two():
    return NetChain({"a": LinearLayer(2, Weights=W), "b": ParametricRampLayer((), Slope=0.5)})


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ([2, "Slope"], 0.5),
        (["b", "Slope"], 0.5),
        ([-1, "Slope"], 0.5),
        ([All, "LearningRateMultipliers"], {"a": Automatic, "b": Automatic}),
        ([Span(2, 2), "Slope"], {"b": 0.5}),
        ([["b", "Slope"], [1, "Size"]], [0.5, (2,)]),
        (["a", "Biases"], Automatic),
        ("Output", (2,)),
        (["a", "Input"], (2,)),
    ],
)
def test_extract(spec, expected):
    assert NetExtract(net_of_two(), spec) == expected


def test_brackets_extract():
    net = net_of_two()

    assert net[1] == net["a"] == NetExtract(net, 1)
    assert net["b", "Slope"] == net[-1]["Slope"] == 0.5
    assert [type(layer) for layer in net] == [LinearLayer, ParametricRampLayer]
    assert len(net) == 2
    assert net[1], "a layer has no parts, but is not nothing"
    assert NetExtract(net, [All, "Slope"]) == {"b": 0.5}, "what has no slope is left out"
    assert NetExtract(net[1], All)["Output"] == (2,)
    decoded = NetChain([3, SoftmaxLayer()], Output=NetDecoder("Class", ["x", "y", "z"]))
    assert NetExtract(decoded, ["Output", "Labels"]) == ("x", "y", "z")
    assert NetExtract(decoded, ["Output", All])["Type"] == "Class"


def test_a_graph_of_a_chain_has_its_layers():
    chain = NetInitialize(NetChain({"in": LinearLayer(3), "out": Ramp}, Input=2))
    graph = NetGraph(chain)

    assert list(graph.nodes) == ["in", "out"]
    np.testing.assert_array_equal(graph([1, -2]), chain([1, -2]))


def test_a_graph_of_a_chain_keeps_its_rates():
    chain = NetChain([LinearLayer(2, Input=3)], LearningRateMultipliers=0)

    assert NetGraph(chain).LearningRateMultipliers == 0


def test_all_goes_through_nested_nets():
    net = NetChain([NetChain([2, Ramp]), LinearLayer(1)], Input=3)

    assert net[All, All, "Size"] == {1: {1: (2,)}}
    assert net[All, 1, "Size"] == {1: (2,)}
    assert NetExtract(net, [All, "Size"]) == {2: (1,)}
    with pytest.raises(StructureError) as error:
        net[All, "Nope"]
    assert error.value.facts["got"] == "'Nope'"


def test_numpy_integers_name_layers_too():
    net = NetGraph([Ramp, Tanh], [(np.int64(1), np.int64(2))])

    assert net.wiring.order == (1, 2)


def test_a_part_may_have_the_name_of_a_port():
    net = NetChain({"Input": Tanh, "Output": LinearLayer(2)}).with_ports({"Input": 3})

    assert net.port("Input").dims == (3,)
    assert NetExtract(net, ["Input", "Function"]) == Tanh


def test_an_assumed_rank_is_named_in_the_error():
    with pytest.raises(ShapeError) as error:
        NetChain([LinearLayer(Weights=np.ones((6, 4)), Biases=None), FlattenLayer(1)], Output=6)
    assert any("assumed" in cause for cause in error.value.facts["because"])


def test_an_extracted_layer_knows_its_shapes():
    net = NetChain([3, ParametricRampLayer()], Input=2)

    assert NetExtract(net, 2) == ParametricRampLayer(Input=3, Output=3)
    assert NetExtract(net, [2, "Slope"]) is Automatic


@pytest.mark.parametrize(
    ("spec", "nearest"),
    [([2, "Slop"], "Slope"), (["c"], "a"), ([3], None), (["a", "Weights", "x"], None)],
)
def test_a_path_that_leads_nowhere(spec, nearest):
    with pytest.raises(StructureError) as error:
        NetExtract(
            NetChain({"ab": 1, "b": ParametricRampLayer((), Slope=0.5)})
            if spec == ["c"]
            else net_of_two(),
            spec,
        )
    if spec != ["c"]:
        assert error.value.facts.get("nearest") == nearest


def test_a_chain_offers_the_edge_that_a_graph_lacks():
    graph = NetGraph({"c": LinearLayer(3), "s": TotalLayer()}, [(["c", NetPort("Input")], "s")])

    with pytest.raises(StructureError) as error:
        NetChain([3, graph])

    assert error.value.facts["nearest"] == ("an edge (NetPort('Input'), 'c')",)
    fed = NetGraph(graph.nodes, [*graph.edges, (NetPort("Input"), "c")])
    assert NetChain([3, fed]).input_names == ("Input",)


def test_a_graph_of_two_inputs_has_no_such_edge():
    graph = NetGraph({"a": Ramp, "b": Ramp}, [])

    with pytest.raises(StructureError) as error:
        NetChain([3, graph])

    assert "nearest" not in error.value.facts


def test_a_class_that_counts_is_no_size():
    with pytest.raises(NetError):
        NetChain([int])
