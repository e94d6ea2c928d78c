"""ReshapeLayer: every word in the list, sizes found backwards, what does not fit."""

import numpy as np
import pytest

from netdsl import (
    All,
    Automatic,
    Information,
    Inherited,
    NetChain,
    NetGraph,
    NetPort,
    NetPortGradient,
    NetShapes,
    Ramp,
    ReshapeLayer,
    SettingError,
    ShapeError,
)

SAMPLES = [
    ReshapeLayer((2, 3), Input=6),
    ReshapeLayer((4, Automatic, 2), Input=(5, 2, 4)),
    ReshapeLayer((Inherited, 2, Automatic, 5), Input=("Varying", 6, 5)),
    ReshapeLayer((3, 2, All, 1), Input=(2, 3, 5, 4)),
    ReshapeLayer((), Input=(1, 1)),
    ReshapeLayer("ReferenceShape", Input=(4, 3), ReferenceShape=(2, 6)),
]


@pytest.mark.parametrize(
    ("given", "wanted", "dims"),
    [
        (6, (2, 3), (2, 3)),
        ((1, 3, 1, 2), (2, 3), (2, 3)),
        (1, (), ()),
        ((), (1,), (1,)),
        ((2, 3), 6, (6,)),
        ((2, 3, 4, 5), (Inherited, Automatic, 5), (2, 12, 5)),
        ((2, 3, 4, 5), (3, 2, All), (3, 2, 4, 5)),
        ((2, 3), (All, 1), (2, 3, 1)),
        ((2, 3), (Inherited, All), (2, 3)),
    ],
    ids=str,
)
def test_entries_stay_in_order(given, wanted, dims):
    layer = ReshapeLayer(wanted, Input=given)
    x = np.arange(np.prod(given, dtype=int), dtype=float).reshape(given)

    assert layer.port("Output").dims == dims
    np.testing.assert_array_equal(layer(x), x.reshape(dims))


def test_the_formula_is_exact():
    formula = Information(ReshapeLayer((5, 3, Automatic), Input=(2, 3, 5)), "Formula")
    indices = formula.output.indices

    for position, spot in enumerate(np.ndindex(5, 3, 2)):
        entry = formula.entry.subs(dict(zip(indices, spot, strict=True)))
        assert entry.indices == np.unravel_index(position, (2, 3, 5))
    kept = Information(ReshapeLayer((Inherited, 3, Automatic, 5), Input=("h", 12, 5)), "Formula")
    assert str(kept) == "Output[i, j, k, l] = Input[i, 4*j + k, l]"
    ones = Information(ReshapeLayer((3, 3), Input=(3, 3, 1)), "Formula")
    assert str(ones) == "Output[i, j] = Input[i, j, 0]"
    assert str(Information(ReshapeLayer((1, 1), Input=1), "Formula")) == "Output[i, j] = Input[i]"


@pytest.mark.parametrize(
    ("wanted", "given", "output", "found"),
    [
        ((2, 3), (Automatic, 2), Automatic, (3, 2)),
        ((2, Automatic), (Automatic, 3), (Automatic, 12), (8, 3)),
        ((Inherited, 6), (Automatic, Automatic, 3), (5, Automatic), (5, 2, 3)),
        ((Inherited, 6), (Automatic, 2, Automatic), Automatic, (Automatic, 2, 3)),
        ((All, 1), Automatic, (2, 5, 1), (2, 5)),
        ((4, Automatic), Automatic, Automatic, None),
    ],
    ids=str,
)
def test_sizes_go_backwards(wanted, given, output, found):
    assert ReshapeLayer(wanted, Input=given, Output=output).port("Input").dims == found


def test_sizes_with_names():
    n_by_2 = ReshapeLayer((Automatic, 2), Input=("n", 6))
    named = ReshapeLayer(("h", 3), Input=12)

    assert str(n_by_2.port("Output").dims[0]) == "3*n"
    assert named.port("Output").dims == (4, 3)
    assert NetShapes(named).facts == ("h = 4",)
    assert ReshapeLayer(("h", 2, 3), Input=("h", Automatic)).port("Input").dims == ("h", 6)
    assert NetShapes(ReshapeLayer((6, All)), Input=("h", "w")).facts == ("h = 6",)


def test_lengths_that_vary():
    layer = ReshapeLayer((Inherited, 2, Automatic), Input=("Varying", 6))
    flat = ReshapeLayer((Automatic,), Input=("Varying", 2))
    examples = [np.arange(18.0).reshape(3, 6), np.arange(6.0).reshape(1, 6)]

    assert layer.port("Output").dims == ("Varying", 2, 3)
    for got, x in zip(layer(examples), examples, strict=True):
        np.testing.assert_array_equal(got, x.reshape(-1, 2, 3))
    assert [len(y) for y in flat([[[1, 2]], [[1, 2], [3, 4]]])] == [2, 4]
    with pytest.raises(ShapeError) as error:
        ReshapeLayer((2, 3), Input=("Varying", 2))
    assert error.value.facts["port"] == "Input"


def test_the_dimensions_of_a_reference():
    layer = ReshapeLayer("ReferenceShape")
    net = NetGraph(
        {"act": Ramp, "shaped": layer},
        [(["act", NetPort("Like")], "shaped")],
        Input=6,
        Like=(Automatic, 3),
    )
    data = {"Input": np.arange(6.0), "Like": np.ones((2, 3))}

    assert layer.input_names == ("Input", "ReferenceShape")
    assert ReshapeLayer((2, 3)).input_names == ("Input",)
    assert net.port("Like").dims == net.port("Output").dims == (2, 3)
    np.testing.assert_array_equal(net(data), data["Input"].reshape(2, 3))
    np.testing.assert_array_equal(net(data, NetPortGradient("Like")), np.zeros((2, 3)))
    with pytest.raises(SettingError) as error:
        ReshapeLayer((2, 3), ReferenceShape=(2, 3))
    assert error.value.facts["port"] == "ReferenceShape"


@pytest.mark.parametrize(
    ("wanted", "given", "facts"),
    [
        ((2, 3), 7, {"port": "Input", "expected": 6, "got": 7}),
        ((2, Automatic), 7, {"port": "Input", "got": 7}),
        ((2, 3), (Automatic, 4), {}),
        ((), 2, {"expected": 1, "got": 2}),
        ((3, All), (2, 3, 4), {"port": "Input", "expected": 3, "got": 2}),
        ((2, 2, All), 4, {"port": "Input"}),
        ((Inherited, Inherited, 1), 3, {"setting": "Dimensions"}),
    ],
    ids=str,
)
def test_another_number_of_entries(wanted, given, facts):
    with pytest.raises(ShapeError) as error:
        ReshapeLayer(wanted, Input=given)
    assert facts.items() <= error.value.facts.items()


def test_both_sides_are_named():
    with pytest.raises(ShapeError) as error:
        ReshapeLayer((2, Automatic), Input=7)
    assert error.value.facts["because"] == (
        "Input is given as 7",
        "Dimensions is given as (2, Automatic)",
    )
    with pytest.raises(ShapeError):
        ReshapeLayer("ReferenceShape", Input="Real", ReferenceShape=2)


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [
        ((Automatic, Automatic), None),
        ((Automatic, All), None),
        ((All, Inherited), None),
        ("ReferenceShap", "ReferenceShape"),
        (("inherited", 2), "Inherited"),
        ((2, "all"), "All"),
        (Automatic, None),
        (None, None),
        (True, None),
        ((2, 0), None),
        ((2.5,), None),
        ((2, "Real"), None),
        ({1: 2}, None),
    ],
    ids=str,
)
def test_what_is_no_list_of_sizes(wanted, nearest):
    with pytest.raises(SettingError) as error:
        ReshapeLayer(wanted)
    assert error.value.facts["setting"] == "Dimensions"
    assert error.value.facts.get("nearest") == nearest


def test_in_a_chain_the_rank_comes_from_either_side():
    net = NetChain([Ramp, ReshapeLayer((3, All, 1)), Ramp], Output=(3, 5, 1))

    assert net.port("Input").dims == (3, 5)
