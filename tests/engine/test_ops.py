"""Every operation: its numbers against numpy, its gradient against central differences."""

import ast
from pathlib import Path

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.ops import OPS
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer

SHAPES = (2, 3, 5)
POINTS = {  # where an operation is smooth; elsewhere it is -2..2
    "log": (0.2, 3), "log1p": (-0.8, 2), "sqrt": (0.2, 3), "arcsin": (-0.9, 0.9),
    "arccos": (-0.9, 0.9), "arctanh": (-0.9, 0.9), "arccosh": (1.1, 3), "erfinv": (-0.9, 0.9),
    "erfcinv": (0.1, 1.9), "gamma": (0.3, 4), "lgamma": (0.3, 4), "digamma": (0.3, 4),
    "tan": (-1.2, 1.2),
}  # fmt: skip
UNARY = [
    "negative", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "square", "sin", "cos",
    "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
    "floor", "ceil", "round", "trunc", "sigmoid", "softplus", "erf", "erfc", "erfinv", "erfcinv",
    "gamma", "lgamma", "digamma", "real", "ramp", "below",
]  # fmt: skip
COMPARISONS = ["less", "less_equal", "greater", "greater_equal", "equal", "not_equal"]
LOGIC = ["logical_and", "logical_or", "logical_not"]

# name: (function of xp and traced arrays, shapes of the arrays, range)
CASES = {
    **{name: (lambda xp, x, n=name: getattr(xp, n)(x), [SHAPES], POINTS.get(name, (-2, 2)))
       for name in UNARY},
    "add": (lambda xp, a, b: a + b, [SHAPES, (3, 1)], (-2, 2)),
    "subtract": (lambda xp, a, b: a - b, [(5,), SHAPES], (-2, 2)),
    "multiply": (lambda xp, a, b: a * b, [SHAPES, ()], (-2, 2)),
    "divide": (lambda xp, a, b: a / b, [SHAPES, (1, 5)], (0.5, 2)),
    "power": (lambda xp, a, b: a**b, [SHAPES, (5,)], (0.3, 2)),
    "maximum": (lambda xp, a, b: xp.maximum(a, b), [SHAPES, (3, 5)], (-2, 2)),
    "minimum": (lambda xp, a, b: xp.minimum(a, b), [SHAPES, (3, 5)], (-2, 2)),
    "where": (lambda xp, a, b, c: xp.where(a > 0, b, c), [SHAPES, (5,), SHAPES], (-2, 2)),
    "leaky_ramp": (lambda xp, x, s: xp.leaky_ramp(x, s), [SHAPES, (3, 1)], (-2, 2)),
    "leaky_ramp_input": (lambda xp, g, x, s: xp.leaky_ramp_input(g, x, s),
                         [SHAPES, SHAPES, (3, 1)], (-2, 2)),
    "keep": (lambda xp, a, b: xp.keep(b, a > 0, when=1) - xp.keep(a, b > 0, when=0),
             [(3, 1), SHAPES], (-2, 2)),
    "reshape": (lambda xp, a: xp.reshape(a, (5, -1)) * 2, [SHAPES], (-2, 2)),
    "transpose": (lambda xp, a: xp.transpose(a, (2, 0, 1)) * 2, [SHAPES], (-2, 2)),
    "broadcast_to": (lambda xp, a: xp.broadcast_to(a, (4, 3, 5)) * 2, [(3, 1)], (-2, 2)),
    "sum": (lambda xp, a: xp.sum(a, (0, 2)), [SHAPES], (-2, 2)),
    "max": (lambda xp, a: xp.max(a, (1,)), [SHAPES], (-2, 2)),
    "softmax": (lambda xp, a: xp.softmax(a, 1), [SHAPES], (-2, 2)),
    "log_softmax": (lambda xp, a: xp.log_softmax(a, 1), [SHAPES], (-2, 2)),
    "log_floored": (lambda xp, a: xp.log_floored(a), [SHAPES], (0.1, 2)),
    "matmul": (lambda xp, a, b: xp.matmul(a, b), [(4, 2, 3), (3, 5)], (-2, 2)),
}  # fmt: skip
NUMPY = {
    "negative": np.negative, "abs": np.abs, "real": np.positive, "square": np.square,
    "arcsin": np.arcsin, "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(x)), "round": np.round,
    "ramp": lambda x: np.maximum(x, 0), "below": lambda x: np.minimum(x, 0),
    "leaky_ramp": lambda x, s: np.where(x >= 0, x, s * x),
    "leaky_ramp_input": lambda g, x, s: np.where(x >= 0, g, s * g),
    "power": np.power,
    "keep": lambda a, b: np.where(a > 0, b, 0) - np.where(b > 0, 0, a),
    "where": lambda a, b, c: np.where(a > 0, b, c),
    "reshape": lambda a: a.reshape(5, -1) * 2, "transpose": lambda a: a.transpose(2, 0, 1) * 2,
    "broadcast_to": lambda a: np.broadcast_to(a, (4, 3, 5)) * 2,
    "sum": lambda a: a.sum((0, 2), keepdims=True), "max": lambda a: a.max(1, keepdims=True),
    "softmax": lambda a: np.exp(a) / np.exp(a).sum(1, keepdims=True),
    "log_softmax": lambda a: a - np.log(np.exp(a).sum(1, keepdims=True)), "log_floored": np.log,
}  # fmt: skip
SPECIAL = {"erf", "erfc", "erfinv", "erfcinv", "gamma", "lgamma", "digamma"}
INDEXED = {"pick", "place"}
FLAT = {"is_normal"}


def arrays(shapes, limits, seed=4):
    random = np.random.default_rng(seed)
    return [random.uniform(*limits, shape) for shape in shapes]


def build(function, values, kinds=None):
    """The program of a function of arrays, and the values in it."""
    xp = Tracer(None, training=False)
    kinds = kinds or ["real"] * len(values)
    given = [xp.input(np.shape(v), kind) for v, kind in zip(values, kinds, strict=True)]
    xp.program.inputs = {str(i): value for i, value in enumerate(given)}
    return xp, given, function(xp, *given)


def compute(function, values, kinds=None):
    xp, _, result = build(function, values, kinds)
    plan = Plan(xp.program, [result], {}, np.float64)
    return plan.run({str(i): value for i, value in enumerate(values)})[0]


def elsewhere():
    """The operations that other test files of this folder name in their OPERATIONS."""
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "OPERATIONS":
                yield from ast.literal_eval(node.value)


def test_every_operation_is_tested():
    here = set(CASES) | set(COMPARISONS) | set(LOGIC) | INDEXED | FLAT

    assert here | set(elsewhere()) == set(OPS)


@pytest.mark.parametrize("name", sorted(set(CASES) - SPECIAL))
def test_numbers(name):
    function, shapes, limits = CASES[name]
    values = arrays(shapes, limits)
    expected = NUMPY.get(name) or getattr(np, name)

    np.testing.assert_allclose(compute(function, values), expected(*values), rtol=1e-13)


@pytest.mark.parametrize("name", sorted(set(CASES) - {"digamma"}))
def test_gradients(name):
    function, shapes, limits = CASES[name]
    values = arrays(shapes, limits)
    xp, given, result = build(function, values)
    random = np.random.default_rng(8)
    weights = random.normal(size=result.shape)
    seed = xp.program.inputs["seed"] = xp.input(result.shape)
    wanted = gradient(xp.program, [(result, seed)], given)
    plan = Plan(xp.program, wanted, {}, np.float64)
    found = plan.run({**{str(i): v for i, v in enumerate(values)}, "seed": weights})

    for at, (value, got) in enumerate(zip(values, found, strict=True)):
        direction = random.normal(size=value.shape)
        moved = [[*values[:at], value + s * 1e-6 * direction, *values[at + 1 :]] for s in (1, -1)]
        high, low = (np.sum(weights * compute(function, item)) for item in moved)
        assert got.shape == value.shape
        np.testing.assert_allclose(
            np.sum(got * direction), (high - low) / 2e-6, rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons(name):
    a, b = [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]

    got = compute(lambda xp, a, b: getattr(xp, name)(a, b), [np.array(a), np.array(b)])

    assert got.dtype == bool
    np.testing.assert_array_equal(got, getattr(np, name)(a, b))


@pytest.mark.parametrize("name", LOGIC)
def test_logic(name):
    a, b = np.array([1.0, -1, 1, -1]), np.array([1.0, 1, -1, -1])
    count = 1 if name == "logical_not" else 2

    got = compute(
        lambda xp, *x: getattr(xp, name)(*[value > 0 for value in x[:count]]), [a, b][:count]
    )

    np.testing.assert_array_equal(got, getattr(np, name)(*[value > 0 for value in [a, b][:count]]))


def test_the_logarithm_of_a_probability_0_is_finite_and_flat():
    for dtype in (np.float32, np.float64):
        tiny = np.finfo(dtype).tiny
        xp, given, result = build(lambda xp, x: xp.log_floored(x), [np.zeros(3)])
        one = xp.broadcast_to(xp.constant(1.0), (3,))
        wanted = gradient(xp.program, [(result, one)], given)
        plan = Plan(xp.program, [result, *wanted, xp.is_normal(given[0])], {}, dtype)

        out, slope, normal = plan.run({"0": np.array([0, tiny, 0.5], dtype)})

        np.testing.assert_allclose(out, np.log(np.array([tiny, tiny, 0.5])), rtol=1e-6)
        np.testing.assert_allclose(slope, [0, 1 / tiny, 2], rtol=1e-6)
        np.testing.assert_array_equal(normal, [False, True, True])


def test_pick_and_place():
    x = np.arange(12.0).reshape(2, 2, 3)
    index = np.array([[0, 2], [1, 1]])
    kinds = ["real", "int"]

    picked = compute(lambda xp, x, i: xp.pick(x, i), [x, index], kinds)
    placed = compute(lambda xp, x, i: xp.place(x, i, size=3), [picked, index], kinds)

    np.testing.assert_array_equal(picked, [[0, 5], [7, 10]])
    assert placed.sum() == picked.sum()
    np.testing.assert_array_equal(placed[0, 1], [0, 0, 5])


@pytest.mark.parametrize("name", UNARY)
def test_numbers_of_rank_0(name):
    function, _, limits = CASES[name]
    x = np.array(limits[1] / 2)

    assert compute(function, [x]) == compute(function, [x[None]])[0]


def test_integers_stay_integers():
    index = np.array([1, 3])

    assert compute(lambda xp, i: i - 1, [index], ["int"]).dtype == np.int64
    assert compute(lambda xp, i: i * 0.5, [index], ["int"]).dtype == np.float64


@pytest.mark.parametrize("x", [-1e4, -30.0, 0.0, 30.0, 1e4])
@pytest.mark.parametrize("name", ["sigmoid", "softplus", "tanh", "softmax"])
def test_stable_far_out(name, x):
    values = [np.array([x, 0.0])]
    function = {"softmax": lambda xp, v: xp.softmax(v, 0)}.get(
        name, lambda xp, v: getattr(xp, name)(v)
    )
    xp, given, result = build(function, values)
    wanted = gradient(xp.program, [(result, xp.broadcast_to(xp.constant(1.0), (2,)))], given)
    out, slope = Plan(xp.program, [result, *wanted], {}, np.float32).run({"0": values[0]})

    assert np.isfinite(out).all()
    assert np.isfinite(slope).all()
    assert out[0] == pytest.approx({
        "sigmoid": 1 / (1 + np.exp(-x)) if x > -700 else 0, "softplus": np.logaddexp(x, 0),
        "tanh": np.tanh(x), "softmax": 1 / (1 + np.exp(-x)) if x > -700 else 0,
    }[name], rel=1e-6)  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((10_000_000,), (0,)),
        ((1_000_000, 2), (0,)),
        ((1000, 1000, 10), (0, 1)),
        ((1000, 10, 10, 10, 2), (0, 1, 2, 3)),
        ((3, 100_000, 4), (0, 1, 2)),
    ],
)
@pytest.mark.parametrize("factor", [1, 1.5])  # alone, and at the end of a chain
def test_sums_of_very_many_numbers(shape, axes, factor):
    x = np.random.default_rng(3).uniform(0, 1, shape).astype(np.float32)
    xp, _, result = build(lambda xp, x: xp.sum(x * factor, axes), [x])

    got = Plan(xp.program, [result], {}, np.float32).run({"0": x})[0]

    expected = x.sum(axis=axes, keepdims=True, dtype=np.float64) * factor
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_softmax_over_very_many_classes():
    x = np.random.default_rng(3).normal(size=(1_000_000, 2)).astype(np.float32)

    xp, _, result = build(lambda xp, x: xp.softmax(x, 0), [x])
    got = Plan(xp.program, [result], {}, np.float32).run({"0": x})[0]

    np.testing.assert_allclose(got.sum(axis=0, dtype=np.float64), 1, rtol=2e-6)
