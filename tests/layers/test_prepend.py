"""PrependLayer: documented values, sizes in both directions, lengths that vary, integers."""

import numpy as np
import pytest

from netdsl import Automatic, NetPortGradient, PrependLayer, Restricted, ShapeError

SAMPLES = [
    PrependLayer(Input=3),
    PrependLayer(Input=(4, 2)),
    PrependLayer(Input=("Varying", 3, 2)),
    PrependLayer(Input=(4, Restricted("Integer", 7))),
]


def test_documented_values():
    np.testing.assert_array_equal(PrependLayer()({"Input": [1, 2, 3], "Element": 4}), [4, 1, 2, 3])


def test_a_vector_goes_before_those_of_each_sequence():
    layer = PrependLayer(Input=("Varying", 2))
    batch = {"Input": [[[1, 2]], [[3, 4], [5, 6]]], "Element": [[7, 8], [9, 0]]}

    first, second = layer(batch)

    np.testing.assert_array_equal(first, [[7, 8], [1, 2]])
    np.testing.assert_array_equal(second, [[9, 0], [3, 4], [5, 6]])


def test_sizes_follow_from_any_port():
    layer = PrependLayer(Input=(Automatic, 3), Output=(5, Automatic))

    assert (layer.port("Input").dims, layer.port("Element").dims) == ((4, 3), (3,))
    assert PrependLayer(Element="h").port("Output").dims == (Automatic, "h")
    assert str(PrependLayer(Input="n").port("Output").dims[0]) == "n + 1"


def test_integers_stay_integers():
    layer = PrependLayer(Input=(2, "Integer"), Element=Restricted("Integer", 5))

    assert layer.port("Output").element == "Integer"
    assert layer({"Input": [1, 5], "Element": 3}).dtype == np.int64


def test_the_gradient_is_that_of_the_first_entry():
    data = {"Input": [1, 2], "Element": 3, NetPortGradient("Output"): [10, 20, 30]}

    assert PrependLayer(Input=2)(data, NetPortGradient("Element")) == 10


@pytest.mark.parametrize("ports", [{"Input": (3, 2), "Element": 3}, {"Input": "Real"}], ids=str)
def test_what_does_not_fit(ports):
    with pytest.raises(ShapeError):
        PrependLayer(**ports)
