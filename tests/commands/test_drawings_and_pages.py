"""Forms that are looked at: drawings of a net, and reports as pages."""

import json
from xml.etree import ElementTree

import pytest

from netdsl import Information, LinearLayer, NetChain, SoftmaxLayer, Tanh

TEXT = "NetChain([LinearLayer(3), NetChain([Tanh, 3])], Input=2)"
NET = NetChain([3, NetChain([Tanh, 3])], Input=2)


@pytest.mark.parametrize("form", ["svg", "dot", "mermaid"])
def test_a_net_is_drawn_with_what_is_inside(form, run):
    whole, summary = (Information(NET, name) for name in ("FullSummaryGraphic", "SummaryGraphic"))

    assert run("info", TEXT, "--format", form) == (
        0,
        getattr(whole, form)().rstrip("\n") + "\n",
        "",
    )
    found = run("info", TEXT, "--format", form, "--property", "SummaryGraphic")[1]
    assert found == getattr(summary, form)().rstrip("\n") + "\n"
    assert getattr(whole, form)() != getattr(summary, form)()


def test_a_drawing_is_printed_as_a_file_holds_it(run):
    found = run("info", TEXT, "--property", "SummaryGraphic")[1]

    ElementTree.fromstring(found)
    assert found.startswith("<svg")
    drawn = json.loads(run("info", TEXT, "--property", "SummaryGraphic", "--json")[1])
    assert drawn["svg"].rstrip("\n") + "\n" == found
    assert drawn["dot"].startswith("digraph")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((TEXT, "--property", "MultiplyAdds", "--format", "svg"), "is no drawing"),
        ((TEXT, "--property", "MultiplyAdds", "--format", "html"), "--json"),
        (("LinearLayer", "--format", "svg"), "only a net"),
        (('NetEncoder("Boolean")', "--format", "dot"), "only a net"),
        ((TEXT, "--json", "--format", "svg"), "without --json"),
    ],
)
def test_what_has_no_such_form(words, said, run):
    code, out, err = run("info", *words)

    assert (code, out) == (2, "")
    assert said in err


def test_a_report_as_a_page(run):
    found = run("info", TEXT, "--format", "html")[1]

    assert found.startswith("<!DOCTYPE html>")
    assert '<meta charset="utf-8">' in found
    assert f"<title>{TEXT}</title>" in found
    assert Information(NET)._repr_html_() in found
    assert "<script" not in found


def test_a_page_with_a_formula_sets_it(run):
    found = run("info", "SoftmaxLayer(Input=3)", "--format", "html")[1]

    assert Information(SoftmaxLayer(Input=3))._repr_html_() in found
    assert found.count("mathjax") == 1


@pytest.mark.parametrize(("text", "thing"), [(TEXT, NET), ("LinearLayer", LinearLayer)])
def test_other_forms(text, thing, run):
    report = Information(thing)

    assert run("info", text, "--format", "markdown")[1] == report.to_markdown()
    assert run("info", text, "--format", "latex")[1] == report.to_latex()
