"""Layers that are measured alone: what netdsl computes there, and by what results are compared."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.layers import LAYERS, numbers
from benchmarks.peers import netdsl_


@pytest.fixture
def small():
    shape = (4, 3, 5, 7)
    return replace(LAYERS["ramp"], input=shape, output=shape, arrays={"Slope": (3,)})


def expected(work):
    x, g, slope = work.x, work.gradient, work.values["Slope"][:, None, None]
    by_slope = (np.minimum(x, 0) * g).sum((0, 2, 3))
    return [np.where(x >= 0, x, slope * x), np.where(x >= 0, g, slope * g), by_slope]


def test_netdsl_computes_the_output_and_the_gradients(small):
    task = netdsl_.single(small, "")

    assert task.first() == pytest.approx(numbers(expected(small)), abs=1e-5)


def test_repetitions_work_on_the_same_inputs(small):
    task = netdsl_.single(small, "")
    before = task.first()

    task.run(3)

    assert numbers(task.plan.outputs) == before
    for got, wanted in zip(task.plan.outputs, expected(small), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5)


@pytest.mark.parametrize("change", [lambda x: -x, lambda x: 1.01 * x, lambda x: x[:, ::-1]])
def test_results_that_differ_have_other_numbers(change):
    result = np.random.default_rng(1).normal(size=(30, 20))

    assert numbers([change(result)]) != pytest.approx(numbers([result]), abs=1e-3)


def test_sums_that_cancel_and_zeros_are_compared_too():
    result = np.tile([1.0, -1.0], 100)

    assert numbers([result])[0] == 1
    assert numbers([0 * result])[0] == 1
    assert numbers([0 * result]) != pytest.approx(numbers([result]), abs=1e-3)
