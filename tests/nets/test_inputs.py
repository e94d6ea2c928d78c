"""Layers of any number of inputs: the setting InputPorts, edges that count, calls with lists."""

import pickle
from dataclasses import KW_ONLY
from typing import Any

import numpy as np
import pytest

import netdsl
from netdsl import (
    Automatic,
    CatenateLayer,
    Information,
    LinearLayer,
    NetChain,
    NetEncoder,
    NetError,
    NetExtract,
    NetGraph,
    NetInitialize,
    NetPort,
    NetPortGradient,
    NetShapes,
    NetTrain,
    Plus,
    Ramp,
    SettingError,
    StructureError,
    Subtract,
    ThreadingLayer,
    Times,
    TotalLayer,
)
from netdsl.spec import Layer, array, equal, inputs, port, registry


def rebuilt(net):
    return eval(repr(net), dict(vars(netdsl)))


def branches(into, **more):
    parts = {"a": 3, "b": LinearLayer(4), "into": into}
    return NetGraph(parts, [(["a", "b"], "into")], **more)


@pytest.mark.parametrize(
    ("setting", "names", "dims"),
    [
        (2, ("Input1", "Input2"), (None, None)),
        (["a", "b"], ("a", "b"), (None, None)),
        ([(2, "h"), (2, "h")], ("Input1", "Input2"), ((2, "h"), (2, "h"))),
        (["Real", "Real"], ("Input1", "Input2"), ((), ())),
        ({"a": 3, "b": Automatic}, ("a", "b"), ((3,), (3,))),
        ({"Real": Automatic}, ("Real",), (None,)),
        ({"Input2": Automatic, "Input1": 4}, ("Input2", "Input1"), ((4,), (4,))),
    ],
)
def test_settings(setting, names, dims):
    layer = TotalLayer(InputPorts=setting)

    assert layer.input_names == names
    assert tuple(layer.port(name).dims for name in names) == dims
    again = rebuilt(layer)
    assert again == layer
    assert again.input_names == names


@pytest.mark.parametrize(
    "setting",
    [0, -1, True, None, "a", [], {}, ["a", "a"], ["Output"], {"Level": 3}, {1: 3}, {"a": -3}, 2.5],
)
def test_what_are_no_ports(setting):
    with pytest.raises(SettingError) as error:
        CatenateLayer(InputPorts=setting)
    assert error.value.facts["layer"] == "CatenateLayer"


# ---- calls ------------------------------------------------------------------------------------


def test_a_layer_takes_the_list_of_its_inputs():
    for layer in (TotalLayer(), TotalLayer(InputPorts=2), NetChain([TotalLayer(), Ramp])):
        for data in ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4.0]]), ([1, 2], np.array([3, 4]))):
            np.testing.assert_array_equal(layer(data), [4, 6])
            np.testing.assert_array_equal(layer(data), [4, 6])  # again, where it may be quicker
        np.testing.assert_array_equal(layer({"Input1": [1, 2], "Input2": [3, 4]}), [4, 6])
    np.testing.assert_array_equal(TotalLayer()([[1, 2]]), [1, 2])
    np.testing.assert_array_equal(TotalLayer(InputPorts=1)(np.array([[1, 2.0]])), [1, 2])


def test_batches_and_names():
    total = TotalLayer(InputPorts={"a": 2, "b": 2})

    np.testing.assert_array_equal(total([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]), [[6, 8], [10, 12]])
    np.testing.assert_array_equal(total([{"a": [1, 2], "b": [3, 4]}]), [[4, 6]])
    np.testing.assert_array_equal(total({"b": [1, 2], "a": [3, 4]}), [4, 6])


def test_gradients_by_inputs():
    times, data = ThreadingLayer(Times), [[1.0, 2.0], [[3.0], [4.0]]]

    got = times([[data[0]], data[1]], NetPortGradient("Input2"))

    np.testing.assert_array_equal(got, [[3], [3]])


@pytest.mark.parametrize("data", [3, (), [], {}, "ab", None])
def test_data_that_are_no_inputs(data):
    for layer in (TotalLayer(), TotalLayer(InputPorts=2)):
        with pytest.raises(NetError):
            layer(data)
    with pytest.raises(NetError):
        TotalLayer(InputPorts=2)([1, 2, 3])


def test_sequences_of_several_lengths():
    join = CatenateLayer(2, InputPorts=[("Varying", 1), ("Varying", 2)])
    add = ThreadingLayer(Plus, InputPorts=[("Varying", 1), (1, 1)])

    got = join([[[[1]], [[2], [3]]], [[[4, 5]], [[6, 7], [8, 9]]]])
    sums = add([[[[1]], [[2], [3]]], [[[10]], [[20]]]])

    assert [np.asarray(item).tolist() for item in got] == [[[1, 4, 5]], [[2, 6, 7], [3, 8, 9]]]
    assert [np.asarray(item).tolist() for item in sums] == [[[11]], [[22], [23]]]


# ---- in nets ----------------------------------------------------------------------------------


def test_edges_say_how_many():
    together = branches(CatenateLayer(), Input1=2, Input2=5)
    apart = NetGraph(
        {"a": 3, "b": LinearLayer(4), "into": CatenateLayer()},
        [("a", "into"), ("b", "into")],
        Input1=2,
        Input2=5,
    )

    for net in (together, apart):
        assert net.port("Output").dims == (7,)
        assert NetShapes(net)["into", "Input2"] == (4,)
        assert "CatenateLayer   Input1: a, Input2: b  7" in str(Information(net))
        assert "InputPorts" not in repr(net)
        assert rebuilt(net) == net
        assert pickle.loads(pickle.dumps(net)) == net
        assert NetInitialize(net)({"Input1": [1, 2], "Input2": [0] * 5}).shape == (7,)


def test_edges_may_name_the_port():
    net = NetGraph(
        {"a": 3, "b": 4, "into": CatenateLayer()},
        [(NetPort("In"), "a", NetPort(["into", "Input3"])), (NetPort("In"), "b", "into")],
    )

    assert net.input_names == ("In", "Input2")
    assert net["into"].input_names == ("Input1", "Input2", "Input3")
    assert (net["into", "Input1"], net["into", "Input3"]) == ((4,), (3,))


def test_one_edge_is_one_input():
    graph = NetGraph({"a": 3, "into": TotalLayer()}, [("a", "into")])
    chain = NetChain([3, TotalLayer(), Ramp], Input=2)

    assert graph["into"].input_names == chain[2].input_names == ("Input1",)
    assert "TotalLayer()" in repr(chain)
    assert rebuilt(chain) == chain
    assert NetInitialize(chain)([1, 2]).shape == (3,)


def test_a_chain_in_a_graph_is_fed_through_its_first_layer():
    net = branches([CatenateLayer(), LinearLayer(())], Input1=2, Input2=5)

    assert net["into"].input_names == ("Input1", "Input2")
    assert net.shapes.array(("into", 2), "Weights") == (1, 7)
    assert rebuilt(net) == net


def test_inputs_that_are_given_and_not_fed_are_ports_of_the_net():
    net = branches(CatenateLayer(InputPorts=["x", "y", "z"]))

    assert net.input_names == ("Input1", "Input2", "z")


def test_a_part_that_is_taken_out_keeps_its_inputs():
    known = NetExtract(branches(CatenateLayer()), "into")
    graph = NetGraph({"into": TotalLayer()}, [([NetPort("x"), NetPort("y")], "into")])

    assert known == CatenateLayer(InputPorts=[3, 4], Output=7)
    assert graph["into"] == TotalLayer(InputPorts=2)
    assert NetExtract(known, "InputPorts") == {"Input1": (3,), "Input2": (4,)}
    assert TotalLayer()["InputPorts"] is Automatic


def test_encoders_at_inputs():
    encoder = NetEncoder("Boolean")
    alone = TotalLayer(InputPorts={"yes": encoder, "x": "Real"})
    net = NetGraph({"t": alone}, [])

    for each in (alone, net):
        assert each({"yes": True, "x": 3}) == 4
        assert each.port_setting("yes") == encoder
    assert alone([[True, False], [1, 2]]).tolist() == [2, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: NetGraph([TotalLayer()], []),
        lambda: branches(TotalLayer(InputPorts=1)),
        lambda: NetChain([3, TotalLayer(InputPorts=2)]),
        lambda: NetChain([3, Plus]),
        lambda: NetChain([3, "Plus"]),
        lambda: NetGraph({"t": TotalLayer(), "a": 3}, [("a", NetPort(["t", "Left"]))]),
    ],
)
def test_structures_that_are_refused(wrong):
    with pytest.raises(NetError):
        wrong()


def test_too_many_edges_name_the_layer():
    with pytest.raises(StructureError) as error:
        NetGraph({"a": 3, "m": ThreadingLayer("Mod")}, [(["a"] * 4, "m")])
    assert error.value.facts["layer"] == "net['m'] = ThreadingLayer(Mod)"


def test_functions_stand_for_layers_in_a_graph():
    net = NetGraph({"a": 3, "b": 3, "d": "Subtract", "p": Plus}, [(["a", "b"], "d"), ("d", "p")])

    assert net["d"] == ThreadingLayer(Subtract, InputPorts=[3, 3], Output=3)
    assert net["p"].input_names == ("Input",)


def test_a_residual_net_learns():
    random = np.random.default_rng(1)
    x = random.normal(size=(64, 3))
    net = NetGraph(
        {"a": 3, "sum": TotalLayer(), "cat": CatenateLayer(), "o": LinearLayer(())},
        [(NetPort("Input"), "a"), (["a", NetPort("Input")], "sum"), (["sum", "a"], "cat", "o")],
        Input=3,
    )

    trained = NetTrain(
        net,
        {"Input": x, "Output": x.sum(axis=1)},
        MaxTrainingRounds=300,
        LearningRate=0.03,
        TrainingProgressReporting=None,
    )

    np.testing.assert_allclose(trained(x), x.sum(axis=1), atol=0.1)


def test_a_net_of_open_inputs_is_not_trained():
    with pytest.raises(StructureError):
        NetTrain(NetChain([TotalLayer(), 3]), {"Input1": [[1.0]], "Output": [[1, 2, 3]]})


def test_any_number_shows_in_reports():
    assert "any number of inputs" in str(Information(TotalLayer()))
    assert str(Information(TotalLayer(), "Formula")).startswith("Output[i] = Input1[i] + Input2[i]")
    assert Information(TotalLayer(InputPorts=["a", "b"]), "InputPortNames") == ["a", "b"]


# ---- declarations -----------------------------------------------------------------------------


@pytest.fixture
def weighted():
    class WeightedSumLayer(Layer):
        """Add inputs, each times its own factor."""

        _: KW_ONLY
        InputPorts: Any = inputs("*d c", default=Automatic)
        Output: Any = port("*e", default=Automatic)
        Factors: Any = array("n", init=1.0, default=Automatic, doc="factor of each")

        def relate(self, d, c, e, n):
            yield equal(n, len(d))
            for row, size in zip(d, c, strict=True):
                yield equal(e, [row, size])

        def formula(self, sp, at, InputPorts, Factors):
            return sum(x[at] * Factors[number] for number, x in enumerate(InputPorts))

        def apply(self, xp, InputPorts, Factors):
            factors = (xp.slice(Factors, axis=0, start=i, stop=i + 1) for i in range(9))
            return sum(x * f for x, f in zip(InputPorts, factors, strict=False))

    yield WeightedSumLayer
    del registry["WeightedSumLayer"]


def test_a_layer_with_arrays_of_its_own(weighted):
    layer = weighted(InputPorts=[(2, 3), Automatic])

    assert layer.port("Input2").dims == (2, 3)
    assert layer.shapes.array((), "Factors") == (2,)
    filled = layer.with_parts({("Factors",): [10, 100]})
    np.testing.assert_array_equal(
        filled([np.ones((2, 3)), 2 * np.ones((2, 3))]), 210 * np.ones((2, 3))
    )
