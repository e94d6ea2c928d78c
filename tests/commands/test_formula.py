"""The command formula: forms, entries, derivatives, code."""

import json
import runpy

import numpy as np
import pytest

from netdsl import All, Formula, NetChain, NetInitialize, Tanh

TEXT = "NetChain([3, Tanh, 2], Input=2)"
NET = NetChain([3, Tanh, 2], Input=2)
FORKED = 'NetGraph({"a": 3, "b": Tanh}, [("a", NetPort("u")), ("a", "b")], Input=2)'


@pytest.fixture
def small(tmp_path):
    """A net with numbers, and its file."""
    net = NetInitialize(NET, RandomSeeding=3)
    path = tmp_path / "small.net"
    path.write_text(net.source(None), "utf-8")
    return net, str(path)


@pytest.mark.parametrize("form", ["Composed", "Expanded"])
def test_the_form(form, run):
    expected = Formula(NET, Form=form)

    assert run("formula", TEXT, "--form", form.lower()) == (0, f"{expected}\n", "")
    assert str(Formula(NET, Form="Composed")) != str(Formula(NET, Form="Expanded"))


def test_entries_have_the_numbers_of_arrays(small, run):
    net, path = small

    assert run("formula", path, "--entry", "1")[1] == f"{Formula(net, Entries=1)}\n"
    assert run("formula", path, "--entry", "1", "--entry", "0")[1] == (
        f"{Formula(net, Entries=[1, 0])}\n"
    )
    assert run("formula", path, "--entry", "all")[1] == f"{Formula(net, Entries=All)}\n"
    latex = run("formula", path, "--entry", "all", "--latex")[1]
    assert latex == Formula(net, Entries=All).latex() + "\n"


def test_an_entry_of_a_matrix(run):
    text = "ElementwiseLayer(Tanh, Input=(2, 3))"

    assert run("formula", text, "--entry", "1,2")[1] == "Output[1, 2] = tanh(Input[1, 2])\n"


@pytest.mark.parametrize(("entry", "code"), [("x", 2), ("0.5", 2), ("?", 2), ("7", 1), ("0,0", 1)])
def test_wrong_entries(entry, code, run):
    found, out, err = run("formula", TEXT, "--entry", entry)

    assert (found, out) == (code, "")
    assert "indices" in err


@pytest.mark.parametrize(
    ("name", "position"), [("Input", "Input"), ("Weights_1", "Weights_1"), ("1,Weights", None)]
)
def test_derivatives(name, position, run):
    expected = Formula(NET).diff(position or (1, "Weights"))

    assert run("formula", TEXT, "--diff", name) == (0, f"{expected}\n", "")


def test_a_derivative_of_each_entry(small, run):
    net, path = small

    found = run("formula", path, "--entry", "0", "--entry", "1", "--diff", "Input")[1]

    entries = Formula(net, Entries=[0, 1]).values()
    assert found == "".join(f"{each.diff('Input')}\n" for each in entries)


def test_a_derivative_by_nothing(run):
    code, out, err = run("formula", TEXT, "--diff", "Weights_2")

    assert (code, out) == (1, "")
    assert "Weights_1" in err


@pytest.mark.parametrize("language", ["numpy", "c", "wolfram", "julia"])
def test_code(language, small, run):
    net, path = small

    code, out, err = run("formula", path, "--code", language)

    assert (code, err) == (0, "")
    assert out.rstrip("\n") == Formula(net).code(language).rstrip("\n")


def test_code_of_numpy_runs(small, run, tmp_path):
    net, path = small
    file = tmp_path / "small.py"

    file.write_text(run("formula", path, "--code", "numpy")[1], "utf-8")

    room = runpy.run_path(str(file))
    np.testing.assert_allclose(room["output"]([1, 2]), net([1, 2]), rtol=1e-5)


def test_code_of_several_outputs_is_one_text(run, tmp_path):
    file = tmp_path / "forked.py"

    file.write_text(run("formula", FORKED, "--code", "numpy")[1], "utf-8")

    assert {"u", "output"} <= set(runpy.run_path(str(file)))


def test_as_json(run):
    formula = Formula(NET)
    shown = {"text": str(formula), "latex": formula.latex()}

    assert json.loads(run("formula", TEXT, "--json")[1]) == {"Output": shown}
    code = json.loads(run("formula", TEXT, "--code", "c", "--json")[1])
    assert code == {"Output": {**shown, "code": formula.code("c")}}
    assert list(json.loads(run("formula", FORKED, "--json")[1])) == ["u", "Output"]


def test_entries_as_json(run):
    found = json.loads(run("formula", TEXT, "--entry", "0", "--entry", "1", "--json")[1])["Output"]

    both = Formula(NET, Entries=[0, 1])
    assert found["text"] == str(both)
    assert found["latex"] == both.latex()
    assert found["entries"] == [
        {"entry": [at], "text": str(both[at]), "latex": both[at].latex()} for at in (0, 1)
    ]


def test_derivatives_of_entries_as_json_are_a_list(run):
    words = ("--entry", "0", "--entry", "1", "--diff", "Input", "--json")

    found = json.loads(run("formula", TEXT, *words)[1])["Output"]

    assert [each["text"].split(" = ")[0] for each in found] == [
        "dOutput[0]/dInput[i]",
        "dOutput[1]/dInput[i]",
    ]


def test_what_has_no_formula(run):
    assert run("formula", "LinearLayer")[0] == 1
    code, out, err = run("formula", 'NetEncoder("Boolean")')
    assert (code, out) == (1, "")
    assert "Formula" in err


def test_latex_and_code_are_not_asked_for_together(run):
    with pytest.raises(SystemExit) as error:
        run("formula", TEXT, "--latex", "--code", "c")
    assert error.value.code == 2
