"""CatenateLayer: levels from both ends, lower ranks repeated, sizes in every direction."""

import numpy as np
import pytest

from netdsl import Automatic, CatenateLayer, NetGraph, Restricted, ShapeError

SAMPLES = [
    CatenateLayer(InputPorts=[2, 3]),
    CatenateLayer(2, InputPorts=[(2, 3), (2, 5), (2, 1)]),
    CatenateLayer(InputPorts={"matrix": (2, 3), "vector": 4}),
    CatenateLayer(-2, InputPorts=[(4, 2, 3), (1, 3), (5, 3)]),
    CatenateLayer(2, InputPorts=[("Varying", 3), ("Varying", 2)]),
    CatenateLayer(InputPorts=[("Varying", 3), 2]),
    CatenateLayer(InputPorts=[(3, Restricted("Integer", 7)), (2, Restricted("Integer", 7))]),
]


def shape(*inputs, level=1, output=Automatic):
    layer = CatenateLayer(level, InputPorts=list(inputs), Output=output)
    return [layer.port(name).dims for name in (*layer.input_names, "Output")]


def test_documented_values():
    np.testing.assert_array_equal(CatenateLayer()([[1, 2], [3, 4, 5]]), [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(
        CatenateLayer(2)([[[1, 2], [3, 4]], [[5], [6]]]), [[1, 2, 5], [3, 4, 6]]
    )


def test_a_vector_is_repeated_in_each_row():
    got = CatenateLayer()([[[1, 2, 3], [4, 5, 6]], [7, 8, 9, 10]])

    np.testing.assert_array_equal(got, [[1, 2, 3, 7, 8, 9, 10], [4, 5, 6, 7, 8, 9, 10]])


def test_a_level_is_counted_in_the_lowest_rank():
    assert shape((4, 2, 3), (5, 3))[-1] == (4, 7, 3)
    assert shape((4, 2, 3), (2, 5), level=2)[-1] == (4, 2, 8)
    assert shape((4, 2, 3), (5, 3), level=-2)[-1] == (4, 7, 3)
    assert shape((2, 3), (2, 5), level=-1)[-1] == (2, 8)


def test_the_missing_input_follows():
    assert shape(3, Automatic, output=7)[1] == (4,)
    assert shape((2, 3), (Automatic, Automatic), output=(7, 3))[1] == (5, 3)
    assert shape(3, Automatic, output=(2, 7))[1] == (2, 4)
    assert str(shape(("h",), Automatic, output=("w",))[1][0]) == "-h + w"


def test_named_sizes_are_added():
    assert str(shape(("h", 3), (2, 3))[-1][0]) == "h + 2"


@pytest.mark.parametrize("inputs", [[("Varying", 3), (2, 3)], [(2, 3), ("Varying", 3)]])
def test_a_length_that_varies_is_no_level_to_join(inputs):
    with pytest.raises(ShapeError) as error:
        CatenateLayer(InputPorts=inputs)
    assert error.value.facts["setting"] == "Level"


@pytest.mark.parametrize(
    ("level", "inputs"),
    [(1, [(2, 3), (2, 4)]), (2, [3, (2, 3)]), (1, ["Real", 3]), (1, [(2, 3), (4, 5, 6)])],
)
def test_what_does_not_fit_is_refused(level, inputs):
    with pytest.raises(ShapeError):
        CatenateLayer(level, InputPorts=inputs)


@pytest.mark.parametrize(("given", "output"), [((2, 3), 5), ((2, 3, 4), (5, 6))])
def test_an_input_of_higher_rank_than_the_output(given, output):
    with pytest.raises(ShapeError) as error:
        CatenateLayer(InputPorts=[given, Automatic], Output=output)
    assert error.value.facts["got"] == f"rank {len(given)}"


def test_a_level_that_turns_out_to_vary():
    layers = {"join": CatenateLayer(InputPorts=[(Automatic,), (Automatic,)])}

    with pytest.raises(ShapeError) as error:
        NetGraph(layers, [], Output=("Varying",))
    assert (error.value.facts["setting"], error.value.facts["port"]) == ("Level", "Output")
