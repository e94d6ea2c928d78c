"""The encoder of classes."""

import datetime
import enum

import numpy as np
import pytest

from netdsl.coders import NetEncoder
from netdsl.dims import PortType
from netdsl.errors import DataError

ANIMALS = ("cat", "dog", "emu")
INDEX = NetEncoder("Class", ANIMALS)
VECTOR = NetEncoder("Class", ANIMALS, "IndicatorVector")
SEVERAL = NetEncoder("Class", ANIMALS, "IndicatorVector", Multilabel=True)


class Animal(enum.Enum):
    CAT = 1
    DOG = 2


def test_index():
    assert INDEX("emu") == 3
    assert type(INDEX("emu")) is int
    np.testing.assert_array_equal(INDEX(["dog", "cat", "dog"]), [2, 1, 2])
    np.testing.assert_array_equal(INDEX(np.array(["dog", "emu"])), [2, 3])
    assert INDEX.port_type == PortType((), "Integer", 1, 3)


def test_vector():
    got = VECTOR(["dog", "emu"])

    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, [[0, 1, 0], [0, 0, 1]])
    np.testing.assert_array_equal(VECTOR("cat"), [1, 0, 0])
    assert VECTOR.port_type == PortType((3,), "Real")


def test_several_labels():
    np.testing.assert_array_equal(SEVERAL(["emu", "cat"]), [1, 0, 1])
    np.testing.assert_array_equal(SEVERAL({"dog"}), [0, 1, 0])
    np.testing.assert_array_equal(SEVERAL([]), [0, 0, 0])
    np.testing.assert_array_equal(SEVERAL([[], ["dog", "dog"]]), [[0, 0, 0], [0, 1, 0]])


def test_arrays_of_labels():
    index = NetEncoder("Class", ANIMALS, Dimensions=2)
    vector = NetEncoder("Class", ANIMALS, "IndicatorVector", Dimensions=2)
    several = NetEncoder("Class", ANIMALS, "IndicatorVector", Dimensions=2, Multilabel=True)

    np.testing.assert_array_equal(index(["emu", "cat"]), [3, 1])
    np.testing.assert_array_equal(index([["emu", "cat"], ["cat", "dog"]]), [[3, 1], [1, 2]])
    np.testing.assert_array_equal(vector(["emu", "cat"]), [[0, 0, 1], [1, 0, 0]])
    np.testing.assert_array_equal(several([["emu", "cat"], []]), [[1, 0, 1], [0, 0, 0]])
    assert index.port_type == PortType((2,), "Integer", 1, 3)
    assert vector.port_type == PortType((2, 3), "Real")


def test_lengths_that_vary():
    index = NetEncoder("Class", ANIMALS, Dimensions=["Varying"])

    assert [part.tolist() for part in index([["emu"], ["cat", "dog"]])] == [[3], [1, 2]]
    np.testing.assert_array_equal(index(["cat", "dog"]), [1, 2])


@pytest.mark.parametrize(
    ("encode", "value"),
    [
        (INDEX, "emu"),
        (INDEX, ["emu", "cat"]),
        (VECTOR, "emu"),
        (VECTOR, ["emu", "cat", "cat"]),
        (SEVERAL, ["emu", "cat"]),
        (SEVERAL, [["emu"], [], ["cat", "dog"]]),
        (NetEncoder("Class", ANIMALS, Dimensions=3), ["emu", "cat", "emu"]),
        (NetEncoder("Class", [0, 1, 2], "IndicatorVector"), [0, 1, 2]),
        (NetEncoder("Class", [False, True], "IndicatorVector"), [True, False]),
        (NetEncoder("Class", [2, 1], "IndicatorVector", Multilabel=True), [[1], [2, 1]]),
    ],
)
def test_encoding_twice_is_encoding_once(encode, value):
    once = encode(value)

    np.testing.assert_array_equal(encode(once), once)
    if isinstance(once, np.ndarray):
        np.testing.assert_array_equal(encode(once.tolist()), once)


def test_codes_are_left_alone():
    np.testing.assert_array_equal(INDEX([1, 3]), [1, 3])
    np.testing.assert_array_equal(INDEX(["cat", 3]), [1, 3])
    np.testing.assert_array_equal(INDEX(np.float32([1, 3])), [1, 3])
    np.testing.assert_array_equal(VECTOR([0.25, 0.75, 0]), [0.25, 0.75, 0])
    assert INDEX(np.uint8([1, 3])).dtype == np.int64


def test_numbers_as_labels_are_no_codes():
    digits = NetEncoder("Class", range(10))

    assert digits(9) == 10
    np.testing.assert_array_equal(digits(np.uint8([0, 9])), [1, 10])
    with pytest.raises(DataError) as error:
        digits(10)
    assert error.value.facts["expected"] == "0, 1, 2, 3, 4, 5 and 4 more"
    assert "nearest" not in error.value.facts


@pytest.mark.parametrize(
    ("labels", "value", "same"),
    [
        ([1, 2], True, "1"),
        ([1, 2], 1.0, "1"),
        ([1.0, 2.0], 1, "1.0"),
        ([True, False], 1, "True"),
        ([("a", 1)], ("a", True), None),
        (["1", "2"], b"1", None),
    ],
)
def test_equal_values_of_other_types_are_other_labels(labels, value, same):
    for form in ("Index", "IndicatorVector"):
        with pytest.raises(DataError) as error:
            NetEncoder("Class", labels, form).encode([value])
        assert same is None or form != "Index" or error.value.facts["nearest"] == same


@pytest.mark.parametrize(
    "labels",
    [
        (None, "a"),
        (("a", 1), ("b", 2)),
        (Animal.DOG, Animal.CAT),
        (datetime.date(2024, 1, 2), datetime.date(2023, 1, 2)),
        (frozenset("ab"), frozenset("c")),
        (1.5, "x", 2),
    ],
)
def test_any_hashable_value_is_a_label(labels):
    encode = NetEncoder("Class", labels)

    np.testing.assert_array_equal(encode(list(labels)), range(1, len(labels) + 1))
    assert [encode(label) for label in labels] == list(range(1, len(labels) + 1))


def test_labels_of_numpy_are_pythons():
    assert NetEncoder("Class", np.array([3, 1])).Labels == (3, 1)
    assert NetEncoder("Class", np.array(["b", "a"])) == NetEncoder("Class", ["b", "a"])


@pytest.mark.parametrize(
    ("encode", "value", "facts"),
    [
        (INDEX, "dgo", {"got": "'dgo'", "nearest": "'dog'"}),
        (INDEX, ["cat", "cow"], {"got": "'cow'", "example": 2}),
        (INDEX, 4, {"got": 4, "expected": "integers from 1 to 3"}),
        (INDEX, [1, 0], {"got": 0}),
        (INDEX, 1.5, {"got": 1.5}),
        (INDEX, True, {"got": "True"}),
        (INDEX, [1, True], {"got": "True", "example": 2}),
        (INDEX, float("nan"), {"got": "NaN"}),
        (INDEX, {"cat": 1}, {"got": "{'cat': 1}"}),
        (INDEX, [], {"got": "[]"}),
        (INDEX, [["cat"]], {"got": "['cat']"}),
        (VECTOR, 2, {"got": "a number"}),
        (VECTOR, [0.5, 0.5], {"got": "dimensions 2"}),
        (VECTOR, [0.5, 1.5, 0], {"got": 1.5}),
        (SEVERAL, "cat", {"got": "'cat'", "nearest": "['cat']"}),
        (SEVERAL, ["cat", "cow"], {"got": "'cow'"}),
        (NetEncoder("Class", ANIMALS, Dimensions=2), ["cat"], {"got": "a list of 1"}),
        (NetEncoder("Class", ANIMALS, Dimensions=2), "cat", {"got": "'cat'"}),
    ],
)
def test_what_cannot_be_encoded(encode, value, facts):
    with pytest.raises(DataError) as error:
        encode(value)
    assert facts.items() <= error.value.facts.items()
    assert "coder" in error.value.facts


def test_a_batch_is_a_list():
    with pytest.raises(DataError):
        INDEX.encode("cat")
