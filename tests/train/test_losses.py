"""Which loss a training minimizes."""

import numpy as np
import pytest

from netdsl.coders import NetDecoder
from netdsl.errors import DataError, SettingError
from netdsl.functions import Abs, LogisticSigmoid, Tanh
from netdsl.layers import (
    CrossEntropyLossLayer,
    ElementwiseLayer,
    LinearLayer,
    MeanSquaredLossLayer,
    SoftmaxLayer,
)
from netdsl.nets.chain import NetChain
from netdsl.nets.graph import NetGraph
from netdsl.nets.initialize import NetInitialize
from netdsl.nets.netport import NetPort
from netdsl.symbols import Automatic, Scaled
from netdsl.train import NetTrain

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(6, 3)).astype(np.float32)
P = np.abs(X) / np.abs(X).sum(axis=1, keepdims=True)
INDEX = [1, 3, 2, 2, 1, 3]


def train(net, data, prop=("TrainingNet", "RoundLoss", "RoundMeasurements"), **options):
    """One round of one batch: its loss is that of the initial net."""
    options = {"MaxTrainingRounds": 1, "TrainingProgressReporting": None, **options}
    return NetTrain(net, data, list(prop) if isinstance(prop, tuple) else prop, **options)


def initial(net):
    net = NetInitialize(net.with_ports({"Input": 3}))
    return net, net(X)


@pytest.mark.parametrize(
    ("last", "targets", "layer"),
    [
        ([3, SoftmaxLayer()], INDEX, CrossEntropyLossLayer("Index")),
        ([3, SoftmaxLayer()], P, CrossEntropyLossLayer("Probabilities")),
        ([3, LogisticSigmoid], P, CrossEntropyLossLayer("Binary")),
        ([3, NetChain([NetChain(["Sigmoid"])])], P, CrossEntropyLossLayer("Binary")),
        ([NetChain([3]), Tanh], P, MeanSquaredLossLayer()),
        ([3], P, MeanSquaredLossLayer()),
    ],
)
def test_the_automatic_loss_suits_the_last_layer(last, targets, layer):
    net, outputs = initial(NetChain(last))

    training, loss, _ = train(NetChain(last), (X, targets))

    assert training.at(("Loss",)) == layer
    want = np.mean(
        [layer({"Input": o, "Target": t}) for o, t in zip(outputs, targets, strict=True)]
    )
    np.testing.assert_allclose(loss, want, rtol=1e-6)
    assert train(net, (X, targets), LossFunction=layer)[1] == loss


def test_error_rate_of_classifiers():
    net, outputs = initial(NetChain([3, SoftmaxLayer()]))
    wrong = np.mean(outputs.argmax(axis=1) + 1 != INDEX)
    assert 0 < wrong < 1
    assert train(net, (X, INDEX))[2]["ErrorRate"] == wrong
    wrong = np.mean(outputs.argmax(axis=1) != P.argmax(axis=1))
    assert train(net, (X, P))[2]["ErrorRate"] == wrong

    net, outputs = initial(NetChain([2, LogisticSigmoid]))
    truth = X[:, :2] > 0
    np.testing.assert_allclose(
        train(net, (X, truth))[2]["ErrorRate"], np.mean((outputs >= 0.5) != truth)
    )
    assert train(NetChain([3]), (X, P))[2].keys() == {"Loss"}


def test_a_loss_in_the_net_is_used():
    net = NetGraph(
        {"n": LinearLayer(3), "p": SoftmaxLayer(), "loss": CrossEntropyLossLayer("Index")},
        [("n", "p", NetPort("loss", "Input")), ("p", NetPort("Output"))],
    )

    training, loss, measured = train(net, {"Input": X, "Target": INDEX})

    assert training.input_names == net.input_names
    assert loss == pytest.approx(train(NetChain([3, SoftmaxLayer()]), (X, INDEX))[1], rel=1)
    assert 0 <= measured["ErrorRate"] <= 1
    got = training({"Input": X, "Target": INDEX})
    assert set(got) == {"Output", "Loss"}


TWO = NetInitialize(
    NetGraph({"a": LinearLayer(4), "b": LinearLayer(2), "c": LinearLayer(())}, [("a", "b"),
             ("a", "c")], Input=3)
)  # fmt: skip
TARGETS = {"Output1": X[:, :2], "Output2": X[:, 2]}
FIRST = float(np.mean((TWO(X, "Output1") - X[:, :2]) ** 2))
SECOND = float(np.mean((TWO(X, "Output2") - X[:, 2]) ** 2))
RAW = float(np.sum(TWO(X, "Output1")) / 6)


@pytest.mark.parametrize(
    ("setting", "targets", "loss"),
    [
        (Automatic, ("Output1", "Output2"), FIRST + SECOND),
        ({"Output1": Automatic}, ("Output1",), FIRST),
        (("Output2", MeanSquaredLossLayer()), ("Output2",), SECOND),
        ({"Output2": (MeanSquaredLossLayer(), Scaled(-3))}, ("Output2",), -3 * SECOND),
        (("Output2", MeanSquaredLossLayer(), Scaled(0.5)), ("Output2",), SECOND / 2),
        ("Output1", (), RAW),
        (["Output1", ("Output2", Scaled(2))], ("Output2",), RAW + 2 * SECOND),
        ([("Output1", Automatic), {"Output2": Automatic}], ("Output1", "Output2"), FIRST + SECOND),
    ],
)
def test_settings_for_several_outputs(setting, targets, loss):
    data = {"Input": X} | {name: TARGETS[name] for name in targets}

    got, parts = train(TWO, data, ("RoundLoss", "RoundMeasurements"), LossFunction=setting)

    assert got == pytest.approx(loss, rel=1e-5)
    assert sum(parts.values()) == pytest.approx(loss * (2 if len(parts) > 1 else 1), rel=1e-5)


def test_gradients_follow_the_scaled_losses():
    options = {"Method": ["SGD", {"Momentum": 0}], "LearningRate": 1e-3}
    data = {"Input": X, **TARGETS}

    def moved(data, setting):
        net = train(TWO, data, "TrainedNet", LossFunction=setting, **options)
        return net.at(("a",)).Weights - TWO.at(("a",)).Weights

    one = moved({"Input": X, "Output1": TARGETS["Output1"]}, {"Output1": Automatic})
    two = moved({"Input": X, "Output2": TARGETS["Output2"]}, {"Output2": Automatic})
    both = moved(data, {"Output1": (Automatic, Scaled(-2)), "Output2": Automatic})
    np.testing.assert_allclose(both, two - 2 * one, atol=1e-6)


def test_a_loss_net_without_target():
    loss = NetChain([ElementwiseLayer(Abs)])
    net, outputs = initial(NetChain([2]))

    got = train(NetChain([2]), {"Input": X}, LossFunction=loss)[1]

    assert got == pytest.approx(np.abs(outputs).sum() / 6, rel=1e-6)
    assert train(net, X, LossFunction=loss)[1] == got


def test_a_loss_net_with_several_outputs_and_inputs():
    loss = NetGraph(
        {"near": MeanSquaredLossLayer(), "far": MeanSquaredLossLayer()},
        [
            (NetPort("Input"), NetPort("near", "Input")),
            (NetPort("Input"), NetPort("far", "Input")),
            (NetPort("Target"), NetPort("near", "Target")),
            (NetPort("Side"), NetPort("far", "Target")),
            (NetPort("near", "Loss"), NetPort("Near")),
            (NetPort("far", "Loss"), NetPort("Far")),
        ],
    )
    _, outputs = initial(NetChain([3]))

    training, got, parts = train(
        NetChain([3]), {"Input": X, "Output": P, "Side": X}, LossFunction=loss
    )

    near, far = np.mean((outputs - P) ** 2), np.mean((outputs - X) ** 2)
    assert got == pytest.approx(near + far, rel=1e-6)
    assert parts == pytest.approx({"Loss": near + far, "LossNear": near, "LossFar": far}, rel=1e-6)
    assert set(training.input_names) == {"Input", "Output", "Side"}


def test_a_loss_net_may_learn_too():
    loss = NetGraph({"a": LinearLayer(3), "b": MeanSquaredLossLayer()}, [
        (NetPort("Input"), "a", NetPort("b", "Input")), (NetPort("Target"), NetPort("b", "Target"))
    ])  # fmt: skip

    trained, training = train(
        NetChain([2]), (X, P), ("TrainedNet", "TrainingNet"), LossFunction=loss
    )

    assert trained.output_names == ("Output",)
    assert training.at(("Loss", "a")).Weights.shape == (3, 2)


def test_truth_values_and_labels_with_a_decoder():
    net = NetChain([2], Output=NetDecoder("Class", ["u", "v"]))
    as_vectors = [[1, 0], [0, 1], [0, 1]]

    loss = train(net, (X[:3], ["u", "v", "v"]))[1]

    assert loss == train(NetChain([2]), (X[:3], as_vectors))[1]


@pytest.mark.parametrize(
    ("setting", "facts"),
    [
        (MeanSquaredLossLayer, {"nearest": "MeanSquaredLossLayer()"}),
        ("Ouput1", {"nearest": "Output1"}),
        ({"Loss": Automatic}, {"got": "'Loss'"}),
        (MeanSquaredLossLayer(), {"setting": "LossFunction", "got": "MeanSquaredLossLayer()"}),
        ([], {"got": "[]"}),
        (3, {"got": "3"}),
        (("Output1", 3), {"got": "3"}),
        (["Output1", "Output1"], {"expected": "one loss for each output, not two for 'Output1'"}),
        ({"Output1": NetGraph([LinearLayer(())], [(NetPort("x"), 1)])}, {"got": "x"}),
    ],
)
def test_settings_that_are_no_losses(setting, facts):
    with pytest.raises(SettingError) as error:
        train(TWO, {"Input": X, **TARGETS}, LossFunction=setting)
    assert error.value.facts["setting"] == "LossFunction"
    assert facts.items() <= error.value.facts.items()


def test_labels_need_probabilities():
    with pytest.raises(DataError) as error:
        train(NetChain([2]), (X[:2], ["a", "b"]))
    assert error.value.facts["port"] == "Output"


# ---- an output as the loss itself --------------------------------------------------------------

HEADS = NetGraph(
    {"s": NetChain([2, SoftmaxLayer()]), "v": LinearLayer(())},
    [("s", NetPort("Species")), ("v", NetPort("Size"))],
    Input1=3,
    Input2=3,
)
INPUTS = {"Input1": X, "Input2": X}


@pytest.mark.parametrize(
    ("port", "setting", "data"),
    [
        ("Species", "Species", INPUTS),
        ("Species", "Species", INPUTS | {"Species": list("abbaab")}),
        ("Species", ["Size", "Species"], INPUTS),
        ("Size", "Size", INPUTS | {"Size": X[:, 0]}),
        ("Size", "Size", [{"Input1": x, "Input2": x, "Size": 1} for x in X]),
    ],
)
def test_an_output_that_is_no_loss(port, setting, data):
    with pytest.raises(SettingError) as error:
        train(HEADS, data, LossFunction=setting)
    assert error.value.facts["setting"] == "LossFunction"
    assert error.value.facts["nearest"] == f'LossFunction={{"{port}": Automatic}}'


def test_the_error_rate_beside_other_losses():
    data = INPUTS | {"Species": [1, 2, 2, 1, 1, 2], "Size": X[:, 0]}

    measured, validated = train(
        HEADS, data, ("RoundMeasurements", "ValidationMeasurements"), ValidationSet=data
    )

    assert measured.keys() == {"Loss", "SpeciesLoss", "SizeLoss", "ErrorRate"}
    net = train(HEADS, data, "TrainedNet")
    said = net(INPUTS, "Species").argmax(axis=1) + 1
    assert validated["ErrorRate"] == pytest.approx(np.mean(said != data["Species"]))
    alone = train(HEADS, data | {"Species": np.eye(2)[[0, 1, 1, 0, 0, 1]]})[2]
    assert alone["ErrorRate"] == measured["ErrorRate"]
