"""Resampling along an axis: by hand, in any layout, its gradient, without memory."""

import itertools
import tracemalloc

import numpy as np
import pytest

from netdsl import NetPortGradient, ResizeLayer
from netdsl.engine.gradient import gradient
from netdsl.engine.ops import OPS, resampling
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from tests.memory import allocated

OPERATIONS = {"resample", "resample_input"}

SIZES = [(3, 5), (1, 4), (5, 1), (7, 7), (40, 90), (90, 7)]
SCHEMES = list(itertools.product(["Point", "Bin"], [False, True]))
each = pytest.mark.parametrize("sizes", SIZES, ids=str)
each_scheme = pytest.mark.parametrize(("scheme", "nearest"), SCHEMES)


def lying(array, order):
    """A copy of an array whose axes lie in this order."""
    return np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order))


def run(name, x, order, **attrs):
    """What an operation gives, its result lying in an order."""
    shape = OPS[name].shape(x.shape, **attrs)
    out = lying(np.full(shape, np.nan, x.dtype), order)
    for call in OPS[name].calls(x, out=out, scratch=(), **attrs):
        call()
    return out


def written_out(x, axis, size, scheme, nearest):
    """Entry by entry: where each lies, and what is there between its neighbours."""
    x = np.moveaxis(x, axis, 0)
    out = np.zeros((size, *x.shape[1:]))
    for j in range(size):
        if scheme == "Point":
            place = j * (len(x) - 1) / (size - 1) if size > 1 else 0
        else:
            place = min(max((j + 0.5) * len(x) / size - 0.5, 0), len(x) - 1)
        low = int(place)
        if nearest:
            out[j] = x[int(place + 0.5)]
        else:
            out[j] = x[low] + (place - low) * (x[min(low + 1, len(x) - 1)] - x[low])
    return np.moveaxis(out, 0, axis)


@each
@each_scheme
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_written_out(sizes, scheme, nearest, axis, order):
    n, size = sizes
    x = np.random.default_rng(1).normal(size=np.insert([2, 3], axis, n))
    attrs = {"axis": axis, "size": size, "scheme": scheme, "nearest": nearest}
    expected = written_out(x, axis, size, scheme, nearest)

    for own in (order, order[::-1]):
        got = run("resample", lying(x, order), own, **attrs)
        np.testing.assert_allclose(got, expected, atol=1e-12)


def test_what_is_seen_as_another_shape():
    x = np.broadcast_to(np.arange(6.0).reshape(2, 1, 3), (2, 4, 3))[:, :, ::2]
    attrs = {"axis": 2, "size": 3, "scheme": "Point", "nearest": False}

    got = run("resample", x, (0, 1, 2), **attrs)

    np.testing.assert_array_equal(got[:, 1], [[0, 1, 2], [3, 4, 5]])


@each
@each_scheme
@pytest.mark.parametrize("rows", [1, 4, 32])
def test_the_gradient_is_the_transposed_map(sizes, scheme, nearest, rows, monkeypatch):
    monkeypatch.setattr(resampling, "ROWS", rows)
    n, size = sizes
    random = np.random.default_rng(2)
    x, g = random.normal(size=(2, n, 3)), random.normal(size=(2, size, 3))
    how = {"axis": 1, "scheme": scheme, "nearest": nearest}

    forth = run("resample", x, (0, 1, 2), size=size, **how)
    back = run("resample_input", g, (0, 1, 2), size=n, **how)

    np.testing.assert_allclose(np.sum(forth * g), np.sum(back * x))


def test_both_have_gradients():
    xp = Tracer(None, training=False)
    x = xp.input((2, 5, 3))
    how = {"axis": 1, "scheme": "Bin", "nearest": False}
    there = xp.resample(x, size=8, **how)
    and_back = xp.resample_input(there, size=5, **how)
    seed = xp.input((2, 5, 3))
    xp.program.inputs = {"x": x, "seed": seed}
    (wanted,) = gradient(xp.program, [(and_back, seed)], [x])
    data = np.random.default_rng(3).normal(size=(2, 2, 5, 3))

    result, slope = Plan(xp.program, [and_back, wanted], {}, np.float64).run(
        {"x": data[0], "seed": data[1]}
    )

    np.testing.assert_allclose(np.sum(result * data[1]), np.sum(slope * data[0]))


@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize("axis", [1, 2])
def test_nothing_is_allocated(name, axis):
    x = np.ones((20, 30, 40), np.float32)
    attrs = {"axis": axis, "size": 70, "scheme": "Bin", "nearest": False}
    out = np.empty(OPS[name].shape(x.shape, **attrs), np.float32)
    calls = list(OPS[name].calls(x, out=out, scratch=(), **attrs))

    assert allocated(lambda: [call() for call in calls])[0] < 5000


def test_long_levels_take_no_square_of_memory():
    net = ResizeLayer([20_000], Input=(1, 40_000))
    tracemalloc.start()
    try:
        net(np.zeros((1, 40_000)), NetPortGradient("Input"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 2**26  # the whole matrix has 6 GB
