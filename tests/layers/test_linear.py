"""LinearLayer: flattening on both sides, sizes found from the arrays, the Varying refusal."""

import numpy as np
import pytest

from netdsl import LinearLayer, NetChain, NetShapes, PoolingLayer, SettingError, ShapeError

SAMPLES = [
    LinearLayer(3, Input=2),
    LinearLayer((3, 2), Input=(2, 5)),
    LinearLayer((), Input=4, Biases=None),
    LinearLayer(3, Input="Real"),
    LinearLayer(Output=(2, 3), Input=3),
]


def test_check_value():
    layer = LinearLayer(2, Weights=[[1, 2], [3, 4]], Biases=[10, 20])

    np.testing.assert_array_equal(layer([5, 6]), [27, 59])


def test_entries_are_taken_row_by_row():
    layer = LinearLayer((2, 1), Weights=[[1, 10, 100, 1000], [1, 0, 0, 0]], Biases=None)

    np.testing.assert_array_equal(
        layer.with_ports({"Input": (2, 2)})([[1, 2], [3, 4]]), [[4321], [1]]
    )


def test_weights_give_both_sizes():
    layer = LinearLayer(Weights=np.ones((3, 5)))

    assert layer.port("Input").dims == (5,)
    assert layer.port("Output").dims == (3,)


def test_what_the_net_says_of_the_rank_comes_first():
    net = NetChain([LinearLayer(3, Weights=np.ones((3, 6)))], Input=(2, "n"))

    assert net.port("Input").dims == (2, 3)


def test_an_output_of_the_net_fixes_the_size():
    assert NetChain([4, LinearLayer()], Output=(2, 5)).shapes.array((2,), "Weights") == (10, 4)


def test_a_length_that_varies_is_refused():
    with pytest.raises(ShapeError) as error:
        LinearLayer(3, Input=("Varying", 2))
    assert error.value.facts["array"] == "Weights"


def test_biases_must_fit():
    with pytest.raises(ShapeError) as error:
        LinearLayer(3, Biases=[1, 2])
    assert error.value.facts["array"] == "Biases"


def test_a_rank_is_not_assumed_where_what_feeds_has_more():
    net = NetChain([PoolingLayer(2, 2), LinearLayer(3, Weights=np.ones((3, 8)))])

    assert net.port("Input").dims is None
    assert NetShapes(net, Input=(1, 17))["Output"] == (3,)


def test_alike_layers_are_solved_once_and_others_are_not():
    assert LinearLayer(3, Input=2).shapes is LinearLayer(3, Input=2).shapes
    assert LinearLayer(3, Input=2).shapes is not LinearLayer(3, Input=4).shapes
    assert LinearLayer(1).shapes is not LinearLayer().shapes
    array = LinearLayer(3, Weights=np.ones((3, 2)))
    assert array.shapes is not LinearLayer(3, Weights=np.ones((3, 4))).shapes


@pytest.mark.parametrize("empty", [[], [[], []], np.zeros((0, 3))])
def test_an_array_has_entries(empty):
    with pytest.raises(SettingError) as error:
        LinearLayer(2, Weights=empty)
    assert error.value.facts["array"] == "Weights"
