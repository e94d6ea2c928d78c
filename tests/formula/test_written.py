"""Entries of formulas without sums and indices: how they look, and what cannot be written."""

import numpy as np
import pytest
import sympy

from netdsl import (
    All,
    CompiledLayer,
    ConvolutionLayer,
    EmbeddingLayer,
    Formula,
    LinearLayer,
    LogisticSigmoid,
    LongShortTermMemoryLayer,
    NetChain,
    NetError,
    NormalDistribution,
    RandomArrayLayer,
    SequenceLastLayer,
    SettingError,
    Tanh,
)
from netdsl.formula import Formula as OneFormula
from netdsl.formula.written import Written

XOR = NetChain(
    [
        LinearLayer(2, Weights=[[20, 20], [-20.1, -20.3]], Biases=[-10, 30]),
        LogisticSigmoid,
        LinearLayer((), Weights=[[20, 20]], Biases=[-30]),
        LogisticSigmoid,
    ],
    Input=2,
)
HALVES = LinearLayer(2, Weights=[[1, -2], [0.3, 0]], Biases=[5, 0])


def test_numbers_as_they_were_given():
    assert str(Formula(XOR, Entries=())) == (
        "Output = LogisticSigmoid(20*LogisticSigmoid(30 - 20.1*Input[0] - 20.3*Input[1]) "
        "+ 20*LogisticSigmoid(20*Input[0] + 20*Input[1] - 10) - 30)"
    )


def test_with_names_for_what_is_inside():
    assert str(Formula(XOR, Entries=(), Form="Composed")).splitlines() == [
        "Output = LogisticSigmoid(20*h_2[0] + 20*h_2[1] - 30)",
        "    h_2[0] = LogisticSigmoid(20*Input[0] + 20*Input[1] - 10)",
        "    h_2[1] = LogisticSigmoid(30 - 20.1*Input[0] - 20.3*Input[1])",
    ]
    assert r"{h^{(\mathrm{2})}}_{0}" in Formula(XOR, Entries=(), Form="Composed").latex()


def test_several_entries():
    found = Formula(HALVES, Entries=All)

    assert isinstance(found, Written)
    assert str(found) == "Output[0] = Input[0] - 2*Input[1] + 5\nOutput[1] = 0.3*Input[0]"
    assert r"{\mathrm{Output}}_{1} &= 0.3 {\mathrm{Input}}_{0}" in found.latex()
    assert found[1] == Formula(HALVES, Entries=1)
    assert list(Formula(HALVES, Entries=[1])) == [1]
    assert isinstance(found[1], OneFormula)


def test_arrays_by_name():
    assert str(Formula(HALVES, Entries=1, Arrays="Symbolic")) == (
        "Output[1] = Biases[1] + Input[0]*Weights[1, 0] + Input[1]*Weights[1, 1]"
    )


def test_numbers_have_the_digits_of_their_precision():
    layer = LinearLayer((), Weights=np.array([[1 / 3]], "float32"), Biases=None)
    formula = Formula(layer, Entries=())

    assert str(formula) == "Output = 0.3333333*Input[0]"
    assert "0.3333333 " in formula.latex()
    (number,) = formula.entry.atoms(sympy.Float)
    assert float(number) == float(np.float32(1 / 3))


def test_what_is_beyond_the_ends_is_gone():
    layer = ConvolutionLayer(1, 2, PaddingSize=1, Biases=None, Input=(1, 2))

    assert str(Formula(layer, Entries=(0, 0))) == "Output[0, 0] = Input[0, 0]*Weights[0, 0, 1]"


def test_a_sequence_step_by_step():
    net = NetChain([LongShortTermMemoryLayer(2), SequenceLastLayer()], Input=(2, 1))

    formula = Formula(net, Entries=0)

    names = [one.name for one in formula.where]
    assert names.index("s_1[0, 1]") < names.index("i_1[1, 0]") < names.index("s_1[1, 0]")
    assert all(one.sizes == () and one.first is None for one in formula.where)
    assert not any("-1" in name for name in names)


def test_an_index_that_an_input_gives():
    net = NetChain([EmbeddingLayer(2, 3), Tanh, SequenceLastLayer()], Input=2)

    assert str(Formula(net, Entries=0)) == "Output[0] = tanh(Weights_1[Input[1] - 1, 0])"


def test_numbers_that_are_drawn():
    layer = RandomArrayLayer(NormalDistribution(0, 1), Output=(2,))

    assert str(Formula(layer, Entries=1)) == "Output[1] ~ NormalDistribution(0, 1)"


def test_a_python_function():
    host = CompiledLayer(np.sort)

    assert str(Formula(NetChain([host], Input=3), Entries=2)) == "Output[2] = sort(Input)[2]"
    with pytest.raises(NetError) as error:
        Formula(NetChain([Tanh, host], Input=3), Entries=2)
    assert "sort" in error.value.facts["because"]


@pytest.mark.parametrize("entries", [All, 0, [0, 1]], ids=str)
def test_what_would_be_too_large(entries):
    with pytest.raises(NetError) as error:
        Formula(LinearLayer(1000, Input=1000), Entries=entries)
    assert "parts" in error.value.facts["got"]
    assert "2000" in error.value.facts["expected"]


def test_too_large_without_names():
    net = NetChain([LinearLayer(3), Tanh] * 5, Input=3)

    with pytest.raises(NetError) as error:
        Formula(net, Entries=0, Form="Expanded")
    assert "Composed" in error.value.facts["expected"]
    assert Formula(net, Entries=0).where


def test_open_sizes():
    with pytest.raises(NetError) as error:
        Formula(LinearLayer(3, Input="n"), Entries=0)
    assert error.value.facts["got"] == "n"


@pytest.mark.parametrize("entries", [2, -1, (0, 0), [0, 2], "0", 0.0, True, ()], ids=str)
def test_an_entry_that_is_not_there(entries):
    with pytest.raises(SettingError) as error:
        Formula(HALVES, Entries=entries)
    assert "0 to 1" in error.value.facts["expected"]


@pytest.mark.parametrize(
    ("call", "fact"),
    [
        (lambda: Formula(HALVES, "Outpt"), ("nearest", "Output")),
        (lambda: Formula(HALVES, Form="composed"), ("nearest", "Composed")),
        (lambda: Formula(HALVES, Entries=0, Arrays="Symbols"), ("nearest", "Symbolic")),
        (lambda: Formula(LinearLayer), ("nearest", "LinearLayer()")),
        (lambda: Formula(HALVES, Entry=0), ("nearest", "Entries")),
    ],
)
def test_wrong_calls(call, fact):
    with pytest.raises(SettingError) as error:
        call()
    assert error.value.facts[fact[0]] == fact[1]


def test_of_several_outputs():
    layer = LongShortTermMemoryLayer(1, Input=(2, 1))

    assert str(Formula(layer, "CellState").output) == "CellState[j]"  # i is the input gate
    assert str(Formula(layer, "CellState", Entries=0).output) == "CellState[0]"


def test_derivatives_of_entries():
    entries = Formula(LinearLayer(2, Input=2, Biases=None), Entries=All)

    assert str(entries.diff("Input")) == (
        "dOutput[0]/dInput[i] = KroneckerDelta(0, i)*Weights[0, 0] + "
        "KroneckerDelta(1, i)*Weights[0, 1]\n"
        "dOutput[1]/dInput[i] = KroneckerDelta(0, i)*Weights[1, 0] + "
        "KroneckerDelta(1, i)*Weights[1, 1]"
    )


def test_what_became_numbers_has_no_derivative():
    entry = Formula(LinearLayer(2, Input=1, Weights=[[1], [2]], Biases=None), Entries=0)

    with pytest.raises(SettingError) as error:
        entry.diff("Weights")
    assert error.value.facts["expected"] == "Input"


def test_several_entries_are_no_function():
    entries = Formula(LinearLayer(2, Input=2), Entries=All)

    for ask in (entries.lambdify, lambda: entries.code("c")):
        with pytest.raises(NetError, match="no function together"):
            ask()
