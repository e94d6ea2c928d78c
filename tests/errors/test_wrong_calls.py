"""Functions called with another number or kind of arguments say what they take."""

import numpy as np
import pytest

import netdsl
from netdsl import (
    ConstantArray,
    Fold,
    FunctionLayer,
    Map,
    Mean,
    Median,
    Nest,
    NestList,
    NetError,
    NetPort,
    NetPortGradient,
    Ramp,
    Real64,
    SettingError,
    Table,
    Which,
)

CALLED = sorted(
    name
    for name in netdsl.__all__
    if callable(found := getattr(netdsl, name))
    and (not isinstance(found, type) or issubclass(found, NetPort | netdsl.FunctionLayer))
)
WRONG = [((), {}), ((1, 2, 3, 4, 5), {}), (("x",), {}), ((None,), {}), ((), {"x": 1})]


@pytest.mark.parametrize("name", CALLED)
def test_a_call_gives_something_or_a_net_error(name):
    refused = []
    for arguments, named in WRONG:
        try:
            getattr(netdsl, name)(*arguments, **named)
        except NetError as error:
            refused.append(error)
    assert refused
    assert all(error.facts.get("expected") for error in refused)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: Median(1, 3), "numbers in a list"),
        (lambda: Median(), "numbers in a list"),
        (lambda: Mean(Input=3), "numbers in a list"),
        (lambda: Which(2, Input=3), "Which of at least 2"),
        (lambda: Ramp(Input=3), "Ramp of 1"),
        (lambda: ConstantArray(3), "value, sizes"),
        (lambda: Map(Ramp), "f, array"),
        (lambda: Nest(Ramp, 1), "f, value, times"),
        (lambda: Nest(3, 1, 2), "Nest(f, ...)"),
        (lambda: NestList(3, 1, 2), "NestList(f, ...)"),
        (lambda: Fold(), "f, start_and_array"),
        (lambda: Table(), "f, ranges"),
        (lambda: FunctionLayer(Input=3), "Function, InputPorts"),
        (lambda: FunctionLayer(Ramp, 3), "Function, InputPorts"),
        (lambda: NetPortGradient(x="Input"), "spec"),
        (lambda: Real64(1, 2), "values"),
        (lambda: Real64("x"), "numbers"),
        (lambda: Real64(None), "numbers"),
        (lambda: Real64([[1, 2], [3]]), "numbers"),
    ],
)
def test_the_error_says_what_is_taken(call, expected):
    with pytest.raises(SettingError) as error:
        call()
    assert expected in error.value.facts["expected"]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: FunctionLayer(Input=3), "FunctionLayer"),
        (lambda: NetPort(x=3), "NetPort"),
        (lambda: Map(Ramp), "Map"),
    ],
)
def test_the_error_names_what_was_called(call, name):
    with pytest.raises(SettingError) as error:
        call()
    assert error.value.facts["call"] == name


def test_a_port_is_not_what_is_wrong_with_a_call():
    with pytest.raises(SettingError) as error:
        FunctionLayer(Input=3)
    assert "Function" in error.value.facts["got"]


def test_right_calls_stay():
    assert Median(data=[1, 5, 2]) == 2
    assert FunctionLayer(Mean, Input=3)([1.0, 2.0, 6.0]) == 3
    np.testing.assert_array_equal(Real64([netdsl.Exp(0), 2]), [1.0, 2.0])
    assert Map(array=[1, 2], f=lambda x: x + 1).tolist() == [2, 3]
