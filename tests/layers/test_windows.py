"""What convolution and pooling share: how settings are read, how many windows, which padding."""

import pytest

from netdsl import (
    Automatic,
    ConvolutionLayer,
    NetChain,
    NetError,
    PoolingLayer,
    SettingError,
    ShapeError,
)
from netdsl.layers._windows import Window, windows

# (size, kernel, stride, dilation, padding, output, zeros before and after), by hand
BY_HAND = [
    (28, 5, 1, 1, 0, 24, (0, 0)),
    (28, 5, 2, 1, 0, 12, (0, 0)),
    (7, 3, 1, 2, 0, 3, (0, 0)),
    (28, 5, 2, 1, "Same", 14, (1, 2)),
    (7, 2, 1, 1, "Same", 7, (0, 1)),
    (5, 1, 3, 1, "Same", 2, (0, 0)),
    (5, 3, 2, 1, ((1, 2),), 3, (1, 2)),
    (5, 3, 2, 1, (1,), 3, (1, 1)),
    (4, 3, 1, 2, "Same", 4, (2, 2)),
]


@pytest.mark.parametrize(("n", "size", "stride", "dilation", "pads", "count", "ends"), BY_HAND)
def test_sizes_and_padding_by_hand(n, size, stride, dilation, pads, count, ends):
    (window,) = windows(1, stride, dilation, pads)
    layer = ConvolutionLayer(
        2, [size], Stride=stride, Dilation=dilation, PaddingSize=pads, Input=(3, n)
    )

    assert layer.port("Output").dims == (2, count)
    assert window.padded(n, size) == ends


def test_each_level_has_its_own_settings():
    assert windows(2, (1, 2), 3, ((1, 0), 4)) == (Window(1, 3, (1, 0)), Window(2, 3, (4, 4)))


def test_the_rank_comes_from_whatever_tells_it():
    open_layer = ConvolutionLayer(2, 5)
    assert open_layer.port("Input").dims is None
    assert open_layer.with_ports({"Input": (3, 7, 9)}).shapes.array((), "Weights") == (2, 3, 5, 5)
    assert ConvolutionLayer(2, 5, Output=(2, 3)).port("Input").dims == (Automatic, 7)
    assert ConvolutionLayer(2, 5, Dimensionality=3).port("Output").dims == (2, *[Automatic] * 3)
    assert PoolingLayer(5, [1, 1]).port("Input").dims == (Automatic,) * 3
    assert PoolingLayer(5, PaddingSize=[1, 1]).port("Output").dims == (Automatic,) * 3


@pytest.mark.parametrize("known", [{"Input": (3, 9, 12)}, {"Output": (4, 3, 6)}])
def test_the_rank_goes_through_a_net_both_ways(known):
    net = NetChain([PoolingLayer(2), ConvolutionLayer(4, 6)], **known)

    assert net.port("Input").dims[1:] == (9, 12)
    assert net.port("Output").dims == (4, 3, 6)
    assert net.shapes.array((2,), "Weights")[2:] == (6, 6)


@pytest.mark.parametrize(
    ("make", "setting"),
    [
        (lambda: ConvolutionLayer(2, 3, Stride=0), "Stride"),
        (lambda: ConvolutionLayer(2, 3, Dilation=1.5), "Dilation"),
        (lambda: ConvolutionLayer(0, 3), "Channels"),
        (lambda: ConvolutionLayer(2, ()), "KernelSize"),
        (lambda: ConvolutionLayer(2, 3, ChannelGroups=True), "ChannelGroups"),
        (lambda: ConvolutionLayer(2, 3, PaddingSize=-1), "PaddingSize"),
        (lambda: ConvolutionLayer(2, 3, PaddingSize=[[1, 2, 3]]), "PaddingSize"),
        (lambda: ConvolutionLayer(2, 3, Interleaving=1), "Interleaving"),
        (lambda: ConvolutionLayer(2, [3, 3], Stride=[1, 2, 3]), "Stride"),
        (lambda: PoolingLayer([3, 3], Dimensionality=3), "KernelSize"),
    ],
)
def test_impossible_settings(make, setting):
    with pytest.raises(SettingError) as error:
        make()
    assert error.value.facts["setting"] == setting


def test_a_misspelt_padding_is_met_with_the_right_one():
    with pytest.raises(SettingError) as error:
        PoolingLayer(3, PaddingSize="same")
    assert error.value.facts["nearest"] == "Same"


@pytest.mark.parametrize(
    "make",
    [
        lambda n: ConvolutionLayer(2, 5, PaddingSize=1, Input=(1, n)),
        lambda n: ConvolutionLayer(2, 3, Dilation=2, PaddingSize=[[0, 2]], Input=(1, n)),
        lambda n: PoolingLayer(4, PaddingSize=[[1, 0]], Input=(1, n)),
    ],
)
def test_a_window_larger_than_the_padded_input(make):
    assert make(3)
    with pytest.raises(ShapeError) as error:
        make(2)
    facts = error.value.facts
    assert (facts["port"], facts["expected"], facts["got"]) == ("Input", "at least 3", 2)


def test_ranks_that_disagree():
    with pytest.raises(NetError) as error:
        PoolingLayer(2, Dimensionality=2, Input=(3, 4))
    assert error.value.facts["port"] == "Input"
