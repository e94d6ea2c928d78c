"""What differs between two nets: each edit is found, named at its place, and nothing else is."""

import html
import json

import numpy as np
import pytest

from netdsl import (
    BatchNormalizationLayer,
    CatenateLayer,
    CompiledLayer,
    ConvolutionLayer,
    DropoutLayer,
    FlattenLayer,
    Information,
    LinearLayer,
    LogisticSigmoid,
    NetArray,
    NetChain,
    NetDecoder,
    NetDifference,
    NetEncoder,
    NetGraph,
    NetInitialize,
    NetPort,
    ParametricRampLayer,
    PoolingLayer,
    Ramp,
    SettingError,
    SoftmaxLayer,
    Tanh,
    TotalLayer,
)
from netdsl.spec.fields import Real64
from tests.architectures import nets as architectures
from tests.report.tags import Outline


def found(a, b, **options):
    """The kinds of what differs, with the paths and names."""
    return [(each.kind, each.paths, each.name) for each in NetDifference(a, b, **options)]


def ready(net, seed=1):
    return NetInitialize(net, RandomSeeding=seed)


CHAIN = ready(NetChain([LinearLayer(4), ParametricRampLayer(), LinearLayer(4), Tanh], Input=3))
NAMED = ready(
    NetChain(
        {
            "conv": ConvolutionLayer(3, 2),
            "ramp": Ramp,
            "flat": FlattenLayer(),
            "out": LinearLayer(5),
        },
        Input=(2, 6, 5),
    )
)

LAYERS = {"one": LinearLayer(4), "two": LinearLayer(4), "act": Ramp, "sum": TotalLayer()}
INPUT = NetPort("Input")
EDGES = [(INPUT, "one", "act"), (INPUT, "two"), (["act", "two"], "sum")]
GRAPH = ready(NetGraph(LAYERS, EDGES, Input=4))
NESTED = NetChain({"body": GRAPH, "head": [LinearLayer(2), SoftmaxLayer()]})
NETS = [CHAIN, NAMED, GRAPH, NESTED, LinearLayer(3), ParametricRampLayer(Input=3)]


def chain(*parts, **options):
    return NetChain(list(parts), Input=3, **options)


def parts_of(net):
    return list(net.nodes.values())


def changed(net, path, at, by):
    """A net with another number in an array."""
    values = np.array(net[path])
    values[at] += by
    return net.with_parts({path: values})


# ---- equal nets -------------------------------------------------------------------------------


@pytest.mark.parametrize("net", NETS)
def test_a_net_and_itself(net):
    difference = NetDifference(net, net)

    assert not difference
    assert (len(difference), list(difference)) == (0, [])
    assert str(difference).startswith("Nothing differs")
    assert difference.to_dict()["same"] is True


def test_what_is_not_a_difference():
    shared = [LinearLayer(3, Weights=NetArray("W")), LinearLayer(3, Weights=NetArray("W"))]
    other = [LinearLayer(3, Weights=NetArray("V")), LinearLayer(3, Weights=NetArray("V"))]
    frozen = chain(2, Ramp, LearningRateMultipliers=0)

    assert found(chain(*shared), chain(*other)) == []
    assert found(frozen, chain(LinearLayer(2, LearningRateMultipliers=0), Ramp)) == []
    assert found(chain(2, Ramp), NetChain([LinearLayer(2, Input=3), Ramp])) == []


def test_nan_equals_nan_at_the_same_place():
    one = LinearLayer((), Weights=[[np.nan, 1, np.inf]], Biases=None)
    other = LinearLayer((), Weights=[[1, np.nan, np.inf]], Biases=None)

    (difference,) = NetDifference(one, other)

    assert not NetDifference(one, one.with_parts({("Weights",): np.array(one.Weights)}))
    assert (difference.change.different, difference.change.entries) == (2, 3)
    assert difference.change.largest == np.inf
    json.dumps(difference.to_dict(), allow_nan=False)


# ---- one edit ---------------------------------------------------------------------------------


def test_a_setting_and_what_follows_from_it():
    wide = NetChain([LinearLayer(5), *parts_of(chain(4, Ramp, 2))[1:]], Input=3)

    assert found(chain(4, Ramp, 2), wide) == [
        ("setting", ((1,), (1,)), "Size"),
        ("port", ((1,), (1,)), "Output"),
        ("port", ((2,), (2,)), "Output"),
        ("array dimensions", ((1,), (1,)), "Weights"),
        ("array dimensions", ((1,), (1,)), "Biases"),
        ("array dimensions", ((3,), (3,)), "Weights"),
    ]
    first, port, *_, last = NetDifference(chain(4, Ramp, 2), wide)
    assert (first.a, first.b, first.shown) == ((4,), (5,), ("4", "5"))
    assert first.text == "Size of net[1] is 4 in a, 5 in b"
    assert (port.a, port.b) == ((4,), (5,))
    assert (last.a, last.b) == ((2, 4), (2, 5))


@pytest.mark.parametrize("at", range(5))
def test_an_inserted_layer_is_one_insertion(at):
    parts = parts_of(CHAIN)
    longer = NetChain([*parts[:at], DropoutLayer(), *parts[at:]], Input=3)

    assert found(CHAIN, longer) == [("part added", (None, (at + 1,)), "")]
    assert found(longer, CHAIN) == [("part removed", ((at + 1,), None), "")]


def test_one_of_many_equal_layers_is_known_by_its_values():
    parts = parts_of(ready(chain(*[LinearLayer(3)] * 6)))
    new = parts_of(ready(chain(3), 2))[0]
    more = NetChain([*parts[:3], new, *parts[3:]], Input=3)
    trained = changed(changed(more, (1, "Biases"), (0,), 1), (7, "Biases"), (0,), 1)

    assert found(NetChain(parts, Input=3), more) == [("part added", (None, (4,)), "")]
    assert found(NetChain(parts, Input=3), trained) == [
        ("part added", (None, (4,)), ""),
        ("array value", ((1,), (1,)), "Biases"),
        ("array value", ((6,), (7,)), "Biases"),
    ]


def test_another_layer_in_the_place_of_one():
    parts = parts_of(CHAIN)
    other = NetChain([*parts[:2], DropoutLayer(), *parts[3:]], Input=3)

    assert found(CHAIN, other) == [("part replaced", ((3,), (3,)), "")]
    assert "LinearLayer(4) in a, DropoutLayer in b" in NetDifference(CHAIN, other)[0].text


def test_a_part_of_a_chain_moves():
    ramp, drop, one, two = (
        ParametricRampLayer(),
        DropoutLayer(),
        LinearLayer(4),
        LinearLayer(3, Input=4),
    )
    a, b = chain(one, ramp, drop, two), chain(one, drop, ramp, two)

    (kind, paths, _), *rest = found(a, b)
    assert (kind, rest) == ("part moved", [])
    assert paths in [((2,), (3,)), ((3,), (2,))]
    assert "is number" in NetDifference(a, b)[0].text


def test_parts_with_other_names():
    names = {"conv": "first"}
    renamed = NetChain(
        {names.get(key, key): part for key, part in NAMED.nodes.items()}, Input=(2, 6, 5)
    )
    listed = NetChain(parts_of(NAMED), Input=(2, 6, 5))

    assert found(NAMED, renamed) == [("part renamed", (("conv",), ("first",)), "")]
    assert found(NAMED, listed) == [("part renamed", ((), ()), "")]
    assert "names in a only" in NetDifference(NAMED, listed)[0].text


def test_a_renamed_part_of_a_graph_is_known_by_its_connections():
    parts = {{"one": "uno", "act": "ramp"}.get(key, key): net for key, net in GRAPH.nodes.items()}
    edges = [(INPUT, "uno", "ramp"), (INPUT, "two"), (["ramp", "two"], "sum")]

    assert found(GRAPH, NetGraph(parts, edges, Input=4)) == [
        ("part renamed", (("one",), ("uno",)), ""),
        ("part renamed", (("act",), ("ramp",)), ""),
    ]


def test_the_order_of_the_parts_of_a_graph():
    names = ["one", "act", "two", "sum"]
    other = NetGraph({name: GRAPH.nodes[name] for name in names}, EDGES, Input=4)

    ((kind, paths, _),) = found(GRAPH, other)
    assert (kind, paths) == ("part moved", ((), ()))


def test_a_connection():
    other = NetGraph(GRAPH.nodes, [EDGES[0], ("one", "two"), EDGES[2]], Input=4)
    (difference,) = NetDifference(GRAPH, other)

    assert found(GRAPH, other) == [("connection", (("two",), ("two",)), "Input")]
    assert (difference.a, difference.b) == (("Input",), ("one", "Output"))
    assert difference.shown == ("Input", "one")


def test_a_part_between_two_others_is_no_new_connection():
    edges = [(INPUT, "one", "drop", "act"), *EDGES[1:]]
    more = NetGraph({**GRAPH.nodes, "drop": DropoutLayer()}, edges, Input=4)
    fewer = NetGraph(
        {key: GRAPH.nodes[key] for key in ("one", "two", "sum")},
        [(INPUT, "one"), EDGES[1], (["one", "two"], "sum")],
        Input=4,
    )

    assert found(GRAPH, more) == [("part added", (None, ("drop",)), "")]
    assert found(GRAPH, fewer) == [("part removed", (("act",), None), "")]


def test_one_more_input():
    edges = [*EDGES[:2], (INPUT, "new"), (["act", "two", "new"], "sum")]
    more = NetGraph({**LAYERS, "new": LinearLayer(4)}, edges, Input=4)

    assert found(NetGraph(LAYERS, EDGES, Input=4), more) == [
        ("part added", (None, ("new",)), ""),
        ("connection", (("sum",), ("sum",)), "Input3"),
    ]


def test_ports_of_the_net():
    joined = {"a": LinearLayer(2), "b": LinearLayer(2), "both": CatenateLayer()}
    one = NetGraph(joined, [(NetPort("In"), "a"), (NetPort("In"), "b"), (["a", "b"], "both")])
    two = NetGraph(joined, [(NetPort("In"), "a"), (NetPort("To"), "b"), (["a", "b"], "both")])
    new = NetGraph(joined, [(NetPort("X"), "a"), (NetPort("X"), "b"), (["a", "b"], "both")])

    assert found(one, two) == [
        ("connection", (("b",), ("b",)), "Input"),
        ("port", ((), ()), "To"),
    ]
    assert found(one, new) == [("port", ((), ()), "In"), ("port", ((), ()), "X")]


def test_shapes_and_coders_at_ports():
    a, b = NetChain([Ramp, 2], Input=3), NetChain([Ramp, 2], Input=("n", 3))
    yes = NetChain([3, SoftmaxLayer()], Output=NetDecoder("Class", ["a", "b", "c"]))
    no = NetChain([3, SoftmaxLayer()], Output=NetDecoder("Class", ["a", "b", "d"]))
    inner = NetChain([3, SoftmaxLayer(Output=NetDecoder("Class", ["a", "b", "d"]))])

    assert ("port", ((), ()), "Input") in found(a, b)
    assert found(yes, no) == [("coder", ((), ()), "Output")]
    assert found(inner, NetChain([3, SoftmaxLayer()])) == [("coder", ((2,), (2,)), "Output")]
    assert found(NetChain([Ramp], Input=()), NetChain([Ramp], Input=NetEncoder("Boolean"))) == [
        ("coder", ((), ()), "Input")
    ]


def test_numbers():
    b = changed(changed(CHAIN, (1, "Weights"), (2, 1), 0.5), (1, "Weights"), (0, 0), -0.25)
    (difference,) = NetDifference(CHAIN, b)
    change = difference.change

    assert found(CHAIN, b) == [("array value", ((1,), (1,)), "Weights")]
    assert (change.different, change.entries) == (2, 12)
    assert change.largest == pytest.approx(0.5, rel=1e-6)
    assert change.norm == pytest.approx(np.hypot(0.5, 0.25), rel=1e-6)
    assert change.relative == pytest.approx(
        np.hypot(0.5, 0.25) / np.linalg.norm(CHAIN[1, "Weights"]), rel=1e-6
    )
    assert difference.a is CHAIN[1, "Weights"]
    assert NetDifference(CHAIN, b, Tolerance=0.4)[0].change.different == 1
    assert not NetDifference(CHAIN, b, Tolerance=0.6)


def test_arrays_that_are_not_there():
    one = LinearLayer(3, Input=2)

    assert found(one, LinearLayer(3, Input=2, Biases=None)) == [("array", ((), ()), "Biases")]
    assert found(one, one.with_parts({("Biases",): [1, 2, 3]})) == [
        ("array value", ((), ()), "Biases")
    ]
    double = LinearLayer(2, Input=2, Biases=Real64([1, 2]))
    (difference,) = NetDifference(LinearLayer(2, Input=2, Biases=[1, 2]), double)
    assert (difference.kind, difference.change.different) == ("array value", 0)
    assert difference.text.endswith("float32 in a, float64 in b")


def test_multipliers():
    frozen = NetChain(parts_of(CHAIN), Input=3, LearningRateMultipliers={3: 0})

    assert found(CHAIN, frozen) == [
        ("multiplier", ((3,), (3,)), "Weights"),
        ("multiplier", ((3,), (3,)), "Biases"),
    ]
    assert (NetDifference(CHAIN, frozen)[0].a, NetDifference(CHAIN, frozen)[0].b) == (1, 0)


def test_shared_arrays():
    def square(name):
        return LinearLayer(3, Weights=NetArray(name), Biases=None)

    three, two = chain(square("W"), square("W"), square("W")), chain(*map(square, "WVW"))
    (difference,) = NetDifference(three, two)

    assert difference.kind == "sharing"
    assert difference.a == [[(1, "Weights"), (2, "Weights"), (3, "Weights")]]
    assert sorted(difference.b) == [[(1, "Weights"), (3, "Weights")], [(2, "Weights")]]
    plain = chain(*[LinearLayer(3, Biases=None)] * 3)
    assert [each.kind for each in NetDifference(plain, three)] == ["sharing"]
    whole = ready(three)
    assert found(whole, changed(whole, (2, "Weights"), (0, 0), 1)) == [
        ("array value", ((1,), (1,)), "Weights")
    ]


def test_inside_nested_nets():
    other = NESTED.with_parts({("head", 1): LinearLayer(2, Biases=None)})
    added = NetChain({**NESTED.nodes, "head": [LinearLayer(2), Tanh, SoftmaxLayer()]})

    assert found(NESTED, other) == [("array", (("head", 1), ("head", 1)), "Biases")]
    assert found(NESTED, added) == [("part added", (None, ("head", 2)), "")]


def test_a_layer_and_nets():
    ((kind, paths, _),) = found(LinearLayer(3), NetChain([3]))
    assert (kind, paths) == ("part replaced", ((), ()))
    as_graph = NetGraph(NAMED)
    assert found(NAMED, as_graph) == [("part replaced", ((), ()), "")]


def test_architectures():
    lenet, images = architectures.lenet(), {"Input": (1, 28, 28)}
    parts: dict = {}
    for key, part in lenet.nodes.items():
        parts[key] = ConvolutionLayer(20, 3) if key == "conv1" else part
        if key == "ramp1":
            parts["norm1"] = BatchNormalizationLayer()
    difference = NetDifference(NetChain(lenet.nodes, **images), NetChain(parts, **images))
    deeper = NetDifference(architectures.resnet(50, slim=16), architectures.resnet(101, slim=16))

    assert [(each.kind, each.path) for each in difference][:2] == [
        ("part added", ("norm1",)),
        ("setting", ("conv1",)),
    ]
    assert {each.kind for each in difference[2:]} == {"port", "array dimensions"}
    assert [(each.kind, each.path) for each in deeper] == [
        ("part added", ("layer3", number)) for number in range(7, 24)
    ]


# ---- any edits --------------------------------------------------------------------------------


POOL = [
    lambda: Ramp,
    lambda: Tanh,
    lambda: LogisticSigmoid,
    lambda: DropoutLayer(),
    lambda: ParametricRampLayer(),
    lambda: LinearLayer(3),
    lambda: LinearLayer(4),
    lambda: LinearLayer(3, Biases=None),
    lambda: LinearLayer(3, Weights=NetArray("W")),
    lambda: BatchNormalizationLayer(),
    lambda: SoftmaxLayer(),
    lambda: [LinearLayer(3), Ramp],
]


def some(rng):
    """A net of some layers: a list, a dict or a graph, with values or without, with frozen ones."""
    parts = [POOL[at]() for at in rng.integers(len(POOL), size=rng.integers(1, 5))]
    rates = {} if rng.random() < 0.8 else {"LearningRateMultipliers": {1: 0}}
    if rng.random() < 0.5:
        net = NetChain(parts, Input=3, **rates)
    else:
        names = rng.permutation(["a", "b", "c", "d", "e"])[: len(parts)]
        net = NetChain(dict(zip(map(str, names), parts, strict=True)), Input=3, **rates)
    net = NetGraph(net) if rng.random() < 0.4 else net
    return ready(net, int(rng.integers(2))) if rng.random() < 0.3 else net


def same_arrays(a, b):
    ones, others = Information(a, "Arrays"), Information(b, "Arrays")
    if ones.keys() != others.keys():
        return False
    pairs = [(ones[at], others[at]) for at in ones]
    is_same = all(
        np.array_equal(x, y) and x.dtype == y.dtype if hasattr(x, "dtype") else x is y
        for x, y in pairs
    )
    rates = "ArraysLearningRateMultipliers"
    return is_same and Information(a, rates) == Information(b, rates)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_differs_where_hash_arrays_and_multipliers_are_equal_and_nowhere_else(seed):
    rng = np.random.default_rng(seed)
    nets = [some(rng) for _ in range(10)]
    hashes = [Information(net, "TopologyHash") for net in nets]

    for at, a in enumerate(nets):
        for there, b in enumerate(nets):
            is_same = hashes[at] == hashes[there] and same_arrays(a, b)
            assert (not NetDifference(a, b)) == is_same, (a, b, list(NetDifference(a, b)))


PLAIN = [Ramp, Tanh, LinearLayer(3), LinearLayer(3), ParametricRampLayer(), LinearLayer(3)]
FORMS = {
    "list": lambda items, rates: NetChain([part for _, part in items], **rates),
    "dict": lambda items, rates: NetChain(dict(items), **rates),
    "graph": lambda items, rates: NetGraph(NetChain(dict(items), **rates)),
    "listed graph": lambda items, rates: NetGraph(NetChain([part for _, part in items], **rates)),
}


class Edit:
    """A net of six layers in some order, one edit of it, and what is to be found then."""

    def __init__(self, form, seed):
        self.rng = np.random.default_rng(seed)
        names = [f"n{at}" for at in self.rng.permutation(6)]
        chain = ready(NetChain([PLAIN[at] for at in self.rng.permutation(6)], Input=3), seed)
        self.form, self.is_named = form, "list" not in form
        self.items = list(zip(names, parts_of(chain), strict=True))
        self.at = int(self.rng.integers(6))

    def built(self, items, **rates):
        return NetChain({"before": Tanh, "body": FORMS[self.form](items, rates)}, Input=3)

    def path(self, at, items=None):
        return "body", (items or self.items)[at][0] if self.is_named else at + 1

    def having(self, *kinds):
        """Turn to a layer of one of these kinds."""
        self.at = next(
            at for at, (_, part) in enumerate(self.items) if type(part).__name__ in kinds
        )
        return self.items[self.at]

    def other(self, part, name=None):
        """The items with another one at the place."""
        items = list(self.items)
        items[self.at] = (name or items[self.at][0], part)
        return items

    def insert(self):
        items = [*self.items[: self.at], ("new", DropoutLayer(0.3)), *self.items[self.at :]]
        return self.built(items), [("part added", (None, self.path(self.at, items)), "")]

    def remove(self):
        items = [*self.items[: self.at], *self.items[self.at + 1 :]]
        return self.built(items), [("part removed", (self.path(self.at), None), "")]

    def replace(self):
        items = self.other(DropoutLayer(0.3))
        return self.built(items), [("part replaced", (self.path(self.at),) * 2, "")]

    def rename(self):
        items = self.other(self.items[self.at][1], "new")
        paths = (self.path(self.at), self.path(self.at, items))
        return self.built(items), [("part renamed", paths, "")] if self.is_named else []

    def change_a_setting(self):
        self.having("ElementwiseLayer")
        items = self.other(NetChain([LogisticSigmoid])[1])
        return self.built(items), [("setting", (self.path(self.at),) * 2, "Function")]

    def change_a_number(self):
        _, part = self.having("LinearLayer", "ParametricRampLayer")
        name = list(part.array_fields)[-1]
        items = self.other(changed(part, (name,), (1,), 1e-3))
        return self.built(items), [("array value", (self.path(self.at),) * 2, name)]

    def leave_out_an_array(self):
        _, part = self.having("LinearLayer")
        items = self.other(part.with_parts({("Biases",): None}))
        return self.built(items), [("array", (self.path(self.at),) * 2, "Biases")]

    def share(self):
        _, part = self.having("LinearLayer")
        one = part.with_parts({("Weights",): NetArray("W", Array=part.Weights)})
        items = [(key, self.sharing(each, part, one)) for key, each in self.items]
        self.items = [(key, self.sharing(each, part, part)) for key, each in self.items]
        return self.built(items), [("sharing", None, "Weights")]

    @staticmethod
    def sharing(each, part, one):
        return one if type(each) is type(part) else each

    def freeze(self):
        name, part = self.having("LinearLayer", "ParametricRampLayer")
        rates = {name if self.is_named else self.at + 1: None}
        expected = [("multiplier", (self.path(self.at),) * 2, key) for key in part.array_fields]
        return self.built(self.items, LearningRateMultipliers=rates), expected


EDITS = [name for name in vars(Edit) if name not in ("built", "path", "having", "other", "sharing")]
EDITS = [name for name in EDITS if not name.startswith("_")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_found_and_nothing_else(form, name):
    for seed in range(4):
        edit = Edit(form, seed)
        b, expected = getattr(edit, name)()
        a = edit.built(edit.items)
        got = found(a, b)
        if name == "share":
            got = [(kind, None, array) for kind, _, array in got]

        assert got == expected, (a, b)


@pytest.mark.parametrize("form", ["list", "dict"])
def test_two_layers_that_change_places(form):
    for seed in range(8):
        edit = Edit(form, seed)
        at = edit.at % 5
        items = list(edit.items)
        items[at], items[at + 1] = items[at + 1], items[at]
        if edit.items[at][1].brief() == edit.items[at + 1][1].brief():
            continue  # two of a kind: then it is their arrays that differ
        places = [edit.path(at), edit.path(at + 1)]
        ((kind, paths, _),) = found(edit.built(edit.items), edit.built(items))

        assert kind == "part moved"
        if form == "list":
            assert sorted(paths) == places
        else:
            assert paths[0] == paths[1]
            assert paths[0] in places


# ---- how it is shown --------------------------------------------------------------------------


def trained():
    return NetChain({"<a>": CHAIN.nodes[1], "b|b": CHAIN.nodes[2]}, Input=3), NetChain(
        {
            "<a>": changed(CHAIN, (1, "Weights"), (0, 0), 2).nodes[1],
            "new_1": DropoutLayer(0.25),
            "b|b": CHAIN.nodes[2],
        },
        Input=3,
        LearningRateMultipliers={"<a>": 0},
    )


def test_as_text():
    expected = """
a = NetChain of 2, b = NetChain of 3: 1 part, 1 value, 2
  multipliers

parts  path   b
added  new_1  DropoutLayer(0.25)

values  array    different  largest  norm  relative
<a>     Weights    1 of 12        2     2     RELA

multipliers  array    a  b
<a>          Weights  1  0
<a>          Biases   1  0

in all 1 of 12 entries, norm of the change 2
largest: of |b - a|; norm: of b - a, relative to that of a
"""
    relative = f"{2 / np.linalg.norm(CHAIN[1, 'Weights']):.3g}"
    text = NetDifference(*trained()).text(60)

    assert text.splitlines() == expected.replace("RELA", relative).strip("\n").splitlines()


@pytest.mark.parametrize("width", [60, 80, 140])
def test_lines_fit(width):
    for a, b in [trained(), (NAMED, NESTED), (NESTED, GRAPH), (CHAIN, NAMED)]:
        text = NetDifference(a, b).text(width)
        assert max(map(len, text.splitlines())) <= width


def test_without_a_terminal_nothing_is_left_out():
    assert "..." not in str(NetDifference(*trained()))
    assert repr(NetDifference(CHAIN, NAMED)) == str(NetDifference(CHAIN, NAMED))


@pytest.mark.parametrize("pair", [trained(), (CHAIN, CHAIN), (NESTED, GRAPH)])
def test_as_html(pair):
    difference = NetDifference(*pair)
    tags = Outline()
    tags.feed(difference._repr_html_())

    assert tags.open == []
    assert "script" not in tags.seen
    for each in difference:
        assert html.escape(each.name) in difference._repr_html_()


def test_as_markdown():
    lines = NetDifference(*trained()).to_markdown().splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]

    assert [r"\<a>", "Weights", "1", "0"] in rows
    assert ["added", "new_1", "DropoutLayer(0.25)"] in rows


def test_as_a_dict_it_is_json():
    for a, b in [trained(), (NAMED, NESTED), (NESTED, GRAPH), (CHAIN, ready(CHAIN, 2))]:
        given = NetDifference(a, b).to_dict()
        assert json.loads(json.dumps(given, allow_nan=False)) == given
    given = NetDifference(*trained()).to_dict()
    assert given["counts"] == {"parts": 1, "values": 1, "multipliers": 2}
    assert given["differences"][0]["paths"] == [None, ["new_1"]]
    assert given["differences"][1]["change"]["different"] == 1


# ---- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "facts"),
    [
        (lambda: NetDifference(CHAIN, 3), {"got": "3"}),
        (lambda: NetDifference(NetEncoder("Boolean"), CHAIN), {"call": "NetDifference"}),
        (lambda: NetDifference(PoolingLayer, CHAIN), {"nearest": "PoolingLayer(KernelSize)"}),
        (lambda: NetDifference(CHAIN, CHAIN, Tolerance=-1), {"setting": "Tolerance"}),
        (lambda: NetDifference(CHAIN, CHAIN, Tolerance="0"), {"got": "'0'"}),
        (lambda: NetDifference(CHAIN, CHAIN, Tolerance=float("nan")), {"got": "nan"}),
        (lambda: NetDifference(CHAIN, CHAIN, Tolerence=1), {"nearest": "Tolerance"}),
        (lambda: NetDifference(CHAIN), {"call": "NetDifference"}),
    ],
)
def test_bad_input(call, facts):
    with pytest.raises(SettingError) as error:
        call()
    assert {name: error.value.facts[name] for name in facts} == facts


# ---- functions, and nets around nets ----------------------------------------------------------


def test_functions_without_a_name_are_told_apart_by_what_they_do():
    same, other, twice = (
        CompiledLayer(each) for each in (lambda x: x, lambda x: 2 * x, lambda x: 2 * x)
    )

    assert found(same, other) == [("setting", ((), ()), "Function")]
    assert NetDifference(same, other)[0].text.endswith(
        "is <function> in a, another <function> in b"
    )
    assert not NetDifference(other, twice)


def test_a_function_is_told_by_what_it_reads():
    def times(factor):
        return CompiledLayer(lambda x: factor * x)

    assert not NetDifference(times(2), times(2))
    assert found(times(2), times(3)) == [("setting", ((), ()), "Function")]
    entries = np.arange(2000.0)
    assert found(times(entries), times(entries + (entries == 999)))
    assert not NetDifference(times(entries), times(entries.copy()))


def test_names_are_not_told_of_where_no_part_is_the_same():
    a = NetChain([ConvolutionLayer(3, 2), Ramp, FlattenLayer()], Input=(1, 5, 5))
    b = NetChain({"one": [LinearLayer(3)], "two": [Tanh]}, Input=(1, 5, 5))

    assert {each.kind for each in NetDifference(a, b)} <= {"part removed", "part added", "port"}


@pytest.mark.parametrize("wrap", [lambda net: [net], lambda net: {"x": [net]}])
def test_a_net_in_a_net_of_its_own_is_found_again(wrap):
    net = ready(NetChain([3, Ramp, 2], Input=4))
    outer = NetChain(wrap(net))
    (only,) = NetDifference(net, outer)

    inner = (1,) if "x" not in outer.nodes else ("x", 1)
    assert (only.kind, only.paths) == ("part wrapped", ((), inner))
    (back,) = NetDifference(outer, net)
    assert (back.kind, back.paths) == ("part wrapped", (inner, ()))
    changed = NetChain(wrap(NetChain([3, Tanh, 2], Input=4)))
    assert ("setting", ((2,), (*inner, 2)), "Function") in found(
        NetChain([3, Ramp, 2], Input=4), changed
    )


def test_two_nets_that_are_the_same_are_called_both():
    text = NetDifference(CHAIN, CHAIN).text()

    assert text == (
        "Nothing differs: both are NetChain of 4, the same in structure, shapes and arrays."
    )
