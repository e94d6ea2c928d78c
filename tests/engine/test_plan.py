"""The plan: memory that is used again without harm, views, results that stay."""

from itertools import pairwise

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.memory import Pool
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer


def chain(length):
    """A program whose every step reads the last two values."""
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input((40,))
    values = [x, xp.sin(x)]
    for _ in range(length):
        values.append(xp.tanh(values[-1] * values[-2] + 0.5))
    return xp, values


def by_hand(x, length):
    values = [x, np.sin(x)]
    for _ in range(length):
        values.append(np.tanh(values[-1] * values[-2] + 0.5))
    return values


def test_memory_used_again_changes_no_result():
    xp, values = chain(12)
    x = np.linspace(-1, 1, 40)
    one = xp.broadcast_to(xp.constant(1.0), (40,))
    (slope,) = gradient(xp.program, [(values[-1], one)], values[:1])

    got, rise = Plan(xp.program, [values[-1], slope], {}, np.float64).run({"x": x})

    np.testing.assert_allclose(got, by_hand(x, 12)[-1], rtol=1e-13)
    high, low = (by_hand(x + step, 12)[-1] for step in (1e-6, -1e-6))
    np.testing.assert_allclose(rise, (high - low) / 2e-6, rtol=1e-6, atol=1e-9)


def test_memory_does_not_grow_with_the_length_of_a_chain():
    short, long = (chain(length) for length in (10, 200))
    peaks = [
        Plan(xp.program, [values[-1]], {}, np.float32).peak_bytes for xp, values in (short, long)
    ]

    assert peaks[0] == peaks[1]


@pytest.mark.parametrize("widths", [range(100, 140), range(139, 99, -1), [50, 300] * 20])
def test_memory_is_that_of_the_largest_values_alive_at_once(widths):
    xp = Tracer(None, training=False)
    value = xp.program.inputs["x"] = xp.input((64, widths[0]))
    for before, after in pairwise(widths):
        value = xp.matmul(value, xp.input((before, after)))
    weights = {v.number: np.zeros(v.shape) for v in xp.program.values if v.op is None}
    weights.pop(xp.program.inputs["x"].number)

    plan = Plan(xp.program, [value], weights, np.float64)

    largest = max(64 * 8 * (before + after) for before, after in pairwise(widths))
    assert plan.peak_bytes <= 64 * 8 * widths[0] + 1.6 * largest


def test_pieces_of_memory_are_apart_until_they_are_given_back():
    random = np.random.default_rng(6)
    pool, held = Pool(), []
    for _ in range(3000):
        if held and random.random() < 0.5:
            piece, mark = held.pop(random.integers(len(held)))
            assert (piece == mark).all()
            pool.give(piece)
        else:
            mark, fresh = random.integers(256), random.random() < 0.1
            piece = pool.take(int(random.integers(1, 40_000)), fresh=fresh)
            piece[...] = mark
            held.append((piece, mark))
    for piece, mark in held:
        assert (piece == mark).all()
        pool.give(piece)
    before = pool.peak_bytes
    whole = pool.take(before // 4)
    pool.give(whole)
    assert pool.peak_bytes == before


def test_a_wanted_value_in_the_middle_is_kept():
    xp, values = chain(8)
    x = np.linspace(-1, 1, 40)
    plan = Plan(xp.program, [values[4], values[-1]], {}, np.float64)

    middle, last = plan.run({"x": x})

    np.testing.assert_allclose(middle, by_hand(x, 8)[4], rtol=1e-13)
    np.testing.assert_allclose(last, by_hand(x, 8)[-1], rtol=1e-13)


def test_a_wanted_view_is_kept():
    xp, values = chain(4)
    view = xp.reshape(values[3], (8, 5))
    x = np.linspace(-1, 1, 40)

    got, _ = Plan(xp.program, [view, values[-1]], {}, np.float64).run({"x": x})

    np.testing.assert_allclose(got, by_hand(x, 4)[3].reshape(8, 5), rtol=1e-13)


def test_a_reshape_of_a_transposed_array_is_copied_in_the_run():
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input((3, 4))
    flat = xp.reshape(xp.transpose(x * 2, (1, 0)), (12,))
    plan = Plan(xp.program, [flat], {}, np.float64)

    for x in (np.arange(12.0).reshape(3, 4), np.ones((3, 4))):
        np.testing.assert_array_equal(plan.run({"x": x})[0], (2 * x).T.ravel())


def test_results_of_an_earlier_run_stay_as_they_were():
    xp, values = chain(3)
    plan = Plan(xp.program, [values[-1]], {}, np.float64)

    first = plan.run({"x": np.ones(40)})[0].copy()
    kept = plan.run({"x": np.ones(40)})[0]
    plan.run({"x": np.zeros(40)})

    np.testing.assert_array_equal(kept, first)


def test_a_profile_names_every_operation_and_runs_it():
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input((30, 4))
    w = xp.program.inputs["w"] = xp.input((4, 5))
    plan = Plan(xp.program, [xp.sigmoid(xp.matmul(xp.tanh(x), w))], {}, np.float64)

    found = plan.profile(runs=3)

    assert [what for _, _, what in found] == ["tanh (30, 4)", "matmul (30, 5)", "sigmoid (30, 5)"]
    assert sum(calls for _, calls, _ in found) == len(plan.steps)
    assert all(seconds > 0 for seconds, _, _ in found)


def test_bound_arrays_are_read_where_they_lie():
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input((2,))
    w = xp.input((2,))
    memory = np.array([1.0, 2.0])
    plan = Plan(xp.program, [x * w], {w.number: memory}, np.float64)

    memory[:] = [3, 4]

    np.testing.assert_array_equal(plan.run({"x": [1, 1]})[0], [3, 4])
