"""Rows of a table, the sums of rows with equal numbers, unit vectors: against numpy."""

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from tests.memory import allocated

OPERATIONS = ["take_rows", "add_rows", "unit"]
RANDOM = np.random.default_rng(7)
INDICES = {
    "each once": RANDOM.permutation(9)[:8].reshape(4, 2),
    "one twice": np.array([3, 5, 3]),
    "some often": RANDOM.integers(0, 9, (30, 2)),
    "all the same": np.full((5, 3), 4),
    "a single one": np.array([8]),
}


def plan_of(function, shapes, kinds, dtype=np.float64):
    xp = Tracer(None, training=False)
    given = [xp.input(shape, kind) for shape, kind in zip(shapes, kinds, strict=True)]
    xp.program.inputs = {str(at): value for at, value in enumerate(given)}
    return Plan(xp.program, [function(xp, *given)], {}, dtype)


def run(function, values, kinds, dtype=np.float64):
    plan = plan_of(function, [value.shape for value in values], kinds, dtype)
    given = {str(at): value for at, value in enumerate(values)}
    plan.run(given)  # what a run leaves in memory must not tell in the next one
    return plan.run(given)[0]


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_rows_are_taken(index):
    table = RANDOM.normal(size=(9, 3))

    got = run(lambda xp, t, i: xp.take_rows(t, i), [table, index], ["real", "int"])

    np.testing.assert_array_equal(got, table[index])


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
@pytest.mark.parametrize("size", [1, 4, 5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_with_equal_numbers_add_up(index, size, dtype):
    g = RANDOM.normal(size=(*index.shape, size)).astype(dtype)
    expected = np.zeros((9, size))
    np.add.at(expected, index, g)

    got = run(lambda xp, g, i: xp.add_rows(g, i, rows=9), [g, index], ["real", "int"], dtype)

    assert got.dtype == dtype
    slack = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(got, expected, rtol=slack, atol=slack)


def test_from_and_to_arrays_that_lie_otherwise():
    g, index = RANDOM.normal(size=(3, 4, 2)), RANDOM.integers(0, 5, (2, 4))

    def function(xp, g, i):
        turned = xp.transpose(g, (2, 1, 0))
        return xp.transpose(xp.add_rows(turned, i, rows=5), (1, 0)) * 1.0

    expected = np.zeros((5, 3))
    np.add.at(expected, index, g.transpose(2, 1, 0))
    np.testing.assert_allclose(run(function, [g, index], ["real", "int"]), expected.T)


def test_the_gradient_goes_to_the_rows_that_were_taken():
    xp = Tracer(None, training=False)
    table, index, seed = xp.input((4, 3)), xp.input((2, 5), "int"), xp.input((2, 5, 3))
    xp.program.inputs = {"table": table, "index": index, "seed": seed}
    (wanted,) = gradient(xp.program, [(xp.take_rows(table, index), seed)], [table])
    values = {
        "table": np.zeros((4, 3)),
        "index": RANDOM.integers(0, 4, (2, 5)),
        "seed": RANDOM.normal(size=(2, 5, 3)),
    }

    got = Plan(xp.program, [wanted], {}, np.float64).run(values)[0]

    expected = np.zeros((4, 3))
    np.add.at(expected, values["index"], values["seed"])
    np.testing.assert_allclose(got, expected)


def test_unit_vectors():
    index = np.array([[2, 0], [1, 1]])

    got = run(lambda xp, i: xp.unit(i, size=3), [index], ["int"])
    turned = run(lambda xp, i: xp.transpose(xp.unit(i, size=3), (2, 0, 1)) * 2, [index], ["int"])

    np.testing.assert_array_equal(got, np.eye(3)[index])
    np.testing.assert_array_equal(turned, 2 * np.eye(3)[index].transpose(2, 0, 1))


@pytest.mark.parametrize(
    "function",
    [
        lambda xp, g, i: xp.add_rows(g, i, rows=3000),
        lambda xp, g, i: xp.take_rows(xp.reshape(g, (4000, 64)), i),
        lambda xp, g, i: xp.unit(i, size=64),
    ],
    ids=OPERATIONS[1:2] + OPERATIONS[:1] + OPERATIONS[2:],
)
def test_a_warm_step_allocates_nothing(function):
    plan = plan_of(function, [(40, 100, 64), (40, 100)], ["real", "int"], np.float32)
    plan.inputs["1"][...] = RANDOM.zipf(1.3, (40, 100)).clip(1, 3000) - 1

    peak, left = allocated(plan.step)

    # Of the arrays the smallest but the index takes 768 kB, numpy's iterators less than 200.
    assert peak < 200_000
    assert left < 1000
