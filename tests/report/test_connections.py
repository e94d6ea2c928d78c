"""What feeds what in the report of a graph, and the formulas of several outputs."""

import re
from dataclasses import KW_ONLY
from typing import Any

import pytest

from netdsl import (
    Automatic,
    Information,
    LinearLayer,
    MeanSquaredLossLayer,
    NetChain,
    NetGraph,
    NetPort,
    Ramp,
)
from netdsl.spec import Layer, port, registry

FORKED = NetGraph({"a": LinearLayer(3), "b": Ramp}, [("a", "b"), ("a", NetPort("Raw"))])
GRAPH = NetGraph(
    {"a": FORKED, "body": [LinearLayer(4), Ramp], "loss": MeanSquaredLossLayer()},
    [
        (NetPort(["a", "Raw"]), "body", "loss"),
        (NetPort("Wanted"), NetPort(["loss", "Target"])),
    ],
    Input=5,
)


def same(text, expected):
    """Whether a report is this text, which starts and ends with a line break."""
    assert text.splitlines() == expected.strip("\n").splitlines()


def test_sources_stand_in_a_column():
    expected = """
NetGraph of 3: Input (vector of size 5), Wanted (vector of size 4) -> Output (vector of size 3), Loss (real)

path  layer                   from                         output           arrays                     parameters  multiply-adds
a     NetGraph of 2           Input                        Raw 3, Output 3                                     18             15
  a   LinearLayer(3)          Input                        3                Weights* 3 x 5, Biases* 3          18             15
  b   ElementwiseLayer(Ramp)  a                            3
body  NetChain of 2           a.Raw                        4                                                   16             12
  1   LinearLayer(4)                                       4                Weights* 4 x 3, Biases* 4          16             12
  2   ElementwiseLayer(Ramp)                               4
loss  MeanSquaredLossLayer    Input: body, Target: Wanted  real

          trainable  frozen  state  shared
arrays            4       0      0       0
elements         34       0      0       0
bytes           136       0      0       0

layers 5; arrays 4; parameters 34; bytes 136
multiply-adds 27 (each is 2 FLOPs)
activations 60 bytes for one example
outputs: Output from a.Output, Loss from loss
outputs of a: Raw from a, Output from b
* has no value yet; NetInitialize gives it one
"""  # noqa: E501  (as it is printed)
    same(str(Information(GRAPH)), expected)


def test_in_60_columns_sources_go_below():
    expected = """
path  layer                   output           parameters
a     NetGraph of 2           Raw 3, Output 3          18
    from Input; multiply-adds 15
  a   LinearLayer(3)          3                        18
      from Input; arrays Weights* 3 x 5, Biases* 3;
      multiply-adds 15
  b   ElementwiseLayer(Ramp)  3
      from a
body  NetChain of 2           4                        16
    from a.Raw; multiply-adds 12
  1   LinearLayer(4)          4                        16
      arrays Weights* 4 x 3, Biases* 4; multiply-adds 12
  2   ElementwiseLayer(Ramp)  4
loss  MeanSquaredLossLayer    real
    from Input: body, Target: Wanted
"""
    same(Information(GRAPH).text(60).split("\n\n")[1], expected)


def test_chains_have_no_such_column():
    net = NetChain([LinearLayer(4), NetChain([Ramp])], Input=3)

    assert "from" not in str(Information(net))
    assert "from" not in Information(net)._repr_html_()


def test_a_graph_inside_a_chain_has_it():
    text = str(Information(NetChain({"first": Ramp, "inner": NetGraph([Ramp, Ramp], [(1, 2)])})))

    assert [line.split()[2:3] for line in text.splitlines()[2:7]] == [
        ["from"],
        ["?"],
        ["of"],
        ["Input"],
        ["1"],
    ]


def test_a_part_named_like_a_port_of_the_net_is_told_apart():
    net = NetGraph({"Input": Ramp, "2": Ramp, "c": Ramp}, [("Input", "2", "c")])

    text = str(Information(net))

    assert " NetPort('Input') " in text
    assert "ElementwiseLayer(Ramp)  Input " in text
    assert "ElementwiseLayer(Ramp)  '2' " in text


def test_sources_are_positions_as_data():
    found = Information(GRAPH).to_dict()

    assert found["from"] == {"Output": ["a", "Output"], "Loss": ["loss", "Loss"]}
    inner, body, loss = found["parts"]
    assert inner["from"] == {
        "Input": ["Input"],
        "Raw": ["a", "a", "Output"],
        "Output": ["a", "b", "Output"],
    }
    assert inner["parts"][0]["from"] == {"Input": ["a", "Input"]}
    assert body["parts"][1]["from"] == {"Input": ["body", 1, "Output"]}
    assert loss["from"] == {"Input": ["body", "Output"], "Target": ["Wanted"]}
    assert Information(LinearLayer(3)).to_dict()["from"] == {}


def test_sources_in_html():
    page = re.sub("<[^>]*>", "", Information(GRAPH)._repr_html_())

    assert "path layer from output arrays" in page
    assert "body NetChain of 2 a.Raw 4" in page
    assert "Input: body, Target: Wanted" in page
    assert "outputs of a: Raw from a" in page


# ---- a layer with several outputs -------------------------------------------------------------


@pytest.fixture
def halves():
    class HalvesLayer(Layer):
        """Give the positive and the negative part."""

        _: KW_ONLY
        Input: Any = port("d", default=Automatic)
        Positive: Any = port("d", default=Automatic, output=True)
        Negative: Any = port("d", default=Automatic, output=True)

        def formula(self, sp, at, Input):
            return {"Positive": sp.Max(Input[at], 0), "Negative": sp.Min(Input[at], 0)}

    yield HalvesLayer(Input=3)
    del registry["HalvesLayer"]  # it is no layer of the library


def test_the_report_prints_the_formula_of_each_output(halves):
    report = Information(halves)

    assert list(report.formulas) == ["Positive", "Negative"]
    assert "\n\nPositive[i] = Max(0, Input[i])\n\nNegative[i] = Min(0, Input[i])\n" in str(report)
    assert report._repr_html_().count("displaystyle") == 2
    assert str(Information(halves, "Formula")["Negative"]) == "Negative[i] = Min(0, Input[i])"
