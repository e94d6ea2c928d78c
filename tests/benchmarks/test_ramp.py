"""What the parametric ramp is held against: means by channel, none of which outweighs another."""

import numpy as np
import pytest

from benchmarks import workloads
from benchmarks.peers import netdsl_
from benchmarks.workloads import RampData, ramp_numbers


@pytest.fixture(autouse=True)
def small(monkeypatch):
    shape = (4, 3, 5, 7)
    random = np.random.default_rng(1)
    x, gradient = random.normal(size=(2, *shape)).astype(np.float32)
    data = RampData(x, gradient, np.array([0.1, 0.2, 0.4], np.float32))
    for module in (workloads, netdsl_):
        monkeypatch.setattr(module, "RAMP_SHAPE", shape)
    monkeypatch.setattr(netdsl_, "ramp_data", lambda: data)
    return data


def test_netdsl_computes_output_and_both_gradients(small):
    slope = small.slope[:, None, None]
    output = np.where(small.x >= 0, small.x, slope * small.x)
    by_input = np.where(small.x >= 0, small.gradient, slope * small.gradient)
    by_slope = (np.minimum(small.x, 0) * small.gradient).sum((0, 2, 3))

    task = netdsl_.ramp("")

    assert task.first() == pytest.approx(ramp_numbers(output, by_input, by_slope), abs=1e-6)


def test_it_computes_the_same_again(small):
    task = netdsl_.ramp("")
    before = task.first()

    task.run(2)

    assert task.first() == before


def test_repetitions_work_on_the_same_inputs(small):
    task = netdsl_.ramp("")
    task.first()

    task.run(3)

    positive = small.x >= 0
    np.testing.assert_array_equal(task.plan.outputs[0][positive], small.x[positive])
    np.testing.assert_array_equal(task.plan.outputs[1][positive], small.gradient[positive])
    expected = (small.slope[:, None, None] * small.gradient)[~positive]
    np.testing.assert_allclose(task.plan.outputs[1][~positive], expected, rtol=1e-6)


def test_a_slope_of_one_channel_counts_as_much_as_its_mean(small):
    ones = np.ones((4, 3, 5, 7))

    numbers = ramp_numbers(ones, 2 * ones, np.array([140.0, 70.0, 35.0]))

    assert numbers == pytest.approx([1, 1, 1, 2, 2, 2, 1, 0.5, 0.25])
