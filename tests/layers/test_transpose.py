"""TransposeLayer: pairs, permutations, negative levels, shapes from either side."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    NetChain,
    NetShapes,
    SettingError,
    ShapeError,
    SoftmaxLayer,
    Span,
    TransposeLayer,
)

SAMPLES = [
    TransposeLayer(Input=(2, 3)),
    TransposeLayer({1: 3}, Input=(2, 3, 5)),
    TransposeLayer([(1, 3), (1, 4)], Input=(3, 4, 5, 2)),
    TransposeLayer((2, 3, 1), Input=(2, 3, 4, 5)),
    TransposeLayer({2: -1}, Input=("Varying", 3, 2)),
    TransposeLayer(Input=("Varying", 3)),
]


@pytest.mark.parametrize(
    ("levels", "dims", "axes"),
    [
        ({1: 3}, (1, 2, 3), (2, 1, 0)),
        ({1: 3, 2: 4}, (3, 4, 5, 6), (2, 3, 0, 1)),
        ([(1, 3), (1, 4)], (3, 4, 5, 6), (3, 1, 0, 2)),
        ((2, 3, 1), (2, 3, 4), (2, 0, 1)),
        ((2, 3, 1), (2, 3, 4, 5), (2, 0, 1, 3)),
        ((-1, 1, 2), (2, 3, 4), (1, 2, 0)),
        ({-1: 1}, (2, 3, 4, 5), (3, 1, 2, 0)),
        ((), (2, 3), (0, 1)),
        ({1: -2}, (2, 3), (0, 1)),
    ],
    ids=str,
)
def test_levels_change_places(levels, dims, axes):
    x = np.arange(np.prod(dims), dtype=float).reshape(dims)
    layer = TransposeLayer(levels, Input=dims)

    assert layer.port("Output").dims == tuple(dims[axis] for axis in axes)
    np.testing.assert_array_equal(layer(x), x.transpose(axes))
    assert TransposeLayer(levels, Output=layer.port("Output").dims).port("Input").dims == dims


def test_sizes_are_put_together_from_both_sides():
    layer = TransposeLayer((2, 3, 1), Input=("h", Automatic, 4), Output=(Automatic, 2, "w"))

    assert layer.port("Input").dims == (2, "w", 4)
    assert layer.port("Output").dims == (4, 2, "w")
    assert NetShapes(layer).facts == ("h = 2",)
    assert TransposeLayer().port("Input").dims is None


def test_a_length_that_varies_may_be_moved():
    net = NetChain([TransposeLayer(), SoftmaxLayer(), TransposeLayer()], Input=("Varying", 3))
    examples = [np.arange(6.0).reshape(2, 3) ** 2 / 9, np.arange(12.0).reshape(4, 3) / 5]

    assert TransposeLayer(Input=("Varying", 3)).port("Output").dims == (3, "Varying")
    for got, x in zip(net(examples), examples, strict=True):
        np.testing.assert_allclose(got, np.exp(x) / np.exp(x).sum(axis=0), rtol=1e-6)


def test_dimensions_that_disagree():
    with pytest.raises(ShapeError) as error:
        TransposeLayer(Input=(2, 3), Output=(2, 3))
    assert {"port": "Output", "expected": 3, "got": 2}.items() <= error.value.facts.items()
    with pytest.raises(ShapeError) as error:
        TransposeLayer(Input=(2, 3), Output=(3, 2, 4))
    assert (error.value.facts["expected"], error.value.facts["got"]) == ("rank 2", "rank 3")


@pytest.mark.parametrize(
    ("levels", "dims"),
    [
        (((1, 2),), 3),
        ({1: -4}, (2, 3, 4)),
        ([(1, 2), (1, 5)], (2, 3, 4)),
        ((2, 1), 3),
        ((3, -1, 1), (2, 3, 4)),
        ((-1, 1, 2), (2, 3, 4, 5)),
    ],
    ids=str,
)
def test_levels_that_are_not_there(levels, dims):
    with pytest.raises(ShapeError) as error:
        TransposeLayer(levels, Input=dims)
    assert error.value.facts["setting"] == "Levels"


@pytest.mark.parametrize(
    "levels",
    [(1, 3), (1, 1), (2, 3), {1: "a"}, {1: 0}, [(1, 2, 3)], [(1, 2), 3], 2, None, "x", Span(1, 2)],
    ids=str,
)
def test_what_is_no_exchange(levels):
    with pytest.raises(SettingError) as error:
        TransposeLayer(levels)
    assert error.value.facts["setting"] == "Levels"


def test_two_levels_in_a_row_were_meant_as_a_pair():
    with pytest.raises(SettingError) as error:
        TransposeLayer((1, 3))
    assert error.value.facts["nearest"] == "{1: 3}"
