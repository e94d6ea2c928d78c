"""ConvolutionLayer: documented values, every setting, groups, shapes from the weights."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    ConvolutionLayer,
    Information,
    LongShortTermMemoryLayer,
    NetChain,
    NetInitialize,
    PoolingLayer,
    Ramp,
    SettingError,
    ShapeError,
    SoftmaxLayer,
)

SAMPLES = [
    ConvolutionLayer(3, 2, Input=(2, 5)),
    ConvolutionLayer(3, (2, 3), Input=(2, 5, 4)),
    ConvolutionLayer(3, (2, 1, 3), Input=(2, 3, 2, 4), Biases=None),
    ConvolutionLayer(2, (3, 2), Stride=(2, 3), Input=(1, 6, 8)),
    ConvolutionLayer(2, (2, 3), Dilation=(3, 2), Input=(1, 6, 7)),
    ConvolutionLayer(2, 3, Dilation=2, Input=(3, 7)),
    ConvolutionLayer(4, (2, 3), ChannelGroups=2, Input=(6, 3, 5)),
    ConvolutionLayer(3, 2, ChannelGroups=3, Input=(3, 4)),
    ConvolutionLayer(2, (3, 4), PaddingSize=((2, 1), 3), Input=(1, 3, 4)),
    ConvolutionLayer(2, 3, Stride=2, PaddingSize="Same", Input=(1, 4, 7)),
    ConvolutionLayer(2, (3, 2), Interleaving=True, Input=(4, 5, 3)),
    ConvolutionLayer(4, [3], Stride=2, PaddingSize=1, Interleaving=True, Input=("Varying", 2)),
    ConvolutionLayer(
        4,
        (2, 3),
        Stride=(3, 2),
        Dilation=(2, 1),
        ChannelGroups=2,
        PaddingSize=((1, 0), (0, 2)),
        Input=(2, 6, 5),
    ),
]


def test_check_value():
    layer = ConvolutionLayer(1, [2], Weights=[[[1, 2]]], Biases=None)

    np.testing.assert_array_equal(layer([[1, 2, 3, 4]]), [[5, 8, 11]])


def test_each_group_sees_its_channels():
    weights = [[[[1, 10]]], [[[100, 0]]]]
    layer = ConvolutionLayer(2, ChannelGroups=2, Weights=weights, Biases=[0.5, 0])

    got = layer([[[1, 2, 3]], [[4, 5, 6]]])

    np.testing.assert_array_equal(got, [[[21.5, 32.5]], [[400, 500]]])


def test_channels_last_have_the_same_weights():
    weights = np.arange(36).reshape(3, 2, 2, 3)
    first = ConvolutionLayer(3, (2, 3), Weights=weights, Biases=[1, 2, 3])
    last = first.with_parts({("Interleaving",): True})
    data = np.random.default_rng(1).normal(size=(2, 4, 5))

    got = last(np.moveaxis(data, 0, -1))

    np.testing.assert_allclose(np.moveaxis(got, -1, 0), first(data), rtol=1e-5)


def test_weights_give_what_the_settings_leave_open():
    layer = ConvolutionLayer(ChannelGroups=2, Weights=np.ones((4, 3, 5)))

    assert layer.port("Input").dims == (6, Automatic)
    assert layer.with_ports({"Input": (Automatic, 9)}).port("Output").dims == (4, 5)


def test_lenet_has_as_many_parameters_as_documented():
    parts = [ConvolutionLayer(20, 5), Ramp, PoolingLayer(2, 2)]
    more = [ConvolutionLayer(50, 5), Ramp, PoolingLayer(2, 2), 500, Ramp, 10, SoftmaxLayer()]
    net = NetInitialize(NetChain([*parts, *more], Input=(1, 28, 28)))

    assert Information(net, "ArraysTotalElementCount") == 431_080
    np.testing.assert_allclose(np.sum(net(np.ones((1, 28, 28)))), 1, rtol=1e-6)


def test_weights_are_drawn_for_as_many_inputs_as_a_kernel_has():
    layer = NetInitialize(ConvolutionLayer(200, (5, 3), ChannelGroups=2, Input=(8, 9, 9)))

    np.testing.assert_allclose(np.std(layer.Weights), np.sqrt(2 / (4 * 15)), rtol=0.02)
    assert not layer.Biases.any()


def test_groups_must_divide_the_channels():
    with pytest.raises(SettingError) as error:
        ConvolutionLayer(3, 2, ChannelGroups=2)
    assert error.value.facts["setting"] == "ChannelGroups"
    with pytest.raises(ShapeError) as error:
        ConvolutionLayer(4, 2, ChannelGroups=2, Input=(3, 5))
    assert error.value.facts["port"] == "Input"
    with pytest.raises(ShapeError) as error:
        ConvolutionLayer(ChannelGroups=3, Weights=np.ones((4, 2, 5)))
    assert error.value.facts["expected"] == 4


def test_a_kernel_size_must_be_that_of_the_weights():
    with pytest.raises(ShapeError) as error:
        ConvolutionLayer(4, 3, Weights=np.ones((4, 2, 5)))
    facts = error.value.facts
    assert (facts["array"], facts["expected"], facts["got"]) == ("Weights", 3, 5)


def test_no_channels_that_vary():
    with pytest.raises(ShapeError) as error:
        ConvolutionLayer(4, 3, Input=("Varying", 3))
    assert error.value.facts["because"] == ("Input is given as ('Varying', 3)",)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ConvolutionLayer(4, 3, Input=(1, 28, 28), Output=(4, 26)),
        lambda: NetChain([ConvolutionLayer(4, 3), LongShortTermMemoryLayer(4)], Input=(1, 28, 28)),
        lambda: NetChain([ConvolutionLayer(4, [3, 3]), LongShortTermMemoryLayer(4)]),
        lambda: NetChain([PoolingLayer(2), LongShortTermMemoryLayer(4)], Input=(1, 28, 28)),
        lambda: NetChain([ConvolutionLayer(4, 3), Ramp], Input=(1, 28, 28), Output=(4, 26)),
    ],
)
def test_ranks_that_differ_are_refused(make):
    with pytest.raises(ShapeError) as error:
        make()
    assert {"layer", "expected", "got"} <= set(error.value.facts)


def test_ranks_are_counted_with_the_channels():
    with pytest.raises(ShapeError) as error:
        ConvolutionLayer(3, [3], Input=(1, 9, 9))

    assert error.value.facts["expected"] == "rank 2"
    assert error.value.facts["got"] == "rank 3"
