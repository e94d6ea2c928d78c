"""ThreadingLayer: functions of several numbers, what is repeated, what is sure of sizes."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    Clip,
    Divide,
    Greater,
    If,
    Max,
    Mod,
    NetError,
    Plus,
    Power,
    ShapeError,
    Subtract,
    Tanh,
    ThreadingLayer,
    Times,
)

SAMPLES = [
    ThreadingLayer(Subtract, InputPorts=[(2, 3), (2, 3)]),
    ThreadingLayer("Times", InputPorts=[(2, 3), (1, 3), (2, 1)]),
    ThreadingLayer(Max, None, InputPorts={"a": ("Varying", 2), "b": ("Varying", 2)}),
    ThreadingLayer(Plus, InputPorts=[("Varying", 3), (1, 3)]),
    (ThreadingLayer(Divide, -1, InputPorts=[2, (2, 3)]), (0.5, 2)),
    (ThreadingLayer(Power, 1, InputPorts=[3, (2, 3)]), (0.5, 2)),
    ThreadingLayer(Plus, 2, InputPorts=[(2, 5), (2, 3, 4, 5)]),
    ThreadingLayer(lambda x, y, z: If(x > y, Tanh(z), 3), InputPorts=[(), (), ()]),
    ThreadingLayer(lambda x, y: x / 3, InputPorts=[(1, 3), (2, 3)]),
    (ThreadingLayer(Mod, InputPorts=[4, 4]), (1, 2)),
    ThreadingLayer(Clip, InputPorts=[5]),
]


def shape(*inputs, by=Automatic, output=Automatic):
    layer = ThreadingLayer(Plus, by, InputPorts=list(inputs), Output=output)
    return [layer.port(name).dims for name in (*layer.input_names, "Output")]


def test_documented_values():
    got = ThreadingLayer(Plus, -1)([[10, 20], [[1, 2, 3], [4, 5, 6]]])

    np.testing.assert_array_equal(got, [[11, 12, 13], [24, 25, 26]])


def test_dimensions_are_inserted_at_the_level():
    assert shape(2, (2, 3), by=-1)[-1] == shape(3, (2, 3), by=1)[-1] == (2, 3)
    assert shape((2, 5), (2, 3, 4, 5), by=2)[-1] == (2, 3, 4, 5)
    assert shape((2, 5), (2, 3, 4, 5), by=-2)[-1] == (2, 3, 4, 5)


@pytest.mark.parametrize(
    ("by", "inputs"), [(1, [2, (2, 3)]), (5, [2, (2, 3)]), (None, [3, 1]), (Automatic, [3, 2])]
)
def test_what_does_not_fit_is_refused(by, inputs):
    with pytest.raises(ShapeError):
        shape(*inputs, by=by)


def test_ranks_are_equal_unless_a_level_is_given():
    assert shape((2, 3), Automatic)[1] == (Automatic, Automatic)
    with pytest.raises(ShapeError) as error:
        shape(3, (2, 3))
    assert error.value.facts["got"] == "rank 2"


def test_an_open_size_may_be_1_or_that_of_the_output():
    assert shape(3, (Automatic,)) == [(3,), (Automatic,), (3,)]
    assert shape((Automatic,), (1,), output=5) == [(5,), (1,), (5,)]
    assert shape((Automatic,), (Automatic,), output=1) == [(1,), (1,), (1,)]
    assert shape(("h",), (Automatic,))[-1] == (Automatic,)
    assert str(shape(("h",), ("w",))[-1][0]) == "Max(h, w)"
    assert shape(("h",), ("h",))[-1] == shape(("h",), (1,))[-1]
    with pytest.raises(ShapeError):
        shape(3, (Automatic,), output=5)


def test_none_makes_all_sizes_equal():
    assert shape((2, Automatic), (Automatic, 3), by=None) == [(2, 3)] * 3


def test_the_function_says_how_many_inputs_there_are():
    assert ThreadingLayer(Subtract).input_names == ("Input1", "Input2")
    assert ThreadingLayer(lambda x, y, z: x * y * z)([[2], [3], [4]]) == [24]
    assert ThreadingLayer(Times).input_names == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ThreadingLayer(Subtract, InputPorts=3),
        lambda: ThreadingLayer(Clip, InputPorts=2),
        lambda: ThreadingLayer(Mod)([[1]]),
        lambda: ThreadingLayer(Greater),
        lambda: ThreadingLayer("Plsu"),
        lambda: ThreadingLayer(Plus, 0),
        lambda: ThreadingLayer(Plus, True),
    ],
)
def test_what_cannot_be_threaded_is_refused(wrong):
    with pytest.raises(NetError):
        wrong()
