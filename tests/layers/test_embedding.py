"""EmbeddingLayer: rows of a table, their gradient, and where their number comes from."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    DataError,
    EmbeddingLayer,
    LinearLayer,
    NetChain,
    NetEncoder,
    NetInitialize,
    NetPortGradient,
    SequenceLastLayer,
    SettingError,
    ShapeError,
    UnitVectorLayer,
)

SAMPLES = [
    EmbeddingLayer(3, 5, Input=()),
    EmbeddingLayer(2, 7, Input=(3, 4)),
    EmbeddingLayer(5, 4, Input=("Varying", 2)),
    EmbeddingLayer(3, 2, Weights=[[1, 2, 3], [4, 5, 6]], Input=4, LearningRateMultipliers=0.5),
]
TABLE = [[1, 2], [3, 4], [5, 6]]


def test_rows_of_the_table():
    layer = EmbeddingLayer(2, 3, Weights=TABLE)

    np.testing.assert_array_equal(layer(3), [5, 6])
    np.testing.assert_array_equal(layer([[1], [2]]), [[[1, 2]], [[3, 4]]])
    np.testing.assert_array_equal(layer([3, 1, 3]), [[5, 6], [1, 2], [5, 6]])


def test_it_is_a_linear_layer_of_unit_vectors():
    layer = NetInitialize(EmbeddingLayer(4, 6, Input="Integer"))
    linear = LinearLayer(4, Weights=layer.Weights.T, Biases=None)
    net = NetChain([UnitVectorLayer(6), linear], Input="Integer")

    np.testing.assert_allclose(layer([5, 1, 6]), net([5, 1, 6]))


def test_equal_numbers_add_their_gradients():
    layer = EmbeddingLayer(Weights=TABLE, Input=3)
    data = {"Input": [[1, 3, 1], [1, 1, 3]], NetPortGradient("Output"): [
        [[1, 10], [2, 20], [3, 30]], [[4, 40], [5, 50], [6, 60]],
    ]}  # fmt: skip

    got = layer(data, NetPortGradient("Weights"))

    np.testing.assert_array_equal(got, [[13, 130], [0, 0], [8, 80]])


def test_sequences_of_several_lengths():
    layer = EmbeddingLayer(Weights=TABLE, Input="Varying")
    long, short = layer([[1, 3], [2]])

    np.testing.assert_array_equal(long, [[1, 2], [5, 6]])
    np.testing.assert_array_equal(short, [[3, 4]])
    np.testing.assert_array_equal(
        layer([[1, 3, 3], [2]], NetPortGradient("Weights")), [[1, 1], [1, 1], [2, 2]]
    )


def test_sizes_go_both_ways():
    layer = EmbeddingLayer(Weights=TABLE)

    assert layer.port("Input").last == 3
    assert EmbeddingLayer(2, Input=4).shapes.array((), "Weights") == (Automatic, 2)
    assert EmbeddingLayer(Automatic, 5, Output=(3, 4)).shapes.array((), "Weights") == (5, 4)
    assert EmbeddingLayer("k", "n", Input=3).port("Output").dims == (3, "k")
    with pytest.raises(ShapeError) as error:
        EmbeddingLayer(3, Weights=TABLE)
    assert error.value.facts["array"] == "Weights"
    with pytest.raises(ShapeError):
        EmbeddingLayer(2, 4, Weights=TABLE)


def test_an_integer_outside():
    with pytest.raises(DataError) as error:
        EmbeddingLayer(Weights=TABLE)([1, 4])
    assert error.value.facts["expected"] == "integers from 1 to 3"
    with pytest.raises(SettingError) as error:
        EmbeddingLayer((2, 3), 5)
    assert error.value.facts["setting"] == "Size"


def test_weights_are_drawn_as_of_a_matrix():
    weights = NetInitialize(EmbeddingLayer(200, 30)).Weights

    assert np.std(weights) == pytest.approx(np.sqrt(2 / 200), rel=0.1)


def test_the_number_of_classes_follows_from_an_encoder():
    kinds = NetEncoder(["Class", ["low", "mid", "high"]])

    layer = EmbeddingLayer(2, Input=kinds)

    assert layer.shapes.array((), "Weights") == (3, 2)
    np.testing.assert_array_equal(layer.with_parts({("Weights",): TABLE})("mid"), [3, 4])
    assert EmbeddingLayer(2, 7, Input=kinds).shapes.array((), "Weights") == (7, 2)
    assert EmbeddingLayer(2, "n", Input=kinds).shapes.array((), "Weights") == ("n", 2)


def test_before_a_sequence_ends():
    net = NetChain([EmbeddingLayer(2, 3, Weights=TABLE), SequenceLastLayer()], Input="Varying")

    np.testing.assert_array_equal(net([[1, 2, 3], [2]]), [[5, 6], [3, 4]])
