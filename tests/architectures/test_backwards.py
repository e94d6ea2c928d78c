"""Real architectures asked from their outputs: what the inputs can have been."""

import pytest

from netdsl import Automatic, NetChain, NetShapes
from tests.architectures.nets import alexnet, lenet, resnet, squeezenet, unet, vgg16, vgg16_features
from tests.architectures.transformers import transformer_encoder


def holds(row, dims):
    """Whether these dimensions are among those that a row allows."""
    if row.dims is Automatic:
        return True
    limits = zip(row.bounds, dims, strict=True)
    return all(low <= size and (high is None or size <= high) for (low, high), size in limits)


def up_to(net, last):
    """The chain of the first layers of a chain."""
    parts = dict(net.children())
    names = list(parts)
    return NetChain({name: parts[name] for name in names[: names.index(last) + 1]})


def test_the_truth_is_among_the_answers(bare, shapes):
    outputs = {name: shapes[name] for name in bare.output_names}
    truth = shapes.dims

    for row in NetShapes(bare, **outputs):
        assert holds(row, truth[row.position]), (row.position, row.bounds)


@pytest.mark.parametrize(
    ("build", "last", "features", "channels", "smallest", "largest"),
    [
        (lenet, "pool2", (50, 4, 4), 1, 28, 31),
        (alexnet, "pool5", (256, 6, 6), 3, 227, 258),
        (vgg16, "features", (512, 7, 7), 3, 224, 255),
        (resnet, "layer4", (2048, 7, 7), 3, 193, 224),
        (squeezenet, "features", (512, 13, 13), 3, 223, 238),
    ],
    ids=["LeNet", "AlexNet", "VGG-16", "ResNet-50", "SqueezeNet"],
)
def test_which_images_have_these_features(build, last, features, channels, smallest, largest):
    body = up_to(build(), last)
    open_sizes = (channels, Automatic, Automatic)
    rows = {row.position: row for row in NetShapes(body, Input=open_sizes, Output=features)}

    assert rows["Input",].bounds[1:] == ((smallest, largest), (smallest, largest))
    assert NetShapes(body, Input=(channels, smallest, largest))["Output"] == features
    for size in (smallest - 1, largest + 1):
        assert NetShapes(body, Input=(channels, size, size))["Output"] != features


def test_what_is_known_between_the_features_and_the_image():
    shapes = NetShapes(vgg16_features(), Output=(512, 7, 7))
    rows = {row.position: row for row in shapes}

    assert rows[5, "Output"].bounds == ((64, 64), (112, 127), (112, 127))
    assert shapes[3, "Weights"] == (64, 64, 3, 3)
    assert Automatic not in [row.dims for row in shapes]


def test_vgg_from_its_features_and_its_channels():
    shapes = NetShapes(vgg16_features(Input=(3, Automatic, Automatic)), Output=(512, 7, Automatic))
    (row,) = [row for row in shapes if row.position == ("Input",)]

    assert shapes[1, "Weights"] == (64, 3, 3, 3)
    assert row.bounds[:2] == ((3, 3), (224, 255))
    assert row.bounds[2][0] == 32


def test_the_shortcuts_of_unet_leave_one_answer():
    """The rank is given, since parts are taken of arrays of any rank."""
    net = unet(Input=(Automatic, Automatic, Automatic))
    shapes = NetShapes(net, Output=(2, 388, 388))

    assert shapes["Input"] == (Automatic, 572, 572)
    assert shapes["down5", "Output"] == (1024, 28, 28)


def test_the_shortcuts_of_a_padded_unet_leave_one_answer():
    """The rank is given, since what is joined may be of lower rank than the result."""
    net = unet(padded=True, Input=(1, Automatic, Automatic))

    assert NetShapes(net, Output=(1, 256, 304))["Input"] == (1, 256, 304)


def test_the_classes_are_those_of_the_last_layer():
    shapes = NetShapes(lenet(), Output=10)

    assert shapes["linear2", "Weights"] == (10, 500)
    assert shapes["conv2", "Biases"] == (50,)


@pytest.mark.parametrize("length", ["n", 37])
def test_an_encoder_from_its_output(length):
    shapes = NetShapes(transformer_encoder(), Output=(length, 512))

    for position in (("Input",), (1, "query", "Output"), (3, "linear1", "Input")):
        assert [str(dim) for dim in shapes[position]] == [str(length), "512"]
    assert shapes[1, "query", "Weights"] == (512, 512, 1)
