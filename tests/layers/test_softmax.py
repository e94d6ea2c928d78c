"""SoftmaxLayer: every level, sequences, large inputs."""

import numpy as np
import pytest

from netdsl import NetPortGradient, ShapeError, SoftmaxLayer

SAMPLES = [
    SoftmaxLayer(Input=3),
    SoftmaxLayer(1, Input=(3, 2)),
    SoftmaxLayer(-2, Input=(2, 5, 3)),
    SoftmaxLayer(1, Input=("Varying", 3)),
]


def test_check_value():
    np.testing.assert_allclose(
        SoftmaxLayer()([1, 2, 3]), [0.0900306, 0.244728, 0.665241], rtol=1e-5
    )


def test_the_level_sums_to_one():
    x = np.arange(6.0).reshape(3, 2)

    np.testing.assert_allclose(SoftmaxLayer(Input=(3, 2))(x).sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(SoftmaxLayer(1, Input=(3, 2))(x).sum(axis=0), 1, rtol=1e-6)


def test_large_inputs_do_not_overflow():
    layer = SoftmaxLayer(Input=2)

    np.testing.assert_array_equal(layer([1e4, -1e4]), [1, 0])
    assert np.isfinite(layer([1e4, -1e4], NetPortGradient("Input"))).all()


def test_a_number_has_no_level():
    with pytest.raises(ShapeError):
        SoftmaxLayer(Input="Real")


def test_level_beyond_the_rank():
    with pytest.raises(ShapeError) as error:
        SoftmaxLayer(2, Input=3)
    assert error.value.facts["setting"] == "Level"
