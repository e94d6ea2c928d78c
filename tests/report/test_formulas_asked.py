"""How formulas and derivatives are asked for, named and shown."""

import numpy as np
import pytest
import sympy

import netdsl
from netdsl import (
    AggregationLayer,
    All,
    Formula,
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    Mean,
    NetArray,
    NetChain,
    NetError,
    NetGraph,
    NetPort,
    NetShapes,
    NormalDistribution,
    NormalizationLayer,
    Ramp,
    RandomArrayLayer,
    SettingError,
    SummationLayer,
    Tanh,
)
from netdsl.formula import Formula as OneFormula

LINEAR = LinearLayer(3, Input=2)
DEEP = NetChain([LinearLayer(3), Ramp] * 12, Input=2)
TWO = NetGraph(
    {"a": LinearLayer(2), "b": Tanh},
    [(NetPort("x"), "a"), ("a", NetPort("y_out")), ("a", "b", NetPort("z"))],
    x=3,
)


def twice(first="W", second=None):
    return NetChain(
        [
            LinearLayer(3, Weights=NetArray(first)),
            Tanh,
            LinearLayer(3, Weights=NetArray(second or first)),
        ],
        Input=3,
    )


@pytest.fixture
def derived(monkeypatch):
    """The names by which formulas are derived, in order."""
    asked = []
    diff = OneFormula.diff
    monkeypatch.setattr(OneFormula, "diff", lambda self, at: asked.append(at) or diff(self, at))
    return asked


# ---- derivatives by position -------------------------------------------------------------------


def test_derivatives_are_computed_when_they_are_asked_for_and_kept(derived):
    gradients = Information(DEEP, "Gradients")

    assert len(gradients) == len(list(gradients)) == 25
    assert (23, "Biases") in gradients
    assert (24, "Biases") not in gradients
    assert derived == []
    first = gradients[23, "Biases"]
    assert gradients[23, "Biases"] is first
    assert gradients["Input"] is gradients[("Input",)]
    assert derived == [(23, "Biases"), ("Input",)]


def test_a_large_net_prints_positions_alone(derived):
    shown = str(Information(DEEP, "Gradients"))

    assert shown.splitlines()[0] == (
        '25 derivatives of Output[i], each computed when it is asked for: gradients[1, "Weights"]'
    )
    assert '(23, "Biases")' in shown
    assert derived == []
    assert Information(DEEP, "Gradients")._repr_latex_() is None


def test_a_small_net_prints_all():
    gradients = Information(LINEAR, "Gradients")

    assert str(gradients).splitlines() == [
        "dOutput[i]/dInput[j] = Weights[i, j]",
        "dOutput[i]/dWeights[j, k] = KroneckerDelta(i, j)*Input[k]",
        "dOutput[i]/dBiases[j] = KroneckerDelta(i, j)",
    ]
    assert gradients._repr_latex_().count(r"\frac") == 3
    assert gradients == dict(gradients)
    assert gradients.get((1, "Weights"), 0) == 0
    with pytest.raises(SettingError, match="no such input"):
        gradients["Weight"]


def test_derivatives_of_several_outputs_print_one_below_the_other():
    gradients = Information(TWO, "Gradients")

    assert list(gradients) == ["y_out", "z"]
    first, second = str(gradients).split("\n\n")
    assert (first, second) == (str(gradients["y_out"]), str(gradients["z"]))


def test_what_has_no_derivative_is_said_where_it_would_stand():
    noise = RandomArrayLayer(lambda mean: NormalDistribution(mean, 1))
    net = NetChain([LinearLayer(2), noise, LinearLayer(2)], Input=2)
    gradients = Information(net, "Gradients")

    assert 'by (1, "Weights"): ' in str(gradients)
    assert "dOutput[i]/dBiases_3[j] = KroneckerDelta(i, j)" in str(gradients)
    with pytest.raises(NetError):
        gradients[1, "Weights"]


# ---- entries -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "entries", "indices"),
    [
        (LINEAR, range(2), [0, 1]),
        (LINEAR, range(2, 3), [2]),
        (LINEAR, (All,), [0, 1, 2]),
        (LinearLayer((2, 3), Input=1), (1, All), [(1, 0), (1, 1), (1, 2)]),
        (LinearLayer((2, 3), Input=1), [(All, 0), (1, 1)], [(0, 0), (1, 0), (1, 1)]),
        (LINEAR, [np.int64(1)], [1]),
    ],
)
def test_several_entries(net, entries, indices):
    found = Formula(net, Entries=entries)

    assert list(found) == indices
    assert all(str(one) == str(Formula(net, Entries=at)) for at, one in found.items())


@pytest.mark.parametrize("net", [LINEAR, LinearLayer((), Input=2)], ids=str)
def test_no_entries(net):
    with pytest.raises(SettingError, match="no such entry"):
        Formula(net, Entries=[])
    with pytest.raises(SettingError, match="no such entry"):
        Formula(net, Entries=range(0))


def test_the_entry_of_a_number():
    with pytest.raises(SettingError) as error:
        Formula(LinearLayer((), Input=2), Entries=0)
    assert error.value.facts["expected"] == "Entries=(), since it is one number"


# ---- names -------------------------------------------------------------------------------------


def test_names_with_characters_that_latex_reads_as_commands():
    net = NetChain({"50%": 3, "a&b": Tanh, "out#2": 4, "{$}": Tanh, r"~^\ ": 2}, Input=2)
    text = Formula(net, Form="Composed").latex()

    for mark in (r"50\%", r"a\&b", r"out\#2", r"\{\$\}", r"{\sim}{\wedge}\backslash{}\ "):
        assert rf"^{{(\mathrm{{{mark}}})}}" in text


def test_names_of_ports_are_shown_whole():
    assert Formula(TWO, "y_out").latex() == (
        r"{\mathrm{y\_out}}_{i} = {\mathrm{Biases}^{(\mathrm{a})}}_{i} + \sum_{j=0}^{2} "
        r"{\mathrm{Weights}^{(\mathrm{a})}}_{i,j} {x}_{j}"
    )
    net = NetGraph({"a": Tanh}, [(NetPort("In"), "a"), ("a", NetPort("Re"))], In=())
    assert Formula(net).latex() == r"\mathrm{Re} = \tanh{\left(\mathrm{In} \right)}"
    assert (
        Formula(net)
        .diff("In")
        .latex()
        .startswith(r"\frac{\partial \mathrm{Re}}{\partial \mathrm{In}} =")
    )


def test_names_of_ports_in_derivatives_are_shown_whole():
    net = NetGraph({"a": Tanh}, [(NetPort("In"), "a"), ("a", NetPort("Re"))], In=3)

    assert (
        Formula(net)
        .diff("In")
        .latex()
        .startswith(r"\frac{\partial {\mathrm{Re}}_{i}}{\partial {\mathrm{In}}_{j}} =")
    )


def test_names_that_layers_make_may_be_greek():
    layer = NormalizationLayer(Input=(2, 3))

    assert r"{\mu}_{i} &= \frac{1}{3}" in Formula(layer).latex()
    deep = NetChain([layer, Tanh])
    assert r"{\mu^{(\mathrm{1})}}_{i} &= \frac{1}{3}" in Formula(deep, Form="Composed").latex()
    net = NetGraph({"a": Tanh}, [(NetPort("mu"), "a")], mu=())
    assert Formula(net).latex() == r"\mathrm{Output} = \tanh{\left(\mathrm{mu} \right)}"


def test_names_of_sizes_are_shown_whole():
    text = Formula(SummationLayer(Input="row_size")).latex()

    assert r"\sum_{i=0}^{\mathrm{row\_size} - 1}" in text


@pytest.mark.parametrize(
    "at", [(1, "Weights"), (3, "Weights"), [3, "Weights"], "W", NetArray("W")], ids=str
)
def test_a_shared_array_by_any_of_its_places(at):
    formula = Formula(twice())

    assert str(formula) == (
        "Output[i] = Biases_3[i] + Sum(tanh(Biases_1[j] + Sum(Input[k]*W[j, k], (k, 0, 2)))"
        "*W[i, j], (j, 0, 2))"
    )
    assert formula.diff(at) == formula.diff("W")
    assert str(formula.diff(at).output) == "dOutput[i]/dW[j, k]"
    assert Information(twice(), "Gradients")[at].output == formula.diff("W").output


@pytest.mark.parametrize(
    ("net", "name", "array"),
    [
        (twice("tower/1"), "Weights_1", "tower/1"),
        (twice("Input"), "Weights_1", "Input"),
        (twice("Biases_3"), "Weights_1", "Biases_3"),
        (twice("i"), "i", "i"),
        (twice("h_2"), "h_2", "h_2"),
        (
            LongShortTermMemoryLayer(2, InputGateBiases=NetArray("f"), Input=(3, 2)),
            "InputGateBiases",
            "f",
        ),
    ],
)
def test_a_shared_array_whose_name_may_be_taken(net, name, array):
    formula = Formula(net, "Output", Form="Composed")

    assert name in formula.dims
    assert formula.diff(NetArray(array)) == formula.diff(name)
    indices = {str(index) for one in formula.where for index in one.indices}
    assert name not in {*indices, *(one.name for one in formula.where)}


def test_lengths_have_the_names_that_reports_give_them():
    one = AggregationLayer(Mean, 1, Input=("Varying", 2))
    assert str(Formula(one)) == "Output[i] = Sum(Input[j, i], (j, 0, length - 1))/length"
    assert NetShapes(one).facts == ("length is Varying",)

    both = NetGraph(
        {
            "a": AggregationLayer(Mean, All),
            "b": AggregationLayer(Mean, All),
            "c": netdsl.TotalLayer(),
        },
        [(NetPort("l"), "a"), (NetPort("r"), "b"), (["a", "b"], "c")],
        l="Varying",
        r="Varying",
    )
    assert {str(size) for dims in Formula(both).dims.values() for size in dims} == {
        "length1",
        "length2",
    }
    assert NetShapes(both).facts == ("length1 is Varying", "length2 is Varying")
    assert "n1" in str(Formula(LinearLayer(2)))


# ---- several outputs ---------------------------------------------------------------------------


def test_formulas_of_several_outputs_print_as_equations():
    found = Formula(TWO)

    assert list(found) == ["y_out", "z"]
    assert str(found).splitlines() == [str(found["y_out"]), str(found["z"])]
    assert repr(Information(TWO, "Formula")) == repr(found) == str(found)
    assert found["z"].latex() in found.latex()
    assert found._repr_latex_().startswith(r"$\displaystyle \begin{gathered}")
    assert Information(TWO, "FormulaLaTeX") == {name: one.latex() for name, one in found.items()}
    assert str(found.diff("x")["z"]) == str(found["z"].diff("x"))
    assert len(Formula(TWO, Entries=All)["z"]) == 2


@pytest.mark.parametrize("ask", [lambda found: found.lambdify(), lambda found: found.code("c")])
def test_several_outputs_are_no_function_together(ask):
    with pytest.raises(NetError, match="Several outputs") as caught:
        ask(Formula(TWO))
    assert caught.value.facts["got"] == "the outputs y_out, z"


# ---- sizes to try ------------------------------------------------------------------------------


def test_sizes_are_given_at_ports():
    net = NetChain([3, Ramp])

    assert str(Formula(net, Input=2)) == str(Formula(NetChain([3, Ramp], Input=2)))
    assert str(Formula(net, Entries=0, Input=1)) == (
        "Output[0] = Ramp(Biases_1[0] + Input[0]*Weights_1[0, 0])"
    )
    assert Information(net, "ArraysTotalElementCount", Input=4) == 15
    assert Information([net, net], "ArraysTotalElementCount", Input=4) == [15, 15]
    assert Information(net, ["LayersCount", "ArraysTotalElementCount"], Input=4) == [2, 15]
    assert "Input (vector of size 4)" in str(Information(net, Input=4))
    assert "4*" not in str(net)


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda: Formula(LINEAR, Inpt=2), "Input"),
        (lambda: Formula(LINEAR, Entry=0), "Entries"),
        (lambda: Information(LINEAR, "LayersCount", Outpt=2), "Output"),
        (lambda: Information([LINEAR], Inpt=2), "Input"),
    ],
)
def test_ports_that_are_not_there(ask, near):
    with pytest.raises(SettingError) as error:
        ask()
    assert (error.value.sentence, error.value.facts["nearest"]) == (
        "The net has no such port.",
        near,
    )


@pytest.mark.parametrize("thing", [LinearLayer, netdsl.NetEncoder("Boolean")], ids=str)
def test_only_nets_have_ports(thing):
    with pytest.raises(SettingError, match="at the ports of a net alone"):
        Information(thing, Input=2)


@pytest.mark.parametrize(
    ("net", "call", "got"),
    [
        (NetChain([3, Ramp]), "Input=2", "the rank of Input"),
        (
            netdsl.ConvolutionLayer(1, (5, 4), Input=(1, "h", netdsl.Automatic)),
            "Input=(1, 5, 5)",
            "h, dimension 3 of Input",
        ),
        (AggregationLayer(Mean, 1, Input=("Varying", 2)), "Input=(2, 2)", "length"),
    ],
)
def test_open_sizes_are_asked_for_as_they_are_given(net, call, got):
    with pytest.raises(NetError) as error:
        Formula(net, Entries=(0,) * len(Formula(net).sizes))
    assert error.value.facts["got"] == got
    assert f"Formula(net, {call}, Entries=...)" in error.value.facts["expected"]


# ---- numbers -----------------------------------------------------------------------------------


def test_digits():
    layer = LinearLayer(1, Weights=[[1 / 3, 0.25]], Biases=[0.1])

    assert str(Formula(layer, Entries=0)) == (
        "Output[0] = 0.3333333*Input[0] + 0.25*Input[1] + 0.1"
    )
    assert str(Formula(layer, Entries=All, Digits=1)) == (
        "Output[0] = 0.3*Input[0] + 0.2*Input[1] + 0.1"
    )
    assert "0.33 " in Formula(layer, Entries=0, Digits=2).latex()
    assert Formula(layer, Digits=3).digits == 3
    for digits in (0, "2", 1.5):
        with pytest.raises(SettingError, match="positive integer"):
            Formula(layer, Digits=digits)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_numbers_are_exact_in_what_is_computed(kind):
    weights = np.random.default_rng(1).normal(size=(2, 3)).astype(kind)
    layer = LinearLayer(2, Weights=weights, Biases=None)

    for at in range(2):
        entry = Formula(layer, Entries=at)
        got = [float(entry.entry.coeff(sympy.IndexedBase("Input", real=True)[k])) for k in range(3)]
        assert got == [float(one) for one in weights[at]]
        assert entry.lambdify()([0, 1, 0]) == float(weights[at, 1])


# ---- width -------------------------------------------------------------------------------------

LONG = NetChain(
    [netdsl.ConvolutionLayer(20, 5), Ramp, netdsl.FlattenLayer(), LinearLayer(10)],
    Input=(1, 28, 28),
)


def test_lines_are_broken_between_terms_and_factors():
    formula = Formula(LONG, Form="Composed")

    assert formula.text(60).splitlines() == [
        "Output[i] = Biases_4[i]",
        "        + Sum(Weights_4[i, j]*",
        "        h_2[floor(j/576), Mod(floor(j/24), 24), Mod(j, 24)],",
        "        (j, 0, 11519))",
        "    h_2[i, j, k] = Ramp(Biases_1[i]",
        "        + Sum(Input[0, j + l, k + m]*Weights_1[i, 0, l, m],",
        "        (l, 0, 4), (m, 0, 4)))",
    ]
    assert formula.text() == str(formula)


@pytest.mark.parametrize("width", [70, 80, 1000])
def test_nothing_is_lost_or_broken_inside_an_index(width):
    for formula in (Formula(LONG), Formula(LongShortTermMemoryLayer(2, Input=(3, 2)), "Output")):
        lines = formula.text(width).splitlines()
        assert all(line.count("[") == line.count("]") for line in lines)
        assert "".join(formula.text(width).split()) == "".join(str(formula).split())


@pytest.mark.parametrize("width", [20, 33, 45, 60])
def test_no_line_is_wider(width):
    for formula in (Formula(LONG), Formula(LongShortTermMemoryLayer(2, Input=(3, 2)), "Output")):
        text = formula.text(width)
        assert max(map(len, text.splitlines())) <= width
        assert "".join(text.split()) == "".join(str(formula).split())


def test_what_is_printed_fits_the_terminal(monkeypatch):
    formula = Formula(LONG, Form="Composed")
    whole = str(formula)
    monkeypatch.setattr("netdsl.formula.result.terminal_width", lambda: 60)

    assert str(formula) == repr(formula) == formula.text(60) != whole


def test_entries_within_a_width():
    entries = Formula(LinearLayer(2, Input=4), Entries=All)

    assert entries.text(52).splitlines()[:2] == [
        "Output[0] = Biases[0] + Input[0]*Weights[0, 0]",
        "    + Input[1]*Weights[0, 1]",
    ]
    assert Formula(TWO).text(40).splitlines()[0] == "y_out[i] = Biases_a[i]"


def test_a_report_breaks_its_formula_alike():
    layer = LongShortTermMemoryLayer(2, Input=(3, 2))

    assert Formula(layer, "Output").text(60) in Information(layer).text(60)


# ---- languages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("python", "numpy"),
        ("Mathematica", "wolfram"),
        ("C++", "c"),
        ("C", "c"),
        ("Julia", "julia"),
        ("jl", "julia"),
    ],
)
def test_languages_by_other_names(given, near):
    with pytest.raises(SettingError) as error:
        Formula(LINEAR).code(given)
    assert error.value.facts["nearest"] == near
