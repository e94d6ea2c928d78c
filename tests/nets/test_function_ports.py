"""FunctionLayer: how many arrays a function takes, and what its inputs are called."""

import pickle

import numpy as np
import pytest

import netdsl
from netdsl import (
    Automatic,
    Equal,
    FunctionLayer,
    Join,
    LinearLayer,
    Max,
    NetChain,
    NetEncoder,
    NetGraph,
    NetPort,
    Plus,
    SettingError,
    Times,
)


def total(*arrays):
    return sum(arrays)


@pytest.mark.parametrize("function", [Plus, Times, netdsl.Dot, Join, total, lambda *xs: xs[0]])
def test_a_function_of_any_number_of_arrays_asks_how_many(function):
    with pytest.raises(SettingError) as error:
        FunctionLayer(function)
    assert error.value.facts["setting"] == "InputPorts"
    assert "InputPorts=2" in error.value.facts["expected"]


@pytest.mark.parametrize(
    ("function", "ports", "data", "expected"),
    [
        (Plus, 2, [[1, 2], [3, 4]], [4, 6]),
        (Plus, 1, [1, 2], [1, 2]),
        (Join, 2, [[1, 2], [3, 4, 5]], [1, 2, 3, 4, 5]),
        (total, ["a", "b", "c"], {"a": 1, "b": 2, "c": 4}, 7),
        (Max, 2, [[1, 2], [3, 0]], [3, 2]),
        (Max, Automatic, [1, 3, 2], 3),
        (Equal, Automatic, [[1, 2], [1, 3]], [1, 0]),
        (Equal, 3, [[1, 2], [1, 3], [1, 3]], [1, 0]),
        (lambda x, y=2: x * y, Automatic, [1, 2], [2, 4]),
        (lambda x, y=2: x * y, 2, [[1, 2], [3, 4]], [3, 8]),
        (lambda x, *rest: x, Automatic, [1, 2], [1, 2]),
        (lambda x, y: x @ y, {"a": (1, 2), "b": 2}, {"a": [[1, 2]], "b": [3, 4]}, [11]),
        (lambda x: x - 1, {"a": NetEncoder(["Class", ["u", "v"]])}, "v", 1),
    ],
)
def test_as_many_as_are_asked_for(function, ports, data, expected):
    layer = FunctionLayer(function, InputPorts=ports)

    np.testing.assert_array_equal(layer(data), expected)


def test_a_function_that_waits_keeps_its_ports():
    waiting = FunctionLayer(Join, InputPorts=["a", "b"])
    edges = [(1, NetPort(3, "a")), (2, NetPort(3, "b"))]

    assert "InputPorts=['a', 'b']" in repr(waiting)
    assert waiting.input_names == ("a", "b")
    assert pickle.loads(pickle.dumps(waiting)).input_names == ("a", "b")
    assert NetGraph([3, LinearLayer(2), waiting], edges).port("Output").dims == (5,)


@pytest.mark.parametrize(
    ("function", "ports", "fact", "word"),
    [
        (lambda x: x, 2, "expected", "1"),
        (lambda x, y, z=1: x, 1, "expected", "2 to 3"),
        (lambda x, *rest: x, 0, "expected", "2"),
        (Plus, ["Function", "b"], "got", "Function"),
        (Plus, ["a", "a"], "got", "a"),
        (LinearLayer(2), 2, "expected", "function"),
    ],
)
def test_other_ports_are_refused(function, ports, fact, word):
    with pytest.raises(SettingError) as error:
        FunctionLayer(function, InputPorts=ports)
    assert word in str(error.value.facts[fact])
    assert error.value.facts["setting"] == "InputPorts"


@pytest.mark.parametrize("function", [lambda Output: Output, lambda Function, Foo: Foo])
def test_names_of_settings_are_no_names_of_inputs(function):
    with pytest.raises(SettingError) as error:
        FunctionLayer(function)
    assert error.value.facts["got"] in ("Output", "Function")


def test_one_small_letter_leaves_all_unnamed():
    assert FunctionLayer(lambda x, Bar: x + Bar).input_names == ("Input1", "Input2")


def test_a_function_of_arrays_in_a_chain_is_shown_the_way():
    with pytest.raises(SettingError) as error:
        NetChain([3, netdsl.Reverse])
    assert "FunctionLayer" in error.value.facts["expected"]
