"""Receptive fields: against what the outputs depend on, and as published."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from netdsl import (
    AggregationLayer,
    All,
    Automatic,
    BatchNormalizationLayer,
    CatenateLayer,
    ConvolutionLayer,
    DeconvolutionLayer,
    ElementwiseLayer,
    FunctionLayer,
    Information,
    LinearLayer,
    LocalResponseNormalizationLayer,
    NetArrayLayer,
    NetChain,
    NetGraph,
    NetInitialize,
    NetPort,
    NormalizationLayer,
    PaddingLayer,
    PartLayer,
    PoolingLayer,
    Ramp,
    ReshapeLayer,
    ResizeLayer,
    Scaled,
    SoftmaxLayer,
    Span,
    Tanh,
    TotalLayer,
    TransposeLayer,
)
from netdsl.report.costs import dimensions, sizes_of
from netdsl.report.receptive import ReceptiveField, receptive_fields
from netdsl.spec import Sight, registry
from netdsl.spec.asking import asked
from tests.architectures import nets
from tests.properties.samples import CERTAIN, LENGTHS

# ---- each layer against what its output depends on ----------------------------------------------


def dims_of(sample):
    """Return the dimensions of each input in numbers, as `Sample.data` makes them."""
    return {name: data.shape[1:] for name, data in sample.data(1, lengths=LENGTHS).items()}


def sized(sample):
    """Return a filled sample with a number for each size."""
    kinds = {name: sample.layer.port(name) for name in sample.layer.input_names}
    ports = {name: replace(kinds[name], dims=dims).spec() for name, dims in dims_of(sample).items()}
    return sample.filled().with_ports(ports)


def changed(layer, sample, name, count=3):
    """Return which entries of outputs change with each entry of an input, of several examples."""
    data = sample.data(count)
    shape = data[name].shape[1:]
    found = {}
    for at in np.ndindex(shape):
        other = {key: np.array(value) for key, value in data.items()}
        if other[name].dtype.kind == "i":
            kind = layer.port(name)
            first, last = kind.first or 1, kind.last or 9
            other[name][:, *at] = first + (other[name][:, *at] - first + 1) % (last - first + 1)
        else:
            other[name][:, *at] = sample.low + 0.77 * (sample.high - other[name][:, *at])
        found[at] = other
    before = outputs(layer, data)
    return {
        at: [(a != b).any(0) for a, b in zip(before, outputs(layer, other), strict=True)]
        for at, other in found.items()
    }


def outputs(layer, data):
    found = layer(data)
    values = [found] if len(layer.output_names) == 1 else [found[n] for n in layer.output_names]
    return [np.asarray(value) for value in values]


def is_seen(sights, place, at):
    """Whether an output's entry sees an input's, by what the layer says."""
    return sights is All or all(
        sight is All
        or 0
        <= j - sight.start - sight.stride * (0 if sight.level is None else at[sight.level])
        <= sight.size - 1
        for sight, j in zip(sights, place, strict=True)
    )


def is_inside(sample):
    """Whether padding is zeros: what it copies from the inside is seen elsewhere too."""
    return getattr(sample.layer, "Padding", 0) not in ("Fixed", "Reflected")


DECLARED = [
    sample
    for sample in CERTAIN
    if "sees" in vars(type(sample.layer)) and is_inside(sample) and not sample.layer.is_open
]


@pytest.mark.parametrize("sample", DECLARED, ids=map(str, DECLARED))
def test_an_entry_depends_on_what_it_sees_alone(sample):
    layer = sized(sample)
    seen = asked(layer, "sees", sizes_of(layer, (), dimensions(layer)))
    each = seen if isinstance(seen, list) else [seen]
    assert len(each) == len(layer.input_names)
    for name, sights in zip(layer.input_names, each, strict=True):
        assert sights is not Automatic
        for place, outs in changed(layer, sample, name).items():
            for moves in outs:
                beyond = [at for at in np.argwhere(moves) if not is_seen(sights, place, at)]
                assert not beyond, (name, place, beyond)


def test_most_layers_say_what_they_see():
    named = {name for name, layer in registry.items() if "sees" in vars(layer)}
    assert named >= {"ConvolutionLayer", "PoolingLayer", "ElementwiseLayer", "ThreadingLayer"}
    assert {type(sample.layer).__name__ for sample in DECLARED} == named


# ---- chains against what an entry depends on -----------------------------------------------------


def conv(size, **settings):
    return ConvolutionLayer(2, size, **settings)


def mean(size, stride=1, **settings):
    return PoolingLayer(size, stride, Function="Mean", **settings)


SHORTCUT = NetGraph(
    {"wide": conv(5, PaddingSize=2), "narrow": conv(3, PaddingSize=1), "sum": TotalLayer()},
    [(NetPort("Input"), "wide"), (NetPort("Input"), "narrow"), (["wide", "narrow"], "sum")],
)
BESIDE = NetGraph(
    {"far": conv(3, Dilation=3, PaddingSize=3), "cat": CatenateLayer()},
    [(NetPort("Input"), "far"), (["far", NetPort("Input")], "cat")],
)
CHAINS = {
    "one": ([conv(3)], (1, 13, 11)),
    "lopsided": ([conv((3, 2), Stride=(2, 1)), Tanh], (1, 15, 9)),
    "dilated": ([conv(3, Dilation=(2, 1)), conv(2)], (2, 13, 11)),
    "padded": ([conv(3, PaddingSize=1), conv(5, PaddingSize=2)], (1, 13, 12)),
    "same": ([conv(4, PaddingSize="Same", Stride=2), conv(3, PaddingSize="Same")], (1, 23, 26)),
    "pooled": ([conv(5), Ramp, mean(2, 2), conv(3), mean(3, 2)], (1, 34, 31)),
    "largest": ([conv(3), PoolingLayer(3, 2), conv(2)], (1, 17, 15)),
    "ends": ([conv(3, PaddingSize=((2, 0), (0, 1))), mean(2)], (1, 11, 12)),
    "normalized": ([conv(2), BatchNormalizationLayer(), Ramp, conv(3, Stride=3)], (1, 17, 14)),
    "filled": ([PaddingLayer([(0, 0), (2, 1), (0, 3)]), conv(3)], (1, 11, 9)),
    "part": ([conv(3), PartLayer([All, Span(3, -2), Span(2, All, 2)]), conv(2)], (1, 14, 15)),
    "turned": ([conv((4, 2)), TransposeLayer({2: 3}), conv((1, 3))], (1, 14, 13)),
    "interleaved": ([conv(3, Interleaving=True), conv((2, 1), Interleaving=True)], (9, 11, 2)),
    "sequence": ([conv((3,), Interleaving=True), conv((2,), Interleaving=True, Stride=2)], (17, 3)),
    "shortcut": ([conv(3), SHORTCUT, mean(2, 2)], (1, 17, 18)),
    "beside": ([BESIDE, conv(3, Stride=2)], (1, 19, 17)),
    "whole factor": (
        [conv(3), ResizeLayer([Scaled(3), Scaled(2)], Resampling="Nearest")],
        (1, 9, 8),
    ),
    "deconvolution": ([conv(3), DeconvolutionLayer(1, 3, Stride=2)], (1, 9, 8)),
    "there and back": ([mean(2, 2), DeconvolutionLayer(1, 2, Stride=2), conv(3)], (1, 14, 16)),
    "resized": ([conv(3), ResizeLayer([Scaled(2), 11])], (1, 8, 7)),
}
AT_MOST = ("whole factor", "deconvolution", "there and back", "resized")
"""Where strides below 1 stand, some entries see less than the size."""


def dependence(chain, size):
    """Return for each spatial place of the output which of the input matter to it."""
    net = NetInitialize(NetChain(chain, Input=size), RandomSeeding=2)
    # Weights of one sign: nothing cancels, and no Ramp closes.
    parts = {at: abs(value) + 0.1 for at, value in Information(net, "Arrays").items()}
    net = net.with_parts({at: value for at, value in parts.items() if at[-1] != "MovingMean"})
    channel = -1 if any(getattr(layer, "Interleaving", False) for layer in net) else 0
    axes = [axis for axis in range(len(size)) if axis != channel % len(size)]
    spots = list(product(*(range(size[axis]) for axis in axes)))
    base = np.full(size, 0.01)
    data = np.stack([base] * (len(spots) + 1))
    for number, spot in enumerate(spots, start=1):
        place = list(spot)
        place.insert(channel % len(size), slice(None))
        data[number][tuple(place)] += 1
    out = np.asarray(net(data, WorkingPrecision="Real64"))
    moved = abs(out[1:] - out[:1]) > 1e-9
    moved = moved.any(axis=channel if channel == -1 else 1)
    return net, spots, moved


@pytest.mark.parametrize("name", CHAINS)
def test_an_entry_of_a_chain_depends_on_its_field(name):
    net, spots, moved = dependence(*CHAINS[name])
    field = list(receptive_fields(net).values())[-1]
    reached = [0] * len(field.size)
    for at in np.ndindex(moved.shape[1:]):
        seen = np.array(spots)[moved[:, *at]]
        if not len(seen):
            assert name == "filled"  # it lies in the padding
            continue
        turned = at[::-1] if name == "turned" else at
        for axis, (size, stride, start) in enumerate(zip(*field, strict=True)):
            low, high = seen[:, axis].min() + 1, seen[:, axis].max() + 1
            first = start + stride * turned[axis]
            assert first - (stride != int(stride)) <= low <= high <= first + size - 1 + (stride < 1)
            reached[axis] = max(reached[axis], high - low + 1)
    if name not in AT_MOST:
        assert tuple(reached) == field.size
    assert all(most <= size for most, size in zip(reached, field.size, strict=True))


# ---- as published --------------------------------------------------------------------------------


def last_field(net, *path):
    return Information(net, "ReceptiveField")[path]


def test_vgg_16():
    """Araujo, Norris and Sim 2019, "Computing receptive fields": 212, stride 32, padding 90."""
    field = last_field(nets.vgg16(Input=(3, 224, 224)), "features", 31)
    assert field == ReceptiveField((212, 212), (32, 32), (1 - 90, 1 - 90))


def test_resnet_50():
    """There strides are at the end of each block, 483 and padding 239; here at its beginning."""
    field = last_field(nets.resnet(Input=(3, 224, 224)), "layer4", 3, "relu3")
    assert (field.size, field.stride) == ((427, 427), (32, 32))
    blocks = [[1] * 2 + [2], [1] * 3 + [2], [1] * 5 + [2], [1] * 3]
    # "SAME" of TensorFlow pads the pooling of 112 entries after them alone.
    chain = [conv(7, Stride=2, PaddingSize=3), PoolingLayer(3, 2, PaddingSize=[(0, 1)] * 2)]
    chain += [conv(3, Stride=stride, PaddingSize=1) for block in blocks for stride in block]
    field = list(receptive_fields(NetChain(chain, Input=(3, 224, 224))).values())[-1]
    assert field == ReceptiveField((483, 483), (32, 32), (1 - 239, 1 - 239))


def test_lenet_by_hand():
    fields = Information(nets.lenet(Input=(1, 28, 28)), "ReceptiveField")
    assert fields["conv1",] == ReceptiveField((5, 5), (1, 1), (1, 1))
    assert fields["pool1",] == ReceptiveField((6, 6), (2, 2), (1, 1))
    assert fields["conv2",] == ReceptiveField((14, 14), (2, 2), (1, 1))
    assert fields["pool2",] == ReceptiveField((16, 16), (4, 4), (1, 1))
    assert fields["linear1",] is All
    assert list(fields) == [(key,) for key in nets.lenet().nodes]


def test_unet_comes_back_to_the_stride_of_its_input():
    field = last_field(nets.unet(Input=(1, "h", "w")), "conv10")
    assert field.stride == (1, 1)
    assert all(isinstance(size, int) for size in (*field.size, *field.start))


# ---- what else there is --------------------------------------------------------------------------


def field_of(*layers, **ports):
    return list(receptive_fields(NetChain(list(layers), **ports)).values())[-1]


def test_sizes_may_be_open():
    expected = ReceptiveField((5, 5), (2, 2), (0, 0))
    chain = conv(3, PaddingSize=1), mean(3, 2)
    assert field_of(*chain, Input=(3, "h", "w")) == expected
    assert field_of(*chain, Input=(3, Automatic, Automatic)) == expected
    assert field_of(*chain, Input=(2, "Varying", "Varying")) == expected
    assert field_of(*chain) is Automatic
    assert field_of(*chain, LinearLayer(2)) is All
    assert field_of(conv(3, PaddingSize="Same"), Input=(1, "h")).start == (0,)
    same = field_of(conv(3, PaddingSize="Same", Stride=2), Input=(1, "h"))
    assert same == ReceptiveField((3,), (2,), (Automatic,))


def test_without_windows_every_dimension_counts():
    assert field_of(Tanh, Input=(3, 4)) == ReceptiveField((1, 1), (1, 1), (1, 1))
    assert field_of(SoftmaxLayer(), Input=(3, 4)) == ReceptiveField((1, All), (1, All), (1, All))
    assert field_of(Tanh, Input=()) == ReceptiveField((), (), ())
    lone = receptive_fields(ElementwiseLayer(Tanh, Input=7))
    assert lone == {(): ReceptiveField((1,), (1,), (1,))}
    channels = field_of(LocalResponseNormalizationLayer(), Input=(7, 2, 2))
    assert channels == ReceptiveField((5, 1, 1), (1, 1, 1), (-1, 1, 1))


def test_what_mixes_a_dimension_sees_all_of_it():
    image = {"Input": (2, 9, 8)}
    assert field_of(conv(3), NormalizationLayer(), **image) is All
    assert field_of(conv(3), AggregationLayer("Mean", 3), **image).size == (3, All)
    assert field_of(conv(3), ReshapeLayer((Automatic,)), **image) is All
    assert field_of(conv(3), PartLayer((1, 2)), **image).start == (2, 1)


def test_a_stride_below_one_is_a_fraction():
    field = field_of(DeconvolutionLayer(1, 3, Stride=2), Input=(1, 4))
    assert field == ReceptiveField((2,), (Fraction(1, 2),), (0,))
    assert field_of(mean(2, 2), DeconvolutionLayer(1, 2, Stride=2), Input=(1, 4)).stride == (1,)


def test_branches_of_other_strides_see_all():
    net = NetGraph(
        {"half": mean(2, 2), "first": PartLayer([All, Span(1, 4)]), "sum": TotalLayer()},
        [(NetPort("Input"), "half"), (NetPort("Input"), "first"), (["half", "first"], "sum")],
        Input=(1, 8),
    )
    assert receptive_fields(net)["sum",] is All


def test_several_inputs_have_a_field_each():
    net = NetGraph(
        {"conv": conv(3), "sum": TotalLayer(), "fixed": NetArrayLayer(Array=[1, 2])},
        [
            (NetPort("Image"), "conv"),
            (["conv", NetPort("Other")], "sum"),
            ("fixed", NetPort("Two")),
        ],
        Image=(1, 6),
    )
    assert receptive_fields(net) == {
        ("conv",): {"Image": ReceptiveField((3,), (1,), (1,))},
        ("sum",): {
            "Image": ReceptiveField((3,), (1,), (1,)),
            "Other": ReceptiveField((1, 1), (1, 1), (1, 1)),
        },
    }


def test_a_function_sees_what_its_layers_see():
    net = FunctionLayer(lambda x: conv(3)(x) + 1, Input=(1, 5))
    assert list(receptive_fields(net).values())[-1].size == (3,)


def test_a_layer_that_says_nothing_sees_all():
    assert asked(ReshapeLayer((Automatic,), Input=(2, 3)), "sees", {}) is All
    assert Sight(1) == (1, 1, 1, 0, False)
