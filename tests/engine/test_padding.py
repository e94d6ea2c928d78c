"""Sequences of different lengths in one run: the same results as one by one, nothing leaks."""

import numpy as np
import pytest

import netdsl.engine.run
import netdsl.train.runner
from netdsl import (
    ElementwiseLayer,
    LinearLayer,
    LongShortTermMemoryLayer,
    MeanSquaredLossLayer,
    NetChain,
    NetGraph,
    NetInitialize,
    NetPort,
    NetPortGradient,
    NetTrain,
    ParametricRampLayer,
    SequenceLastLayer,
    SoftmaxLayer,
    Tanh,
)
from netdsl.engine.padding import padded

OPERATIONS = {"is_step", "take_step", "put_step"}
LENGTHS = (3, 7, 1, 7, 12)
VECTORS = ("Varying", 3)

TOGETHER = {
    "entry by entry": NetChain([Tanh, ParametricRampLayer((2,), Slope=[0.1, 0.2, 0.3])],
                               Input=VECTORS),
    "softmax inside": NetChain([Tanh, SoftmaxLayer()], Input=VECTORS),
    "softmax along": NetChain([SoftmaxLayer(1), Tanh], Input=VECTORS),
    "slopes infinite at zero": NetChain(
        [ElementwiseLayer("Exp"), ParametricRampLayer(()), SoftmaxLayer(1), ElementwiseLayer("Log"),
         SequenceLastLayer()],
        Input=VECTORS,
    ),
    "slopes infinite at zero data": NetChain(
        [ElementwiseLayer("Abs"), ElementwiseLayer("Sqrt"), LongShortTermMemoryLayer(2),
         SequenceLastLayer()],
        Input=VECTORS,
    ),
    "last": NetChain([ElementwiseLayer("Exp"), SequenceLastLayer()], Input=VECTORS),
    "states": NetChain([LongShortTermMemoryLayer(4), Tanh], Input=VECTORS),
    "last state": NetChain([LongShortTermMemoryLayer(4), SequenceLastLayer(), 2], Input=VECTORS),
    "final memory": NetGraph(
        {"lstm": LongShortTermMemoryLayer(4), "out": LinearLayer(2)},
        [("lstm", NetPort("Output")), (NetPort("lstm", "CellState"), "out", NetPort("Cell"))],
        Input=VECTORS,
    ),
    "mean over steps": NetGraph(
        {"cos": ElementwiseLayer("Cos"), "loss": MeanSquaredLossLayer()},
        [
            (NetPort("Input"), "cos", NetPort("loss", "Target")),
            (NetPort("Input"), NetPort("loss", "Input")),
        ],
        Input=VECTORS,
    ),
}  # fmt: skip


def data(net, seed=1):
    random = np.random.default_rng(seed)
    return {
        name: [random.normal(size=(length, 3)) for length in LENGTHS] for name in net.input_names
    }


def one_by_one(net, batch, prop=netdsl.All):
    rows = [
        net({name: x[at] for name, x in batch.items()}, prop, WorkingPrecision="Real64")
        for at in range(len(LENGTHS))
    ]
    return {key: [row[key] for row in rows] for key in rows[0]}


@pytest.mark.parametrize("name", TOGETHER)
def test_outputs_are_those_of_each_example_alone(name, monkeypatch):
    net = NetInitialize(TOGETHER[name])
    batch = data(net)
    expected = one_by_one(net, batch)

    with monkeypatch.context() as patch:
        patch.setattr(netdsl.engine.run._Running, "group", None)
        got = net(batch, netdsl.All, WorkingPrecision="Real64")

    for key, values in expected.items():
        assert len(got[key]) == len(values)
        for one, other in zip(got[key], values, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", TOGETHER)
def test_gradients_are_those_of_each_example_alone(name, monkeypatch):
    net = NetInitialize(TOGETHER[name])
    batch = data(net)
    arrays = [
        NetPortGradient(*path, array)
        for path, layer in net.leaves()
        for array in layer.array_fields
    ]
    inputs = [NetPortGradient(port) for port in net.input_names]
    ask = NetPortGradient(netdsl.All)
    expected = one_by_one(net, batch, ask)

    with monkeypatch.context() as patch:
        patch.setattr(netdsl.engine.run._Running, "group", None)
        got = net(batch, ask, WorkingPrecision="Real64")

    for key in arrays:
        np.testing.assert_allclose(got[key], sum(expected[key]), rtol=1e-9, atol=1e-12)
    for key in inputs:
        for one, other in zip(got[key], expected[key], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_training_is_that_of_groups(monkeypatch):
    random = np.random.default_rng(5)
    x = [random.normal(size=(length, 3)).astype(np.float32) for length in LENGTHS * 4]
    y = random.normal(size=(len(x), 2)).astype(np.float32)
    net = NetChain([LongShortTermMemoryLayer(4), SequenceLastLayer(), 2], Input=VECTORS)
    options = {"MaxTrainingRounds": 3, "TrainingProgressReporting": None, "BatchSize": 8}
    options["WorkingPrecision"] = "Real64"

    with monkeypatch.context() as patch:
        patch.setattr(netdsl.train.runner.Runner, "_groups", None)
        together = NetTrain(net, (x, y), "RoundLossList", **options)
    monkeypatch.setattr(netdsl.train.runner.Runner, "_padded", lambda self, which: None)
    apart = NetTrain(net, (x, y), "RoundLossList", **options)

    np.testing.assert_allclose(together, apart, rtol=1e-9)


def test_a_number_for_each_example_may_stand_beside_sequences():
    last = SequenceLastLayer()
    net = NetGraph(
        {"last": last, "loss": MeanSquaredLossLayer()},
        [("last", NetPort("loss", "Input")), (NetPort("Wanted"), NetPort("loss", "Target"))],
        Input="Varying",
    )
    sequences = [[1.0, 2.0], [3.0], [5.0, 4.0, 6.0]]

    got = net({"Input": sequences, "Wanted": [2.0, 1.0, 9.0]})

    np.testing.assert_allclose(got, [0, 4, 9])


def test_lengths_are_rounded_up_a_little():
    sizes = [((length, 3), (2,)) for length in (50, 49, 13)]

    found = padded(sizes)

    assert found.sizes == ((52, 3), (2,))
    assert found.groups == (0, None)
    np.testing.assert_array_equal(found.lengths, [[50, 49, 13]])
    assert [padded([((n,),), ((1,),)]).sizes[0][0] for n in (2, 7, 15, 17, 31, 100)] == [
        2, 7, 15, 18, 32, 104,
    ]  # fmt: skip


def test_other_sizes_than_the_first_cannot_be_padded():
    assert padded([((3, 4),), ((3, 5),)]) is None
    assert padded([((3, 4),), ((2, 5),)]) is None


def test_examples_that_cannot_be_padded_leave_the_next_ones_together(monkeypatch):
    net = NetChain([Tanh], Input=("n", "m"))
    assert [x.shape for x in net([np.ones((3, 3)), np.ones((2, 4))])] == [(3, 3), (2, 4)]
    monkeypatch.setattr(netdsl.engine.run._Running, "group", None)

    assert [x.shape for x in net([np.ones((3, 3)), np.ones((2, 3))])] == [(3, 3), (2, 3)]
