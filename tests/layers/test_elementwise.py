"""ElementwiseLayer: check values, the ways to give a function, what is none."""

import numpy as np
import pytest
import sympy

import netdsl
from netdsl import (
    ElementwiseLayer,
    Exp,
    If,
    Log,
    Max,
    Min,
    NetPortGradient,
    Positive,
    Ramp,
    SettingError,
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


@pytest.mark.parametrize("f", ["ReLU", "Ramp", Ramp, lambda x: Ramp(x), Ramp(sympy.Symbol("t"))])
def test_one_function_however_it_is_said(f):
    assert ElementwiseLayer(f) == ElementwiseLayer("RectifiedLinearUnit")
    assert repr(ElementwiseLayer(f)) == "ElementwiseLayer(Ramp)"


@pytest.mark.parametrize(
    ("f", "got"),
    [
        ("Relu", "'Relu'"),
        (lambda x: max(x, 0), "<lambda>"),
        (np.sort, "sort"),
        (lambda x, y: x + y, "x, y"),
        (sympy.Symbol("a") * sympy.Symbol("b"), "a, b"),
        (lambda x: x - x, 0),
        (lambda x: x > 0, "x > 0"),
        (Positive, "Positive: x > 0."),
        (sympy.Heaviside, "Heaviside"),
        (lambda x: sympy.sqrt(-1) * x, "I"),
        (lambda x: If(x, 1, 0), "x"),
        (3.5, "3.5"),
    ],
)
def test_what_is_no_function_of_one_number(f, got):
    with pytest.raises(SettingError) as error:
        ElementwiseLayer(f)
    assert error.value.facts["setting"] == "Function"
    assert error.value.facts["got"] == got


@pytest.mark.parametrize(
    ("function", "slope"),
    [(Ramp, 0), ("HardTanh", 1), ("Abs", 0), (lambda x: Min(x, 0), 1), (lambda x: Max(x, 0), 0)],
)
def test_the_slope_at_a_kink_is_the_left_one(function, slope):
    at = 1.0 if function == "HardTanh" else 0.0

    assert ElementwiseLayer(function)(at, NetPortGradient("Input")) == slope


def test_a_function_that_is_one_number_is_that_everywhere():
    constant = ElementwiseLayer(lambda x: Max(0.5 * Exp(-(x**2)) - 0.5, 3))

    np.testing.assert_array_equal(constant(np.array([1.0, 2.0])), [3, 3])
    np.testing.assert_array_equal(constant(np.array([1.0, 2.0])), [3, 3])
    np.testing.assert_array_equal(constant([1.0, 2.0], NetPortGradient("Input")), [0, 0])


def test_a_choice_may_be_compared():
    layer = ElementwiseLayer(lambda x: If(If(x > 0, x, -1) > 0.5, 1, 0))

    np.testing.assert_array_equal(layer([1, 0.2, -2]), [1, 0, 0])


def test_a_division_by_zero_is_infinite_as_in_numpy():
    layer = ElementwiseLayer(lambda x: 1 / If(x > 0, x, 0))

    np.testing.assert_array_equal(layer([2, -1]), [0.5, np.inf])
    assert eval(repr(layer), {**vars(netdsl)}) == layer
