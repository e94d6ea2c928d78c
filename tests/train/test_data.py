"""Every form of training data means the same; what does not fit is refused with its place."""

import numpy as np
import pytest

from netdsl.coders import NetDecoder
from netdsl.errors import DataError, SettingError, ShapeError, UninitializedError
from netdsl.functions import LogisticSigmoid, Tanh
from netdsl.layers import (
    CrossEntropyLossLayer,
    LinearLayer,
    MeanSquaredLossLayer,
    ParametricRampLayer,
    SoftmaxLayer,
)
from netdsl.nets.chain import NetChain
from netdsl.nets.graph import NetGraph
from netdsl.nets.netport import NetPort
from netdsl.symbols import Automatic
from netdsl.train import NetTrain

X = [[1.0, 2.0], [3.0, -1.0], [0.5, 0.0], [2.0, 2.0], [-1.0, 1.0]]
Y = [0.5, 1.5, -1.0, 2.0, 0.0]
NET = NetChain([3, Tanh, LinearLayer(())])
CHANCE = NetChain([LinearLayer(1), LogisticSigmoid])
CLASSES = NetChain([LinearLayer(), SoftmaxLayer()])


def train(net, data, prop="TrainedNet", **options):
    options = {"MaxTrainingRounds": 3, "TrainingProgressReporting": None, **options}
    return NetTrain(net, data, prop, BatchSize=2, **options)


@pytest.mark.parametrize(
    "data",
    [
        [(x, y) for x, y in zip(X, Y, strict=True)],
        {tuple(x): y for x, y in zip(X, Y, strict=True)},
        (X, Y),
        (np.array(X), np.float32(Y)),
        (np.array(X), Y),
        {"Input": X, "Output": np.array(Y)},
        {"Output": tuple(Y), "Input": tuple(map(tuple, X))},
        [{"Input": x, "Output": y} for x, y in zip(X, Y, strict=True)],
        lambda: zip(X, Y, strict=True),
    ],
    ids=["pairs", "dict", "lists", "arrays", "mixed", "ports", "tuples", "rows", "zip"],
)
def test_forms_are_equivalent(data):
    data = data() if callable(data) else data
    assert train(NET, data) == train(NET, list(zip(X, Y, strict=True)))


def test_loss_layers_in_the_net_take_their_ports_by_name():
    net = NetGraph({"n": NET, "loss": MeanSquaredLossLayer()}, [("n", NetPort("loss", "Input"))])
    data = {"Input": X, "Target": Y}

    rows = [{"Input": x, "Target": y} for x, y in zip(X, Y, strict=True)]
    assert train(net, data) == train(net, rows)
    with pytest.raises(DataError) as error:
        train(net, (X, Y))
    assert error.value.facts["expected"] == "{'Input': [...], 'Target': [...]}"


def test_what_is_open_comes_from_the_data():
    trained = train(NetChain([LinearLayer()]), (X, [[1, 2, 3]] * 5))

    assert trained.port("Input").dims == (2,)
    assert trained.port("Output").dims == (3,)
    assert train(NetChain([ParametricRampLayer(())], Input=("n",)), (X, X)).port("Input").dims == (
        "n",
    )
    assert train(NetChain([LinearLayer(2)], Input=("n",)), (X, X)).port("Input").dims == (2,)


def test_labels_attach_a_decoder():
    net = NetChain([LinearLayer(), SoftmaxLayer()])

    trained = train(net, (X, ["dog", "cat", "dog", "emu", "cat"]))

    assert trained.port_setting("Output") == NetDecoder("Class", ["cat", "dog", "emu"])
    assert trained.port("Output").dims == (3,)


def test_truth_values():
    truth = [True, False, True, True, False]
    chances = NetChain([LinearLayer(()), LogisticSigmoid])
    classes = NetChain([LinearLayer(), SoftmaxLayer()])

    assert train(chances, (X, truth)).port_setting("Output") == NetDecoder("Boolean")
    assert train(classes, (X, truth)).port_setting("Output") == NetDecoder("Class", [False, True])
    assert train(NET, (X, truth)) == train(NET, (X, [1, 0, 1, 1, 0]))


def test_a_decoder_encodes_the_targets():
    net = NetChain([LinearLayer(), SoftmaxLayer()], Output=NetDecoder("Class", ["b", "a"]))
    plain = NetChain([LinearLayer(2), SoftmaxLayer()])

    labelled = train(net, (X, list("abbab")), "RoundLossList")

    assert labelled == train(plain, (X, [2, 1, 1, 2, 1]), "RoundLossList")


def test_sequences_of_several_lengths_are_as_one_by_one():
    net = ParametricRampLayer((), Slope=0.5, Input=("Varying",))
    x = [[-1.0, 2], [3, -4, 5], [-1, -2, -3], [-4, -5], [-1, -2, -4], [-2.0]]
    y = [[2 * v for v in row] for row in x]
    slope = 0.5
    for _ in range(3):
        grads = [np.mean([2 * (slope * v - 2 * v) * v if v < 0 else 0 for v in row]) for row in x]
        slope -= 0.01 * np.mean(grads)

    results = NetTrain(
        net,
        (x, y),
        ["TrainedNet", "RoundLossList"],
        Method=["SGD", {"Momentum": 0}],
        LearningRate=0.01,
        MaxTrainingRounds=3,
        TrainingProgressReporting=None,
    )

    np.testing.assert_allclose(results[0].Slope, slope, rtol=1e-6)
    first = [np.mean([(0.5 * v - 2 * v) ** 2 if v < 0 else v * v for v in row]) for row in x]
    np.testing.assert_allclose(results[1][0], np.mean(first), rtol=1e-6)


@pytest.mark.parametrize(
    ("net", "data", "facts"),
    [
        (NET, (X, Y[:4]), {"port": "Output", "expected": 5, "got": 4}),
        (NET, ([*X[:4], [1, np.nan]], Y), {"got": "nan in example 5, position (2,)"}),
        (NET, (X, [*Y[:4], np.inf]), {"port": "Output", "got": "inf in example 5"}),
        (NET, (X, [*Y[:4], 1e300]), {"port": "Output", "got": "inf in example 5"}),
        (NET, ([*X[:4], [1, "2"]], Y), {"port": "Input"}),
        (NET, (X, [*Y[:4], "2"]), {"port": "Output"}),
        (NET, (X, [[1, 2]] * 5), {"port": "Output", "expected": "rank 1 (a batch of real)"}),
        (NET, (X, np.ones((5, 1))), {"port": "Output", "expected": "5", "got": "5 x 1",
         "nearest": "y[:, 0], or LinearLayer(1) as the last layer"}),
        (LinearLayer(1), (X, np.ones(5)), {"port": "Output", "expected": "5 x 1", "got": "5",
         "nearest": "y[:, None], or LinearLayer(()) as the last layer"}),
        (CHANCE, (X, Y), {"nearest": "np.array(y)[:, None], or LinearLayer(()) as the last "
         "LinearLayer"}),
        (CHANCE, (X, np.array(Y) > 0), {"expected": "5 x 1", "got": "5"}),
        (LinearLayer((), Input=1), (np.ones(5), Y), {"port": "Input", "nearest": "x[:, None]"}),
        (LinearLayer(3), (X, [[1, 2]] * 5), {"port": "Output", "expected": "3", "got": "2"}),
        (LinearLayer(3, Input=4), (X, X), {"port": "Input", "expected": "4", "got": "2"}),
        (NetChain([2, SoftmaxLayer()]), (X, [1, 0, 2, 1, 1]),
         {"got": 0, "expected": "integers from 1 to 2", "because": "classes count from 1",
          "nearest": "y + 1"}),
        (NetChain([2, SoftmaxLayer()]), (X, [1, 3, 2, 1, 1]), {"got": 3}),
        (NetChain([2, SoftmaxLayer()], Output=NetDecoder("Class", ["a", "b"])), (X, list("abbac")),
         {"port": "Output", "got": "'c'"}),
        (NET, [], {"got": "[]"}),
        (NET, ([], []), {"got": "none"}),
        (NET, 3, {"got": "3"}),
        (NET, [[1, 2], [3, 4]], {"got": "[[1, 2], [3, 4]]", "expected": "[(x, y), ...]",
         "nearest": "[tuple(pair) for pair in data]"}),
        (NET, [X, Y], {"nearest": "(X, Y) in place of [X, Y]"}),
        (NET, (pair for pair in zip(X, Y, strict=True)), {"nearest": "list(data)"}),
        (NET, (list("abcab"), Y), {"port": "Input",
         "expected": 'numbers; or Input=NetEncoder("Class", [...])',
         "nearest": 'Input=NetEncoder("Class", sorted(set(x)), "IndicatorVector")'}),
        (NET, ([1.0, None, 2, 3, 4], Y), {"port": "Input", "got": "None in example 2"}),
        (CLASSES, (X, ["a", "b", None, "a", "b"]), {"port": "Output", "got": "None in example 3"}),
        (CLASSES, (X, ["a", "b", np.nan, "a", "b"]), {"got": "nan in example 3"}),
        (NET, (X, [*Y[:4], None]), {"port": "Output", "got": "None in example 5"}),
        (CLASSES, (X, ["a"] * 5), {"expected": "two labels or more", "got": "'a'"}),
        (NetChain([LinearLayer(()), LogisticSigmoid]), (X, ["yes", "no", "no", "yes", "no"]),
         {"expected": "True and False; or labels, with SoftmaxLayer() as the last layer",
          "nearest": "[label == 'yes' for label in y]"}),
        (NET, {"Input": X, "Ouput": Y}, {"got": "'Ouput'", "nearest": "Output"}),
        (NET, {"Input": X}, {"port": "Output"}),
        (NET, {"Input": X, "Output": 3}, {"port": "Output", "got": "3"}),
        (NET, [{"Input": X[0], "Output": 1}, {"Input": X[0]}], {"got": "Input in example 2"}),
        (NET, ([[[1, 2], [3]]], [1]), {"port": "Input"}),
    ],
)  # fmt: skip
def test_data_that_do_not_fit(net, data, facts):
    with pytest.raises(DataError) as error:
        train(net, data)
    assert facts.items() <= error.value.facts.items()


@pytest.mark.parametrize(
    ("net", "data", "facts"),
    [
        (NET, ([[1, 2], [1, 2, 3]], [1, 2]), {"array": "Weights"}),
        (NetChain([2, SoftmaxLayer()]), (X, list("abcab")), {"expected": 3, "got": 2}),
    ],
)
def test_sizes_that_disagree(net, data, facts):
    with pytest.raises(ShapeError) as error:
        train(net, data)
    assert facts.items() <= error.value.facts.items()
    assert error.value.facts["data"].startswith("Input: vector of size ")


def test_labels_are_called_so_in_the_summary_of_the_data():
    with pytest.raises(ShapeError) as error:
        train(NetChain([2, SoftmaxLayer()]), (X, list("abcab")))
    assert error.value.facts["data"] == "Input: vector of size 2; Output: labels"


@pytest.mark.parametrize("targets", [list("abbac"), [1, 3, 2, 1, 1]])
def test_only_a_number_below_1_tells_that_classes_count_from_1(targets):
    net = NetChain([2, SoftmaxLayer()], Output=NetDecoder("Class", ["a", "b"]))
    with pytest.raises(DataError) as error:
        train(net, (X, targets))
    assert "because" not in error.value.facts


@pytest.mark.parametrize("loss", [Automatic, CrossEntropyLossLayer("Index")])
def test_integers_leave_the_number_of_classes_open(loss):
    with pytest.raises(UninitializedError) as error:
        train(CLASSES, (X, [1, 2, 3, 1, 1]), LossFunction=loss)
    assert error.value.facts["got"] == "integers from 1 to 3"
    assert error.value.facts["nearest"] == (
        'LinearLayer(3) as the last LinearLayer, or Output=NetDecoder("Class", [...])'
    )


def test_sequences_of_integers_are_no_probabilities():
    targets = [[1, 2], [3, 1], [1, 1], [2, 3], [1, 2]]
    with pytest.raises(UninitializedError) as error:
        train(CLASSES, (X, targets))
    assert error.value.facts["nearest"].startswith("LinearLayer((2, 3)) as ")
    trained = train(NetChain([LinearLayer((2, 3)), SoftmaxLayer()]), (X, targets))
    assert trained.port("Output").dims == (2, 3)


def test_vectors_of_probabilities_say_how_many_classes_there_are():
    one_hot = np.eye(3)[[0, 1, 2, 0, 1]]

    trained, training = train(CLASSES, (X, one_hot), ["TrainedNet", "TrainingNet"])

    assert trained.port("Output").dims == (3,)
    assert training.at(("Loss",)).Form == "Probabilities"
    fixed = NetChain([3, SoftmaxLayer()])
    assert train(CLASSES, (X, one_hot), "RoundLossList") == train(
        fixed, (X, one_hot), "RoundLossList"
    )
    assert train(CLASSES, (X, [[0.25, 0.75]] * 5)).port("Output").dims == (2,)


def test_missing_values_are_labels_where_a_decoder_says_so():
    net = NetChain([2, SoftmaxLayer()], Output=NetDecoder("Class", [None, "a"]))

    assert train(net, (X, ["a", None, "a", "a", None])).port("Output").dims == (2,)


# ---- the data to validate with -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (0.2, {"got": "0.2", "nearest": "Scaled(0.2)"}),
        (3, {"got": "3", "expected": "data, or Scaled(f) for a fraction f of the data"}),
    ],
)
def test_a_number_to_validate_with(data, facts):
    with pytest.raises(SettingError) as error:
        train(NET, (X, Y), ValidationSet=data)
    assert error.value.facts["setting"] == "ValidationSet"
    assert facts.items() <= error.value.facts.items()


@pytest.mark.parametrize(
    "data", ["x", (X,), (X, Y[:3]), (X, X), ([], []), {"Input": X}, (X, np.ones((5, 1)))]
)
def test_errors_in_validation_data_name_the_setting(data):
    with pytest.raises(DataError) as error:
        train(NET, (X, Y), ValidationSet=data)
    assert error.value.facts["setting"] == "ValidationSet"
    assert "training" not in str(error.value)
