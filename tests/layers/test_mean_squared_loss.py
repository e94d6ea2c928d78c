"""MeanSquaredLossLayer: the mean over all entries, at any rank."""

import numpy as np
import pytest

from netdsl import DataError, MeanSquaredLossLayer, NetPortGradient, ShapeError

SAMPLES = [
    MeanSquaredLossLayer(Input=3),
    MeanSquaredLossLayer(Input=(2, 3)),
    MeanSquaredLossLayer(Input="Real"),
    MeanSquaredLossLayer(Target=("Varying", 2)),
]


def test_check_value():
    loss = MeanSquaredLossLayer()({"Input": [1, 2, 3], "Target": [1, 0, 5]})

    assert loss == pytest.approx(8 / 3)


@pytest.mark.parametrize(("port", "sign"), [("Input", 1), ("Target", -1)])
def test_gradients_go_to_both_ports(port, sign):
    data = {"Input": [1, 2, 3], "Target": [1, 0, 5]}

    slope = MeanSquaredLossLayer()(data, NetPortGradient(port))

    np.testing.assert_allclose(slope, sign * np.array([0, 4, -4]) / 3, rtol=1e-6)


def test_of_sequences_only_their_own_elements_count():
    layer = MeanSquaredLossLayer(Input="Varying")
    data = {"Input": [[1, 2, 3], [4]], "Target": [[2, 2, 1], [1]]}

    np.testing.assert_allclose(layer(data), [5 / 3, 9], rtol=1e-6)


def test_one_number():
    assert MeanSquaredLossLayer(Input="Real")({"Input": 3, "Target": 1}) == 4


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
