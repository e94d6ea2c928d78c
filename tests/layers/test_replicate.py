"""ReplicateLayer: documented values, positions from both ends, open numbers of copies."""

import numpy as np
import pytest

from netdsl import (
    Automatic,
    NetChain,
    NetPortGradient,
    Ramp,
    ReplicateLayer,
    Restricted,
    SettingError,
    ShapeError,
)

SAMPLES = [
    ReplicateLayer(3, Input="Real"),
    ReplicateLayer((3, 4), Input=2),
    ReplicateLayer(3, 2, Input=(4, 2)),
    ReplicateLayer((3, 5), -2, Input=(4, 2)),
    ReplicateLayer(3, -1, Input=("Varying", 2)),
    ReplicateLayer(3, Input="Varying"),
    ReplicateLayer(2, Input=(4, Restricted("Integer", 7))),
]


def test_documented_values():
    np.testing.assert_array_equal(ReplicateLayer(3)([1, 2]), [[1, 2], [1, 2], [1, 2]])
    np.testing.assert_array_equal(ReplicateLayer(3, 2)([1, 2]), [[1, 1, 1], [2, 2, 2]])
    np.testing.assert_array_equal(ReplicateLayer(3)(7), [7, 7, 7])
    assert ReplicateLayer([3, 4], Input=2).port("Output").dims == (3, 4, 2)


@pytest.mark.parametrize(
    ("position", "dims"),
    [
        (1, (7, 8, 2, 3)), (2, (2, 7, 8, 3)), (3, (2, 3, 7, 8)),
        (-1, (2, 3, 7, 8)), (-2, (2, 7, 8, 3)), (-3, (7, 8, 2, 3)),
    ],
)  # fmt: skip
def test_positions_and_the_way_back(position, dims):
    layer = ReplicateLayer((7, 8), position, Input=(2, 3))
    x = np.arange(6.0).reshape(2, 3)
    start = dims.index(7)

    assert layer.port("Output").dims == dims
    assert ReplicateLayer((7, 8), position, Output=dims).port("Input").dims == (2, 3)
    expected = np.broadcast_to(np.expand_dims(x, (start, start + 1)), dims)
    np.testing.assert_array_equal(layer(x), expected)


def test_the_number_of_copies_may_come_from_around():
    net = NetChain([ReplicateLayer(Automatic), Ramp], Input=3, Output=(5, Automatic))

    assert net.port("Output").dims == (5, 3)
    assert net([1, 2, -3]).shape == (5, 3)
    assert ReplicateLayer("n", Input=("h",)).port("Output").dims == ("n", "h")
    assert ReplicateLayer(3).port("Output").dims is None


def test_the_gradient_is_summed_over_the_copies():
    got = ReplicateLayer(3, 2)([1, 2], NetPortGradient("Input"))

    np.testing.assert_array_equal(got, [3, 3])


@pytest.mark.parametrize("position", [4, -4])
def test_a_position_beyond_the_rank(position):
    with pytest.raises(ShapeError) as error:
        ReplicateLayer(3, position, Input=(2, 3))
    assert error.value.facts["port"] == "Input"
    assert error.value.facts["got"] == "rank 2"


def test_other_numbers_of_copies():
    with pytest.raises(ShapeError) as error:
        ReplicateLayer((3, 4), Output=(3, 5, 2))
    assert (error.value.facts["expected"], error.value.facts["got"]) == (4, 5)


@pytest.mark.parametrize("copies", [0, -1, 1.5, True, None, "Varying", (2, "Real"), "Integer"])
def test_what_is_no_number_of_copies(copies):
    with pytest.raises(SettingError) as error:
        ReplicateLayer(copies)
    assert error.value.facts["setting"] == "Dimensions"


@pytest.mark.parametrize("position", [0, 1.5, True, "x", None])
def test_what_is_no_position(position):
    with pytest.raises(SettingError) as error:
        ReplicateLayer(3, position)
    assert error.value.facts["setting"] == "Position"
