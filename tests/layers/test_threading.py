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
    NetGraph,
    NetPort,
    NetPortGradient,
    Plus,
    Power,
    Ramp,
    SettingError,
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
    ThreadingLayer(Plus, (1, Automatic, -1), InputPorts=[3, (2, 1), 2]),
    ThreadingLayer(Subtract, (2, None), InputPorts=[(2, 5), (2, 3, 5)]),
    ThreadingLayer(lambda Loc, Scale: Loc - Scale**2, InputPorts={"Scale": 3, "Loc": (3,)}),
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


def test_each_input_may_be_repeated_in_its_own_way():
    layer = ThreadingLayer(Plus, [1, Automatic, -1], InputPorts=[3, (2, 1), 2])

    got = layer([[1, 2, 3], [[10], [20]], [100, 200]])

    np.testing.assert_array_equal(got, [[111, 112, 113], [221, 222, 223]])
    assert shape(3, (2, Automatic), by=[1, None])[-1] == (2, 3)
    assert shape(Automatic, (2, 3), by=[Automatic, 1])[0] is None
    assert shape(2, Automatic, by=[-1, None], output=(2, 3))[1] == (2, 3)
    assert ThreadingLayer(Times, [1, None]).input_names == ("Input1", "Input2")


@pytest.mark.parametrize(
    ("by", "inputs"),
    [
        ([1, None], [3, (2, 1)]),
        ([None, 1], [3, (2, 3)]),
        ([1, Automatic], [(2, 3), 3]),
        ([1, None], [2, (2, 3)]),
    ],
)
def test_ways_that_do_not_fit(by, inputs):
    with pytest.raises(ShapeError):
        shape(*inputs, by=by)


def test_arguments_with_capitals_name_the_ports():
    layer = ThreadingLayer(lambda Loc, Scale: Loc - 10 * Scale)

    assert layer.input_names == ("Loc", "Scale")
    assert layer({"Scale": [1, 2], "Loc": [3, 4]}).tolist() == [-7, -16]
    assert layer([[3, 4], [1, 2]]).tolist() == [-7, -16]
    assert repr(layer) == "ThreadingLayer(lambda Loc, Scale: Loc - 10*Scale)"
    turned = ThreadingLayer(layer.Function, InputPorts={"Scale": 1, "Loc": Automatic})
    assert turned.input_names == ("Loc", "Scale")
    assert turned({"Loc": [3], "Scale": [1]}) == [-7]
    assert ThreadingLayer(layer.Function, InputPorts=[(2, 1), (1, 3)]).port("Loc").dims == (2, 1)
    assert ThreadingLayer(lambda Loc, scale: Loc * scale).input_names == ("Input1", "Input2")


def test_named_ports_in_a_graph():
    part = ThreadingLayer(lambda Loc, Scale: Loc - Scale**2)
    edges = [("twice", NetPort("part", "Scale")), ("once", NetPort("part", "Loc"))]
    net = NetGraph({"once": Ramp, "twice": lambda x: 2 * x, "part": part}, edges)

    got = net({net.input_names[0]: [3.0, 1.0], net.input_names[1]: [1.0, 2.0]})

    assert net.input_names == ("Input1", "Input2")
    assert got.tolist() == [-1, -15]


@pytest.mark.parametrize(
    ("function", "inputs", "setting"),
    [
        (lambda X, Output: X * Output, Automatic, "Function"),
        (lambda X, Broadcasting: X * Broadcasting, Automatic, "Function"),
        (lambda Loc, Scale: Loc * Scale, {"Loc": 3, "Sclae": 3}, "InputPorts"),
        (lambda Loc, Scale: Loc * Scale, ["Loc"], "InputPorts"),
    ],
)
def test_names_that_do_not_fit(function, inputs, setting):
    with pytest.raises(SettingError) as error:
        ThreadingLayer(function, InputPorts=inputs)
    assert error.value.facts["setting"] == setting


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
        lambda: ThreadingLayer(Plus, [1, "a"]),
        lambda: ThreadingLayer(Subtract, [1, 1, 1]),
        lambda: ThreadingLayer(Plus, [1, 1], InputPorts=3),
    ],
)
def test_what_cannot_be_threaded_is_refused(wrong):
    with pytest.raises(NetError):
        wrong()


def test_the_slope_of_a_power_of_zero():
    data = {"Input1": np.array([0.0, 0.0, 2.0]), "Input2": np.array([0.0, 2.0, 3.0])}

    slopes = ThreadingLayer("Power")(data, NetPortGradient("Input1"))

    np.testing.assert_array_equal(slopes, [0, 0, 12])
