"""ElementwiseLayer: check values, far ends, kinks, functions that users write."""

import numpy as np
import pytest
import sympy

from netdsl import (
    ElementwiseLayer,
    Exp,
    If,
    Log,
    Max,
    NetPortGradient,
    Positive,
    Ramp,
    SettingError,
    Sqrt,
    Surd,
    Tanh,
    Threshold,
    Which,
)

SAMPLES = [
    ElementwiseLayer(Tanh, Input=(3,)),
    ElementwiseLayer("GELU", Input="Real"),
    ElementwiseLayer("SELU", Input=("Varying", 3)),
    ElementwiseLayer("Mish", Input=(2, 3, 5)),
    ElementwiseLayer(lambda x: Ramp(x) - 0.3 * Ramp(-x), Input=(2, 3)),
    ElementwiseLayer(sympy.Symbol("t") ** 3 / 7 - sympy.pi, Input=5),
    ElementwiseLayer(lambda x: Which(x < 0.5, Log(x + 3), x > 1, x**-2, True, x), Input=(4, 3)),
    ElementwiseLayer(lambda x: Surd(x, 3) + Threshold(x, 0.5) * 2**x, Input=(3, 2)),
]

CHECK_VALUES = {
    "ReLU": (0, 0, 0, 1, 2),
    "ELU": (-0.864665, -0.632121, 0, 1, 2),
    "SELU": (-1.520166, -1.111331, 0, 1.0507, 2.1014),
    "GELU": (-0.045500, -0.158655, 0, 0.841345, 1.954500),
    "Swish": (-0.238406, -0.268941, 0, 0.731059, 1.761594),
    "HardSwish": (-0.333333, -0.333333, 0, 0.666667, 1.666667),
    "Mish": (-0.252501, -0.303401, 0, 0.865098, 1.943959),
    "SoftSign": (-0.666667, -0.5, 0, 0.5, 0.666667),
    "SoftPlus": (0.126928, 0.313262, 0.693147, 1.313262, 2.126928),
    "HardTanh": (-1, -1, 0, 1, 1),
    "HardSigmoid": (0, 0, 0.5, 1, 1),
    "Sigmoid": (0.119203, 0.268941, 0.5, 0.731059, 0.880797),
}


@pytest.mark.parametrize("name", CHECK_VALUES)
def test_check_values(name):
    got = ElementwiseLayer(name)([-2.0, -1.0, 0.0, 1.0, 2.0])

    np.testing.assert_allclose(got, CHECK_VALUES[name], atol=1e-6)


def test_leaky_ramp():
    leaky = ElementwiseLayer(lambda x: Ramp(x) - 0.3 * Ramp(-x))

    got = leaky([-1.0, -0.5, 0.0, 0.5, 1.0])

    np.testing.assert_allclose(got, [-0.3, -0.15, 0, 0.5, 1], rtol=1e-6)


FAR = {
    "ReLU": ((0, 1e4), (0, 1)),
    "ELU": ((-1, 1e4), (0, 1)),
    "SELU": ((-1.758099340847161, 10507), (0, 1.0507)),
    "GELU": ((0, 1e4), (0, 1)),
    "Swish": ((0, 1e4), (0, 1)),
    "HardSwish": ((0, 1e4), (0, 1)),
    "Mish": ((0, 1e4), (0, 1)),
    "SoftSign": ((-0.9999, 0.9999), (1e-8, 1e-8)),
    "SoftPlus": ((0, 1e4), (0, 1)),
    "HardTanh": ((-1, 1), (0, 0)),
    "HardSigmoid": ((0, 1), (0, 0)),
    "Sigmoid": ((0, 1), (0, 0)),
    "Tanh": ((-1, 1), (0, 0)),
    "Coth": ((-1, 1), (0, 0)),
    "Sech": ((0, 0), (0, 0)),
    "Csch": ((0, 0), (0, 0)),
    "ArcCot": ((-1e-4, 1e-4), (-1e-8, -1e-8)),
    "CubeRoot": ((-21.544347, 21.544347), (7.18144e-4, 7.18144e-4)),
    "Gudermannian": ((-1.570796, 1.570796), (0, 0)),
}


@pytest.mark.parametrize("name", FAR)
def test_far_ends(name):
    layer, (values, slopes) = ElementwiseLayer(name), FAR[name]

    np.testing.assert_allclose(layer([-1e4, 1e4]), values, rtol=1e-6)
    np.testing.assert_allclose(layer([-1e4, 1e4], NetPortGradient("Input")), slopes, rtol=1e-3)


@pytest.mark.parametrize(
    ("f", "values", "slopes"),
    [
        (lambda x: Log(1 + Exp(x)), (0, np.log(2), 1e4), (0, 0.5, 1)),
        (lambda x: Log(1 / (1 + Exp(-x))), (-1e4, -np.log(2), 0), (1, 0.5, 0)),
        (lambda x: 1 / (1 + Exp(-x)), (0, 0.5, 1), (0, 0.25, 0)),
        (lambda x: Exp(x) / (1 + Exp(x)), (0, 0.5, 1), (0, 0.25, 0)),
        (lambda x: If(x > 0, x, Exp(x) - 1), (-1, 0, 1e4), (0, 1, 1)),
        (lambda x: If(x > 0, Log(x), 0), (0, 0, np.log(1e4)), (0, 0, 1e-4)),
        (lambda x: If(x <= 0, 0, Sqrt(x)), (0, 0, 100), (0, 0, 0.005)),
        (lambda x: Which(x < -1, 1 / x, x < 1, x, True, Exp(-x)), (-1e-4, 0, 0), (-1e-8, 1, 0)),
        (lambda x: Max(0, x), (0, 0, 1e4), (0, 0, 1)),
    ],
)
def test_far_ends_of_what_users_write(f, values, slopes):
    layer = ElementwiseLayer(f)

    np.testing.assert_allclose(layer([-1e4, 0, 1e4]), values, rtol=1e-6)
    np.testing.assert_allclose(
        layer([-1e4, 0, 1e4], NetPortGradient("Input")), slopes, rtol=1e-6
    )


def test_digits_near_zero_are_kept():
    small = np.float32([1e-6, -3e-7])

    np.testing.assert_allclose(ElementwiseLayer(lambda x: Exp(x) - 1)(small), small, rtol=1e-5)
    np.testing.assert_allclose(ElementwiseLayer(lambda x: Log(1 + x))(small), small, rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "slope"),
    [("Ramp", 0), ("SELU", 1.758099340847161), ("Floor", 0), ("Round", 0), ("Abs", 0), ("ELU", 1)],
)
def test_slope_at_zero(name, slope):
    got = ElementwiseLayer(name)([0.0], NetPortGradient("Input"))

    np.testing.assert_allclose(got, [slope], rtol=1e-6)


@pytest.mark.parametrize("f", ["ReLU", "Ramp", Ramp, lambda x: Ramp(x), Ramp(sympy.Symbol("t"))])
def test_one_function_however_it_is_said(f):
    assert ElementwiseLayer(f) == ElementwiseLayer("RectifiedLinearUnit")
    assert repr(ElementwiseLayer(f)) == "ElementwiseLayer(Ramp)"


@pytest.mark.parametrize(
    ("f", "got"),
    [
        ("Relu", "'Relu'"),
        (lambda x: x if x > 0 else 0, "<lambda>"),
        (np.tanh, "tanh"),
        (lambda x, y: x + y, "x, y"),
        (sympy.Symbol("a") * sympy.Symbol("b"), "a, b"),
        (lambda x: x - x, 0),
        (lambda x: x > 0, "x > 0"),
        (Positive, "Positive: x > 0."),
        (sympy.Heaviside, "Heaviside"),
        (lambda x: sympy.sqrt(-1) * x, "I"),
        (lambda x: If(x, 1, 0), "ExprCondPair"),
        (3.5, "3.5"),
    ],
)
def test_what_is_no_function_of_one_number(f, got):
    with pytest.raises(SettingError) as error:
        ElementwiseLayer(f)
    assert error.value.facts["setting"] == "Function"
    assert error.value.facts["got"] == got
