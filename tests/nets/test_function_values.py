"""FunctionLayer: what numpy gives where ranks are open, entries are infinite, or terms cancel."""

import numpy as np
import pytest

import netdsl
from netdsl import (
    All,
    CosineDistance,
    Drop,
    FunctionLayer,
    If,
    Information,
    LinearLayer,
    NetArray,
    NetChain,
    NetError,
    NetExtract,
    NetGraph,
    NetInitialize,
    NetPortGradient,
    Part,
    PartLayer,
    Ramp,
    Reverse,
    SettingError,
    Total,
    Tr,
)

MATRIX = np.random.default_rng(5).normal(size=(3, 3))
WIDE = np.random.default_rng(6).normal(size=(3, 4))
BLOCK = np.random.default_rng(7).normal(size=(2, 3, 4))
CUBE = np.random.default_rng(8).normal(size=(3, 3, 3))
ODD = np.array([1.0, np.inf, -2.0])
INF = np.inf

AS_NUMPY = {
    # products and reductions, which depend on the rank
    "inner": (lambda x: np.inner(x, x), MATRIX),
    "inner of blocks": (lambda x: np.inner(x, BLOCK), WIDE),
    "vdot": (lambda x: np.vdot(x, x), MATRIX),
    "dot of cubes": (lambda x: np.dot(x, x), CUBE),
    "dot with a number": (lambda x: np.dot(x, 2), MATRIX),
    "product with a block": (lambda x: x @ WIDE.T, BLOCK),
    "vstack": (lambda x: np.vstack([x, x, WIDE[0]]), WIDE),
    "hstack": (lambda x: np.hstack([x, x]), WIDE),
    "kept, negative axes": (lambda x: np.sum(x, axis=(-2, -1), keepdims=True), BLOCK),
    "kept, mixed axes": (lambda x: np.mean(x, axis=(0, -1), keepdims=True), BLOCK),
    "deviation along negative axes": (lambda x: np.std(x, axis=(-2, -1)), BLOCK),
    "any and all": (lambda x: np.any(x > 1, axis=0) * 1 + np.all(x > -1) * 2, WIDE),
    "count": (lambda x: np.count_nonzero(x > 0, axis=1), WIDE),
    "of a number": (lambda x: np.sum(x) + np.max(x) + np.mean(x), np.array(3.0)),
    "mean of a product": (lambda x: np.mean(np.dot(x[0], x[0])), WIDE),
    # integers and truth values
    "to integers": (lambda x: x.astype(int), 3 * WIDE),
    "to truth values": (lambda x: x.astype(bool), np.array([0.0, -2.0])),
    "truths to numbers": (lambda x: (x > 0).astype(float) * 2, WIDE),
    "sum of truths": (lambda x: (x > 0) + (x > 1), WIDE),
    "product of truths": (lambda x: (x > 0) * (x > 1) * 2, WIDE),
    "equal truths": (lambda x: (x > 0) == (x > 1), WIDE),
    "either truth": (lambda x: (x > 0) ^ (x > 1), WIDE),
    "choices compared": (lambda x: np.where(x > np.where(x > 0.5, x, -1.0), 1, 0), WIDE),
    "a truth as a number": (lambda x: x * True, WIDE),
    # what cancels
    "difference": (lambda x: x - x, ODD),
    "times zero": (lambda x: x * 0 + 0 * x, ODD),
    "quotient": (lambda x: x / x, np.array([0.0, 2.0])),
    "power zero": (lambda x: x**0, WIDE),
    "equal to itself": (lambda x: (x == x) * 1.0, WIDE),
    "zeros that are repeated": (lambda x: x * 0 + np.ones((3, 1)), WIDE[0]),
    "root of squares": (lambda x: np.sqrt(x) ** 2, np.array([-1.0, 4.0])),
    "half a power": (lambda x: (x**0.5) ** 2, np.array([-1.0, 4.0])),
    "exponential of a logarithm": (lambda x: np.exp(np.log(x)), np.array([-1.0, 4.0])),
    "tanh of arctanh": (lambda x: np.tanh(np.arctanh(x)), np.array([2.0, 0.4])),
    "quotient times": (lambda x: x / x * x, np.array([0.0, 4.0])),
    "logarithm of an exponential": (lambda x: np.log(np.exp(x)), np.array([80.0, -2.0])),
    "by zero": (lambda x: x / 0, np.array([1.0, -2.0])),
    "plus infinity": (lambda x: x + np.inf, WIDE),
    "by infinity": (lambda x: x / np.inf, WIDE),
    "one over a norm": (lambda x: x / np.linalg.norm(x), WIDE),
    "one over a choice": (lambda x: 1 / np.where(x > 0, x, 0), WIDE),
    "one over a condition": (lambda x: 1 / (x > 0), WIDE),
    "distance to numbers": (lambda x: CosineDistance(x, [1.0, 2.0, 3.0]), MATRIX[0]),
    "log of sums": (lambda x: np.logaddexp(x, 2 * x), np.array([-INF, INF, 1.0])),
    "hypot with numbers": (lambda x: np.hypot(x, WIDE[0]), WIDE),
    # parts
    "reverse": (lambda x: x[::-1], ODD),
    "flip": (lambda x: np.flip(x, -1), BLOCK),
    "steps back": (lambda x: x[3:0:-2], WIDE[0]),
    "Reverse": (Reverse, ODD),
    "places": (lambda x: x[[0, 2, 2]], ODD),
    "places of a slice": (lambda x: x[1:, [2, 0]], WIDE),
    "an array of places": (lambda x: x[np.array([0, -1])], ODD),
    "a mask": (lambda x: x[np.array([True, False, True])], ODD),
    "take": (lambda x: np.take(x, [1, 0], axis=1) + x.take(2), WIDE),
    "Drop": (lambda x: Drop(x, (2, 2)) + Drop(x, 0)[:2], ODD),
    "trace": (np.trace, np.array([[1.0, np.inf, 5.0], [2.0, 3.0, 4.0]])),
    "diagonal": (np.diagonal, np.array([[1.0, np.inf], [2.0, 3.0], [5.0, 5.0]])),
    "trace of a vector": (Tr, WIDE[0]),
    "sums": (np.cumsum, np.array([1.0, np.inf, 2.0])),
    "sums of rows": (lambda x: np.cumsum(x, axis=-1), BLOCK),
    "beyond the ends": (lambda x: x[:100] + x[-100:], ODD),
    "joined as a vector": (lambda x: np.concatenate([x, [1, 2]], axis=None), WIDE),
    "two new axes": (lambda x: np.expand_dims(x, (0, -1)), WIDE),
    "where, of a shape": (lambda x: np.where(x > x, x, 1.0), WIDE),
    # in place
    "another name": (lambda x: [y := x * 1, y.__iadd__(1), y * 1][2], WIDE),
    "a copy": (lambda x: [y := x.copy(), y.__imul__(2), x + y][2], WIDE),
    "the same sum twice": (lambda x: [a := x.sum(0), a.__iadd__(1), a - x.sum(0)][2], WIDE),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", AS_NUMPY)
def test_it_gives_what_numpy_gives(name):
    function, x = AS_NUMPY[name]
    expected = np.asarray(function(x.copy()), float)

    for layer in (FunctionLayer(function), FunctionLayer(function, Input=x.shape)):
        got = layer({"Input": x}, WorkingPrecision="Real64")
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)
        assert np.shape(got) == expected.shape
    both = layer({"Input": np.stack([x / 2, x])}, WorkingPrecision="Real64")
    np.testing.assert_allclose(both[1], expected, rtol=1e-9, atol=1e-12)
    assert eval(repr(layer), vars(netdsl)) == layer


def test_shapes_stay_where_values_do_not_matter():
    layer = FunctionLayer(lambda x, y: [np.where(y > y, y, x), np.where(True, x, y), x + 0 * y])

    for got in layer([[1.0, 2.0], [[3.0, 5.0], [1.0, 1.0]]]).values():
        np.testing.assert_array_equal(got, [[1, 2], [1, 2]])


def test_a_mirror_image_has_no_parameters():
    layer = FunctionLayer(lambda x: x[:, ::-1], Input=(2, 3))

    assert NetGraph(layer) == NetGraph([PartLayer([All, range(3, 0, -1)])], Input=(2, 3))
    assert str(Information(layer, "Formula")) == "Output[i, j] = Input[i, 2 - j]"


def test_a_net_of_sums_and_its_formula():
    layer = FunctionLayer(np.cumsum, Input=3)

    assert str(Information(layer, "Formula")) == "Output[i] = cumulated(Input)[i]"
    got = layer({"Input": [1.0, 2.0, 3.0], NetPortGradient("Output"): [1.0, 10.0, 100.0]},
                NetPortGradient("Input"))  # fmt: skip
    np.testing.assert_array_equal(got, [111, 110, 100])


@pytest.mark.parametrize("x", [[2.0, 2.0], [[1.0], [3.0]]])
def test_slopes_of_a_deviation_of_zero_are_zero(x):
    layer = FunctionLayer(lambda x: np.std(x, axis=-1))

    np.testing.assert_array_equal(layer(x, NetPortGradient("Input")), np.zeros(np.shape(x)))


def test_two_layers_have_arrays_of_their_own():
    def twice():
        inner = LinearLayer(2)
        return FunctionLayer(lambda x: inner(inner(x)), Input=2)

    net = NetInitialize(NetChain([twice(), twice()]))

    first, second = (NetExtract(net, [key, 1, "Weights"]) for key in (1, 2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, NetExtract(net, [1, 2, "Weights"]))


def test_a_learned_matrix_in_a_product():
    layer = FunctionLayer(lambda x: netdsl.Dot(NetArray("w", Array=[[1, 2], [3, 4]]), x))

    np.testing.assert_array_equal(layer([1.0, 10.0]), [21, 43])


def test_a_number_is_replaced_where_an_array_changes():
    def function(x):
        first = total = x.sum(axis=0)
        total += 1
        return first - total

    assert FunctionLayer(function)([1.0, 2.0]) == -1
    np.testing.assert_array_equal(FunctionLayer(function)([[1.0, 2.0]]), [0, 0])


@pytest.mark.parametrize("sizes", [("Varying", 3), ("n", 3), (None, 3)], ids=str)
def test_a_rank_is_enough_where_sizes_are_open(sizes):
    sizes = tuple(netdsl.Automatic if size is None else size for size in sizes)

    layer = FunctionLayer(lambda x: x.T * x.ndim, Input=sizes)

    np.testing.assert_array_equal(layer([[1.0, 2.0, 3.0]]), [[2], [4], [6]])
    assert layer.port("Output").rank == 2


def test_parts_of_lengths_that_vary():
    layer = FunctionLayer(lambda x: x[:2], Input="Varying")

    np.testing.assert_array_equal(layer([[1.0, 2.0], [3.0, 4.0, 5.0]]), [[1, 2], [3, 4]])
    with pytest.raises(SettingError):
        FunctionLayer(lambda x: x[::-1], Input="Varying")


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda x: np.squeeze(x, axis=1), "1"),
        (lambda x: np.transpose(x, (5, 0)), "5"),
        (lambda x: np.moveaxis(x, 5, 0), "5"),
        (lambda x: np.cumsum(x, axis=5), "5"),
        (lambda x: np.repeat(x, 2, axis=5), "5"),
        (lambda x: np.sum(x, axis=(0, -2)), "(0, -2)"),
        (lambda x: np.broadcast_to(x, (4,)), "(4,)"),
        (lambda x: np.stack([x, x[0]]), "matrix"),
        (lambda x: np.concatenate([x, x[0]]), "vector"),
        (lambda x: x.round(1.5), "1.5"),
        (lambda x: x.astype("complex"), "complex"),
        (lambda x: x * 10**400, "bits"),
        (lambda x: [], "[]"),
        (lambda x: np.zeros(0), "[]"),
        (lambda x: {"a": {"b": x}}, "b"),
        (lambda x: x["Foo"], "Foo"),
        (lambda x: x[[0, 1], [0, 1]], "places"),
        (lambda x: x[::0], "0"),
        (lambda x: x.__setitem__(0, 1), "x[...]"),
        (lambda x: [x[0], x.__iadd__(1)], "part"),
        (lambda x: x[0].__iadd__(x), "part"),
        (lambda x: x.sum(0).__iadd__(x), "dimensions"),
        (lambda x: netdsl.Det(x), "3 x 4"),
        (lambda x: netdsl.Map(Ramp, x[0, 0]), "number"),
        (lambda x: len(x[0, 0]), "number"),
        (lambda x: x[:, None] @ x[None], "rank 3"),
    ],
)
def test_what_numpy_refuses_or_no_layer_does(function, word):
    with pytest.raises(SettingError) as error:
        FunctionLayer(function, Input=(3, 4))
    assert word in str(error.value.facts["got"])
    assert error.value.facts["layer"] == "FunctionLayer"


def test_a_part_by_lists_is_taken_level_by_level():
    layer = FunctionLayer(lambda x: Part(x, [3, 1], All, [1, 1, 2]))

    np.testing.assert_allclose(layer(CUBE), CUBE[[2, 0]][:, :, [0, 0, 1]], rtol=1e-6)


def test_choices_of_choices():
    layer = FunctionLayer(lambda x: If(If(x > 0, x, -1) > -0.5, 1, 0) / If(x > 0, x, 1))

    np.testing.assert_array_equal(layer([-1.0, 2.0]), [0, 0.5])


def test_examples_of_several_lengths_have_no_sizes_to_tell():
    layer = FunctionLayer(lambda x: x.sum(0) / len(x), Input=("Varying", 2))

    np.testing.assert_array_equal(layer([[1.0, 2.0], [3.0, 4.0]]), [2, 3])
    with pytest.raises(NetError) as error:
        layer([[[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0]]])
    assert "size" in error.value.facts["because"]


def test_statistics_of_a_list_of_arrays():
    layer = FunctionLayer(lambda x: Total([x, 2 * x, x[::-1]]))

    np.testing.assert_array_equal(layer([1, 2, 4]), [7, 8, 13])
