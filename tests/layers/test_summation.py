"""SummationLayer: the sum of all entries, of a sequence those that are there."""

import numpy as np

from netdsl import AggregationLayer, All, SummationLayer, Total

SAMPLES = [
    SummationLayer(Input=4),
    SummationLayer(Input=(2, 3, 1)),
    SummationLayer(Input=()),
    SummationLayer(Input=("Varying", "h")),
]


def test_documented_values():
    assert SummationLayer()([1, 2, 3, 4]) == 10
    assert SummationLayer()(np.ones((2, 3, 1))) == 6
    np.testing.assert_array_equal(SummationLayer(Input=2)([[1, 2], [3, 4]]), [3, 7])


def test_it_is_the_total_of_all_levels():
    x = np.arange(30.0).reshape(2, 3, 5)

    assert SummationLayer()(x) == AggregationLayer(Total, All)(x)


def test_a_sequence_has_the_entries_that_are_there():
    layer = SummationLayer(Input=("Varying", 2))

    np.testing.assert_array_equal(layer([[[1, 2], [3, 4]], [[5, 6]]]), [10, 11])
