"""Sizes as they are shown: in text, in LaTeX, with letters that no user's name is."""

import pytest
import sympy

from netdsl import (
    Automatic,
    ConvolutionLayer,
    FlattenLayer,
    Information,
    LinearLayer,
    NetChain,
    NetShapes,
    PoolingLayer,
    ReshapeLayer,
    WhyShape,
)
from netdsl.infer.causes import Cause, Place
from netdsl.infer.terms import Var
from netdsl.report.chain import Chain
from netdsl.report.notation import name_latex, size_latex, size_text
from netdsl.report.solution import solved

POOLS = NetChain([PoolingLayer(32, 32), PoolingLayer(7, 7, PaddingSize=3)])


# ---- text and LaTeX -----------------------------------------------------------------------------


def test_one_fraction_is_rounded():
    shapes = NetShapes(POOLS, Input=(3, "h", "row_size"))

    assert "floor((h + 192)/224)" in shapes.text()
    assert r"\left\lfloor{\frac{h + 192}{224}}\right\rfloor" in shapes.latex()
    assert r"\frac{\mathit{row\_size} + 192}{224}" in shapes.latex()
    h = sympy.Symbol("h", integer=True, positive=True)
    assert shapes["Output"][1] == sympy.floor(h / 224 + sympy.Rational(6, 7))


def test_what_is_rounded_by_a_name():
    h, w = sympy.symbols("h w", integer=True, positive=True)

    assert size_text(sympy.floor(h / w)) == "floor(h/w)"
    assert size_text(sympy.floor(h / (2 * w) + 1)) == "floor(h/(2*w)) + 1"
    assert size_text(sympy.ceiling(h / 2) - 2) == "ceiling(h/2) - 2"
    assert size_latex(sympy.floor(h / 2) ** 2) == r"\left\lfloor{\frac{h}{2}}\right\rfloor^{2}"
    assert size_text(7) == size_latex(7) == "7"


@pytest.mark.parametrize(
    ("name", "text"), [("h", "h"), ("h1", r"\mathit{h1}"), ("a_b", r"\mathit{a\_b}")]
)
def test_a_name_is_one_word(name, text):
    assert name_latex(name) == size_latex(name) == text


def test_a_length_has_its_name_and_each_row_its_kind():
    layer = ConvolutionLayer(8, 3, Interleaving=True)
    text = NetShapes(layer, Input=("Varying", 5)).latex()

    assert r"\text{input} & \text{Input} & \mathit{length} \times 5" in text
    assert r"\text{array} & \text{Biases} & 8" in text
    assert r"\mathit{length} \text{ is Varying}" in text
    assert r"\text{Varying}" not in text


# ---- letters ------------------------------------------------------------------------------------


def test_letters_are_no_names():
    why = WhyShape(NetChain([FlattenLayer(), 3]), (2, "Weights"), Input=("n", Automatic))
    assert "it is m*n, where m is dimension 2 of Input" in why.open_because[0]


def test_what_was_not_known_then_is_a_letter():
    net = NetChain([ReshapeLayer((8, Automatic))])
    chain = Chain(solved(net, {}, {}))
    given, later = Cause("given"), Cause("later")
    known, found, wanted = Var(None, 4, 4, given), Var(None, 32, 32, later), Var()
    narrowed = Cause("narrowed", Place((), "layer", ""), (given,), wanted, 1, 512)

    show = chain._at_the_time(narrowed)
    assert (show(known), show(found)) == ("4", "m")
    earlier = Cause("earlier", None, (), found, 16, 64, 16)
    narrowed = Cause("narrowed", Place((), "layer", ""), (given, earlier), wanted, 1, 512)
    assert chain._at_the_time(narrowed)(found) == "{16, 32, ..., 64}"


# ---- parameters ---------------------------------------------------------------------------------


def test_the_number_of_parameters():
    net = NetChain([ConvolutionLayer(20, 5), FlattenLayer(), 10])
    c = sympy.Symbol("c", integer=True, positive=True)

    assert NetShapes(net, Input=("c", 12, 12)).parameters == 500 * c + 12830
    assert NetShapes(net, Input=(2, 12, 12)).parameters == 13830
    assert NetShapes(net).parameters is Automatic
    assert NetShapes(FlattenLayer()).parameters == 0
    built = NetChain([LinearLayer(4), 3], Input="c")
    total = NetShapes(built).parameters
    assert total == Information(built, "ArraysTotalElementCount") == 4 * c + 19
