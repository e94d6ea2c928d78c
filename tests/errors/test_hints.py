"""What a mistake is met with: the setting of another library, a nearer layer, what lacks."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

import netdsl
from netdsl import (
    All,
    BatchNormalizationLayer,
    ContrastiveLossLayer,
    InstanceNormalizationLayer,
    NetChain,
    NetError,
    NetGraph,
    NetPort,
    NetTrain,
    SettingError,
    StructureError,
    ThreadingLayer,
)
from netdsl.errors import RenamedWarning
from netdsl.foreign import FOREIGN, setting_meant
from netdsl.spec import registry
from netdsl.spec.classes import fields

NAMES = {**vars(netdsl), "np": np}


def facts(text: str) -> dict:
    """The facts of the error in which Python ends."""
    with pytest.raises(NetError) as error:
        eval(text, dict(NAMES))
    return error.value.facts


@pytest.mark.parametrize(
    ("call", "nearest"),
    [
        ("LinearLayer(units=3)", "Size"),
        ("LinearLayer(3, out_features=3)", "Size"),
        ("LinearLayer(3, use_bias=False)", "Biases=None"),
        ("LinearLayer(3, input_shape=3)", "Input"),
        ("LinearLayer(3, activation='relu')", "an ElementwiseLayer after it"),
        ("ConvolutionLayer(3, 2, activation='relu')", "an ElementwiseLayer after it"),
        ("ConvolutionLayer(filters=3)", "Channels"),
        ("ConvolutionLayer(3, kernel_size=3)", "KernelSize"),
        ("ConvolutionLayer(3, 2, strides=2)", "Stride"),
        ("ConvolutionLayer(3, 2, padding='same')", "PaddingSize"),
        ("ConvolutionLayer(3, 2, groups=3)", "ChannelGroups"),
        ("ConvolutionLayer(3, 2, Strid=3)", "Stride"),
        ("ConvolutionLayer(8, 3, 2)", "Stride=2"),
        ("ConvolutionLayer(8, 3, (2, 1))", "Stride=(2, 1)"),
        ("ConvolutionLayer(8, 3, 'same')", None),
        ("PoolingLayer(2, 2, Max)", "Function=Max"),
        ("NormalizationLayer(num_groups=2)", "GroupNumber"),
        ("NormalizationLayer(eps=2)", "Epsilon"),
        ("BatchNormalizationLayer(momentum=2)", "Momentum"),
        ("DropoutLayer(rate=0.1)", "Probability"),
        ("DropoutLayer(p=0.1)", "Probability"),
        ("SoftmaxLayer(axis=1)", "Level"),
        ("FlattenLayer(start_dim=1)", "Levels"),
        ("EmbeddingLayer(num_embeddings=3)", "ClassCount"),
        ("EmbeddingLayer(embedding_dim=3)", "Size"),
        ("Ramp([1])", None),
        ("NetTrain(3, 3, epochs=3)", "MaxTrainingRounds"),
        ("NetTrain(3, 3, lr=3)", "LearningRate"),
        ("NetTrain(3, 3, batch_size=3)", "BatchSize"),
        ("NetTrain(3, 3, validation_data=3)", "ValidationSet"),
        ("NetTrain(3, 3, optimizer=3)", "Method"),
        ("NetTrain(3, 3, loss=3)", "LossFunction"),
        ("NetTrain(3, 3, seed=3)", "RandomSeeding"),
        ("LinearLayer(3, Input=2)([1, 2], training=True)", "NetEvaluationMode"),
        ("LinearLayer(3, Input=2)([1, 2], activation=3)", None),
    ],
)
def test_a_setting_of_another_library(call, nearest):
    assert facts(call).get("nearest") == nearest


def test_foreign_words_are_lower_case_and_lead_to_settings():
    known = {name for cls in registry.values() for name in fields(cls)}
    known |= set(inspect.signature(NetTrain).parameters)
    known |= {"NetEvaluationMode"}

    assert all(word == word.lower() for word in FOREIGN)
    meant = {name.partition("=")[0] for names in FOREIGN.values() for name in names}
    assert meant <= known


def test_only_what_is_there_is_offered():
    assert setting_meant("units", ["Weights", "Input"]) is None
    assert setting_meant("axis", ["Levels"]) == "Levels"
    assert setting_meant("activation", ["Dilation"]) is None
    assert setting_meant(3, ["Dilation"]) is None


@pytest.mark.parametrize(
    ("net", "nearest"),
    [
        ("NetChain([EmbeddingLayer(8), AggregationLayer(Mean), 3], Input=('Varying', 'Integer'))",
         "AggregationLayer(Mean, 1) at net[2]"),
        ("NetChain([EmbeddingLayer(4), AggregationLayer(Mean)], Input=NetEncoder('Class', [1, 2]))",
         "AggregationLayer(Mean, 1) at net[2]"),
        ("EmbeddingLayer(16, 50, Input=Restricted('Integer', 1000))", "EmbeddingLayer(16)"),
        ("EmbeddingLayer(900, 16, Input=Restricted('Integer', 900))", "EmbeddingLayer(16, 900)"),
        ("FlattenLayer(2, Input=(3, 4))", "FlattenLayer(1)"),
        ("FlattenLayer(-3, Input=(3, 4, 5))", "FlattenLayer(-2)"),
        ("PartLayer(4, Input=(3, 3))", "Input=(4, 3)"),
        ("LinearLayer(3)([1, 2])", "NetInitialize(LinearLayer(3, Input=2))"),
        ("NetGraph([Ramp, Ramp, Ramp], [(1, [2, 3])])", "(1, 2), (1, 3)"),
        ("NetExtract(BatchNormalizationLayer(), 'Gamma')", "Scaling"),
        ("BatchNormalizationLayer(Input=2)([1, 2], NetPortGradient('Gamma'))",
         "NetPortGradient('Scaling')"),
        ("ElementwiseLayer('LeakyReLU')", "ParametricRampLayer()"),
        ("NetArray('W', [[1, 2]])", "NetArray('W', Array=[[1, 2]])"),
        ("Max([1, 5, 3])", "Max(1, 5, 3)"),
        ("Exp([1, 2])", None),
        ("ElementwiseLayer(lambda x: Unitise(x))", "Unitize"),
        ("ElementwiseLayer(lambda x: UnitStep(x))", None),
        ("ElementwiseLayer(lambda x: np.arctanh(x))", "ArcTanh"),
        ("ElementwiseLayer(lambda x: x/0)", None),
        ("RandomArrayLayer(np.random.normal)", "NormalDistribution"),
        ("RandomArrayLayer(np.random.default_rng(1).uniform)", "UniformDistribution"),
        ("LinearLayer(3, Biases='None')", "None"),
    ],
)  # fmt: skip
def test_the_first_hint(net, nearest):
    found = facts(net).get("nearest")

    assert (found[0] if isinstance(found, tuple) else found) == nearest


@pytest.mark.parametrize(
    "text",
    [
        "RandomArrayLayer(np.random.normal)",
        "ElementwiseLayer(lambda x: x/0)",
        "ElementwiseLayer(lambda x: {}[x])",
        "ElementwiseLayer(lambda x: [][1])",
        "ElementwiseLayer(lambda x: 1/0)",
        "ElementwiseLayer(np.sort)",
        "ElementwiseLayer(np.logical_not)",
        "ElementwiseLayer(lambda x: np.tanh(x))",
        "Exp([1, 2])",
        "Plus([1, 2], [3, 4])",
        "ReplicateLayer('Real')",
        "NormalizationLayer(2, 'Same', GroupNumber=3, Input=(4, 5))",
    ],
)
def test_no_message_speaks_of_the_inside(text):
    with pytest.raises(NetError) as error:
        eval(text, dict(NAMES))
    inside = ("zoo", "0x", "attribute", "ufunc", "expression to float", "axis -1", "//")
    assert [word for word in inside if word in str(error.value)] == []


@pytest.mark.parametrize(
    ("rates", "fact", "value"),
    [
        ({"Foo": 0}, "got", "'Foo'"),
        ({"Gamma": 0}, "nearest", "Scaling"),
        ({"Bias": 0}, "nearest", "Biases"),
        ({("Biases", 1): 0}, "expected", "Scaling, Biases, MovingMean, MovingVariance, All"),
        ({"MovingMean": 2}, "array", "MovingMean"),
        ({(): 2}, "setting", "LearningRateMultipliers"),
    ],
)
def test_a_rate_of_what_is_no_array_that_learns(rates, fact, value):
    with pytest.raises(SettingError) as error:
        BatchNormalizationLayer(LearningRateMultipliers=rates)
    assert error.value.facts[fact] == value
    assert error.value.facts["layer"] == "BatchNormalizationLayer"


@pytest.mark.parametrize("rates", [{"MovingMean": 0}, {"MovingMean": 1}, {All: 2}, {"All": 2}, 2])
def test_rates_that_a_layer_with_states_takes(rates):
    layer = BatchNormalizationLayer(LearningRateMultipliers=rates)
    assert eval(repr(layer), dict(NAMES)) == layer


def test_a_rate_of_a_state_inside_a_net():
    net = NetChain([BatchNormalizationLayer(), 1], Input=2)
    train = {"MaxTrainingRounds": 1, "TrainingProgressReporting": None}
    data = ([[1.0, 2.0]], [[1.0]])

    with pytest.raises(SettingError) as error:
        NetTrain(net, data, LearningRateMultipliers={(1, "MovingMean"): 3}, **train)
    assert error.value.facts["array"] == "MovingMean"
    with pytest.raises(StructureError) as error:
        NetTrain(net, data, LearningRateMultipliers={(1, "Gamma"): 3}, **train)
    assert error.value.facts["nearest"] == "Scaling"
    NetTrain(net, data, LearningRateMultipliers={1: 2, "All": 3}, **train)


def test_texts_are_no_truths_for_a_contrastive_loss():
    net = NetGraph(
        {"sum": ThreadingLayer("Plus", InputPorts=2), "loss": ContrastiveLossLayer()},
        [("sum", NetPort("loss", "Input"))],
        Input1="Real",
        Input2="Real",
    )
    data = {"Input1": [1.0, 2.0], "Input2": [1.0, 2.0], "Target": ["yes", "no"]}

    with pytest.raises(NetError) as error:
        NetTrain(net, data)
    assert error.value.facts["nearest"] == "[value == 'yes' for value in x] at Target"
    assert "Class" not in str(error.value)


@pytest.mark.parametrize("make", [InstanceNormalizationLayer, BatchNormalizationLayer])
def test_the_note_on_a_former_name_points_to_the_call(make):
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        make(Gamma=[1, 2])

    (note,) = notes
    assert note.category is RenamedWarning
    assert note.filename == __file__


@pytest.mark.parametrize(
    "text",
    [
        "TransposeLayer({1: 3})",
        "TransposeLayer([(1, 3), (1, 4)])",
        "TransposeLayer((2, 3, 1))",
        "DotLayer([{1: 2}, None])",
        "DotLayer([(2, 1), [(1, 2), (1, 3)]])",
        "RandomArrayLayer(UniformDistribution([0, 5]))",
    ],
)
def test_settings_are_printed_as_they_are_written(text):
    assert repr(eval(text, dict(NAMES))) == text


@pytest.mark.parametrize(
    ("numpy", "own"),
    [
        ("ElementwiseLayer(np.tanh)", "ElementwiseLayer(Tanh)"),
        ("ElementwiseLayer(np.absolute)", "ElementwiseLayer(Abs)"),
        ("ElementwiseLayer(np.expm1)", "ElementwiseLayer(lambda x: Exp(x) - 1)"),
        ("ThreadingLayer(np.maximum)", "ThreadingLayer(lambda x1, x2: Max(x1, x2))"),
        ("NetChain([3, np.tanh])", "NetChain([3, Tanh])"),
        ("LinearLayer(3)", "LinearLayer(3, Biases='Automatic')"),
    ],
)
def test_functions_of_numpy_stand_for_those_of_the_notation(numpy, own):
    assert eval(numpy, dict(NAMES)) == eval(own, dict(NAMES))
