"""Settings far beyond sense: counts and levels are refused at once, sizes stay symbols."""

import pytest

import netdsl
from netdsl import (
    AggregationLayer,
    All,
    Automatic,
    CatenateLayer,
    ConvolutionLayer,
    DeconvolutionLayer,
    FlattenLayer,
    FunctionLayer,
    LinearLayer,
    LocalResponseNormalizationLayer,
    Mean,
    NetChain,
    NetGraph,
    NetPort,
    NormalizationLayer,
    PartLayer,
    PlaceholderLayer,
    Plus,
    PoolingLayer,
    ReplicateLayer,
    SettingError,
    ShapeError,
    SoftmaxLayer,
    Span,
    ThreadingLayer,
    TotalLayer,
    TransposeLayer,
)

FAR = 2**62
NAMES = [f"x{number}" for number in range(10_001)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: TotalLayer(InputPorts=FAR),
        lambda: TotalLayer(InputPorts=10_001),
        lambda: CatenateLayer(InputPorts=NAMES),
        lambda: ThreadingLayer(Plus, InputPorts=FAR),
        lambda: FunctionLayer(Plus, InputPorts=FAR),
        lambda: PlaceholderLayer(InputPorts=FAR),
        lambda: PlaceholderLayer(OutputPorts=FAR),
        lambda: NetGraph([TotalLayer()], [NetPort("x") >> NetPort([1, f"Input{10**12}"])]),
    ],
)
def test_so_many_ports_are_refused(make):
    with pytest.raises(SettingError) as error:
        make()
    assert error.value.facts["expected"] == "up to 10,000"


@pytest.mark.parametrize(
    "make",
    [
        lambda: ReplicateLayer((3, 5), FAR),
        lambda: ReplicateLayer((3, 5), -FAR),
        lambda: ConvolutionLayer(2, 3, Dimensionality=3_000_000_000),
        lambda: DeconvolutionLayer(2, 3, Dimensionality=3_000_000_000),
        lambda: PoolingLayer(2, Dimensionality=3_000_000_000),
        lambda: AggregationLayer(Mean, FAR),
        lambda: AggregationLayer(Mean, Span(FAR, All)),
        lambda: AggregationLayer(Mean, Span(1, 10**30)),
        lambda: NormalizationLayer((1, FAR)),
        lambda: SoftmaxLayer(FAR),
        lambda: TransposeLayer({1: FAR}),
        lambda: FlattenLayer([[1, FAR]]),
    ],
)
def test_levels_of_no_array_are_refused(make):
    with pytest.raises(SettingError) as error:
        make()
    assert error.value.facts["layer"]
    assert error.value.facts["setting"]


def test_a_long_range_of_positions_is_refused():
    with pytest.raises(SettingError) as error:
        PartLayer([range(1, 10**30)])
    assert "Span" in error.value.facts["expected"]
    assert PartLayer([range(2, 2000, 2)], Input=5000).port("Output").dims == (999,)


def test_a_size_is_refused_whose_digits_python_does_not_write():
    with pytest.raises(SettingError) as error:
        LinearLayer(10**5000)
    assert error.value.facts["got"] == "about 10**5000"


@pytest.mark.parametrize(
    "make",
    [
        lambda: PoolingLayer(FAR, Input=(2, 5)),
        lambda: PoolingLayer((3, FAR), Input=(2, 4, 5)),
        lambda: ConvolutionLayer(3, FAR, Input=(2, 5)),
        lambda: ConvolutionLayer(3, 2, Dilation=FAR, Input=(2, 5)),
        lambda: ConvolutionLayer(FAR - 2, 2, ChannelGroups=FAR - 2, Input=(2, 5)),
        lambda: DeconvolutionLayer(3, 2, PaddingSize=FAR, Input=(2, 5)),
        lambda: DeconvolutionLayer(3, FAR, PaddingSize=FAR, Input=(2, 5)),
        lambda: NetChain([PoolingLayer(FAR, FAR), ConvolutionLayer(3, FAR)], Input=(2, 5)),
        lambda: LocalResponseNormalizationLayer(ChannelWindowSize=FAR, Input=(5, 3, 2)),
        lambda: NormalizationLayer(GroupNumber=FAR, Input=(3, 5)),
        lambda: NormalizationLayer(GroupNumber=2, Input=(3, 2**61 - 1)),
        lambda: FlattenLayer(FAR, Input=(3, 5)),
    ],
)
def test_the_search_for_other_settings_ends(make):
    with pytest.raises(ShapeError):
        make()


def test_a_smaller_kernel_is_found_within_the_search():
    with pytest.raises(ShapeError) as error:
        PoolingLayer(8, Input=(2, 5))
    assert "PoolingLayer(5)" in error.value.facts["nearest"]


@pytest.mark.parametrize(
    "net",
    [
        LinearLayer(FAR - 1, Input=FAR - 1),
        ReplicateLayer(FAR - 1, Input=(2, FAR - 1)),
        PoolingLayer(FAR // 2, FAR // 4, Input=(2, FAR - 1)),
        PartLayer(Span(1, FAR // 2, 3), Input=(FAR - 1, 2)),
        TotalLayer(InputPorts=3, Output=(Automatic, FAR - 1)),
    ],
    ids=repr,
)
def test_sizes_may_be_large(net):
    assert eval(repr(net), dict(vars(netdsl))) == net
