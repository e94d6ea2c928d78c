"""UnitVectorLayer: integers as unit vectors, and where their number comes from."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    DataError,
    LinearLayer,
    NetChain,
    NetEncoder,
    NetPortGradient,
    Restricted,
    SettingError,
    ShapeError,
    StructureError,
    UnitVectorLayer,
)

SAMPLES = [
    UnitVectorLayer(3, Input=()),
    UnitVectorLayer(5, Input=(2, 3)),
    UnitVectorLayer(4, Input=("Varying", 2)),
    UnitVectorLayer(7, Output=(3, Automatic)),
]


def test_documented_value():
    np.testing.assert_array_equal(UnitVectorLayer(3)(2), [0, 1, 0])
    np.testing.assert_array_equal(UnitVectorLayer(2)([[1, 2]]), [[[1, 0], [0, 1]]])


@pytest.mark.parametrize(
    ("shape", "dims"),
    [
        ("Integer", (3,)),
        (4, (4, 3)),
        ((4, 2), (4, 2, 3)),
        ("Varying", ("Varying", 3)),
        (("Varying", 2), ("Varying", 2, 3)),
        (Restricted("Integer", 2), (3,)),
    ],
)
def test_shapes_of_the_input(shape, dims):
    assert UnitVectorLayer(3, Input=shape).port("Output").dims == dims


def test_the_size_follows_from_the_output():
    layer = UnitVectorLayer(Output=(4, 3))

    assert layer.port("Input").dims == (4,)
    assert layer.port("Input").last == 3
    assert UnitVectorLayer(Input=3).port("Output").dims == (3, Automatic)
    assert UnitVectorLayer("n", Input=3).port("Output").dims == (3, "n")


def test_sequences_of_several_lengths():
    long, short = UnitVectorLayer(3, Input="Varying")([[1, 3], [2]])

    np.testing.assert_array_equal(long, [[1, 0, 0], [0, 0, 1]])
    np.testing.assert_array_equal(short, [[0, 1, 0]])


@pytest.mark.parametrize("wrong", [0, 4, -1])
def test_an_integer_outside(wrong):
    with pytest.raises(DataError) as error:
        UnitVectorLayer(3)([1, wrong])
    assert error.value.facts["expected"] == "integers from 1 to 3"
    assert error.value.facts["got"] == wrong


def test_what_reaches_too_far():
    with pytest.raises(ShapeError) as error:
        UnitVectorLayer(3, Input=Restricted("Integer", 4))
    assert error.value.facts["port"] == "Input"


def test_there_is_no_gradient_by_integers():
    with pytest.raises(StructureError):
        UnitVectorLayer(3, Input=2)([1, 2], NetPortGradient("Input"))


@pytest.mark.parametrize("wrong", [0, -3, 2.5, (3,), None, True, "Varying", "a b"], ids=str)
def test_what_is_no_size(wrong):
    with pytest.raises(SettingError) as error:
        UnitVectorLayer(wrong)
    assert error.value.facts["setting"] == "ClassCount"


def test_a_size_that_is_open():
    for layer in (UnitVectorLayer(Input=2), UnitVectorLayer("n", Input=2)):
        with pytest.raises(ShapeError) as error:
            layer([1, 2])
        assert error.value.facts["port"] == "Output"


def test_the_size_follows_from_an_encoder():
    kinds = NetEncoder(["Class", ["low", "mid", "high"]])

    np.testing.assert_array_equal(UnitVectorLayer(Input=kinds)("mid"), [0, 1, 0])
    assert UnitVectorLayer(5, Input=kinds).port("Output").dims == (5,)
    with pytest.raises(ShapeError):
        UnitVectorLayer(2, Input=kinds)


def test_in_a_chain():
    net = NetChain([UnitVectorLayer(), LinearLayer(2, Weights=np.ones((2, 3)))])

    assert net.port("Input").dims == ()
    assert net.port("Input").last == 3
