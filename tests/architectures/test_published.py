"""Real architectures: every output and every count of parameters against published numbers."""

from math import prod
from typing import Any

import pytest

from netdsl import Information, NetShapes
from netdsl.report.facts import STATE, gather
from tests.architectures.cases import differences
from tests.architectures.nets import alexnet, resnet, unet
from tests.architectures.published_unet import PADDED_UNET

PASSING = {"ElementwiseLayer", "DropoutLayer"}
"""What some tables leave out, since it changes no size."""


def counts(net):
    """How many parameters each part has, by its path; moving statistics are none."""
    return {
        part.path: sum(array.count for _, array in part.all_arrays() if array.role != STATE)
        for part in gather(net).walk()
    }


def test_every_output_is_as_published(case, shapes):
    got = {row.path: shapes[(*row.path, "Output")] for row in case.table}

    assert differences(got, {row.path: row.sizes for row in case.table}) == {}


def test_every_layer_has_as_many_parameters_as_published(case, net):
    told = {row.path: row.count for row in case.table if row.count is not None}
    counted = counts(net)

    assert differences({path: counted[path] for path in told}, told) == {}


def test_the_total_is_as_published(case, net):
    assert Information(net, "TrainableElementCount") == case.total
    assert Information(net, "FrozenElementCount") == 0
    assert Information(net, "StateElementCount") == case.state
    assert Information(net, "ArraysTotalElementCount") == case.total + case.state


def test_no_layer_is_missing_in_the_table(case, net, shapes):
    listed = {row.path for row in case.table}
    assert listed <= {part.path for part in gather(net).walk()}

    for path, layer in net.leaves():
        if not any(path[:end] in listed for end in range(len(path) + 1)):
            assert type(layer).__name__ in PASSING, path
            assert shapes[(*path, "Output")] == shapes[(*path, "Input")]


def test_the_arrays_are_as_large_as_the_shapes_say(net, shapes):
    arrays = [row.dims for row in shapes if row.kind == "array"]

    assert sum(map(prod, arrays)) == Information(net, "ArraysTotalElementCount")


# ---- what the papers say, rounded or in words --------------------------------------------------


def test_alexnet_has_the_neurons_of_the_paper():
    """Section 3.5; the 253,440 that it says of the first layer do not follow from its sizes."""
    shapes = NetShapes(alexnet(Input=(3, 227, 227)))
    layers = ("conv2", "conv3", "conv4", "conv5", "linear6", "linear7", "linear8")

    got = [prod(shapes[layer, "Output"]) for layer in layers]

    assert got == [186_624, 64_896, 64_896, 43_264, 4096, 4096, 1000]


def test_the_unet_of_the_paper_counts_as_the_padded_one_but_for_its_end():
    """The counts do not depend on padding, so those of one source hold for the other's net."""
    counted = counts(unet(Input=(1, 572, 572)))
    ends: dict[Any, int | None] = {("conv9",): None, ("conv10",): 64 * 2 + 2}

    for row in PADDED_UNET:
        assert counted.get(row.path) == ends.get(row.path, row.count)


@pytest.mark.parametrize(
    ("depth", "total", "layers"),
    [(50, 25_557_032, 174), (152, 60_192_808, 514)],
)
def test_resnets_have_the_sizes_of_table_1(depth, total, layers):
    net = resnet(depth, Input=(3, 224, 224))
    shapes = NetShapes(net)
    stages = ("conv1", "layer1", "layer2", "layer3", "layer4")

    assert [shapes[stage, "Output"] for stage in stages] == [
        (64, 112, 112),
        (256, 56, 56),
        (512, 28, 28),
        (1024, 14, 14),
        (2048, 7, 7),
    ]
    assert shapes["Output"] == (1000,)
    assert Information(net, "TrainableElementCount") == total
    assert Information(net, "LayersCount") == layers
