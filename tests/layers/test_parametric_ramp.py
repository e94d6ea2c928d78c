"""ParametricRampLayer: every level form, the documented values, what does not fit."""

import numpy as np
import pytest

from netdsl import (
    All,
    NetExtract,
    NetInitialize,
    ParametricRampLayer,
    SettingError,
    ShapeError,
    Span,
)

SAMPLES = [
    ParametricRampLayer(Input=(3,)),
    ParametricRampLayer((), Input=(2, 3), Slope=0.25),
    ParametricRampLayer((2, 1), Input=(2, 3, 4)),
    ParametricRampLayer(Span(2, 3), Input=(2, 3, 4)),
    ParametricRampLayer(-1, Input=(2, 5)),
    ParametricRampLayer(2, Input=("Varying", 3)),
    ParametricRampLayer(All, Input=(3, 2)),
]


def test_documented_values():
    ramp = ParametricRampLayer([], Slope=0.25)

    got = ramp([[10, 10, 10], [-10, -10, -10]])

    np.testing.assert_array_equal(got, [[10, 10, 10], [-2.5, -2.5, -2.5]])


@pytest.mark.parametrize(
    ("levels", "dims"),
    [
        (1, (2,)),
        (Span(1, 2), (2, 3)),
        ([3, 1], (5, 2)),
        ([], ()),
        (-1, (5,)),
        (Span(-2, All), (3, 5)),
    ],
)
def test_slope_has_the_dimensions_of_its_levels(levels, dims):
    layer = ParametricRampLayer(levels, Input=(2, 3, 5))

    assert layer.shapes.array((), "Slope") == dims


def test_each_slope_belongs_to_its_position():
    slopes = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    layer = ParametricRampLayer([2, 1], Slope=slopes, Input=(2, 3))

    np.testing.assert_array_equal(layer(-np.ones((2, 3))), -np.transpose(slopes))


def test_initial_slope_is_a_tenth():
    act = NetInitialize(ParametricRampLayer(Input=3))

    np.testing.assert_array_equal(NetExtract(act, "Slope"), np.float32([0.1, 0.1, 0.1]))
    np.testing.assert_allclose(act([[-3, -2, -1], [0, 1, 2]]), [[-0.3, -0.2, -0.1], [0, 1, 2]])
    assert NetExtract(NetInitialize(ParametricRampLayer([], Input=3)), "Slope") == 0.1


def test_slope_must_fit():
    with pytest.raises(ShapeError) as error:
        ParametricRampLayer(Input=(3,), Slope=[0.1, 0.2])
    assert error.value.facts["array"] == "Slope"
    assert (error.value.facts["expected"], error.value.facts["got"]) == (3, 2)


@pytest.mark.parametrize("levels", [3, -3, Span(2, 3), [1, 4]])
def test_level_beyond_the_rank(levels):
    with pytest.raises(ShapeError) as error:
        ParametricRampLayer(levels, Input=(2, 3))
    assert error.value.facts["setting"] == "Levels"


def test_a_single_slope_is_a_number_whatever_comes_in():
    assert ParametricRampLayer(()).shapes.array((), "Slope") == ()
    with pytest.raises(ShapeError) as error:
        ParametricRampLayer((), Slope=[0.1, 0.2])
    assert (error.value.facts["expected"], error.value.facts["got"]) == ("rank 0", "rank 1")


def test_a_level_named_twice():
    with pytest.raises(ShapeError):
        ParametricRampLayer((2, -1), Input=(3, 2))


@pytest.mark.parametrize("levels", ["x", None, 0, 1.5, True, [1, "a"]])
def test_what_is_no_level(levels):
    with pytest.raises(SettingError) as error:
        ParametricRampLayer(levels)
    assert error.value.facts["setting"] == "Levels"


def test_no_slope_along_a_length_that_varies():
    with pytest.raises(ShapeError) as error:
        ParametricRampLayer(1, Input=("Varying", 3))
    assert error.value.facts["array"] == "Slope"
