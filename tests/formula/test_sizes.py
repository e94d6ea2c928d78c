"""How large formulas become, known before they are made, and sums no longer than needed."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import netdsl as nd
from netdsl.errors import NetError
from netdsl.formula.code.loops import program_of
from netdsl.formula.code.narrowing import narrowed
from netdsl.formula.expanded import expanded
from netdsl.formula.folding import size_of
from netdsl.formula.notation import formula_of
from netdsl.formula.recurrence import entry_named
from tests.formula.computed import SEED

K, J, M = sympy.symbols("k j m", integer=True)


def entry(name, *at):
    return entry_named(name, at)


def known(**definitions):
    return {
        name: one.__class__(one.size, one.depth, one.cases, one.uses, (K,))
        for name, entry in definitions.items()
        if (one := expanded(entry, {}))
    }


@pytest.mark.parametrize(
    "inner", [entry("x", K) ** 2 + entry("b", K), 2 * entry("x", 0), entry("x", 3 - K)]
)
@pytest.mark.parametrize("at", [J, sympy.Min(2, sympy.Max(0, J - 1))])
def test_a_size_is_that_of_what_is_made(inner, at):
    whole = sympy.sin(entry("h", at)) + 1

    made = whole.xreplace({entry("h", at): inner.xreplace({K: at})})

    assert expanded(whole, known(h=inner)).size == size_of(made)


def test_a_condition_is_repeated_in_each_of_its_cases():
    chosen = sympy.Piecewise((entry("x", K), entry("x", K) > 0), (0, True))
    condition = (entry("h", K) > entry("h", J)) | (entry("h", K) < entry("h", M))
    whole = sympy.Piecewise((1, condition), (0, True))

    plain, repeated = expanded(whole, {}), expanded(whole, known(h=chosen))

    assert repeated.size > 2**4 * plain.size


def slow():
    """A net of which one formula would take hours: a choice in the ranks of a statistic."""
    statistic = nd.AggregationLayer(nd.InterquartileRange, 1)
    layers = [nd.SummationLayer(), nd.ParametricRampLayer(()), nd.LinearLayer(3, Biases=None)]
    return nd.NetChain([*layers, statistic, nd.LinearLayer(3, Biases=None)], Input=(1, 4, 5))


def test_what_grows_in_conditions_is_refused():
    with pytest.raises(NetError, match="too large"):
        formula_of(slow(), form="Expanded")
    assert formula_of(slow(), form=nd.Automatic).where


# ---- shorter sums ------------------------------------------------------------------------------

DECONVOLUTIONS = [
    nd.DeconvolutionLayer(2, 3, Stride=2, Input=(3, 9)),
    nd.DeconvolutionLayer(2, 2, Stride=3, Input=(3, 5)),
    nd.DeconvolutionLayer(2, 3, Input=(1, "n")),
    nd.DeconvolutionLayer(2, (4, 2), Stride=(2, 3), PaddingSize=1, Input=(2, 6, 5)),
    nd.DeconvolutionLayer(4, (2, 3), Stride=(3, 2), ChannelGroups=2, Input=(2, 6, 5)),
    nd.DeconvolutionLayer(2, (2, 3), Stride=(1, 2), Interleaving=True, Input=(4, 5, 3)),
]


@pytest.mark.parametrize("layer", DECONVOLUTIONS, ids=str)
def test_a_deconvolution_computes_what_the_run_gives(layer):
    net = nd.NetInitialize(layer, RandomSeeding=2)
    dims = [7 if dim == "n" else dim for dim in net.port("Input").dims]
    example = np.random.default_rng(1).normal(size=dims)

    got = formula_of(net).lambdify()(example)

    np.testing.assert_allclose(got, net(example, **SEED), rtol=1e-9, atol=1e-12)


def test_a_deconvolution_may_stand_in_sums_and_choices():
    layers = [DECONVOLUTIONS[0], nd.NormalizationLayer(), nd.ParametricRampLayer()]
    net = nd.NetInitialize(nd.NetChain([*layers, nd.LinearLayer(2)]), RandomSeeding=2)
    example = np.random.default_rng(1).normal(size=(3, 9))

    for form in ("Expanded", "Composed"):
        got = formula_of(net, form=form).lambdify()(example)
        np.testing.assert_allclose(got, net(example, **SEED), rtol=1e-9, atol=1e-12)


def test_a_deconvolution_sums_over_its_kernel():
    layer = nd.DeconvolutionLayer(2, 2, Stride=2, Input=(3, 50, 60))

    (total,) = program_of(formula_of(layer)).output.entry.atoms(sympy.Sum)

    assert sorted(int(high) + 1 for _, _, high in total.limits) == [2, 2, 3]


X, W = sympy.IndexedBase("x", real=True), sympy.IndexedBase("w", real=True)


@pytest.mark.parametrize(
    "total",
    [
        sympy.Sum(X[M] * W[K - M], (M, 0, 98)),  # not the whole of x
        sympy.Sum(X[M + 1] * W[K - M], (M, 0, 99)),
        sympy.Sum(X[M] * W[K + M], (M, 0, 99)),
        sympy.Sum(X[M] * W[2 * M], (M, 0, 99)),
        sympy.Sum(X[M] * W[K - M**2], (M, 0, 99)),
        sympy.Sum(X[M] * W[K / 2 - M], (M, 0, 99)),
        sympy.Sum(X[M] + W[K - M], (M, 0, 99)),
        sympy.Sum(X[J] * W[K - J], (J, 0, M), (M, 0, 99)),
    ],
    ids=str,
)
def test_other_sums_stay(total):
    assert narrowed(total, {"x": (100,), "w": (3,)}) == total
