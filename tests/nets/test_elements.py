"""Kinds of elements: integers and reals, their limits, through nets and in data."""

import numpy as np
import pytest

from netdsl import (
    CrossEntropyLossLayer,
    DataError,
    FlattenLayer,
    LinearLayer,
    MeanSquaredLossLayer,
    NetEncoder,
    NetGraph,
    NetPort,
    Ramp,
    Restricted,
    ShapeError,
)

P = [0.2, 0.3, 0.5]


def test_limits_from_zero_stay():
    layer = FlattenLayer(Input=(2, 2, Restricted("Integer", (0, 3))))

    assert layer.Input == (2, 2, Restricted("Integer", (0, 3)))
    np.testing.assert_array_equal(layer([[0, 1], [3, 0]]), [0, 1, 3, 0])
    with pytest.raises(DataError):
        layer([[0, 1], [4, 0]])


@pytest.mark.parametrize("target", [0, 4, 7])
@pytest.mark.parametrize(
    "layer",
    [
        CrossEntropyLossLayer("Index", Input=3, Target="Integer"),
        CrossEntropyLossLayer("Index"),
        CrossEntropyLossLayer("Index", Input="c"),
        NetGraph(
            [CrossEntropyLossLayer("Index", Input=3)],
            [(NetPort("Target"), NetPort([1, "Target"]))],
            Target="Integer",
        ),
    ],
    ids=["integer", "open", "named", "graph"],
)
def test_a_class_that_is_not_there(layer, target):
    with pytest.raises(DataError) as error:
        layer({"Input": P, "Target": target})
    assert error.value.facts["port"] == "Target"
    assert error.value.facts["got"] == target


@pytest.mark.parametrize(("limits", "got"), [(5, "1..5"), ((0, 3), "0..3")])
def test_integers_that_reach_further_than_they_may(limits, got):
    with pytest.raises(ShapeError) as error:
        FlattenLayer(Input=(2, Restricted("Integer", limits)), Output=(2, Restricted("Integer", 3)))
    assert error.value.facts["got"] == f"integers {got}"


@pytest.mark.parametrize("first", ["real", "loss", "flat"])
def test_the_order_of_layers_does_not_decide_the_kind(first):
    layers = {
        "real": Ramp,
        "loss": CrossEntropyLossLayer("Index", Input=(4, 3)),
        "flat": FlattenLayer(),
    }
    order = [first, *(name for name in layers if name != first)]
    edges = [(NetPort("X"), name) for name in ("real", "flat")]
    net = NetGraph(
        {name: layers[name] for name in order},
        [*edges, ("flat", NetPort(["loss", "Target"]))],
        X=(2, 2),
    )

    assert net.port("X").element == "Integer"
    assert net.port("X").last == 3


def test_what_only_reals_are_wanted_of_is_real():
    assert NetGraph([FlattenLayer(), LinearLayer(2)], [(1, 2)]).port("Input").element == "Real"


def losses(first, second):
    """A graph of two losses that share their target, the layers in this order."""
    edges = [(NetPort("T"), NetPort([name, "Target"])) for name in sorted((first[0], second[0]))]
    return NetGraph(dict([first, second]), edges)


@pytest.mark.parametrize("turned", [False, True])
def test_what_feeds_two_ports_keeps_to_the_limits_of_both(turned):
    pair = [(f"x{n}", CrossEntropyLossLayer("Index", Input=n)) for n in (3, 5)]
    net = losses(*(reversed(pair) if turned else pair))
    kind = net.port("T")

    assert (kind.first, kind.last) == (1, 3)
    data = {name: np.full(net.port(name).dims, 0.2) for name in net.input_names if name != "T"}
    with pytest.raises(DataError) as error:
        net({**data, "T": 4})
    assert error.value.facts["port"] == "T"


@pytest.mark.parametrize("turned", [False, True])
def test_reals_between_limits_in_every_order(turned):
    pair = [("a", MeanSquaredLossLayer(Input=2)), ("b", CrossEntropyLossLayer("Binary"))]
    net = losses(*(reversed(pair) if turned else pair))

    assert (net.port("T").first, net.port("T").last) == (0, 1)


@pytest.mark.parametrize("turned", [False, True])
def test_limits_meet(turned):
    pair = [
        (name, FlattenLayer(Input=(2, Restricted("Integer", limits))))
        for name, limits in (("a", (0, 5)), ("b", (2, 9)))
    ]
    net = NetGraph(
        dict(reversed(pair) if turned else pair), [(NetPort("X"), "a"), (NetPort("X"), "b")]
    )

    assert (net.port("X").first, net.port("X").last) == (2, 5)


def test_limits_go_through_layers_without_any():
    flat = [
        FlattenLayer(Input=(2, "Integer")),
        FlattenLayer(),
        CrossEntropyLossLayer("Index", Input=(2, 3)),
    ]
    net = NetGraph(flat, [(1, 2, NetPort([3, "Target"]))])

    with pytest.raises(DataError):
        net({"Input1": [1, 9], "Input2": np.full((2, 3), 1 / 3)})


def test_integers_are_no_probabilities():
    with pytest.raises(ShapeError) as error:
        CrossEntropyLossLayer("Binary", Target=NetEncoder("Class", ["a", "b", "c"]))
    assert error.value.facts["expected"] == "real numbers 0..1"
    with pytest.raises(DataError):
        CrossEntropyLossLayer("Binary", Input=2, Target=(2, "Integer"))(
            {"Input": [0.5, 0.5], "Target": [5, 0]}
        )


def test_what_a_layer_computes_is_not_narrowed():
    net = NetGraph([LinearLayer(2), CrossEntropyLossLayer("Binary")], [(1, 2), (1, NetPort("Raw"))])

    assert net.port("Raw").first is None


def test_limits_go_backwards_through_a_layer_that_keeps_the_elements():
    layer = FlattenLayer(Input=(2, 3), Output=(6, Restricted("Integer", 4)))

    assert (layer.port("Input").first, layer.port("Input").last) == (1, 4)


def test_a_shape_at_a_fed_port_keeps_the_kind_of_its_elements():
    edges = [("l", NetPort(["s", "Target"]))]
    loss = CrossEntropyLossLayer("Index", Input=(4, 3), Target=4)

    with pytest.raises(ShapeError) as error:
        NetGraph({"l": LinearLayer(4), "s": loss}, edges)
    assert error.value.facts["expected"] == "integers 1..3"

    net = NetGraph({"l": FlattenLayer(), "s": loss}, edges)
    assert (net.port("Input1").element, net.port("Input1").last) == ("Integer", 3)
    assert (net.port("Input2").element, net.port("Input2").last) == ("Real", 1)
