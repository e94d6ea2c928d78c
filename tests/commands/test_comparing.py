"""Several nets on the command line: info side by side, and diff."""

import json

import pytest

from netdsl import Information, LinearLayer, NetChain, NetDifference, NetInitialize, Ramp, Tanh

A, B = "NetChain([3, Tanh])", "NetChain([4, Ramp])"
NETS = [NetChain([3, Tanh]), NetChain([4, Ramp])]


def ready():
    return [net.with_ports({"Input": 2}) for net in NETS]


# ---- info ---------------------------------------------------------------------------------------


def test_nets_beside_each_other(run):
    assert run("info", A, B, "--Input", "2") == (0, Information(ready()).text() + "\n", "")
    assert run("info", A, "--width", "60", B)[1] == Information(NETS).text(60) + "\n"
    assert len(json.loads(run("info", A, B, A, "--json")[1])["nets"]) == 3


def test_forms_of_a_comparison(run):
    assert run("info", A, B, "--format", "markdown")[1] == Information(NETS).to_markdown()
    assert run("info", A, B, "--format", "latex")[1] == Information(NETS).to_latex()
    assert Information(NETS)._repr_html_() in run("info", A, B, "--format", "html")[1]
    code, out, err = run("info", A, B, "--format", "svg")
    assert (code, out) == (2, "")
    assert "one net" in err


def test_a_property_of_several_nets(tmp_path, run):
    file = tmp_path / "a.net"
    file.write_text(A, "utf-8")

    _, out, _ = run("info", str(file), B, "--Input", "2", "--property", "ArraysElementCounts")

    assert out.splitlines() == [
        f"{file}: 1, Weights: 6",
        f"{file}: 1, Biases: 3",
        f"{B}: 1, Weights: 8",
        f"{B}: 1, Biases: 4",
    ]
    found = run("info", A, B, "--property", "LayersCount", "--json")[1]
    assert json.loads(found) == [2, 2]


def test_what_is_not_compared(run):
    assert run("info", A, "LinearLayer")[0] == 2
    assert "standard input" in run("info", "-", "-")[2]
    assert run("info", A, "no.net")[0] == 2


# ---- diff ---------------------------------------------------------------------------------------


def test_what_differs_and_its_exit_code(run):
    expected = NetDifference(*NETS).text()

    assert run("diff", A, B) == (1, expected + "\n", "")
    code, out, _ = run("diff", A, A)
    assert code == 0
    assert out.startswith("Nothing differs")


def test_ports_are_those_of_both(run):
    expected = NetDifference(*ready()).text(60)

    assert run("diff", A, B, "--Input", "2", "--width", "60") == (1, expected + "\n", "")


def test_forms_of_a_difference(run):
    found = NetDifference(*NETS)

    assert json.loads(run("diff", A, B, "--json")[1]) == found.to_dict()
    assert run("diff", A, B, "--format", "markdown")[1] == found.to_markdown()
    assert run("diff", A, B, "--format", "html")[1].count(found._repr_html_()) == 1


def test_a_tolerance(tmp_path, run):
    net = NetInitialize(LinearLayer(2, Input=2, Biases=[0, 0]))
    near = LinearLayer(2, Input=2, Weights=net.Weights, Biases=[0, 1e-4])
    files = [tmp_path / "a.net", tmp_path / "b.net"]
    for file, each in zip(files, (net, near), strict=True):
        file.write_text(each.source(None), "utf-8")
    words = ("diff", *map(str, files))

    assert run(*words)[0] == 1
    assert run(*words, "--tolerance", "1e-3")[0] == 0


def test_all_that_is_wrong_is_2_and_never_taken_for_a_difference(run):
    wrong = "NetChain([LinearLayer(3), LinearLayer(4, Input=5)])"

    assert run("info", wrong)[0] == 1
    for words in ((A, wrong), (A, "no.net"), (A, "LinearLayer"), ("-", "-")):
        code, out, err = run("diff", *words)
        assert (code, out) == (2, "")
        assert err.startswith("netdsl: ")


@pytest.mark.parametrize("words", [(A,), (A, B, B), (A, B, "--tolerance", "-1")])
def test_wrong_calls_of_diff(words, run, capsys):
    with pytest.raises(SystemExit) as error:
        run("diff", *words)
    assert error.value.code == 2
    assert capsys.readouterr().err.startswith("usage: netdsl diff")
