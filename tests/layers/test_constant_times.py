"""ConstantTimesLayer: a factor for each entry, ones at first."""

import numpy as np
import pytest

from netdsl import ConstantTimesLayer, NetInitialize, NetPortGradient, ShapeError

SAMPLES = [
    ConstantTimesLayer(Input=(3, 2)),
    ConstantTimesLayer(Scaling=[0.5, -2, 3]),
    ConstantTimesLayer(Input="Real", LearningRateMultipliers=0),
]


def test_each_entry_has_its_factor():
    layer = ConstantTimesLayer(Scaling=[[1, 2, 3], [4, 5, 6]])
    data = {"Input": [[[1, 1, 1], [2, 2, 2]], [[0, 0, 10], [0, 0, 0]]]}

    np.testing.assert_array_equal(layer(data), [[[1, 2, 3], [8, 10, 12]], [[0, 0, 30], [0, 0, 0]]])
    np.testing.assert_array_equal(layer(data, NetPortGradient("Scaling")), [[1, 1, 11], [2, 2, 2]])


def test_it_starts_as_ones():
    np.testing.assert_array_equal(NetInitialize(ConstantTimesLayer(Input=3)).Scaling, [1, 1, 1])


def test_the_array_has_the_dimensions_of_the_input():
    assert ConstantTimesLayer(Scaling=[[1, 2]]).port("Input").dims == (1, 2)
    with pytest.raises(ShapeError) as error:
        ConstantTimesLayer(Input=(2, 3), Scaling=[1, 2, 3])
    assert error.value.facts["array"] == "Scaling"
    with pytest.raises(ShapeError):
        ConstantTimesLayer(Input=("Varying", 3))
