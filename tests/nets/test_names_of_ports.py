"""Ports of any name: what is written of a net with them reads back, and runs nothing."""

import pytest

import netdsl
from netdsl import (
    LinearLayer,
    NetChain,
    NetError,
    NetGraph,
    NetPort,
    TotalLayer,
)
from netdsl.files import NotationError, read_net

NAMES = ["a b", "class", "1", 'a"b', "a'b", "a\nb", "\ufb01", "None", 'x=print("!") or 3, b', "é"]


@pytest.mark.parametrize("name", NAMES)
def test_a_net_with_this_port_is_read_again(name, capsys):
    net = NetGraph(
        {"p": LinearLayer(2), "q": LinearLayer(2)},
        [(NetPort(name), "p"), (NetPort("plain"), "q")],
        LearningRateMultipliers={"p": 0},
        **{name: 3, "plain": 4},
    )

    assert eval(repr(net), vars(netdsl).copy()) == net
    assert read_net(repr(net)) == net
    assert read_net(repr(NetChain([net.nodes["p"], 3], Input=3))).input_names == ("Input",)
    assert capsys.readouterr().out == ""


def test_plain_names_stay_keywords():
    net = NetGraph([LinearLayer(2)], [(NetPort("In"), 1)], In=3)

    assert repr(net).endswith(", In=3)")


@pytest.mark.parametrize(
    "call",
    [
        "LinearLayer(3, **{'Input': 2, 'Input': 3})",
        "LinearLayer(3, Input=2, **{'Input': 3})",
        "LinearLayer(3, **{1: 3})",
        "LinearLayer(3, **Automatic)",
        "LinearLayer(3, **{**{'Input': 2}})",
        "LinearLayer(3, *[2])",
    ],
)
def test_after_stars_stands_a_dict_of_names(call):
    with pytest.raises(NotationError):
        read_net(call)


# ---- thousands of sources -----------------------------------------------------------------------


def test_many_sources_of_one_layer():
    net = NetGraph({"a": TotalLayer(), "b": 3}, [(["b"] * 10_000, "a")])

    assert len(net.nodes["a"].input_names) == 10_000
    with pytest.raises(NetError):
        NetGraph({"a": TotalLayer(), "b": 3}, [(["b"] * 10_001, "a")])


def test_many_ports_of_one_layer():
    edges = [("b", NetPort(["a", f"Input{number}"])) for number in range(1, 5001)]

    assert len(NetGraph({"a": TotalLayer(), "b": 3}, edges).nodes["a"].input_names) == 5000
    fixed = NetGraph({"a": TotalLayer(InputPorts=5000), "b": 3}, [("b", "a")] * 5000)
    assert len(fixed.wiring.feeds) == 5001


def test_free_ports_are_filled_in_order():
    edges = [("b", NetPort(["a", "Input2"])), ("c", "a"), ("d", "a")]
    net = NetGraph({"a": TotalLayer(), "b": 3, "c": 3, "d": 3}, edges)

    found = {port: source for (key, port), (source, _) in net.wiring.feeds.items() if key == "a"}
    assert found == {"Input2": "b", "Input1": "c", "Input3": "d"}


def test_one_edge_more_than_inputs_is_refused():
    layers = {"a": TotalLayer(InputPorts=2), "b": 3}

    with pytest.raises(NetError) as error:
        NetGraph(layers, [("b", "a")] * 3)
    assert error.value.facts["port"] == "Input2"
    with pytest.raises(NetError):
        NetGraph(layers, [("b", NetPort(["a", "Input3"]))])
