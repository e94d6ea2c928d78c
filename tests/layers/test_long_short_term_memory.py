"""LongShortTermMemoryLayer: documented values, its final states, sizes that do not fit."""

import numpy as np
import pytest

from netdsl import (
    All,
    LongShortTermMemoryLayer,
    NetGraph,
    NetInitialize,
    NetPort,
    NetPortGradient,
    SettingError,
    ShapeError,
)
from netdsl.formula.notation import formula_of
from tests.properties.oracle import by_formula

SAMPLES = [
    LongShortTermMemoryLayer(2, Input=(4, 3)),
    LongShortTermMemoryLayer(3, Input=("Varying", 2)),
    LongShortTermMemoryLayer(1, Input=(3, 2), ForgetGateBiases=[1.5]),
]
GATES = ("InputGate", "OutputGate", "ForgetGate", "MemoryGate")
ARRAYS = {
    "InputWeights": [[0.1, 0.2], [0.3, 0.4]],
    "StateWeights": [[0.5, -0.1], [0.2, 0.3]],
    "Biases": [0.01, -0.02],
}
X = [[1, 0], [0, 1], [1, 1]]


@pytest.fixture
def layer():
    given = {gate + name: value for gate in GATES for name, value in ARRAYS.items()}
    return LongShortTermMemoryLayer(2, Input=("Varying", 2), **given)


def with_states(layer):
    edges = [
        (NetPort("State"), NetPort("lstm", "State")),
        (NetPort("Cell"), NetPort("lstm", "CellState")),
        (NetPort("lstm", "State"), NetPort("LastState")),
        (NetPort("lstm", "CellState"), NetPort("LastCell")),
    ]
    return NetGraph({"lstm": layer}, edges)


def test_documented_values(layer):
    expected = [[0.030448, 0.087820], [0.082499, 0.190831], [0.155660, 0.391829]]

    np.testing.assert_allclose(layer(X), expected, atol=1e-6)


def test_documented_cell_state(layer):
    net = NetGraph({"lstm": layer}, [(NetPort("lstm", "CellState"), NetPort("Cell"))])

    np.testing.assert_allclose(net(X, "Cell"), [0.273980, 0.656791], atol=1e-6)


def test_gates_are_told_apart():
    filled = NetInitialize(LongShortTermMemoryLayer(1, Input=(1, 1)))
    weights = {
        gate + "InputWeights": [[size]] for gate, size in zip(GATES, (1, 2, 3, 4), strict=True)
    }
    layer = filled.with_parts({(name,): value for name, value in weights.items()})
    x = 0.3
    i, o, f = (1 / (1 + np.exp(-size * x)) for size in (1, 2, 3))
    cell = f * 0.7 + i * np.tanh(4 * x)

    got = with_states(layer)({"Input": [[x]], "State": [0.0], "Cell": [0.7]})

    assert got["LastCell"] == pytest.approx([cell], rel=1e-5)
    assert got["Output"] == pytest.approx(o * np.tanh(cell), rel=1e-5)


def test_a_sequence_in_pieces_is_the_sequence(layer):
    net, zero = with_states(layer), np.zeros(2)
    whole = net({"Input": X, "State": zero, "Cell": zero})

    first = net({"Input": X[:2], "State": zero, "Cell": zero})
    rest = net({"Input": X[2:], "State": first["LastState"], "Cell": first["LastCell"]})

    np.testing.assert_allclose([*first["Output"], *rest["Output"]], whole["Output"], rtol=1e-6)
    np.testing.assert_allclose(rest["LastCell"], whole["LastCell"], rtol=1e-6)


def test_the_final_state_of_each_of_several_lengths(layer):
    net = NetGraph({"lstm": layer}, [(NetPort("lstm", "CellState"), NetPort("Cell"))])
    batch = [X, X[:1], X[1:], X]

    together = net(batch)

    for at, x in enumerate(batch):
        np.testing.assert_allclose(together["Cell"][at], net(x)["Cell"], rtol=1e-6)
        np.testing.assert_allclose(together["Output"][at], net(x)["Output"], rtol=1e-6)


@pytest.mark.parametrize(
    ("port", "wanted"), [("State", [0.155660, 0.391829]), ("CellState", [0.273980, 0.656791])]
)
def test_formulas_of_the_final_states(layer, port, wanted):
    sized = layer.with_ports({"Input": (3, 2)})
    arrays = {name: getattr(layer, name) for name in layer.array_fields}

    got = by_formula(sized, {"Input": X}, arrays, (2,), port)

    np.testing.assert_allclose(got, wanted, atol=1e-6)


@pytest.mark.parametrize("port", ["State", "Cell"])
def test_gradients_of_where_it_starts(layer, port):
    net, step = with_states(layer), np.array([1e-5, -2e-5])
    data = {"Input": X, "State": np.array([0.3, -0.4]), "Cell": np.array([0.5, 0.6])}

    def total(start):
        found = net({**data, port: start}, All, WorkingPrecision="Real64")
        return sum(np.sum(value) for value in found.values())

    got = net(data, NetPortGradient(port), WorkingPrecision="Real64")

    slope = (total(data[port] + step) - total(data[port] - step)) / 2
    assert np.sum(got * step) == pytest.approx(slope, rel=1e-6)


def test_the_equations_come_as_a_person_writes_them(layer):
    names = [left.base.name for left, _ in formula_of(layer).equations()]

    assert names == ["Output", *"iofmccss"]


def test_the_arrays_come_in_the_documented_order():
    assert list(LongShortTermMemoryLayer(2).array_fields) == [
        gate + name for gate in GATES for name in ARRAYS
    ]


def test_biases_start_at_zero():
    layer = NetInitialize(LongShortTermMemoryLayer(2, Input=(4, 3)))

    assert not layer.ForgetGateBiases.any()
    assert layer.ForgetGateStateWeights.all()


def test_a_size_by_name():
    layer = LongShortTermMemoryLayer("n", Input=("t", "k"))

    assert layer.port("Output").dims == ("t", "n")
    assert layer.port("CellState").dims == ("n",)
    assert layer.shapes.array((), "OutputGateInputWeights") == ("n", "k")


def test_an_array_says_how_long_the_inputs_are():
    layer = LongShortTermMemoryLayer(2, MemoryGateInputWeights=np.ones((2, 5)))

    assert layer.port("Input").dims[1] == 5
    assert layer.shapes.array((), "InputGateInputWeights") == (2, 5)


@pytest.mark.parametrize(
    ("given", "fact", "name"),
    [
        ({"Input": 3}, "port", "Input"),
        ({"Input": (4, 3), "Output": (5, 2)}, "port", "Output"),
        ({"Output": ("Varying", 3)}, "port", "Output"),
        ({"ForgetGateBiases": [1, 2, 3]}, "array", "ForgetGateBiases"),
        ({"InputGateStateWeights": np.ones((2, 3))}, "array", "InputGateStateWeights"),
    ],
)
def test_sizes_that_do_not_fit(given, fact, name):
    with pytest.raises(ShapeError) as error:
        LongShortTermMemoryLayer(2, **given)
    assert error.value.facts[fact] == name


@pytest.mark.parametrize("size", [0, (2, 3), "Varying", True, ()])
def test_what_is_no_size(size):
    with pytest.raises(SettingError) as error:
        LongShortTermMemoryLayer(size)
    assert error.value.facts["setting"] == "Size"


def test_a_layer_alone_starts_and_ends_where_it_is_asked(layer):
    zero, one = np.zeros(2), np.ones(2)

    state = layer({"Input": X, "State": one})
    cell = layer({"Input": X, "CellState": one})

    for given, got in (((one, zero), state), ((zero, one), cell)):
        data = {"Input": X, "State": given[0], "Cell": given[1]}
        np.testing.assert_array_equal(got, with_states(layer)(data)["Output"])
    np.testing.assert_allclose(layer(X, NetPort("CellState")), [0.273980, 0.656791], atol=1e-6)
