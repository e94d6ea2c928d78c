"""What the functions made of a formula take: inputs as nets take them, integers, and errors."""

from __future__ import annotations

import numpy as np
import pytest

import netdsl as nd
from netdsl.errors import DataError, UninitializedError
from netdsl.formula.notation import formula_of
from netdsl.formula.recurrence import name_of

WRONG = [
    (nd.UnitVectorLayer(3, Input=()), 7, "integers from 1 to 3", "7"),
    (nd.UnitVectorLayer(3, Input=()), 1.5, "integers from 1 to 3", "1.5"),
    (nd.EmbeddingLayer(2, 3, Input=(2,)), [0, 1], "integers from 1 to 3", "0"),
]


@pytest.mark.parametrize(("layer", "example", "expected", "got"), WRONG, ids=str)
def test_integers_that_the_net_refuses_are_refused(layer, example, expected, got):
    net = nd.NetInitialize(layer)

    for run in (net, formula_of(net).lambdify()):
        with pytest.raises(DataError) as error:
            run(example)
        assert error.value.facts["port"] == "Input"
        assert error.value.facts["expected"] == expected
    assert error.value.facts["got"] == got


def test_an_embedding_takes_every_class():
    net = nd.NetInitialize(nd.EmbeddingLayer(2, 3, Input=(3,)))

    np.testing.assert_allclose(formula_of(net).lambdify()([1, 3, 2]), net([1, 3, 2]), rtol=1e-6)


def test_the_text_alone_checks_integers():
    space = {}
    exec(formula_of(nd.UnitVectorLayer(3, Input=())).code("numpy"), space)  # noqa: S102

    with pytest.raises(ValueError, match="Input: expected integers from 1 to 3, got 4"):
        space["output"](4)


def test_inputs_may_come_as_a_net_takes_them():
    layer = nd.CrossEntropyLossLayer("Index", Input=3)
    example = {"Input": [0.25, 0.25, 0.5], "Target": 3}
    function = formula_of(layer).lambdify()

    np.testing.assert_allclose(function(example), layer(example), rtol=1e-6)
    with pytest.raises(DataError) as error:
        function({"Input": [0.25, 0.25, 0.5], "Tarqet": 3})
    assert error.value.facts["nearest"] == "Target"


def test_dimensions_are_facts():
    function = formula_of(nd.LinearLayer(2, Input=3)).lambdify()

    with pytest.raises(DataError) as error:
        function([1, 2], Weights=np.ones((2, 3)), Biases=[0, 0])
    assert error.value.facts == {"port": "Input", "expected": "dimensions (3)", "got": "(2)"}
    with pytest.raises(DataError) as error:
        function([1, 2, 3], Weights=np.ones((2, 4)), Biases=[0, 0])
    assert error.value.facts["array"] == "Weights"


def test_missing_arrays_tell_what_makes_them():
    with pytest.raises(UninitializedError, match="NetInitialize"):
        formula_of(nd.LinearLayer(2, Input=3)).lambdify()([1, 2, 3])


@pytest.mark.parametrize("name", ["\x00", "a\nb", ": expected ", "Größe"])
def test_any_name_of_a_port_will_do(name):
    net = nd.NetGraph({"r": nd.Ramp}, [(nd.NetPort(name), "r")], **{name: 2})
    function = formula_of(net).lambdify()

    np.testing.assert_array_equal(function([-1, 2]), [0, 2])
    with pytest.raises(DataError) as error:
        function([1, 2, 3])
    assert error.value.facts["port"] == name


def test_arrays_come_in_the_order_of_the_net():
    net = nd.NetChain([nd.LinearLayer(2), nd.NormalizationLayer(1), nd.LinearLayer(3)], Input=2)
    words = ["Weights_1", "Biases_1", "Scaling_2", "Biases_2", "Weights_3", "Biases_3"]

    assert list(formula_of(net, form="Composed").dims) == ["Input", *words]
    heads = ", ".join(f"const double *{word}" for word in ["Input", *words, "Output"])
    text = formula_of(net).code("c")
    assert f"int output({heads.replace('const double *Output', 'double *Output')})" in text
    assert "   Weights_3: 3 x 2\n" in text


def test_one_entry_has_names_that_read_well():
    net = nd.NetInitialize(
        nd.NetChain([nd.LinearLayer(2), nd.Tanh, nd.LinearLayer(2), nd.SoftmaxLayer()], Input=2)
    )
    formula = nd.Formula(net, Entries=(0,), Form="Composed")

    text = formula.code("c")

    assert name_of(formula.output) == "Output[0]"
    assert "int output(const double *Input, double *Output_0)" in text
    assert "const double h_2_0 = " in text
    assert "malloc" not in text


def test_entries_chosen_by_what_is_computed_keep_the_array():
    layers = [nd.OrderingLayer(), nd.EmbeddingLayer(2, 3)]
    net = nd.NetInitialize(nd.NetChain(layers, Input=3))

    got = nd.Formula(net, Entries=(2, 1)).lambdify()([0.5, -1, 2])

    np.testing.assert_allclose(got, net([0.5, -1, 2])[2, 1], rtol=1e-6)
