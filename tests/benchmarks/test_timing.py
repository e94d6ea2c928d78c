"""Rounds, ratios and agreement, on numbers that are known beforehand."""

import math

import pytest

from benchmarks import timing


@pytest.fixture(autouse=True)
def no_rest(monkeypatch):
    monkeypatch.setattr(timing.time, "sleep", lambda seconds: None)


def test_a_spread_is_the_median_and_the_quartiles():
    assert timing.spread([9, 1, 3, 2, 4]) == timing.Spread(3, 2, 4)
    assert timing.spread([7]) == timing.Spread(7, 7, 7)


def test_every_round_begins_with_another_contender():
    seen = []
    turns = {name: lambda name=name: seen.append(name) or 1.0 for name in "abc"}

    times = timing.interleaved(turns, 4, lambda: seen.append(" "))

    assert "".join(seen).split() == ["abc", "bca", "cab", "abc"]
    assert times == {name: [1.0] * 4 for name in "abc"}


def test_a_contender_that_fails_drops_out():
    answers = {"a": iter([1.0, 2.0, 3.0]), "b": iter([4.0, None])}

    times = timing.interleaved({name: answers[name].__next__ for name in "ab"}, 3)

    assert times == {"a": [1.0, 2.0, 3.0]}


def test_ratios_compare_turns_of_one_round():
    ratios = timing.paired([1.0, 20.0, 3.0], [2.0, 40.0, 12.0])

    assert timing.spread(ratios).median == 0.5
    assert ratios == [0.5, 0.5, 0.25]


@pytest.mark.parametrize(
    ("numbers", "apart"),
    [
        ([2.0, 4.0], 0.0),
        ([2.0, 4.4], 0.1),
        ([1.6, 4.0], 0.1),
        ([2.0], math.inf),
        ([2.0, math.nan], math.inf),
        ([math.nan, 4.0], math.inf),
    ],
)
def test_a_difference_is_relative_to_the_greatest_number(numbers, apart):
    assert timing.difference(numbers, [2.0, 4.0]) == pytest.approx(apart)


def test_nothing_agrees_with_nothing():
    assert timing.difference([], []) == math.inf


@pytest.mark.parametrize(("unit", "times"), [(1, 60), (25, 50)])
def test_repetitions_fill_the_time_with_whole_units(monkeypatch, unit, times):
    clock = [0.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])

    def run(count):
        clock[0] += 0.001 * count

    assert timing.repetitions(run, unit, 0.06) == times
