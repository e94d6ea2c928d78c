"""Arrays of mean 0 and variance 1: numbers, gradients, and how often long ones are gone over."""

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from tests.memory import allocated

OPERATIONS = {"standardize", "standard_rate"}
RANDOM = np.random.default_rng(5)
EPSILON = 0.1
SETTINGS = [
    ((2, 5), (1,), 1, 0),
    ((2, 3, 4), (1, 2), 1, 1),
    ((2, 3, 4), (0, 2), 0, 0),
    ((3, 2, 4, 2), (2,), 1, 0),
    ((3, 2, 4, 2), (3, 1), 0, 0),
]
each = pytest.mark.parametrize(("shape", "axes", "centred", "less"), SETTINGS)


def by_hand(x, axes, centred, less):
    """The standardized array, and what it was multiplied by."""
    x = x - x.mean(axes, keepdims=True) if centred else x
    count = np.prod([x.shape[axis] for axis in axes]) - less
    rate = 1 / np.sqrt((x**2).sum(axes, keepdims=True) / count + EPSILON)
    return x * rate, rate


def traced(shape, axes, centred, less):
    """Both values and the gradient of their sum, each entry weighted, as a plan."""
    xp = Tracer(None, training=False)
    x = xp.input(shape)
    settings = {"axes": axes, "centred": centred, "less": less}
    values = [op(x, EPSILON, **settings) for op in (xp.standardize, xp.standard_rate)]
    seeds = [xp.input(value.shape) for value in values]
    (slope,) = gradient(xp.program, list(zip(values, seeds, strict=True)), [x])
    xp.program.inputs = {"x": x, "y": seeds[0], "rate": seeds[1]}
    return xp.program, [*values, slope]


@each
def test_numbers_and_gradients(shape, axes, centred, less):
    plan = Plan(*traced(shape, axes, centred, less), {}, np.float64)
    x, direction = RANDOM.normal(2, 3, shape), RANDOM.normal(size=shape)
    y, rate = by_hand(x, axes, centred, less)
    weights = {"y": RANDOM.normal(size=y.shape), "rate": RANDOM.normal(size=rate.shape)}

    got = plan.run({"x": x, **weights})

    def total(moved):
        a, b = by_hand(moved, axes, centred, less)
        return np.sum(a * weights["y"]) + np.sum(b * weights["rate"])

    np.testing.assert_allclose(got[0], y, rtol=1e-12)
    np.testing.assert_allclose(got[1], rate, rtol=1e-12)
    slope = (total(x + 1e-6 * direction) - total(x - 1e-6 * direction)) / 2e-6
    assert np.sum(got[2] * direction) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((64, 8, 512), (2,)), ((32, 4, 8, 16, 16), (2, 3, 4)), ((32, 4, 64, 32), (0, 2, 3))],
)
def test_a_long_one_is_gone_over_once_without_memory(shape, axes):
    program, (out, _, slope) = traced(shape, axes, 1, 0)
    plan = Plan(program, [out, slope], {}, np.float32)
    shapes = {name: value.shape for name, value in program.inputs.items()}
    plan.run({name: np.ones(shape) for name, shape in shapes.items()})

    long_ones = [what for _, _, what in plan.profile(1) if what.endswith(str(shape))]
    peak, left = allocated(plan.step)

    assert len(long_ones) == 1
    assert peak < 4 * 34_000
    assert left < 1000
