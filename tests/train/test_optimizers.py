"""Each method against its formula, transcribed by hand on float64."""

import numpy as np
import pytest

from netdsl.errors import SettingError
from netdsl.layers import LinearLayer
from netdsl.nets.extract import NetExtract
from netdsl.train import NetTrain
from netdsl.train.method import read_method
from netdsl.train.optimizers import BLOCK, METHODS
from netdsl.train.parameters import Parameters

RANDOM = np.random.default_rng(5)
X, Y = RANDOM.normal(size=(7, 3)), RANDOM.normal(size=7)
START = RANDOM.normal(size=(1, 3))
STEPS = 6


def gradient(w):
    return 2 * (X @ w[0] - Y) @ X / len(X)


def adam(rate, beta1=0.9, beta2=0.999, epsilon=1e-5):
    m = v = 0
    for t in range(1, STEPS + 1):
        g = yield
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        yield rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)


def rmsprop(rate, beta=0.95, epsilon=1e-6, momentum=0.9):
    n = a = d = 0
    for _ in range(STEPS):
        g = yield
        n = beta * n + (1 - beta) * g * g
        a = beta * a + (1 - beta) * g
        d = momentum * d + rate * g / np.sqrt(n - a * a + epsilon)
        yield d


def sgd(rate, momentum=0.93):
    d = 0
    for _ in range(STEPS):
        g = yield
        d = momentum * d + rate * g
        yield d


def sign_sgd(rate, momentum=0.93):
    d = 0
    for _ in range(STEPS):
        g = yield
        d = momentum * d + g
        yield rate * np.sign(d)


def by_hand(method, change=lambda g, w: g, after=lambda w: w, factor=lambda t: 1.0):
    w = START.copy()
    for t, _ in enumerate(method, start=1):
        step = method.send(change(gradient(w), w))
        w = after(w - factor(t) * step)
    return w


def trained(method, **options):
    net = LinearLayer((), Weights=START, Biases=None)
    options = {"TrainingProgressReporting": None, "WorkingPrecision": "Real64", **options}
    result = NetTrain(net, (X, Y), Method=method, MaxTrainingRounds=STEPS, **options)
    return NetExtract(result, "Weights")


@pytest.mark.parametrize(
    ("method", "hand"),
    [
        ("ADAM", adam(0.001)),
        (["ADAM", {"Beta1": 0.8, "Beta2": 0.9, "Epsilon": 0.1}], adam(0.001, 0.8, 0.9, 0.1)),
        ("RMSProp", rmsprop(0.001)),
        (["RMSProp", {"Beta": 0.7, "Epsilon": 0.2, "Momentum": 0}], rmsprop(0.001, 0.7, 0.2, 0)),
        ("SGD", sgd(0.01)),
        (("SGD", {"Momentum": 0.0}), sgd(0.01, 0)),
        ("SignSGD", sign_sgd(0.001)),
        (["SignSGD", {"Momentum": 0.2}], sign_sgd(0.001, 0.2)),
    ],
)
def test_methods_follow_their_formula(method, hand):
    np.testing.assert_allclose(trained(method), by_hand(hand), rtol=1e-12)


def test_learning_rate():
    np.testing.assert_allclose(trained("SGD", LearningRate=0.2), by_hand(sgd(0.2)), rtol=1e-12)


def test_multipliers_scale_the_step():
    got = trained("ADAM", LearningRateMultipliers={"Weights": -3})

    np.testing.assert_allclose(got, by_hand(adam(-0.003)), rtol=1e-12)


def test_gradient_clipping_comes_before_regularization():
    got = trained(["SGD", {"GradientClipping": 0.3, "L2Regularization": 0.5}])

    want = by_hand(sgd(0.01), change=lambda g, w: np.clip(g, -0.3, 0.3) + 0.5 * w)
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_weight_clipping():
    got = trained(["SGD", {"WeightClipping": 0.1}])

    want = by_hand(sgd(0.01), after=lambda w: np.clip(w, -0.1, 0.1))
    np.testing.assert_allclose(got, want, rtol=1e-12)
    assert abs(got).max() == 0.1


def test_schedule_gets_the_batch_and_the_number_of_batches():
    got = trained(["SGD", {"Momentum": 0, "LearningRateSchedule": lambda t, n: 1 - t / (2 * n)}])

    want = by_hand(sgd(0.01, 0), factor=lambda t: 1 - t / (2 * STEPS))
    np.testing.assert_allclose(got, want, rtol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_vectors_of_several_blocks(name):
    size = 2 * BLOCK + 7
    values = {("a",): RANDOM.normal(size=size), ("b",): RANDOM.normal(size=5)}
    whole = Parameters(values, {("a",): 2.0, ("b",): 1.0}, np.float64)
    small = Parameters({("a",): values["a",][-3:]}, {("a",): 2.0}, np.float64)
    method = read_method(name)
    steps = [method.optimizer(parameters, 1) for parameters in (whole, small)]
    for _ in range(3):
        whole.gradients["a",][...] = RANDOM.normal(size=size)
        small.gradients["a",][...] = whole.gradients["a",][-3:]
        for step in steps:
            step.step(0.1)

    np.testing.assert_allclose(whole.views["a",][-3:], small.views["a",], rtol=1e-12)


def test_a_steady_gradient_keeps_rmsprop_finite():
    parameters = Parameters({("a",): np.zeros(999)}, {("a",): 1.0}, np.float32)
    optimizer = read_method(["RMSProp", {"Epsilon": 1e-30}]).optimizer(parameters, 1)
    parameters.gradient[:999] = RANDOM.normal(size=999)
    for _ in range(300):
        optimizer.step(0.001)

    assert np.isfinite(parameters.vector).all()


@pytest.mark.parametrize(
    ("method", "facts"),
    [
        ("Adam", {"got": "'Adam'", "nearest": "ADAM"}),
        (["SGD", {"Momentun": 1}], {"setting": "Method SGD", "nearest": "Momentum"}),
        (["SGD", {"Momentum": 1}], {"setting": "Method SGD, Momentum", "got": "1"}),
        (["ADAM", {"Epsilon": 0}], {"setting": "Method ADAM, Epsilon"}),
        (["ADAM", {"L2Regularization": {"a": 1}}], {"expected": "a number from 0, or None"}),
        (["ADAM", {"LearningRateSchedule": 2}], {"got": "2"}),
        (["ADAM", 0.9], {"expected": "['ADAM', {'Beta1': ...}]"}),
        (3, {"got": "3"}),
    ],
)
def test_unknown_methods_and_options(method, facts):
    with pytest.raises(SettingError) as error:
        trained(method)
    assert facts.items() <= error.value.facts.items()


def test_a_schedule_gives_a_number():
    with pytest.raises(SettingError) as error:
        trained(["ADAM", {"LearningRateSchedule": lambda t, n: None}])
    assert error.value.facts["got"] == "None for batch 1"
