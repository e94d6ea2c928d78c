"""NetArrayLayer: an array without an input, alone, in graphs, in training, under its old name."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    CatenateLayer,
    ConstantArrayLayer,
    DataError,
    LinearLayer,
    NetArrayLayer,
    NetChain,
    NetGraph,
    NetInitialize,
    NetPort,
    NetPortGradient,
    NetTrain,
    Plus,
    Ramp,
    ShapeError,
    ThreadingLayer,
    TotalLayer,
    UninitializedError,
)

SAMPLES = [
    NetArrayLayer(Output=(3, 2)),
    NetArrayLayer(Array=[[1, -2, 3], [4, 5, 0.5]], LearningRateMultipliers=0),
    NetArrayLayer(Array=2.5),
]


def offset(array, **ports):
    layers = {"array": array, "sum": TotalLayer()}
    return NetGraph(layers, [(["array", NetPort("Input")], "sum")], **ports)


def test_it_gives_its_array():
    assert NetArrayLayer().input_names == ()
    np.testing.assert_array_equal(NetArrayLayer(Array=[[1, 2]])(), [[1, 2]])
    np.testing.assert_array_equal(NetArrayLayer(Array=[[1, 2]])({}), [[1, 2]])
    assert NetArrayLayer(Array=3)() == 3
    assert ConstantArrayLayer(Array=[1, 2]) == NetArrayLayer(Array=[1, 2])


def test_sizes_go_both_ways():
    assert NetArrayLayer(Output=(2, 3)).shapes.array((), "Array") == (2, 3)
    assert NetArrayLayer(Array=[[1], [2]]).port("Output").dims == (2, 1)
    assert offset(NetArrayLayer(), Input=(4, 3)).shapes.array(("array",), "Array") == (4, 3)
    with pytest.raises(ShapeError) as error:
        NetArrayLayer(Array=[1, 2], Output=3)
    assert error.value.facts["array"] == "Array"
    with pytest.raises(ShapeError):
        NetArrayLayer(Output=("Varying", 2))


def test_each_example_meets_the_same_array():
    net = offset(NetArrayLayer(Array=[1, 20]))

    np.testing.assert_array_equal(net([[1, 2], [3, 4], [5, 6]]), [[2, 22], [4, 24], [6, 26]])
    np.testing.assert_array_equal(net([1, 2]), [2, 22])


def test_there_is_a_copy_for_each_example():
    net = NetGraph(
        [NetArrayLayer(Array=[1, 20]), CatenateLayer()], [([1, NetPort("Input")], 2)], Input=1
    )

    np.testing.assert_array_equal(net([[5], [6]]), [[1, 20, 5], [1, 20, 6]])
    assert net([[5], [6]], NetPort(1)).shape == (2, 2)


def test_gradients_add_up_over_the_batch():
    net = offset(NetArrayLayer(Array=[1, 20]))
    data = {"Input": [[1, 2], [3, 4]], NetPortGradient("Output"): [[1, 2], [10, 30]]}

    np.testing.assert_array_equal(net(data, NetPortGradient("array", "Array")), [11, 32])


def test_beside_sequences_of_several_lengths():
    net = NetGraph(
        {"array": NetArrayLayer(Array=[1, 20]), "sum": ThreadingLayer(Plus, 1)},
        [(["array", NetPort("Input")], "sum")],
        Input=("Varying", 2),
    )
    data = [[[1, 2], [3, 4]], [[5, 6]]]

    short = net(data)[1]

    np.testing.assert_array_equal(short, [[6, 26]])
    np.testing.assert_array_equal(net(data, NetPortGradient("array", "Array")), [3, 3])


def test_nets_without_any_input():
    chain = NetChain([NetArrayLayer(Array=[-1, 2]), Ramp])
    graph = NetGraph([NetArrayLayer(Array=[1, 2]), LinearLayer(1, Weights=[[3, 4]])], [(1, 2)])

    np.testing.assert_array_equal(chain(), [0, 2])
    np.testing.assert_array_equal(NetInitialize(graph)(), [11])
    np.testing.assert_array_equal(chain(Automatic, NetPortGradient(1, "Array")), [0, 1])


def test_it_is_learned_in_a_graph():
    net = offset(NetArrayLayer(Output=2))
    x = np.zeros((20, 2))

    settings = {"MaxTrainingRounds": 300, "LearningRate": 0.05}
    trained = NetTrain(net, (x, np.add(x, (3, -1))), **settings, TrainingProgressReporting=None)

    np.testing.assert_allclose(trained["array", "Array"], [3, -1], atol=1e-3)


def test_a_frozen_one_stays():
    frozen = NetArrayLayer(Array=[1, 2], LearningRateMultipliers=0)
    net = NetChain([offset(frozen), 2])
    x = np.zeros((4, 2))

    trained = NetTrain(net, (x, x + 1), MaxTrainingRounds=2, TrainingProgressReporting=None)

    np.testing.assert_array_equal(trained[1, "array", "Array"], [1, 2])


def test_without_a_value_it_is_drawn_as_weights():
    array = NetInitialize(NetArrayLayer(Output=(3, 800))).Array

    assert np.std(array) == pytest.approx(np.sqrt(2 / 800), rel=0.1)
    with pytest.raises(UninitializedError) as error:
        NetArrayLayer(Output=2)()
    assert error.value.facts["array"] == "Array"


def test_it_takes_no_data():
    with pytest.raises(DataError) as error:
        NetArrayLayer(Array=[1, 2])([1, 2])
    assert error.value.facts["expected"] == "net()"
