"""The report of a net: as data, as text in any width, as HTML."""

import html
import json

import numpy as np
import pytest

from netdsl import (
    Automatic,
    CrossEntropyLossLayer,
    FlattenLayer,
    Information,
    LinearLayer,
    NetChain,
    NetDecoder,
    NetGraph,
    NetInitialize,
    ParametricRampLayer,
    Ramp,
    SoftmaxLayer,
)
from tests.report.tags import Outline

CHAIN = NetInitialize(NetChain([LinearLayer(4), ParametricRampLayer(), LinearLayer(3)], Input=2))
GRAPH = NetGraph(
    {
        "body": NetChain({"hidden": [LinearLayer(2), Ramp], "out": CHAIN}),
        "loss": CrossEntropyLossLayer("Index"),
    },
    [("body", "loss")],
    Input=("n", 5),
)
SIZES = NetGraph(
    {"a": ParametricRampLayer(2), "b": FlattenLayer(), "c": LinearLayer(2)},
    [("a", "b")],
    Input1=("Varying", 3),
    Input2=("h", "w"),
)
DECODED = NetChain(
    {"<i>": LinearLayer(3), "<em>": [SoftmaxLayer()]},
    Input=4,
    Output=NetDecoder("Class", ["<b>", "a&b", '"c"']),
)

NETS = [CHAIN, GRAPH, SIZES, DECODED, ParametricRampLayer(), LinearLayer(3, Input=("h", 2))]


def same(text, expected):
    """Whether a report is this text, which starts and ends with a line break."""
    assert text.splitlines() == expected.strip("\n").splitlines()


# ---- as text ----------------------------------------------------------------------------------


def test_a_chain_with_its_arrays():
    expected = """
NetChain of 3: Input (vector of size 2) -> Output (vector of size 3)

path  layer                output  arrays                   parameters  multiply-adds
1     LinearLayer(4)       4       Weights 4 x 2, Biases 4          12              8
2     ParametricRampLayer  4       Slope 4                           4
3     LinearLayer(3)       3       Weights 3 x 4, Biases 3          15             12

          trainable  frozen  state  shared
arrays            5       0      0       0
elements         31       0      0       0
bytes           124       0      0       0

layers 3; arrays 5; parameters 31; bytes 124
multiply-adds 20 (each is 2 FLOPs)
activations 44 bytes for one example
"""
    same(str(Information(CHAIN)), expected)
    assert repr(Information(CHAIN)) == str(Information(CHAIN))


def test_nested_nets_are_indented_and_wrapped_to_60_columns():
    expected = """
NetGraph of 2: Input (matrix of size n x 5), Target
  (integer 1..3) -> Loss (real)

path      layer                           output  parameters
body      NetChain of 2                   3        10*n + 33
    from Input; multiply-adds 10*n + 20
  hidden  NetChain of 2                   2         10*n + 2
      multiply-adds 10*n
    1     LinearLayer(2)                  2         10*n + 2
        arrays Weights* 2 x 5*n, Biases* 2; multiply-adds
        10*n
    2     ElementwiseLayer(Ramp)          2
  out     NetChain of 3                   3               31
      multiply-adds 20
    1     LinearLayer(4)                  4               12
        arrays Weights 4 x 2, Biases 4; multiply-adds 8
    2     ParametricRampLayer             4                4
        arrays Slope 4
    3     LinearLayer(3)                  3               15
        arrays Weights 3 x 4, Biases 3; multiply-adds 12
loss      CrossEntropyLossLayer('Index')  real
    from Input: body, Target: Target

           trainable  frozen  state  shared
arrays             7       0      0       0
elements   10*n + 33       0      0       0
bytes     40*n + 132       0      0       0

layers 6; arrays 7; parameters 10*n + 33; bytes 40*n + 132
multiply-adds 10*n + 20 (each is 2 FLOPs)
activations 64 bytes for one example
* has no value yet; NetInitialize gives it one
"""
    same(Information(GRAPH).text(60), expected)


def test_named_and_varying_sizes_in_120_columns():
    expected = """
NetGraph of 3: Input1 (matrix of size length x 3), Input2 (matrix of size h x w) -> Output1 (vector of size 3*length),
  Output2 (vector of size 2)

path  layer                   from    output      arrays                       parameters  multiply-adds
a     ParametricRampLayer(2)  Input1  length x 3  Slope* 3                              3
b     FlattenLayer            a       3*length
c     LinearLayer(2)          Input2  2           Weights* 2 x h*w, Biases* 2   2*h*w + 2          2*h*w

           trainable  frozen  state  shared
arrays             3       0      0       0
elements   2*h*w + 5       0      0       0
bytes     8*h*w + 20       0      0       0

layers 3; arrays 3; parameters 2*h*w + 5; bytes 8*h*w + 20
multiply-adds 2*h*w (each is 2 FLOPs)
activations 24*length + 8 bytes for one example
outputs: Output1 from b, Output2 from c
sizes: length is Varying
* has no value yet; NetInitialize gives it one
"""  # noqa: E501  (as it is printed)
    same(Information(SIZES).text(120), expected)


def test_a_layer_alone_lists_settings_ports_and_arrays():
    expected = """
ParametricRampLayer(2): Input (matrix of size 3 x 4) -> Output (matrix of size 3 x 4)

Multiply negative entries by a learned slope and keep the others.

setting                  value      default    meaning
Levels                   2          1          levels along which each position has a slope of its own; () shares one
LearningRateMultipliers  Automatic  Automatic  RATES

port            dimensions  type
Input   input   *d          matrix of size 3 x 4
Output  output  *d          matrix of size 3 x 4

array  dimensions  sizes  elements  starts  value     meaning
Slope  *s          4             4  at 0.1  none yet  factor on negative entries

*d: any number of dimensions d; equal names are equal sizes

Output[i, j] = Piecewise((Input[i, j], Input[i, j] >= 0), (Input[i, j]*Slope[j], True))

          trainable  frozen  state  shared
arrays            1       0      0       0
elements          4       0      0       0
bytes            16       0      0       0

layers 1; arrays 1; parameters 4; bytes 16
multiply-adds 0 (each is 2 FLOPs)
activations 48 bytes for one example
"""  # noqa: E501  (as it is printed)
    report = Information(ParametricRampLayer(2, Input=(3, 4)))
    shared = next(s for s in report.facts.settings if s.name == "LearningRateMultipliers")

    same(str(report), expected.replace("RATES", shared.doc))


def test_what_a_setting_is_for_goes_below_it_where_there_is_no_room():
    lines = Information(ParametricRampLayer(2, Input=(3, 4))).text(60).splitlines()

    at = lines.index("Levels                   2          1")
    assert lines[at + 1] == "    levels along which each position has a slope of its own;"
    assert lines[at + 2] == "    () shares one"


def test_frozen_arrays_and_other_rates_are_marked():
    net = NetChain(
        [
            LinearLayer(5, LearningRateMultipliers=None),
            ParametricRampLayer(LearningRateMultipliers=0.5),
        ],
        Input=2,
    )
    text = str(Information(net))

    assert "Weights* 5 x 2 (frozen), Biases* 5 (frozen)" in text
    assert "Slope* 5 (rate 0.5)" in text
    assert "elements          5      15      0       0\n" in text


def test_a_layer_without_arrays_has_no_rates_to_show():
    assert "LearningRateMultipliers" not in str(Information(SoftmaxLayer()))
    assert "LearningRateMultipliers" in str(Information(LinearLayer()))
    settings = [setting.name for setting in Information(SoftmaxLayer()).facts.settings]
    assert settings == ["Level", "LearningRateMultipliers"]


def test_a_varying_length_has_one_name():
    report = Information(SoftmaxLayer(Input=("Varying", 3)))

    assert str(report).count("matrix of size length x 3") == 4
    assert str(report).endswith("sizes: length is Varying")
    assert report.to_dict()["inputs"]["Input"]["text"] == "matrix of size length x 3"


def test_few_numbers_are_written_out():
    text = str(Information(LinearLayer(2, Weights=np.ones((2, 3)), Biases=[1, 2.5])))

    assert " float64 " in text
    assert " [1.0, 2.5] " in text


def test_open_sizes_are_question_marks():
    text = str(Information(ParametricRampLayer()))

    assert "Slope  *s          ?             ?  at 0.1  none yet" in text
    assert "parameters ?; bytes ?" in text
    assert "\nelements          ?       0      0       0\n" in text
    assert "\nactivations ? bytes" in text
    assert "parameters 3 + ?" in str(Information(LinearLayer(3)))


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("net", NETS, ids=[type(net).__name__ for net in NETS])
def test_no_line_is_wider_than_the_terminal(net, width):
    text = Information(net).text(width)

    assert max(len(line) for line in text.splitlines()) <= width
    assert "..." not in text.replace("<b>', 'a&b...", "")


@pytest.mark.parametrize("width", [60, 100])
def test_a_terminal_is_asked_for_its_width(monkeypatch, width):
    report = Information(GRAPH)
    assert str(report) == report.text()

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(width))

    assert str(report) == report.text(width, folded=True)


def test_the_coder_at_a_port_is_named():
    assert "Output (NetDecoder('Class', ('<b>', " in Information(DECODED).text()


def test_a_layer_whose_formula_is_out_of_reach_is_reported_without():
    report = Information(SoftmaxLayer())
    assert report.formulas["Output"].rank == 1
    report.__dict__["formulas"] = {}

    assert "Output" in report.text()
    assert " = " not in report.text()


# ---- as data ----------------------------------------------------------------------------------


def test_the_facts():
    report = Information(GRAPH)

    paths = [row.path for row in report.rows]
    assert paths[:3] == [("body",), ("body", "hidden"), ("body", "hidden", 1)]
    linear = report.rows[2]
    assert (linear.kind, linear.title) == ("LinearLayer", "LinearLayer(2)")
    assert [array.is_open for array in linear.arrays] == [True, True]
    assert [part.path for part in report.facts.parts] == [("body",), ("loss",)]
    assert report.facts.inputs[1].type.last == 3


def test_the_arrays_of_a_trained_net_are_not_open():
    arrays = [array for _, array in Information(CHAIN).facts.all_arrays()]

    assert not any(array.is_open for array in arrays)
    np.testing.assert_array_equal(arrays[2].value, np.full(4, 0.1, np.float32))


def test_as_a_dict_it_is_json():
    found = Information(GRAPH).to_dict()

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    json.dumps(Information(FlattenLayer()).to_dict(), allow_nan=False)
    assert found["totals"] == {
        "layers": 6,
        "arrays": 7,
        "parameters": "10*n + 33",
        "bytes": "40*n + 132",
        "trainable": {"arrays": 7, "elements": "10*n + 33", "bytes": "40*n + 132"},
        "frozen": {"arrays": 0, "elements": 0, "bytes": 0},
        "state": {"arrays": 0, "elements": 0, "bytes": 0},
        "shared": {"arrays": 0, "elements": 0, "bytes": 0},
        "multiply_adds": "10*n + 20",
        "activation_bytes": 64,
    }
    hidden = found["parts"][0]["parts"][0]["parts"][0]
    assert hidden["path"] == ["body", "hidden", 1]
    assert hidden["settings"]["Size"] == [2]
    assert hidden["arrays"]["Weights"] == {
        "dims": [2, "5*n"],
        "elements": "10*n",
        "bytes": "40*n",
        "initialized": False,
        "rate": 1,
        "role": "trainable",
        "shared": None,
    }


def test_open_counts_are_null():
    found = Information(LinearLayer(3)).to_dict()

    assert found["arrays"]["Weights"]["dims"] == [3, None]
    assert found["totals"]["parameters"] is None
    assert found["inputs"]["Input"]["dims"] is None
    assert Information(LinearLayer(3)).facts.settings[0].default is Automatic


# ---- as HTML ----------------------------------------------------------------------------------


@pytest.mark.parametrize("net", NETS, ids=[type(net).__name__ for net in NETS])
def test_html_is_well_formed(net):
    outline = Outline()
    outline.feed(Information(net)._repr_html_())

    assert outline.open == []
    assert "table" in outline.seen
    parts = [row for row in Information(net).rows if row.parts]
    assert outline.seen.count("details") == len(parts)


def test_html_is_escaped():
    page = Information(DECODED)._repr_html_()

    assert "<i>" not in page
    assert "<em>" not in page
    assert "<b>" not in page
    assert "&lt;i&gt;" in page
    assert "'a&b" in html.unescape(page)


def test_a_notebook_shows_the_report_of_a_net():
    assert CHAIN._repr_html_() == Information(CHAIN)._repr_html_()
    assert r"\begin{cases}" in ParametricRampLayer(Input=3)._repr_html_()
