"""Formulas of nets: expanded, composed and written out, all of them equal to the run."""

import numpy as np
import pytest

from netdsl import (
    All,
    Automatic,
    ConvolutionLayer,
    FlattenLayer,
    Formula,
    Information,
    LinearLayer,
    NetChain,
    NetError,
    NetGraph,
    NetPort,
    ParametricRampLayer,
    Ramp,
    SoftmaxLayer,
    Tanh,
    TotalLayer,
)
from tests.formula.nets import MAKERS, data, filled
from tests.properties.oracle import numbers

TOO_LARGE = ("deep", "lenet", "memory", "states", "u-net")
"""Nets whose entries are too large without names for what is inside."""
each_net = pytest.mark.parametrize("name", MAKERS)


def run(net, x):
    found = net(x, All, WorkingPrecision="Real64")
    return {port: np.asarray(value) for port, value in found.items()}


def compare(make, name):
    net = filled(MAKERS[name]())
    x = data(net)
    for port, expected in run(net, x).items():
        formula = make(net, port)
        got = numbers(formula, {**formula.values, **x}, expected.shape)
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@each_net
def test_the_composed_form_is_the_run(name):
    compare(lambda net, port: Formula(net, port, Form="Composed"), name)


@each_net
def test_what_is_chosen_is_the_run(name):
    compare(Formula, name)


@pytest.mark.parametrize("name", [name for name in MAKERS if name not in ("deep", "scalar")])
def test_the_expanded_form_is_the_run(name):
    compare(lambda net, port: Formula(net, port, Form="Expanded"), name)


@pytest.mark.parametrize("arrays", [Automatic, "Symbolic"], ids=str)
@each_net
def test_entries_with_names_are_the_run(name, arrays):
    compare_entry(name, Form="Composed", Arrays=arrays)


@pytest.mark.parametrize("arrays", [Automatic, "Symbolic"], ids=str)
@pytest.mark.parametrize("name", [name for name in MAKERS if name not in TOO_LARGE])
def test_entries_without_names_are_the_run(name, arrays):
    compare_entry(name, Form="Expanded", Arrays=arrays)


def compare_entry(name, **options):
    """Hold the last entry of each output against the run."""
    net = filled(MAKERS[name]())
    x = data(net)
    for port, expected in run(net, x).items():
        spot = tuple(size - 1 for size in expected.shape)
        entry = Formula(net, port, Entries=spot, **options)
        got = numbers(entry, {**entry.values, **x}, ())
        np.testing.assert_allclose(got, expected[spot], rtol=1e-9, atol=1e-12)


# ---- which parts have a name -------------------------------------------------------------------


def lines(formula):
    return str(formula).splitlines()


def test_an_entrywise_layer_is_written_with_the_one_before():
    net = NetChain([LinearLayer(3), Tanh, LinearLayer(2), SoftmaxLayer()], Input=4)

    assert lines(Formula(net, Form="Composed")) == [
        "Output[i] = exp(h_3[i])/Sum(exp(h_3[j]), (j, 0, 1))",
        "    h_2[i] = tanh(Biases_1[i] + Sum(Input[j]*Weights_1[i, j], (j, 0, 3)))",
        "    h_3[i] = Biases_3[i] + Sum(Weights_3[i, j]*h_2[j], (j, 0, 2))",
    ]


def test_latex_has_weights_before_what_they_weigh():
    net = NetChain([LinearLayer(3), Tanh, LinearLayer(())], Input=4)

    text = Formula(net, Form="Composed").latex()

    assert r"{\mathrm{Weights}^{(\mathrm{3})}}_{0,i} {h^{(\mathrm{2})}}_{i}" in text


def test_what_only_moves_entries_has_no_name():
    net = NetChain([LinearLayer((2, 3)), FlattenLayer(), SoftmaxLayer()], Input=2)

    names = [one.name for one in Formula(net, Form="Composed").where]

    assert names == ["h_1"]


def test_what_is_read_beyond_its_ends_keeps_its_name():
    layers = [ConvolutionLayer(2, 1), ConvolutionLayer(2, 3, PaddingSize=1)]
    formula = Formula(NetChain(layers, Input=(1, 4)), Form="Expanded")

    assert [one.name for one in formula.where] == ["h_1"]
    assert formula.hidden == ("h_1",)


def test_long_formulas_are_composed():
    net = NetChain([LinearLayer(2), ParametricRampLayer()] * 6, Input=2)

    assert Formula(net).where
    assert Information(net, "Formula") == Formula(net)
    assert "h^{" in Information(net, "FormulaLaTeX")
    with pytest.raises(NetError) as error:
        Formula(net, Form="Expanded")
    assert "Composed" in error.value.facts["expected"]


@pytest.mark.parametrize("layer", [Tanh, LinearLayer(2)], ids=str)
def test_a_thousand_layers_in_a_row(layer):
    formula = Formula(NetChain([layer] * 1000, Input=2))

    assert formula.where[-1].name.startswith("h_99")
    assert "h^{" in formula.latex()


@pytest.mark.parametrize("name", ["h", "h_1"])
def test_the_names_are_new_ones(name):
    net = NetGraph(
        [LinearLayer(3), SoftmaxLayer()],
        [(NetPort(name), 1, 2)],
        **{name: 2},
    )
    assert [one.name for one in Formula(net, Form="Composed").where] == ["y_1"]


def test_a_size_is_no_name():
    net = NetChain([LinearLayer("h"), SoftmaxLayer()], Input=2)

    assert [one.name for one in Formula(net, Form="Composed").where] == ["y_1"]


def test_arrays_that_are_shared_have_one_name():
    text = str(Formula(filled(MAKERS["siamese"]()), Form="Composed"))

    assert "W[i, j]" in text
    assert "Weights" not in text


def test_the_numbers_of_arrays_are_in_values():
    net = filled(MAKERS["shared"]())

    assert list(Formula(net).values) == ["W"]
    assert Formula(net).dims == {"Input": (2,), "W": (2, 2)}


# ---- in words ------------------------------------------------------------------------------------


def test_which_layers_feed_which():
    net = NetGraph({"a": Ramp, "b": Tanh, "sum": TotalLayer()}, [(["a", "b"], "sum")], Input1=2)

    assert Formula(net).composition.splitlines() == [
        "Output = f_sum(f_a(Input1), f_b(Input2))",
        "    f_a = ElementwiseLayer(Ramp)",
        "    f_b = ElementwiseLayer(Tanh)",
        "    f_sum = TotalLayer()",
    ]


def test_what_is_read_twice_has_a_line():
    first, *lines = Formula(MAKERS["residual"](), Form="Composed").composition.splitlines()

    assert first == "Output = f_two.2(h_two.1.sum)"
    assert "    h_one.sum = f_one.sum(f_one.turn.2(f_one.turn.1(Input)), Input)" in lines


def test_another_output_than_the_first_of_a_layer():
    formulas = Formula(MAKERS["states"]())

    assert any("F_one(Source).CellState" in each.composition for each in formulas.values())
