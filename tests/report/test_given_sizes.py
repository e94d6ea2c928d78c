"""Sizes given to names and to lengths that vary, and what is said where they do not fit."""

import pytest
import sympy

from netdsl import (
    ConvolutionLayer,
    NetChain,
    NetShapes,
    PoolingLayer,
    SettingError,
    ShapeError,
    WhyShape,
)

IMAGE = NetChain([ConvolutionLayer(3, 5)])
AUDIO = NetChain([ConvolutionLayer(8, 3, Interleaving=True), PoolingLayer(2, 2, Interleaving=True)])


# ---- names --------------------------------------------------------------------------------------


def test_the_layer_objects_to_a_size_that_is_given():
    with pytest.raises(ShapeError) as error:
        NetShapes(IMAGE, Input=(1, "h", 9)).subs(h=3)

    facts = error.value.facts
    assert facts["layer"] == "net[1] = ConvolutionLayer(3, 5)"
    assert (facts["expected"], facts["got"]) == ("at least 5", "3")
    assert "h is given as 3" in facts["because"]
    assert "Input=(1, 5, 9)" in facts["nearest"]


def test_names_stay_in_order():
    shapes = NetShapes(IMAGE, Input=(1, "h", "w"))

    assert shapes.subs(w=9).facts == ("h >= 5", "w = 9")
    assert shapes.subs(h="w").facts == ("h = w", "w >= 5")
    assert shapes.subs(w="v").solutions(limit=1) == [{"h": 5, "w": 5, "v": 5}]
    assert shapes.subs(w="v").subs(v=7)["Output"] == (3, sympy.Symbol("h", **POSITIVE) - 4, 3)


POSITIVE = {"integer": True, "positive": True}


@pytest.mark.parametrize("ask", [NetShapes, lambda net, **ports: WhyShape(net, "Output", **ports)])
def test_edits_are_offered(ask):
    with pytest.raises(ShapeError) as error:
        ask(IMAGE, Input=(1, 4, 9))
    assert "Input=(1, 5, 9)" in error.value.facts["nearest"]


# ---- lengths that vary --------------------------------------------------------------------------


def test_what_a_length_must_obey():
    length = sympy.Symbol("length", **POSITIVE)
    shapes = NetShapes(AUDIO, Input=("Varying", 5))

    assert shapes.facts == ("length is Varying", "length >= 4")
    assert [str(each) for each in shapes.constraints] == [str(length >= 4)]
    between = NetShapes(AUDIO, Input=("Varying", 5), Output=(7, 8))
    assert between.facts == ("length is Varying", "16 <= length <= 17")
    assert between.solutions("length") == [16, 17]


def test_a_length_is_given_a_size():
    shapes = NetShapes(AUDIO, Input=("Varying", 5))

    assert shapes.subs(length=10)["Output"] == (4, 8)
    assert shapes.subs(length=10).facts == ()
    assert str(shapes.subs(length="t")["Output"]) == "(floor(t/2) - 1, 8)"
    assert shapes.subs(length="t").subs(t=10)["Output"] == (4, 8)
    assert shapes.solutions("length", limit=3) == [4, 5, 6]
    assert shapes.solutions(("Output", 1), limit=3) == [1, 2, 3]


def test_a_length_that_does_not_fit():
    shapes = NetShapes(AUDIO, Input=("Varying", 5))
    with pytest.raises(ShapeError) as error:
        shapes.subs(length=2)
    assert "length is given as 2" in error.value.facts["because"]
    with pytest.raises(SettingError) as error:
        shapes.subs(lenght=2)
    assert error.value.facts["nearest"] == "length"


def test_a_size_may_be_called_length():
    shapes = NetShapes(
        NetChain([ConvolutionLayer(8, 3, Interleaving=True)]), Input=("Varying", "length")
    )

    assert str(shapes["Output"][0]) == "length1 - 2"
    assert shapes.subs(length1=9)["Output"] == (7, 8)
