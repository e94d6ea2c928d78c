"""Training of nets that share arrays: each is learned once, by the sum of its gradients."""

import numpy as np
import pytest

from netdsl import (
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    MeanSquaredLossLayer,
    NetArray,
    NetChain,
    NetExtract,
    NetGraph,
    NetInitialize,
    NetInsertSharedArrays,
    NetPort,
    NetPortGradient,
    NetTrain,
    SequenceLastLayer,
    SettingError,
    Tanh,
)
from netdsl.engine.compiled import set_arrays
from netdsl.spec.sharing import shared_at
from netdsl.train.parameters import Parameters
from netdsl.train.settings import rates_of
from netdsl.train.task import prepare

RATE, ROUNDS = 0.05, 4


def with_loss(net):
    """The net with a loss, so that its gradients are those of the training."""
    edges = [("net", NetPort("loss", "Input")), (NetPort("Wanted"), NetPort("loss", "Target"))]
    return NetGraph({"net": net, "loss": MeanSquaredLossLayer()}, edges)


def siamese():
    tower = NetInsertSharedArrays(NetChain([4, Tanh, LinearLayer(2)], Input=3), "tower/")
    net = {"l": tower, "r": tower, "own": LinearLayer(2), "loss": MeanSquaredLossLayer()}
    net = NetGraph(net, [("l", "own"), (["own", "r"], "loss")])
    random = np.random.default_rng(1)
    return net, {name: random.normal(size=(6, 3)) for name in net.input_names}


def tied():
    layers = {
        "code": LinearLayer(3, Weights=NetArray("W")),
        "act": Tanh,
        "back": LinearLayer(3, Weights=NetArray("W"), Biases=None),
    }
    random = np.random.default_rng(2)
    data = {"Input": random.normal(size=(5, 3)), "Wanted": random.normal(size=(5, 3))}
    return with_loss(NetChain(layers, Input=3)), data


def ragged():
    gates = dict.fromkeys(("InputGateInputWeights", "OutputGateInputWeights"), NetArray("G"))
    layers = [
        LongShortTermMemoryLayer(3, Input=("Varying", 2), **gates),
        LinearLayer(1, Input=3),
    ]
    net = NetChain([layers[0], SequenceLastLayer(), layers[1]])
    random = np.random.default_rng(3)
    examples = [random.normal(size=(length, 2)) for length in (4, 2, 5, 2, 1)]
    return with_loss(net), {"Input": examples, "Wanted": random.normal(size=(5, 1))}


def by_hand(net, data):
    """The net after some steps downhill, each array's gradients added up over its places."""
    count = len(next(iter(data.values())))
    values = set_arrays(net)
    groups = {place: [place] for place in values}
    for places in net.shapes.shared.values():
        groups |= dict.fromkeys(places, places)
    net = net.with_parts({place: NetArray(Array=value) for place, value in values.items()})
    for _ in range(ROUNDS):
        slopes = {
            place: np.asarray(net(data, NetPortGradient(*place), WorkingPrecision="Real64"))
            for place in groups
        }
        new = {
            place: np.asarray(NetExtract(net, list(place)))
            - RATE * sum(slopes[one] for one in group) / count
            for place, group in groups.items()
        }
        net = net.with_parts(new)
    return net


@pytest.mark.parametrize("made", [siamese, tied, ragged])
def test_training_is_by_the_sum_of_the_gradients(made):
    net, data = made()
    net = NetInitialize(net)

    trained = NetTrain(
        net,
        data,
        Method=["SGD", {"Momentum": 0}],
        LearningRate=RATE,
        BatchSize=6,
        MaxTrainingRounds=ROUNDS,
        WorkingPrecision="Real64",
        TrainingProgressReporting=None,
    )

    expected, start = set_arrays(by_hand(net, data)), set_arrays(net)
    for place, value in set_arrays(trained).items():
        np.testing.assert_allclose(value, expected[place], rtol=1e-9, atol=1e-12)
        assert not np.array_equal(value, start[place])
    for places in trained.shapes.shared.values():
        first, *rest = (shared_at(trained, place).Array for place in places)
        assert all(copy is first for copy in rest)
    assert trained.shapes.shared == net.shapes.shared


@pytest.mark.parametrize("made", [siamese, tied, ragged])
def test_the_vector_has_it_once(made):
    net, data = made()
    task = prepare(NetInitialize(net), data, "Loss", np.float64)
    parameters = Parameters(task.arrays, rates_of(task, 1), np.float64)

    firsts = [places[0] for places in net.shapes.shared.values()]
    others = [place for places in net.shapes.shared.values() for place in places[1:]]
    assert set(firsts) <= set(parameters.views)
    assert not set(others) & set(parameters.views)
    size = sum(view.size for view in parameters.views.values())
    assert size == Information(net, "ArraysTotalElementCount")


def test_one_place_that_does_not_learn_holds_for_all():
    net, data = tied()
    net = NetInitialize(net)
    options = {"MaxTrainingRounds": 2, "TrainingProgressReporting": None}

    rates = {("net", "code", "Weights"): 0}
    frozen = NetTrain(net, data, LearningRateMultipliers=rates, **options)

    np.testing.assert_array_equal(frozen[NetArray("W")], net[NetArray("W")])
    assert (frozen["net", "code", "Biases"] != net["net", "code", "Biases"]).all()
    with pytest.raises(SettingError) as error:
        NetTrain(
            net,
            data,
            LearningRateMultipliers={("net", "code"): 0, ("net", "back"): 1},
            **options,
        )
    assert error.value.facts["array"] == "'W'"


@pytest.mark.parametrize("given", ["net", "loss"])
def test_a_loss_net_may_share_arrays_with_the_net(given):
    value = [[0.5, -0.25], [1.0, 2.0]]
    arrays = {key: NetArray("W", Array=value) for key in (given,)}
    net = LinearLayer(2, Input=2, Weights=arrays.get("net", NetArray("W")))
    seen = LinearLayer(2, Weights=arrays.get("loss", NetArray("W")), Biases=None)
    loss = NetGraph(
        {"seen": seen, "loss": MeanSquaredLossLayer()},
        [("seen", NetPort("loss", "Input")), (NetPort("Target"), NetPort("loss", "Target"))],
    )
    data = (np.eye(2), np.eye(2)[::-1])
    options = {"LossFunction": loss, "MaxTrainingRounds": 1, "TrainingProgressReporting": None}

    whole = NetTrain(net, data, "TrainingNet", LearningRate=1e-9, **options)

    np.testing.assert_allclose(whole[NetArray("W")], value, atol=1e-6)
    assert len(whole.shapes.shared["W"]) == 2
