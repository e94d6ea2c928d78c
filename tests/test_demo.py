"""The command line, and the first page of the README."""

import re
from pathlib import Path

import pytest

import netdsl
from netdsl import Information, ParametricRampLayer
from netdsl.__main__ import main

README = Path(__file__).parent.parent / "README.md"


def test_the_demo_goes_from_declaration_to_accuracy(capsys):
    assert main(["demo"]) == 0

    shown = capsys.readouterr().out
    for part in ("NetChain of 4", "8 x n", "Piecewise", r"\begin{cases}", "setosa", ">>> "):
        assert part in shown
    right = re.search(r"(\d+) of 30 held-back flowers", shown)
    assert right is not None
    assert int(right[1]) >= 27
    slopes = re.search(r"\[([-\d. \n]+)\]", shown.split("started at 0.1")[1])
    assert len(slopes[1].split()) == 8
    assert set(slopes[1].split()) != {"0.1"}


def test_the_number_of_rounds_is_an_option(capsys):
    assert main(["demo", "--rounds", "2"]) == 0
    assert "2 rounds of ADAM" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", ["demo --rounds 0", "demo --rounds x", "dmeo"])
def test_wrong_arguments(arguments, capsys):
    with pytest.raises(SystemExit) as error:
        main(arguments.split())
    assert error.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_help_and_version(capsys):
    assert main([]) == 0
    assert "demo" in capsys.readouterr().out
    with pytest.raises(SystemExit) as error:
        main(["--version"])
    assert error.value.code == 0
    assert capsys.readouterr().out.strip() == f"netdsl {netdsl.__version__}"


def test_the_formula_on_the_first_page_is_the_layers():
    shown = re.search(r"^```math\n(.*)\n```$", README.read_text("utf-8"), re.MULTILINE)

    assert shown is not None
    assert shown[1] == Information(ParametricRampLayer((), Input="n"), "FormulaLaTeX")
