"""Formulas in which a sequence is defined step by step."""

import copy
from dataclasses import KW_ONLY
from typing import Any

import numpy as np
import pytest
import sympy

from netdsl import (
    Automatic,
    Information,
    LinearLayer,
    NetChain,
    NetError,
    NetGraph,
    NetPort,
    ParametricRampLayer,
    Tanh,
)
from netdsl.formula.notation import formula_of
from netdsl.spec import Layer, array, port, registry, state
from tests.properties.oracle import by_formula


class FadingSumLayer(Layer):
    """Add up the shares of a sequence of vectors, and let what was added before fade."""

    _: KW_ONLY
    Input: Any = port("t n", default=Automatic)
    Output: Any = port("t n", default=Automatic)
    Total: Any = state("n", doc="the last sum")
    Fading: Any = array("n", init=0.5, default=Automatic)

    def formula(self, sp, at, Input, Total, Fading):
        sizes = sp.sizes("Output")
        i = sp.sequence("i", sizes, lambda t, u: Fading[u,] * s[t - 1, u])
        s = sp.recurrence("s", sizes, Total, lambda t, u: i[t, u] + Input[t, u] / sizes[1])
        return {"Output": s[at], "Total": s[(Input.shape[0] - 1, *at)]}


del registry["FadingSumLayer"]  # it is no layer of the library

TOTAL = NetPort("sum", "Total")


def test_as_text():
    assert str(formula_of(FadingSumLayer(Input=(3, 2)))).splitlines() == [
        "Output[t, j] = s[t, j]",
        "    i[t, j] = Fading[j]*s[t - 1, j]",
        "    s[t, j] = Input[t, j]/2 + i[t, j]",
        "    s[-1, j] = 0",
    ]


def test_as_latex():
    assert formula_of(FadingSumLayer(Input=(3, 2))).latex().splitlines() == [
        r"\begin{aligned}",
        r"{\mathrm{Output}}_{t,j} &= {s}_{t,j} \\",
        r"{i}_{t,j} &= {\mathrm{Fading}}_{j} {s}_{t - 1,\, j} \\",
        r"{s}_{t,j} &= \frac{{\mathrm{Input}}_{t,j}}{2} + {i}_{t,j} \\",
        r"{s}_{-1,j} &= 0",
        r"\end{aligned}",
    ]


def test_a_formula_of_one_equation_stays_one():
    formula = formula_of(NetChain([LinearLayer(2), Tanh], Input=3))

    assert formula.where == ()
    assert "\n" not in str(formula)
    assert "aligned" not in formula.latex()


def test_the_final_state():
    assert str(formula_of(FadingSumLayer(), "Total")).startswith("Total[j] = s[n1 - 1, j]\n")


def test_numbers():
    x = np.array([[1.0, 10], [2, 20], [4, 40]])
    layer = FadingSumLayer(Input=(3, 2))

    got = by_formula(layer, {"Input": x}, {"Fading": np.array([0.5, 3])}, (3, 2))

    np.testing.assert_allclose(got, [[0.5, 5], [1.25, 25], [2.625, 95]])


def test_where_it_starts():
    parts = {"sum": FadingSumLayer(), "first": Tanh}
    net = NetGraph(parts, [(NetPort("First"), "first", TOTAL)], Input=(3, 2))

    assert str(formula_of(net)).endswith("s_sum[-1, i] = tanh(First[i])")


def test_one_after_the_other():
    net = NetChain([FadingSumLayer(), FadingSumLayer()], Input=(3, 2))

    assert str(formula_of(net)).splitlines() == [
        "Output[t, i] = s_2[t, i]",
        "    i_1[t, i] = Fading_1[i]*s_1[t - 1, i]",
        "    s_1[t, i] = Input[t, i]/2 + i_1[t, i]",
        "    s_1[-1, i] = 0",
        "    i_2[t, i] = Fading_2[i]*s_2[t - 1, i]",
        "    s_2[t, i] = i_2[t, i] + s_1[t, i]/2",
        "    s_2[-1, i] = 0",
    ]
    assert r"{s^{(\mathrm{2})}}_{t,i}" in formula_of(net).latex()


def test_only_what_is_needed_is_defined():
    parts = {"a": FadingSumLayer(), "b": FadingSumLayer()}
    edges = [("a", NetPort("A")), ("b", NetPort("B"))]
    net = NetGraph(parts, edges, Input1=(3, 2), Input2=(3, 2))

    assert "_b" not in str(formula_of(net, "A"))
    assert "_a" not in str(formula_of(net, "B"))


@pytest.mark.parametrize("name", ["t", "j", "i"])
def test_indices_are_no_names_of_sizes(name):
    formula = formula_of(FadingSumLayer(Input=(3, name)))

    time, index = formula.output.indices
    assert name not in (time.name, index.name)
    assert time != index
    for definition in formula.where:
        assert definition.left.indices == formula.output.indices


def test_sums_in_a_definition_have_letters_of_their_own():
    net = NetChain([NetChain([LinearLayer((3, 2))]), FadingSumLayer()], Input=5)

    definitions = [entry for left, entry in formula_of(net).equations() if left.base.name == "s_2"]
    (total,) = definitions[0].atoms(sympy.Sum)
    assert total.limits[0][0].name == "j"


def test_an_open_rank_is_said():
    formula = formula_of(NetChain([LinearLayer((3, 2)), FadingSumLayer()]))

    assert str(formula).splitlines()[0] == "Output[t, i] = s_2[t, i]  (for inputs of rank 1)"
    assert "rank 1" in formula.latex().splitlines()[1]


def test_a_definition_that_would_be_too_large():
    net = NetChain([*[LinearLayer((3, 2)), ParametricRampLayer()] * 6, FadingSumLayer()], Input=2)
    with pytest.raises(NetError) as error:
        formula_of(net)
    assert "layer" in error.value.facts["expected"]


def test_a_report_shows_every_equation():
    report = Information(FadingSumLayer(Input=(3, 2)))

    assert "s[-1, j] = 0" in str(report)
    assert "aligned" in report._repr_html_()


def test_copies_are_equal():
    formula = formula_of(FadingSumLayer(Input=(3, 2)))

    assert copy.deepcopy(formula) == formula
