"""AggregationLayer: every function, every way to name levels, sequences, what has no slope."""

import numpy as np
import pytest

from netdsl import (
    AggregationLayer,
    All,
    Automatic,
    Information,
    InterquartileRange,
    Max,
    Mean,
    MeanDeviation,
    Median,
    Min,
    NetPortGradient,
    SettingError,
    ShapeError,
    Span,
    StandardDeviation,
    Tanh,
    Times,
    Total,
    Variance,
)

SAMPLES = [
    AggregationLayer(Mean, Input=(3, 5)),
    AggregationLayer("Total", All, Input=(2, 3)),
    AggregationLayer(Max, 1, Input=(4, 3)),
    AggregationLayer(Min, (1, -1), Input=(3, 2, 5)),
    AggregationLayer(Times, Span(2, 3), Input=(2, 3, 5, 2)),
    AggregationLayer(Median, Input=(2, 4)),
    AggregationLayer(Median, (1, 3), Input=(3, 2, 3)),
    AggregationLayer(Variance, -2, Input=(2, 5, 3)),
    AggregationLayer(StandardDeviation, Span(-2), Input=(3, 4)),
    AggregationLayer(MeanDeviation, Input=("n", 3)),
    AggregationLayer(InterquartileRange, Input=(2, 7)),
    AggregationLayer(InterquartileRange, 1, Input=(2, 3)),
    AggregationLayer(Mean, 1, Input=("Varying", 3)),
    AggregationLayer(Variance, All, Input=("Varying", 2)),
]
ROWS = [[1, 2, 3, 4], [5, 6, 7, 9]]


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (Mean, [2.5, 6.75]),
        (Min, [1, 5]),
        (Max, [4, 9]),
        (Total, [10, 27]),
        (Times, [24, 1890]),
        (Median, [2.5, 6.5]),
        (Variance, [1.66667, 2.91667]),
        (StandardDeviation, [1.29099, 1.70783]),
        (MeanDeviation, [1, 1.25]),
        (InterquartileRange, [2, 2.5]),
    ],
    ids=repr,
)
def test_check_values(function, found):
    np.testing.assert_allclose(AggregationLayer(function)(ROWS), found, rtol=1e-5)
    assert AggregationLayer(function) == AggregationLayer(function.name)


@pytest.mark.parametrize(
    ("levels", "axes"),
    [
        (1, (0,)),
        (-1, (3,)),
        ([1, 3, 4], (0, 2, 3)),
        ((4, 1), (0, 3)),
        (Span(2, All), (1, 2, 3)),
        (Span(1, 3), (0, 1, 2)),
        (Span(1, All, 2), (0, 2)),
        (Span(-3, -2), (1, 2)),
        (Span(2, -2), (1, 2)),
        (All, (0, 1, 2, 3)),
        ("All", (0, 1, 2, 3)),
    ],
    ids=str,
)
@pytest.mark.parametrize("function", [Total, Max, Median, Times], ids=repr)
def test_levels(levels, axes, function):
    x = np.random.default_rng(3).uniform(0.5, 1.5, (2, 3, 5, 4))
    expected = {"Total": np.sum, "Max": np.max, "Median": np.median, "Times": np.prod}

    got = AggregationLayer(function, levels)(x)

    np.testing.assert_allclose(got, expected[function.name](x, axis=axes), rtol=1e-5)


@pytest.mark.parametrize("count", range(1, 10))
def test_quartiles_of_few_entries(count):
    x = np.random.default_rng(count).normal(size=(2, count))

    def quartile(row, q):
        place = min(max(0.5 + count * q, 1), count)
        return np.interp(place, np.arange(1, count + 1), np.sort(row))

    got = AggregationLayer(InterquartileRange)(x)

    np.testing.assert_allclose(
        got, [quartile(row, 0.75) - quartile(row, 0.25) for row in x], rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("levels", [1, 2, All, (1, 3)], ids=str)
@pytest.mark.parametrize(
    "function",
    [Mean, Min, Max, Total, Times, Median, Variance, StandardDeviation, InterquartileRange],
    ids=repr,
)
def test_sequences_have_the_entries_that_are_there(function, levels):
    layer = AggregationLayer(function, levels, Input=("Varying", 3, 2))
    random = np.random.default_rng(1)
    examples = [random.normal(size=(length, 3, 2)) for length in (5, 2, 3)]

    for got, x in zip(layer(examples), examples, strict=True):
        np.testing.assert_allclose(got, layer(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"Levels": (1, -1), "Output": 5}, (Automatic, 5, Automatic)),
        ({"Levels": Span(2, 3), "Output": (5, "h")}, (5, Automatic, Automatic, "h")),
        ({"Levels": 2, "Input": (Automatic, 3, 4), "Output": (2, Automatic)}, (2, 3, 4)),
        ({"Output": 7}, None),
    ],
    ids=str,
)
def test_sizes_go_backwards(settings, found):
    assert AggregationLayer(Mean, **settings).port("Input").dims == found


def test_the_rank_of_the_output_may_be_known_before_the_input():
    assert AggregationLayer(Mean).port("Output").dims == (Automatic,)
    assert AggregationLayer(Mean, All).port("Output").dims == ()


def test_the_gradient_of_a_product_holds_at_zeros():
    got = AggregationLayer(Times)([[0, 2, 3], [0, 0, 1]], NetPortGradient("Input"))

    np.testing.assert_array_equal(got, [[6, 0, 0], [0, 0, 0]])


def test_a_deviation_of_0_has_a_gradient_of_0():
    layer = AggregationLayer(StandardDeviation)

    np.testing.assert_array_equal(layer([[2, 2, 2]]), [0])
    np.testing.assert_array_equal(layer([[2, 2, 2]], NetPortGradient("Input")), [[0, 0, 0]])


def test_the_gradient_goes_to_the_entries_in_the_middle():
    got = AggregationLayer(Median)([[5, 1, 3, 9], [2, 2, 8, 2]], NetPortGradient("Input"))

    np.testing.assert_array_equal(got, [[0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5]])


def test_equal_entries_have_ranks_of_their_own_in_the_formula():
    formula = Information(AggregationLayer(Median, 1, Input=3), "Formula")

    first, rank = str(formula).splitlines()
    assert first == "Output = Sum(Input[i]*Max(0, 1 - Abs(r[i] - 1)), (i, 0, 2))"
    smaller, earlier = "Input[i] > Input[j]", "((i > j) & Eq(Input[i], Input[j]))"
    condition = f"({smaller}) | {earlier}"
    assert rank == f"    r[i] = Sum(Piecewise((1, {condition}), (0, True)), (j, 0, 2))"


@pytest.mark.parametrize(
    ("settings", "got"),
    [
        ({"Input": 3}, 2),
        ({"Levels": 3, "Input": (2, 2)}, 3),
        ({"Levels": (1, -2), "Input": (2, 2)}, (1, -2)),
        ({"Levels": Span(-1, 1), "Input": (2, 3)}, Span(-1, 1)),
    ],
    ids=str,
)
def test_levels_that_are_not_there(settings, got):
    with pytest.raises(ShapeError) as error:
        AggregationLayer(Mean, **settings)
    assert error.value.facts["setting"] == "Levels"
    assert error.value.facts["got"] == got


@pytest.mark.parametrize("function", [Variance, StandardDeviation], ids=repr)
def test_one_number_has_no_variance(function):
    with pytest.raises(ShapeError) as error:
        AggregationLayer(function, Input=(3, 1))
    assert error.value.facts["expected"] == "at least 2"
    # Beside longer ones an example is refused as it is alone.
    for data in ([[[1], [2]], [[3]]], [[[1]]]):
        with pytest.raises(ShapeError):
            AggregationLayer(function, 1, Input=("Varying", 1))(data)


@pytest.mark.parametrize("levels", [(), [], 0, 1.5, Span(3, 2), {1: 2}, "all", None], ids=str)
def test_what_is_no_level(levels):
    with pytest.raises(SettingError) as error:
        AggregationLayer(Mean, levels)
    assert error.value.facts["setting"] == "Levels"


@pytest.mark.parametrize("function", ["mean", Tanh, "Averag", None, abs], ids=str)
def test_what_is_no_aggregation(function):
    with pytest.raises(SettingError) as error:
        AggregationLayer(function)
    assert error.value.facts["setting"] == "Function"
