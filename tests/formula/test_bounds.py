"""Ends of expressions in indices: by hand, and against every value that they take."""

import random
from itertools import product

import pytest
import sympy
from sympy import Abs, Max, Min, Piecewise, ceiling, floor

from netdsl.formula.bounds import (
    ends,
    inner_ranges,
    is_inside,
    is_never_negative,
    is_whole,
    ranges_of,
)
from netdsl.formula.derivatives.conditions import decided
from netdsl.formula.functions import Ceiling, Floor, Mod

i, j, t = sympy.symbols("i j t", integer=True)
n, k = sympy.symbols("n k", integer=True, positive=True)
x = sympy.Symbol("x", real=True)
a = sympy.IndexedBase("a", real=True)
ROW = {i: (0, n - 1), j: (0, k - 1)}
HALF = {i: (0, None), j: (None, n - 1)}


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (i, (0, n - 1)),
        (n * k, (n * k, n * k)),
        (i + 2 * j - 1, (-1, n + 2 * k - 4)),
        (3 - i, (4 - n, 3)),
        (n * (i + 1) - n * i, (n, n)),
        (k * i + j, (0, k * (n - 1) + k - 1)),
        (-k * i, (-k * (n - 1), 0)),
        (i * j, (0, (n - 1) * (k - 1))),
        (i**2, (0, (n - 1) ** 2)),
        (i / k, (0, (n - 1) / k)),
        (floor(i / 2), (0, floor(n / 2 - sympy.S.Half))),
        (Floor(i / 2), (0, floor(n / 2 - sympy.S.Half))),
        (ceiling(i / 2), (0, ceiling(n / 2 - sympy.S.Half))),
        (Ceiling(i / 2), (0, ceiling(n / 2 - sympy.S.Half))),
        (Max(i, 3), (3, Max(3, n - 1))),
        (Min(i, 3), (Min(0, 3), Min(3, n - 1))),
        (Abs(i - 2), (0, Max(2, n - 3))),
        (Abs(i + 2), (2, n + 1)),
        (sympy.Mod(i + 5, k), (0, k - 1)),
        (Mod(i + 5, k), (0, k - 1)),
        (Mod(i, j + 1), (0, k - 1)),
        (Piecewise((i, i < 2), (-1, True)), (-1, Max(-1, n - 1))),
    ],
    ids=str,
)
def test_ends(expr, expected):
    found = ends(expr, ROW)
    assert [sympy.expand(one - other) for one, other in zip(found, expected, strict=True)] == [0, 0]


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (i - 1, (-1, None)),
        (-i, (None, 0)),
        (j - i, (None, n - 1)),
        (i - j, (1 - n, None)),
        (i + j, (None, None)),
        (floor(i / 2), (0, None)),
        (Max(i, j), (0, None)),
        (Min(i, j), (None, n - 1)),
        (Abs(i - 1), (0, None)),
        (Abs(i + 1), (1, None)),
        (i**2, (0, None)),
        (i * (i + 1), (0, None)),
        (i * j, (None, None)),
        (2**i, (None, None)),
        (t, (None, None)),
        (a[i], (None, None)),
        (i / (i + 1), (None, None)),
        (Mod(x, 3), (None, None)),
        (sympy.Mod(i, n - 2), (None, None)),
        (Piecewise((i, i < 2), (j, True)), (None, None)),
        ((n - 3) * i, (None, None)),
    ],
    ids=str,
)
def test_ends_of_which_one_is_not_known(expr, expected):
    assert ends(expr, HALF) == expected


def test_a_fraction_below_a_whole_number_is_rounded_to_one_less():
    assert ends(floor(i / k), {i: (0, n * k - 1)}) == (0, n - 1)
    assert ends(floor((2 * i + 1) / 2), ROW) == (0, n - 1)
    # Less a fraction that may be negative is above, not below.
    assert ends(floor(t / 2), {t: (0, 2 * n - 2 / (k - 5))}) == (0, n + floor(-1 / (k - 5)))


def test_what_is_rounded_down_counts_in_full_only_where_it_is_subtracted():
    assert is_never_negative(n - 2 * floor(n / 2), {})
    assert not is_never_negative(2 * floor(n / 2) - n, {})


def test_an_index_that_begins_at_1_is_no_size():
    m = sympy.Symbol("m", integer=True, positive=True)
    assert ends(m + 1, {m: (1, n)}) == (2, n + 1)


def test_ends_rest_on_those_of_other_indices():
    limits = ((t, i, Min(i + 3, 2 * n)), (i, 1, n))
    assert inner_ranges(limits, {}) == {i: (1, n), t: (1, Min(n + 3, 2 * n))}
    assert ends(t, {i: (1, n), t: (i, i + 3)}) == (1, n + 3)
    assert inner_ranges([(t, i, a[i])], ROW)[t] == (0, None)


@pytest.mark.parametrize(
    ("position", "size", "inside"),
    [
        (i, n, True),
        (i + 1, n, False),
        (i - 1, n, False),
        (n - 1 - i, n, True),
        (k * i + j, n * k, True),
        (k * i + j + 1, n * k, False),
        (floor(i / 2), n, True),
        (2 * floor(i / 2), n, True),
        (2 * floor(i / 2) + 1, n, False),
        (Mod(i + 1, n), n, True),
        (Mod(i + 1, n + 1), n, False),
        (Max(0, Min(i + 3, n - 1)), n, True),
        (a[i], n, False),
    ],
    ids=str,
)
def test_inside(position, size, inside):
    assert is_inside(position, size, ROW) is inside


def test_a_window_stays_inside_whatever_the_size_is():
    windows = ranges_of((i, j), (floor((n - 3) / 2) + 1, 3))
    assert is_inside(2 * i + j, n, windows)
    assert not is_inside(2 * i + j + 1, n, windows)
    assert not is_inside(2 * i + j, n - 1, windows)


def test_sizes_of_the_same_name_may_be_different_ones():
    other = sympy.Symbol("n", integer=True, positive=True, even=True)
    assert not is_never_negative(n - other, {})


@pytest.mark.parametrize(
    ("expr", "whole"), [(2 * i + n, True), (i + x, False), (a[i], False), (sympy.Integer(2), True)]
)
def test_whole(expr, whole):
    assert is_whole(expr) is whole


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (i >= 0, True),
        (i < n, True),
        (i < n - 1, None),
        (i >= n, False),
        (sympy.Eq(i, n), False),
        (sympy.Ne(i, n), True),
        (sympy.Eq(i, j), None),
        (sympy.And(i >= 0, j >= k), False),
        (sympy.And(i >= 0, j >= 1), None),
        (sympy.Or(i >= 0, j >= 1), True),
        (a[i] > 0, None),
    ],
    ids=str,
)
def test_decided(condition, expected):
    assert decided(condition, ROW) is expected


# ---- against every value -----------------------------------------------------------------------

SIZES = [{n: one, k: other} for one, other in product((1, 2, 3, 5), (1, 2, 4))]
STARTS = [
    {i: (0, n - 1), j: (0, k - 1)},
    {i: (-2, n + k), j: (1 - k, 2)},
    {i: (0, n * k - 1), j: (i, i + k)},
    {i: (floor((n - 1) / 2), n), j: (-i, Min(n, k) + 1)},
    {i: (0, n - 4), j: (Max(0, n - 3), 2 * k)},
]
"""Ranges, of which some rest on others and some are empty for small sizes."""


def made(chance, depth):
    """An expression in indices and sizes."""
    if depth == 0:
        return chance.choice([i, j, i, j, n, k, sympy.Integer(chance.randint(-3, 3))])
    first, second = made(chance, depth - 1), made(chance, chance.randrange(depth))
    small = chance.randint(1, 4)
    kinds = [
        lambda: first + second,
        lambda: first - second,
        lambda: chance.randint(-3, 3) * first,
        lambda: first * second,
        lambda: chance.choice([n, k, n - k, n - 2]) * first,
        lambda: first**2,
        lambda: chance.choice([floor, ceiling, Floor, Ceiling])(first / small),
        lambda: chance.choice([floor, ceiling])(first / chance.choice([n, k, k + 1])),
        lambda: chance.choice([sympy.Mod, Mod])(first, chance.choice([small, n, k, n + k])),
        lambda: chance.choice([Max, Min])(first, second),
        lambda: Abs(first),
        lambda: Piecewise((first, second > small), (second, True)),
    ]
    return sympy.sympify(chance.choice(kinds)())


def values(exprs, ranges, sizes):
    """What expressions are at every place of the ranges, for given sizes."""
    (outer, (low, high)), (inner, (first, last)) = ranges.items()
    for one in range(int(low.xreplace(sizes)), int(high.xreplace(sizes)) + 1):
        where = sizes | {outer: sympy.Integer(one)}
        for other in range(int(first.xreplace(where)), int(last.xreplace(where)) + 1):
            at = where | {inner: sympy.Integer(other)}
            yield [expr.xreplace(at) for expr in exprs]


@pytest.mark.parametrize("seed", range(60))
def test_no_claim_is_wrong(seed):
    chance = random.Random(seed)
    ranges = {
        index: tuple(map(sympy.sympify, pair)) for index, pair in chance.choice(STARTS).items()
    }
    expr, size = made(chance, 3), chance.choice([n, k, n * k, n + k])
    condition = chance.choice([sympy.Ge, sympy.Lt, sympy.Eq, sympy.Ne])(expr, made(chance, 1))
    low, high = ends(expr, ranges)
    inside, holds = is_inside(expr, size, ranges), decided(condition, ranges)
    natural = is_never_negative(expr, ranges)
    for sizes in SIZES:
        given = {name: sympy.Integer(value) for name, value in sizes.items()}
        least = low if low is None else low.xreplace(given)
        most = high if high is None else high.xreplace(given)
        for value, truth in values((expr, condition), ranges, given):
            assert least is None or least <= value
            assert most is None or value <= most
            assert not natural or value >= 0
            assert not inside or 0 <= value < size.xreplace(given)
            assert holds is None or truth == holds
