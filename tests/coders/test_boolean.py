"""The coders of truth values and of plain numbers."""

import numpy as np
import pytest

from netdsl.coders import NetDecoder, NetEncoder
from netdsl.dims import PortType
from netdsl.errors import DataError, SettingError
from netdsl.symbols import Automatic

ENCODE, DECODE = NetEncoder("Boolean"), NetDecoder("Boolean")


def test_one():
    assert ENCODE(True) == 1.0
    assert type(ENCODE(True)) is float
    assert ENCODE(np.False_) == 0.0


@pytest.mark.parametrize("batch", [[True, False, True], np.array([True, False, True])])
def test_batch(batch):
    got = ENCODE(batch)

    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, [1, 0, 1])


def test_arrays():
    encode = NetEncoder("Boolean", [2, 3])

    np.testing.assert_array_equal(
        encode([[True, False, True], [False] * 3]), [[1, 0, 1], [0, 0, 0]]
    )
    assert encode(np.ones((5, 2, 3), bool)).shape == (5, 2, 3)
    assert encode.port_type == PortType((2, 3), "Real")


def test_sizes_that_vary():
    encode = NetEncoder("Boolean", ["Varying"])

    got = encode([[True, False], [True]])

    assert [part.tolist() for part in got] == [[1, 0], [1]]
    assert encode([[True, False], [True, True]]).shape == (2, 2)


@pytest.mark.parametrize("codes", [0, 1, 0.25, [0, 1], [0.25, 1.0], np.array([0.5, 0.75])])
def test_codes_are_left_alone(codes):
    np.testing.assert_array_equal(ENCODE(codes), codes)
    np.testing.assert_array_equal(ENCODE(ENCODE(codes)), ENCODE(codes))


@pytest.mark.parametrize(
    ("encode", "value", "facts"),
    [
        (ENCODE, "yes", {"got": "'yes'", "expected": "True, False"}),
        (ENCODE, [True, None], {"got": "None", "example": 2}),
        (ENCODE, 2, {"got": 2}),
        (ENCODE, [0.5, -0.25], {"got": -0.25}),
        (ENCODE, [0.5, float("nan")], {"got": "NaN"}),
        (ENCODE, [[True]], {"got": "dimensions 1"}),
        (ENCODE, [], {"got": "[]"}),
        (NetEncoder("Boolean", 2), [True, False, True], {"got": "dimensions 3"}),
        (NetEncoder("Boolean", 2), [[True, False], [True]], {"got": "a list of 1", "example": 2}),
        (NetEncoder("Boolean", 2), True, {"got": "a number"}),
        (NetEncoder("Scalar"), "1", {"got": "'1'"}),
    ],
)
def test_what_cannot_be_encoded(encode, value, facts):
    with pytest.raises(DataError) as error:
        encode(value)
    assert facts.items() <= error.value.facts.items()
    assert "coder" in error.value.facts


def test_decision():
    assert DECODE(0.49) is False
    assert DECODE(0.5) is True
    assert DECODE([0.2, 0.7]) == [False, True]
    assert DECODE(np.float32(0.7), "Decision") is True


def test_arrays_are_decoded_by_entry():
    decode = NetDecoder("Boolean", InputDepth=2)

    got = decode([[0.2, 0.7, 0.5]])

    assert got.tolist() == [[False, True, True]]
    assert decode.port_type == PortType((Automatic, Automatic), "Real")


def test_properties():
    assert DECODE(0.25, "Probability") == 0.25
    assert DECODE(0.25, None) == 0.25
    assert DECODE(0.25, "Entropy") == pytest.approx(0.5623351446)
    assert DECODE([0.0, 0.5, 1.0], "Entropy") == pytest.approx([0, np.log(2), 0])
    assert DECODE(0.25, "Properties") == ["Decision", "Probability", "Entropy", "RandomSample"]


def test_samples():
    many = np.full(4000, 0.2)

    plain = DECODE(many, {"RandomSample": {"RandomSeeding": 7}})
    hot = DECODE(many, ("RandomSample", {"RandomSeeding": "x", "Temperature": 2}))

    assert np.mean(plain) == pytest.approx(0.2, abs=0.03)
    assert np.mean(hot) == pytest.approx(1 / 3, abs=0.03)  # sqrt(.2) / (sqrt(.2) + sqrt(.8))
    assert plain == DECODE(many, {"RandomSample": {"RandomSeeding": 7}})
    assert DECODE([0.0, 1.0] * 9, "RandomSample") == [False, True] * 9
    assert DECODE([0.4, 0.6] * 9, {"RandomSample": 1e-6}) == [False, True] * 9


@pytest.mark.parametrize("value", [1.5, -0.5, "x", [[0.5]], float("nan"), [0.5, 7.0], []])
def test_what_is_no_probability(value):
    with pytest.raises(DataError) as error:
        DECODE(value)
    assert error.value.facts["coder"] == "NetDecoder('Boolean')"


@pytest.mark.parametrize(
    ("prop", "facts"),
    [
        ("Probabilty", {"setting": "property", "nearest": "Probability"}),
        ({"Decision": 3}, {"setting": "Decision", "got": "3"}),
        ({"RandomSample": 0}, {"setting": "Temperature", "got": "0"}),
        ({"RandomSample": {"Temperatur": 2}}, {"nearest": "Temperature"}),
        ({"RandomSample": {"RandomSeeding": -1}}, {"setting": "RandomSeeding"}),
        ({"RandomSample": {"TopProbabilities": 1}}, {"got": "TopProbabilities"}),
        (np.array([1, 2]), {"setting": "property"}),
        (7, {"setting": "property", "got": "7"}),
    ],
)
def test_unknown_properties(prop, facts):
    with pytest.raises(SettingError) as error:
        DECODE(0.5, prop)
    assert facts.items() <= error.value.facts.items()


def test_scalars_pass():
    assert NetEncoder("Scalar")(-2.5) == -2.5
    assert NetDecoder("Scalar")([1.5, 2.5]) == [1.5, 2.5]
    assert NetEncoder("Scalar").port_type == PortType((), "Real")
    with pytest.raises(SettingError):
        NetDecoder("Scalar")(1.5, "Decision")
