"""AppendLayer: documented values, sizes in both directions, lengths that vary, integers."""

import numpy as np
import pytest

from netdsl import AppendLayer, Automatic, NetGraph, NetPort, Restricted, ShapeError

SAMPLES = [
    AppendLayer(Input=3),
    AppendLayer(Input=(4, 2)),
    AppendLayer(Input=("Varying", 3, 2)),
    AppendLayer(Input=(4, Restricted("Integer", 7))),
]


def test_documented_values():
    np.testing.assert_array_equal(AppendLayer()({"Input": [1, 2, 3], "Element": 4}), [1, 2, 3, 4])


def test_a_vector_goes_behind_those_of_each_sequence():
    layer = AppendLayer(Input=("Varying", 2))
    batch = {"Input": [[[1, 2]], [[3, 4], [5, 6]]], "Element": [[7, 8], [9, 0]]}

    first, second = layer(batch)

    np.testing.assert_array_equal(first, [[1, 2], [7, 8]])
    np.testing.assert_array_equal(second, [[3, 4], [5, 6], [9, 0]])


def test_sizes_follow_from_any_port():
    layer = AppendLayer(Output=(5, "h"))

    assert layer.port("Input").dims == (4, "h")
    assert AppendLayer(Element=(2, 3)).port("Output").dims == (Automatic, 2, 3)
    assert str(AppendLayer(Input="n").port("Output").dims[0]) == "n + 1"


def test_a_length_that_varies_grows_by_one():
    both = NetGraph(
        {"once": AppendLayer(), "twice": AppendLayer()},
        [(NetPort("Input"), "once", "twice"), (NetPort("E"), NetPort("once", "Element")),
         (NetPort("E"), NetPort("twice", "Element"))],
        Input="Varying",
    )  # fmt: skip

    got = both({"Input": [[1], [2, 3, 4]], "E": [8, 9]})

    assert [list(row) for row in got] == [[1, 8, 8], [2, 3, 4, 9, 9]]


def test_integers_stay_integers():
    layer = AppendLayer(Input=(2, Restricted("Integer", 5)))

    assert layer.port("Output").spec() == (3, Restricted("Integer", 5))
    assert layer.port("Element").spec() == Restricted("Integer", 5)
    assert layer({"Input": [1, 5], "Element": 3}).dtype == np.int64


@pytest.mark.parametrize(
    ("ports", "port"),
    [
        ({"Input": (3, 2), "Element": 3}, "Element"),
        ({"Input": "Real"}, "Input"),
        ({"Output": 1}, "Output"),
        ({"Input": 3, "Element": 2}, "Element"),
    ],
    ids=str,
)
def test_what_does_not_fit(ports, port):
    with pytest.raises(ShapeError) as error:
        AppendLayer(**ports)
    assert error.value.facts["port"] == port
