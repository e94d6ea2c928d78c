"""Derivatives of formulas, term by term: curvature, kinks, hidden layers and recurrences."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import netdsl
from netdsl import (
    AggregationLayer,
    ConvolutionLayer,
    ElementwiseLayer,
    FlattenLayer,
    Information,
    LinearLayer,
    NetChain,
    NetExtract,
    NetInitialize,
    NetPortGradient,
    NormalizationLayer,
    PoolingLayer,
    Ramp,
    SoftmaxLayer,
    Tanh,
    Times,
)
from netdsl.formula.notation import formula_of
from netdsl.formula.recurrence import Definition
from netdsl.formula.result import Formula
from tests.formula.derivatives import REAL, STEP, Entries, composed, slopes, some_spots


def net_of(*layers, **ports):
    return NetChain(layers, **ports)


# ---- second derivatives ----------------------------------------------------------------------

TWICE = {
    "tanh": ElementwiseLayer(Tanh, Input=3),
    "softmax": SoftmaxLayer(Input=3),
    "perceptron": net_of(LinearLayer(3), Tanh, LinearLayer(()), Input=2),
    "normalization": NormalizationLayer(Input=(2, 3), Scaling=[1.5, 0.5], Biases=None),
    "product": AggregationLayer(Times, Input=(2, 3)),
}


@pytest.mark.parametrize("name", TWICE)
def test_curvature(name):
    net = NetInitialize(TWICE[name], RandomSeeding=3)
    random = np.random.default_rng(2)
    formula = formula_of(net)
    x = random.normal(size=net.port("Input").dims)
    arrays = {
        label: np.asarray(NetExtract(net, list(at)), np.float64)
        for at in Information(net, "ArraysPositionList")
        if (label := formula.name_at(at))
    }
    once = formula.diff("Input")
    twice = once.diff("Input")
    entries = Entries(twice, {**arrays, "Input": x})
    sizes = [int(size) for size in twice.sizes]

    spots = list(np.ndindex(*sizes))
    for number in random.choice(len(spots), min(12, len(spots)), replace=False):
        spot = spots[number]
        inner, last = spot[: -x.ndim], spot[-x.ndim :]
        ends = []
        for step in (STEP, -STEP):
            moved = x.copy()
            moved[last] += step
            ends.append(Entries(once, {**arrays, "Input": moved})[inner])
        expected = (ends[0] - ends[1]) / (2 * STEP)
        np.testing.assert_allclose(entries[spot], expected, rtol=1e-5, atol=1e-8)


def test_at_a_kink_as_the_engine():
    for function in (Ramp, netdsl.Abs, netdsl.Clip, lambda x: netdsl.Max(x, 0)):
        layer = ElementwiseLayer(function, Input=3)
        entries = Entries(formula_of(layer).diff("Input"), {"Input": np.array([-1.0, 0.0, 1.0])})
        data = {"Input": [-1.0, 0.0, 1.0], NetPortGradient("Output"): [1.0, 1.0, 1.0]}
        got = layer(data, NetPortGradient("Input"))
        np.testing.assert_array_equal([entries[i, i] for i in range(3)], got)


# ---- hidden layers as sequences ------------------------------------------------------------


def lenet():
    return composed(
        ConvolutionLayer(2, 3, PaddingSize=1),
        Tanh,
        PoolingLayer(2, 2),
        ConvolutionLayer(3, 2, PaddingSize=1),
        Ramp,
        PoolingLayer(2, 2, Function="Mean"),
        FlattenLayer(),
        LinearLayer(3),
        SoftmaxLayer(),
        Input=(1, 6, 4),
    )


@pytest.mark.parametrize("name", ["Input", "Weights_1", "Weights_4", "Weights_8"])
def test_hidden_layers(name):
    net, formula = lenet()
    random = np.random.default_rng(4)
    x = random.normal(size=(1, 6, 4))
    values = {**{key: np.asarray(value, float) for key, value in formula.values.items()}}
    values["Input"] = x

    def run(moved):
        if name == "Input":
            return {"Output": net({"Input": moved}, **REAL)}
        place = (int(name[-1]), "Weights")
        return {"Output": net.with_parts({place: moved})({"Input": x}, **REAL)}

    found = formula.diff(name)
    for spot in some_spots(random, values[name].shape):
        entries = Entries(found, values)
        expected = slopes(run, values[name], spot)["Output"]
        for at in range(3):
            np.testing.assert_allclose(entries[(at, *spot)], expected[at], rtol=1e-4, atol=1e-8)


# ---- recurrences -------------------------------------------------------------------------------


def fading_sum():
    """s[t] = factor s[t - 1] + x[t], from s[-1] = start^2; the output is s[2]."""
    t = sympy.Symbol("t", integer=True)
    factor, start = sympy.symbols("factor start", real=True)
    s, x = sympy.IndexedBase("s", real=True), sympy.IndexedBase("x", real=True)
    step = Definition(s[t], (3,), factor * s[t - 1] + x[t], start**2)
    dims = {"x": (sympy.Integer(3),), "factor": (), "start": ()}
    output = sympy.Symbol("Output", real=True)
    return Formula(output, s[2], None, (step,), ("x",), (), dims)


def test_a_recurrence_and_what_is_before_it():
    formula = fading_sum()
    values = {"x": np.array([1.0, 2.0, 3.0]), "factor": 0.5, "start": 1.5}
    by = {name: Entries(formula.diff(name), values) for name in formula.dims}

    np.testing.assert_allclose([by["x"][t,] for t in range(3)], [0.25, 0.5, 1])
    np.testing.assert_allclose(by["start"][()], 2 * 1.5 * 0.5**3)
    np.testing.assert_allclose(by["factor"][()], 3 * 0.25 * 1.5**2 + 2 * 0.5 * 1 + 2)
    twice = Entries(formula.diff("start").diff("factor"), values)
    np.testing.assert_allclose(twice[()], 2 * 1.5 * 3 * 0.25)
