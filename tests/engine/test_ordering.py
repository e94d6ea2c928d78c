"""Sorting along the last axis, the places in order, and the way back: against numpy."""

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from tests.memory import allocated

OPERATIONS = ["sort", "order", "unsort"]
RANDOM = np.random.default_rng(5)


def run(function, *values):
    xp = Tracer(None, training=False)
    given = [xp.input(value.shape) for value in values]
    xp.program.inputs = {str(at): value for at, value in enumerate(given)}
    plan = Plan(xp.program, [function(xp, *given)], {}, np.float64)
    return plan.run({str(at): value for at, value in enumerate(values)})[0]


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 100), (2, 1, 4)], ids=str)
def test_sorted_and_places(shape):
    x = RANDOM.integers(0, 4, shape).astype(float)

    np.testing.assert_array_equal(run(lambda xp, x: xp.sort(x), x), np.sort(x))
    order = run(lambda xp, x: xp.order(x), x)
    assert order.dtype == np.int64
    np.testing.assert_array_equal(order, np.argsort(x, kind="stable"))


def test_there_and_back():
    x = RANDOM.normal(size=(2, 3, 5))

    def turned(xp, x):
        x = xp.transpose(x, (2, 0, 1))
        return xp.transpose(xp.unsort(xp.sort(x), xp.order(x)) * 1.0, (1, 2, 0))

    np.testing.assert_array_equal(run(lambda xp, x: xp.unsort(xp.sort(x), xp.order(x)), x), x)
    np.testing.assert_array_equal(run(turned, x), x)


def test_the_gradient_goes_to_the_place_that_an_entry_came_from():
    x = np.array([[3.0, 1, 2], [5, 5, 4]])
    xp = Tracer(None, training=False)
    value, seed = xp.input(x.shape), xp.input(x.shape)
    xp.program.inputs = {"x": value, "seed": seed}
    (wanted,) = gradient(xp.program, [(xp.sort(value), seed)], [value])

    got = Plan(xp.program, [wanted], {}, np.float64).run(
        {"x": x, "seed": np.array([[1, 2, 3.0]] * 2)}
    )

    np.testing.assert_array_equal(got[0], [[3, 1, 2], [2, 3, 1]])


def test_a_warm_sort_allocates_nothing():
    xp = Tracer(None, training=False)
    x = xp.input((300, 40))
    xp.program.inputs = {"x": x}
    plan = Plan(xp.program, [xp.sort(x)], {}, np.float32)
    plan.inputs["x"][...] = RANDOM.normal(size=(300, 40))

    peak, left = allocated(plan.step)

    assert peak < 10_000
    assert left < 1000
