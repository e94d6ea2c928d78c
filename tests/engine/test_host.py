"""Functions of the user as operations: one call for each example or one for all, and gradients."""

import numpy as np
import pytest

from netdsl import Automatic, DataError, NetError
from netdsl.engine.gradient import gradient
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from netdsl.functions.host import HostCall, HostFunction

OPERATIONS = {"host", "host_gradient"}
X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])


def run(call, seed=None):
    """What a program gives whose only operation is the call, and its gradient."""
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input(X.shape)
    y = xp.host(x, call=call, sizes=(2,))
    wanted = [y]
    if seed is not None:
        wanted += gradient(xp.program, [(y, y * seed)], [x])
    return Plan(xp.program, wanted, {}, np.float64).run({"x": X})


def counting(calls, function):
    def counted(*arrays):
        calls.append([array.shape for array in arrays])
        return function(*arrays)

    return HostFunction(counted)


def differences(x):
    return np.diff(x**2, axis=-1)


def slopes(x, g):
    left, right = np.zeros_like(x), np.zeros_like(x)
    left[..., :-1], right[..., 1:] = g, g
    return 2 * x * (right - left)


@pytest.mark.parametrize("is_batch", [False, True])
def test_numbers_and_calls(is_batch):
    calls = []
    call = HostCall("layer", counting(calls, differences), HostFunction(slopes), is_batch)

    y, g = run(call, seed=0.5)

    np.testing.assert_array_equal(y, differences(X))
    np.testing.assert_allclose(g, slopes(X, differences(X) * 0.5))
    assert calls == ([[(2, 3)]] if is_batch else [[(3,)], [(3,)]])


def test_the_gradient_of_what_is_a_net_is_that_of_the_net():
    call = HostCall("layer", HostFunction(lambda x: np.tanh(x) + x * x), Automatic, True)
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input(X.shape)
    y = xp.host(x, call=call, sizes=(3,))
    (g,) = gradient(xp.program, [(y, y)], [x])

    got_y, got = Plan(xp.program, [y, g], {}, np.float64).run({"x": X})

    np.testing.assert_allclose(got, got_y * (2 * X + 1 - np.tanh(X) ** 2), rtol=1e-9)


def test_a_gradient_of_other_dimensions_is_refused():
    call = HostCall("layer", HostFunction(differences), HostFunction(lambda x, g: g), False)

    with pytest.raises(DataError) as error:
        run(call, seed=1.0)
    assert (error.value.facts["expected"], error.value.facts["got"]) == ("3", "2")


def test_none_has_no_gradient():
    with pytest.raises(NetError):
        run(HostCall("layer", HostFunction(differences), None, False), seed=1.0)
