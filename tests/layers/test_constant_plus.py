"""ConstantPlusLayer: an offset for each entry, zeros at first."""

import numpy as np
import pytest

from netdsl import ConstantPlusLayer, NetInitialize, NetPortGradient, ShapeError

SAMPLES = [
    ConstantPlusLayer(Input=(3, 2)),
    ConstantPlusLayer(Biases=[0.5, -2, 3]),
    ConstantPlusLayer(Input="Real", LearningRateMultipliers=0),
]


def test_each_entry_has_its_offset():
    layer = ConstantPlusLayer(Biases=[[1, 2, 3], [4, 5, 6]])
    data = {"Input": [[[1, 1, 1], [2, 2, 2]], [[0, 0, 10], [0, 0, 0]]]}

    np.testing.assert_array_equal(layer(data), [[[2, 3, 4], [6, 7, 8]], [[1, 2, 13], [4, 5, 6]]])
    np.testing.assert_array_equal(layer(data, NetPortGradient("Biases")), [[2, 2, 2], [2, 2, 2]])


def test_it_starts_as_zeros():
    np.testing.assert_array_equal(NetInitialize(ConstantPlusLayer(Input=3)).Biases, [0, 0, 0])


def test_the_array_has_the_dimensions_of_the_input():
    assert ConstantPlusLayer(Biases=[[1, 2]]).port("Input").dims == (1, 2)
    with pytest.raises(ShapeError) as error:
        ConstantPlusLayer(Input=(2, 3), Biases=[1, 2, 3])
    assert error.value.facts["array"] == "Biases"
    with pytest.raises(ShapeError):
        ConstantPlusLayer(Input=("Varying", 3))
