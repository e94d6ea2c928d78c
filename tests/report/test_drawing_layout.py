"""The layout of drawings: everything is drawn, and nothing where something else is."""

import random
from functools import cache

import networkx as nx
import pytest

from netdsl import (
    FunctionLayer,
    Information,
    LongShortTermMemoryLayer,
    NetArrayLayer,
    NetChain,
    NetGraph,
    NetPort,
    Ramp,
    TotalLayer,
)
from netdsl.report.drawing import NetGraphic, operations_graphic
from netdsl.report.drawing.columns import cuts
from netdsl.report.drawing.layers import layering
from netdsl.report.drawing.model import Edge, Graph, Node, Port
from netdsl.report.drawing.scene import Text, scene
from tests.architectures.cases import CASES
from tests.architectures.nets import resnet
from tests.architectures.transformers import bert
from tests.properties.samples import BY_LAYER
from tests.report.drawings import connections, drawn_connections, parts, wrong

WHOLE = {"SummaryGraphic": False, "FullSummaryGraphic": True}


@cache
def net_of(name):
    if name == "ResNet-152":
        return resnet(152, Input=(3, 224, 224))
    if name == "BERT large":
        return bert(depth=24)
    return CASES[name].build(**CASES[name].named)


@pytest.mark.parametrize("name", [*CASES, "ResNet-152", "BERT large"])
@pytest.mark.parametrize("form", WHOLE)
def test_architectures(form, name):
    net = net_of(name)
    graphic = Information(net, form)
    boxes = [box.node for box in graphic.scene.boxes]

    drawn = [node.id for node in boxes if node.form == "box"]
    wired = list(connections(net, whole=WHOLE[form]))
    ports = len(net.input_names) + len(net.output_names)

    assert sorted(map(repr, drawn)) == sorted(map(repr, parts(net, whole=WHOLE[form])))
    assert len(boxes) - len(drawn) == ports
    assert sorted(map(repr, drawn_connections(graphic.scene))) == sorted(map(repr, wired))
    if len(boxes) < 400:  # pairs of so many take their time, and the large ones repeat the small
        assert wrong(graphic.scene) == []


@pytest.mark.parametrize("samples", BY_LAYER.values(), ids=list(BY_LAYER))
def test_samples(samples):
    for sample in samples:
        graphic = Information(sample.layer, "FullSummaryGraphic")
        ports = len(sample.layer.input_names) + len(sample.layer.output_names)

        assert wrong(graphic.scene) == [], sample
        assert len(graphic.scene.boxes) == 1 + ports
        assert len(graphic.scene.curves) == ports


COPIED = NetGraph(
    {"a": Ramp}, [(NetPort("In"), "a", NetPort("Out")), (NetPort("In"), NetPort("Copy"))]
)
SEQUENCE = LongShortTermMemoryLayer(4, Input=("Varying", 3))
ODD = {
    "an input that is an output": COPIED,
    "the same in a frame": NetGraph(
        {"copied": COPIED, "sum": TotalLayer()},
        [([NetPort(["copied", "Out"]), NetPort(["copied", "Copy"])], "sum")],
    ),
    "a frame without inputs": NetGraph(
        {"inner": NetChain([NetArrayLayer(Output=(2, 3)), Ramp]), "sum": TotalLayer()},
        [(["inner", NetPort("X")], "sum")],
    ),
    "an output that nothing takes": NetGraph(
        [SEQUENCE], [(NetPort([1, "State"]), NetPort("S")), (1, None)]
    ),
    "a state that is given and taken": NetGraph(
        [SEQUENCE], [(NetPort("H"), NetPort([1, "State"])), (NetPort([1, "State"]), NetPort("S"))]
    ),
    "parts named like ports": NetChain({"input": NetChain({"Input": Ramp}), "output": Ramp}),
    "frames in frames": NetChain([NetChain([NetChain([NetChain([Ramp])])])]),
    "a function that waits for sizes": NetChain([FunctionLayer(lambda x: x @ x.T), Ramp]),
}


@pytest.mark.parametrize("net", ODD.values(), ids=list(ODD))
@pytest.mark.parametrize("form", WHOLE)
def test_odd_nets(form, net):
    graphic = Information(net, form)
    wired = connections(net, whole=WHOLE[form])

    assert wrong(graphic.scene) == []
    assert sorted(map(repr, drawn_connections(graphic.scene))) == sorted(map(repr, wired))


def random_graph(seed):
    """A graph of operations with 5 to 60 nodes, in some order in which edges go on."""
    chance = random.Random(seed)
    graph = nx.DiGraph()
    for at in range(chance.randint(5, 60)):
        size = tuple(chance.randint(1, 999) for _ in range(chance.randint(0, 4)))
        graph.add_node(f"node{at}", op=chance.choice(["conv", "plus", "a_long_name_of_one"]))
        graph.nodes[f"node{at}"]["shape"] = size
        for other in chance.sample(range(at), min(at, chance.choice([0, 1, 1, 1, 2, 3]))):
            graph.add_edge(f"node{other}", f"node{at}")
    return graph


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs(seed):
    graph = random_graph(seed)
    graphic = operations_graphic(graph)

    names = list(graph)
    drawn = {(names[edge.source[0]], names[edge.target[0]]) for edge in graphic.graph.edges}

    assert wrong(graphic.scene) == []
    assert len(graphic.scene.boxes) == len(graph)
    assert drawn == set(graph.edges)


def random_nest(chance, path=(), depth=0):
    """A graph of boxes, some of them frames, each with several ports at either side."""
    nodes, edges, given = [], [], []
    inputs = [Port(f"In{at}", is_named=True) for at in range(chance.randint(1, 3))]
    given = [(None, port.name) for port in inputs] if path else []
    for at in range(chance.randint(2, 6)):
        own = (*path, at)
        inner, fed, taken = None, [Port("a", is_named=True), Port("b", is_named=True)], None
        if depth < 3 and chance.random() < 0.4:
            fed, inner, taken = random_nest(chance, own, depth + 1)
        taken = taken or [Port("Output", "3 x 4")]
        lines = (((f"box {own}", "title"),),)
        edges += [Edge(*chance.choice(given), own, port.name) for port in fed if given]
        node = Node(own, lines, "linear", "about", tuple(fed), tuple(taken), inner)
        nodes.append(node)
        given += [(own, port.name) for port in taken]
    several = chance.random() < 0.5
    outputs = [Port(f"Out{at}", "5 x 6", several) for at in range(2 if several else 1)]
    if path:
        edges += [Edge(*chance.choice(given), None, port.name) for port in outputs]
    return inputs, Graph(tuple(nodes), tuple(edges)), outputs


@pytest.mark.parametrize("seed", range(40))
def test_random_frames(seed):
    _, graph, _ = random_nest(random.Random(seed))
    found = NetGraphic(graph).scene

    assert wrong(found) == []
    assert len(found.boxes) == sum(1 for _ in graph.walk())
    assert len(found.curves) == sum(1 for _ in graph.all_edges())


# ---- the tests can fail -----------------------------------------------------------------------


def test_what_is_wrong_is_seen():
    found = scene(random_nest(random.Random(3))[1])
    first, box = found.boxes[0], found.boxes[-1]
    found.boxes[-1] = type(box)(box.node, first.x, first.y, 30, 30, 0)
    found.texts.append(Text(first.x, first.y + 10, "in the way", "label"))
    curve = found.curves[-1]
    found.curves[-1] = type(curve)(curve.edge, curve.frame, (((-5, 0), (500, 500)),), True)

    told = " ".join(wrong(found))

    for word in ("meets", "does not leave", "does not reach", "passes through"):
        assert word in told


# ---- its parts --------------------------------------------------------------------------------


def test_a_source_stands_next_to_what_it_feeds():
    rows = layering("abcdx", [("a", "b"), ("b", "c"), ("c", "d"), ("x", "d")])

    assert rows == {"a": 0, "b": 1, "c": 2, "d": 3, "x": 2}


def test_the_ports_of_a_frame_stand_at_its_ends():
    rows = layering("iabox", [("i", "b"), ("a", "b"), ("b", "o"), ("i", "x")], "ix"[:1], "o")

    assert rows["i"] == 0
    assert rows["o"] == 3
    assert rows["a"] == 1


def test_a_long_chain_is_cut_into_columns():
    chain = nx.path_graph(200, nx.DiGraph)
    found = operations_graphic(chain).scene

    assert len({round(box.x) for box in found.boxes}) > 4
    assert 0.8 < found.width / found.height < 2.5
    assert wrong(found) == []


def test_columns_are_cut_where_one_edge_passes():
    heights, widths = [100.0] * 40, [100.0] * 40

    assert cuts(heights, widths, [3] * 40) == []
    assert cuts(heights[:9], widths[:9], [1] * 9) == []
    found = cuts(heights, widths, [3] * 9 + [1] + [3] * 30)
    assert found in ([], [9])
    assert len(cuts(heights, widths, [1] * 40)) > 2


def test_a_chain_is_one_straight_line():
    found = operations_graphic(nx.path_graph(9, nx.DiGraph)).scene

    assert all(len(curve.pieces) == 1 for curve in found.curves)
    assert {round(curve.pieces[0][0][0], 3) for curve in found.curves} == {
        round(found.curves[0].pieces[0][0][0], 3)
    }


def test_edges_that_need_not_cross_do_not():
    """Two ladders side by side, their rungs given in a confusing order."""
    graph = nx.DiGraph([("a1", "b1"), ("a2", "b2"), ("a3", "b3"), ("b3", "c1"), ("b1", "c3")])
    graph.add_edges_from([("b2", "c2"), ("a1", "b2"), ("a2", "b3")])
    found = operations_graphic(graph).scene

    assert crossed(found) == 0


def crossed(found):
    """How many pairs of curves without a common end cross."""
    lines = [(c.edge, c.pieces[0][0], c.pieces[-1][-1]) for c in found.curves]
    return sum(
        1
        for at, (edge, (x, y), (u, _)) in enumerate(lines)
        for other, (p, q), (r, _) in lines[:at]
        if abs(q - y) < 40
        and edge.source != other.source
        and edge.target != other.target
        and (x < p) != (u < r)
    )
