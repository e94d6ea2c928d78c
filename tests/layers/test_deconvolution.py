"""DeconvolutionLayer: check values, every setting, shapes both ways, the transposed convolution."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    ConvolutionLayer,
    DeconvolutionLayer,
    Information,
    NetChain,
    NetPortGradient,
    SettingError,
    ShapeError,
)

SAMPLES = [
    DeconvolutionLayer(3, 2, Input=(2, 5)),
    DeconvolutionLayer(3, (2, 3), Input=(2, 5, 4)),
    DeconvolutionLayer(3, (2, 1, 3), (1, 3, 2), Input=(2, 3, 2, 4), Biases=None),
    DeconvolutionLayer(2, (3, 2), (2, 3), Input=(1, 4, 3)),
    DeconvolutionLayer(2, (2, 3), Dilation=(3, 2), Input=(3, 4, 5)),
    DeconvolutionLayer(
        2, (4, 3), (2, 3), Dilation=(3, 2), PaddingSize=((2, 1), 1), Input=(1, 3, 4)
    ),
    DeconvolutionLayer(6, (2, 3), ChannelGroups=2, Input=(4, 3, 5)),
    DeconvolutionLayer(3, 4, 2, ChannelGroups=3, PaddingSize=1, Input=(3, 4)),
    DeconvolutionLayer(2, (5, 2), (2, 3), PaddingSize="Same", Input=(3, 4, 3)),
    DeconvolutionLayer(2, (3, 2), Interleaving=True, Input=(4, 5, 3)),
    DeconvolutionLayer(4, [3], 2, PaddingSize=1, Interleaving=True, Input=("Varying", 2)),
    DeconvolutionLayer(2, 3, Dimensionality=1, Stride=2, Input=(3, "n")),
]


def test_check_value():
    layer = DeconvolutionLayer(1, [3], 2, Weights=[[[1, 2, 3]]], Biases=None)

    np.testing.assert_array_equal(layer([[1, 2]]), [[1, 2, 5, 4, 6]])


# (size, kernel, stride, dilation, cut off, output), by hand
BY_HAND = [
    (4, 3, 1, 1, 0, 6),
    (4, 3, 2, 1, 0, 9),
    (4, 4, 2, 1, 1, 8),
    (4, 3, 1, 2, 0, 8),
    (4, 3, 2, 1, ((1, 3),), 5),
    (4, 5, 2, 1, "Same", 8),
    (4, 1, 3, 1, "Same", 12),
]


@pytest.mark.parametrize(("n", "size", "stride", "dilation", "cut", "count"), BY_HAND)
def test_sizes_by_hand_both_ways(n, size, stride, dilation, cut, count):
    layer = DeconvolutionLayer(2, [size], stride, Dilation=dilation, PaddingSize=cut)

    assert layer.with_ports({"Input": (3, n)}).port("Output").dims == (2, count)
    assert layer.with_ports({"Output": (2, count)}).port("Input").dims == (Automatic, n)


def test_same_cuts_the_odd_entry_off_after_and_adds_zeros_at_the_end():
    weights = [[[1, 2, 3, 4, 5]]]
    cut = DeconvolutionLayer(Stride=2, PaddingSize="Same", Weights=weights, Biases=None)
    short = DeconvolutionLayer(1, [1], 3, PaddingSize="Same", Weights=[[[2]]], Biases=None)

    np.testing.assert_array_equal(cut([[1, 10]]), [[2, 13, 24, 35]])  # 1 2 13 24 35 40 50
    np.testing.assert_array_equal(short([[1, 10]]), [[2, 0, 0, 20, 0, 0]])


def test_each_group_sees_its_channels():
    weights = [[[1, 10]], [[100, 0]]]
    layer = DeconvolutionLayer(2, ChannelGroups=2, Weights=weights, Biases=[0.5, 0])

    got = layer([[1, 2], [4, 5]])

    np.testing.assert_array_equal(got, [[1.5, 12.5, 20.5], [400, 500, 0]])


@pytest.mark.parametrize("cut", [0, ((1, 0), (2, 1)), "Same"])
def test_it_is_what_a_convolution_does_to_gradients(cut):
    weights = np.random.default_rng(1).normal(size=(4, 3, 3, 4))  # inputs, outputs / 2
    settings = {"Stride": (2, 3), "PaddingSize": cut, "ChannelGroups": 2, "Biases": None}
    layer = DeconvolutionLayer(Weights=weights, **settings)
    data = np.random.default_rng(2).normal(size=(4, 3, 5))
    got = layer(data, WorkingPrecision="Real64")

    back = ConvolutionLayer(Weights=weights, **settings)
    asked = {"Input": np.zeros_like(got), NetPortGradient("Output"): data}
    expected = back(asked, NetPortGradient("Input"), WorkingPrecision="Real64")

    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_weights_give_what_the_settings_leave_open():
    layer = DeconvolutionLayer(ChannelGroups=2, Weights=np.ones((4, 3, 5)))

    assert layer.port("Input").dims == (4, Automatic)
    assert layer.port("Output").dims == (6, Automatic)
    assert DeconvolutionLayer(Automatic, Automatic, Weights=np.ones((4, 3, 5))).Stride == 1


def test_what_a_convolution_halves_is_doubled():
    parts = [
        ConvolutionLayer(8, 4, Stride=2, PaddingSize=1),
        DeconvolutionLayer(3, 4, 2, PaddingSize=1),
    ]

    assert NetChain(parts, Input=(3, 10, 6)).port("Output").dims == (3, 10, 6)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "Sum(Input[k, j - l]*Weights[k, i, l], (k, 0, 1), (l, 0, 2))"),
        ({"Stride": 2}, "Sum(Input[k, l]*Weights[k, i, j - 2*l], (k, 0, 1), (l, 0, n - 1))"),
    ],
)
def test_the_formula_sums_over_what_meets(settings, expected):
    layer = DeconvolutionLayer(4, [3], Biases=None, Input=(2, "n"), **settings)

    assert str(Information(layer, "Formula")) == f"Output[i, j] = {expected}"


def test_with_a_stride_and_a_dilation_not_every_offset_meets_an_entry():
    layer = DeconvolutionLayer(4, [3], 2, Dilation=3, Biases=None, Input=(2, "n"))

    formula = str(Information(layer, "Formula"))

    assert "Input[k, j/2 - 3*l/2]*Weights[k, i, l], Eq(Mod(j - 3*l, 2), 0)" in formula


def test_groups_must_divide_the_channels():
    with pytest.raises(SettingError) as error:
        DeconvolutionLayer(3, 2, ChannelGroups=2)
    assert error.value.facts["setting"] == "ChannelGroups"
    with pytest.raises(ShapeError) as error:
        DeconvolutionLayer(4, 2, ChannelGroups=2, Input=(3, 5))
    assert error.value.facts["port"] == "Input"


def test_not_all_is_cut_off():
    assert DeconvolutionLayer(2, [2], PaddingSize=3, Input=(1, 6)).port("Output").dims == (2, 1)
    with pytest.raises(ShapeError) as error:
        DeconvolutionLayer(2, [2], PaddingSize=3, Input=(1, 5))
    facts = error.value.facts
    assert (facts["port"], facts["expected"], facts["got"]) == ("Input", "at least 6", 5)


def test_an_output_that_no_stride_reaches():
    with pytest.raises(ShapeError) as error:
        DeconvolutionLayer(2, [4], 2, Output=(2, 9))
    assert error.value.facts["port"] == "Output"
