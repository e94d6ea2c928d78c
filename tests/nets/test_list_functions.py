"""Wolfram's functions of arrays on plain arrays: what they give, and what they refuse."""

import numpy as np
import pytest

from netdsl import (
    All,
    ConstantArray,
    CosineDistance,
    Det,
    Dot,
    Drop,
    First,
    Fold,
    FoldList,
    HammingDistance,
    Join,
    Last,
    Map,
    Most,
    Nest,
    Part,
    Rest,
    Reverse,
    SettingError,
    Span,
    SquaredEuclideanDistance,
    Table,
    Take,
    Tr,
    Transpose,
)

GRID = np.arange(12).reshape(3, 4)
BLOCK = np.arange(24).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (lambda: Part(GRID, [1, 2], [1, 3]), [[0, 2], [4, 6]]),
        (lambda: Part(GRID, [3, 1, 1], -1), [11, 3, 3]),
        (lambda: Part(BLOCK, 1, All, [1, 2]), [[0, 1], [4, 5], [8, 9]]),
        (lambda: Part(GRID, Span(-2, -1), Span(1, All, 3)), [[4, 7], [8, 11]]),
        (lambda: Part([1, 2, 3], range(3, 0, -2)), [3, 1]),
        (lambda: Part([1, 2, 3], Span(3, 2)), []),
        (lambda: Take([1, 2, 3], 0), []),
        (lambda: Take(GRID, (2,), -1), [[7]]),
        (lambda: Drop([1, 2, 3], 0), [1, 2, 3]),
        (lambda: Drop([1, 2, 3], -3), []),
        (lambda: Drop([1, 2, 3], (1, 3, 2)), [2]),
        (lambda: First(GRID) + Last(GRID), [8, 10, 12, 14]),
        (lambda: Rest([1]), []),
        (lambda: Most([1, 2]), [1]),
        (lambda: Tr([1, 2]), 3),
        (lambda: Map(lambda x: x, []), []),
        (lambda: Reverse(GRID, -1)[0], [3, 2, 1, 0]),
        (lambda: SquaredEuclideanDistance(np.array([1], np.uint8), [21]), 400),
        (lambda: Table(lambda i: i, (4, 1, -2)), [4, 2]),
    ],
)
def test_values(got, expected):
    np.testing.assert_array_equal(got(), expected)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Part([1, 2, 3], Span(2, 9)),
        lambda: Part([1, 2, 3], Span(3, 1)),
        lambda: Part([1, 2, 3], 4),
        lambda: Part([1, 2, 3], [1, 4]),
        lambda: Part([1, 2, 3], 1, 1),
        lambda: Part([1, 2, 3], [1, 0]),
        lambda: Take([1, 2, 3], 9),
        lambda: Take([1, 2, 3], -4),
        lambda: Drop([1, 2, 3], 4),
        lambda: First([]),
        lambda: Rest([]),
        lambda: Transpose(GRID, (1, 3)),
        lambda: Transpose(GRID, (1, 1)),
        lambda: Transpose([1, 2]),
        lambda: Dot([1, 2, 3], [1, 2]),
        lambda: Dot(2, [1, 2]),
        lambda: Dot(),
        lambda: Det(GRID),
        lambda: Det("text"),
        lambda: Tr(BLOCK),
        lambda: HammingDistance([1, 2, 3], [1, 2]),
        lambda: CosineDistance([1, 2, 3], [1, 2]),
        lambda: Join(GRID, [1, 2]),
        lambda: Join(),
        lambda: Table(lambda i: i, (3, 1, 0)),
        lambda: Table(lambda i: i, 0),
        lambda: Table(lambda i: i, (1, 2, 3, 4)),
        lambda: Table(3, 4),
        lambda: ConstantArray(1, -2),
        lambda: Map(3, [1]),
        lambda: Map(np.arange, [1, 2]),
        lambda: Map(lambda x: x, 3),
        lambda: Nest(lambda x: x, 1, -1),
        lambda: Fold(lambda x, y: x, []),
        lambda: Fold(lambda x, y: x),
        lambda: FoldList(lambda x, y: x, 1, 2, 3),
    ],
)
def test_what_cannot_be_is_refused_with_facts(call):
    with pytest.raises(SettingError) as error:
        call()
    assert error.value.facts["expected"]
    assert "got" in error.value.facts
