"""Long entrywise operations run block by block: the same numbers, and little memory."""

import numpy as np
import pytest

from netdsl.engine import blocks, chain, chain_calls
from netdsl.engine.gradient import gradient
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from tests.engine import reference
from tests.memory import allocated

WHOLE = (6, 5, 4, 7)
AXES = [(3,), (2, 3), (3, 2), (1,), (0, 2), (1, 2), (0, 2, 3), (0, 1, 2, 3)]
"""Over some of them a block has all that is summed, over others it has not."""


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch):
    """Blocks of a few elements, so that small arrays have many, shared by threads."""
    monkeypatch.setattr(chain, "BLOCK", 50)
    monkeypatch.setattr(chain, "THREADED", 200)
    monkeypatch.setattr(chain, "RUN", 2)
    monkeypatch.setattr(chain_calls, "ROW", 16)


def random_program(seed):
    """Operations drawn at random, most of them entrywise on arrays of one shape."""
    random = np.random.default_rng(seed)
    xp = Tracer(None, training=False)
    shapes = [WHOLE, (1, 5, 1, 1), (7,), (6, 1, 4, 7), ()]
    given = [xp.input(shape) for shape in shapes]
    xp.program.inputs = {str(at): value for at, value in enumerate(given)}
    values = [given[0] + given[1]]

    def some():
        return values[-1 - random.integers(min(4, len(values)))]

    def axes():
        return AXES[random.integers(len(AXES))]

    def unit(x, over):
        return 1 / xp.sqrt(xp.sum(x * x, over) + 0.1)

    def scaled(x, over):
        return (x - xp.mean(x, over)) * unit(x, over)

    def normal():
        settings = {"axes": axes(), "centred": random.integers(2), "less": 0}
        return xp.standardize(some(), 0.1, **settings)

    def clipped(x, over):
        large = xp.max(x, over)
        return xp.where(large > 0.5, x / (xp.abs(large) + 1.0), large)

    def on_rows(x):
        rows = xp.reshape(x, (120, 7))
        return xp.reshape(xp.softmax(rows, 1) + xp.sum(rows, (0,)), WHOLE)

    makers = [
        normal,
        lambda: some() * scaled(some(), axes()),
        lambda: scaled(some(), (3,)) + unit(some(), (2, 3)) * unit(given[4] + given[3], (3,)),
        lambda: clipped(some(), axes()),
        lambda: some() - xp.log_softmax(some(), random.integers(4)),
        lambda: some() * xp.reshape(xp.sum(some(), (0, 1, 2)), (7,)) + unit(some(), axes()),
        lambda: on_rows(some()),
        lambda: some() * some(),
        lambda: some() - given[random.integers(len(given))],
        lambda: xp.tanh(some()),
        lambda: xp.where(some() > some(), some(), 0.5 * some()),
        lambda: xp.where(some() > 0.1, some(), 0.0),
        lambda: xp.maximum(some(), 0.0),
        lambda: xp.sigmoid(some()) + some(),
        lambda: some() + xp.sum(some(), [(0, 2, 3), (1,), (0, 1, 2, 3), (3,)][random.integers(4)]),
        lambda: xp.transpose(xp.transpose(some() * 2.0, (2, 0, 3, 1)) + 1.0, (1, 3, 0, 2)),
        lambda: some() + xp.softmax(some(), 1),
        lambda: (
            some() + xp.sum(some() * some(), [(0, 2, 3), (2, 3), (3,), (1,)][random.integers(4)])
        ),
    ]
    for _ in range(12):
        values.append(xp.tanh(makers[random.integers(len(makers))]()))
    data = [random.normal(size=shape) for shape in shapes]
    return xp, given, values, data


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("seed", range(40))
def test_blocks_change_no_result(seed, threads):
    xp, given, values, data = random_program(seed)
    wanted = [values[-1], values[5], xp.sum(values[-2], (0, 2))]
    wanted += [value for value in xp.program.values if value.shape == (6, 5, 4, 1)][:2]
    one = xp.broadcast_to(xp.constant(1.0), values[-1].shape)
    wanted += gradient(xp.program, [(values[-1], one)], given)
    expected = reference.run(
        xp.program, wanted, {v.number: x for v, x in zip(given, data, strict=True)}
    )
    plan = Plan(xp.program, wanted, {}, np.float64, threads=threads)

    for _ in range(2):  # what the first run leaves behind does not matter
        got = plan.run({str(at): x for at, x in enumerate(data)})
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("axes", [(3,), (2, 3), (1,), (0, 2)])
def test_what_reads_a_sum_is_in_one_chain_with_it(axes):
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input(WHOLE)
    total = xp.sum(x, axes)
    wanted = [xp.tanh(x) * total, xp.sqrt(xp.abs(total)) * 2.0]
    data = np.random.default_rng(3).normal(size=WHOLE)
    plans = [Plan(xp.program, wanted, {}, np.float32, threads=n) for n in (1, 2, 3)]

    got = [plan.run({"x": data}) for plan in plans]

    sums = data.sum(axis=axes, keepdims=True)
    np.testing.assert_allclose(got[0][0], np.tanh(data) * sums, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(got[0][1], np.sqrt(np.abs(sums)) * 2, rtol=1e-4)
    for plan, other in zip(plans, got, strict=True):
        assert len(plan.profile(1)) == 1
        for a, b in zip(got[0], other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_sum_over_several_blocks_is_not_read_too_soon():
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input(WHOLE)
    y = xp.tanh(x)
    wanted = [y / xp.sum(y, (1, 2, 3)), y / xp.max(y, (0, 1, 2, 3))]
    data = np.random.default_rng(4).uniform(0, 1, WHOLE)

    got = Plan(xp.program, wanted, {}, np.float64, threads=2).run({"x": data})

    expected = np.tanh(data)
    sums = expected.sum(axis=(1, 2, 3), keepdims=True)
    np.testing.assert_allclose(got[0], expected / sums, rtol=1e-12)
    np.testing.assert_allclose(got[1], expected / expected.max(), rtol=1e-12)


def test_products_are_summed_where_their_rows_are_no_stretch(monkeypatch):
    monkeypatch.setattr(chain, "RUN", 1)
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input(WHOLE)
    y = xp.tanh(x)
    wanted = [y / xp.sum(y, (0, 2)), xp.sum(y * x, (2, 3)), xp.sum(xp.sin(x), (2, 3))]
    data = np.random.default_rng(5).uniform(0.1, 1, WHOLE)

    got = Plan(xp.program, wanted, {}, np.float64, threads=1).run({"x": data})

    expected = np.tanh(data)
    np.testing.assert_allclose(got[0], expected / expected.sum(axis=(0, 2), keepdims=True))
    np.testing.assert_allclose(got[1], (expected * data).sum(axis=(2, 3), keepdims=True))
    np.testing.assert_allclose(got[2], np.sin(data).sum(axis=(2, 3), keepdims=True))


@pytest.mark.parametrize("axes", [(3,), (2, 3), (0, 2, 3), (1, 3)])
@pytest.mark.parametrize("steps", [(1, 1), (2, 1), (1, 2)])
def test_rows_are_added_whatever_lies_between_them(axes, steps):
    wide = np.random.default_rng(6).normal(size=[2 * n for n in WHOLE])
    x = wide[:6, : steps[0] * 5 : steps[0], :4, :7]
    x = np.ascontiguousarray(x) if steps[0] == 1 else x
    expected = x.sum(axis=axes, keepdims=True)
    memory = np.zeros([n * steps[1] for n in expected.shape])
    out = memory[tuple(slice(None, None, steps[1]) for _ in memory.shape)]
    last = 2 if 2 in axes else 1

    is_seen = blocks.has_rows(x, last)
    if is_seen:
        for call in blocks.add_rows(x, axes, out, np.empty(WHOLE[:-last])):
            call()
        np.testing.assert_allclose(out, expected)

    assert is_seen == (last == 1 or steps[0] == 1)


@pytest.mark.parametrize("axes", [(0, 1, 2, 3), (2, 3), (0,)])
def test_factors_stay_until_the_sum_of_their_products(axes):
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input(WHOLE)
    y = xp.program.inputs["y"] = xp.input(WHOLE)
    product = x * y
    later = xp.tanh(x)  # might take the memory of x, which the sum still reads
    wanted = [later, xp.sum(product, axes)]
    random = np.random.default_rng(1)
    data = {"x": random.normal(size=WHOLE), "y": random.normal(size=WHOLE)}

    got = Plan(xp.program, wanted, {}, np.float64, threads=1).run(data)

    np.testing.assert_allclose(got[0], np.tanh(data["x"]), rtol=1e-12)
    expected = (data["x"] * data["y"]).sum(axis=axes, keepdims=True)
    np.testing.assert_allclose(got[1], expected, rtol=1e-10)


def test_temporaries_of_a_chain_take_no_memory_of_full_size():
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input((100, 1000))
    y = x
    for _ in range(20):
        y = xp.tanh(y * y + x) - xp.exp(y)

    plan = Plan(xp.program, [y], {}, np.float32, threads=1)

    assert plan.peak_bytes < 2 * 400_000 + 10 * chain.BLOCK * 1000 * 4 // 100


@pytest.mark.parametrize("axes", [(1,), (0,), (0, 1)])
def test_blocks_have_the_room_for_a_sum_in_turn(monkeypatch, axes):
    monkeypatch.setattr(chain, "BLOCK", 40_000)
    monkeypatch.setattr(chain, "THREADED", 80_000)
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input((1_000_000, 4))
    plan = Plan(xp.program, [xp.sum(xp.tanh(x) * x, axes)], {}, np.float32, threads=2)

    sums = 4 * plan.outputs[0].size
    # The input; where each thread adds, and what a block brings; a few blocks for temporaries.
    assert plan.peak_bytes <= 16_000_000 + 4 * sums + 2 * 3 * 4 * 40_000


def test_a_sum_over_blocks_is_as_good_as_a_sum_of_doubles():
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input((1000, 100))
    plan = Plan(xp.program, [xp.sum(x * 1.5, (0, 1))], {}, np.float32)
    data = np.random.default_rng(2).uniform(0, 1, (1000, 100)).astype(np.float32)

    got = plan.run({"x": data})[0].item()

    assert got == pytest.approx(data.sum(dtype=np.float64) * 1.5, rel=3e-7)


def test_a_run_allocates_nothing(monkeypatch):
    xp = Tracer(None, training=False)
    x, w = xp.input((3000, 40)), xp.input((40, 30))
    xp.program.inputs = {"x": x, "w": w}
    y = xp.sigmoid(xp.matmul(xp.where(x > 0.2, x, xp.tanh(x)), w))
    y = xp.softmax(y * y, 1) - xp.log_softmax(xp.maximum(y - 0.5, 0.0), 0) + xp.max(y, (0,))
    wanted = gradient(xp.program, [(y, xp.broadcast_to(xp.constant(1.0), y.shape))], [x, w])
    monkeypatch.setattr(chain, "BLOCK", 16384)
    plan = Plan(xp.program, [y, *wanted], {}, np.float32, threads=2)

    # More than numpy's iterators take; the arrays of the program have 360 kB.
    assert allocated(plan.step)[0] < 100_000
