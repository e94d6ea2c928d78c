"""CTCLossLayer: documented values, every path one by one, saturation, lengths that differ."""

import itertools
from math import inf, log, prod

import numpy as np
import pytest

from netdsl import (
    CTCLossLayer,
    DataError,
    LinearLayer,
    LongShortTermMemoryLayer,
    NetChain,
    NetGraph,
    NetInitialize,
    NetPort,
    NetPortGradient,
    NetTrain,
    ShapeError,
    SoftmaxLayer,
)

SAMPLES = [
    (CTCLossLayer(Input=(4, 3), Target=2), (0.05, 0.95)),
    (CTCLossLayer(Input=(5, 4), Target=1), (0.05, 0.95)),
    (CTCLossLayer(Input=("Varying", 3), Target=2), (0.05, 0.95)),
]
P = [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.7, 0.2]]
RANDOM = np.random.default_rng(4)


def spelt(path, blank):
    """The labels of a path: equal neighbours merged, blanks left out."""
    return [label for label, _ in itertools.groupby(path) if label != blank]


def by_paths(p, target):
    """The loss as it is defined: every path is gone."""
    steps, classes = np.shape(p)
    paths = itertools.product(range(1, classes + 1), repeat=steps)
    chance = sum(
        prod(p[t][k - 1] for t, k in enumerate(path))
        for path in paths
        if spelt(path, classes) == list(target)
    )
    return -log(chance) if chance else inf


@pytest.mark.parametrize(
    ("target", "loss"),
    [([1, 2], 0.705220), ([1], 2.513306), ([2, 2], 2.764621), ([1, 1], 4.017384)],
)
def test_check_values(target, loss):
    assert CTCLossLayer()({"Input": P, "Target": target}) == pytest.approx(loss, abs=2e-6)
    assert by_paths(P, target) == pytest.approx(loss, abs=1e-6)


def test_what_cannot_come_out():
    data = {"Input": [P, P], "Target": [[1, 1, 2], [1, 2, 1]]}
    layer = CTCLossLayer(Input=(3, 3), Target=3)

    loss, slopes = layer(data), layer(data, NetPortGradient("Input"))

    assert loss[0] == inf
    assert np.isfinite(loss[1])
    assert not slopes[0].any()
    np.testing.assert_allclose(slopes[1] * P, -np.eye(3)[[0, 1, 0]], atol=1e-6)


@pytest.mark.parametrize("target", [[1], [2, 1], [3, 3], [1, 3, 1], [2, 2, 3], [1, 2, 3, 1, 2]])
def test_every_path_counts(target):
    p = RANDOM.dirichlet(np.ones(4), 5)

    got = CTCLossLayer()({"Input": p, "Target": target}, WorkingPrecision="Real64")

    assert got == pytest.approx(by_paths(p, target), rel=1e-12)


def rows(lengths, counts, classes=4):
    """Sequences of probabilities, and of classes."""
    given = [RANDOM.dirichlet(np.ones(classes + 1), length) for length in lengths]
    return {"Input": given, "Target": [RANDOM.integers(1, classes + 1, n) for n in counts]}


@pytest.mark.parametrize(
    ("lengths", "counts"),
    [
        ((5, 9, 7), (2, 4, 3)),
        ((6, 6, 6), (1, 3, 2)),
        ((9, 4, 6), (2, 2, 2)),
        ((9, 3, 5), (9, 3, 5)),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_lengths_that_differ(lengths, counts, together, monkeypatch):
    layer, data = CTCLossLayer(Input=("Varying", 5)), rows(lengths, counts)
    net = NetGraph({"soft": SoftmaxLayer(), "ctc": layer}, [("soft", "ctc")])
    where = "netdsl.engine.run._Running"
    monkeypatch.setattr(f"{where}.{'group' if together else 'padded'}", lambda *_: None)

    losses = net(data, WorkingPrecision="Real64")
    slopes = net(data, NetPortGradient("Input"), WorkingPrecision="Real64")

    monkeypatch.undo()
    for at, (loss, slope) in enumerate(zip(losses, slopes, strict=True)):
        alone = {name: value[at] for name, value in data.items()}
        assert loss == pytest.approx(net(alone, WorkingPrecision="Real64"), rel=1e-12)
        expected = net(alone, NetPortGradient("Input"), WorkingPrecision="Real64")
        np.testing.assert_allclose(slope, expected, rtol=1e-9, atol=1e-12)


def test_exact_where_the_softmax_saturates():
    net = NetGraph([SoftmaxLayer(), CTCLossLayer()], [(1, 2)], Input=(2, 3))
    data = {"Input": [[200.0, 0, 0], [0, 300.0, 0]], "Target": [2, 1]}

    assert net(data) == pytest.approx(500)
    np.testing.assert_allclose(net(data, NetPortGradient("Input")), [[1, -1, 0], [-1, 1, 0]])


def test_a_long_sequence_keeps_its_digits():
    steps, labels = 900, np.arange(300) % 7 + 1
    p = RANDOM.dirichlet(np.ones(8), steps)
    data, layer = {"Input": p, "Target": labels}, CTCLossLayer()

    loss = layer(data)

    assert loss == pytest.approx(layer(data, WorkingPrecision="Real64"), rel=1e-5)
    # At each step some place is passed: the shares of all classes add up to 1.
    shares = layer(data, NetPortGradient("Input")) * p
    np.testing.assert_allclose(shares.sum(axis=1), -1, rtol=1e-2)


def test_a_training_learns_to_spell():
    net = NetInitialize(NetChain([LinearLayer((6, 4)), SoftmaxLayer()], Input=3))
    x, y = np.eye(3, dtype=np.float32), [[1, 2], [3, 3], [2, 1]]
    options = {"MaxTrainingRounds": 200, "LearningRate": 0.05, "TrainingProgressReporting": None}

    trained = NetTrain(net, (x, y), LossFunction=CTCLossLayer(), **options)

    found = [spelt(np.argmax(p, axis=1) + 1, 4) for p in trained(x)]
    assert found == y


def test_a_training_on_lengths_that_differ(monkeypatch):
    per_step = NetChain([LongShortTermMemoryLayer(4), SoftmaxLayer()], Input=("Varying", 2))
    x = [RANDOM.normal(size=(length, 2)) for length in (4, 7, 5, 6)]
    y = [[1], [2, 2, 1], [3, 1], [1, 2]]
    options = {"MaxTrainingRounds": 3, "TrainingProgressReporting": None}
    options |= {"LossFunction": CTCLossLayer(), "WorkingPrecision": "Real64"}

    with monkeypatch.context() as patch:
        patch.setattr("netdsl.train.runner.Runner._groups", None)
        together = NetTrain(per_step, (x, y), "RoundLossList", **options)
    monkeypatch.setattr("netdsl.train.runner.Runner._padded", lambda *_: None)
    apart = NetTrain(per_step, (x, y), "RoundLossList", **options)

    np.testing.assert_allclose(together, apart, rtol=1e-9)


def test_an_output_of_a_net_that_is_a_loss():
    net = NetGraph(
        {"out": LinearLayer((4, 3)), "soft": SoftmaxLayer(), "ctc": CTCLossLayer()},
        [("out", "soft", "ctc"), ("ctc", NetPort("Surprise"))],
        Input=2,
    )
    data = {"Input": [[1.0, 2], [2, 1]], "Target": [[1, 2], [2, 1]]}

    losses = NetTrain(
        net, data, "RoundLossList", MaxTrainingRounds=30, TrainingProgressReporting=None
    )

    assert losses[-1] < losses[0]


def test_the_classes_of_the_target_say_those_of_the_input():
    layer = CTCLossLayer(Input=("t", 4), Target="Varying")

    assert layer.port("Target").last == 3
    with pytest.raises(DataError) as error:
        layer({"Input": np.ones((3, 4)) / 4, "Target": [1, 4]})
    assert (error.value.facts["port"], error.value.facts["got"]) == ("Target", 4)


@pytest.mark.parametrize(
    ("given", "port"),
    [
        ({"Input": 3}, "Input"),
        ({"Input": (4, 1)}, "Input"),
        ({"Target": (2, 3)}, "Target"),
    ],
)
def test_sizes_that_do_not_fit(given, port):
    with pytest.raises(ShapeError) as error:
        CTCLossLayer(**given)
    assert error.value.facts["port"] == port


def test_more_labels_than_steps_in_the_data():
    for layer in (CTCLossLayer(), CTCLossLayer(Input=(3, 3), Target=4)):
        data = {"Input": P, "Target": [1, 2, 1, 2]}

        assert layer(data) == inf
        np.testing.assert_array_equal(layer(data, NetPortGradient("Input")), np.zeros((3, 3)))


@pytest.mark.parametrize("together", [True, False])
def test_more_labels_than_steps_in_one_of_several_lengths(together, monkeypatch):
    p = RANDOM.dirichlet(np.ones(3), 7)
    layer = CTCLossLayer(Input=("Varying", 3))
    monkeypatch.setattr(
        f"netdsl.engine.run._Running.{'group' if together else 'padded'}", lambda *_: None
    )

    got = layer({"Input": [p, p[:2]], "Target": [[1, 2], [1, 2, 1]]})

    monkeypatch.undo()
    assert got[1] == inf
    assert got[0] == pytest.approx(layer({"Input": p, "Target": [1, 2]}), rel=1e-5)
