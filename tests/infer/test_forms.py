"""Forms: expressions in a normal form, held against plain arithmetic and against sympy."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdsl.infer.forms import (
    Atom,
    Form,
    add,
    difference,
    expanded,
    extreme,
    linear_names,
    multiply,
    number,
    quotient,
    ratio,
    scaled,
    single,
    subtract,
)
from netdsl.infer.sympify import expression, symbol

moderate = settings(max_examples=100, deadline=None)
few = settings(max_examples=40, deadline=None)


def evaluated(form: Form, of: Any) -> Any:
    """The value of a form, where `of` gives those of names and of open dimensions."""
    total = Fraction(0)
    for monomial, factor in form.terms:
        total += factor * prod(_value(atom, of) ** power for atom, power in monomial)
    return total


def _value(atom: Atom, of: Any) -> Any:
    if not atom.parts:
        return Fraction(of(atom))
    parts = [evaluated(part, of) for part in atom.parts]
    if atom.kind == "factor":
        return parts[0]
    if atom.kind == "ratio":
        assert parts[1] != 0, "a size is divided by nothing"
        return parts[0] / parts[1]
    return {"floor": lambda a, b: Fraction(a // b), "min": min, "max": max}[atom.kind](*parts)


# ---- expressions, as forms and as plain functions of the sizes ----------------------------------

RESTS = {"a": (1, 0), "b": (1, 0), "c": (3, 1), "d": (4, 0)}
"""The names, with the step and the rest of their sizes."""
NAMES = {name: single(Atom("name", name, (), *rest)) for name, rest in RESTS.items()}
POINTS = [
    {
        name: step * at + (rest or step)
        for (name, (step, rest)), at in zip(RESTS.items(), row, strict=True)
    }
    for row in (
        (0, 0, 0, 0),
        (4, 1, 2, 3),
        (1, 6, 3, 1),
        (9, 10, 0, 2),
        (17, 4, 5, 0),
        (2, 3, 1, 7),
    )
]
OPERATIONS = {
    "+": (add, lambda a, b: a + b),
    "-": (subtract, lambda a, b: a - b),
    "*": (multiply, lambda a, b: a * b),
    "//": (quotient, lambda a, b: a // b),
    "min": (lambda a, b: extreme("min", a, b), min),
    "max": (lambda a, b: extreme("max", a, b), max),
}
Pair = tuple[Form, Any]
"""A form, and the same as a function of the sizes by name."""


def _leaf(name: Any) -> Pair:
    if isinstance(name, int):
        return number(name), lambda sizes: name
    return NAMES[name], lambda sizes: sizes[name]


def _node(operation: str, left: Pair, right: Pair) -> Pair:
    on_forms, on_numbers = OPERATIONS[operation]
    found = on_forms(left[0], right[0])
    return found, lambda sizes: on_numbers(left[1](sizes), right[1](sizes))


NUMBERS = (1, 2, 3, 6, -1, -4)


def _expressions(names: str) -> Any:
    leaves = st.sampled_from([*names, *names, *NUMBERS]).map(_leaf)
    divisors = st.sampled_from([2, 3, 4, 6, 12, *names[::3]]).map(_leaf)
    operations = st.sampled_from(["+", "+", "-", "*", "*", "min", "max"])

    def larger(inner: Any) -> Any:
        divided = st.builds(_node, st.just("//"), inner, divisors)
        return st.builds(_node, operations, inner, inner) | divided

    return st.recursive(leaves, larger, max_leaves=6)


pairs = _expressions("abcd")
forms = pairs.map(lambda pair: pair[0])
without_rests = _expressions("ab").map(lambda pair: pair[0])
"""Forms in which no factor is a fraction."""
whole = st.integers(1, 6).map(number)
single_terms = st.builds(
    scaled,
    st.sampled_from(
        [NAMES["a"], multiply(*map(NAMES.get, "ab")), extreme("min", *map(NAMES.get, "ab"))]
    ),
    st.integers(1, 5),
)
shifts = st.integers(-7, 7)


def at(form: Form, point: dict[str, int]) -> Any:
    return evaluated(form, lambda atom: point[atom.text])


# ---- the same value ----------------------------------------------------------------------------


@moderate
@given(pairs)
def test_a_form_is_its_expression(pair):
    form, plain = pair

    for point in POINTS:
        assert at(form, point) == plain(point)
        assert at(expanded(form), point) == plain(point)


@moderate
@given(forms, forms)
def test_what_divides_is_taken_out(one, other):
    product = multiply(one, other)

    for point in POINTS:
        if at(other, point):
            assert at(ratio(product, other), point) == at(one, point)


@moderate
@given(forms, forms, st.integers(2, 6))
def test_a_half_of_a_size_is_rounded_as_a_whole(one, other, by):
    """A dimension may be another one's share, whose numbers are fractions."""
    share = add(scaled(one, Fraction(1, by)), other)

    for point in POINTS:
        assert at(quotient(share, number(3)), point) == at(share, point) // 3


@few
@given(forms)
def test_sympy_sees_the_same(form):
    shown = expression(form)

    for point in POINTS[:3]:
        sizes = {symbol(name): size for name, size in point.items()}
        assert at(form, point) == (shown if isinstance(shown, int) else shown.subs(sizes))


@moderate
@given(forms)
def test_a_form_is_linear_in_the_names_that_it_can_be_solved_for(form):
    for atom, factor in linear_names(form):
        for point in POINTS:
            more = {**point, atom.text: point[atom.text] + 12}
            assert at(form, more) - at(form, point) == 12 * factor


def test_each_name_that_stands_alone_can_be_solved_for():
    a, b, c = (NAMES[name] for name in "abc")
    form = add(subtract(a, scaled(b, 2)), subtract(multiply(c, c), quotient(a, number(2))))

    assert not list(linear_names(form)), "a stands elsewhere, b has a factor, c a power"
    assert [atom.text for atom, _ in linear_names(subtract(a, multiply(b, c)))] == ["a"]


# ---- one form for one function -----------------------------------------------------------------


@moderate
@given(forms, forms, forms)
def test_sums_and_products_have_no_order(one, two, three):
    assert add(one, add(two, three)).key == add(add(three, one), two).key
    assert multiply(one, two).key == multiply(two, one).key
    left, right = multiply(one, multiply(two, three)), multiply(multiply(three, one), two)
    assert difference(left, right).terms == ()


@moderate
@given(forms, forms, forms)
def test_products_of_sums_are_multiplied_out_where_forms_are_compared(one, two, three):
    left = multiply(add(one, two), three)
    right = add(multiply(one, three), multiply(two, three))

    assert difference(left, right).terms == ()


@moderate
@given(forms, whole, shifts)
def test_whole_numbers_leave_a_quotient(form, by, shift):
    shifted = add(form, scaled(by, shift))

    assert quotient(shifted, by).key == add(quotient(form, by), number(shift)).key


@moderate
@given(single_terms, whole, whole, shifts)
def test_a_quotient_of_a_quotient_is_one(form, first, then, shift):
    twice = quotient(add(quotient(form, first), number(shift)), then)

    once = quotient(add(form, scaled(first, shift)), multiply(first, then))
    assert twice.key == once.key


@moderate
@given(without_rests, whole, whole, shifts)
def test_a_common_factor_leaves_a_quotient(form, factor, by, shift):
    wide = quotient(add(multiply(form, factor), number(shift)), multiply(by, factor))

    narrow = quotient(add(form, number(shift // int(factor.value))), by)
    assert difference(wide, narrow).terms == ()


@moderate
@given(without_rests, without_rests, whole)
def test_what_is_a_multiple_leaves_a_quotient(form, other, by):
    apart = multiply(form, single(Atom("name", "e")))  # of which nothing stands in the other

    found = quotient(add(multiply(apart, by), other), by)

    assert difference(found, add(apart, quotient(other, by))).terms == ()


@moderate
@given(forms, forms, st.integers(0, 5))
def test_the_smaller_and_the_larger(one, other, more):
    assert extreme("min", one, other).key == extreme("min", other, one).key
    assert extreme("max", one, other).key == extreme("max", other, one).key
    assert extreme("min", one, add(one, number(more))).key == one.key
    assert extreme("max", one, add(one, number(more))).key == add(one, number(more)).key


@moderate
@given(forms)
def test_nothing_is_left_of_a_form_less_itself(form):
    assert subtract(form, form).terms == ()
    assert subtract(form, form).value == 0
    assert ratio(add(form, number(0)), number(1)).key == form.key


@moderate
@given(forms, forms)
def test_one_key_is_one_function(one, other):
    if one.key == other.key:
        assert [at(one, point) for point in POINTS] == [at(other, point) for point in POINTS]
    if difference(one, other).value is not None:
        gaps = {at(one, point) - at(other, point) for point in POINTS}
        assert gaps == {difference(one, other).value}


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (quotient(subtract(NAMES["a"], number(1)), number(2)), "ceiling(a/2) - 1"),
        (add(quotient(subtract(NAMES["a"], number(3)), number(2)), number(1)), "ceiling(a/2) - 1"),
        (quotient(NAMES["c"], number(3)), "c/3 - 1/3"),
        (quotient(add(NAMES["d"], number(3)), number(4)), "d/4"),
        (quotient(multiply(NAMES["a"], NAMES["b"]), NAMES["b"]), "a"),
        (quotient(add(NAMES["a"], NAMES["b"]), NAMES["b"]), "floor((a + b)/b)"),
    ],
)
def test_how_it_is_shown(form, shown):
    assert str(expression(form)) == shown
