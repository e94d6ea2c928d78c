"""MeanSquaredLossLayer: the mean over all entries, at any rank."""

import pytest

from netdsl import DataError, MeanSquaredLossLayer, ShapeError

SAMPLES = [
    MeanSquaredLossLayer(Input=3),
    MeanSquaredLossLayer(Input=(2, 3)),
    MeanSquaredLossLayer(Input="Real"),
    MeanSquaredLossLayer(Target=("Varying", 2)),
]


def test_check_value():
    loss = MeanSquaredLossLayer()({"Input": [1, 2, 3], "Target": [1, 0, 5]})

    assert loss == pytest.approx(8 / 3)


def test_both_ports_have_one_shape():
    with pytest.raises(ShapeError) as error:
        MeanSquaredLossLayer(Input=3, Target=4)
    assert error.value.facts["port"] == "Target"


def test_lengths_that_differ():
    layer = MeanSquaredLossLayer(Input=3)
    with pytest.raises(DataError) as error:
        layer({"Input": [[1, 2, 3], [4, 5, 6]], "Target": [[1, 2, 3]]})
    assert error.value.facts["port"] == "Target"
    assert (error.value.facts["expected"], error.value.facts["got"]) == (2, 1)
