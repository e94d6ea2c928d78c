"""DropoutLayer: how much it leaves out, what it keeps, seeds, the mask, gradients."""

import numpy as np
import pytest

from netdsl import (
    All,
    DropoutLayer,
    ElementwiseLayer,
    LinearLayer,
    NetChain,
    NetPortGradient,
    NetTrain,
    SettingError,
)

SAMPLES = [
    DropoutLayer(Input=3),
    DropoutLayer(0.2, Method="AlphaDropout", Input=("Varying", 2)),
    DropoutLayer(1, OutputPorts=["BinaryMask", "Output"], Input=(2, "w")),
    DropoutLayer(0, OutputPorts="BinaryMask", Input=()),
]

TRAIN = {"NetEvaluationMode": "Train", "RandomSeeding": 7}


def test_as_many_are_left_out_as_said_and_the_mean_is_kept():
    got = DropoutLayer(0.3, Input="n")(np.ones(100_000), **TRAIN)

    assert abs((got == 0).mean() - 0.3) < 0.01
    np.testing.assert_allclose(got[got != 0], 1 / 0.7, rtol=1e-6)


def test_alpha_dropout_keeps_mean_and_variance_behind_selu():
    x = ElementwiseLayer("SELU")(np.random.default_rng(1).normal(size=200_000))
    a, b = 0.8864049, 0.7791939

    got = DropoutLayer(Method="AlphaDropout", Input="n")(x, **TRAIN)

    assert abs(got.mean() - x.mean()) < 0.02
    assert abs(got.var() - x.var()) < 0.02
    # The numbers of the paper for a probability of one half.
    left_out = np.isclose(got, a * -1.7580993 + b, atol=1e-5)
    np.testing.assert_allclose(got[~left_out], a * x[~left_out] + b, atol=1e-5)


def test_certain_cases():
    x = [1.0, -2.0]

    np.testing.assert_array_equal(DropoutLayer(0)(x, **TRAIN), x)
    np.testing.assert_array_equal(DropoutLayer(1)(x, **TRAIN), [0, 0])
    np.testing.assert_array_equal(DropoutLayer(1, Method="AlphaDropout")(x, **TRAIN), [0, 0])


def test_a_seed_decides_and_without_one_each_call_differs():
    layer, x = DropoutLayer(Input=1000), np.ones(1000, np.float32)
    mode = {"NetEvaluationMode": "Train"}

    np.testing.assert_array_equal(layer(x, **TRAIN), layer(x, **TRAIN))
    assert (layer(x, **TRAIN) != layer(x, RandomSeeding=8, **mode)).any()
    assert (layer(x, **mode) != layer(x, **mode)).any()


def test_layers_and_examples_draw_apart():
    net = NetChain({"a": DropoutLayer(), "b": DropoutLayer()}, Input=500)

    got = net(np.ones((2, 500)), **TRAIN)

    assert set(np.unique(got)) == {0, 4}
    assert abs((got == 4).mean() - 0.25) < 0.06
    assert (got[0] != got[1]).any()


def test_mask_and_gradient_belong_to_the_output():
    layer = DropoutLayer(0.4, OutputPorts=["Output", "BinaryMask"], Input=50)
    x = np.linspace(1, 2, 50)

    found = layer(x, All, **TRAIN)
    gradient = layer(x, NetPortGradient("Input"), **TRAIN)

    np.testing.assert_allclose(found["Output"], x * found["BinaryMask"] / 0.6, rtol=1e-6)
    np.testing.assert_allclose(gradient, found["BinaryMask"] / 0.6, rtol=1e-6)


def test_a_training_is_repeated_by_its_seed():
    x = np.random.default_rng(5).normal(size=(30, 4))
    net = NetChain([LinearLayer(8), DropoutLayer(), LinearLayer(1)], Input=4)
    options = {"MaxTrainingRounds": 3, "TrainingProgressReporting": None}

    def losses(seed):
        return NetTrain(net, (x, x[:, :1]), "RoundLossList", RandomSeeding=seed, **options)

    assert losses(1) == losses(1)
    assert losses(1) != losses(2)


@pytest.mark.parametrize(
    "setting",
    [
        {"Probability": 1.1},
        {"Method": "GaussianDropout"},
        {"OutputPorts": "Mask"},
        {"OutputPorts": None},
    ],
)
def test_settings_have_limits(setting):
    with pytest.raises(SettingError) as error:
        DropoutLayer(**setting)
    assert error.value.facts["setting"] in setting
