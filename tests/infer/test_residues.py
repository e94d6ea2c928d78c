"""Rests of sizes: held against trying every number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdsl.infer import Var, ceildiv, largest, smallest
from netdsl.infer.residues import MOST, OPEN, both, parts, residue
from netdsl.infer.terms import Operation, value, variables

few = settings(max_examples=150, deadline=None)
REACH = 60
"""Numbers up to here are tried; above all steps below, so that no period is missed."""

steps = st.integers(0, 7)
residues = st.builds(
    lambda step, rest: (step, rest % step if step else rest), steps, st.integers(0, 20)
)


def has(rest, number):
    step, over = rest
    return number == over if step == 0 else (number - over) % step == 0


def among(rest):
    return [number for number in range(-REACH, REACH) if has(rest, number)]


def size(step, times, count):
    """A dimension of the sizes step * times, ... in so many steps."""
    low = max(step, 1) * times + 1
    return Var(low=low, high=low + max(step, 1) * count, step=max(step, 1) if count else 1)


sizes = st.builds(size, st.integers(1, 6), st.integers(0, 3), st.integers(0, 4))


def open_sizes(var):
    return range(var.low, var.high + 1, var.step)


OPERATIONS = {
    "sum": lambda a, b: a + b,
    "difference": lambda a, b: a - b,
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a // b,
    "quotient, up": ceildiv,
    "smaller": smallest,
    "larger": largest,
}
operations = st.sampled_from(list(OPERATIONS.values()))


terms = st.one_of(
    sizes,
    st.integers(1, 6),
    st.builds(
        lambda operation, a, b: operation(a, b),
        operations,
        sizes,
        st.one_of(sizes, st.integers(1, 6)),
    ),
)


def cases(term):
    """Every value of a term, with the sizes of its dimensions at which it has it."""
    found = list({id(var): var for var in variables(term)}.values())
    kept = [(var.low, var.high) for var in found]

    def each(at):
        if at == len(found):
            yield value(term)
            return
        var, (low, high) = found[at], kept[at]
        for one in range(low, high + 1, var.step):
            var.low = var.high = one
            yield from each(at + 1)
        var.low, var.high = low, high

    yield from each(0)


@few
@given(residues, residues)
def test_both_are_the_numbers_in_both(a, b):
    found = both(a, b)

    common = [number for number in among(a) if has(b, number)]
    assert common == ([] if found is None else among(found))


def test_two_rests_that_exclude_each_other():
    assert both((2, 1), (4, 2)) is None
    assert both((4, 3), (6, 1)) == (12, 7)
    assert both((0, 7), (3, 1)) == (0, 7)
    assert both((0, 7), (3, 2)) is None


def test_steps_that_are_too_large_are_not_followed():
    a, b = (MOST, 1), (MOST - 1, 1)

    assert both(a, b) == a


@few
@given(terms)
def test_every_value_of_a_term_has_its_rest(term):
    found = residue(term)

    for number in cases(term):
        assert has(found, number)


@pytest.mark.parametrize(
    ("build", "wanted"),
    [
        (lambda n: n + 1, (4, 0)),
        (lambda n: 10 - n, (4, 3)),
        (lambda n: 6 * n, (24, 18)),
        (lambda n: n * n, (4, 1)),
        (lambda n: (n + 5) // 4, (1, 0)),
        (lambda n: (n + 5) // 2, (2, 0)),
        (lambda n: smallest(n, 11), (4, 3)),
        (lambda n: largest(n, 5), (2, 1)),
    ],
)
def test_what_a_term_leaves_over(build, wanted):
    assert residue(build(Var(low=3, step=4))) == wanted


@few
@given(operations, sizes, st.one_of(sizes, st.integers(1, 6)), residues)
def test_operands_are_asked_for_no_more_than_they_need(operation, a, b, wanted):
    term = operation(a, b)
    if not isinstance(term, Operation) or not isinstance(term.left, Var):
        return
    left, right = parts(term, wanted)

    others = [b] if isinstance(b, int) else open_sizes(b)
    for x in open_sizes(a):
        for y in others:
            if has(wanted, operation(x, y)):
                assert has(left, x)
                assert has(right, term.right if isinstance(term.right, int) else y)


def test_operands_are_asked_for_what_they_need():
    n, six = Var(), Var(low=6, step=6)

    assert parts(3 * n, (6, 3))[1] == (2, 1)
    assert parts(3 * n, (6, 4))[1] == (0, -1), "no size does"
    assert parts(n + six, (4, 1)) == ((2, 1), OPEN)
    assert parts(six - n, (9, 2))[1] == (3, 1)
