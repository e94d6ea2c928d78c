"""ResizeLayer: check values of each scheme, sizes both ways, what cannot be."""

import numpy as np
import pytest

from netdsl import (
    All,
    Automatic,
    Information,
    NetChain,
    ResizeLayer,
    Scaled,
    SettingError,
    ShapeError,
)

SAMPLES = [
    ResizeLayer([5], Input=(2, 3)),
    ResizeLayer([7, 2], Input=(2, 3, 5)),
    ResizeLayer([All, Scaled(2), 1], Input=(2, 3, 4, 5)),
    ResizeLayer([Scaled(2), Scaled(0.5)], Scheme="Bin", Input=(2, 3, 7)),
    ResizeLayer([3, 70], Scheme="Bin", Resampling="Linear", Input=(1, 5, 40)),
    ResizeLayer([Scaled(3), Scaled(2)], Resampling="Nearest", Input=(2, 2, 3)),
    ResizeLayer([Scaled(3), Scaled(1)], Resampling="Nearest", Scheme="Point", Input=(2, 3, 4)),
    ResizeLayer([4, Scaled(3)], Interleaving=True, Input=(5, 2, 3)),
    ResizeLayer([Scaled(2)], Resampling="Nearest", Interleaving=True, Input=("Varying", 3)),
    ResizeLayer([All, Scaled(1.5)], Interleaving=True, Input=("Varying", 4, 3)),
    ResizeLayer([Scaled(0.4)], Interleaving=True, Input=("Varying", 3)),
]


@pytest.mark.parametrize(
    ("data", "size", "settings", "expected"),
    [
        ([1, 2, 3], 5, {}, [1, 1.5, 2, 2.5, 3]),
        ([1, 2, 3], 6, {}, [1, 1.4, 1.8, 2.2, 2.6, 3]),
        ([1, 2, 3], 6, {"Scheme": "Bin"}, [1, 1.25, 1.75, 2.25, 2.75, 3]),
        ([1, 2, 3, 4], 2, {"Scheme": "Point"}, [1, 4]),
        ([1, 2, 3, 4], 2, {"Scheme": "Bin"}, [1.5, 3.5]),
        ([1, 2, 3], Scaled(2), {"Resampling": "Nearest"}, [1, 1, 2, 2, 3, 3]),
        ([1, 2, 3], Scaled(2), {"Resampling": "Nearest", "Scheme": "Point"}, [1, 1, 2, 2, 3, 3]),
        ([1, 2], Scaled(3), {"Resampling": "Nearest", "Scheme": "Point"}, [1, 1, 1, 2, 2, 2]),
        ([1, 2, 3], 1, {}, [1]),
        ([1, 2, 3], 1, {"Scheme": "Bin"}, [2]),
        ([7], 3, {}, [7, 7, 7]),
        ([1, 2, 3], All, {}, [1, 2, 3]),
    ],
)
def test_check_values(data, size, settings, expected):
    np.testing.assert_allclose(ResizeLayer([size], **settings)([data]), [expected], rtol=1e-6)


def test_levels_are_resized_apart():
    got = ResizeLayer([3, All])([[[0, 1, 2], [4, 5, 6]]])

    np.testing.assert_array_equal(got, [[[0, 1, 2], [2, 3, 4], [4, 5, 6]]])


def test_an_entry_that_is_repeated_stays_as_it_is():
    got = ResizeLayer([Scaled(2)], Resampling="Nearest")([[1, np.inf, -np.inf]])

    np.testing.assert_array_equal(got, [[1, 1, np.inf, np.inf, -np.inf, -np.inf]])


@pytest.mark.parametrize(
    ("n", "factor", "count"),
    [
        (5, 0.5, 3),
        (7, 0.5, 4),
        (3, 1 / 3, 1),
        (10, 1 / 3, 3),
        (4, 0.1, 1),
        (3, 1.5, 5),
        (10, 0.35, 4),
    ],
)
def test_scaled_sizes_are_rounded(n, factor, count):
    assert ResizeLayer([Scaled(factor)], Input=(2, n)).port("Output").dims == (2, count)


def test_sizes_go_both_ways_and_names_are_carried_through():
    layer = ResizeLayer([Scaled(2), All, 9])
    sized = layer.with_ports({"Input": ("c", "h", "w", Automatic)})

    assert [str(dim) for dim in sized.port("Output").dims] == ["c", "2*h", "w", "9"]
    assert layer.with_ports({"Output": (3, 8, 5, 9)}).port("Input").dims == (3, 4, 5, Automatic)
    net = NetChain([ResizeLayer([Scaled(2)]), ResizeLayer([Scaled(3)])], Output=(4, 42))
    assert net.port("Input").dims == (4, 7)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (
            ResizeLayer([5, All], Input=(2, 3, 4)),
            "Output[i, j, k] = Sum(Input[i, l, k]*Max(0, 1 - Abs(j/2 - l)), (l, 0, 2))",
        ),
        (
            ResizeLayer([3], Scheme="Bin", Input=(2, 6)),
            "Output[i, j] = Sum(Input[i, k]*Max(0, 1 - Abs(2*j - k + 1/2)), (k, 0, 5))",
        ),
        (
            ResizeLayer([Scaled(2), Scaled(3)], Resampling="Nearest", Input=(2, "h", "w")),
            "Output[i, j, k] = Input[i, floor(j/2), floor(k/3)]",
        ),
    ],
)
def test_formulas(layer, expected):
    assert str(Information(layer, "Formula")) == expected


@pytest.mark.parametrize(
    ("make", "setting"),
    [
        (lambda: ResizeLayer(4), "Sizes"),
        (lambda: ResizeLayer([]), "Sizes"),
        (lambda: ResizeLayer([0]), "Sizes"),
        (lambda: ResizeLayer([2.5]), "Sizes"),
        (lambda: ResizeLayer([True]), "Sizes"),
        (lambda: ResizeLayer([Scaled(-1)]), "Sizes"),
        (lambda: ResizeLayer([Scaled("x")]), "Sizes"),
        (lambda: ResizeLayer([Scaled(float("nan"))]), "Sizes"),
        (lambda: ResizeLayer([4], Resampling="Cubic"), "Resampling"),
        (lambda: ResizeLayer([4], Scheme="Points"), "Scheme"),
        (lambda: ResizeLayer([Scaled(2), 4], Resampling="Nearest"), "Sizes"),
        (lambda: ResizeLayer([Scaled(1.5)], Resampling="Nearest"), "Sizes"),
        (lambda: ResizeLayer([4], Interleaving=1), "Interleaving"),
    ],
)
def test_impossible_settings(make, setting):
    with pytest.raises(SettingError) as error:
        make()
    assert error.value.facts["setting"] == setting


def test_as_many_levels_as_there_are_sizes():
    with pytest.raises(ShapeError) as error:
        ResizeLayer([4, 4], Input=(3, 4))
    assert error.value.facts["expected"] == "rank 3"


def test_sequences_of_different_lengths_are_padded_and_stay_apart():
    layer = ResizeLayer([All, 5], Interleaving=True, Input=("Varying", 3, 2))
    random = np.random.default_rng(1)
    data = [random.normal(size=(length, 3, 2)) for length in (2, 5, 3)]

    for got, example in zip(layer(data), data, strict=True):
        np.testing.assert_allclose(got, layer(example), rtol=1e-6)
        assert got.shape == (len(example), 5, 2)
