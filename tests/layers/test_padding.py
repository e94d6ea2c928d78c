"""PaddingLayer: documented values, numpy's padding, sizes in both directions, what is refused."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    ConvolutionLayer,
    NetChain,
    NetError,
    NetPortGradient,
    NetShapes,
    PaddingLayer,
    Restricted,
    SettingError,
    ShapeError,
)

SAMPLES = [
    PaddingLayer([(2, 1)], Input=4),
    PaddingLayer([(0, 0), (2, 1), (0, 3)], Input=(2, 4, 3)),
    PaddingLayer([(0, 2), (3, 1)], Padding=2.5, Input=(2, 4)),
    PaddingLayer([(1, 0), (3, 5)], Padding="Fixed", Input=(2, 4)),
    PaddingLayer([(1, 0), (3, 2)], Padding="Reflected", Input=(2, 4)),
    PaddingLayer([(2, 1)], Padding="Fixed", Input=("Varying", 3)),
    PaddingLayer([(0, 0), (2, 1)], Padding="Reflected", Input=("Varying", 3)),
    PaddingLayer([(0, 0), (2, 1)], Padding=-1, Input=("Varying", 3)),
    PaddingLayer([(2, 1)], Padding="Fixed", Input=(3, Restricted("Integer", 7))),
]
NUMPY = {"Fixed": "edge", "Reflected": "reflect"}


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        (0, [0, 0, 1, 2, 3, 4, 0]),
        (-999, [-999, -999, 1, 2, 3, 4, -999]),
        ("Fixed", [1, 1, 1, 2, 3, 4, 4]),
        ("Reflected", [3, 2, 1, 2, 3, 4, 3]),
    ],
)
def test_documented_values(padding, expected):
    layer = PaddingLayer([[2, 1]], Padding=padding)

    np.testing.assert_array_equal(layer([1, 2, 3, 4]), expected)


@pytest.mark.parametrize("padding", ["Fixed", "Reflected"])
def test_corners_are_those_of_numpy(padding):
    x = np.random.default_rng(1).normal(size=(2, 5, 4)).astype(np.float32)
    pairs = [(0, 0), (3, 4), (2, 0)]

    got = PaddingLayer(pairs, Padding=padding)(x)

    np.testing.assert_array_equal(got, np.pad(x, pairs, NUMPY[padding]))


def test_levels_without_a_pair_stay():
    assert PaddingLayer([(1, 2)], Input=(3, 4, 5)).port("Output").dims == (6, 4, 5)
    assert PaddingLayer([], Input=3).port("Output").dims == (3,)


def test_sizes_go_both_ways():
    layer = PaddingLayer([(0, 0), (2, 1)], Input=(Automatic, "w"), Output=(3, Automatic))

    assert layer.port("Input").dims == (3, "w")
    assert str(layer.port("Output").dims[1]) == "w + 3"
    assert PaddingLayer([(2, 1)], Output=(7, "h")).port("Input").dims == (4, "h")
    reflected = PaddingLayer([(2, 1)], Padding="Reflected", Input="n")
    assert NetShapes(reflected).facts == ("n >= 3",)


@pytest.mark.parametrize("padding", [0, 7, "Fixed"])
def test_each_length_is_padded_by_itself(padding):
    layer = PaddingLayer([(1, 2)], Padding=padding, Input=("Varying", 2))
    examples = [np.ones((1, 2)), np.arange(6.0).reshape(3, 2)]

    for got, x in zip(layer(examples), examples, strict=True):
        np.testing.assert_array_equal(got, PaddingLayer([(1, 2)], Padding=padding)(x))


def test_inner_levels_of_sequences_run_together(monkeypatch):
    layer = PaddingLayer([(0, 0), (2, 1)], Padding="Reflected", Input=("Varying", 3))
    examples = [np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(4, 3)]
    monkeypatch.setattr("netdsl.engine.run._Running.group", None)

    outputs, slopes = layer(examples), layer(examples, NetPortGradient("Input"))

    for out, slope, x in zip(outputs, slopes, examples, strict=True):
        np.testing.assert_array_equal(out, np.pad(x, [(0, 0), (2, 1)], "reflect"))
        np.testing.assert_array_equal(slope, np.tile([1, 3, 2], (len(x), 1)))


def test_images_are_padded_before_a_convolution():
    net = NetChain([PaddingLayer([(0, 0), (1, 1), (2, 0)]), ConvolutionLayer(2, 3)])

    assert NetShapes(net, Input=(3, 8, 9))["Output"] == (2, 8, 9)


def test_copies_are_integers_and_beside_a_number_there_are_reals():
    kind = (3, Restricted("Integer", 7))

    assert PaddingLayer([(1, 1)], Input=kind).port("Output").element == "Real"
    fixed = PaddingLayer([(1, 1)], Padding="Fixed", Input=kind)
    assert fixed.port("Output").spec() == (5, Restricted("Integer", 7))
    assert fixed([1, 2, 7]).dtype == np.int64
    np.testing.assert_array_equal(PaddingLayer([(1, 0)], Input=kind)([1, 2, 7]), [0, 1, 2, 7])


@pytest.mark.parametrize(
    ("pairs", "padding", "ports", "fact"),
    [
        ([(2, 1), (1, 1)], 0, {"Input": 3}, ("setting", "PaddingSize")),
        ([(2, 1)], 0, {"Output": 3}, ("port", "Output")),
        ([(2, 1)], 0, {"Input": 3, "Output": 5}, ("port", "Output")),
        ([(2, 1)], "Reflected", {"Input": 2}, ("expected", "at least 3")),
        ([(1, 2)], "Reflected", {"Output": 5}, ("expected", "at least 3")),
        ([(0, 0)], 0, {"Input": "Real"}, ("port", "Input")),
    ],
    ids=str,
)
def test_what_does_not_fit(pairs, padding, ports, fact):
    with pytest.raises(ShapeError) as error:
        PaddingLayer(pairs, Padding=padding, **ports)
    assert error.value.facts[fact[0]] == fact[1]


@pytest.mark.parametrize(
    ("pairs", "nearest"),
    [((2, 1), "((2, 1),)"), (3, None), ([(1, -1)], None), ([(1, 2, 3)], None), ([1, (1, 2)], None),
     ([(1, 1.5)], None), ("Same", None), ([(True, 0)], None), (None, None)],
    ids=str,
)  # fmt: skip
def test_what_are_no_pairs(pairs, nearest):
    with pytest.raises(SettingError) as error:
        PaddingLayer(pairs)
    assert error.value.facts["setting"] == "PaddingSize"
    assert error.value.facts.get("nearest") == nearest


@pytest.mark.parametrize("padding", ["fixed", "Same", None, True, float("nan"), float("inf"), [1]])
def test_what_is_no_padding(padding):
    with pytest.raises(NetError) as error:
        PaddingLayer([(1, 1)], Padding=padding)
    assert error.value.facts["setting"] == "Padding"
