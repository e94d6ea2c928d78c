"""The LaTeX of every formula can be set: matplotlib's mathtext lays out each piece of it."""

import re

import pytest
import sympy

from netdsl import (
    CrossEntropyLossLayer,
    ElementwiseLayer,
    LinearLayer,
    NetChain,
    NormalizationLayer,
    Ramp,
    Tanh,
)
from netdsl.formula.largest import Largest
from netdsl.formula.latex import latex
from netdsl.formula.notation import formula_of
from tests.properties.samples import SAMPLES

CASES = re.compile(r"\\begin\{cases\}((?:(?!\\begin\{cases\}).)*?)\\end\{cases\}", re.DOTALL)


def pieces(text):
    """Split LaTeX into what mathtext can set, which knows neither tables nor the sign of mod."""
    text = text.replace("\\begin{aligned}\n", "").replace("\n\\end{aligned}", "")
    text = text.replace(r"\bmod", r"\;\mathrm{mod}\;")
    while found := CASES.search(text):
        yield from (cell for row in found[1].split(r"\\") for cell in row.split("&"))
        text = text[: found.start()] + r"{\{\,\ldots}" + text[found.end() :]
    yield from (row.replace("&=", "=", 1) for row in text.split("\\\\\n"))


def render(text):
    """Set every piece; mathtext raises a ValueError where it cannot."""
    mathtext = pytest.importorskip("matplotlib.mathtext")
    parser = mathtext.MathTextParser("path")
    for piece in pieces(text):
        assert parser.parse(f"${piece}$").width > 0, piece


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_formula_of_every_layer(sample):
    for port in sample.layer.output_names:
        render(formula_of(sample.layer, port).latex())


@pytest.mark.parametrize("text", [r"\frac{a}{b", r"\unknown{a}", r"\left( a"])
def test_what_cannot_be_set(text):
    pytest.importorskip("matplotlib")
    with pytest.raises(ValueError, match=r"."):
        render(text)


# ---- as a person writes it -------------------------------------------------------------------


def tex(net):
    return formula_of(net).latex()


def test_weights_before_inputs_and_sums_last():
    assert tex(LinearLayer(3, Input="n")) == (
        r"{\mathrm{Output}}_{i} = {\mathrm{Biases}}_{i} + \sum_{j=0}^{n - 1} "
        r"{\mathrm{Weights}}_{i,j} \, {\mathrm{Input}}_{j}"
    )
    assert tex(LinearLayer((), Input=1, Biases=None)) == (
        r"\mathrm{Output} = {\mathrm{Weights}}_{0,0} \, {\mathrm{Input}}_{0}"
    )


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: 2 * Ramp(x) - 3, r"2 \max\left(0, \mathrm{Input}\right) - 3"),
        (lambda x: 2 * x - 2, r"2 \left(\mathrm{Input} - 1\right)"),
        (lambda x: (x + 1) * x / 5, r"\frac{\mathrm{Input}}{5} \left(\mathrm{Input} + 1\right)"),
        (lambda x: -(2**x) * 3, r"- 3 \cdot 2^{\mathrm{Input}}"),
        (lambda x: x / 2**0.5, r"0.707106781186547 \mathrm{Input}"),
    ],
)
def test_products_and_fractions(f, expected):
    assert tex(ElementwiseLayer(f, Input=())) == rf"\mathrm{{Output}} = {expected}"


def test_a_function_of_a_name_is_defined():
    lines = tex(ElementwiseLayer("GELU", Input=())).splitlines()

    assert lines[1:3] == [
        r"\mathrm{Output} &= \operatorname{GELU}{\left(\mathrm{Input} \right)} \\",
        (
            r"\operatorname{GELU}{\left(x \right)} &= \frac{x}{2} "
            r"\left(1 + \operatorname{erf}{\left(\frac{x}{\sqrt{2}} \right)}\right)"
        ),
    ]
    assert str(formula_of(ElementwiseLayer("ELU", Input=()))).splitlines() == [
        "Output = ELU(Input)",
        "    ELU(x) = Piecewise((x, x >= 0), (exp(x) - 1, True))",
    ]
    assert tex(NetChain([2, "Swish", "Swish"], Input=1)).count(r"{\left(x \right)} &=") == 1


DOT = r"\sum_{i=0}^{1} {\mathrm{Weights}^{(\mathrm{1})}}_{0,i} \, {\mathrm{Input}}_{i}"


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (
            lambda x: x * Tanh(x) + x**2,
            rf"\left({DOT}\right)^{{2}} + \tanh{{\left({DOT} \right)}} {DOT}",
        ),
        (lambda x: x / (x + 1), rf"\frac{{1}}{{1 + {DOT}}} {DOT}"),
    ],
)
def test_nothing_follows_a_sum(f, expected):
    got = tex(NetChain([LinearLayer((), Biases=None), f], Input=2))

    assert got == rf"\mathrm{{Output}} = {expected}"
    render(got)


def test_nested_sums_keep_the_order_of_their_indices():
    layer = CrossEntropyLossLayer("Probabilities", Input=(2, 3))

    assert tex(layer).endswith(
        r"= - \frac{1}{2} \sum_{i=0}^{1} \sum_{j=0}^{2} {\mathrm{Target}}_{i,j} "
        r"\log{\left({\mathrm{Input}}_{i,j} \right)}"
    )


X, Y, W = (sympy.IndexedBase(name) for name in "xyw")
R, S, N = sympy.symbols("i j n", integer=True)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (-Largest(-X[R], (R, 0, 2)), r"\min_{0 \leq i \leq 2} {x}_{i}"),
        (
            Largest(X[R, S] - 1, (R, 0, 2), (S, 0, N)),
            r"\max_{0 \leq i \leq 2,\, 0 \leq j \leq n} \left({x}_{i,j} - 1\right)",
        ),
        (sympy.Product(X[R], (R, 0, N)), r"\prod_{i=0}^{n} {x}_{i}"),
        (Y[R] * X[R, S] * W[R], r"{w}_{i} {y}_{i} {x}_{i,j}"),
        (X[(R + 3 * S) / 2, S], r"{x}_{\left(i + 3 j\right) / 2,\, j}"),
        (X[sympy.floor(R / 12)], r"{x}_{\left\lfloor i / 12 \right\rfloor}"),
        (X[sympy.Mod(R + 1, 3)], r"{x}_{\left(i + 1\right) \bmod 3}"),
        (sympy.Mod(R, 3) * X[R], r"{x}_{i} \left(i \bmod 3\right)"),
        (sympy.sqrt(sympy.Sum(X[R], (R, 0, 4)) / 5), r"\sqrt{\frac{1}{5} \sum_{i=0}^{4} {x}_{i}}"),
        (sympy.Rational("1.0507") * X[0], "1.0507 {x}_{0}"),
        (sympy.Float(2.0) * X[0] + sympy.Float(2.0), r"2 \left({x}_{0} + 1\right)"),
        (
            sympy.Piecewise((1, sympy.Or(sympy.And(R > 0, R < 3), R > 7)), (0, True)),
            (
                r"\begin{cases} 1 & \text{if } \left(i > 0 \text{ and } i < 3\right) "
                r"\text{ or } i > 7 \\ 0 & \text{otherwise} \end{cases}"
            ),
        ),
    ],
)
def test_how_it_is_written(expression, expected):
    got = latex(expression, inputs=["y", "x"])

    assert got == expected
    render(got)


def test_t_is_the_letter_of_time_alone():
    got = tex(NormalizationLayer(Input=(2, 3)))

    assert r"{\mathrm{Output}}_{i,j} &=" in got
    assert "t," not in got
    assert "_{t}" not in got
