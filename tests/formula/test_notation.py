"""Formulas of layers and nets in index notation: their names, their ranks, their sum."""

import numpy as np
import pytest
import sympy

from netdsl import (
    FlattenLayer,
    LinearLayer,
    NetChain,
    NetError,
    NetExtract,
    NetGraph,
    NetInitialize,
    NetPort,
    ParametricRampLayer,
    Ramp,
    SoftmaxLayer,
    Tanh,
)
from netdsl.formula.notation import formula_of


def test_a_net_composes_the_formulas_of_its_layers():
    net = NetInitialize(NetChain([LinearLayer(3), Tanh, LinearLayer(2)], Input=2))
    formula = formula_of(net)
    x = np.array([0.3, -0.7])

    (i,) = formula.output.indices
    names = ["Input", "Weights_1", "Biases_1", "Weights_3", "Biases_3"]
    entry = formula.entry.doit()
    values = {
        "Input": x,
        **{
            f"{name}_{key}": NetExtract(net, [key, name])
            for key in (1, 3)
            for name in ("Weights", "Biases")
        },
    }
    assert {str(base.label) for base in formula.entry.atoms(sympy.IndexedBase)} == set(names)
    for at in range(2):
        given = {
            part: float(values[str(part.base)][tuple(int(k) for k in part.indices)])
            for part in entry.subs(i, at).atoms(sympy.Indexed)
        }
        assert float(entry.subs(i, at).subs(given)) == pytest.approx(net(x)[at], rel=1e-5)


@pytest.mark.parametrize("size", ["i", "j", "n", "m", "n1"])
def test_indices_are_no_names_of_sizes(size):
    formula = formula_of(
        NetChain([LinearLayer(size), Ramp, LinearLayer("k"), SoftmaxLayer()], Input="n")
    )

    sums = formula.entry.atoms(sympy.Sum)
    indices = {limit[0].name for total in sums for limit in total.limits}
    assert not indices & {size, "k", "n"}
    assert formula.output.indices[0].name not in {size, "k", "n"}


def test_arrays_of_different_layers_have_different_names():
    net = NetChain({"a_b": LinearLayer(2), "a": NetChain({"b": LinearLayer(2)})}, Input=2)

    names = {str(base.label) for base in formula_of(net).entry.atoms(sympy.IndexedBase)}

    assert names == {"Input", "Weights_a_b", "Biases_a_b", "Weights_a.b", "Biases_a.b"}
    assert r"\mathrm{Biases}^{(\mathrm{a\_b})}" in formula_of(net).latex()


def test_an_open_rank_is_said():
    assert str(formula_of(FlattenLayer())) == "Output[i] = Input[i]  (for inputs of rank 1)"
    assert formula_of(FlattenLayer(1)).rank == 2
    assert formula_of(FlattenLayer(Input=(2, "n"))).rank is None


def test_one_of_several_outputs():
    net = NetGraph({"a": Ramp, "b": Tanh}, [("a", NetPort("X")), ("a", "b")], Input=2)

    assert str(formula_of(net, "X").output) == "X[i]"
    assert "tanh" in str(formula_of(net, "Output"))


def test_the_bounds_of_a_sum_may_be_symbols():
    formula = formula_of(LinearLayer((), Input="n", Biases=None))

    assert str(formula) == "Output = Sum(Input[i]*Weights[0, i], (i, 0, n - 1))"


@pytest.mark.parametrize(
    "layers", [[LinearLayer(2), ParametricRampLayer()] * 6, [Tanh] * 300], ids=["wide", "deep"]
)
def test_a_formula_that_would_be_too_large(layers):
    with pytest.raises(NetError) as error:
        formula_of(NetChain(layers, Input=2))
    assert "layer" in error.value.facts["expected"]
