"""Lists of solutions that say whether they are whole; products are taken apart into divisors."""

import itertools
import math

import pytest

from netdsl import (
    Automatic,
    FlattenLayer,
    NetChain,
    NetShapes,
    PoolingLayer,
    ReshapeLayer,
)
from netdsl.report.solutions import Solutions

ROWS = NetChain([FlattenLayer(), ReshapeLayer((1009, Automatic))])
POOLED = NetChain([PoolingLayer(3, 3), FlattenLayer(), ReshapeLayer((1009, Automatic))])
MERGED = NetChain([FlattenLayer(), ReshapeLayer(("p", "q", "r")), FlattenLayer()])


@pytest.mark.parametrize("total", [10090, 10**6, 97, 2**20])
def test_all_divisors_of_a_product_are_found(total):
    found = NetShapes(FlattenLayer(), Input=("a", "b"), Output=total).solutions()

    expected = [{"a": a, "b": total // a} for a in range(1, total + 1) if total % a == 0]
    assert found == expected
    assert found.complete


def test_a_square_has_a_root():
    shapes = NetShapes(FlattenLayer(), Input=("h", "h"), Output=10**8)

    assert shapes.solutions("h") == [10_000]
    assert shapes.solutions("h").complete
    assert shapes.solutions() == [{"h": 10_000}]


def test_products_that_are_one_size():
    shapes = NetShapes(MERGED, Input=("a", "b", "c"), Output=12)
    sizes = range(1, 13)
    triples = [one for one in itertools.product(sizes, repeat=3) if math.prod(one) == 12]

    found = shapes.solutions(limit=1000)
    assert [tuple(each.values()) for each in found] == [
        (*one, *other) for one, other in itertools.product(triples, repeat=2)
    ]
    assert found.complete
    large = NetShapes(MERGED, Input=("a", "b", "c"), Output=720).solutions()
    assert len(large) == 100
    assert not large.complete
    assert all(each["a"] * each["b"] * each["c"] == 720 for each in large)
    assert all(each["p"] * each["q"] * each["r"] == 720 for each in large)


def test_a_divisor_of_a_square_that_is_far_away():
    assert NetShapes(ROWS, Input=("h", "h")).solutions("h", limit=3) == [1009, 2018, 3027]
    found = NetShapes(POOLED, Input=(1, "h", "h")).solutions("h")

    assert found[:7] == [3027, 3028, 3029, 6054, 6055, 6056, 9081]
    assert len(found) == 100
    assert not found.complete


def test_a_search_that_ends_early_says_so():
    shapes = NetShapes(FlattenLayer(), Input=("a", "b", "c"), Output=2**40)

    assert not shapes.solutions().complete
    assert shapes.solutions("a").complete


def test_a_limit_is_an_early_end():
    shapes = NetShapes(FlattenLayer(), Input=("h", 3, "w"), Output=24)

    assert repr(shapes.solutions("h", limit=3)) == "[1, 2, 4, ...]"
    assert repr(shapes.solutions("h", limit=4)) == "[1, 2, 4, 8]"
    assert shapes.solutions("h", limit=4).complete
    assert repr(shapes.solutions(limit=1)) == "[{'h': 1, 'w': 8}, ...]"
    assert shapes.solutions(limit=4).complete
    assert not NetShapes(FlattenLayer(), Input=(2, "h")).solutions("h").complete


def test_an_empty_list_that_is_not_whole():
    assert repr(Solutions(complete=False)) == "[...]"
    assert repr(Solutions()) == "[]"
