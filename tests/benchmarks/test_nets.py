"""Nets as plain data: what they hold, what they cost, and what netdsl makes of them."""

import numpy as np
import pytest

from benchmarks import cold, nets
from benchmarks.peers import netdsl_
from benchmarks.workloads import WORKLOADS


def test_lenet_has_its_parameters():
    arrays = WORKLOADS["lenet"].arrays

    assert sum(array.size for own in arrays for array in own.values()) == 431_080


def test_operations_of_a_step_by_hand():
    # 16 products with the input (forward, by weights), 8 behind it (forward, by both).
    assert WORKLOADS["xor"].operations == 4 * 2 * (2 * 16 + 3 * 8)
    # 50 steps of 4 gates: 64 x 32 by the input, 64 x 64 by the state; 64 x 10 behind.
    lstm = 2 * 50 * 4 * 64 * 32 + 3 * 50 * 4 * 64 * 64 + 3 * 640
    assert WORKLOADS["lstm"].operations == 32 * 2 * lstm


def test_a_convolution_costs_its_kernel_at_every_place():
    assert nets.products(nets.Convolution(5, 3), (2, 10, 7)) == (5 * 8 * 5 * 2 * 9, 0)


def test_channels_last_flattens_to_the_same_numbers():
    parts = (nets.MaxPool(2), nets.Flatten(), nets.Linear(4))
    random = np.random.default_rng(1)
    arrays = nets.initial(parts, (3, 4, 10), random)
    x = random.normal(size=(3, 2, 5))

    weights, _ = nets.channels_last(parts, (3, 4, 10), arrays)[2]

    last = np.moveaxis(x, 0, -1).ravel() @ weights
    np.testing.assert_allclose(last, arrays[2]["Weights"] @ x.ravel(), rtol=1e-6)


def test_the_gates_lie_side_by_side():
    parts = (nets.Lstm(2),)
    (own,) = nets.initial(parts, (7, 3), np.random.default_rng(1))

    by_input, by_state, biases = nets.channels_last(parts, (7, 3), [own])[0]

    np.testing.assert_array_equal(by_input[:, 4:6], own["MemoryGateInputWeights"].T)
    np.testing.assert_array_equal(by_state[:, 6:], own["OutputGateStateWeights"].T)
    np.testing.assert_array_equal(biases[2:4], own["ForgetGateBiases"])


def test_an_order_is_filled_up_with_its_first_examples():
    assert cold.filled_up(np.array([3, 1, 0, 2, 4]), 3).tolist() == [3, 1, 0, 2, 4, 3]
    assert cold.filled_up(np.array([1, 0]), 2).tolist() == [1, 0]


def test_every_epoch_has_each_example_equally_often():
    for work in WORKLOADS.values():
        seen = np.bincount(work.order.ravel())

        assert work.order.shape == (work.steps, work.batch)
        assert set(seen) == {work.steps * work.batch // len(work.x)}


def test_netdsl_takes_the_steps_of_adam():
    got = netdsl_.training(WORKLOADS["xor"], "").first()

    assert got == pytest.approx(by_hand(WORKLOADS["xor"]), rel=1e-5)


def by_hand(work):
    """The losses of the first steps of XOR in double precision, gradients by hand."""
    inner, _, outer = work.arrays
    arrays = [inner["Weights"], inner["Biases"], outer["Weights"], outer["Biases"]]
    arrays = [array.astype(np.float64) for array in arrays]
    first, second = ([np.zeros_like(array) for array in arrays] for _ in range(2))
    losses = []
    for step, row in enumerate(work.order[:5], start=1):
        weights, biases, last, last_bias = arrays
        x, y = work.x[row], work.y[row]
        hidden = np.tanh(x @ weights.T + biases)
        error = hidden @ last.T + last_bias - y
        losses.append(float(np.mean(error**2)))
        error = 2 * error / len(x)
        back = error @ last * (1 - hidden**2)
        slopes = (back.T @ x, back.sum(0), error.T @ hidden, error.sum(0))
        for w, m, v, g in zip(arrays, first, second, slopes, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            w -= 0.001 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return losses
