"""Convolution and pooling on arrays: against sums written out, in any layout, without memory."""

import itertools

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.memory import order_of
from netdsl.engine.ops import OPS, convolution_columns, convolution_input
from netdsl.engine.ops.pooling import pool_max_early
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from netdsl.layers import ConvolutionLayer
from netdsl.nets.chain import NetChain
from tests.memory import allocated

OPERATIONS = {
    "conv", "conv_input", "conv_weights", "pool_max", "pool_max_input", "pool_total",
    "pool_total_input",
}  # fmt: skip

# (input sizes, kernel, stride, dilation, before, after, groups, channels a group in and out)
SETTINGS = [
    ((5,), (2,), (1,), (1,), (0,), (0,), 1, 2, 3),
    ((9,), (3,), (2,), (2,), (1,), (2,), 2, 1, 3),
    ((4, 6), (2, 3), (1, 1), (1, 1), (0, 0), (0, 0), 1, 3, 2),
    ((6, 5), (3, 2), (1, 1), (1, 1), (2, 1), (1, 0), 1, 2, 3),
    ((7, 6), (3, 2), (2, 3), (1, 1), (1, 0), (0, 1), 1, 2, 1),
    ((3, 8), (1, 3), (3, 2), (1, 2), (0, 3), (2, 0), 1, 1, 2),
    ((7, 5), (2, 2), (3, 1), (1, 1), (0, 0), (1, 0), 3, 1, 1),
    ((9, 6), (3, 2), (1, 2), (3, 1), (1, 0), (0, 1), 1, 2, 3),
    ((8, 5), (2, 3), (2, 1), (3, 2), (1, 0), (2, 1), 2, 3, 2),
    ((9, 4), (2, 3), (2, 1), (4, 1), (1, 0), (2, 0), 2, 1, 2),
    ((2, 4), (2, 2), (1, 1), (3, 1), (4, 0), (5, 0), 1, 2, 2),
    # windows in the padding alone
    ((3, 4), (2, 2), (1, 1), (1, 1), (5, 0), (4, 0), 1, 2, 2),
    # as many channels as make one product of all rows better than one each
    ((4, 3), (2, 3), (1, 1), (1, 1), (0, 1), (0, 0), 2, 2, 7),
    ((6, 4), (2, 3), (1, 2), (3, 1), (1, 0), (0, 0), 1, 3, 5),
    ((3, 4, 5), (2, 1, 3), (1, 2, 1), (1, 1, 2), (1, 0, 1), (0, 1, 0), 2, 1, 2),
    ((5, 3, 4), (2, 2, 3), (2, 1, 2), (2, 1, 1), (0, 1, 2), (1, 0, 0), 1, 2, 1),
]
each = pytest.mark.parametrize("setting", SETTINGS, ids=str)
names = ("stride", "dilation", "before", "after", "groups")


def run(name, *arrays, order=None, dtype=np.float64, **attrs):
    """What an operation gives, its result lying in the order asked for, or in its own."""
    op = OPS[name]
    shapes = [array.shape for array in arrays]
    shape = op.shape(*shapes, **attrs)
    if order is None and op.order is not None:
        order = op.order(shapes, [order_of(array) for array in arrays], **attrs)
    order = order or range(len(shape))
    out = np.full([shape[axis] for axis in order], np.nan, dtype).transpose(np.argsort(order))
    scratch = tuple(np.full(size, np.nan, dtype) for size in op.scratch(*shapes, **attrs))
    for call in op.calls(*arrays, out=out, scratch=scratch, **attrs):
        call()
    return out


def lying(array, order):
    """A copy of an array whose axes lie in this order."""
    return np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order))


def case(setting, dtype=np.float64):
    sizes, kernel, *rest, groups, inputs, outputs = setting
    attrs = dict(zip(names, (*rest, groups), strict=True))
    random = np.random.default_rng(3)
    x = random.normal(size=(3, groups * inputs, *sizes)).astype(dtype)
    w = random.normal(size=(groups * outputs, inputs, *kernel)).astype(dtype)
    return x, w, attrs


def written_out(x, w, *, stride, dilation, before, after, groups):
    """A convolution entry by entry."""
    pads = [(0, 0), (0, 0), *zip(before, after, strict=True)]
    padded = np.pad(x, pads)
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:], strict=True)]
    counts = [(n - r) // s + 1 for n, r, s in zip(padded.shape[2:], reach, stride, strict=True)]
    out = np.zeros((len(x), len(w), *counts))
    for o, spot in itertools.product(range(len(w)), np.ndindex(*counts)):
        first = o // (len(w) // groups) * w.shape[1]
        window = tuple(
            slice(i * s, i * s + r, d)
            for i, s, r, d in zip(spot, stride, reach, dilation, strict=True)
        )
        seen = padded[(slice(None), slice(first, first + w.shape[1]), *window)]
        out[(slice(None), o, *spot)] = np.sum(seen * w[o], axis=tuple(range(1, seen.ndim)))
    return out


@pytest.fixture(params=[1, 100, None], ids=lambda room: f"room {room}")
def room(request, monkeypatch):
    """Little memory for what a convolution holds at once, so that it works piece by piece."""
    if request.param is not None:
        monkeypatch.setattr(convolution_input, "ROOM", request.param)
        monkeypatch.setattr(convolution_columns, "ROOM", request.param)
        monkeypatch.setattr(convolution_columns, "ROWS", 1)


@each
@pytest.mark.usefixtures("room")
def test_convolution_written_out(setting):
    x, w, attrs = case(setting)

    np.testing.assert_allclose(run("conv", x, w, **attrs), written_out(x, w, **attrs), atol=1e-12)


@each
@pytest.mark.usefixtures("room")
def test_gradients_are_the_transposed_maps(setting):
    """A convolution is linear in both of its inputs, so one product of each pair must do."""
    x, w, attrs = case(setting)
    y = written_out(x, w, **attrs)
    random = np.random.default_rng(4)
    g, x2, w2 = (random.normal(size=array.shape) for array in (y, x, w))

    of_input = run("conv_input", g, w, sizes=x.shape[2:], **attrs)
    of_weights = run("conv_weights", x, g, kernel=w.shape[2:], **attrs)

    np.testing.assert_allclose(np.sum(of_input * x2), np.sum(g * written_out(x2, w, **attrs)))
    np.testing.assert_allclose(np.sum(of_weights * w2), np.sum(g * written_out(x, w2, **attrs)))


@each
def test_memory_may_lie_in_any_order(setting):
    x, w, attrs = case(setting)
    rank = x.ndim
    g = written_out(x, w, **attrs)
    backwards = tuple(reversed(range(rank)))
    turned = (1, *range(2, rank), 0)
    for name, arrays, more in (
        ("conv", (x, w), {}),
        ("conv_input", (g, w), {"sizes": x.shape[2:]}),
        ("conv_weights", (x, g), {"kernel": w.shape[2:]}),
    ):
        expected = run(name, *arrays, **more, **attrs)
        for first, second in ((backwards, turned), (turned, backwards)):
            moved = (lying(arrays[0], first), lying(arrays[1], second))
            got = run(name, *moved, order=turned, **more, **attrs)
            np.testing.assert_allclose(got, expected, atol=1e-12)


@each
def test_float32_stays_float32(setting):
    x, w, attrs = case(setting, np.float32)

    got = run("conv", x, w, dtype=np.float32, **attrs)

    np.testing.assert_allclose(got, written_out(x, w, **attrs), rtol=1e-4, atol=1e-4)


@each
def test_every_map_can_be_trained(setting):
    """Each of the three has both gradients, so that a transposed convolution can be learned."""
    x, w, attrs = case(setting)
    g = written_out(x, w, **attrs)
    random = np.random.default_rng(5)
    for name, arrays, more in (
        ("conv_input", (g, w), {"sizes": x.shape[2:]}),
        ("conv_weights", (x, g), {"kernel": w.shape[2:]}),
    ):
        xp = Tracer(NetChain([ConvolutionLayer(1, 1)]).shapes, training=False)
        inputs = [
            xp.program.inputs.setdefault(str(i), xp.input(a.shape)) for i, a in enumerate(arrays)
        ]
        seed = random.normal(size=run(name, *arrays, **more, **attrs).shape)
        result = getattr(xp, name)(*inputs, **more, **attrs)
        xp.program.inputs["seed"] = xp.input(seed.shape)
        wanted = gradient(xp.program, [(result, xp.program.inputs["seed"])], inputs)
        plan = Plan(xp.program, wanted, {}, np.float64)
        got = plan.run({"0": arrays[0], "1": arrays[1], "seed": seed})
        for place in (0, 1):
            other = [random.normal(size=a.shape) if i == place else a for i, a in enumerate(arrays)]
            change = np.sum(seed * run(name, *other, **more, **attrs))
            np.testing.assert_allclose(np.sum(got[place] * other[place]), change)


# ---- pooling -------------------------------------------------------------------------------

POOLS = [
    ((5,), (2,), (1,), (0,), (0,)),
    ((6, 4), (2, 2), (2, 2), (0, 0), (0, 0)),
    ((7, 5), (3, 2), (3, 3), (0, 0), (0, 0)),
    ((5, 7), (2, 3), (1, 2), (1, 0), (0, 2)),
    ((4, 3), (4, 3), (1, 1), (0, 0), (0, 0)),
    ((4, 3), (1, 1), (2, 1), (0, 0), (0, 0)),
    ((4, 5, 3), (2, 3, 1), (2, 1, 1), (1, 0, 0), (0, 2, 0)),
]
each_pool = pytest.mark.parametrize("setting", POOLS, ids=str)


def pool_case(setting, *, ties=False):
    sizes, kernel, stride, before, after = setting
    random = np.random.default_rng(6)
    shape = (3, 2, *sizes)
    x = random.integers(0, 3, shape).astype(float) if ties else random.normal(size=shape)
    return x, {"kernel": kernel, "stride": stride, "before": before, "after": after}


def windows(x, fill, *, kernel, stride, before, after):
    """Every window, padded with a number, flattened on the last axis, columns before rows."""
    pads = [(0, 0), (0, 0), *zip(before, after, strict=True)]
    padded = np.pad(x, pads, constant_values=fill)
    axes = tuple(range(2, x.ndim))
    found = np.lib.stride_tricks.sliding_window_view(padded, kernel, axes)
    steps = tuple(slice(None, None, step) for step in stride)
    found = found[(slice(None), slice(None), *steps)]
    found = found.transpose(*range(x.ndim), *reversed(range(x.ndim, found.ndim)))
    return found.reshape(*found.shape[: x.ndim], -1)


@each_pool
def test_pooling_written_out(setting):
    x, attrs = pool_case(setting)

    got, total = run("pool_max", x, **attrs), run("pool_total", x, **attrs)

    np.testing.assert_array_equal(got, windows(x, -np.inf, **attrs).max(-1))
    np.testing.assert_allclose(total, windows(x, 0, **attrs).sum(-1), atol=1e-12)


@each_pool
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_first_of_equal_entries_gets_the_gradient(setting, ties, dtype):
    x, attrs = pool_case(setting, ties=ties)
    number = np.arange(x.size, dtype=float).reshape(x.shape)
    first = np.take_along_axis(
        windows(number, np.nan, **attrs),
        windows(x, -np.inf, **attrs).argmax(-1)[..., None],
        axis=-1,
    )
    g = np.random.default_rng(7).normal(size=first.shape[:-1])
    expected = np.bincount(first.astype(int).ravel(), g.ravel(), x.size).reshape(x.shape)
    x, g = x.astype(dtype), g.astype(dtype)
    y = run("pool_max", x, dtype=dtype, **attrs)

    for order in (tuple(range(x.ndim)), (2, 1, *range(3, x.ndim), 0)):
        got = run("pool_max_input", g, lying(x, order), lying(y, order), dtype=dtype, **attrs)
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)


@each_pool
def test_the_gradient_of_a_total_is_the_transposed_map(setting):
    x, attrs = pool_case(setting)
    y = run("pool_total", x, **attrs)
    g = np.random.default_rng(8).normal(size=y.shape)

    got = run("pool_total_input", g, sizes=x.shape[2:], **attrs)

    np.testing.assert_allclose(np.sum(got * x), np.sum(g * y))


@pytest.mark.parametrize("name", ["ramp", "maximum", "add"])
def test_maxima_are_taken_before_what_grows(name):
    """With the same result and gradient, on fewer entries."""
    xp = Tracer(NetChain([ConvolutionLayer(1, 1)]).shapes, training=False)
    x, b = xp.input((3, 2, 4, 6)), xp.input((2, 1, 1))
    xp.program.inputs = {"x": x, "b": b}
    late = {"ramp": xp.ramp(x), "maximum": xp.maximum(b, x), "add": x + b}[name]
    attrs = {"kernel": (2, 3), "stride": (2, 3), "before": (0, 0), "after": (0, 0)}
    early = pool_max_early(xp, late, **attrs)
    seed = xp.broadcast_to(xp.constant(1.0), early.shape)
    wanted = [early, *gradient(xp.program, [(early, seed)], [x]), late]
    random = np.random.default_rng(9)
    data = {"x": random.normal(size=x.shape), "b": random.normal(size=b.shape)}

    result, slope, entries = Plan(xp.program, wanted, {}, np.float64).run(data)

    expected = run("pool_max", entries, **attrs)
    passed = run("pool_max_input", np.ones(early.shape), entries, expected, **attrs)
    least = {"ramp": 0, "maximum": data["b"], "add": -np.inf}[name]
    assert early.op.name == name
    np.testing.assert_array_equal(result, expected)
    np.testing.assert_array_equal(slope, np.where(data["x"] > least, passed, 0))


def test_maxima_of_anything_else_stay_where_they_are():
    xp = Tracer(NetChain([ConvolutionLayer(1, 1)]).shapes, training=False)
    x, row = xp.input((3, 2, 4)), xp.input((1, 4))
    attrs = {"kernel": (2,), "stride": (1,), "before": (0,), "after": (0,)}

    assert pool_max_early(xp, x + row, **attrs) is None
    assert pool_max_early(xp, xp.negative(x), **attrs) is None
    assert pool_max_early(xp, x, **attrs) is None


# ---- memory --------------------------------------------------------------------------------

SMALL = 20_000
"""More bytes than numpy's iterators take, and far fewer than any array below."""


@pytest.mark.parametrize(
    ("name", "more"),
    [("conv", {}), ("conv_input", {"sizes": (14, 15)}), ("conv_weights", {"kernel": (3, 2)})],
)
@pytest.mark.parametrize("groups", [1, 3])
def test_a_convolution_allocates_nothing(name, more, groups):
    attrs = {"stride": (2, 1), "dilation": (1, 1), "before": (1, 0), "after": (0, 1)}
    attrs = {**attrs, "groups": groups, **more}
    x, w, g = np.ones((16, 6, 14, 15)), np.ones((9, 6 // groups, 3, 2)), np.ones((16, 9, 7, 15))
    arrays = {"conv": (x, w), "conv_input": (g, w), "conv_weights": (x, g)}[name]

    assert most_in_use(name, *arrays, **attrs) < SMALL


@pytest.mark.parametrize("name", ["pool_max", "pool_total", "pool_max_input", "pool_total_input"])
@pytest.mark.parametrize("stride", [(2, 2), (1, 2)])
def test_pooling_allocates_nothing(name, stride):
    attrs = {"kernel": (2, 2), "stride": stride, "before": (0, 1), "after": (0, 1)}
    x = np.ones((16, 6, 14, 14))
    y = run("pool_max", x, **attrs)
    arrays = {"pool_max_input": (y, x, y), "pool_total_input": (y,)}.get(name, (x,))
    more = {"sizes": (14, 14)} if name == "pool_total_input" else {}

    assert most_in_use(name, *arrays, **attrs, **more) < SMALL


def most_in_use(name, *arrays, **attrs):
    """The most bytes in use while an operation runs, beyond those before."""
    op = OPS[name]
    shapes = [array.shape for array in arrays]
    out = np.empty(op.shape(*shapes, **attrs))
    scratch = tuple(np.empty(size) for size in op.scratch(*shapes, **attrs))
    calls = list(op.calls(*arrays, out=out, scratch=scratch, **attrs))

    def step():
        for call in calls:
            call()

    # numpy's own buffers, for conversions that no operation asks for, are made small.
    with np.errstate():
        np.setbufsize(16)
        return allocated(step)[0]
