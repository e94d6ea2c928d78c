"""OrderingLayer: the places in order, the first or the last of them."""

import numpy as np
import pytest

from netdsl import All, NetPortGradient, OrderingLayer, SettingError, ShapeError

SAMPLES = [
    OrderingLayer(Input=7),
    OrderingLayer(3, Input=5),
    OrderingLayer(-2, Input=5),
    OrderingLayer(Input="Varying"),
    OrderingLayer(1, Input="n"),
]
GIVEN = [3, 1, 4, 1, 5, 9, 2, 6]


@pytest.mark.parametrize(
    ("count", "places"),
    [
        (All, [2, 4, 7, 1, 3, 5, 8, 6]),
        ("All", [2, 4, 7, 1, 3, 5, 8, 6]),
        (4, [2, 4, 7, 1]),
        (-4, [3, 5, 8, 6]),
        (-8, [2, 4, 7, 1, 3, 5, 8, 6]),
    ],
)
def test_check_values(count, places):
    np.testing.assert_array_equal(OrderingLayer(count)(GIVEN), places)


def test_of_equal_entries_the_first_comes_first():
    x = np.random.default_rng(2).integers(0, 4, (3, 100))

    got = OrderingLayer(Input=100)(x)

    np.testing.assert_array_equal(got, np.argsort(x, axis=1, kind="stable") + 1)


def test_sequences_of_several_lengths():
    examples = [[3, 1, 2], [5.0], [np.inf, 1]]

    got = OrderingLayer(Input="Varying")(examples)

    assert [list(one) for one in got] == [[2, 3, 1], [1], [2, 1]]
    np.testing.assert_array_equal(OrderingLayer(-1, Input="Varying")([[3, 1, 2], [5]]), [[1], [1]])


def test_sizes():
    assert OrderingLayer(Output=4).port("Input").dims == (4,)
    assert OrderingLayer(-3, Input=4).port("Output").dims == (3,)
    assert OrderingLayer(Input=4).port("Output").last == 4


@pytest.mark.parametrize("given", [3, "Varying"])
def test_more_places_than_entries(given):
    with pytest.raises(ShapeError) as error:
        OrderingLayer(4, Input=given)([1, 2, 3])
    assert error.value.facts["port"] == "Input"
    assert error.value.facts["expected"] == "at least 4"


def test_it_takes_vectors():
    with pytest.raises(ShapeError) as error:
        OrderingLayer(Input=(2, 3))
    assert error.value.facts["port"] == "Input"


def test_it_has_no_gradient():
    got = OrderingLayer(Input=3)([3, 1, 2], NetPortGradient("Input"))

    np.testing.assert_array_equal(got, [0, 0, 0])


@pytest.mark.parametrize("wrong", [0, 1.5, None, True, "all", (2,)], ids=str)
def test_what_is_no_count(wrong):
    with pytest.raises(SettingError) as error:
        OrderingLayer(wrong)
    assert error.value.facts["setting"] == "Count"
