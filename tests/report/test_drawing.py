"""Drawings of nets: what stands in the SVG, what boxes and edges say, how they are saved."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from netdsl import (
    CatenateLayer,
    ContrastiveLossLayer,
    ConvolutionLayer,
    ElementwiseLayer,
    EuclideanDistance,
    FunctionLayer,
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    NetArray,
    NetChain,
    NetDecoder,
    NetEncoder,
    NetError,
    NetGraph,
    NetPort,
    ParametricRampLayer,
    Ramp,
    SequenceLastLayer,
    SettingError,
)
from netdsl.report.drawing import NetGraphic, operations_graphic
from netdsl.report.drawing.families import FAMILIES, FAMILY
from netdsl.spec import registry
from tests.report.drawings import wrong

SVG = "{http://www.w3.org/2000/svg}"
NASTY = 'a <b> & "c" \\ \x0b\n| `#;` [1]{2}'


def side():
    shared = LinearLayer(5, Weights=NetArray("W"), Biases=None)
    return NetChain([shared, Ramp])


SIAMESE = NetGraph(
    {
        "left": side(),
        "right": side(),
        "far": FunctionLayer(EuclideanDistance),
        "loss": ContrastiveLossLayer(),
    },
    [(NetPort("A"), "left"), (NetPort("B"), "right"), (["left", "right"], "far", "loss")],
    A=7,
)
RECURRENT = NetGraph(
    [LongShortTermMemoryLayer(4), LongShortTermMemoryLayer(4), SequenceLastLayer()],
    [
        (1, 2, 3),
        (NetPort([1, "State"]), NetPort([2, "State"])),
        (NetPort([2, "CellState"]), NetPort("Memory")),
    ],
    Input=("Varying", 3),
)
CODED = NetChain(
    [LinearLayer(2)],
    Input=NetEncoder("Class", ["x", "y", "z"], "UnitVector"),
    Output=NetDecoder("Class", ["<cat>", "dog"]),
)


def whole(net):
    return Information(net, "FullSummaryGraphic")


def summary(net):
    return Information(net, "SummaryGraphic")


def texts(graphic):
    """All that can be read in the SVG."""
    root = ElementTree.fromstring(graphic.svg())
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def hovers(graphic):
    root = ElementTree.fromstring(graphic.svg())
    return [title.text for title in root.iter(f"{SVG}title")]


# ---- SVG --------------------------------------------------------------------------------------


@pytest.mark.parametrize("net", [SIAMESE, RECURRENT, CODED, LinearLayer(3)])
def test_svg_stands_for_itself(net):
    graphic = whole(net)
    root = ElementTree.fromstring(graphic.svg())
    groups = [group.get("class") for group in root.iter(f"{SVG}g")]

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert root[0].tag == f"{SVG}title"
    assert groups.count("frame") + groups.count("box") + groups.count("port") == len(
        graphic.scene.boxes
    )
    assert graphic._repr_svg_() == graphic.svg()
    for foreign in ("<style", "<script", "href", " id=", "textLength", "nan", "inf"):
        assert foreign not in re.sub(">[^<]*<", "><", graphic.svg())


def test_names_with_any_letters_are_escaped():
    net = NetChain({NASTY: Ramp, "two": LinearLayer(2)}, Input=3)

    shown = texts(whole(net))
    said = hovers(whole(net))

    assert any('<b> & "c" \\' in text for text in shown)
    assert any("a <b> &" in text for text in said)


def test_the_same_net_gives_the_same_bytes():
    """In processes that order sets differently too."""
    script = (
        "from tests.report.test_drawing import *\n"
        "for net in (SIAMESE, RECURRENT): g = whole(net); print(g.svg(), g.dot(), g.mermaid())"
    )
    root = Path(__file__).parents[2]
    found = {
        subprocess.check_output(
            [sys.executable, "-c", script], cwd=root, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        for seed in ("1", "2")
    }

    assert len(found) == 1
    assert len(found.pop()) > 10_000


# ---- what it says -----------------------------------------------------------------------------


def test_a_layer_with_its_settings_and_arrays():
    shown = texts(whole(NetChain({"conv": ConvolutionLayer(20, 5)}, Input=(1, 28, 28))))

    assert shown == [
        "Input",
        "conv",
        "Convolution",
        "20, 5",
        "Weights 20 x 1 x 5 x 5",
        "Biases 20",
        "Output",
        "Input: 1 x 28 x 281 x 28 x 28",  # with what shows where one points at it
        "Output: 20 x 24 x 2420 x 24 x 24",
    ]


def test_labels_are_those_of_the_report():
    net = NetChain([3, ParametricRampLayer()], Input="n")
    edges = [edge.label for edge in summary(net).graph.edges]

    assert edges == ["n", "3", "3"]


def test_open_sizes_and_ranks():
    assert [edge.label for edge in whole(LinearLayer()).graph.edges] == ["?", "?"]
    assert whole(LinearLayer()).graph.nodes[1].texts == ("Linear", "Weights ? x ?", "Biases ?")


def test_a_function_with_a_name_is_its_own_title():
    net = NetChain([Ramp, ElementwiseLayer(lambda x: x + 1)])

    assert [node.texts for node in summary(net).graph.nodes[1:3]] == [
        ("1  Ramp",),
        ("2  Elementwise", "lambda x: x + 1"),
    ]


def test_nested_nets_are_one_box_or_a_frame():
    outer, inner = summary(SIAMESE), whole(SIAMESE)
    left = next(node for node in outer.graph.nodes if node.id == ("left",))
    frame = next(node for node in inner.graph.nodes if node.id == ("left",))

    assert left.inner is None
    assert left.texts == ("left  NetChain", "2 parts", "35 elements", "= W")
    assert frame.inner is not None
    assert frame.texts == ("left  NetChain  2 parts",)
    assert [node.id for node in frame.inner.nodes] == [("left", 1), ("left", 2)]


def test_shared_arrays_have_one_mark_and_colour():
    marks = re.findall('fill="(#[0-9a-f]+)">(= W)<', whole(SIAMESE).svg())

    assert len(marks) == 2
    assert len(set(marks)) == 1
    assert any("array Weights: 5 x 7, shared as W" in said for said in hovers(whole(SIAMESE)))


def test_several_ports_show_their_names_and_a_single_one_does_not():
    loss = next(node for node in whole(SIAMESE).graph.nodes if node.id == ("loss",))

    assert [(port.name, port.is_named) for port in loss.inputs] == [
        ("Input", True),
        ("Target", True),
    ]
    assert [port.is_named for port in loss.outputs] == [False]
    assert {"Target", "Input1", "Input2"} <= set(texts(whole(SIAMESE)))
    assert texts(whole(CatenateLayer(InputPorts=["ab", "cd"]))).count("ab") == 2


def test_states_are_ports_where_something_is_connected():
    first, second = whole(RECURRENT).graph.nodes[1:3]

    assert [port.name for port in first.outputs] == ["Output", "State"]
    assert [port.name for port in second.inputs] == ["Input", "State"]
    assert [port.name for port in second.outputs] == ["Output", "CellState"]
    assert first.texts[-1] == "states State, CellState"
    assert wrong(whole(RECURRENT).scene) == []


def test_coders_stand_at_the_ports():
    nodes = {node.id: node for node in whole(CODED).graph.nodes}

    assert nodes[None, "input", "Input"].texts[1].startswith("NetEncoder('Class'")
    assert nodes[None, "output", "Output"].texts[1].startswith("NetDecoder('Class'")
    assert "'<cat>'" in nodes[None, "output", "Output"].about


def test_long_words_are_shortened_and_told_in_full():
    name = "name_" * 30
    graphic = whole(NetChain({name: LinearLayer(2)}, Input="size_" * 20 + "n"))

    assert max(map(len, (node.texts[0] for node in graphic.graph.nodes))) < 60
    assert any(name in said for said in hovers(graphic))
    assert wrong(graphic.scene) == []


def test_every_layer_has_its_colours():
    """One without any is drawn as one of the user's own."""
    library = {name for name, kind in registry.items() if kind.__module__.startswith("netdsl.")}

    assert {name for name in library - set(FAMILY) if not name.endswith("LossLayer")} == set()
    assert set(FAMILY.values()) <= set(FAMILIES)


# ---- as an object -----------------------------------------------------------------------------


def test_in_short():
    assert repr(summary(NetChain([3, Ramp], Input=2))) == (
        '<drawing of NetChain of 2: 4 boxes, 3 connections; save("net.svg"), svg(), dot(), '
        "mermaid()>"
    )


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("net.svg", "<svg"),
        ("net.SVG", "<svg"),
        ("net.dot", "digraph"),
        ("net.gv", "digraph"),
        ("net.mmd", "flowchart"),
        ("net.mermaid", "flowchart"),
        ("net.md", "```mermaid\nflowchart"),
    ],
)
def test_the_suffix_says_in_which_form_it_is_saved(tmp_path, name, start):
    path = summary(SIAMESE).save(tmp_path / name)

    assert path == tmp_path / name
    assert path.read_text("utf-8").startswith(start)


def test_an_unknown_suffix_is_refused(tmp_path):
    with pytest.raises(SettingError) as error:
        summary(SIAMESE).save(tmp_path / "net.svgg")

    assert ".svg, .dot" in error.value.facts["expected"]
    assert error.value.facts["nearest"] == ".svg"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["net.png", "net.PDF"])
def test_a_picture_is_made_from_svg_by_other_programs(tmp_path, name):
    with pytest.raises(SettingError) as error:
        summary(SIAMESE).save(tmp_path / name)

    assert error.value.facts["nearest"] == ".svg, which other programs convert"


@pytest.mark.parametrize("path", [3, None])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(SettingError) as error:
        summary(SIAMESE).save(path)

    assert error.value.facts["got"] == repr(path)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(NetError) as error:
        summary(SIAMESE).save(str(tmp_path / "none" / "net.svg"))

    assert "none" in error.value.facts["got"]


# ---- operations -------------------------------------------------------------------------------


def test_operations():
    graph = nx.DiGraph()
    graph.add_node("x", op="input", shape=(3, 4))
    graph.add_node("y", op="dot", shape="n x 4", path=("body", 2))
    graph.add_node(("z", 1), op="plus", shape=())
    graph.add_edges_from([("x", "y"), ("x", ("z", 1)), ("y", ("z", 1))])
    graphic = operations_graphic(graph)

    assert isinstance(graphic, NetGraphic)
    assert [edge.label for edge in graphic.graph.edges] == ["3 x 4", "3 x 4", "n x 4"]
    assert [node.texts for node in graphic.graph.nodes] == [
        ("input", "x"),
        ("dot", "body, 2"),
        ("plus", "z, 1"),
    ]
    assert repr(graphic).startswith("<drawing of 3 operations")


def test_a_cycle_of_operations_is_refused():
    with pytest.raises(SettingError) as error:
        operations_graphic(nx.DiGraph([(1, 2), (2, 1)]))

    assert "(1, 2)" in error.value.facts["got"]


def test_a_graph_without_operations_is_an_empty_page():
    ElementTree.fromstring(operations_graphic(nx.DiGraph()).svg())
