"""Values and gradients in float32 far out, near zero and at kinks."""

import numpy as np
import pytest

from netdsl import (
    Cosh,
    ElementwiseLayer,
    Exp,
    If,
    Log,
    LogisticSigmoid,
    Max,
    Min,
    NetPortGradient,
    Sqrt,
    Tanh,
    Which,
)

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
        (lambda x: Log(LogisticSigmoid(x)), (-1e4, -np.log(2), 0), (1, 0.5, 0)),
        (lambda x: Log((1 + Exp(x)) / 2), (-np.log(2), 0, 1e4 - np.log(2)), (0, 0.5, 1)),
        (lambda x: Log(1 + Exp(3 * x)) / 3, (0, np.log(2) / 3, 1e4), (0, 0.5, 1)),
        (lambda x: Log(Exp(x) + Exp(-x)), (1e4, np.log(2), 1e4), (-1, 0, 1)),
        (lambda x: Log(Cosh(x)), (1e4 - np.log(2), 0, 1e4 - np.log(2)), (-1, 0, 1)),
        (lambda x: 1 / Cosh(x), (0, 1, 0), (0, 0, 0)),
        (lambda x: x / (1 + Exp(-2 * x)), (0, 0, 1e4), (0, 0.5, 1)),
        (lambda x: 2 * Exp(x) / (3 + Exp(x)), (0, 0.5, 2), (0, 0.375, 0)),
        (lambda x: Exp(2 * x) / (1 + Exp(x)) ** 3, (0, 0.125, 0), (0, 0.0625, 0)),
        (lambda x: Max(x, 0) + Min(0.5 * (Exp(2 * x) - 1), 0), (-0.5, 0, 1e4), (0, None, 1)),
        (lambda x: Max(-1, 3 - 2 * Exp(x)), (3, 1, -1), (0, -2, 0)),
        (lambda x: x / 2 * (1 + Tanh(x + x**3 / 10)), (0, 0, 1e4), (0, 0.5, 1)),
    ],
)
def test_far_ends_of_what_users_write(f, values, slopes):
    layer = ElementwiseLayer(f)

    np.testing.assert_allclose(layer([-1e4, 0, 1e4]), values, rtol=1e-6, atol=1e-7)
    got = layer([-1e4, 0, 1e4], NetPortGradient("Input"))
    for slope, expected in zip(got, slopes, strict=True):
        assert expected is None or slope == pytest.approx(expected, rel=1e-6, abs=1e-7)  # a kink


def test_digits_near_zero_are_kept():
    small = np.float32([1e-6, -3e-7])

    np.testing.assert_allclose(ElementwiseLayer(lambda x: Exp(x) - 1)(small), small, rtol=1e-5)
    np.testing.assert_allclose(ElementwiseLayer(lambda x: Log(1 + x))(small), small, rtol=1e-5)


def test_digits_of_a_small_difference_are_kept():
    got = ElementwiseLayer(lambda x: 3 - 3 * Tanh(x))([8.0, 20.0])

    np.testing.assert_allclose(got, 6 / (1 + np.exp([16.0, 40.0])), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [
        ("Ramp", 0, 0),
        ("SELU", 0, 1.758099340847161),
        ("ELU", 0, 1),
        ("Abs", 0, 0),
        ("Floor", 0, 0),
        ("Round", 0.5, 0),
        ("HardTanh", -1, 0),
        ("HardTanh", 1, 1),
        ("ArcCot", 0, -1),
        ("CubeRoot", 0, 0),
    ],
)
def test_slope_at_kinks(name, x, slope):
    got = ElementwiseLayer(name)([x], NetPortGradient("Input"))

    np.testing.assert_allclose(got, [slope], rtol=1e-6)
