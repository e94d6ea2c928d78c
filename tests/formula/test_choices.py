"""Choices in conditions, and functions that are defined by cases, in formulas and in code."""

from __future__ import annotations

import re

import numpy as np
import pytest

import netdsl as nd
from netdsl.formula.notation import formula_of
from tests.formula.computed import SEED

X = [1.0, -2.0, 3.25]


def filled(*layers, size=3):
    return nd.NetInitialize(nd.NetChain([*layers], Input=size), RandomSeeding=1)


def assert_computes(net, form, example):
    got = formula_of(net, form=form).lambdify()(example)

    np.testing.assert_allclose(got, net(example, **SEED), rtol=1e-9, atol=1e-12)


BY_CASES = {
    "Threshold": nd.ElementwiseLayer(lambda x: nd.Threshold(x, 0.5)),
    "Chop": nd.ElementwiseLayer(nd.Chop),
    "Unitize": nd.ElementwiseLayer(nd.Unitize),
    "Round": nd.ElementwiseLayer(nd.Round),
}


@pytest.mark.parametrize("name", BY_CASES)
@pytest.mark.parametrize("padding", [0, 1.5])
@pytest.mark.parametrize("form", ["Expanded", "Composed", nd.Automatic])
def test_a_choice_in_a_sum_stays_in_it(name, padding, form):
    pad = nd.PaddingLayer([(2, 2)], Padding=padding)
    net = filled(pad, nd.LinearLayer(2), BY_CASES[name], nd.LinearLayer(2))

    assert_computes(net, form, X)


@pytest.mark.parametrize("unit", [nd.Round, nd.HardTanh, nd.HardSigmoid, nd.Threshold])
@pytest.mark.parametrize("form", ["Expanded", nd.Automatic])
def test_a_function_by_cases_may_stand_in_a_condition(unit, form):
    inner = nd.ElementwiseLayer((lambda x: unit(x, 0.5)) if unit is nd.Threshold else unit)
    ramp = nd.ParametricRampLayer((), Slope=-0.5)

    assert_computes(nd.NetChain([nd.Ramp, inner, ramp, ramp], Input=3), form, X)
    assert_computes(nd.NetChain([ramp, inner, ramp, inner], Input=3), form, X)


def test_what_is_chosen_twice_is_computed_once():
    layers = [nd.ParametricRampLayer((), Slope=2), BY_CASES["Threshold"]]

    text = formula_of(nd.NetChain([*layers], Input=3), form="Expanded").code("numpy")

    assert text.count("Input >= 0") == 1


# ---- brackets ----------------------------------------------------------------------------------

POWERS = {
    "1 / x": lambda x: 1 / x,
    "x**2": lambda x: x**2,
    "x**2.5": lambda x: x**2.5,
    "3 / sqrt": lambda x: 3 / nd.Sqrt(x),
}


@pytest.mark.parametrize("name", POWERS)
def test_a_power_of_a_sum_with_a_number_before_it(name):
    layers = [nd.ReplicateLayer(2, 2), nd.SummationLayer(), nd.ElementwiseLayer(POWERS[name])]

    assert_computes(nd.NetChain(layers, Input=3), nd.Automatic, [1.0, 2.0, 4.0])


@pytest.mark.parametrize("function", [nd.Variance, nd.StandardDeviation])
def test_a_power_of_a_statistic(function):
    layers = [nd.ReplicateLayer(2, 2), nd.AggregationLayer(function, nd.All), nd.CubeRoot]

    assert_computes(nd.NetChain(layers, Input=3), nd.Automatic, X)


UNFOLDED = {
    "square": lambda x: nd.FractionalPart(x) ** 2,
    "behind a minus": lambda x: x - nd.IntegerPart(-x),
    "below": lambda x: 1 / (2 + nd.FractionalPart(x)),
    "of one": lambda x: 3 - nd.Mish(x) ** 3,
}


@pytest.mark.parametrize("name", UNFOLDED)
def test_the_definition_of_a_function_stands_in_brackets(name):
    layers = [nd.ElementwiseLayer(UNFOLDED[name]), nd.SoftmaxLayer()]

    assert_computes(nd.NetChain(layers, Input=3), "Composed", X)


@pytest.mark.parametrize("language", ["numpy", "c", "julia", "wolfram"])
def test_no_minus_stands_behind_another(language):
    layers = [nd.ElementwiseLayer(UNFOLDED["behind a minus"]), nd.SoftmaxLayer()]

    text = formula_of(nd.NetChain(layers, Input=2), form="Composed").code(language)

    assert not re.search(r"--|- -", text)
