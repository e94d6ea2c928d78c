"""Labels without places: against all paths, slopes against differences, without memory."""

import itertools

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from tests.engine.reference import run
from tests.memory import allocated

OPERATIONS = {"ctc", "ctc_paths", "ctc_loss", "ctc_slopes"}
RANDOM = np.random.default_rng(6)


def program(chances, target, steps, counts):
    """The loss, the gradient imposed on it, and the slopes, traced for arrays of these shapes."""
    xp = Tracer(None, training=False)
    given = [chances, target, steps, counts]
    kinds = ["real", "int", "int", "int"]
    values = [xp.input(np.shape(x), kind) for x, kind in zip(given, kinds, strict=True)]
    loss = xp.ctc(*values)
    seed = xp.input(loss.shape)
    (slopes,) = gradient(xp.program, [(loss, seed)], [values[0]])
    return xp.program, [*values, seed], [loss, slopes]


def compute(*given, seed=None, dtype=np.float64, plainly=False):
    traced, inputs, wanted = program(*given)
    given = (*given, np.ones(len(given[0])) if seed is None else seed)
    if plainly:
        data = {value.number: x for value, x in zip(inputs, given, strict=True)}
        return run(traced, wanted, data, dtype)
    traced.inputs = {str(at): value for at, value in enumerate(inputs)}
    return Plan(traced, wanted, {}, dtype).run({str(at): x for at, x in enumerate(given)})


def by_paths(chances, target):
    """The logarithm of the chance, every path gone; 0-based classes, the last is the blank."""
    steps, classes = chances.shape
    total = -np.inf
    for path in itertools.product(range(classes), repeat=steps):
        spelt = [k for k, _ in itertools.groupby(path) if k != classes - 1]
        if spelt == list(target):
            total = np.logaddexp(total, sum(chances[t, k] for t, k in enumerate(path)))
    return -total


def examples(batch=3, steps=5, labels=3, classes=4):
    chances = np.log(RANDOM.dirichlet(np.ones(classes), (batch, steps)))
    return chances, RANDOM.integers(0, classes - 1, (batch, labels))


@pytest.mark.parametrize("plainly", [False, True])
def test_steps_and_labels_that_count(plainly):
    chances, target = examples()
    steps, counts = np.array([5, 3, 4]), np.array([1, 2, 3])

    loss, slopes = compute(chances, target, steps, counts, plainly=plainly)

    for at in range(3):
        expected = by_paths(chances[at, : steps[at]], target[at, : counts[at]])
        assert loss[at] == pytest.approx(expected, rel=1e-12)
        assert not slopes[at, steps[at] :].any()


def test_slopes_are_central_differences():
    chances, target = examples(batch=4, steps=6)
    target[1] = 2  # equal neighbours
    rest = np.array([6, 6, 4, 3]), np.array([3, 3, 2, 1])
    seed, direction = RANDOM.normal(size=4), RANDOM.normal(size=chances.shape)

    _, slopes = compute(chances, target, *rest, seed=seed)

    high, low = (compute(chances + s * 1e-6 * direction, target, *rest)[0] for s in (1, -1))
    wanted = (high - low) @ seed / 2e-6
    assert np.sum(slopes * direction) == pytest.approx(wanted, rel=1e-6)


def test_what_has_no_chance_has_an_infinite_loss_and_no_slope():
    chances, target = examples(batch=2, steps=3)
    target[0], target[1] = 1, [0, 1, 0]

    loss, slopes = compute(chances, target, np.array([3, 3]), np.array([3, 3]), dtype=np.float32)

    assert loss[0] == np.inf
    assert np.isfinite(loss[1])
    assert not slopes[0].any()
    assert slopes[1].any()


def test_a_run_takes_no_memory():
    chances, target = examples(16, 60, 20, 12)
    ends = np.full(16, 60), np.full(16, 20)
    traced, inputs, wanted = program(chances, target, *ends)
    traced.inputs = {str(at): value for at, value in enumerate(inputs)}
    plan = Plan(traced, wanted, {}, np.float32)
    plan.run({str(at): x for at, x in enumerate([chances, target, *ends, np.ones(16)])})

    peak, left = allocated(plan.step)

    assert peak < 4 * 34_000  # less than any array of all steps
    assert left < 1000
