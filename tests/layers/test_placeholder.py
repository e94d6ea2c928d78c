"""PlaceholderLayer: any ports, no inference, no computation."""

import pickle

import numpy as np
import pytest

import netdsl
from netdsl import (
    Automatic,
    Information,
    NetChain,
    NetError,
    NetGraph,
    NetInitialize,
    NetPort,
    NetTrain,
    PlaceholderLayer,
    Ramp,
    SettingError,
)

SAMPLES = [
    PlaceholderLayer(),
    PlaceholderLayer("Sort", {"Axis": 2}, Input=3, Output=(2, "h")),
    PlaceholderLayer("Split", InputPorts=2, OutputPorts=3, Arrays=["scale"]),
    PlaceholderLayer(
        InputPorts={"a": 3, "b": "Real"}, OutputPorts=["c", "d"], Arrays={"w": [[1, 2]]}
    ),
    PlaceholderLayer(OutputPorts=[3, (2, Automatic)]),
]


@pytest.mark.parametrize("layer", SAMPLES, ids=str)
def test_it_is_a_specification(layer):
    assert eval(repr(layer), vars(netdsl)) == layer
    assert pickle.loads(pickle.dumps(layer)) == layer
    assert hash(pickle.loads(pickle.dumps(layer))) == hash(layer)
    assert "PlaceholderLayer" in str(Information(layer))
    with pytest.raises(NetError):
        layer.Tag = "x"


def test_ports_are_what_was_asked_for():
    layer = PlaceholderLayer("Split", InputPorts={"a": 3, "b": "Real"}, OutputPorts=3)

    assert layer.input_names == ("a", "b")
    assert layer.output_names == ("Output1", "Output2", "Output3")
    assert (layer.port("a").dims, layer.port("b").dims) == ((3,), ())
    assert layer.port("Output1").dims is None
    assert layer.with_ports({"Output1": 4, "a": 5}).port("Output1").dims == (4,)


def test_information_in_a_dict_is_found_and_shown_as_one():
    layer = PlaceholderLayer("Sort", {"Axis": 2, "of": {"Sizes": [1, 2]}}, Arrays={"w": [1, 2]})

    assert layer.Info["Axis"] == 2
    assert layer.Info["of"]["Sizes"] == (1, 2)
    assert repr(layer.Info) == "{'Axis': 2, 'of': {'Sizes': (1, 2)}}"
    assert PlaceholderLayer("Sort", [1, ["a", 2]]).Info == (1, ("a", 2))


def test_nothing_follows_from_one_port_for_another():
    chain = NetChain([3, PlaceholderLayer(), Ramp], Input=2)

    assert chain.port("Output").dims is None
    assert NetInitialize(chain)[1, "Weights"].shape == (3, 2)


def test_it_stands_in_a_graph():
    part = PlaceholderLayer(InputPorts=2, OutputPorts=["x", "y"])

    net = NetGraph({"a": Ramp, "part": part}, [(["a", NetPort("In")], "part")])

    assert (net.input_names, net.output_names) == (("Input", "In"), ("x", "y"))


@pytest.mark.parametrize(
    "call",
    [
        lambda net: net(np.ones(2)),
        lambda net: Information(net, "Formula"),
        lambda net: NetTrain(net, ([[1.0, 2.0]], [[1.0]]), TrainingProgressReporting=None),
    ],
)
def test_it_computes_nothing(call):
    net = NetInitialize(NetChain([2, PlaceholderLayer("Sort", Input=2, Output=1)], Input=2))

    with pytest.raises(NetError) as error:
        call(net)
    assert "PlaceholderLayer" in error.value.facts["layer"]


@pytest.mark.parametrize(
    "settings",
    [
        {"Tag": 3},
        {"Arrays": 3},
        {"InputPorts": ["a"], "OutputPorts": ["a"]},
        {"OutputPorts": ["Input"]},
        {"InputPorts": 0},
        {"InputPorts": 2, "Input": 3},
        {"OutputPorts": ["a"], "Output": 3},
    ],
)
def test_impossible_settings_are_refused(settings):
    with pytest.raises(SettingError) as error:
        PlaceholderLayer(**settings)
    assert error.value.facts["layer"] == "PlaceholderLayer"
