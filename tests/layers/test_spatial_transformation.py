"""SpatialTransformationLayer: check values, what lies outside, sizes of one, sizes both ways."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    NetPortGradient,
    SettingError,
    ShapeError,
    SpatialTransformationLayer,
)

SAMPLES = [
    (SpatialTransformationLayer([3, 4], Input=(2, 5, 3)), (-0.8, 0.8)),
    SpatialTransformationLayer([4, 2], Input=(1, 3, 5)),
    (SpatialTransformationLayer([1, 3], Input=(3, 4, 2)), (-0.9, 0.9)),
    (SpatialTransformationLayer([2, 1], Input=(1, 4, 1)), (-0.9, 0.9)),
    (SpatialTransformationLayer([2, 3], Input=("c", "h", 2)), (-0.7, 0.7)),
]

SQUARE = [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]


@pytest.mark.parametrize(
    ("size", "parameters", "expected"),
    [
        ((2, 2), (1, 0, 0, 0, 1, 0), [[1, 3], [7, 9]]),
        ((3, 3), (0.5, 0, 0, 0, 0.5, 0), [[3, 3.5, 4], [4.5, 5, 5.5], [6, 6.5, 7]]),
        ((3, 3), (2, 0, 0, 0, 2, 0), [[0, 0, 0], [0, 5, 0], [0, 0, 0]]),
        ((3, 3), (1, 0, 1, 0, 1, 0), [[2, 3, 0], [5, 6, 0], [8, 9, 0]]),
        ((3, 3), (1, 0, 0, 0, 1, -1), [[0, 0, 0], [1, 2, 3], [4, 5, 6]]),
        ((3, 3), (0, 1, 0, 1, 0, 0), [[1, 4, 7], [2, 5, 8], [3, 6, 9]]),
        ((1, 2), (1, 0, 0, 0, 1, 0), [[4, 6]]),
        # half an entry beside the image
        ((1, 2), (1, 0, 0.5, 0, 1, 0), [[4.5, 3]]),
    ],
)
def test_check_values(size, parameters, expected):
    layer = SpatialTransformationLayer(size)

    got = layer({"Input": SQUARE, "Parameters": parameters})

    np.testing.assert_allclose(got, [expected], rtol=1e-6)


def test_each_example_has_its_parameters():
    layer = SpatialTransformationLayer([1, 1])
    shifts = [[1, 0, x, 0, 1, 0] for x in (-1, 0, 1)]

    got = layer({"Input": [SQUARE] * 3, "Parameters": shifts})

    np.testing.assert_array_equal(got.ravel(), [4, 5, 6])


def test_a_shift_has_the_slope_of_the_image():
    data = {"Input": SQUARE, "Parameters": [0.5, 0, 0.1, 0, 0.5, 0.2]}

    got = SpatialTransformationLayer([2, 2])(data, NetPortGradient("Parameters"))

    # Four places, x and y at -1 and 1; one step between entries is 1 to the right and 3 downwards.
    np.testing.assert_allclose(got, [0, 0, 4, 0, 0, 12], atol=1e-5)


@pytest.mark.parametrize("far", [1e30, -np.inf])
def test_far_outside_is_nothing(far):
    data = {"Input": SQUARE, "Parameters": [1, 0, far, 0, 1, 0]}
    layer = SpatialTransformationLayer([2, 3])

    assert not layer(data).any()
    assert not layer(data, NetPortGradient("Input")).any()
    assert not layer(data, NetPortGradient("Parameters")).any()


def test_sizes_both_ways():
    layer = SpatialTransformationLayer(Output=("c", 4, "w"))

    assert layer.port("Input").dims == ("c", Automatic, Automatic)
    assert SpatialTransformationLayer(["h", 3], Input=(2, 5, 6)).port("Output").dims == (2, "h", 3)


@pytest.mark.parametrize("size", [4, [4], [2, 3, 4], ["Varying", 2], [0, 3]])
def test_an_image_has_two_levels(size):
    with pytest.raises(SettingError) as error:
        SpatialTransformationLayer(size)
    assert error.value.facts["setting"] == "Size"


def test_six_parameters():
    with pytest.raises(ShapeError) as error:
        SpatialTransformationLayer([2, 2], Parameters=5)
    facts = error.value.facts
    assert (facts["port"], facts["expected"], facts["got"]) == ("Parameters", 6, 5)
