"""The decoder of classes."""

import numpy as np
import pytest

from netdsl.coders import NetDecoder
from netdsl.coders.sampling import tempered
from netdsl.dims import PortType
from netdsl.errors import DataError, SettingError
from netdsl.symbols import Automatic

ANIMALS = ("cat", "dog", "emu")
DECODE = NetDecoder("Class", ANIMALS)
NUMBERED = NetDecoder("Class")
SEVERAL = NetDecoder("Class", ANIMALS, Multilabel=True)
P = [0.1, 0.7, 0.2]
NAMES = ["Decision", "TopDecisions", "TopProbabilities", "Probabilities", "Probability"]
NAMES += ["Entropy", "RandomSample"]


@pytest.mark.parametrize(
    ("prop", "answer"),
    [
        (Automatic, "dog"),
        ("Decision", "dog"),
        ({"TopDecisions": 2}, ["dog", "emu"]),
        (("TopDecisions", 9), ["dog", "emu", "cat"]),
        ("TopProbabilities", [("dog", 0.7), ("emu", 0.2), ("cat", 0.1)]),
        ({"TopProbabilities": 2}, [("dog", 0.7), ("emu", 0.2)]),
        (["TopProbabilities", 1], [("dog", 0.7)]),
        ("Probabilities", {"cat": 0.1, "dog": 0.7, "emu": 0.2}),
        ({"Probability": "emu"}, 0.2),
        ("Properties", NAMES),
    ],
)
def test_properties(prop, answer):
    assert DECODE(P, prop) == answer
    assert DECODE(np.float32(P), prop) == answer
    assert DECODE([P], prop) == ([answer] if prop != "Properties" else answer)


def test_entropy():
    want = 0.1 * np.log(10) + 0.7 * np.log(1 / 0.7) + 0.2 * np.log(5)

    assert DECODE(P, "Entropy") == pytest.approx(want)
    assert DECODE([0, 1, 0], "Entropy") == 0
    assert SEVERAL([0.5, 0.5, 1.0], "Entropy") == pytest.approx(2 * np.log(2))


def test_raw():
    np.testing.assert_array_equal(DECODE(P, None), P)
    np.testing.assert_array_equal(DECODE([P, P], None), [P, P])


def test_probabilities_are_in_the_order_of_the_classes():
    assert list(DECODE(P, "Probabilities")) == list(ANIMALS)


def test_unlikely_classes_are_left_out():
    assert DECODE([0.005, 0.99, 0.005], "TopProbabilities") == [("dog", 0.99)]
    assert len(NUMBERED(np.full(200, 1 / 200), "TopProbabilities")) == 1


def test_of_equal_ones_the_first_wins():
    assert DECODE([0.4, 0.4, 0.2]) == "cat"
    assert DECODE([0.2, 0.4, 0.4], {"TopDecisions": 3}) == ["dog", "emu", "cat"]
    assert NUMBERED(np.tile([0.0, 0.01], 100), {"TopDecisions": 9}) == [*range(2, 20, 2)]


def test_numbered_classes():
    assert NUMBERED(P) == 2
    assert NUMBERED([0.5, 0.5], {"Probability": 2}) == 0.5
    assert NUMBERED.port_type == PortType((Automatic,), "Real")


def test_several_labels():
    assert SEVERAL([0.6, 0.5, 0.51]) == ["cat", "emu"]
    assert SEVERAL([0, 0, 0]) == []
    assert SEVERAL([[True, False, True]]) == [["cat", "emu"]]
    assert SEVERAL([0.6, 0.5, 0.9], {"TopDecisions": 2}) == ["emu", "cat"]
    assert SEVERAL([0.0, 1.0, 1.0], "RandomSample") == ["dog", "emu"]


def test_outer_dimensions():
    decode = NetDecoder("Class", ANIMALS, InputDepth=2)

    assert decode.port_type == PortType((Automatic, 3), "Real")
    assert decode([P, P[::-1], [1, 0, 0]]) == ["dog", "dog", "cat"]
    assert decode([[P, P], [[1, 0, 0]]]) == [["dog", "dog"], ["cat"]]
    assert decode([P, [1, 0, 0]], {"Probability": "cat"}).tolist() == [0.1, 1]
    assert decode([P, [1, 0, 0]], "Entropy")[1] == 0
    assert decode([P], "TopProbabilities") == [DECODE(P, "TopProbabilities")]


def test_rounded_probabilities_pass():
    assert DECODE([0.33, 0.33, 0.33]) == "cat"
    assert DECODE(np.float16([0.25, 0.5, 0.25])) == "dog"


# ---- samples -------------------------------------------------------------------------------------


def frequencies(argument, p=P):
    drawn = DECODE(np.tile(p, (4000, 1)), {"RandomSample": {"RandomSeeding": 5, **argument}})
    return [np.mean([label == animal for label in drawn]) for animal in ANIMALS]


@pytest.mark.parametrize(
    ("argument", "want"),
    [
        ({}, P),
        ({"Temperature": 0.5}, [1 / 54, 49 / 54, 4 / 54]),
        ({"TopProbabilities": 2}, [0, 7 / 9, 2 / 9]),
        ({"TotalProbabilityCutoff": 0.9}, [0, 7 / 9, 2 / 9]),
        ({"TotalProbabilityCutoff": 0.7}, [0, 1, 0]),
        ({"TotalProbabilityCutoff": 0.71, "TopProbabilities": 3}, [0, 7 / 9, 2 / 9]),
        ({"TotalProbabilityCutoff": 0.9, "Temperature": 0.5}, [0, 1, 0]),
        ({"TotalProbabilityCutoff": 1}, P),
        ({"Temperature": 1e9}, [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_samples_have_their_probabilities(argument, want):
    np.testing.assert_allclose(frequencies(argument), want, atol=0.03)


def test_a_seed_gives_the_same_samples():
    seeded = {"RandomSample": {"RandomSeeding": 3}}

    assert DECODE([P] * 30, seeded) == DECODE([P] * 30, seeded)
    assert DECODE([P] * 30, seeded) != DECODE([P] * 30, {"RandomSample": {"RandomSeeding": "3"}})
    assert len(set(DECODE([P] * 99, seeded))) == 3


def test_what_is_impossible_is_not_drawn():
    assert set(DECODE([[0, 1, 0]] * 99, "RandomSample")) == {"dog"}


def test_temperature_tends_to_the_decision():
    np.testing.assert_allclose(tempered(np.array([0.3, 0.0, 0.7]), 1e-3), [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(tempered(np.array(P), 1.0), P)


# ---- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prop", "facts"),
    [
        ("Dcision", {"setting": "property", "nearest": "Decision"}),
        ("TopDecisions", {"setting": "TopDecisions"}),
        ("Probability", {"setting": "Probability"}),
        ({"TopDecisions": 0}, {"setting": "TopDecisions", "got": "0"}),
        ({"TopProbabilities": 1.5}, {"setting": "TopProbabilities", "got": "1.5"}),
        ({"Entropy": 2}, {"setting": "Entropy", "got": "2"}),
        ({"Probability": "dgo"}, {"setting": "Probability", "nearest": "'dog'"}),
        ({"Probability": []}, {"setting": "Probability", "got": "[]"}),
        ({"RandomSample": -1}, {"setting": "Temperature", "got": "-1"}),
        ({"RandomSample": {"TotalProbabilityCutoff": 1.5}}, {"setting": "TotalProbabilityCutoff"}),
        ({"RandomSample": {"TopProbabilties": 2}}, {"nearest": "TopProbabilities"}),
        ({"Decision": 1, "Entropy": 2}, {"setting": "property"}),
        ((), {"setting": "property"}),
    ],
)
def test_wrong_properties(prop, facts):
    with pytest.raises(SettingError) as error:
        DECODE(P, prop)
    assert facts.items() <= error.value.facts.items()
    assert error.value.facts["coder"] == repr(DECODE)


def test_labels_that_stand_alone_have_no_top_ones_to_draw():
    with pytest.raises(SettingError) as error:
        SEVERAL(P, {"RandomSample": {"TopProbabilities": 2}})
    assert error.value.facts["got"] == "TopProbabilities"


@pytest.mark.parametrize(
    ("decode", "array", "facts"),
    [
        (DECODE, [0.5, 0.5], {"got": "dimensions 2"}),
        (DECODE, 0.5, {"got": "dimensions -"}),
        (DECODE, [0.5, 0.1, 0.1], {"got": "0.7", "expected": "a sum of 1"}),
        (DECODE, [2, -1, 0], {"got": 2.0}),
        (DECODE, [0.5, float("nan"), 0.5], {"got": "NaN"}),
        (DECODE, "cat", {"got": "'cat'"}),
        (DECODE, ["cat"], {"got": "'cat'"}),
        (DECODE, [[[P], [P, P]]], {"expected": "vector of size 3, or a batch of them"}),
        (NUMBERED, [], {"got": "dimensions 0"}),
        (SEVERAL, [0.5, 1.5, 0], {"got": 1.5}),
        (NetDecoder("Class", ANIMALS, InputDepth=2), P, {"got": "dimensions 3"}),
    ],
)
def test_what_cannot_be_decoded(decode, array, facts):
    with pytest.raises(DataError) as error:
        decode(array)
    assert facts.items() <= error.value.facts.items()
    assert "coder" in error.value.facts
