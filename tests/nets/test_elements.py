"""Kinds of elements: integers and reals, their limits, through nets and in data."""

import numpy as np
import pytest

from netdsl import (
    CrossEntropyLossLayer,
    DataError,
    FlattenLayer,
    LinearLayer,
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
