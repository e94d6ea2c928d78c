"""ExtractLayer: documented values, ranks in both directions, places that are not there."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    DataError,
    ExtractLayer,
    NetGraph,
    NetPort,
    NetPortGradient,
    ReshapeLayer,
    Restricted,
    ShapeError,
)

ANY = Restricted("Integer", 3)
BACK = Restricted("Integer", (-4, -1))
SAMPLES = [
    ExtractLayer(Input=3, Position=(5, 1, ANY)),
    ExtractLayer(Input=(3, 2), Position=ANY),
    ExtractLayer(Input=4, Position=(2, 3, 1, BACK)),
    ExtractLayer(Input=(3, 4), Position=(2, ANY)),
    ExtractLayer(Input=(3, 4, 2), Position=(5, 2, ANY)),
    ExtractLayer(Input=(4, 5, 2, 6), Position=(2, 3, 2, BACK)),
    ExtractLayer(Input=("Varying", 4), Position=("Varying", 1, Restricted("Integer", 2))),
]


@pytest.mark.parametrize(
    ("x", "position", "expected"),
    [
        ([10, 20, 30], [2], 20),
        ([10, 20, 30], [[1], [3]], [10, 30]),
        ([[1, 2], [3, 4]], [2, 1], 3),
        ([[1, 2], [3, 4]], [[1], [2]], [[1, 2], [3, 4]]),
        ([[1, 2], [3, 4]], [2], [3, 4]),
        ([[1, 2], [3, 4]], 2, [3, 4]),
        ([[1, 2], [3, 4]], [[-1, 1], [1, -1]], [3, 2]),
        ([10, 20, 30], [[-3], [-1]], [10, 30]),
    ],
    ids=str,
)
def test_documented_values(x, position, expected):
    np.testing.assert_array_equal(ExtractLayer()({"Input": x, "Position": position}), expected)


@pytest.mark.parametrize(
    ("ports", "wanted", "dims"),
    [
        ({"Input": (2, 3, 5), "Position": (7, 4, 2)}, "Output", (7, 4, 5)),
        ({"Input": (2, 3, 5), "Position": "Integer"}, "Output", (3, 5)),
        ({"Input": (2, 3), "Position": (7, 2)}, "Output", (7,)),
        ({"Position": (7, 2), "Output": (7, 5)}, "Input", (Automatic, Automatic, 5)),
        ({"Position": "Integer", "Output": (7, 5)}, "Input", (Automatic, 7, 5)),
        ({"Input": (2, 3), "Position": (7, Automatic), "Output": (7, 3)}, "Position", (7, 1)),
        ({"Input": 2, "Position": ("m", Automatic)}, "Output", ("m",)),
        ({"Input": ("h", "w"), "Position": ("m", 1)}, "Output", ("m", "w")),
        ({"Input": (2, 3), "Position": (7, Automatic)}, "Output", None),
        ({"Input": (2, 3)}, "Output", None),
        ({"Position": (7, 2)}, "Output", None),
    ],
    ids=str,
)
def test_sizes_go_both_ways(ports, wanted, dims):
    assert ExtractLayer(**ports).port(wanted).dims == dims


def test_each_example_has_positions_of_its_own():
    layer = ExtractLayer(Input=(2, 2), Position=(2, "Integer"))

    got = layer({"Input": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "Position": [[2, 1], [1, 2]]})

    np.testing.assert_array_equal(got, [3, 6])


def test_positions_count_in_each_sequence():
    layer = ExtractLayer(Input="Varying", Position="Integer")

    got = layer({"Input": [[1, 2, 3], [4, 5]], "Position": [-1, -1]})

    np.testing.assert_array_equal(got, [3, 5])
    with pytest.raises(DataError):
        layer({"Input": [[1, 2, 3], [4, 5]], "Position": [3, 3]})


def test_the_gradient_adds_what_is_taken_twice():
    data = {"Input": [1, 2, 3], "Position": [[1], [3], [-3]]}

    got = ExtractLayer()(
        {**data, NetPortGradient("Output"): [1, 10, 100]}, NetPortGradient("Input")
    )

    np.testing.assert_array_equal(got, [101, 0, 10])


def test_integers_are_extracted_as_they_are():
    layer = ExtractLayer(Input=(3, Restricted("Integer", 9)), Position=(2, 1, "Integer"))

    assert layer.port("Output").spec() == (2, Restricted("Integer", 9))
    assert layer({"Input": [7, 8, 9], "Position": [[3], [1]]}).dtype == np.int64


@pytest.mark.parametrize(
    ("position", "level"), [([1, 0], 2), ([3, 1], 1), ([-3, 1], 1), ([2, 4], 2)]
)
def test_a_place_that_is_not_there(position, level):
    layer = ExtractLayer(Input=(2, 3), Position=(2, "Integer"))

    with pytest.raises(DataError) as error:
        layer({"Input": np.ones((2, 3)), "Position": position})
    facts = {"port": "Position", "level": level, "got": position[level - 1]}
    assert facts.items() <= error.value.facts.items()
    layer({"Input": np.ones((2, 3)), "Position": [2, 3]})  # the next one is not held up


def test_positions_that_a_net_computes_are_looked_at_too():
    net = NetGraph(
        {"pairs": ReshapeLayer((2, 1)), "parts": ExtractLayer()},
        [(NetPort("Input"), "parts"), (NetPort("At"), "pairs", NetPort("parts", "Position"))],
        Input=3,
        At=(2, "Integer"),
    )

    np.testing.assert_array_equal(net({"Input": [5, 6, 7], "At": [2, -1]}), [6, 7])
    with pytest.raises(DataError):
        net({"Input": [5, 6, 7], "At": [2, 4]})


@pytest.mark.parametrize(
    ("ports", "port"),
    [
        ({"Input": 3, "Position": 2}, "Position"),
        ({"Input": (2, 3), "Position": (4, 3)}, "Position"),
        ({"Input": (2, 3), "Position": "Varying"}, "Position"),
        ({"Input": (2, 3), "Position": (4, 1), "Output": (4, 2)}, "Output"),
        ({"Input": (2, 3), "Position": (4, 1), "Output": 4}, "Input"),
        ({"Input": "Real"}, "Input"),
    ],
    ids=str,
)
def test_what_does_not_fit(ports, port):
    with pytest.raises(ShapeError) as error:
        ExtractLayer(**ports)
    assert error.value.facts["port"] == port


@pytest.mark.parametrize("position", [1.5, "x", None])
def test_what_is_no_position(position):
    with pytest.raises(DataError):
        ExtractLayer(Input=3)({"Input": [1, 2, 3], "Position": position})
