"""What a training returns: its properties, their text, its plots."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from netdsl.errors import MissingExtraError, SettingError
from netdsl.functions import Tanh
from netdsl.layers import LinearLayer, SoftmaxLayer
from netdsl.nets.chain import NetChain
from netdsl.symbols import All
from netdsl.train import NetTrain
from netdsl.train.results import PROPERTIES, NetTrainResultsObject

RANDOM = np.random.default_rng(8)
X = RANDOM.normal(size=(20, 3)).astype(np.float32)
Y = np.tanh(X @ [1.0, -2.0, 0.5]).astype(np.float32)
NET = NetChain([4, Tanh, LinearLayer(())])


def train(net=NET, data=(X, Y), prop="TrainedNet", **options):
    options = {"MaxTrainingRounds": 5, "TrainingProgressReporting": None, **options}
    return NetTrain(net, data, prop, **options)


def test_every_property_has_a_value():
    net = NetChain([3, SoftmaxLayer()])
    classes = np.argmax(X, axis=1) + 1
    results = train(net, (X, classes), All, ValidationSet=(X, classes), Method="SGD")

    assert isinstance(results, NetTrainResultsObject)
    assert results.properties == tuple(results["Properties"]) == tuple(PROPERTIES)
    for name in results.properties:
        if name not in ("FinalPlots", "LossPlot"):
            assert results[name] is not None, name
    assert results["OptimizationMethod"][0] == "SGD"
    assert results["OptimizationMethod"][1]["Momentum"] == 0.93
    assert results["RoundMeasurementsLists"].keys() == {"Loss", "ErrorRate"}
    assert len(results["BatchMeasurementsLists"]["ErrorRate"]) == 5
    assert results["FinalLearningRate"] == results["InitialLearningRate"] == 0.01
    assert results["NetTrainInputForm"].startswith(
        "NetTrain(NetChain of 2, <20 examples>, MaxTrainingRounds=5, Method='SGD', Training"
    )
    assert repr(results).startswith("NetTrainResultsObject(5 rounds of 1 batch, loss ")
    assert "<svg" in results._repr_html_()
    with pytest.raises(SettingError) as error:
        results["TrainedNets"]
    assert error.value.facts["nearest"] == "TrainedNet"


def test_a_result_says_which_net_it_is():
    results = train(prop=All, ValidationSet=(X, 0.9 - Y), MaxTrainingRounds=40, LearningRate=0.01)
    best = results["BestValidationRound"]
    loss = results["ValidationLossList"][best - 1]

    assert f", net of round {best} (validation loss {loss:.4g}), time 0." in repr(results)
    assert f"; the net of round {best} is returned" in results._repr_html_()


# ---- the third argument ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "prop", "near"),
    [
        (X, Y, "NetTrain(net, (x, y))"),
        (X.tolist(), Y.tolist(), "NetTrain(net, (x, y))"),
        (X[:3], ["dog", "cat", "emu"], "NetTrain(net, (x, y))"),
        ((X, Y), (X, Y), "NetTrain(net, data, ValidationSet=...)"),
    ],
)
def test_targets_in_the_place_of_a_property(data, prop, near):
    with pytest.raises(SettingError) as error:
        train(data=data, prop=prop)
    assert error.value.facts["setting"] == "prop"
    assert error.value.facts["nearest"] == near
    assert "FinalPlots" not in str(error.value)
    assert len(str(error.value)) < 400


def test_a_misspelt_property_among_as_many_as_there_are_examples():
    with pytest.raises(SettingError) as error:
        train(prop=["TrainedNet", "RoundLosList"])
    assert error.value.facts["nearest"] == "RoundLossList"


# ---- plots -------------------------------------------------------------------------------------


class Figure:
    """Takes the place of matplotlib's: it notes what is drawn."""

    def __init__(self, **settings):
        self.curves = {}

    def add_subplot(self, **settings):
        self.settings = settings
        return self

    def plot(self, x, y, label):
        self.curves[label] = (x, y)

    def legend(self):
        self.has_legend = True


def test_plots_show_the_lists(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", ModuleType("matplotlib"))
    monkeypatch.setitem(sys.modules, "matplotlib.figure", SimpleNamespace(Figure=Figure))
    net, classes = NetChain([3, SoftmaxLayer()]), np.argmax(X, axis=1) + 1
    results = train(net, (X, classes), All, ValidationSet=(X, classes))

    plot = results["LossPlot"]
    assert plot.curves == {
        "training": (results["RoundPositions"], results["RoundLossList"]),
        "validation": (results["ValidationPositions"], results["ValidationLossList"]),
    }
    assert plot.settings == {"xlabel": "batch", "ylabel": "Loss", "yscale": "log"}
    plots = results["FinalPlots"]
    assert plots.keys() == {"Loss", "ErrorRate"}
    rates = results["RoundMeasurementsLists"]["ErrorRate"]
    assert plots["ErrorRate"].curves["training"] == (results["RoundPositions"], rates)
    assert plots["ErrorRate"].settings["yscale"] == "linear"
    assert train(prop="LossPlot").curves.keys() == {"training"}


def test_plots_need_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError) as error:
        train(prop="LossPlot")
    assert error.value.facts["expected"] == "pip install netdsl[plot]"
