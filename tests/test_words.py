"""Errors, words of the notation, the shape language: what everything else is said in."""

import copy
import pickle

import numpy as np
import pytest
import sympy

from netdsl import (
    All,
    Automatic,
    Blank,
    Inherited,
    NetError,
    PortType,
    Restricted,
    Scaled,
    SettingError,
    ShapeError,
    Span,
)
from netdsl.dims import pattern, port_type
from netdsl.errors import nearest
from netdsl.symbols import position


def test_an_error_lays_out_its_facts_in_order():
    error = ShapeError(
        "Two things.", got=1, because=("a", "b"), layer="net[1]", expected=2, hint="x"
    )

    assert str(error).splitlines() == [
        "Two things.",
        "  layer     net[1]",
        "  expected  2",
        "  got       1",
        "  because   a",
        "            b",
        "  hint      x",
    ]
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert type(error.having(port="Input", got=5)) is ShapeError
    assert error.having(port="Input", got=5).facts["got"] == 1


def test_nearest():
    assert nearest("slop", ["Slope", "Input"]) == "Slope"
    assert nearest("xyz", ["Slope", "Input"]) is None
    assert nearest(3, ["Slope"]) is None


@pytest.mark.parametrize("word", [Automatic, All, Blank, Inherited])
def test_words_are_themselves(word):
    assert pickle.loads(pickle.dumps(word)) is word
    assert copy.deepcopy(word) is word
    assert eval(repr(word)) is word
    with pytest.raises(NetError):
        bool(word)


@pytest.mark.parametrize(
    "value",
    [
        Span(2, 3),
        Span(-2),
        Span(1, All, 2),
        Restricted("Integer", 3),
        Restricted("Integer", (0, 5)),
        Restricted("Integer", float("inf")),
        Scaled(0.5),
    ],
)
def test_values_rebuild_from_repr_and_pickle(value):
    assert eval(repr(value)) == value
    assert pickle.loads(pickle.dumps(value)) == value


def test_spans_and_positions():
    assert Span(2, 3).positions(5) == (1, 2)
    assert Span(-2).positions(5) == (3, 4)
    assert Span(1, All, 2).positions(5) == (0, 2, 4)
    assert [position(n, 3) for n in (1, 3, -1, -3)] == [0, 2, 2, 0]
    for wrong in (0, 4, -4, 1.5, True):
        with pytest.raises(SettingError):
            position(wrong, 3)


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (3, PortType((3,))),
        (np.int64(3), PortType((3,))),
        (np.array([2, 3]), PortType((2, 3))),
        ([], PortType(())),
        ("Real", PortType((), "Real")),
        ("Scalar", PortType((), "Real")),
        ("Varying", PortType(("Varying",))),
        ("h", PortType(("h",))),
        (sympy.Symbol("h"), PortType(("h",))),
        ([2, Automatic], PortType((2, Automatic))),
        ("Integer", PortType((), "Integer")),
        (Restricted("Integer", 4), PortType((), "Integer", 1, 4)),
        (("Varying", "Integer"), PortType(("Varying",), "Integer")),
        ((2, Restricted("Integer", (0, 4))), PortType((2,), "Integer", 0, 4)),
        (Automatic, PortType()),
    ],
    ids=str,
)
def test_the_shape_language(spec, kind):
    assert port_type(spec) == kind
    assert port_type(kind.spec()).dims == kind.dims


@pytest.mark.parametrize(
    "limits", ["a", (1, 2, 3), None, 0, (5, 2), 2.7, (float("-inf"), 3), True], ids=str
)
def test_restricted_by_nonsense(limits):
    with pytest.raises(SettingError):
        Restricted("Integer", limits)


@pytest.mark.parametrize("ends", [(1, 2, 0), (1, "x"), ("a",), (1, All, -1), (1.5,)], ids=str)
def test_a_span_of_nonsense(ends):
    with pytest.raises(SettingError):
        Span(*ends)


@pytest.mark.parametrize(("spec", "word"), [("varying", "Varying"), ("REAL", "Real")])
def test_nearly_a_keyword(spec, word):
    with pytest.raises(SettingError) as error:
        port_type((2, spec))
    assert error.value.facts["nearest"] == word


@pytest.mark.parametrize(
    "spec",
    [0, -1, 2.5, True, None, [3, 0], (2, "Real", 3), {3}, "3", "a b", np.array([2.5])],
    ids=str,
)
def test_what_is_no_shape(spec):
    with pytest.raises(SettingError):
        port_type(spec)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (PortType(), "anything"),
        (PortType(()), "real"),
        (PortType((3,)), "vector of size 3"),
        (PortType(("h", Automatic)), "matrix of size h x ?"),
        (PortType((2, 3, 4)), "array of size 2 x 3 x 4"),
        (PortType((), "Integer", 1, 4), "integer 1..4"),
        (PortType((3,), "Integer"), "vector of size 3, integers"),
        (PortType((3,), "Integer", 1, 4), "vector of size 3, integers 1..4"),
    ],
    ids=str,
)
def test_types_in_words(kind, words):
    assert str(kind) == words


def test_patterns():
    found = pattern("Channels g +k : 1..c")

    assert [(a.name, a.at_least, a.is_setting) for a in found.atoms] == [
        ("Channels", None, True),
        ("g", None, False),
        ("k", 1, False),
    ]
    assert (found.element, found.first, found.last) == ("Integer", 1, "c")
    assert pattern("*d").element == "Real"
    assert pattern("*d : k").element == "k"
    with pytest.raises(AssertionError):
        pattern("c-d")
