"""States of layers: hidden ports that an edge makes the start or the end of a sequence."""

import pickle
from dataclasses import KW_ONLY
from typing import Any

import numpy as np
import pytest

from netdsl import (
    Automatic,
    CrossEntropyLossLayer,
    DataError,
    Information,
    LinearLayer,
    NetChain,
    NetExtract,
    NetGraph,
    NetPort,
    NetPortGradient,
    NetShapes,
    PortType,
    ShapeError,
    StructureError,
    Tanh,
)
from netdsl.formula.notation import formula_of
from netdsl.report.table import paragraph
from netdsl.spec import Layer, port, registry, state


class AccumulatingLayer(Layer):
    """Add the input to the total so far."""

    _: KW_ONLY
    Input: Any = port("n", default=Automatic)
    Output: Any = port("n", default=Automatic)
    Total: Any = state("n", doc="ten times the output")

    def formula(self, sp, at, Input, Total):
        found = Input[at] + (0 if Total is None else Total[at])
        return {"Output": found, "Total": 10 * found}

    def apply(self, xp, Input, Total):
        found = Input if Total is None else Input + Total
        return {"Output": found, "Total": 10 * found}


del registry["AccumulatingLayer"]  # it is no layer of the library

TOTAL = NetPort("sum", "Total")


@pytest.fixture
def both():
    """A net that feeds the state and reads it."""
    edges = [(NetPort("Start"), TOTAL), (TOTAL, NetPort("End"))]
    return NetGraph({"sum": AccumulatingLayer()}, edges, Input=2)


def test_a_state_is_hidden_until_something_is_connected():
    layer = AccumulatingLayer(Input=2)
    net = NetGraph({"sum": layer, "after": Tanh}, [("sum", "after")])

    for each in (layer, net):
        assert (each.input_names, each.output_names) == (("Input",), ("Output",))
        assert Information(each, "InputPorts") == {"Input": (2,)}
        assert Information(each, "OutputPorts") == {"Output": (2,)}
    assert (layer.state_names, net.state_names) == (("Total",), ())


def test_nothing_is_asked_for_where_nothing_is_connected():
    net = NetChain([AccumulatingLayer(), AccumulatingLayer()])

    np.testing.assert_array_equal(net([1, 2]), [1, 2])


def test_an_edge_to_it_says_where_it_starts(both):
    net = NetGraph({"sum": AccumulatingLayer()}, [(NetPort("Start"), TOTAL)])

    assert net.input_names == ("Input", "Start")
    np.testing.assert_array_equal(net({"Input": [1, 2], "Start": [30, 40]}), [31, 42])


def test_an_edge_from_it_reads_where_it_ended():
    net = NetGraph({"sum": AccumulatingLayer()}, [(TOTAL, NetPort("End"))])

    assert net.output_names == ("End", "Output")
    np.testing.assert_array_equal(net([1, 2], "End"), [10, 20])


def test_both_at_once(both):
    got = both({"Input": [[1, 2], [3, 4]], "Start": [[30, 40], [0, 0]]})

    np.testing.assert_array_equal(got["Output"], [[31, 42], [3, 4]])
    np.testing.assert_array_equal(got["End"], [[310, 420], [30, 40]])


def test_one_layer_starts_where_another_ended():
    parts = {"first": AccumulatingLayer(), "sum": AccumulatingLayer()}
    edges = [
        (NetPort("Input"), "first"),
        (NetPort("Input"), "sum"),
        (NetPort("first", "Total"), TOTAL, NetPort("End")),
        ("first", None),
    ]

    got = NetGraph(parts, edges)([1.0, 2.0])

    np.testing.assert_array_equal(got["Output"], [11, 22])
    np.testing.assert_array_equal(got["End"], [110, 220])


def test_gradients_go_through_it(both):
    data = {"Input": [1, 2], "Start": [30, 40]}

    np.testing.assert_array_equal(both(data, NetPortGradient("Start")), [11, 11])


def test_the_formula_goes_through_it(both):
    assert str(formula_of(both, "End")) == "End[i] = 10*Input[i] + 10*Start[i]"
    assert str(formula_of(AccumulatingLayer(), "Total")) == "Total[i] = 10*Input[i]"


def test_sizes_go_through_it():
    edges = [("feeding", TOTAL), (TOTAL, "reading")]
    parts = {"feeding": LinearLayer(), "sum": AccumulatingLayer(), "reading": LinearLayer(5)}
    net = NetGraph(parts, [*edges, (NetPort("X"), "feeding")], Input=3, X=4)

    assert net.shapes.array(("feeding",), "Weights") == (3, 4)
    assert net.shapes.array(("reading",), "Weights") == (5, 3)
    assert net.shapes.port(("sum",), "Total").dims == (3,)
    assert NetExtract(net, ["sum", "Total"]) == (3,)


@pytest.mark.parametrize("edge", [(NetPort("X"), TOTAL), (TOTAL, NetPort("X"))])
def test_a_size_that_does_not_fit(edge):
    with pytest.raises(ShapeError) as error:
        NetGraph({"sum": AccumulatingLayer()}, [edge], Input=2, X=3)
    assert {error.value.facts["expected"], error.value.facts["got"]} == {2, 3}
    assert error.value.facts["port"] in ("Total", "X")


def test_limits_of_what_reads_it_are_not_those_of_what_feeds_it():
    parts = {"sum": AccumulatingLayer(), "loss": CrossEntropyLossLayer("Binary")}
    net = NetGraph(parts, [(NetPort("Start"), TOTAL, NetPort("loss", "Input"))], Start=2)

    assert net.port("Start") == PortType((2,), "Real")


def test_a_state_has_one_source():
    with pytest.raises(StructureError) as error:
        NetGraph({"sum": AccumulatingLayer()}, [(NetPort("A"), TOTAL), (NetPort("B"), TOTAL)])
    assert error.value.facts["port"] == "Total"


def test_a_state_does_not_feed_itself():
    with pytest.raises(StructureError, match="cycle"):
        NetGraph({"sum": AccumulatingLayer()}, [(TOTAL, TOTAL)])


@pytest.mark.parametrize("edge", [(NetPort("sum", "Totl"), "b"), ("b", NetPort("sum", "Totl"))])
def test_a_misspelt_state(edge):
    with pytest.raises(StructureError) as error:
        NetGraph({"sum": AccumulatingLayer(), "b": Tanh}, [edge])
    assert error.value.facts["nearest"] == "Total"


def test_a_state_is_no_setting():
    with pytest.raises(Exception, match="no such setting") as error:
        AccumulatingLayer(Total=3)
    assert "Total" not in error.value.facts["expected"]


def test_repr_and_pickle_keep_the_connections(both):
    names = {"AccumulatingLayer": AccumulatingLayer, "NetGraph": NetGraph, "NetPort": NetPort}

    assert eval(repr(both), names) == both
    assert pickle.loads(pickle.dumps(both)) == both
    assert repr(AccumulatingLayer(Input=2)) == "AccumulatingLayer(Input=2)"


def test_an_extracted_layer_is_one_without_connections(both):
    assert NetExtract(both, "sum") == AccumulatingLayer(Input=2, Output=2)


def test_the_shapes_of_a_net_with_states(both):
    assert NetShapes(both)["End"] == (2,)


# ---- asked for and given in a call -------------------------------------------------------------


def test_a_net_is_asked_for_a_state_inside():
    net = NetGraph({"sum": AccumulatingLayer(), "after": Tanh}, [("sum", "after")])
    nested = NetChain({"outer": net})

    np.testing.assert_array_equal(net([1, 2], TOTAL), [10, 20])
    np.testing.assert_array_equal(net([[1, 2], [3, 4]], [TOTAL])[TOTAL], [[10, 20], [30, 40]])
    np.testing.assert_array_equal(nested([1, 2], NetPort("outer", "sum", "Total")), [10, 20])


def test_a_layer_alone_is_asked_for_its_state():
    np.testing.assert_array_equal(AccumulatingLayer()([1, 2], NetPort("Total")), [10, 20])


def test_a_layer_alone_starts_where_it_is_told():
    layer = AccumulatingLayer(Input=2)

    np.testing.assert_array_equal(layer({"Input": [1, 2]}), [1, 2])
    np.testing.assert_array_equal(layer({"Input": [1, 2], "Total": [30, 40]}), [31, 42])
    got = layer({"Input": [[1, 2]], "Total": [[30, 40]]}, [NetPort("Total"), "Output"])
    np.testing.assert_array_equal(got[NetPort("Total")], [[310, 420]])
    np.testing.assert_array_equal(got["Output"], [[31, 42]])


def test_a_state_is_no_output_whose_gradient_is_summed():
    np.testing.assert_array_equal(AccumulatingLayer()([1, 2], NetPortGradient("Input")), [1, 1])


@pytest.mark.parametrize(
    ("data", "fact", "got"),
    [
        ({"Input": [1, 2], "Total": [1, 2, 3]}, "port", "Total"),
        ({"Input": [[1, 2]], "Total": [1, 2]}, "port", "Total"),
        ({"Input": [1, 2], "Totl": [1, 2]}, "nearest", "Total"),
        ({"Total": [1, 2]}, "port", "Input"),
    ],
)
def test_a_state_that_does_not_fit(data, fact, got):
    with pytest.raises(DataError) as error:
        AccumulatingLayer(Input=2)(data)
    assert error.value.facts[fact] == got


def test_a_state_is_not_asked_for_by_its_misspelt_name():
    with pytest.raises(StructureError) as error:
        AccumulatingLayer(Input=2)([1, 2], NetPort("Totl"))
    assert error.value.facts["nearest"] == "Total"


# ---- in reports --------------------------------------------------------------------------------


def test_states_are_counted_and_found(both):
    assert Information(both, "RecurrentStatesCount") == 1
    assert Information(both, "RecurrentStatesPositionList") == [("sum", "Total")]

    nested = NetChain([Tanh, NetChain({"sum": AccumulatingLayer()})])
    assert Information(nested, "RecurrentStatesPositionList") == [(2, "sum", "Total")]


def test_the_report_of_a_layer_lists_its_states():
    rows = [line.split() for line in str(Information(AccumulatingLayer(Input=2))).splitlines()]

    assert ["Total", "state", "n", "vector", "of", "size", "2", "ten", "times", "the"] in [
        row[:10] for row in rows
    ]
    assert NetShapes(AccumulatingLayer(Input=2))["Total"] == (2,)


def test_the_report_of_a_graph_says_what_feeds_a_state():
    parts = {"first": AccumulatingLayer(), "sum": AccumulatingLayer()}
    net = NetGraph(parts, [(NetPort("first", "Total"), TOTAL)], Input1=2, Input2=2)

    (row,) = [line for line in str(Information(net)).splitlines() if line.startswith("sum")]
    assert "State" not in row
    assert "Total: first.Total" in row
    assert list(Information(net, "LayersGraph").edges(data="ports")) == [
        (("first",), ("sum",), (("Total", "Total"),))
    ]


def test_every_equation_has_lines_of_its_own():
    text = paragraph("a = b\n    c = d + e", 9)

    assert text.splitlines() == ["a = b", "    c = d", "  + e"]
