"""PartLayer: documented values, every kind of span against Python's, sizes in both directions."""

import numpy as np
import pytest

from netdsl import (
    All,
    Automatic,
    Information,
    NetChain,
    NetPortGradient,
    NetShapes,
    PartLayer,
    Ramp,
    Restricted,
    SettingError,
    ShapeError,
    Span,
)

SAMPLES = [
    PartLayer(2, Input=(3, 4)),
    PartLayer(-2, Input=(3, 4)),
    PartLayer(-1, Input=("Varying", 4)),
    PartLayer(Span(2, 3), Input=(5, 2)),
    PartLayer(Span(2, -2), Input=7),
    PartLayer(Span(-5, -1, 2), Input=7),
    PartLayer(Span(-4, 5), Input=7),
    PartLayer(Span(2, All, 3), Input=("Varying", 2)),
    PartLayer((All, -1, Span(2, All)), Input=(2, 3, 5, 4)),
    PartLayer((Span(1, -1), 2), Input=("Varying", 3)),
    PartLayer([[3, -1, 1, 1]], Input=(5, 2)),
    PartLayer((2, [4, 2, 5], range(3, 0, -1)), Input=(2, 5, 3)),
    PartLayer([[-1, -3]], Input=("Varying", 2)),
    PartLayer((3, Span(1, All, 2)), Input=(4, 5, Restricted("Integer", 7))),
]


def test_documented_values():
    rows = [[1, 2], [3, 4], [5, 6]]
    np.testing.assert_array_equal(PartLayer(Span(1, 2))(rows), [[1, 2], [3, 4]])
    assert PartLayer(-2)([1, 2, 3, 4, 5, 6]) == 5
    for tail in (Span(2), Span(2, All)):
        np.testing.assert_array_equal(PartLayer(tail)([-1, -2, -3, -4, -5]), [-2, -3, -4, -5])
    batch = [[1, 2, 3], [0.1, 0.2, 0.3]]
    np.testing.assert_array_equal(PartLayer(2, Input=3)(batch), np.float32([2, 0.2]))
    columns = PartLayer([All, 1], Input=(2, 3))([[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(columns, [1, 4])
    odd = PartLayer(Span(1, All, 2), Input=(Automatic,))(np.arange(1, 11))
    np.testing.assert_array_equal(odd, [1, 3, 5, 7, 9])


ENDS = [*range(-7, 0), *range(1, 8)]


def test_every_span_of_a_vector():
    """Also which spans are refused: those beyond the size and the empty ones."""
    x = np.arange(1.0, 6.0)

    for first in ENDS:
        for last in (*ENDS, All):
            for step in (1, 2, 3):
                end = -1 if last is All else last
                start, stop = (p - 1 if p > 0 else 5 + p for p in (first, end))
                if 0 <= start <= stop < 5:
                    layer = PartLayer(Span(first, last, step), Input=5)
                    np.testing.assert_array_equal(layer(x), x[start : stop + 1 : step])
                else:
                    with pytest.raises((ShapeError, SettingError)):
                        PartLayer(Span(first, last, step), Input=5)


@pytest.mark.parametrize("places", [[3], [3, 1, 1], [-1, 1, -2, 2], [5, 4, 3, 2, 1], [1, 3, 5, 5]])
def test_listed_positions(places):
    x = np.arange(10.0).reshape(5, 2)
    layer = PartLayer([places], Input=(5, 2))
    taken = [place - 1 if place > 0 else place for place in places]

    np.testing.assert_array_equal(layer(x), x[taken])
    weights = np.arange(1.0, 1 + 2 * len(places)).reshape(-1, 2)
    got = layer({"Input": x, NetPortGradient("Output"): weights}, NetPortGradient("Input"))
    expected = np.zeros((5, 2))
    np.add.at(expected, taken, weights)
    np.testing.assert_array_equal(got, expected)


def test_lists_at_two_levels_are_taken_one_after_the_other():
    got = PartLayer([[2, 1], [1, 3]])([[1, 2, 3], [4, 5, 6]])

    np.testing.assert_array_equal(got, [[4, 6], [1, 3]])


def test_listed_positions_of_infinite_numbers():
    np.testing.assert_array_equal(PartLayer([[3, 1]])([1, np.inf, 2]), [2, 1])


def test_equally_spaced_positions_are_told_as_a_range():
    layer = PartLayer([[4, 3, 2, 1]], Input=4)

    assert repr(layer) == "PartLayer(range(4, 0, -1), Input=4)"
    assert layer == PartLayer([range(4, 0, -1)], Input=4)
    assert str(Information(layer, "Formula")) == "Output[i] = Input[3 - i]"
    assert NetShapes(PartLayer([[3, -2]], Input="n")).facts == ("n >= 3",)
    assert PartLayer([[3, -2]], Input="n").port("Output").dims == (2,)


def test_sizes_go_both_ways():
    tail = PartLayer((Span(2, All), -1), Input=("h", "w", 2))

    assert str(tail.port("Output").dims[0]) == "h - 1"
    assert NetShapes(tail).facts == ("h >= 2",)
    assert PartLayer((Span(2, All), -1), Output=(4, "c")).port("Input").dims == (5, Automatic, "c")
    assert str(PartLayer(Span(2, -2, 3), Input="n").port("Output").dims[0]) == "floor(n/3)"
    assert PartLayer(Span(2, 4)).port("Output").dims is None
    assert PartLayer((Span(2, 4), 1), Output=(Automatic, 5)).port("Output").dims == (3, 5)
    assert NetShapes(PartLayer(Span(-3, 2), Input="n")).facts == ("3 <= n <= 4",)


def test_in_a_chain_the_rank_comes_from_behind():
    net = NetChain([PartLayer((1, All, 2)), Ramp], Output=(3, 4))

    assert net.port("Input").dims == (Automatic, 3, Automatic, 4)


@pytest.mark.parametrize("spec", [-1, 1, Span(2, All), Span(-2, -1), Span(1, -2), (All, 1)])
def test_positions_are_those_of_each_example(spec):
    layer = PartLayer(spec, Input=("Varying", 2))
    examples = [np.arange(2.0 * n).reshape(n, 2) for n in (4, 2, 3)]

    for got, x in zip(layer(examples), examples, strict=True):
        np.testing.assert_array_equal(got, PartLayer(spec)(x))


@pytest.mark.parametrize("spec", [2, -2, Span(1, 2), Span(2, -1), Span(-2, -1), Span(1, 2, 2)])
def test_an_example_that_is_too_short_is_never_filled_up(spec):
    with pytest.raises(ShapeError):
        PartLayer(spec, Input="Varying")([[1, 2, 3], [4]])


def test_the_last_of_each_sequence_is_taken_together(monkeypatch):
    monkeypatch.setattr("netdsl.engine.run._Running.group", None)

    got = PartLayer((-1, 2), Input=("Varying", 2))([[[1, 2]], [[3, 4], [5, 6]]])

    np.testing.assert_array_equal(got, [2, 6])


def test_the_gradient_goes_to_the_parts():
    got = PartLayer((Span(1, All, 2), 2))([[1, 2], [3, 4], [5, 6]], NetPortGradient("Input"))

    np.testing.assert_array_equal(got, [[0, 1], [0, 0], [0, 1]])


def test_integers_stay_integers():
    layer = PartLayer(Span(1, All, 2), Input=(4, Restricted("Integer", 9)))

    assert layer.port("Output").spec() == (2, Restricted("Integer", 9))
    assert layer([1, 9, 3, 4]).dtype == np.int64


@pytest.mark.parametrize(
    ("spec", "dims", "facts"),
    [
        (4, 3, {"port": "Input", "expected": "at least 4", "got": 3}),
        (-4, 3, {"port": "Input", "expected": "at least 4", "got": 3}),
        (Span(2, -2), 2, {"port": "Input", "expected": "at least 3", "got": 2}),
        (Span(-2, 1), 3, {"port": "Input"}),
        ((1, 2), 2, {"setting": "Part", "expected": "at most 1", "got": 2}),
        (1, "Real", {"setting": "Part", "got": 1}),
    ],
    ids=str,
)
def test_what_is_not_there(spec, dims, facts):
    with pytest.raises(ShapeError) as error:
        PartLayer(spec, Input=dims)
    assert facts.items() <= error.value.facts.items()


def test_a_size_that_a_span_cannot_have():
    with pytest.raises(ShapeError) as error:
        PartLayer(Span(2, 3), Output=4)
    assert (error.value.facts["expected"], error.value.facts["got"]) == (2, 4)


@pytest.mark.parametrize(
    "spec",
    [
        0,
        "x",
        None,
        True,
        1.5,
        Span(0, 2),
        Span(1, 0),
        Span(3, 2),
        Span(-1, -2),
        [1, "a"],
        [[]],
        [[0]],
        [[[1]]],
    ],
    ids=str,
)
def test_what_is_no_part(spec):
    with pytest.raises(SettingError) as error:
        PartLayer(spec)
    assert error.value.facts["setting"] == "Part"
