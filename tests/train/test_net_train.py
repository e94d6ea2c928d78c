"""The loop: what is learned and what is not, when it ends, which net comes back."""

import signal
import threading

import numpy as np
import pytest

from netdsl.coders import NetDecoder
from netdsl.errors import SettingError, TrainingError, TrainingWarning
from netdsl.functions import LogisticSigmoid, Ramp, Tanh
from netdsl.layers import LinearLayer, ParametricRampLayer
from netdsl.nets.chain import NetChain
from netdsl.nets.extract import NetExtract
from netdsl.nets.initialize import NetInitialize
from netdsl.symbols import All, Automatic, Scaled
from netdsl.train import NetTrain, settings

RANDOM = np.random.default_rng(8)
X = RANDOM.normal(size=(20, 3)).astype(np.float32)
Y = np.tanh(X @ [1.0, -2.0, 0.5]).astype(np.float32)
NET = NetChain([4, Tanh, LinearLayer(())])


def train(net=NET, data=(X, Y), prop="TrainedNet", **options):
    options = {"MaxTrainingRounds": 5, "TrainingProgressReporting": None, **options}
    return NetTrain(net, data, prop, **options)


def arrays(net):
    return {
        (*path, name): getattr(layer, name)
        for path, layer in net.leaves()
        for name in layer.array_fields
    }


def test_the_example_of_the_page():
    net = NetChain(
        [
            LinearLayer(3),
            ParametricRampLayer((), Slope=0.1, LearningRateMultipliers=0, Input=3),
            LinearLayer(()),
            LogisticSigmoid,
        ],
        Output=NetDecoder("Boolean"),
    )

    data = {1: False, 2: True, 3: False, 4: True}
    trained, losses = train(net, data, ["TrainedNet", "RoundLossList"], MaxTrainingRounds=200)

    assert NetExtract(trained, [2, "Slope"]) == 0.1
    assert losses[-1] < 0.9 * losses[0]
    assert set(trained([1, 2, 3, 4])) <= {False, True}


def test_exclusive_or():
    net = NetChain([8, Tanh, LinearLayer(()), LogisticSigmoid], Output=NetDecoder("Boolean"))
    data = {(0, 0): False, (0, 1): True, (1, 0): True, (1, 1): False}

    trained = train(net, data, MaxTrainingRounds=300, LearningRate=0.1)

    assert trained(list(data)) == list(data.values())


@pytest.mark.parametrize("precision", ["Real32", "Real64"])
def test_the_same_seed_gives_the_same_bits(precision):
    options = {"BatchSize": 3, "WorkingPrecision": precision}

    first, second = arrays(train(**options)), arrays(train(**options))
    other = arrays(train(**options, RandomSeeding=5))

    for path, value in first.items():
        assert value.tobytes() == second[path].tobytes()
        assert value.dtype == np.dtype({"Real32": "f4", "Real64": "f8"}[precision])
        assert value.tobytes() != other[path].tobytes()


def test_the_net_that_is_given_stays_and_is_where_training_begins():
    net = NetInitialize(NET.with_ports({"Input": 3}))
    before = {path: value.copy() for path, value in arrays(net).items()}

    trained = train(net)

    for path, value in arrays(net).items():
        np.testing.assert_array_equal(value, before[path])
        assert (arrays(trained)[path] != value).any()
    assert trained == train(NET)


def test_frozen_arrays_keep_their_bits():
    weights = RANDOM.normal(size=(4, 3))  # float64, which training in float32 must not round
    net = NetChain([LinearLayer(4, Weights=weights), Tanh, LinearLayer((), Biases=[0.3])])

    trained = train(net, LearningRateMultipliers={(1, "Weights"): 0, (3, "Biases"): None})

    got = arrays(trained)
    assert got[1, "Weights"].dtype == np.float64
    np.testing.assert_array_equal(got[1, "Weights"], weights)
    assert got[3, "Biases"] == np.float32(0.3)
    assert (got[1, "Biases"] != 0).all()


def test_multipliers_stored_and_given():
    net = NetChain([LinearLayer(4, LearningRateMultipliers=0), Tanh, LinearLayer(())])
    start = arrays(NetInitialize(NET.with_ports({"Input": 3})))
    options = {"Method": ["SGD", {"Momentum": 0}], "MaxTrainingRounds": 1, "LearningRate": 0.01}

    plain = arrays(train(NET, **options))
    stored, rates = train(net, prop=["TrainedNet", "ArraysLearningRateMultipliers"], **options)
    given = arrays(train(net, LearningRateMultipliers={(1, "Biases"): -2}, **options))

    assert list(rates.values()) == [0, 0, 1, 1]
    np.testing.assert_array_equal(arrays(stored)[1, "Weights"], start[1, "Weights"])
    np.testing.assert_array_equal(given[1, "Weights"], start[1, "Weights"])
    np.testing.assert_allclose(given[1, "Biases"], -2 * plain[1, "Biases"], rtol=1e-5)
    np.testing.assert_array_equal(given[3, "Weights"], plain[3, "Weights"])


# ---- rounds and batches ------------------------------------------------------------------------


def test_rounds_and_batches():
    results = train(prop=All, BatchSize=8, MaxTrainingRounds=4)

    assert results["BatchesPerRound"] == 3
    assert results["TotalBatches"] == len(results["BatchLossList"]) == 12
    assert results["ExamplesProcessed"] == 96
    assert results["RoundPositions"] == [3, 6, 9, 12]
    means = np.reshape(results["BatchLossList"], (4, 3)).mean(axis=1)
    np.testing.assert_allclose(results["RoundLossList"], means)
    assert results["ReasonTrainingStopped"] == "4 rounds were trained."
    assert train(prop="BatchSize") == 20
    assert train(prop="BatchSize", BatchSize=99) == 20
    assert train(data=(np.tile(X, (5, 1)), np.tile(Y, 5)), prop="BatchSize") == 64


def test_every_example_once_a_round():
    net = LinearLayer((), Weights=[[1.0]], Biases=None, Input=())
    data = {"Input": np.arange(1.0, 8.0)}

    losses = train(net, data, "BatchLossList", LossFunction="Output", BatchSize=1,
                   LearningRate=1e-30, MaxTrainingRounds=3)  # fmt: skip

    rounds = np.reshape(losses, (3, 7))
    np.testing.assert_array_equal(np.sort(rounds, axis=1), [data["Input"]] * 3)
    assert (rounds[0] != rounds[1]).any()


def test_the_last_batch_is_filled_with_the_first_examples():
    net = LinearLayer((), Weights=[[1.0]], Biases=None, Input=())
    options = {"LossFunction": "Output", "LearningRate": 1e-30, "MaxTrainingRounds": 1}
    data = {"Input": 2.0 ** np.arange(5)}

    singles = train(net, data, "BatchLossList", BatchSize=1, **options)
    threes = train(net, data, "BatchLossList", BatchSize=3, **options)

    np.testing.assert_allclose(threes, np.mean([singles[:3], [*singles[3:], singles[0]]], axis=1))


def test_time_goal():
    results = train(prop=All, TimeGoal=0.1, MaxTrainingRounds=1_000_000)

    assert 0.05 < results["TotalTrainingTime"] < 2
    assert results["ReasonTrainingStopped"].startswith("The time was up")


@pytest.mark.parametrize(
    ("rounds", "seconds", "reason"),
    [(30, 5.0, "30 rounds were trained."), (10**9, 0.05, "The time was up")],
)
def test_automatic_ends_by_rounds_or_time_and_says_which(monkeypatch, rounds, seconds, reason):
    assert (settings.ROUNDS, settings.SECONDS) == (10_000, 20)
    monkeypatch.setattr(settings, "ROUNDS", rounds)
    monkeypatch.setattr(settings, "SECONDS", seconds)

    results = train(prop=All, MaxTrainingRounds=Automatic)

    assert results["ReasonTrainingStopped"].startswith(reason)
    assert results["TotalRounds"] <= rounds


# ---- validation --------------------------------------------------------------------------------


def test_the_best_validated_net_comes_back():
    results = train(prop=All, ValidationSet=(X, 0.9 - Y), MaxTrainingRounds=40, LearningRate=0.01)

    losses, net = results["ValidationLossList"], results["TrainedNet"]
    best = int(np.argmin(losses)) + 1
    assert 1 < best < 40
    assert net == train(MaxTrainingRounds=best, LearningRate=0.01)
    assert results["BestValidationRound"] == best
    assert results["ValidationLoss"] == losses[-1]
    np.testing.assert_allclose(losses[best - 1], np.mean((net(X) - 0.9 + Y) ** 2), rtol=1e-5)


def test_validation_data_in_other_forms():
    rows = [{"Input": x, "Output": y} for x, y in zip(X, Y, strict=True)]

    losses = train(prop="ValidationLossList", ValidationSet=rows)

    np.testing.assert_allclose(losses, train(prop="ValidationLossList", ValidationSet=(X, Y)))


def test_a_part_of_the_data_is_held_out():
    results = train(prop=All, ValidationSet=Scaled(0.25))

    assert (results["TrainingExamples"], results["ValidationExamples"]) == (15, 5)
    assert len(results["ValidationLossList"]) == 5
    with pytest.raises(SettingError) as error:
        train(ValidationSet=Scaled(1.5))
    assert error.value.facts["setting"] == "ValidationSet"


def test_more_validation_examples_than_run_at_once():
    many = np.tile(X, (31, 1)), np.tile(Y, 31)

    losses = train(prop="ValidationLossList", ValidationSet=many)

    np.testing.assert_allclose(
        losses, train(prop="ValidationLossList", ValidationSet=(X, Y)), rtol=1e-5
    )


# ---- when it goes wrong ------------------------------------------------------------------------

WILD = {"Method": ["SGD", {"Momentum": 0}], "LearningRate": 1e30}
STEEP = {"Method": ["SGD", {"Momentum": 0}], "LearningRate": 30.0, "MaxTrainingRounds": 200}


def test_divergence_in_the_first_round():
    with pytest.raises(TrainingError) as error:
        train(NetChain([LinearLayer(())]), BatchSize=2, **WILD)
    assert "in round 1." in error.value.facts["got"]
    assert error.value.facts["setting"] == "LearningRate 1e+30"


def test_a_loss_that_overflows_is_named():
    with pytest.raises(TrainingError) as error:
        train(NetChain([LinearLayer(())]), (X * 1e30, Y))
    assert error.value.facts["got"] == "The loss became infinite in round 1."
    assert "array" not in error.value.facts


def test_divergence_gives_the_last_good_net():
    net = NetChain([LinearLayer(())])
    options = {**STEEP, "BatchSize": 2, "LearningRate": 2.0}
    with pytest.warns(TrainingWarning, match="became"):
        results = train(net, prop=All, **options)

    rounds = results["TotalRounds"]
    assert results["TotalBatches"] > 10 * rounds > 0
    assert "became" in results["ReasonTrainingStopped"]
    assert results["TrainedNet"] == train(net, **{**options, "MaxTrainingRounds": rounds})


def test_divergence_gives_the_best_net(capsys):
    options = {**STEEP, "ValidationSet": (X, Y), "TrainingProgressReporting": "Print"}
    with pytest.warns(TrainingWarning) as warned:
        trained = train(NetChain([LinearLayer(())]), **options)

    (said,) = [str(warning.message) for warning in warned]
    end = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(f"{end} The net of round 1 is returned.")
    assert "lower LearningRate, scale the data, or set GradientClipping" in said
    assert "returned" not in end

    assert trained == train(NetChain([LinearLayer(())]), **{**STEEP, "MaxTrainingRounds": 1})


def test_a_bad_array_is_named():
    # The slope of a ramp is infinitely steep in nothing but its loss: sqrt at zero.
    loss = NetChain([lambda x: x**0.5])
    net = NetChain([LinearLayer((), Weights=[[0.0] * 3])])
    with pytest.raises(TrainingError) as error:
        train(net, {"Input": X}, LossFunction=loss)
    assert error.value.facts["array"] == "[1, 'Weights']"


@pytest.fixture
def ctrl_c():
    """Ctrl-C as Python has it: a process that a shell started in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="signals need the main thread"
)
def test_interrupting_keeps_the_last_batch(ctrl_c):
    seen = []

    def stop(status):
        seen.append(status["Round"])
        if len(seen) == 3:
            signal.raise_signal(signal.SIGINT)

    trained, reason, batches = train(
        prop=["TrainedNet", "ReasonTrainingStopped", "TotalBatches"],
        BatchSize=10,
        TrainingProgressReporting=stop,
    )

    assert reason == "The training was interrupted."
    assert (seen, batches) == ([1, 2, 3], 7)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert all(np.isfinite(value).all() for value in arrays(trained).values())


def test_an_interrupt_in_a_report():
    def stop(status):
        if status["Round"] == 2:
            raise KeyboardInterrupt

    trained, rounds = train(
        prop=["TrainedNet", "TotalRounds"], TrainingProgressReporting=stop, MaxTrainingRounds=9
    )

    assert rounds == 2
    assert trained == train(MaxTrainingRounds=2)


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        ({"BatchSize": 0}, {"setting": "BatchSize", "got": "0"}),
        ({"BatchSize": 2.0}, {"setting": "BatchSize"}),
        (
            {"MaxTrainingRounds": -1},
            {"setting": "MaxTrainingRounds", "expected": "an integer from 1, or Automatic"},
        ),
        ({"MaxTrainingRounds": True}, {"setting": "MaxTrainingRounds"}),
        ({"TimeGoal": 0}, {"setting": "TimeGoal"}),
        ({"LearningRate": "fast"}, {"setting": "LearningRate"}),
        ({"RandomSeeding": -1}, {"setting": "RandomSeeding"}),
        ({"TargetDevice": "GPU"}, {"setting": "TargetDevice"}),
        ({"WorkingPrecision": "Mixed"}, {"setting": "WorkingPrecision"}),
        ({"LerningRate": 1}, {"setting": "LerningRate", "nearest": "LearningRate"}),
        ({"prop": "RoundLosList"}, {"nearest": "RoundLossList"}),
        ({"prop": ["RoundLoss", 3]}, {"got": "3"}),
        ({"net": [3, Ramp]}, {"expected": "a layer or a net"}),
    ],
)
def test_settings_that_cannot_be(options, facts):
    with pytest.raises(SettingError) as error:
        train(**options)
    assert facts.items() <= error.value.facts.items()


def test_nothing_to_learn():
    with pytest.raises(TrainingError) as error:
        train(LearningRateMultipliers=0)
    assert error.value.facts["got"] == "4 arrays, all of rate 0"
