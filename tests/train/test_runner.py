"""Gradients land where the optimizer looks for them."""

import numpy as np
import pytest

from netdsl.engine.gradient import gradient
from netdsl.engine.memory import ALIGN
from netdsl.engine.tracer import Tracer
from netdsl.functions import Tanh
from netdsl.layers import FlattenLayer, LinearLayer
from netdsl.nets.chain import NetChain
from netdsl.nets.graph import NetGraph
from netdsl.nets.initialize import NetInitialize
from netdsl.nets.netport import NetPortGradient
from netdsl.spec import Shapes
from netdsl.symbols import Automatic
from netdsl.train.parameters import Parameters
from netdsl.train.runner import Runner, _plan
from netdsl.train.task import prepare

RANDOM = np.random.default_rng(4)
X, Y = RANDOM.normal(size=(5, 2, 3)), RANDOM.normal(size=(5, 2, 2))
NET = NetInitialize(
    NetChain([LinearLayer((4, 3)), Tanh, FlattenLayer(), LinearLayer((2, 2))], Input=(2, 3))
)


def runner(net, data, rates=None, loss="Output"):
    task = prepare(net, data, loss, np.float64)
    values = task.arrays
    parameters = Parameters(values, rates or dict.fromkeys(values, 1.0), np.float64)
    return Runner(task.attached, task.data, parameters, batch=5, training=True, threads=1)


def test_gradients_are_those_of_the_net():
    run = runner(NET, {"Input": X})

    loss = run.run(np.arange(5))

    np.testing.assert_allclose(loss, [NET(X, WorkingPrecision="Real64").sum() / 5])
    for path, found in run.parameters.gradients.items():
        want = NET(X, NetPortGradient(*path), WorkingPrecision="Real64") / 5
        np.testing.assert_allclose(found, want, rtol=1e-12)
    copies = [step for step in run.step(None, 5).plan.steps if step.func is np.copyto]
    assert copies == []


def test_the_means_are_over_the_batch_however_it_is_made_up():
    run = runner(NET, (X, Y), loss=Automatic)
    run.run(np.array([0, 1, 2, 3, 3]))
    found = run.parameters.gradient.copy()
    total = np.zeros_like(found)
    for index in [0, 1, 2, 3, 3]:
        run.run(np.array([index]))
        total += run.parameters.gradient

    np.testing.assert_allclose(found, total, rtol=1e-12)


def test_an_array_that_no_loss_depends_on():
    net = NetInitialize(NetGraph({"a": LinearLayer(2), "b": LinearLayer(3)}, Input1=2, Input2=2))
    run = runner(net, {"Input1": X[:, 0, :2], "Input2": X[:, 1, :2]}, loss="Output1")
    run.parameters.gradient.fill(7)

    run.run(np.arange(5))

    assert (run.parameters.gradients["b", "Weights"] == 0).all()
    assert (run.parameters.gradients["a", "Biases"] == 1).all()


def test_two_arrays_with_one_gradient():
    xp = Tracer(Shapes(str), training=True)
    a, b = xp.input((2, 3)), xp.input((2, 3))
    xp.program.arrays = {("a",): a, ("b",): b}
    loss = xp.sum(xp.square(a + b), (0, 1))
    values = {("a",): RANDOM.normal(size=(2, 3)), ("b",): RANDOM.normal(size=(2, 3))}
    parameters = Parameters(values, {("a",): 1.0, ("b",): 1.0}, np.float64)
    seed = xp.broadcast_to(xp.constant(1.0), loss.shape)
    wrt = gradient(xp.program, [(loss, seed)], [a, b])
    assert wrt[0] is wrt[1]

    _plan(xp.program, [loss], wrt, parameters, threads=1).step()

    for found in parameters.gradients.values():
        np.testing.assert_allclose(found, 2 * (values["a",] + values["b",]))


def test_arrays_are_views_of_one_vector():
    values = {("a",): np.ones((3, 5)), ("b",): np.full((), 2.0), ("c",): np.full(4, 3.0)}
    parameters = Parameters(values, {("a",): 1.0, ("b",): 0.5, ("c",): 0.0}, np.float32)

    assert set(parameters.views) == set(parameters.gradients) == {("a",), ("b",)}
    assert set(parameters.fixed) == {("c",)}
    for path, view in parameters.views.items():
        assert np.shares_memory(view, parameters.vector)
        assert view.ctypes.data % ALIGN == parameters.gradients[path].ctypes.data % ALIGN == 0
        np.testing.assert_array_equal(view, values[path])
    assert parameters.rates is not None
    assert (parameters.rates[:15] == 1).all()
    assert parameters.rates[16] == 0.5
    assert parameters.vector.sum() == 17
    parameters.views["b",][...] = np.nan
    assert parameters.first_bad() == ("b",)


@pytest.mark.parametrize("rate", [1.0, -2.0])
def test_one_rate_for_all_needs_no_vector(rate):
    parameters = Parameters({("a",): np.ones(3)}, {("a",): rate}, np.float32)

    assert (parameters.rate, parameters.rates) == (rate, None)
