"""MeanAbsoluteLossLayer: the mean over all entries, at any rank."""

import numpy as np
import pytest

from netdsl import MeanAbsoluteLossLayer, NetPortGradient, ShapeError

SAMPLES = [
    MeanAbsoluteLossLayer(Input=3),
    MeanAbsoluteLossLayer(Input=(2, 3)),
    MeanAbsoluteLossLayer(Input="Real"),
    MeanAbsoluteLossLayer(Target=("Varying", 2)),
]


def test_check_value():
    loss = MeanAbsoluteLossLayer()({"Input": [1, 2, 3], "Target": [1, 0, 5]})

    assert loss == pytest.approx(4 / 3)


def test_one_loss_for_each_example():
    data = {"Input": [[1, 2], [3, 4]], "Target": [[2, 4], [3, 3]]}

    np.testing.assert_allclose(MeanAbsoluteLossLayer(Input=2)(data), [1.5, 0.5])


@pytest.mark.parametrize(("port", "sign"), [("Input", 1), ("Target", -1)])
def test_gradients_go_to_both_ports(port, sign):
    data = {"Input": [1, 2, 3], "Target": [1, 0, 5]}

    slope = MeanAbsoluteLossLayer()(data, NetPortGradient(port))

    np.testing.assert_allclose(slope, sign * np.array([0, 1, -1]) / 3, rtol=1e-6)


def test_of_sequences_only_their_own_elements_count():
    layer = MeanAbsoluteLossLayer(Input="Varying")
    data = {"Input": [[1, 2, 3], [4]], "Target": [[2, 2, 2], [1]]}

    np.testing.assert_allclose(layer(data), [2 / 3, 3])


def test_both_ports_have_one_shape():
    with pytest.raises(ShapeError) as error:
        MeanAbsoluteLossLayer(Input=3, Target=4)
    assert error.value.facts["port"] == "Target"
