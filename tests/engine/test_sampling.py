"""Sampling of images at places: written out, gradients, places that are no numbers, memory."""

import itertools

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.ops import OPS
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from tests.memory import allocated

OPERATIONS = {"arange", "sample", "sample_input", "sample_slopes"}


def lying(array, order):
    """A copy of an array whose axes lie in this order."""
    return np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order))


def run(name, *arrays, order=(0, 1, 2, 3), **attrs):
    """What an operation gives, its result lying in an order."""
    op = OPS[name]
    shapes = [array.shape for array in arrays]
    out = lying(np.full(op.shape(*shapes, **attrs), np.nan), order)
    scratch = tuple(np.full(shape, np.nan) for shape in op.scratch(*shapes, **attrs))
    for call in op.calls(*arrays, out=out, scratch=scratch, **attrs):
        call()
    return out


def case():
    """Images, places in and beside them, and a gradient."""
    random = np.random.default_rng(4)
    x = random.normal(size=(3, 2, 4, 5))
    rows = random.uniform(-1, 4, (3, 2, 6))
    columns = random.uniform(-1, 5, (3, 2, 6))
    rows[0, 0, :4], columns[0, 0, :4] = [-1, 4, 0, 3], [2, -1, 5, 4]  # on entries, and beside them
    return x, rows, columns, random.normal(size=(3, 2, 2, 6))


def written_out(x, rows, columns):
    """Each entry by its distance, in both directions."""
    out = np.zeros((*x.shape[:2], *rows.shape[1:]))
    for a, b in itertools.product(range(x.shape[2]), range(x.shape[3])):
        weight = np.maximum(0, 1 - abs(rows - a)) * np.maximum(0, 1 - abs(columns - b))
        out += x[:, :, a, b, None, None] * weight[:, None]
    return out


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 1, 3, 0)])
def test_written_out(order):
    x, rows, columns, _ = case()

    got = run("sample", lying(x, order), lying(rows, (1, 2, 0)), columns, order=order)

    np.testing.assert_allclose(got, written_out(x, rows, columns), atol=1e-12)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 1, 3, 0)])
def test_the_gradient_of_the_image_is_the_transposed_map(order):
    x, rows, columns, g = case()

    got = run("sample_input", lying(g, order), rows, columns, order=order, sizes=(4, 5))

    np.testing.assert_allclose(np.sum(got * x), np.sum(g * written_out(x, rows, columns)))


def test_slopes_are_differences():
    x, rows, columns, g = case()
    step = 1e-6

    got = run("sample_slopes", lying(g, (1, 0, 2, 3)), x, rows, columns, order=(1, 0, 2, 3))

    inner = (slice(None), slice(1, None))  # away from entries, where the slope jumps
    for number, (down, right) in enumerate(((step, 0), (0, step))):
        high = written_out(x, rows + down, columns + right)
        low = written_out(x, rows - down, columns - right)
        expected = np.sum(g * (high - low), axis=1) / (2 * step)
        np.testing.assert_allclose(got[:, number][inner], expected[inner], atol=1e-8)


def test_the_gradient_can_be_trained():
    """The gradient of the image is linear in what arrives; both have gradients by the places."""
    x, rows, columns, g = case()
    rows, columns = rows[:, 1:], columns[:, 1:]
    g = g[:, :, 1:]
    xp = Tracer(None, training=False)
    data = {"g": g, "rows": rows, "columns": columns, "seed": x}
    given = {name: xp.input(value.shape) for name, value in data.items()}
    xp.program.inputs = dict(given)
    *inputs, seed = given.values()
    back = xp.sample_input(*inputs, sizes=(4, 5))
    wanted = gradient(xp.program, [(back, seed)], inputs)

    by_g, by_rows, by_columns = Plan(xp.program, wanted, {}, np.float64).run(data)

    np.testing.assert_allclose(by_g, written_out(x, rows, columns), atol=1e-12)
    slopes = run("sample_slopes", g, x, rows, columns)
    np.testing.assert_allclose(np.stack([by_rows, by_columns], axis=1), slopes, atol=1e-12)


def test_places_that_are_no_numbers_stay_within_memory():
    x, rows, columns, g = case()
    rows, columns = np.full_like(rows, np.nan), columns.copy()
    columns[:, 0] = np.nan

    with np.errstate(all="ignore"):
        got = run("sample", x, rows, columns)
        back = run("sample_input", g, rows, columns, sizes=(4, 5))

    assert np.isnan(got).all()
    assert np.isnan(back).any()


def test_arange():
    xp = Tracer(None, training=False)
    steps = xp.arange(size=4) * 2

    (got,) = Plan(xp.program, [steps], {}, np.float32).run({})

    np.testing.assert_array_equal(got, [0, 2, 4, 6])
    assert got.dtype == np.float32


@pytest.mark.parametrize("name", ["sample", "sample_input", "sample_slopes"])
def test_nothing_is_allocated(name):
    x, g = np.ones((8, 5, 30, 31), np.float32), np.ones((8, 5, 40, 41), np.float32)
    rows, columns = (np.full((8, 40, 41), 3.5, np.float32) for _ in range(2))
    arrays = {"sample": (x,), "sample_input": (g,), "sample_slopes": (g, x)}[name]
    attrs = {"sizes": (30, 31)} if name == "sample_input" else {}
    shapes = [array.shape for array in (*arrays, rows, columns)]
    op = OPS[name]
    out = np.empty(op.shape(*shapes, **attrs), np.float32)
    scratch = tuple(np.empty(shape, np.float32) for shape in op.scratch(*shapes, **attrs))
    calls = list(op.calls(*arrays, rows, columns, out=out, scratch=scratch, **attrs))

    def step():
        for call in calls:
            call()

    # numpy's own buffers, for calls that broadcast, are made small.
    with np.errstate():
        np.setbufsize(16)
        assert allocated(step)[0] < 20_000
