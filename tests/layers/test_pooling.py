"""PoolingLayer: documented values of each function, padding, ties, what does not fit."""

import numpy as np
import pytest

from netdsl import Information, Max, NetPortGradient, PoolingLayer, SettingError

SAMPLES = [
    PoolingLayer(2, Input=(2, 5)),
    PoolingLayer((2, 3), (1, 2), Input=(2, 4, 7)),
    PoolingLayer((2, 1, 3), 2, Input=(1, 4, 3, 5)),
    PoolingLayer(2, 2, Input=(1, 4, 6)),
    PoolingLayer((3, 4), Input=(2, 3, 4)),
    PoolingLayer((3, 2), (2, 1), PaddingSize=((2, 0), 1), Input=(1, 4, 3)),
    PoolingLayer((3, 2), 2, PaddingSize="Same", Input=(2, 5, 4)),
    PoolingLayer(3, 2, Function="Mean", PaddingSize=1, Input=(1, 4, 5)),
    PoolingLayer((2, 3), Function="Total", PaddingSize=((3, 1), (0, 2)), Input=(2, 3, 4)),
    PoolingLayer((3, 4), Function="Mean", Input=(2, 3, 4)),
    PoolingLayer((2, 3), Interleaving=True, Input=(4, 5, 3)),
    PoolingLayer(
        [2], 2, Function="Mean", PaddingSize="Same", Interleaving=True, Input=("Varying", 2)
    ),
]

SQUARE = [[[0, 1, 2], [3, 4, 5], [6, 7, 8]]]


@pytest.mark.parametrize(
    ("function", "expected"),
    [("Max", [[4, 5], [7, 8]]), ("Mean", [[2, 3], [5, 6]]), ("Total", [[8, 12], [20, 24]])],
)
def test_documented_values(function, expected):
    np.testing.assert_array_equal(PoolingLayer(2, Function=function)(SQUARE), [expected])


def test_padding_counts_in_a_mean_and_is_ignored_by_a_maximum():
    data = [[-6.0, -2.0]]

    np.testing.assert_array_equal(PoolingLayer([2], PaddingSize=1)(data), [[-6, -2, -2]])
    mean = PoolingLayer([2], PaddingSize=1, Function="Mean")
    np.testing.assert_array_equal(mean(data), [[-3, -4, -1]])


def test_the_first_of_equal_entries_gets_the_gradient():
    got = PoolingLayer(2)([[[1.0, 5, 5], [5, 1, 5]]], NetPortGradient("Input"))

    np.testing.assert_array_equal(got, [[[0, 1, 0], [1, 0, 0]]])


def test_max_itself_names_the_function():
    assert PoolingLayer(2, Function=Max) == PoolingLayer(2)


def test_the_formula_is_short_however_large_the_window():
    layer = PoolingLayer((28, 14), Input=(3, 28, 28))

    assert str(Information(layer, "Formula")) == (
        "Output[i, j, k] = Largest(Input[i, j + l, k + m], (l, 0, 27), (m, 0, 13))"
    )
    assert r"\max_{0 \leq l \leq 27" in Information(layer, "FormulaLaTeX")


def test_no_window_in_the_padding_alone():
    assert PoolingLayer(2, PaddingSize=2, Function="Mean")
    with pytest.raises(SettingError) as error:
        PoolingLayer((3, 2), PaddingSize=2)
    assert error.value.facts["setting"] == "PaddingSize"


def test_a_function_of_another_name():
    with pytest.raises(SettingError) as error:
        PoolingLayer(2, Function="mean")
    assert error.value.facts["nearest"] == "Mean"
