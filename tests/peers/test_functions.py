"""Functions of one number, beside JAX, ONNX and PyTorch."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np
import pytest

import netdsl
from netdsl import ElementwiseLayer, NetPortGradient
from netdsl.functions import all_functions
from tests.peers import harness
from tests.peers.harness import SINGLE, TOLERANCE, operator

# ---- one number --------------------------------------------------------------------------------

SHAPES = [(), (1,), (7,), (2, 3), (5, 1), (1, 4), (3, 2, 4), (2, 5, 1), (2, 1, 3, 2), (40,), (3, 7)]


@dataclass(frozen=True)
class Same:
    """What a function is elsewhere: an expression in x, its library being jax, run or torch."""

    jax: Any
    onnx: Any = None
    torch: Any = None
    low: float = -3.0
    high: float = 3.0


def jnp(name, low=-3.0, high=3.0, onnx=None, torch=None):
    """A function that jax.numpy has; ONNX's and PyTorch's by their names."""
    return Same(
        lambda jax, x: getattr(jax.numpy, name)(x),
        onnx and (lambda run, x: run(onnx, x)),
        torch and (lambda library, x: getattr(library, torch)(x)),
        low,
        high,
    )


def nn(name, onnx=None, torch=None, **attributes):
    """A function that jax.nn has; ONNX's with its attributes."""
    return Same(
        lambda jax, x: getattr(jax.nn, name)(x),
        onnx and (lambda run, x: run(onnx, x, **attributes)),
        torch and (lambda library, x: getattr(library.nn.functional, torch)(x)),
        -6,
        6,
    )


def special(name, low=-3.0, high=3.0, torch=None):
    """A function that jax.scipy.special has."""
    return Same(
        lambda jax, x: getattr(jax.scipy.special, name)(x),
        None,
        torch and (lambda library, x: getattr(library, torch)(x)),
        low,
        high,
    )


def formula(jax, low=-3.0, high=3.0, onnx=None, torch=None):
    """A function that no library has by name."""
    return Same(jax, onnx, torch, low, high)


SCALE = 1.0507
LESS = 1.758099340847161 / SCALE
"""SELU as the Wolfram Language has it: its two factors are printed with different precision."""

NAMED = {
    "Sin": jnp("sin", onnx="Sin", torch="sin"),
    "Cos": jnp("cos", onnx="Cos", torch="cos"),
    "Tan": jnp("tan", -1.4, 1.4, onnx="Tan", torch="tan"),
    "Cot": formula(lambda jax, x: 1 / jax.numpy.tan(x), 0.1, 3.0),
    "Sec": formula(lambda jax, x: 1 / jax.numpy.cos(x), -1.4, 1.4),
    "Csc": formula(lambda jax, x: 1 / jax.numpy.sin(x), 0.1, 3.0),
    "ArcSin": jnp("arcsin", -0.95, 0.95, onnx="Asin", torch="asin"),
    "ArcCos": jnp("arccos", -0.95, 0.95, onnx="Acos", torch="acos"),
    "ArcTan": jnp("arctan", onnx="Atan", torch="atan"),
    "ArcCot": formula(lambda jax, x: jax.numpy.arctan(1 / x)),
    "ArcSec": formula(lambda jax, x: jax.numpy.arccos(1 / x), 1.1, 5.0),
    "ArcCsc": formula(lambda jax, x: jax.numpy.arcsin(1 / x), -5.0, -1.1),
    "Sinh": jnp("sinh", onnx="Sinh", torch="sinh"),
    "Cosh": jnp("cosh", onnx="Cosh", torch="cosh"),
    "Tanh": jnp("tanh", onnx="Tanh", torch="tanh"),
    "Coth": formula(lambda jax, x: 1 / jax.numpy.tanh(x), 0.1, 4.0),
    "Sech": formula(lambda jax, x: 1 / jax.numpy.cosh(x)),
    "Csch": formula(lambda jax, x: 1 / jax.numpy.sinh(x), 0.1, 4.0),
    "ArcSinh": jnp("arcsinh", onnx="Asinh", torch="asinh"),
    "ArcCosh": jnp("arccosh", 1.1, 5.0, onnx="Acosh", torch="acosh"),
    "ArcTanh": jnp("arctanh", -0.95, 0.95, onnx="Atanh", torch="atanh"),
    "ArcCoth": formula(lambda jax, x: jax.numpy.arctanh(1 / x), 1.1, 5.0),
    "ArcSech": formula(lambda jax, x: jax.numpy.arccosh(1 / x), 0.1, 0.95),
    "ArcCsch": formula(lambda jax, x: jax.numpy.arcsinh(1 / x), 0.1, 4.0),
    "Haversine": formula(lambda jax, x: (1 - jax.numpy.cos(x)) / 2),
    "InverseHaversine": formula(lambda jax, x: jax.numpy.arccos(1 - 2 * x), 0.05, 0.95),
    "Gudermannian": formula(lambda jax, x: jax.numpy.arctan(jax.numpy.sinh(x))),
    "InverseGudermannian": formula(lambda jax, x: jax.numpy.arcsinh(jax.numpy.tan(x)), -1.4, 1.4),
    "Exp": jnp("exp", onnx="Exp", torch="exp"),
    "Log": jnp("log", 0.05, 5.0, onnx="Log", torch="log"),
    "Sqrt": jnp("sqrt", 0.05, 5.0, onnx="Sqrt", torch="sqrt"),
    "CubeRoot": jnp("cbrt"),
    "Gamma": special("gamma", 0.2, 6.0),
    "LogGamma": special("gammaln", 0.2, 9.0, torch="lgamma"),
    "Erf": Same(
        lambda jax, x: jax.scipy.special.erf(x),
        lambda run, x: run("Erf", x),
        lambda torch, x: torch.erf(x),
    ),
    "Erfc": special("erfc", -3.0, 5.0, torch="erfc"),
    "InverseErf": special("erfinv", -0.95, 0.95, torch="erfinv"),
    "InverseErfc": formula(lambda jax, x: jax.scipy.special.erfinv(1 - x), 0.05, 1.95),
    "Abs": jnp("abs", onnx="Abs", torch="abs"),
    "Sign": jnp("sign", onnx="Sign", torch="sign"),
    "Round": jnp("round", onnx="Round", torch="round"),
    "Floor": jnp("floor", onnx="Floor", torch="floor"),
    "Ceiling": jnp("ceil", onnx="Ceil", torch="ceil"),
    "IntegerPart": jnp("trunc", torch="trunc"),
    "FractionalPart": formula(
        lambda jax, x: jax.numpy.fmod(x, 1.0), torch=lambda torch, x: torch.frac(x)
    ),
    "Unitize": formula(lambda jax, x: jax.numpy.sign(x) ** 2),
    "KroneckerDelta": formula(lambda jax, x: 1 - jax.numpy.sign(x) ** 2),
    "Clip": formula(
        lambda jax, x: jax.numpy.clip(x, -1.0, 1.0),
        onnx=lambda run, x: run("Clip", x, np.float64(-1), np.float64(1)),
        torch=lambda torch, x: torch.clamp(x, -1, 1),
    ),
    "Chop": formula(lambda jax, x: x * (jax.numpy.abs(x) >= 1e-10)),
    "Plus": formula(lambda jax, x: x),
    "Times": formula(lambda jax, x: x),
    "Min": formula(lambda jax, x: x),
    "Max": formula(lambda jax, x: x),
    "Ramp": nn("relu", "Relu", "relu"),
    "LogisticSigmoid": nn("sigmoid", "Sigmoid", "sigmoid"),
    "ELU": nn("elu", "Elu", "elu"),
    "SELU": formula(
        lambda jax, x: SCALE * jax.nn.elu(x, LESS),
        onnx=lambda run, x: run("Selu", x, alpha=LESS, gamma=SCALE),
        torch=lambda torch, x: SCALE * torch.nn.functional.elu(x, LESS),
    ),
    "GELU": formula(
        lambda jax, x: jax.nn.gelu(x, approximate=False),
        onnx=lambda run, x: run("Gelu", x),
        torch=lambda torch, x: torch.nn.functional.gelu(x),
    ),
    "Swish": nn("silu", "Swish", "silu"),
    "HardSwish": nn("hard_swish", "HardSwish", "hardswish"),
    "Mish": nn("mish", "Mish", "mish"),
    "SoftSign": nn("soft_sign", "Softsign", "softsign"),
    "SoftPlus": nn("softplus", "Softplus", "softplus"),
    "HardTanh": nn("hard_tanh", None, "hardtanh"),
    "HardSigmoid": formula(
        lambda jax, x: jax.nn.relu6(3 * x + 3) / 6,
        onnx=lambda run, x: run("HardSigmoid", x, alpha=0.5, beta=0.5),
        torch=lambda torch, x: torch.nn.functional.hardsigmoid(3 * x),
    ),
}
"""The functions of ElementwiseLayer by name."""

WRITTEN = {
    "log sigmoid": (lambda x: -netdsl.SoftPlus(-x), nn("log_sigmoid", None, "logsigmoid")),
    "leaky ramp": (
        lambda x: netdsl.Ramp(x) - 0.01 * netdsl.Ramp(-x),
        nn("leaky_relu", "LeakyRelu", "leaky_relu"),
    ),
    "hard sigmoid of others": (
        lambda x: netdsl.Clip(x / 6 + 1 / 2, (0, 1)),
        nn("hard_sigmoid", "HardSigmoid", "hardsigmoid", alpha=1 / 6, beta=0.5),
    ),
    "CELU": (
        lambda x: netdsl.If(x > 0, x, 2.0 * netdsl.ELU(x / 2.0)),
        formula(
            lambda jax, x: jax.nn.celu(x, 2.0),
            onnx=lambda run, x: run("Celu", x.astype(np.float32), alpha=2.0).astype(np.float64),
            torch=lambda torch, x: torch.nn.functional.celu(x, 2.0),
        ),
    ),
    "GELU by Tanh": (
        lambda x: x / 2 * (1 + netdsl.Tanh((2 / pi) ** 0.5 * (x + 0.044715 * x**3))),
        formula(
            lambda jax, x: jax.nn.gelu(x, approximate=True),
            onnx=lambda run, x: run("Gelu", x, approximate="tanh"),
            torch=lambda torch, x: torch.nn.functional.gelu(x, approximate="tanh"),
        ),
    ),
    "Swish of 3 x": (
        lambda x: x * netdsl.LogisticSigmoid(3 * x),
        formula(lambda jax, x: jax.nn.silu(3 * x) / 3),
    ),
    "ramp up to 6": (lambda x: netdsl.Clip(x, (0, 6)), nn("relu6", None, "relu6")),
}
"""Functions that users write, and what they are elsewhere."""

CASES = {**{name: (name, same) for name, same in NAMED.items()}, **WRITTEN}


def ours(function, x, imposed):
    """The values and the gradients for numbers in one row, computed in arrays of every shape."""
    layer = ElementwiseLayer(function)
    values, gradients, at = [], [], 0
    for shape in SHAPES:
        size = int(np.prod(shape))
        one = layer.with_ports({"Input": shape})
        part = x[at : at + size].reshape(1, *shape)
        seed = {NetPortGradient("Output"): imposed[at : at + size].reshape(1, *shape)}
        values.append(one(part, WorkingPrecision="Real64"))
        data = {"Input": part, **seed}
        gradients.append(one(data, NetPortGradient("Input"), WorkingPrecision="Real64"))
        assert np.shape(values[-1]) == np.shape(gradients[-1]) == part.shape
        at += size
    return [np.concatenate([np.ravel(part) for part in parts]) for parts in (values, gradients)]


def theirs(same, library, x, imposed):
    """The values, and the gradients where the library has them."""
    found = harness.installed(library)
    if library == "onnx":
        return same.onnx(operator, x), None
    if library == "torch":
        given = found.tensor(x, requires_grad=True)
        out = same.torch(found, given)
        (gradient,) = found.autograd.grad(out, given, found.tensor(imposed))
        return out.detach().numpy(), gradient.numpy()
    with found.enable_x64(True):
        run = harness.compiled(
            found, lambda x, seed: both(found, lambda x: same.jax(found, x), x, seed)
        )
        return map(np.asarray, run(x, imposed))


def both(jax, function, x, imposed):
    """The values and the gradients in JAX."""
    out, back = jax.vjp(function, x)
    return out, back(imposed)[0]


ROUNDED = {
    # The attributes of ONNX's operators are float32, and so is what its Erf gives.
    *((name, "onnx") for name in ("Erf", "SELU", "GELU", "HardSwish", "leaky ramp", "CELU")),
    *((name, "onnx") for name in ("hard sigmoid of others", "GELU by Tanh")),
    # PyTorch's slope is 1/6 in float32.
    *((name, "torch") for name in ("HardSigmoid", "hard sigmoid of others")),
}
"""Where a library computes in float32, or with a constant that is rounded to it."""

PAIRS = [
    (name, library)
    for name, (_, same) in CASES.items()
    for library in ("jax", "onnx", "torch")
    if getattr(same, library)
]


@pytest.mark.parametrize(("name", "library"), PAIRS)
def test_a_function_of_one_number_is_its_twin(name, library):
    harness.installed(library)
    function, same = CASES[name]
    random = np.random.default_rng(5)
    count = sum(int(np.prod(shape)) for shape in SHAPES)
    x, imposed = random.uniform(same.low, same.high, count), random.normal(size=count)

    values, gradients = ours(function, x, imposed)
    their_values, their_gradients = theirs(same, library, x, imposed)

    tolerance = SINGLE if (name, library) in ROUNDED else TOLERANCE
    np.testing.assert_allclose(values, their_values, **tolerance)
    if their_gradients is not None:
        np.testing.assert_allclose(gradients, their_gradients, **tolerance)


def test_every_function_of_one_number_has_a_twin():
    found = {
        function.name
        for function in all_functions()
        if function.least == 1 and function.gives == "number"
    }
    assert set(NAMED) == found


UNITS = [*list(NAMED)[list(NAMED).index("Ramp") :], *WRITTEN]


@pytest.mark.parametrize("name", UNITS)
def test_far_ends_are_those_of_jax(name):
    function, same = CASES[name]
    x = np.array([-1e4, -500.0, 500.0, 1e4])
    layer = ElementwiseLayer(function, Input=4)

    values = layer(x, WorkingPrecision="Real64")
    gradients = layer(x, NetPortGradient("Input"), WorkingPrecision="Real64")

    their_values, their_gradients = theirs(same, "jax", x, np.ones(4))
    np.testing.assert_allclose(values, their_values, **TOLERANCE)
    np.testing.assert_allclose(gradients, their_gradients, **TOLERANCE)
