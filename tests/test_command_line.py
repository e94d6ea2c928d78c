"""The command line: what its commands print, where, and what they return."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from netdsl import (
    Information,
    LinearLayer,
    NetChain,
    NetInitialize,
    NetShapes,
    SoftmaxLayer,
    Tanh,
)
from netdsl.__main__ import main
from netdsl.files.argument import sizes_named
from netdsl.symbols import Automatic, Restricted

ROOT = Path(__file__).parents[1]
TEXT = "NetChain([LinearLayer(3), Tanh])"
NET = NetChain([LinearLayer(3), Tanh])
GRAPH = 'NetGraph({"a": 3, "b": 4}, [NetPort("words") >> "a" >> "b"])'


def run(capsys, *words):
    code = main(words)
    found = capsys.readouterr()
    return code, found.out, found.err


def misused(capsys, *words):
    with pytest.raises(SystemExit) as error:
        main(words)
    assert error.value.code == 2
    return capsys.readouterr().err


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "some.net"
    path.write_text(NetInitialize(NET.with_ports({"Input": 2})).source(None), "utf-8")
    return path


# ---- what is printed ----------------------------------------------------------------------------


def test_the_report(capsys):
    code, out, err = run(capsys, "info", TEXT, "--Input", "2")

    assert (code, err) == (0, "")
    assert out == Information(NET.with_ports({"Input": 2})).text() + "\n"


def test_the_report_is_as_wide_as_asked(capsys):
    _, out, _ = run(capsys, "info", TEXT, "--width", "60")

    assert out == Information(NET).text(60) + "\n"
    assert max(map(len, out.splitlines())) <= 60


def test_the_report_as_json(capsys):
    _, out, _ = run(capsys, "info", TEXT, "--Input", "n", "--json")

    assert json.loads(out) == Information(NET.with_ports({"Input": "n"})).to_dict()


def test_coders_and_classes_have_reports(capsys):
    assert "IndicatorVector" in run(capsys, "info", 'NetEncoder("Class", ["a"])')[1]
    assert "LinearLayer(Size)" in run(capsys, "info", "LinearLayer")[1]
    facts = json.loads(run(capsys, "info", "LinearLayer", "--json")[1])
    assert facts == Information(LinearLayer).to_dict()


@pytest.mark.parametrize("name", Information(NET, "Properties"))
def test_every_property_is_printed(name, file, capsys):
    for words in ([], ["--json"]):
        code, out, err = run(capsys, "info", str(file), "--property", name, *words)
        assert (code, err) == (0, "")
        assert not words or json.loads(out) is not False


def test_a_property_is_printed_in_full(capsys):
    net = NetInitialize(LinearLayer(40, Input=50))

    _, out, _ = run(capsys, "info", net.source(None), "--property", "Arrays", "--json")

    weights = json.loads(out)[0]
    assert weights["position"] == ["Weights"]
    assert weights["value"] == [[float(str(x)) for x in row] for row in net.Weights]


def test_the_shapes(capsys):
    code, out, _ = run(capsys, "shapes", "--Input", "c,h", TEXT, "--Output=?")

    assert code == 0
    assert out == NetShapes(NET, Input=("c", "h"), Output=(Automatic,)).text() + "\n"
    latex = run(capsys, "shapes", TEXT, "--Input", "c,h", "--latex")[1]
    assert latex == NetShapes(NET, Input=("c", "h")).latex() + "\n"


def test_the_shapes_as_json(capsys):
    found = json.loads(run(capsys, "shapes", TEXT, "--Input", "c,2", "--json")[1])

    assert found == NetShapes(NET, Input=("c", 2)).to_dict()
    assert found["parameters"] == "6*c + 3"
    weights = next(row for row in found["rows"] if row["name"] == "Weights")
    assert (weights["path"], weights["kind"], weights["dims"]) == ([1], "array", [3, "2*c"])


def test_the_formula(capsys):
    text = "SoftmaxLayer(Input=3)"
    formula = Information(SoftmaxLayer(Input=3), "Formula")

    assert run(capsys, "formula", text) == (0, f"{formula}\n", "")
    assert run(capsys, "formula", text, "--latex")[1] == formula.latex() + "\n"
    assert json.loads(run(capsys, "formula", text, "--json")[1]) == {
        "Output": {"text": str(formula), "latex": formula.latex()}
    }


def test_one_formula_of_several(capsys):
    text = 'NetGraph({"a": 3, "b": Tanh}, [("a", NetPort("u")), ("a", "b")], Input=2)'
    _, both, _ = run(capsys, "formula", text)
    _, one, _ = run(capsys, "formula", text, "--output", "u")

    assert both.startswith("u[i] =")
    assert one == both.splitlines(keepends=True)[0]
    code, _, err = run(capsys, "formula", text, "--output", "Outpt")
    assert code == 2
    assert "nearest: Output" in err


def test_ports_of_all_names(capsys):
    assert "vector of size 7" in run(capsys, "info", GRAPH, "--words=7")[1]
    named = GRAPH.replace("words", "Words")
    assert "Words (vector of size 7)" in run(capsys, "info", named, "--Words", "7")[1]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("3", (3,)),
        ("3,224,224", (3, 224, 224)),
        ("c, h ,w", ("c", "h", "w")),
        ("c x h x 2", ("c", "h", 2)),
        ("?,_,Automatic", (Automatic,) * 3),
        ("Automatic", Automatic),
        ("Varying,Integer", ("Varying", "Integer")),
        ("()", ()),
        ('("n", Restricted("Integer", 9))', ("n", Restricted("Integer", 9))),
    ],
)
def test_sizes(text, sizes):
    assert sizes_named(text) == sizes


# ---- where a net comes from ------------------------------------------------------------------


def test_a_file_a_text_and_standard_input(file, monkeypatch, capsys):
    found = run(capsys, "info", str(file))
    data = file.read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    assert run(capsys, "info", "-") == found == run(capsys, "info", data.decode())


def test_a_file_comes_before_an_expression(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("LinearLayer(3)").write_text("LinearLayer(4)", "utf-8")

    assert "LinearLayer(4)" in run(capsys, "info", "LinearLayer(3)")[1]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no.net", "no.net: no such file"),
        ("a/LinearLayer", "no such file"),
        ("lenet", "no such file, and no layer"),
        ("LinerLayer", "nearest: LinearLayer"),
        (".", "is a directory"),
        ("", "NET is empty"),
    ],
)
def test_what_is_no_file(name, said, capsys):
    code, out, err = run(capsys, "info", name)

    assert (code, out) == (2, "")
    assert err.startswith("netdsl: ")
    assert said in err


@pytest.mark.parametrize("data", [b"", b"\x80\x04.", b"\xff", b"import os", b"LinearLayer(3,\n 4"])
def test_files_that_hold_no_net(data, tmp_path, capsys):
    path = tmp_path / "some.net"
    path.write_bytes(data)

    code, out, err = run(capsys, "info", str(path))

    assert (code, out) == (1, "")
    assert str(path) in err


# ---- errors --------------------------------------------------------------------------------------


def test_a_net_that_does_not_fit(capsys):
    code, out, err = run(capsys, "info", "NetChain([LinearLayer(3), LinearLayer(4, Input=5)])")

    assert (code, out) == (1, "")
    assert err.startswith("netdsl: Two sizes disagree.\n  layer     net[2]")


def test_errors_as_json(capsys):
    _, out, err = run(capsys, "info", "LinearLayer(3, Inptu=2)", "--json")

    assert out == ""
    error = json.loads(err)["error"]
    assert (error["kind"], error["facts"]["nearest"]) == ("SettingError", "Input")
    _, _, err = run(capsys, "info", "no.net", "--json")
    assert json.loads(err)["error"]["kind"] == "usage"


def test_unknown_ports_and_properties(capsys):
    code, _, err = run(capsys, "shapes", TEXT, "--Inptu", "3")
    assert code == 2
    assert "nearest: Input" in err
    code, _, err = run(capsys, "info", TEXT, "--property", "Propertees")
    assert code == 1
    assert "nearest   Properties" in err
    assert run(capsys, "shapes", TEXT, "--Input", "3,,4")[0] == 2
    assert run(capsys, "shapes", TEXT, "--Input", "0")[0] == 1
    assert run(capsys, "shapes", "LinearLayer", "--Input", "3")[0] == 2
    assert run(capsys, "shapes", "LinearLayer")[0] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["info"], "NET"),
        (["info", TEXT, "--jsn"], "nearest: --json"),
        (["shapes", TEXT, TEXT], "unrecognized"),
        (["info", TEXT, "--Input"], "expected sizes"),
        (["info", TEXT, "--Input=3", "--Input", "3"], "given twice"),
        (["info", TEXT, "--width", "0"], "from 1"),
        (["info", TEXT, "--format", "pdf"], "invalid choice"),
        (["info", GRAPH, "--words", "3"], "--words=3"),
        (["inof", TEXT], "invalid choice"),
    ],
)
def test_wrong_calls(words, said, capsys):
    err = misused(capsys, *words)

    assert err.startswith("usage: netdsl")
    assert said in err


def test_an_older_name_is_noted(capsys):
    code, out, err = run(capsys, "info", "NetChain([BatchNormalizationLayer(Beta=[1, 2])])")

    assert code == 0
    assert out
    assert err.startswith("netdsl: note: ")


@pytest.mark.parametrize("name", ["info", "shapes", "formula", "diff"])
def test_the_help_has_examples(name, capsys):
    with pytest.raises(SystemExit) as error:
        main([name, "--help"])
    assert error.value.code == 0
    out = capsys.readouterr().out
    assert "--Input SIZES" in out
    assert f"netdsl {name} " in out.split("examples:")[1]


# ---- as a process --------------------------------------------------------------------------------


def process(words, **more):
    command = [sys.executable, "-m", "netdsl", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, **more)


def test_as_a_process():
    found = process(["shapes", "-", "--Input", "h"], input=TEXT.encode())
    assert (found.returncode, found.stderr) == (0, b"")
    assert "Weights  3 x h" in found.stdout.decode()
    found = process(["info", "LinearLayer(0)"])
    assert (found.returncode, found.stdout) == (1, b"")
    assert b"Traceback" not in found.stderr
    assert process(["info"]).returncode == 2


def test_a_reader_that_goes_away_is_met_with_silence():
    command = f"{sys.executable} -m netdsl info LinearLayer --json | head -c 1"

    found = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, check=False)

    assert (found.stdout, found.stderr) == (b"{", b"")


def test_an_output_without_umlauts():
    found = process(["info", 'LinearLayer(3, Input="ä")'], env={"PYTHONIOENCODING": "ascii"})

    assert (found.returncode, found.stderr) == (0, b"")
    assert b"\\xe4" in found.stdout


def test_a_report_of_a_chain_loads_no_algebra():
    script = "import sys, netdsl.__main__ as m; m.main(sys.argv[1:]); print(*sys.modules)"

    out = subprocess.check_output(
        [sys.executable, "-c", script, "info", TEXT, "--Input", "2"], cwd=ROOT, text=True
    )

    assert "netdsl.files.reader" in out.split()
    assert not {"sympy", "networkx"} & set(out.split())


# ---- calls that cannot be meant -----------------------------------------------------------------


def test_only_a_net_has_ports(capsys):
    code, out, err = run(capsys, "info", "NetEncoder('Boolean')", "--Input", "3")

    assert (code, out) == (2, "")
    assert "only a net has ports" in err


def test_an_option_before_the_command(capsys):
    err = misused(capsys, "--json", "info", "[3]")

    assert "--json stands behind the command" in err
    assert "nearest" not in err


@pytest.mark.parametrize(
    "words", [["info", "[3]", "--width", "abc"], ["diff", "[3]", "[3]", "--tolerance", "abc"]]
)
def test_an_option_that_is_no_number(capsys, words):
    err = misused(capsys, *words)

    assert "number from" in err
    assert "got 'abc'" in err


@pytest.mark.parametrize("text", ["(3, h, w)", "[3,h,w]", "( 3, h, w, )"])
def test_names_of_sizes_stand_in_brackets_too(text):
    assert sizes_named(text) == (3, "h", "w")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk")
def test_a_full_disk():
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "netdsl", "info", "[3]"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
    assert found.returncode == 2
    assert "no space" in found.stderr
    assert "Traceback" not in found.stderr
