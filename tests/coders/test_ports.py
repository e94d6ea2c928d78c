"""Coders at the ports of nets."""

import pickle

import numpy as np
import pytest

from netdsl.coders import NetDecoder, NetEncoder
from netdsl.errors import DataError, SettingError, ShapeError
from netdsl.layers import CrossEntropyLossLayer, LinearLayer, ParametricRampLayer, SoftmaxLayer
from netdsl.nets.chain import NetChain
from netdsl.nets.extract import NetExtract

ANIMALS = ("cat", "dog", "emu")
SAME = ParametricRampLayer((), Slope=1)
ANIMAL = NetChain([SoftmaxLayer()], Output=NetDecoder("Class", ANIMALS))


def test_boolean_output():
    weights = LinearLayer((), Weights=[[0.5, 0.25]], Biases=[0])
    net = NetChain([weights], Output="Boolean")

    assert net([1.0, 0.0]) is True
    assert net([[1.0, 0.0], [0.0, 1.0]]) == [True, False]
    assert net([0.0, 1.0], "Probability") == 0.25
    assert net([[0.0, 1.0]], None).tolist() == [0.25]


def test_boolean_input():
    net = NetChain([LinearLayer((), Weights=[[1, 2]], Biases=[3])], Input=NetEncoder("Boolean", 2))

    assert net([True, False]) == 4
    assert net([[True, False], [True, True]]).tolist() == [4, 6]
    assert net([1.0, 0.5]) == 5


def test_class_output():
    assert ANIMAL([0.0, 2.0, 1.0]) == "dog"
    assert ANIMAL([[0.0, 2.0, 1.0], [5.0, 0.0, 0.0]]) == ["dog", "cat"]
    assert ANIMAL([0.0, 2.0, 1.0], ("TopDecisions", 2)) == ["dog", "emu"]
    assert list(ANIMAL([0.0, 2.0, 1.0], "Probabilities")) == list(ANIMALS)


def test_numbered_classes():
    net = NetChain([SoftmaxLayer()], Output="Class")

    assert net([0.0, 2.0, 1.0]) == 2
    assert net([0.0, 2.0, 1.0, 7.0]) == 4


def test_class_targets():
    loss = CrossEntropyLossLayer("Index", Target=NetEncoder("Class", ANIMALS))

    got = loss({"Input": [[0.5, 0.25, 0.25]] * 2, "Target": ["cat", "emu"]})

    np.testing.assert_allclose(got, np.log([2, 4]), rtol=1e-6)
    assert loss({"Input": [0.5, 0.25, 0.25], "Target": 3}) == pytest.approx(np.log(4))


def test_sequences_of_labels():
    encoder = NetEncoder("Class", ANIMALS, "IndicatorVector", Dimensions=["Varying"])
    net = NetChain([SAME], Input=encoder)

    got = net([["cat", "dog"], ["emu"]])

    assert [part.tolist() for part in got] == [[[1, 0, 0], [0, 1, 0]], [[0, 0, 1]]]
    assert net.port("Output").dims == ("Varying", 3)


def test_sizes_follow_from_coders():
    assert ANIMAL.port("Input").dims == (3,)
    with pytest.raises(ShapeError) as error:
        NetChain([SoftmaxLayer()], Input=4, Output=NetDecoder("Class", ANIMALS))
    assert "Output is given as NetDecoder('Class', ('cat', 'dog', 'emu'))" in str(error.value)


def test_parameters_are_extracted():
    assert NetExtract(ANIMAL, "Output") == NetDecoder("Class", ANIMALS)
    assert NetExtract(ANIMAL, ["Output", "Labels"]) == ANIMALS
    assert NetExtract(ANIMAL, ["Output", "Type"]) == "Class"


def test_nets_with_coders_rebuild():
    assert eval(repr(ANIMAL)) == ANIMAL
    assert pickle.loads(pickle.dumps(ANIMAL)) == ANIMAL
    assert NetChain([SoftmaxLayer()], Output=NetDecoder("Class", ("a", "b", "c"))) != ANIMAL


def test_an_unknown_label_is_named_with_its_port():
    loss = CrossEntropyLossLayer("Index", Target=NetEncoder("Class", ANIMALS))
    with pytest.raises(DataError) as error:
        loss({"Input": [0.5, 0.25, 0.25], "Target": "cta"})
    assert error.value.facts["port"] == "Target"
    assert error.value.facts["nearest"] == "'cat'"


def test_scalar_is_a_type_and_no_coder_at_a_port():
    assert NetExtract(NetChain([SAME], Output="Scalar"), "Output") == ()
    assert NetChain([SAME], Input=NetEncoder("Scalar"), Output=NetDecoder("Scalar"))(2.5) == 2.5


def test_real_numbers_are_no_classes():
    with pytest.raises(ShapeError):
        CrossEntropyLossLayer("Index", Target="Boolean")


def test_a_class_input_needs_labels():
    with pytest.raises(SettingError) as error:
        CrossEntropyLossLayer("Index", Target="Class")
    assert error.value.facts["port"] == "Target"
    assert error.value.facts["setting"] == "Labels"


def test_what_is_no_probability():
    with pytest.raises(DataError) as error:
        NetChain([SAME], Output="Boolean")(1.75)
    assert error.value.facts["got"] == 1.75
