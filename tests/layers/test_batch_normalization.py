"""BatchNormalizationLayer: documented values, what a training moves, old names."""

import numpy as np
import pytest

from netdsl import (
    AggregationLayer,
    BatchNormalizationLayer,
    ConvolutionLayer,
    DataError,
    LinearLayer,
    NetChain,
    NetExtract,
    NetInitialize,
    NetPortGradient,
    NetTrain,
    RenamedWarning,
    SettingError,
)

SAMPLES = [
    BatchNormalizationLayer(Input=3),
    BatchNormalizationLayer(Epsilon=0.1, Momentum=0.5, Input=(3, 2, 4)),
    BatchNormalizationLayer(Interleaving=True, Input=("Varying", 3)),
    BatchNormalizationLayer(Output=(2, "w"), Scaling=[0.5, -2], Biases=[1, 0]),
]

BATCH = [[0.90044, 0.177369, 0.356773], [0.784026, 0.446095, 0.664769]]
TRAINED = [[0.878696, -0.973404, -0.979561], [-0.878696, 0.973404, 0.979561]]
EVALUATED = [[0.89999, 0.177281, 0.356595], [0.783635, 0.445872, 0.664437]]


@pytest.mark.parametrize(("mode", "expected"), [("Train", TRAINED), ("Test", EVALUATED)])
def test_known_values(mode, expected):
    fresh = NetInitialize(BatchNormalizationLayer(Input=3))

    np.testing.assert_allclose(fresh(BATCH, NetEvaluationMode=mode), expected, atol=2e-6)


def test_an_example_alone_has_no_deviation():
    fresh = NetInitialize(BatchNormalizationLayer(Input=3))

    np.testing.assert_array_equal(fresh(BATCH[0], NetEvaluationMode="Train"), [0, 0, 0])


def trained(x, rounds, **settings):
    net = NetChain([BatchNormalizationLayer(**settings), LinearLayer(())], Input=x.shape[1:])
    options = {"BatchSize": len(x), "MaxTrainingRounds": rounds}
    return NetTrain(net, (x, np.zeros(len(x))), TrainingProgressReporting=None, **options)


def moving(net):
    return NetExtract(net, [1, "MovingMean"]), NetExtract(net, [1, "MovingVariance"])


def test_a_training_moves_the_statistics():
    x = np.random.default_rng(1).normal(3, 2, (40, 2, 5))
    of_batch, kept = (x.mean((0, 2)), x.var((0, 2))), 0.75**3

    mean, variance = moving(trained(x, 3, Momentum=0.75))

    np.testing.assert_allclose(mean, (1 - kept) * of_batch[0], rtol=1e-5)
    np.testing.assert_allclose(variance, kept + (1 - kept) * of_batch[1], rtol=1e-5)


@pytest.mark.parametrize("frozen", [{"Momentum": 1}, {"LearningRateMultipliers": 0}])
def test_frozen_statistics_stay(frozen):
    x = np.random.default_rng(2).normal(3, 2, (10, 2))

    mean, variance = moving(trained(x, 2, **frozen))

    np.testing.assert_array_equal([mean, variance], [[0, 0], [1, 1]])


def test_statistics_of_sequences_count_what_is_there():
    layer = NetInitialize(BatchNormalizationLayer(Interleaving=True, Input=("Varying", 2)))
    random = np.random.default_rng(3)
    sequences = [random.normal(size=(length, 2)) for length in (3, 5, 2)]
    every = np.concatenate(sequences)

    got = layer(sequences, NetEvaluationMode="Train")

    expected = (every - every.mean(0)) / np.sqrt(every.var(0) + 0.001)
    np.testing.assert_allclose(np.concatenate(got), expected, atol=1e-5)


def test_sequences_that_cannot_run_together_are_refused_in_a_training():
    net = NetChain(
        [
            ConvolutionLayer(3, [2], Interleaving=True),
            BatchNormalizationLayer(Interleaving=True),
            AggregationLayer("Mean", 1),
        ],
        Input=("Varying", 2),
    )
    ready = NetInitialize(net)
    sequences = [np.ones((length, 2)) for length in (3, 5, 4)]

    assert len(ready(sequences)) == 3  # evaluated, each is normalized for itself
    assert len(ready(sequences[:1] * 2, NetEvaluationMode="Train")) == 2
    with pytest.raises(DataError):
        ready(sequences, NetEvaluationMode="Train")
    with pytest.raises(DataError):
        NetTrain(net, (sequences, np.zeros((3, 3))), TrainingProgressReporting=None)


def test_a_training_may_move_nothing_but_the_statistics():
    x = np.random.default_rng(6).normal(3, 2, (20, 2))
    frozen = {"Scaling": 0, "Biases": 0}
    net = BatchNormalizationLayer(LearningRateMultipliers=frozen, Momentum=0, Input=2)
    options = {"BatchSize": 20, "MaxTrainingRounds": 1, "TrainingProgressReporting": None}

    got = NetTrain(net, (x, x), **options)

    np.testing.assert_allclose(NetExtract(got, "MovingMean"), x.mean(0), rtol=1e-5)
    np.testing.assert_array_equal(NetExtract(got, "Scaling"), [1, 1])


def test_gradient_through_the_statistics_of_the_batch():
    random = np.random.default_rng(4)
    x, seed, direction = random.normal(size=(3, 7, 2, 3))
    layer = NetInitialize(BatchNormalizationLayer(Input=(2, 3)))
    mode = {"NetEvaluationMode": "Train", "WorkingPrecision": "Real64"}

    got = layer({"Input": x, NetPortGradient("Output"): seed}, NetPortGradient("Input"), **mode)

    high, low = (layer(x + step * direction, **mode) for step in (1e-6, -1e-6))
    expected = np.sum(seed * (high - low)) / 2e-6
    np.testing.assert_allclose(np.sum(got * direction), expected, rtol=1e-6)


def test_old_names_are_taken_with_a_note():
    with pytest.warns(RenamedWarning, match="Gamma is called Scaling"):
        layer = BatchNormalizationLayer(Gamma=[1, 2])

    assert layer == BatchNormalizationLayer(Scaling=[1, 2])
    with pytest.raises(SettingError):
        BatchNormalizationLayer(Gamma=[1, 2], Scaling=[1, 2])


@pytest.mark.parametrize("setting", [{"Momentum": 1.5}, {"Epsilon": -1}, {"Epsilon": "small"}])
def test_settings_have_limits(setting):
    with pytest.raises(SettingError) as error:
        BatchNormalizationLayer(**setting)
    assert error.value.facts["setting"] in setting
    with pytest.raises(SettingError):
        BatchNormalizationLayer(MovingVariance=[1, -1])


def test_numbers_of_numpy_are_shown_as_numbers():
    layer = BatchNormalizationLayer(Epsilon=np.float64(0.5), Momentum=np.int64(1))

    assert repr(layer) == "BatchNormalizationLayer(Epsilon=0.5, Momentum=1.0)"
