"""FunctionLayer: a net gives what its function gives on numpy arrays."""

import pickle

import numpy as np
import pytest
import sympy

import netdsl
from netdsl import (
    All,
    Clip,
    ConstantArray,
    CosineDistance,
    DataError,
    Det,
    Dot,
    Drop,
    ElementwiseLayer,
    EuclideanDistance,
    Exp,
    First,
    Flatten,
    Fold,
    FoldList,
    FunctionLayer,
    HammingDistance,
    If,
    Information,
    Join,
    Last,
    LinearLayer,
    ManhattanDistance,
    Map,
    Max,
    Mean,
    MeanSquaredLossLayer,
    Median,
    Min,
    Most,
    Nest,
    NestList,
    NetArray,
    NetArrayLayer,
    NetChain,
    NetEncoder,
    NetError,
    NetGraph,
    NetInitialize,
    NetPort,
    NetPortGradient,
    NetShapes,
    NetTrain,
    Part,
    Plus,
    Ramp,
    Rest,
    Reverse,
    Round,
    SettingError,
    ShapeError,
    Span,
    SquaredEuclideanDistance,
    StandardDeviation,
    Table,
    Take,
    Tanh,
    Total,
    TotalLayer,
    Tr,
    Transpose,
    Variance,
    Which,
)

X = np.random.default_rng(3).uniform(-2, 2, (3, 4))
Y = np.random.default_rng(4).uniform(0.5, 2, (3, 4))
NAMES = {**vars(sympy), **vars(netdsl)}
QUIET = {"TrainingProgressReporting": None, "MaxTrainingRounds": 3}

ON_ONE = {
    "arithmetic": lambda x: (2 * x - 1) / 3 + x**2 - (-x) // 2 + x % 0.75,
    "turned": lambda x: 1 / (x**2 + 1) - 3 + 2.0 ** x + 2 - x,
    "abs": lambda x: abs(x) + +x,
    "condition": lambda x: np.where((x > 0) & ~(x > 1) | (x == 0), x, -1),
    "condition as number": lambda x: (x > 0) * x + (x <= 0).sum(),
    "logical": lambda x: np.where(np.logical_or(x > 1, np.logical_not(x > 0)), 1, x),
    "ufuncs": lambda x: np.exp(x) + np.tanh(x) + np.square(x) + np.arctan2(x, 2) + np.hypot(x, 3),
    "steps": lambda x: np.floor(x) + np.ceil(x) + np.rint(x) + np.sign(x) + np.trunc(x),
    "logs": lambda x: np.log1p(x**2) + np.log2(x**2 + 1) + np.logaddexp(x, 2),
    "limits": lambda x: np.maximum(x, 0.5) + np.minimum(x, 0) + np.clip(x, -1, 1) + x.clip(0, 1),
    "item": lambda x: x[0],
    "last": lambda x: x[-1, 2],
    "columns": lambda x: x[:, 1:3],
    "steps of a slice": lambda x: x[::2, -3:-1],
    "beyond the end": lambda x: x[1:10],
    "ellipsis": lambda x: x[..., 0],
    "new axis": lambda x: x[:, None] + x[None],
    "reverse": lambda x: x[::-1, 1],
    "places": lambda x: x[:, [2, 0, 0]],
    "sum": lambda x: x.sum(),
    "sum of rows": lambda x: x.sum(axis=1) / x.shape[1],
    "sum of columns": lambda x: np.sum(x, 0),
    "kept": lambda x: x / x.sum(axis=1, keepdims=True),
    "mean, max, min, prod": lambda x: x.mean(0) + x.max(axis=0) + np.min(x, axis=-2) + x.prod(0),
    "deviation": lambda x: x.std() + x.var(axis=1).sum() + np.std(x, ddof=1),
    "norm": lambda x: np.linalg.norm(x, axis=1),
    "median": lambda x: np.median(x, axis=1),
    "transpose": lambda x: x.T + np.transpose(x) + x.swapaxes(0, 1),
    "reshape": lambda x: x.reshape(2, -1) + np.reshape(x, (2, 6)),
    "ravel": lambda x: np.ravel(x) * x.flatten(),
    "matmul": lambda x: x @ x.T @ np.ones(3),
    "dot": lambda x: np.dot(x.T, x) + x.T.dot(x),
    "outer": lambda x: np.outer(x[0], x[1]),
    "concatenate": lambda x: np.concatenate([x, 2 * x[:1]], axis=0),
    "stack": lambda x: np.stack([x[0], x[1], np.ones(4)], axis=1),
    "constants": lambda x: x + np.arange(4) - np.array([[1.0], [2], [3]]),
    "loop": lambda x: sum(row**2 for row in x),
    "repeat": lambda x: np.repeat(x, 2, axis=1),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "squeeze": lambda x: x[:1].squeeze() + np.expand_dims(x[0], 0),
    "flip": lambda x: np.flip(x, 1) + np.flip(x),
    "moveaxis": lambda x: np.moveaxis(x[None], 0, -1),
    "heaviside": lambda x: np.heaviside(x, 0.5),
    "round": lambda x: np.round(x, 1),
    "vanishing": lambda x: x - x + x[:, :1],
    "like": lambda x: np.zeros_like(x) + 2 * np.ones_like(x) * x,
    "Map": lambda x: Map(lambda row: row / row[0] ** 2, x),
    "NestList": lambda x: NestList(lambda y: 0.5 * y * (1 - y), x, 4),
    "Nest": lambda x: Nest(lambda y: y**2 - 1, x, 3),
    "FoldList": lambda x: FoldList(lambda total, row: total * 0.5 + row, x),
    "Fold": lambda x: Fold(lambda total, row: total * 0.5 + row, 1.0, x),
    "Table": lambda x: Table(lambda i, j: i * x[0, 0] + j, 2, (2, 4)),
    "ConstantArray": lambda x: ConstantArray(x[0], (2, 3)) + ConstantArray(2, 4),
    "Dot": lambda x: Dot(x, Transpose(x), [1, 2, 3]),
    "Part": lambda x: Part(x, All, 2) + Part(x, Span(1, -1, 1), -1),
    "Part by list": lambda x: Part(x, [3, -3]),
    "Reverse": lambda x: Reverse(x) + Reverse(x, 2),
    "Join": lambda x: Join(Join(x, x), [[1, 2, 3, 4]]) + Join(x, x[:, :1], 2)[:1, 1:],
    "Flatten": lambda x: Flatten(x[None], 1) + Flatten(x)[0],
    "First and so on": lambda x: First(x) + Last(x) + Rest(x)[0] + Most(x)[1],
    "Take and Drop": lambda x: Take(x, 2) + Take(x, -2) + Drop(x, 1) + Drop(x, -1),
    "Take of levels": lambda x: Take(x, (1, 2), -2) + Drop(x.T, (2, 3)).T[:2],
    "distances": lambda x: EuclideanDistance(x, 1) + SquaredEuclideanDistance(x[0], x[1])
    + ManhattanDistance(x[0], x[1]) + CosineDistance(x[0], x[1]) + HammingDistance(x[0], x[1]),
    "statistics": lambda x: Mean(x) + Total(x) + Median(x) + Variance(x) + StandardDeviation(x),
}  # fmt: skip


def f64(layer, data):
    return layer(data, WorkingPrecision="Real64")


@pytest.mark.parametrize("name", ON_ONE)
def test_a_function_of_a_matrix(name):
    function = ON_ONE[name]

    layer = FunctionLayer(function, Input=(3, 4))

    expected = np.asarray(function(X))
    np.testing.assert_allclose(f64(layer, X), expected, rtol=1e-9, atol=1e-9)
    assert layer.port("Output").dims == expected.shape
    if name != "beyond the end":  # the only one that a net cannot know without the sizes
        open_one = FunctionLayer(function)
        np.testing.assert_allclose(f64(open_one, X), expected, rtol=1e-9, atol=1e-9)
    assert eval(repr(layer), NAMES) == layer
    assert pickle.loads(pickle.dumps(layer)) == layer


@pytest.mark.parametrize("name", ON_ONE)
def test_gradients_are_differences(name):
    layer = FunctionLayer(ON_ONE[name], Input=(3, 4))
    direction = np.random.default_rng(1).normal(size=X.shape)

    got = np.sum(direction * layer(X, NetPortGradient("Input"), WorkingPrecision="Real64"))

    high, low = (np.sum(f64(layer, X + step * direction)) for step in (1e-6, -1e-6))
    np.testing.assert_allclose(got, (high - low) / 2e-6, rtol=1e-4, atol=1e-6)


# ---- values by hand ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "data", "expected"),
    [
        (Det, [[1, 2], [3, 4]], -2),
        (Tr, [[1, 2], [3, 4]], 5),
        (lambda x: Max(x) - Min(x), [[1, 2], [7, 4]], 6),
        (Max, [3, 5, 4], 5),
        (Ramp, [-1, 2], [0, 2]),
        (np.exp, [0, 0], [1, 1]),
        (np.subtract, [[5, 6], [1, 2]], [4, 4]),
        (lambda x: Clip(x, (0, 1)), [-1, 0.5, 2], [0, 0.5, 1]),
        (lambda x: If(x > 1, x, -x), [1, 2], [-1, 2]),
        (lambda x: Which(x < 1, 0, x < 3, 1, True, 2), [0, 2, 4], [0, 1, 2]),
        (lambda x: Round(x) + Plus(x, 1, x), [0.6, 1.0], [3.2, 4]),
        (lambda x: x > 1, [0, 2], [0, 1]),
        (lambda x: EuclideanDistance(x[0], x[1]), [[1, 2], [4, 6]], 5),
        (lambda x: HammingDistance(x, [1, 5, 3]), [1, 2, 3], 1),
        (lambda x: 3.0 * np.ones(2), [1, 2, 3], [3, 3]),
        (lambda x: [x, 1], 4, {"Output1": 4, "Output2": 1}),
        (lambda x: {"Foo": x + 1, "Bar": x}, [1, 2], {"Foo": [2, 3], "Bar": [1, 2]}),
        (lambda Foo, Bar: Foo / Bar, {"Foo": [1, 2], "Bar": [2, 8]}, [0.5, 0.25]),
        (lambda x, y: x - y, [[1, 2], [3, 5]], [-2, -3]),
        (lambda x, y: y - x, {"Input1": [1, 2], "Input2": [3, 5]}, [2, 3]),
        (lambda Foo, Bar: Bar - Foo, {"Foo": [1, 2], "Bar": [3, 5]}, [2, 3]),
        (lambda x, y: x, [[1, 2], [3]], [1, 2]),
        (lambda x: x, [1, 2], [1, 2]),
    ],
)
def test_documented_values(function, data, expected):
    got = FunctionLayer(function)(data)

    if isinstance(expected, dict):
        assert list(got) == list(expected)
    else:
        got, expected = {"Output": got}, {"Output": expected}
    for name, value in got.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-6)


@pytest.mark.parametrize("distance", [0.0, 1.0])
def test_slopes_at_a_distance_of_zero_are_zero(distance):
    layer = FunctionLayer(lambda x: EuclideanDistance(x, [1.0, 2.0]))

    got = layer([1.0 + distance, 2.0], NetPortGradient("Input"))

    np.testing.assert_array_equal(got, [distance, 0])


def test_the_gradient_of_a_determinant_is_that_of_cofactors_where_it_is_singular_too():
    matrices = [[[1.0, 2.0], [2.0, 4.0]], [[0.0, 1.0], [3.0, 2.0]], [[2.0, 1.0], [3.0, 2.0]]]

    got = FunctionLayer(Det, Input=(2, 2))(matrices, NetPortGradient("Input"))

    cofactors = [[[4, -2], [-2, 1]], [[2, -3], [-1, 0]], [[2, -3], [-1, 2]]]
    np.testing.assert_allclose(got, cofactors, atol=1e-6)


# ---- the net -----------------------------------------------------------------------------------


def test_entry_by_entry_steps_become_one_layer():
    net = NetGraph(FunctionLayer(lambda x: Exp(-(x**2)) / 2 + 1, Input=3))

    assert net == NetGraph([ElementwiseLayer(lambda x: Exp(-(x**2)) / 2 + 1)], Input=3)


def test_a_step_that_is_used_twice_is_computed_once():
    layer = FunctionLayer(lambda x: Nest(lambda y: 4 * y * (1 - y), x, 12), Input=3)

    assert len(layer) == 12
    np.testing.assert_allclose(layer([0.5, 0.0, 0.75]), [0, 0, 0.75], atol=1e-5)


def test_parts_and_function_are_extracted():
    def scaled(x):
        return Tanh(LinearLayer(2, Weights=[[1, 2], [3, 4]])(x)) * 2

    layer = FunctionLayer(scaled)

    assert layer["Function"] is scaled
    assert layer[1, "Weights"].tolist() == [[1, 2], [3, 4]]
    assert isinstance(NetGraph(layer), NetGraph)
    assert FunctionLayer(NetGraph(layer)) == layer
    assert FunctionLayer(layer) == layer
    assert layer.input_names, layer.output_names == (("Input",), ("Output",))


@pytest.mark.parametrize(
    "net",
    [
        NetChain([2, Tanh]),
        NetGraph([NetChain([2, Tanh])], []),
        NetGraph({"a": LinearLayer(2)}, []),
        NetGraph({"a": NetChain({"b": LinearLayer(2)})}, []),
        NetGraph([LinearLayer(2), LinearLayer(3)], []),
        NetGraph([FunctionLayer(lambda x: 2 * x)], []),
        NetGraph([NetGraph([LinearLayer(2), Tanh], [(1, 2)])], [(NetPort("x"), 1)]),
    ],
    ids=repr,
)
def test_a_net_in_the_place_of_the_function_is_printed_as_it_is(net):
    layer = FunctionLayer(net)

    for one in (layer, layer.with_ports({layer.input_names[0]: 4})):
        assert eval(repr(one), NAMES) == one
        assert pickle.loads(pickle.dumps(one)) == one


def test_a_chain_that_is_called_is_a_part():
    layer = FunctionLayer(lambda x: NetChain([2, Tanh])(x), Input=4)

    assert eval(repr(layer), NAMES) == layer
    assert len(layer.nodes) == 1


def test_nets_inside_are_learned():
    layer = FunctionLayer(lambda x: NetChain([3, Tanh])(x) + LinearLayer(3)(x))
    net = NetChain([layer, LinearLayer(())], Input=2)

    started = NetInitialize(net)
    trained = NetTrain(started, ([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0]), **QUIET)

    assert Information(net, "ArraysTotalElementCount") == 22
    assert not np.array_equal(trained[1, 1, 1, "Weights"], started[1, 1, 1, "Weights"])
    assert trained[1, "Function"] is layer["Function"]


def test_a_net_that_is_applied_twice_shares_its_arrays():
    inner = LinearLayer(2)
    net = NetInitialize(FunctionLayer(lambda x: Map(inner, x), Input=(3, 4)))

    assert Information(net, "ArraysTotalElementCount") == 10
    np.testing.assert_allclose(net(np.ones((3, 4)))[0], net(np.ones((3, 4)))[2])


def test_a_net_array_is_learned_and_numbers_are_not():
    layer = FunctionLayer(lambda x: x * NetArray("w", Dimensions=3) + [1, 2, 3], Input=3)

    started = NetInitialize(layer)
    trained = NetTrain(started, ([[1.0, 2.0, 3.0]], [[0.0, 0.0, 0.0]]), **QUIET)

    assert not np.array_equal(trained[NetArray("w")], started[NetArray("w")])
    numbers = [part for part in trained if isinstance(part, NetArrayLayer)]
    assert [1, 2, 3] in [part.Array.tolist() for part in numbers if hasattr(part.Array, "tolist")]


def test_several_outputs_of_a_net_come_as_a_dict():
    inner = FunctionLayer(lambda x: {"Low": x - 1, "High": x + 1})

    layer = FunctionLayer(lambda x: inner(x)["High"] * 2)

    np.testing.assert_array_equal(layer([1, 2]), [4, 6])


def test_shapes_go_both_ways():
    layer = FunctionLayer(lambda x: Exp(2 * Transpose(x)), Output=(3, 4))

    assert layer.port("Input").dims == (4, 3)
    assert FunctionLayer(lambda x: Exp(x) + 1, Output=5).port("Input").dims == (5,)


def test_a_function_that_needs_sizes_waits_for_them():
    layer = FunctionLayer(lambda x: x / len(x))

    net = NetChain([3, layer, Ramp], Input=2)

    assert net[2] == FunctionLayer(lambda x: x / 3, Input=3)
    assert NetChain([3, layer, Ramp])[2] == FunctionLayer(lambda x: x / 3, Input=3)
    assert NetChain([layer, Ramp])(np.array([4.0, 2.0])).tolist() == [2, 1]
    np.testing.assert_array_equal(layer({"Input": [2.0, 4.0]}), [1, 2])
    assert pickle.loads(pickle.dumps(FunctionLayer(Mean_of_length))) is not None


def Mean_of_length(x):
    return x / len(x)


def test_sizes_that_the_function_was_told_hold():
    layer = FunctionLayer(lambda x: x / x.shape[0], Input=4)

    with pytest.raises(ShapeError):
        NetShapes(layer, Input=5)
    assert layer.with_ports({"Input": 5})([5.0] * 5).tolist() == [1] * 5


def test_lengths_may_vary():
    layer = FunctionLayer(lambda x: Mean(Exp(x)) - x[-1], Input=("Varying", 2))

    got = layer([[[0, 0]], [[0, 0], [1, 1], [0, 0]]])

    np.testing.assert_allclose(got, [[1, 1], [(2 + np.e) / 3] * 2], rtol=1e-6)


def test_coders_stand_at_the_ports():
    layer = FunctionLayer(
        lambda x: x * 2, Input=NetEncoder(["Class", ["a", "b"], "UnitVector"]), Output=2
    )

    assert layer("b").tolist() == [0, 2]


def test_it_tells_formula_and_report():
    layer = FunctionLayer(lambda x: Tanh(x.T) * x, Input=(3, 3))

    assert str(Information(layer, "Formula")) == ("Output[i, j] = tanh(Input[j, i])*Input[i, j]")
    assert "TransposeLayer" in str(Information(layer))


# ---- what cannot be ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "fact", "word"),
    [
        (lambda x: 1 if x > 0 else 2, "expected", "np.where"),
        (lambda x: x if x.tolist() else 2, "because", "tolist"),
        (lambda x: None, "got", "None"),
        (lambda x: "text", "got", "text"),
        (lambda x: {}, "got", "{}"),
        (lambda x: Ramp, "got", "Ramp"),
        (lambda x: np.arcsin2(x), "because", "arcsin2"),
        (lambda x: x.tranpose(), "nearest", "transpose"),
        (lambda x: np.nansum(x), "nearest", "np.sum"),
        (lambda x: np.fft.fft(x), "got", "np.fft.fft"),
        (lambda x: np.add.accumulate(x), "got", "np.add.accumulate"),
        (lambda x: np.sum(x, where=x > 0), "because", "where"),
        (lambda x: np.asarray(x), "got", "np.asarray"),
        (lambda x: float(x), "got", "number"),
        (lambda x: 1 / 0, "because", "ZeroDivisionError"),
        (lambda x: x + "text", "got", "text"),
        (lambda x: x[5], "got", "5"),
        (lambda x: x[2:1], "got", "nothing"),
        (lambda x: x["a"], "got", "a"),
        (lambda x: x[x > 0], "got", "truth value"),
        (lambda x: x[0, 1, 2], "got", "3"),
        (lambda x: x + np.ones(5), "got", "3 x 4 and 5"),
        (lambda x: Part(x, 0), "got", "0"),
        (lambda x: x.sum(axis=2), "got", "2"),
        (lambda x: LinearLayer(3)(x, 3), "because", "argument"),
        (lambda x: TotalLayer(InputPorts=2)([x, x, x]), "got", "3"),
        (lambda x: MeanSquaredLossLayer()({"Input": x, "Targt": x}), "got", "Targt"),
        (lambda: 3, "expected", "one array"),
        (3, "got", "3"),
        (LinearLayer, "expected", "callable"),
    ],
)
def test_what_cannot_be_is_said(function, fact, word):
    with pytest.raises(NetError) as error:
        FunctionLayer(function, Input=(3, 4))
    assert word in str(error.value.facts[fact])
    assert error.value.facts["layer"]


def test_a_waiting_function_takes_the_sizes_of_data_that_are_alike():
    net = NetChain([Ramp, FunctionLayer(lambda x: x / len(x))], Input="Varying")

    assert net([1.0, 2.0]).tolist() == [0.5, 1]
    assert net([[1.0, 2.0], [2.0, 4.0], [4.0, 6.0]]).tolist() == [[0.5, 1], [1, 2], [2, 3]]
    with pytest.raises(DataError) as error:
        net([[1.0, 2.0], [3.0]])
    assert error.value.facts["port"] == "Input"
    assert "not known yet" in error.value.facts["because"]


def test_arrays_of_another_function_are_refused():
    kept = []
    FunctionLayer(lambda x: kept.append(x) or x)

    with pytest.raises(SettingError):
        FunctionLayer(lambda x: x + kept[0])
