"""Loops over sequences: the same numbers as the steps written one after the other."""

import numpy as np
import pytest

from netdsl.engine import scan_hoist, scan_sums
from netdsl.engine.gradient import gradient
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from tests.memory import allocated

OPERATIONS = {"slice", "join", "product", "merged", "scan", "result", "result_int", "result_bool"}
BATCH, SIZE = 3, 4


def unrolled(xp, body, carry, xs, reverse=False):
    """What `xp.scan` does, step by step."""
    steps = xs[0].shape[1]
    found = {}
    for t in reversed(range(steps)) if reverse else range(steps):
        here = [
            xp.reshape(xp.slice(x, axis=1, start=t, stop=t + 1), (x.shape[0], *x.shape[2:]))
            for x in xs
        ]
        carry, found[t] = body(tuple(carry), tuple(here))
    carry = tuple(v if hasattr(v, "shape") else xp.constant(v) for v in carry)
    rows = [[y if hasattr(y, "shape") else xp.constant(y) for y in found[t]] for t in range(steps)]
    ys = [
        xp.concatenate([xp.reshape(y, (y.shape[0], 1, *y.shape[1:])) for y in column], axis=1)
        for column in zip(*rows, strict=True)
    ]
    return carry, tuple(ys)


def lstm(xp, w, u, b):
    """The body of an LSTM whose four gates, output last, come from one product."""

    def body(carry, x):
        (s, c), (x,) = carry, x
        n = c.shape[1]
        gates = x @ w + s @ u + b
        opened = xp.sigmoid(xp.slice(gates, axis=1, start=0, stop=3 * n))
        i, f, o = (xp.slice(opened, axis=1, start=k * n, stop=k * n + n) for k in range(3))
        m = xp.tanh(xp.slice(gates, axis=1, start=3 * n, stop=4 * n))
        c = f * c + i * m
        s = o * xp.tanh(c)
        return (s, c), (s,)

    return body


def elman(xp, w, u, b):
    def body(carry, x):
        (s,), (x,) = carry, x
        s = xp.tanh(x @ w + s @ u + b)
        return (s,), (s, x * 2.0)

    return body


class Case:
    """A function of `xp`, a scan and given arrays, computed with loops and without."""

    def __init__(self, function, shapes, seed=0, dtype=np.float64):
        random = np.random.default_rng(seed)
        self.function, self.shapes, self.dtype = function, shapes, dtype
        self.data = {str(at): random.normal(size=shape) for at, shape in enumerate(shapes)}

    def plan(self, with_loops, is_gradient=True):
        xp = Tracer(None, training=False)
        given = [xp.input(shape) for shape in self.shapes]
        xp.program.inputs = {str(at): value for at, value in enumerate(given)}
        scan = xp.scan if with_loops else lambda *args, **kw: unrolled(xp, *args, **kw)
        wanted = list(self.function(xp, scan, *given))
        if is_gradient:
            random = np.random.default_rng(9)
            seeds = []
            for at, value in enumerate(wanted):
                seed = xp.program.inputs[f"seed {at}"] = xp.input(value.shape)
                self.data[f"seed {at}"] = random.normal(size=value.shape)
                seeds.append((value, seed))
            wanted += gradient(xp.program, seeds, given)
        return Plan(xp.program, wanted, {}, self.dtype, threads=1)

    def run(self, with_loops):
        plan = self.plan(with_loops)
        given = {name: self.data[name] for name in plan.inputs}
        first = plan.run(given)
        for one, other in zip(first, plan.run(given), strict=True):
            np.testing.assert_array_equal(one, other)  # no state is left from the first run
        return first

    def check(self, tolerance=1e-10):
        for got, expected in zip(self.run(True), self.run(False), strict=True):
            assert got.shape == expected.shape
            np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


@pytest.fixture(params=["many", "few", "all inside"], autouse=True)
def way(request, monkeypatch):
    """Everything holds for many examples and for few, and with all operations left in the loop."""
    monkeypatch.setattr(scan_hoist, "HOIST", request.param != "all inside")
    monkeypatch.setattr(scan_sums, "FEW", BATCH if request.param == "many" else BATCH + 1)


def recurrent(body, steps=5, states=1, reverse=False, gates=1):
    def function(xp, scan, x, w, u, b, *starts):
        last, ys = scan(body(xp, w, u, b), starts, (x,), reverse=reverse)
        return (*last, *ys)

    k = 2
    weights = [(k, gates * SIZE), (SIZE, gates * SIZE), (gates * SIZE,)]
    return function, [(BATCH, steps, k), *weights, *[(BATCH, SIZE)] * states]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_recurrent_layers(steps, reverse):
    Case(*recurrent(elman, steps, 1, reverse)).check()
    Case(*recurrent(lstm, steps, 2, reverse, gates=4)).check()


def test_float32():
    Case(*recurrent(lstm, 6, 2, gates=4), dtype=np.float32).check(1e-4)


def test_what_a_step_gives_may_be_anything():
    """A carry, an element, an outer value, a number, a view; carries that never change."""

    def function(xp, scan, x, a, b, outer):
        def body(carry, x):
            (a, b, still), (x,) = carry, x
            swapped = (b * 0.5, a + xp.slice(x, axis=1, start=1, stop=1 + SIZE), still)
            flat = xp.reshape(x, (x.shape[0], 2, -1))
            constant = xp.broadcast_to(xp.constant(2.0), b.shape)
            return swapped, (a, swapped[0], x, outer, constant, flat, still * x, outer * 3.0)

        last, ys = scan(body, (a, b, outer), (x,))
        return (*last, *ys, xp.tanh(ys[0]) * outer.shape[1])

    shapes = [(BATCH, 5, 6), (BATCH, SIZE), (BATCH, SIZE), (BATCH, 1)]
    Case(function, shapes).check()


def test_outer_values_are_used_inside_and_outside_by_several_loops():
    def function(xp, scan, x, z, w, u):
        doubled = xp.tanh(u * 2.0)

        def one(carry, x):
            s = xp.tanh(carry[0] @ doubled + x[0] @ w)
            return (s,), (s,)

        def two(carry, x):
            (s, t), (x, y) = carry, x
            s = xp.maximum(s @ u, y) - t * 0.3
            return (s, s + x), (s * t,)

        start = xp.slice(xp.reshape(x, (BATCH, -1)), axis=1, start=1, stop=1 + SIZE)
        (s,), (ys,) = scan(one, (start,), (x,))
        last, (zs,) = scan(two, (s, s), (ys, z), reverse=True)
        return s @ doubled, zs, last[0] + xp.sum(u, (0,)), last[1]

    Case(function, [(BATCH, 4, 3), (BATCH, 4, SIZE), (3, SIZE), (SIZE, SIZE)]).check()


def test_a_loop_in_a_loop():
    def function(xp, scan, x, w, s):
        def outer(carry, x):
            def inner(carry, x):
                s = xp.tanh(carry[0] @ w + x[0] * carry[0])
                return (s,), (s * x[0],)

            (s,), (ys,) = scan(inner, carry, (x[0],))
            return (s * 0.5,), (xp.sum(ys, (1,)),)

        (s,), (ys,) = scan(outer, (s,), (x,))
        return s, ys

    Case(function, [(BATCH, 3, 2, SIZE), (SIZE, SIZE), (BATCH, SIZE)]).check()


def test_sequences_of_integers_and_steps_that_cannot_run_at_once():
    def function(xp, scan, x, table):
        index = xp.floor(xp.abs(x) * 1.5)

        def body(carry, x):
            hit = xp.where(x[0] > carry[0], carry[0], xp.tanh(x[0] * table))
            best = xp.max(hit, (1,))
            return (hit * best,), (hit, x[1] * best)

        (last,), ys = scan(body, (xp.last(x),), (x, index))
        return last, *ys

    Case(function, [(BATCH, 4, SIZE), (SIZE,)]).check()


def test_a_run_allocates_nothing():
    function, _ = recurrent(lstm, gates=4)
    many, size = 300, 100
    weights = [(2, 4 * size), (size, 4 * size), (4 * size,)]
    shapes = [(many, 7, 2), *weights, *[(many, size)] * 2]
    plan = Case(function, shapes, dtype=np.float32).plan(True)

    # More than numpy's iterators take; an array of a step has 120 kB.
    assert allocated(plan.step)[0] < 110_000


@pytest.mark.parametrize("name", ["last", "slice", "concatenate"])
def test_pieces_of_sequences(name):
    def function(xp, scan, x, y):
        if name == "last":
            return (xp.last(x) * xp.last(y),)
        if name == "slice":
            return xp.slice(x, axis=-1, start=1, stop=3) * 2.0, xp.slice(y, axis=0, start=0, stop=2)
        return xp.concatenate([x * y, x, xp.tanh(y), x], axis=-1), xp.concatenate(x, y, axis=1)

    case = Case(function, [(3, 4, 5), (3, 4, 5)])
    x, y = case.data["0"], case.data["1"]
    expected = {
        "last": [x[:, -1] * y[:, -1]],
        "slice": [x[..., 1:3] * 2, y[:2]],
        "concatenate": [np.concatenate([x * y, x, np.tanh(y), x], 2), np.concatenate([x, y], 1)],
    }[name]
    found = case.run(False)
    for got, right in zip(found, expected, strict=False):
        np.testing.assert_allclose(got, right, rtol=1e-14)

    # Against central differences along a random direction.
    move = np.random.default_rng(3).normal(size=x.shape)
    slope = 0.0
    for sign in (1, -1):
        case.data["0"] = x + sign * 1e-6 * move
        outputs = case.run(False)[: len(expected)]
        seeds = [case.data[f"seed {at}"] for at in range(len(expected))]
        slope += sign * sum(np.sum(s * o) for s, o in zip(seeds, outputs, strict=True)) / 2e-6
    np.testing.assert_allclose(np.sum(found[len(expected)] * move), slope, rtol=1e-6)


def test_the_last_state_is_not_taken_out_of_all_states():
    xp = Tracer(None, training=False)
    x, w, u, b = (xp.input(shape) for shape in [(2, 3, 4), (4, 5), (5, 5), (5,)])
    zero = xp.broadcast_to(xp.constant(0.0), (2, 5))
    (last,), (states, _) = xp.scan(elman(xp, w, u, b), (zero,), (x,))

    assert xp.last(states) is last

    (last,), (states, _) = xp.scan(elman(xp, w, u, b), (zero,), (x,), reverse=True)
    assert xp.last(states) is not last


class Body:
    """A body of operations drawn at random, the same at each call."""

    def __init__(self, seed, xp, outer):
        self.seed, self.xp, self.outer = seed, xp, outer

    def __call__(self, carry, x):
        random, xp = np.random.default_rng(self.seed), self.xp
        w, b, square, lone = self.outer
        values = [*carry, *x]

        def some():
            return values[random.integers(len(values))]

        def pieces():
            parts = [some() for _ in range(2)]
            whole = xp.concatenate(*parts, axis=1)
            start = random.integers(0, SIZE)
            return xp.slice(whole, axis=1, start=start, stop=start + SIZE)

        makers = [
            lambda: some() * some(),
            lambda: some() * some() * some() * b,
            lambda: some() - some() + b,
            lambda: xp.tanh(some()) @ w,
            lambda: some() @ w + some() @ square + b,
            lambda: some() @ xp.tanh(square),
            lambda: xp.where(some() > some(), some(), lone),
            lambda: some() * xp.sum(some(), (1,)),
            lambda: xp.softmax(some(), 1) - some(),
            lambda: -some() * xp.sigmoid(some()),
            lambda: xp.transpose(xp.transpose(some(), (1, 0)) * 2.0, (1, 0)),
            lambda: xp.reshape(xp.reshape(some(), (-1, 2)) * lone, (BATCH, SIZE)),
            lambda: some() + xp.max(some(), (0,)),
            pieces,
            lambda: xp.broadcast_to(lone, (BATCH, SIZE)),
        ]
        for _ in range(random.integers(3, 12)):
            values.append(makers[random.integers(len(makers))]())
        after = [xp.tanh(some()) if random.random() < 0.8 else some() for _ in carry]
        return tuple(after), tuple(some() for _ in range(random.integers(1, 4)))


@pytest.mark.parametrize("seed", range(60))
def test_any_body(seed):
    def function(xp, scan, s, t, x, y, *outer):
        last, ys = scan(Body(seed, xp, outer), (s, t), (x, y), reverse=bool(seed % 2))
        return *last, *ys

    states, sequences = [(BATCH, SIZE)] * 2, [(BATCH, 1 + seed % 4, SIZE)] * 2
    outer = [(SIZE, SIZE), (SIZE,), (SIZE, SIZE), (1,)]
    Case(function, [*states, *sequences, *outer], seed).check(1e-8)
