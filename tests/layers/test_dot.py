"""DotLayer: products of any number of arrays, transposed or not."""

import numpy as np
import pytest

from netdsl import Automatic, DotLayer, NetGraph, NetPort, NetPortGradient, SettingError, ShapeError

SAMPLES = [
    DotLayer(InputPorts=[3, 3]),
    DotLayer(InputPorts=[(2, 3), 3]),
    DotLayer(InputPorts=[(2, 5, 3), (3, 4)]),
    DotLayer(InputPorts=[(2, 3), (3, 5), (5, 4)]),
    DotLayer([{1: 2}, None], InputPorts=[(3, 2), (3, 5)]),
    DotLayer([None, (2, 3, 1)], InputPorts=[(2, 3), (4, 5, 3)]),
    DotLayer([[(1, 2), (2, 3)], None], InputPorts={"a": (2, 3, 4), "b": (2, 5)}),
    DotLayer(InputPorts=[("Varying", 3), (3, 5)]),
    DotLayer(InputPorts=[(3, "Varying"), ("Varying", 5)]),
]
RANDOM = np.random.default_rng(6)


@pytest.mark.parametrize(
    ("a", "b"), [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 4, 3), (3, 5, 2))], ids=str
)
def test_it_is_the_contraction_of_neighbours(a, b):
    x, y = RANDOM.normal(size=a), RANDOM.normal(size=b)
    layer = DotLayer(InputPorts=[a, b])

    got = layer([x, y])

    np.testing.assert_allclose(got, np.tensordot(x, y, 1), rtol=1e-5)
    assert layer.port("Output").dims == (*a[:-1], *b[1:])


def test_three_matrices():
    a, b, c = RANDOM.normal(size=(3, 2, 2))

    np.testing.assert_allclose(DotLayer()([a, b, c]), a @ b @ c, rtol=1e-5)


def test_transposed_before():
    a, b = RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(5, 4, 3))

    np.testing.assert_allclose(DotLayer([{1: 2}, None])([a, a]), a.T @ a, rtol=1e-5)
    # Level 1 becomes 2, 2 becomes 3, 3 becomes 1, as TransposeLayer has it.
    got = DotLayer([{1: 2}, (2, 3, 1)])([a, b])
    np.testing.assert_allclose(got, np.tensordot(a.T, np.transpose(b, (2, 0, 1)), 1), rtol=1e-5)


def test_a_vector_between_matrices_is_multiplied_from_the_left():
    a, v = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=3)
    w = RANDOM.normal(size=4)

    assert DotLayer()([a, v, w]) == pytest.approx(w @ (a @ v), rel=1e-5)
    with pytest.raises(ShapeError) as error:
        DotLayer()([v, v, v])
    assert error.value.facts["port"] == "Input3"


@pytest.mark.parametrize(
    ("ports", "output", "found"),
    [
        ([(2, 3), Automatic], (2, 5), (3, 5)),
        ([(2, 3), Automatic], (2,), (3,)),
        ([(2, 3, 4), Automatic], (2, 3, 5, 6), (4, 5, 6)),
        ([(2, 3), (Automatic, "k")], Automatic, (3, "k")),
    ],
    ids=str,
)
def test_sizes_go_backwards(ports, output, found):
    assert DotLayer(InputPorts=ports, Output=output).port("Input2").dims == found
    turned = [None if dims is Automatic else dims[::-1] for dims in (*ports[::-1], output)]
    first, second, out = (Automatic if dims is None else dims for dims in turned)
    layer = DotLayer(InputPorts=[first, second], Output=out)
    assert layer.port("Input1").dims == found[::-1]


def test_sequences_of_several_lengths():
    rows = DotLayer(InputPorts=[("Varying", 3), (3, 2)])
    summed = DotLayer(InputPorts=[(2, "Varying"), ("Varying", 3)])
    x = [RANDOM.normal(size=(n, 3)) for n in (4, 2)]
    y = RANDOM.normal(size=(2, 3, 2))
    left = [RANDOM.normal(size=(2, n)) for n in (4, 2)]

    for got, a, b in zip(rows({"Input1": x, "Input2": y}), x, y, strict=True):
        np.testing.assert_allclose(got, a @ b, rtol=1e-5)
    for got, a, b in zip(summed({"Input1": left, "Input2": x}), left, x, strict=True):
        np.testing.assert_allclose(got, a @ b, rtol=1e-5)


def test_in_a_graph():
    net = NetGraph([DotLayer()], [([NetPort("A"), NetPort("B"), NetPort("C")], 1)], A=(2, 3), C=4)

    assert net.port("B").rank is None
    assert net.port("Output").rank is None
    square = NetGraph([DotLayer()], [([NetPort("Input"), NetPort("Input")], 1)], Input=2)
    np.testing.assert_array_equal(square([3, 4], NetPortGradient("Input")), [6, 8])


def test_sizes_that_differ():
    with pytest.raises(ShapeError) as error:
        DotLayer(InputPorts=[(2, 3), (4, 5)])
    assert {error.value.facts["expected"], error.value.facts["got"]} == {3, 4}
    with pytest.raises(ShapeError):
        DotLayer(InputPorts=[(), 3])


@pytest.mark.parametrize("wrong", [{1: 2}, [None], 2, [None, 3], [(1, 3), None], "a"], ids=str)
def test_what_is_no_list_of_transpositions(wrong):
    with pytest.raises(SettingError) as error:
        DotLayer(wrong)
    assert error.value.facts["setting"] == "Transpositions"


def test_the_number_of_inputs():
    assert DotLayer([None, {1: 2}]).input_names == ("Input1", "Input2")
    with pytest.raises(SettingError) as error:
        DotLayer([None, {1: 2}], InputPorts=3)
    assert error.value.facts["setting"] == "InputPorts"
    with pytest.raises(SettingError):
        DotLayer(InputPorts=1)
