"""SequenceLastLayer: its shapes in both directions, empty sequences, what is no sequence."""

import numpy as np
import pytest

from netdsl import (
    DataError,
    NetChain,
    NetPortGradient,
    Restricted,
    SequenceLastLayer,
    ShapeError,
)

SAMPLES = [
    SequenceLastLayer(Input=4),
    SequenceLastLayer(Input=(4, 3)),
    SequenceLastLayer(Input=("Varying", 3, 2)),
    SequenceLastLayer(Input=(4, Restricted("Integer", 5))),
]


def test_the_last_of_each_example():
    layer = SequenceLastLayer(Input=("Varying", 2))

    got = layer([[[1, 2], [3, 4]], [[5, 6]], [[7, 8], [9, 10], [11, 12]]])

    np.testing.assert_array_equal(got, [[3, 4], [5, 6], [11, 12]])


def test_a_vector_gives_a_number():
    assert SequenceLastLayer()([1.0, 2.0, 5.0]) == 5


def test_the_output_says_what_an_element_is():
    layer = SequenceLastLayer(Input=("Varying", "h", 3), Output=(2, "w"))

    assert layer.port("Input").dims == ("Varying", 2, 3)
    assert SequenceLastLayer(Output=(2, 5)).port("Input").rank == 3


def test_integers_stay_integers():
    layer = SequenceLastLayer(Input=("Varying", Restricted("Integer", 5)))

    assert layer.port("Output").spec() == Restricted("Integer", 5)
    assert layer([1, 5, 3]) == 3


def test_the_gradient_goes_to_the_last_element_alone():
    got = SequenceLastLayer(Input=(3, 2))([[1, 2], [3, 4], [5, 6]], NetPortGradient("Input"))

    np.testing.assert_array_equal(got, [[0, 0], [0, 0], [1, 1]])


def test_an_empty_sequence():
    with pytest.raises(DataError) as error:
        SequenceLastLayer(Input=("Varying", 2))(np.zeros((0, 2)))
    assert error.value.facts["port"] == "Input"


def test_a_number_is_no_sequence():
    with pytest.raises(ShapeError) as error:
        SequenceLastLayer(Input="Real")
    assert error.value.facts["port"] == "Input"


def test_after_it_a_length_does_not_vary():
    net = NetChain([SequenceLastLayer(), 3], Input=("Varying", 2))

    assert net.shapes.array((2,), "Weights") == (3, 2)
