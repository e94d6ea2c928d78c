"""Every function: its kernel, its sympy counterpart and its derivative say the same."""

import math
import pickle

import numpy as np
import pytest
import sympy

import netdsl.functions
from netdsl.errors import SettingError
from netdsl.formula import TWINS
from netdsl.formula.twin import Twin
from netdsl.functions import AGGREGATIONS, Statistic
from netdsl.functions.distributions import Family
from netdsl.functions.function import ALIASES, all_functions, function_named
from tests.formula.eager import Eager, Traced

FUNCTIONS = {function.name: function for function in all_functions()}
X = sympy.Symbol("x", real=True)

# Points away from kinks, jumps and poles.
ANYWHERE = (-2.3, -0.7, 0.4, 1.3, 3.6)
INSIDE = (-0.9, -0.2, 0.35, 0.8)
POSITIVE = (0.1, 0.6, 1.9, 7.3)
FRACTION = (0.1, 0.45, 0.8)
OUTSIDE = (-4.2, -1.3, 1.1, 2.7)
DOMAINS = {
    **dict.fromkeys(["ArcSin", "ArcCos", "ArcTanh", "InverseErf", "InverseGudermannian"], INSIDE),
    **dict.fromkeys(["ArcSec", "ArcCsc", "ArcCoth"], OUTSIDE),
    **dict.fromkeys(["ArcSech", "InverseHaversine", "InverseErfc"], FRACTION),
    **dict.fromkeys(["Log", "Sqrt"], POSITIVE),
    "ArcCosh": (1.2, 3.4, 9.1),
}
ONE = [name for name, function in FUNCTIONS.items() if function.least == 1]
NUMERIC = [name for name in ONE if FUNCTIONS[name].gives == "number"]

# Further calls, as Python writes them.
CALLS = {
    "ArcTan(x, y)": [(1.2, -0.7), (-1.2, 0.7), (-1.2, -3.7), (0.0, 2.0), (0.3, 4.0), (-2.0, 0.0)],
    "Log(x, y)": [(2.0, 8.0), (10.0, 0.3)],
    "Erf(x, y)": [(0.3, 1.2), (1.2, -0.4)],
    "Surd(x, 3)": [(-8.0,), (2.7,)],
    "Surd(x, -3)": [(-8.0,), (2.7,)],
    "Surd(x, 4)": [(2.7,)],
    "Surd(x, y)": [(-8.0, 3.0), (5.0, 2.0), (-5.0, -3.0)],
    "Mod(x, y)": [(7.5, 3.0), (-7.5, 3.0), (7.5, -3.0), (-7.5, -3.0), (-1.0, 3.0)],
    "Mod(x, 3, 1)": [(0.5,), (3.5,), (-7.2,)],
    "Clip(x)": [(-1.5,), (0.3,), (1.5,)],
    "Clip(x, (0, 2))": [(-1.5,), (0.3,), (2.5,)],
    "Clip(x, (0, 2), (-5, y))": [(-1.5, 7.0), (0.3, 7.0), (2.5, 7.0)],
    "Threshold(x, 0.5)": [(-0.4,), (0.5,), (-0.6,), (2.0,)],
    "Chop(x)": [(1e-11,), (-1e-11,), (1e-9,)],
    "Chop(x, 0.1)": [(0.05,), (-0.2,)],
    "KroneckerDelta(x, y, 3)": [(3.0, 3.0), (3.0, 2.0), (2.0, 2.0)],
    "Subtract(x, y)": [(1.5, 4.0)],
    "Divide(x, y)": [(1.5, 4.0)],
    "Power(x, y)": [(1.5, 4.0), (4.0, -0.5)],
    "Plus(x, y, 2)": [(1.5, 4.0)],
    "Times(x, y, 2)": [(1.5, 4.0)],
    "Max(x, y, 2)": [(1.5, 4.0), (1.0, 0.5)],
    "Min(x, y, 2)": [(1.5, 4.0), (3.0, 2.5)],
    "If(Equal(x, y, 2), 1, 0)": [(2.0, 2.0), (2.0, 3.0), (3.0, 3.0)],
    "If(Unequal(x, y, 2), 1, 0)": [(2.0, 3.0), (3.0, 3.0), (1.0, 3.0)],
    "If(Greater(x, y, 2), 1, 0)": [(4.0, 3.0), (4.0, 2.0), (3.0, 4.0)],
    "If(GreaterEqual(x, y, 2), 1, 0)": [(4.0, 3.0), (4.0, 2.0), (3.0, 4.0)],
    "If(Less(x, y, 2), 1, 0)": [(0.0, 1.0), (1.0, 0.0), (1.0, 2.0)],
    "If(LessEqual(x, y, 2), 1, 0)": [(0.0, 1.0), (1.0, 0.0), (1.0, 2.0)],
    "If(Or(And(Positive(x), Negative(y)), PossibleZeroQ(x)), x, y)": [(1, -1), (1, 1), (0, 5)],
    "If(And(NonNegative(x), NonPositive(y)), x, y)": [(0, 0), (2, 3), (-1, -2)],
    "Which(x > 1, y, x < 0, x, True, 7)": [(2.0, 3.0), (-1.0, 3.0), (0.5, 3.0)],
    "Piecewise([(x, x > 1), (y, x < 0)], 7)": [(2.0, 3.0), (-1.0, 3.0), (0.5, 3.0)],
    "Piecewise([(x, x > 1)])": [(2.0,), (0.5,)],
    "Piecewise((x, x > 1), (y, x < 0))": [(2.0, 3.0), (-1.0, 3.0), (0.5, 3.0)],
}


def same(got, expected):
    np.testing.assert_allclose(float(got), float(expected), rtol=1e-12, atol=1e-14)


def test_every_function_has_a_counterpart_and_a_public_name():
    assert set(TWINS) == set(FUNCTIONS)
    public = {name: getattr(netdsl.functions, name) for name in netdsl.functions.__all__}
    lists = {name for name, function in public.items() if isinstance(function, Statistic)}
    families = {name for name, function in public.items() if isinstance(function, Family)}
    assert set(public) - lists - families == set(FUNCTIONS)
    assert lists == set(AGGREGATIONS) - set(FUNCTIONS)
    assert all(getattr(netdsl.functions, name) is FUNCTIONS[name] for name in FUNCTIONS)


@pytest.mark.parametrize("name", NUMERIC)
def test_kernel_and_counterpart_agree(name):
    points = DOMAINS.get(name, ANYWHERE)
    with np.errstate(all="ignore"):
        computed = FUNCTIONS[name].kernel(Eager(), np.array(points))

    for point, got in zip(points, computed, strict=True):
        same(got, FUNCTIONS[name](X).subs(X, point).evalf())
        same(got, FUNCTIONS[name](point))


@pytest.mark.parametrize("call", CALLS)
def test_calls_with_several_arguments(call):
    y = sympy.Symbol("y", real=True)
    expression = eval(call, {**FUNCTIONS, "x": X, "y": y})

    for point in CALLS[call]:
        names = dict(zip(("x", "y"), point, strict=False))
        with np.errstate(all="ignore"):
            arrays = {name: np.array([value], float).view(Traced) for name, value in names.items()}
            (got,) = eval(call, {**FUNCTIONS, **arrays})
        values = dict(zip((X, y), map(sympy.Float, point), strict=False))
        same(got, expression.subs(values).evalf())
        same(got, eval(call, {**FUNCTIONS, **names}))


@pytest.mark.parametrize("name", NUMERIC)
def test_derivative(name):
    slope = FUNCTIONS[name](X).diff(X)
    assert not slope.has(sympy.Derivative, sympy.Subs)
    step = sympy.Float("1e-12", 40)

    for point in DOMAINS.get(name, ANYWHERE):
        at = sympy.Float(str(point), 40)
        high, low = (FUNCTIONS[name](X).subs(X, at + d).evalf(40) for d in (step, -step))
        np.testing.assert_allclose(
            float(slope.subs(X, at).evalf()), float((high - low) / (2 * step)), rtol=1e-9, atol=1e-9
        )


@pytest.mark.parametrize(
    ("call", "points"),
    [
        ("Surd(x, 3)", (-8.0, 2.7)),
        ("Mod(x, 3)", (-7.5, 4.2)),
        ("Mod(7, x)", (2.2, -3.3)),
        ("Threshold(x, 1)", (0.4, 1.7)),
    ],
)
def test_derivative_of_calls_with_several_arguments(call, points):
    expression = eval(call, {**FUNCTIONS, "x": X})

    for point in points:
        high, low = (float(expression.subs(X, point + d)) for d in (1e-6, -1e-6))
        got = float(expression.diff(X).subs(X, point))
        assert got == pytest.approx((high - low) / 2e-6, rel=1e-6)


# From the reference, in plain Python: round takes the even half, % has the sign of the divisor.
PLAIN = {
    "Round": round,
    "Floor": math.floor,
    "Ceiling": math.ceil,
    "IntegerPart": math.trunc,
    "FractionalPart": lambda x: x - math.trunc(x),
    "Unitize": lambda x: float(x != 0),
    "KroneckerDelta": lambda x: float(x == 0),
    "Haversine": lambda x: math.sin(x / 2) ** 2,
    "Gudermannian": lambda x: 2 * math.atan(math.tanh(x / 2)),
    "CubeRoot": lambda x: math.copysign(abs(x) ** (1 / 3), x),
    "ArcCot": lambda x: math.atan(1 / x) if x else math.pi / 2,
    "LogGamma": lambda x: math.lgamma(x) if x else math.inf,
    "Ramp": lambda x: max(x, 0),
    "LogisticSigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "ELU": lambda x: x if x >= 0 else math.exp(x) - 1,
    "SELU": lambda x: 1.0507 * x if x >= 0 else 1.758099340847161 * (math.exp(x) - 1),
    "GELU": lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))),
    "Swish": lambda x: x / (1 + math.exp(-x)),
    "HardSwish": lambda x: x * min(max(x + 3, 0), 6) / 6,
    "Mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "SoftSign": lambda x: x / (1 + abs(x)),
    "SoftPlus": lambda x: math.log(math.exp(x) + 1),
    "HardTanh": lambda x: min(max(x, -1), 1),
    "HardSigmoid": lambda x: min(max((x + 1) / 2, 0), 1),
}


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("x", [-3.5, -2.5, -1.0, -0.5, 0.0, 0.5, 0.8, 1.5, 2.5, 4.0])
def test_definitions(name, x):
    try:
        expected = PLAIN[name](x)
    except ValueError:
        expected = math.inf  # lgamma at a pole

    same(FUNCTIONS[name](x), expected)
    with np.errstate(all="ignore"):
        same(FUNCTIONS[name].kernel(Eager(), np.array([x]))[0], expected)


def test_inverses():
    for name in ("Gudermannian", "Haversine", "Erf", "Erfc", "Tanh", "Cot", "Sech", "Csch"):
        inverse = FUNCTIONS[f"Arc{name}" if f"Arc{name}" in FUNCTIONS else f"Inverse{name}"]
        assert inverse(FUNCTIONS[name](0.7)) == pytest.approx(0.7, rel=1e-12)


def test_digits_that_cancel():
    assert FUNCTIONS["SoftPlus"](X).subs(X, -50).evalf(20) == pytest.approx(math.exp(-50))
    assert FUNCTIONS["InverseErfc"](1e-300) == pytest.approx(26.209469960516124, rel=1e-15)
    assert FUNCTIONS["GELU"](-12.0) == pytest.approx(-12 * math.erfc(12 / math.sqrt(2)) / 2)


@pytest.mark.parametrize("name", [n for n, kind in TWINS.items() if isinstance(kind, type(Twin))])
def test_code_and_latex_of_counterparts(name):
    twin = TWINS[name]
    if not issubclass(twin, Twin) or name not in NUMERIC:
        return
    point = DOMAINS.get(name, ANYWHERE)[2]
    value = float(twin(X).subs(X, point).evalf())

    assert sympy.latex(twin(X) ** 2)
    assert float(sympy.lambdify(X, 2 * twin(X) + 1, "mpmath")(point)) == pytest.approx(
        2 * value + 1
    )
    assert not sympy.expand_func(twin(X)).has(twin)


def test_rewrite():
    gelu, ramp = FUNCTIONS["GELU"](X), FUNCTIONS["Ramp"](X)

    assert gelu.rewrite(sympy.erf) == X * (1 + sympy.erf(X / sympy.sqrt(2))) / 2
    assert ramp.rewrite(sympy.Piecewise) == sympy.Piecewise((0, X <= 0), (X, True))
    assert gelu.rewrite(sympy.floor) == gelu


def test_lambdify_on_arrays():
    function = sympy.lambdify(X, 1 + FUNCTIONS["ELU"](X), "numpy")

    np.testing.assert_allclose(function(np.array([-1.0, 2.0])), [math.exp(-1), 3])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_copies_are_the_same(name):
    assert pickle.loads(pickle.dumps(FUNCTIONS[name])) is FUNCTIONS[name]
    assert eval(repr(FUNCTIONS[name]), FUNCTIONS) is FUNCTIONS[name]
    assert FUNCTIONS[name].__doc__


def test_expressions_can_be_pickled():
    for name in NUMERIC:
        assert pickle.loads(pickle.dumps(FUNCTIONS[name](X))) == FUNCTIONS[name](X)


def test_python_numbers_stay_what_they_are():
    assert type(FUNCTIONS["Round"](2.5)) is int
    assert type(FUNCTIONS["Ramp"](2.0)) is float
    assert type(FUNCTIONS["Max"](1, 2)) is int
    assert FUNCTIONS["Positive"](3) is True
    assert math.isnan(FUNCTIONS["Log"](-1))
    assert FUNCTIONS["Tanh"](np.float32(0.5)) == pytest.approx(math.tanh(0.5))


@pytest.mark.parametrize("name", ALIASES)
def test_other_names(name):
    assert function_named(name) is FUNCTIONS[ALIASES[name]]


def test_unknown_name():
    with pytest.raises(SettingError) as error:
        function_named("LogisticSigmod")
    assert error.value.facts["nearest"] == "LogisticSigmoid"


@pytest.mark.parametrize(
    ("name", "args", "got"),
    [
        ("Tanh", (1, 2), 2),
        ("Tanh", (np.ones(3),), "ndarray"),
        ("Tanh", ("x",), "str"),
        ("Which", (True, 1, False), 3),
        ("Max", (sympy.I, 1), "Max(I, 1)"),
    ],
)
def test_arguments_that_do_not_fit(name, args, got):
    with pytest.raises(SettingError) as error:
        FUNCTIONS[name](*args)
    assert error.value.facts["got"] == got
