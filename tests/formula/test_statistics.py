"""The functions of a list: on numbers, as words, and what asks to be aggregated."""

import copy
import pickle

import numpy as np
import pytest

from netdsl import (
    AggregationLayer,
    ElementwiseLayer,
    InterquartileRange,
    Mean,
    MeanDeviation,
    Median,
    NetError,
    PoolingLayer,
    SettingError,
    StandardDeviation,
    Total,
    Variance,
)

ALL = [Mean, Total, Median, Variance, StandardDeviation, MeanDeviation, InterquartileRange]


@pytest.mark.parametrize(
    ("function", "first", "second"),
    [
        (Mean, 2.5, 6.75),
        (Total, 10, 27),
        (Median, 2.5, 6.5),
        (Variance, 5 / 3, 35 / 12),
        (StandardDeviation, 1.2909944, 1.7078251),
        (MeanDeviation, 1, 1.25),
        (InterquartileRange, 2, 2.5),
    ],
    ids=repr,
)
def test_along_the_first_level(function, first, second):
    assert function([1, 2, 3, 4]) == pytest.approx(first)
    assert isinstance(function((1, 2, 3, 4)), int | float)
    columns = np.array([[9, 1], [7, 2], [6, 3], [5, 4]])
    np.testing.assert_allclose(function(columns), [second, first])


@pytest.mark.parametrize("function", ALL, ids=repr)
def test_they_are_words(function):
    assert pickle.loads(pickle.dumps(function)) is function
    assert copy.deepcopy(function) is function
    assert repr(function) == function.name
    assert function.__doc__


@pytest.mark.parametrize("function", ALL, ids=repr)
def test_what_can_be_aggregated_is_asked(function):
    class Proxy:
        def aggregated(self, name):
            return "asked for", name

    assert function(Proxy()) == ("asked for", function.name)


@pytest.mark.parametrize("data", [3, "abc", [], [[1], [1, 2]], None, ["a", "b"]], ids=repr)
def test_what_is_no_list(data):
    with pytest.raises(SettingError) as error:
        Mean(data)
    assert "numbers" in error.value.facts["expected"]


def test_one_number_has_no_variance():
    with pytest.raises(SettingError):
        Variance([1])
    assert InterquartileRange([1]) == 0


def test_in_place_of_a_layer_of_numbers():
    assert PoolingLayer(2, Function=Mean) == PoolingLayer(2, Function="Mean")
    assert PoolingLayer(2, Function=Total).Function == "Total"
    with pytest.raises(NetError) as error:
        ElementwiseLayer(Mean)
    assert error.value.facts["nearest"] == "AggregationLayer(Mean)"
    assert repr(AggregationLayer("Mean")) == "AggregationLayer(Mean)"
