"""Data are asked for at those ports alone that an answer depends on."""

from __future__ import annotations

import numpy as np
import pytest

from netdsl import (
    Automatic,
    ContrastiveLossLayer,
    DataError,
    EuclideanDistance,
    FunctionLayer,
    MeanSquaredLossLayer,
    NetChain,
    NetGraph,
    NetInitialize,
    NetInsertSharedArrays,
    NetPort,
    NetPortGradient,
    NetTrain,
    ReplicateLayer,
    Tanh,
    ThreadingLayer,
)

A, B = [1.0, 2.0, 3.0], [2.0, 3.0, 1.0]


def siamese():
    tower = NetInsertSharedArrays(NetChain([5, Tanh, 2], Input=3), "tower/")
    layers = {
        "left": tower,
        "right": tower,
        "Distance": FunctionLayer(EuclideanDistance),
        "loss": ContrastiveLossLayer(),
    }
    edges = [(["left", "right"], "Distance"), ("Distance", NetPort("loss", "Input"))]
    return NetInitialize(NetGraph(layers, edges))


def test_the_distance_of_a_siamese_net_needs_no_target():
    net = siamese()
    whole = {"Input1": A, "Input2": B, "Target": True}

    got = net({"Input1": A, "Input2": B}, NetPort("Distance"))

    assert got == net(whole, NetPort("Distance")) > 0


def test_a_trained_net_of_a_batch_gives_several_inner_ports():
    data = {"Input1": [A, B], "Input2": [B, B], "Target": [True, False]}
    net = NetTrain(siamese(), data, MaxTrainingRounds=2, TrainingProgressReporting=None)
    asked = [NetPort("Distance"), NetPort("left", 1, "Output")]
    del data["Target"]

    distance, inner = net(data, asked).values()

    assert distance.shape == (2,)
    assert distance[1] == 0
    np.testing.assert_array_equal(inner, net({"Input1": [A, B]}, NetPort("left", 1, "Output")))


@pytest.mark.parametrize(
    ("given", "prop", "missing"),
    [
        ({"Input1": A}, NetPort("Distance"), "Input2"),
        ({"Input1": A, "Input2": B}, "Loss", "Target"),
        ({"Input1": A, "Input2": B}, NetPortGradient("Input1"), "Target"),
        ({"Input1": A, "Input2": B}, [NetPort("Distance"), NetPort("loss")], "Target"),
    ],
)
def test_what_the_answer_depends_on_is_asked_for(given, prop, missing):
    with pytest.raises(DataError) as error:
        siamese()(given, prop)
    assert error.value.facts["port"] == missing


def test_a_size_that_another_input_gives_to_a_layer_stays():
    net = NetGraph(
        {"copies": ReplicateLayer(Automatic), "loss": MeanSquaredLossLayer()},
        [("copies", "loss")],
        Input=2,
        Target=(3, 2),
    )

    got = net({"Input": [1, 2]}, NetPort("copies"))

    assert got.shape == (3, 2)


def test_an_output_that_depends_on_one_input_is_asked_for_by_name_or_in_a_dict():
    net = NetGraph(
        {"a": Tanh, "b": ThreadingLayer("Times", InputPorts=2)},
        [
            (NetPort("x"), "a", NetPort("First")),
            (NetPort("x"), "b"),
            (NetPort("y"), "b"),
            ("b", NetPort("Second")),
        ],
        x=2,
        y=2,
    )

    got = net({"x": [0.5, 1.0]}, "First")

    np.testing.assert_allclose(got, np.tanh([0.5, 1.0]), rtol=1e-6)
    np.testing.assert_array_equal(net([{"x": [0.5, 1.0]}], {"First": None}), [got])
