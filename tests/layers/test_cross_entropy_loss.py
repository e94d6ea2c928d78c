"""CrossEntropyLossLayer: its three forms, probability 0, targets that are no classes."""

import numpy as np
import pytest

from netdsl import (
    CrossEntropyLossLayer,
    DataError,
    LogisticSigmoid,
    NetEncoder,
    NetError,
    NetGraph,
    NetPortGradient,
    ShapeError,
    SoftmaxLayer,
)

SAMPLES = [
    (CrossEntropyLossLayer("Index", Input=3), (0.05, 0.95)),
    (CrossEntropyLossLayer("Index", Input=(2, 5)), (0.05, 0.95)),
    (CrossEntropyLossLayer("Index", Input=("Varying", 3)), (0.05, 0.95)),
    (CrossEntropyLossLayer("Probabilities", Input=(2, 3)), (0.05, 0.95)),
    (CrossEntropyLossLayer("Binary", Input=(2, 3)), (0.05, 0.95)),
    (CrossEntropyLossLayer("Binary", Input="Real"), (0.05, 0.95)),
    (CrossEntropyLossLayer("Probabilities", Target=("Varying", 3)), (0.05, 0.95)),
    (CrossEntropyLossLayer("Binary", Input=("Varying", 2)), (0.05, 0.95)),
]


@pytest.mark.parametrize(
    ("form", "given", "target", "loss"),
    [
        ("Index", [0.1, 0.3, 0.6], 3, 0.510826),
        ("Probabilities", [0.1, 0.3, 0.6], [0.2, 0.3, 0.5], 1.077122),
        ("Binary", 0.8, 1, 0.223144),
        ("Binary", 0.8, 0.3, 1.193550),
        ("Index", [[0.1, 0.9], [0.5, 0.5]], [1, 2], (-np.log(0.1) - np.log(0.5)) / 2),
    ],
)
def test_check_values(form, given, target, loss):
    layer = CrossEntropyLossLayer(form, Input=np.shape(given))

    assert layer({"Input": given, "Target": target}) == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize(
    ("form", "given", "target", "losses"),
    [
        ("Index", [[[0.5, 0.5], [0.25, 0.75]], [[0.125, 0.875]]], [[1, 1], [1]], (1.5, 3)),
        ("Probabilities", [[[0.5, 0.5]] * 3, [[0.25, 0.75]]], [[[0, 1]] * 3, [[1, 0]]], (1, 2)),
        ("Binary", [[0.5, 0.25, 0.125], [0.25]], [[1, 1, 1], [1]], (2, 2)),
        ("Binary", [[0.5, 0.75], [0.125]], [[True, False], [True]], (1.5, 3)),
    ],
)
def test_of_sequences_only_their_own_elements_count(form, given, target, losses):
    layer = CrossEntropyLossLayer(form, Input=("Varying", *np.shape(given[0])[1:]))

    got = layer({"Input": given, "Target": target})

    np.testing.assert_allclose(got, np.array(losses) * np.log(2), rtol=1e-6)


@pytest.mark.parametrize("encoder", [{}, {"Target": NetEncoder("Boolean")}])
@pytest.mark.parametrize(("target", "loss"), [(True, 0.223144), (False, 1.609438)])
def test_truth_values_as_targets(encoder, target, loss):
    layer = CrossEntropyLossLayer("Binary", **{"Input": "Real", **encoder})

    assert layer({"Input": 0.8, "Target": target}) == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("p", [0.2, 0.3, 0.7])
def test_the_slope_of_the_binary_form(p):
    layer = CrossEntropyLossLayer("Binary", Input="Real")

    slope = layer({"Input": p, "Target": 0.3}, NetPortGradient("Input"))

    assert slope == pytest.approx((p - 0.3) / (p * (1 - p)), abs=1e-6)
    assert np.sign(round(slope, 5)) == np.sign(p - 0.3)


def test_gradients_go_to_real_targets():
    data = {"Input": [0.25, 0.75], "Target": [0.5, 0.5]}

    slope = CrossEntropyLossLayer("Probabilities")(data, NetPortGradient("Target"))

    np.testing.assert_allclose(slope, -np.log([0.25, 0.75]), rtol=1e-6)


@pytest.mark.parametrize(
    ("form", "given", "target"),
    [("Index", [0.0, 1.0], 2), ("Probabilities", [0.0, 1.0], [0.0, 1.0]), ("Binary", 0.0, 0.0)],
)
def test_what_is_certain_costs_nothing(form, given, target):
    layer = CrossEntropyLossLayer(form, Input=np.shape(given))

    assert layer({"Input": given, "Target": target}) == 0


@pytest.mark.parametrize(
    ("form", "given", "target"),
    [("Index", [0.0, 1.0], 1), ("Probabilities", [0.0, 1.0], [0.5, 0.5]), ("Binary", 0.0, 1.0)],
)
def test_probability_zero_gives_a_finite_loss_and_gradient(form, given, target):
    layer = CrossEntropyLossLayer(form, Input=np.shape(given))
    data = {"Input": given, "Target": target}

    assert np.isfinite(layer(data))
    assert np.isfinite(layer(data, NetPortGradient("Input"))).all()


def test_the_target_is_a_class():
    layer = CrossEntropyLossLayer("Index", Input=3)
    with pytest.raises(DataError) as error:
        layer({"Input": [0.2, 0.3, 0.5], "Target": 4})
    assert error.value.facts["port"] == "Target"
    assert error.value.facts["got"] == 4


@pytest.mark.parametrize("data", [{"Input": 0.5, "Target": -1}, {"Input": 1.3, "Target": 1}])
def test_probabilities_lie_between_0_and_1(data):
    with pytest.raises(DataError) as error:
        CrossEntropyLossLayer("Binary", Input="Real")(data)
    assert error.value.facts["expected"] == "numbers from 0 to 1"


def test_target_of_the_wrong_rank():
    with pytest.raises(ShapeError) as error:
        CrossEntropyLossLayer("Index", Input=3, Target=3)
    assert error.value.facts["port"] == "Target"


def test_a_misspelt_form():
    with pytest.raises(NetError) as error:
        CrossEntropyLossLayer("Indices")
    assert error.value.facts["nearest"] == "Index"


def test_a_target_of_three_classes_needs_three_probabilities():
    labels = NetEncoder("Class", ["a", "b", "c"])
    assert CrossEntropyLossLayer("Index", Input=4, Target=labels).port("Input").dims == (4,)
    with pytest.raises(ShapeError) as error:
        CrossEntropyLossLayer("Index", Input=2, Target=labels)
    assert error.value.facts["got"] == "integers 1..3"


@pytest.mark.parametrize("x", [-300.0, -17.0, 17.0, 300.0])
def test_exact_where_the_sigmoid_saturates(x):
    net = NetGraph([LogisticSigmoid, CrossEntropyLossLayer("Binary")], [(1, 2)], Input="Real")
    data = {"Input": x, "Target": float(x < 0)}

    assert net(data) == pytest.approx(abs(x), rel=1e-6)
    assert net(data, NetPortGradient("Input")) == pytest.approx(np.sign(x), rel=1e-6)


@pytest.mark.parametrize("form", ["Index", "Probabilities"])
def test_exact_where_the_softmax_saturates(form):
    net = NetGraph([SoftmaxLayer(), CrossEntropyLossLayer(form)], [(1, 2)], Input=2)
    data = {"Input": [200.0, 0.0], "Target": 2 if form == "Index" else [0.0, 1.0]}

    assert net(data) == pytest.approx(200)
    np.testing.assert_allclose(net(data, NetPortGradient("Input")), [1, -1])
