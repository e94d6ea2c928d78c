"""Real architectures for images and sequences of any size, whose sizes have names."""

import pytest
import sympy

from netdsl import Information, NetShapes, ShapeError
from tests.architectures.cases import differences
from tests.architectures.nets import bottleneck, resnet, unet, vgg16_features
from tests.architectures.transformers import bert_embeddings, transformer_encoder


@pytest.fixture(scope="session")
def named(case, bare):
    """The shapes of the net with names for the sizes of its inputs."""
    return NetShapes(bare, **case.named)


def value(dim, sizes):
    """What a dimension is, a number, a name or an expression, for these sizes."""
    expression = sympy.Symbol(dim) if isinstance(dim, str) else sympy.sympify(dim)
    return int(expression.subs({name: sizes[name.name] for name in expression.free_symbols}))


def values(shapes, sizes):
    """The dimensions of every port and array for these sizes."""
    return {row.position: tuple(value(dim, sizes) for dim in row.dims) for row in shapes}


def test_every_expression_gives_the_size_of_the_numbers(case, named, shapes):
    assert differences(values(named, case.sizes), shapes.dims) == {}


def test_every_expression_holds_for_oblong_images_and_other_lengths(case, bare, named):
    sizes = {name: size + 32 * at for at, (name, size) in enumerate(case.sizes.items(), start=1)}

    expected = NetShapes(bare, **case.at(sizes)).dims

    assert differences(values(named, sizes), expected) == {}


def test_names_that_become_numbers_give_the_sizes_of_the_numbers(case, named, shapes):
    assert differences(named.subs(case.sizes).dims, shapes.dims) == {}


def test_every_array_is_found_from_the_input_alone(case, bare, shapes):
    given = case.ports if case.is_sized else case.named

    found = {row.position: row.dims for row in NetShapes(bare, **given) if row.kind == "array"}

    expected = {row.position: row.dims for row in shapes if row.kind == "array"}
    assert differences(found, expected) == {}


# ---- other sizes than the published ones -------------------------------------------------------


@pytest.mark.parametrize("size", [(32, 33), (224, 320), (65, 1000)])
def test_vgg_of_other_sizes(size):
    named = NetShapes(vgg16_features(), Input=(3, "h", "w"))

    h, w = size
    assert named.subs(h=h, w=w)["Output"] == (512, h // 32, w // 32)
    assert [value(dim, {"h": h, "w": w}) for dim in named["Output"]] == [512, h // 32, w // 32]


@pytest.mark.parametrize(("h", "w"), [(31, 224), (224, 31)])
def test_vgg_of_images_that_are_too_small(h, w):
    with pytest.raises(ShapeError):
        NetShapes(vgg16_features(), Input=(3, "h", "w")).subs(h=h, w=w)


@pytest.fixture(scope="module")
def tiles():
    """The shapes of U-Net, as in the paper, for tiles of any size."""
    return NetShapes(unet(), Input=(1, "h", "w"))


@pytest.mark.parametrize("size", [188, 204, 556, 588])
def test_unet_takes_sizes_whose_halves_are_whole(tiles, size):
    """The paper: the tile is to be such that every pooling is applied to an even size."""
    assert tiles.subs(h=size, w=572)["Output"] == (2, size - 184, 388)


@pytest.mark.parametrize("size", [172, 187, 571, 574, 576, 580])
def test_unet_refuses_other_sizes(tiles, size):
    with pytest.raises(ShapeError):
        tiles.subs(h=size, w=572)


def test_a_resnet_of_152_layers():
    named = NetShapes(resnet(152), Input=(3, "h", "w"))

    sizes = [value(dim, {"h": 224, "w": 288}) for dim in named["layer4", "Output"]]
    assert sizes == [2048, 7, 9]


def test_a_shortcut_fits_as_many_channels_as_it_brings():
    block = bottleneck(64)

    assert NetShapes(block, Input=("c", "h", "w"))["Input"][0] == 256
    with pytest.raises(ShapeError):
        NetShapes(block, Input=(64, "h", "w"))


# ---- sequences ---------------------------------------------------------------------------------


def test_an_encoder_takes_sequences_of_any_length():
    net = transformer_encoder(Input=("Varying", 512))

    assert net.port("Output").dims == ("Varying", 512)
    assert Information(net, "ArraysTotalElementCount") == 18_914_304


def test_bert_takes_no_more_words_than_it_has_places():
    named = NetShapes(bert_embeddings(768), Words=("n",))

    assert named["Segments"] == ("n",)
    assert named.subs(n=512)["Output"] == (512, 768)
    with pytest.raises(ShapeError):
        named.subs(n=513)


def test_the_two_inputs_of_bert_are_equally_long():
    with pytest.raises(ShapeError):
        NetShapes(bert_embeddings(768), Words=4, Segments=5)
    assert NetShapes(bert_embeddings(768), Segments=5)["Words"] == (5,)
