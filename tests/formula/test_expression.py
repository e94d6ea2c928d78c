"""Functions that users write: read, written as Python, computed like sympy computes them."""

import pickle

import numpy as np
import pytest
import sympy

import netdsl.functions
from netdsl.errors import SettingError
from netdsl.formula import PureFunction, compute, read_function, to_lambda
from netdsl.formula.source import python_source
from netdsl.formula.stable import stable
from netdsl.functions import Ramp, Tanh
from tests.formula.eager import Eager

NAMES = {**vars(sympy), **vars(netdsl.functions)}
X = sympy.Symbol("x", real=True)
Y = sympy.Symbol("y", real=True)

EXPRESSIONS = [
    "x",
    "-x",
    "x - 0.3*Ramp(-x)",
    "2*x**2 - x**3/3 + x**8 - x**9/100 + 1",
    "1/x + 3/x**2 - S(2)/(5*Sqrt(x)) + x**(S(2)/3) + x**2.5 + x**(-S(5)/2)",
    "(x + 1)*(x - 2)/((x + 3)*Sqrt(x))",
    "Sqrt(S(2))*x/2 + Sqrt(x)*pi - E + Log(S(7))",
    "2**x + x**x + S(1)/3**x",
    "Exp(x) - 1",
    "3*Exp(-2*x) - 3 + x",
    "1.758*(Exp(x) - 1)",
    "Log(1 + Exp(2*x)) + Log(1 + x**2) + Log(x) + Log(2, x) + Log(2 + x)",
    "1/(1 + Exp(-x))**2 + Exp(x)/(1 + Exp(x)) + x*Exp(-x)/(1 + Exp(-x))",
    "Log(LogisticSigmoid(x))",
    "Tanh(x)**2 - 1/Cosh(x) + Tanh(S(1))",
    "Max(x, 0, x**2 - 2) + Min(x, 1.5) - Abs(x - 2) + Clip(x, (0.5, 1))",
    "x % 2 + Mod(x, -3) + Floor(x) + sympy.floor(x/2) + sympy.ceiling(x)",
    "Piecewise((x, x > 2), (Log(x), x > 1), (-x, True))",
    "If((x > 1) & (x < 2) | Equal(x, 0.5), Sqrt(x), Unequal(x, 3.5)*1 if False else 2)",
    "Which(x < 1, 1/x, x < 2, Exp(x**2), True, Which(x > 3, Log(x - 3), True, 0))",
    "If(And(x > 1, Unequal(x, 3)), 1, KroneckerDelta(Round(x)))",
    "ArcTan(x, 2) + ArcTan(-1.5, x) + Surd(x, 3) + Threshold(x, 1) + Chop(x)",
    "GELU(x) + Swish(x)*SoftPlus(GELU(x)) + Erf(0, x)",
]


def read(text):
    return sympy.sympify(eval(text, {**NAMES, "sympy": sympy, "x": X}))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_computed_as_sympy_does(text):
    points = np.array([0.3, 0.5, 1.2, 2.6, 3.7])

    expression = to_lambda(read(text)).expr
    with np.errstate(all="ignore"):
        got = compute(Eager(), expression, {X: points})

    expected = [complex(read(text).subs(X, sympy.Float(point)).evalf()).real for point in points]
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_repr_builds_it_again(text):
    function = to_lambda(read(text))

    again = to_lambda(eval(repr(function), NAMES))

    assert again == function
    assert hash(again) == hash(function)
    assert pickle.loads(pickle.dumps(function)) == function


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda t: Ramp(t) - 0.3 * Ramp(-t), "lambda x: -0.3*Ramp(-x) + Ramp(x)"),
        (sympy.Lambda(Y, Y**2), "lambda x: x**2"),
        (sympy.Symbol("t") / 3, "lambda x: x/3"),
        (lambda x, scale=2: scale * x, "lambda x: 2*x"),
        (sympy.sqrt, "lambda x: Sqrt(x)"),
        (lambda x: np.float32(0.5) * x, "lambda x: 0.5*x"),
    ],
)
def test_read(f, text):
    assert repr(to_lambda(f)) == text


def test_several_arguments():
    function = to_lambda(lambda scale, Input: scale * Ramp(Input) + 1, arity=None)

    assert repr(function) == "lambda scale, Input: scale*Ramp(Input) + 1"
    assert function(3, 2) == 7
    np.testing.assert_array_equal(function.kernel(Eager(), np.array([3.0]), np.array([2.0])), [7])
    assert to_lambda(X + Y, arity=2) == PureFunction((X, Y), X + Y)
    with pytest.raises(SettingError):
        to_lambda(X + Y)


def test_a_known_function_is_recognised():
    assert read_function(sympy.tanh) is Tanh
    assert read_function(lambda x: Tanh(x)) is Tanh
    assert isinstance(read_function(lambda x: Tanh(2 * x)), PureFunction)


def test_called_on_numbers_and_symbols():
    function = to_lambda(lambda x: Tanh(x) + x)

    assert function(0) == 0
    assert function(Y) == sympy.tanh(Y) + Y


def test_equal_parts_are_computed_once():
    xp = Eager()
    compute(xp, Tanh(X**2) ** 3 + 2 * Tanh(X**2), {X: np.array([0.5])})

    names = Eager()
    compute(names, Tanh(X**2), {X: np.array([0.5])})
    assert (names.count, xp.count) == (2, 3)  # square, tanh; and the square in the third power


def test_stable_forms():
    assert stable(sympy.log(1 + sympy.exp(X))) == netdsl.functions.SoftPlus(X)
    assert stable(1 / (1 + sympy.exp(X))) == netdsl.functions.LogisticSigmoid(-X)
    assert stable(X + sympy.exp(X)) == X + sympy.exp(X)


def test_exact_numbers_stay_exact():
    assert python_source(sympy.sqrt(2) + sympy.Rational(1, 3) * X) == "x/3 + Sqrt(S(2))"


@pytest.mark.parametrize(
    ("f", "got"),
    [
        (sympy.Function("f")(X), "f"),
        (sympy.zeta(X), "zeta"),
        (sympy.acos(2) * X, "acos"),
        (X / sympy.Integer(0), "a division by 0"),
        (sympy.Integer(3), "none"),
    ],
)
def test_what_cannot_be_computed(f, got):
    with pytest.raises(SettingError) as error:
        to_lambda(f)
    assert error.value.facts["got"] == got
