"""Entries by places, of data or known beforehand: numbers, sums at places met twice, memory."""

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.ops import OPS
from netdsl.engine.ops.parts import runs_of
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from netdsl.errors import DataError
from tests.memory import allocated

OPERATIONS = {"part", "spread", "gather", "scatter", "flat_place"}
PLACES = [(0, 1, 2, 3), (3, 1), (4, 3, 2, 1, 0), (2, 2, 2), (0, 0, 0, 1, 2, 4, 4), (1, 2, 1), (3,)]
SMALL = 20_000
"""More bytes than numpy's iterators take, and far fewer than any array below."""


def bound(name, *arrays, order=None, **attrs):
    """The result's memory, its axes in that order, and what computes it."""
    op = OPS[name]
    shape = op.shape(*(array.shape for array in arrays), **attrs)
    dtype = np.int64 if name == "flat_place" else arrays[0].dtype
    order = order or range(len(shape))
    out = np.full([shape[axis] for axis in order], 77, dtype).transpose(np.argsort(order))
    calls = list(op.calls(*arrays, out=out, scratch=(), **attrs))

    def step():
        for call in calls:
            call()

    return out, step


def run(name, *arrays, order=None, **attrs):
    out, step = bound(name, *arrays, order=order, **attrs)
    step()
    step()  # nothing is left over from the run before
    return out


def lying(x, order):
    """The same numbers with the axes in that order in memory."""
    return np.ascontiguousarray(x.transpose(order)).transpose(np.argsort(order))


# ---- places known beforehand ---------------------------------------------------------------


@pytest.mark.parametrize("places", PLACES, ids=str)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)], ids=str)
def test_part_and_spread(places, order):
    x = np.random.default_rng(1).normal(size=(2, 5, 3))
    g = np.random.default_rng(2).normal(size=(2, len(places), 3))
    expected = np.zeros_like(x)
    np.add.at(expected, (slice(None), list(places)), g)

    taken = run("part", lying(x, order), order=order, axis=1, places=places)
    added = run("spread", lying(g, order), order=order, axis=1, places=places, size=5)

    np.testing.assert_array_equal(taken, x[:, list(places)])
    np.testing.assert_allclose(added, expected, rtol=1e-12)


def test_places_are_taken_in_runs():
    assert list(runs_of((0, 0, 0, 1, 2, 3, 3))) == [(0, 3, 0, 0), (3, 6, 1, 1), (6, 7, 3, 1)]
    assert list(runs_of((5, 3, 1))) == [(0, 3, 5, -2)]


# ---- places that are data ------------------------------------------------------------------

INDEX = np.array([[3, 0, 3, 1], [2, 2, 2, 2]])


@pytest.mark.parametrize("inner", [(), (3,), (2, 3)], ids=str)
@pytest.mark.parametrize("turned", [False, True])
def test_gather_and_scatter(inner, turned):
    x = np.random.default_rng(1).normal(size=(2, 5, *inner))
    g = np.random.default_rng(2).normal(size=(2, 4, *inner))
    order = tuple(range(x.ndim))[:: -1 if turned else 1]
    expected = np.zeros_like(x)
    np.add.at(expected, (np.arange(2)[:, None], INDEX), g)

    taken = run("gather", lying(x, order), INDEX, order=order)
    added = run("scatter", lying(g, order), INDEX, order=order, size=5)

    np.testing.assert_array_equal(taken, x[np.arange(2)[:, None], INDEX])
    np.testing.assert_allclose(added, expected, rtol=1e-12)


def test_integers_are_gathered_as_they_are():
    x = np.array([[2**60 + 1, 5], [7, 2**60 + 3]])

    got = run("gather", lying(x, (1, 0)), np.array([[0, 1], [1, 0]]))

    np.testing.assert_array_equal(got, [[2**60 + 1, 5], [2**60 + 3, 7]])


def test_places_from_both_ends():
    places = np.array([[[1, 1], [3, 4]], [[-3, -4], [-1, -1]], [[2, -1], [-2, 3]]])

    got = run("flat_place", places, sizes=(3, 4), layer="")

    np.testing.assert_array_equal(got, [[0, 11], [0, 11], [7, 6]])


@pytest.mark.parametrize("wrong", [0, 4, -4, 2**62, -(2**63)])
def test_a_place_that_is_not_there(wrong):
    places = np.ones((2, 2, 2), np.int64)
    places[1, 0, 1] = wrong

    with pytest.raises(DataError) as error:
        run("flat_place", places, sizes=(5, 3), layer="here")
    facts = {"layer": "here", "level": 2, "expected": "1..3 or -3..-1", "got": wrong}
    assert facts.items() <= error.value.facts.items()


# ---- gradients and memory ------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda xp, x, i: xp.gather(x, i),
        lambda xp, x, i: xp.scatter(xp.gather(x, i) * 2, i, size=6),
        lambda xp, x, i: xp.part(x, axis=1, places=(2, 2, 0, 4)),
        lambda xp, x, i: xp.spread(x, axis=2, places=(3, 0, 3), size=4),
        lambda xp, x, i: xp.gather(x, xp.flat_place(xp.reshape(i + 1, (2, 4, 1)), sizes=(5,),
                                                    layer="")),
    ],
)  # fmt: skip
def test_gradients(function):
    random = np.random.default_rng(4)
    x, direction = random.normal(size=(2, 2, 5, 3))
    xp = Tracer(None, training=False)
    xp.program.inputs = {"x": xp.input(x.shape), "i": xp.input(INDEX.shape, "int")}
    given, index = xp.program.inputs.values()
    result = function(xp, given, index)
    weights = random.normal(size=result.shape)
    xp.program.inputs["seed"] = seed = xp.input(result.shape)
    wanted = gradient(xp.program, [(result, seed)], [given])
    plan = Plan(xp.program, [result, *wanted], {}, np.float64)

    _, slope = plan.run({"x": x, "i": INDEX, "seed": weights})
    moved, _ = plan.run({"x": direction, "i": INDEX, "seed": weights})

    # All of these are linear: their change along a direction is their value there.
    np.testing.assert_allclose(np.sum(slope * direction), np.sum(moved * weights), rtol=1e-12)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_run_allocates_nothing(name, turned):
    x = np.ones((64, 40, 32))
    x = lying(x, (2, 1, 0)) if turned else x
    index = np.tile(np.arange(40), (64, 1))
    arguments, attrs = {
        "part": ((x,), {"axis": 1, "places": (0, 0, *range(40), 39, 38)}),
        "spread": ((x,), {"axis": 1, "places": (*range(20), *[4] * 20), "size": 20}),
        "gather": ((x, index), {}),
        "scatter": ((x, index), {"size": 40}),
        "flat_place": ((np.ones((64, 40, 2), np.int64),), {"sizes": (5, 3), "layer": ""}),
    }[name]
    _, step = bound(name, *arguments, order=(2, 1, 0) if turned and arguments[0] is x else None,
                    **attrs)  # fmt: skip

    with np.errstate():
        np.setbufsize(16)
        assert allocated(step)[0] < SMALL
