"""FlattenLayer: counts from both ends, level lists, division backwards."""

from math import inf

import numpy as np
import pytest

from netdsl import Automatic, FlattenLayer, NetError, SettingError, ShapeError

SAMPLES = [
    FlattenLayer(Input=(2, 3, 4)),
    FlattenLayer(1, Input=(2, 3, 5)),
    FlattenLayer(-1, Input=(2, 3, 5)),
    FlattenLayer([[2, 3]], Input=(2, 3, 4)),
    FlattenLayer([[3, 1], [2]], Input=(2, 3, 4)),
    FlattenLayer([[-1, 2]], Input=(2, 3, 5, 4)),
    FlattenLayer(0, Input=(2, 3)),
    FlattenLayer(1, Input=("Varying", 2, 3)),
    FlattenLayer([[3], [2, 1]], Input=("Varying", 2, 3)),
]


@pytest.mark.parametrize(
    ("levels", "dims"),
    [(2, (24, 5)), (-2, (2, 60)), (inf, (120,)), (1, (6, 4, 5)), (0, (2, 3, 4, 5))],
)
def test_documented_shapes(levels, dims):
    assert FlattenLayer(levels, Input=(2, 3, 4, 5)).port("Output").dims == dims


def test_level_lists_move_and_merge():
    x = np.arange(24.0).reshape(2, 3, 4)

    got = FlattenLayer([[2, 3]], Input=(2, 3, 4))(x)

    np.testing.assert_array_equal(got, x.transpose(1, 2, 0).reshape(12, 2))


@pytest.mark.parametrize("levels", [inf, 1, -1, [[2, 1]], [[2], [1]], [[3, 1]]])
def test_lengths_that_vary_are_merged_and_moved(levels):
    layer = FlattenLayer(levels, Input=("Varying", 2, 3))
    examples = [np.random.default_rng(n).normal(size=(n, 2, 3)) for n in (4, 1, 3)]

    for got, x in zip(layer(examples), examples, strict=True):
        np.testing.assert_array_equal(got, FlattenLayer(levels)(x))


def test_a_number_becomes_a_vector():
    np.testing.assert_array_equal(FlattenLayer(Input="Real")(5), [5])


def test_a_list_of_levels_was_meant_as_one_dimension():
    with pytest.raises(SettingError) as error:
        FlattenLayer([2, 3])
    assert error.value.facts["nearest"] == "((2, 3),)"


def test_a_size_follows_from_the_product():
    assert FlattenLayer(Input=(Automatic, 3, 4), Output=24).port("Input").dims == (2, 3, 4)


def test_integers_stay_integers():
    layer = FlattenLayer(Input=(2, 2, "Integer"))

    assert layer.port("Output").element == "Integer"
    assert layer([[1, 2], [3, 4]]).dtype == np.int64


def test_a_product_that_does_not_divide():
    with pytest.raises(ShapeError):
        FlattenLayer(Input=(Automatic, 3, 4), Output=25)


@pytest.mark.parametrize("levels", [3, -3, [[1, 4]], [[1], [1, 2]]])
def test_levels_that_are_not_there(levels):
    with pytest.raises(ShapeError) as error:
        FlattenLayer(levels, Input=(2, 3, 4))
    assert error.value.facts["setting"] == "Levels"


@pytest.mark.parametrize("levels", ["all", True, 1.5, None, [[]], [[1], 2], [[1, "a"]]])
def test_levels_of_another_kind(levels):
    with pytest.raises(NetError):
        FlattenLayer(levels)


def test_a_number_has_nothing_to_merge():
    assert FlattenLayer(0, Input="Real").port("Output").dims == ()
    with pytest.raises(ShapeError) as error:
        FlattenLayer(1, Input="Real")
    assert error.value.facts["expected"] == "an array of rank 1 or more"
