"""The sizes that a net allows, and what its names must obey: held against trying them all."""

import itertools

import pytest
import sympy

from netdsl import (
    Automatic,
    CatenateLayer,
    ConvolutionLayer,
    FlattenLayer,
    NetChain,
    NetGraph,
    NetPort,
    NetShapes,
    PoolingLayer,
    Ramp,
    ReshapeLayer,
    SettingError,
    ShapeError,
    StructureError,
    TotalLayer,
)

HALVED = NetGraph(
    {"pool": PoolingLayer(2, 2), "twice": CatenateLayer(2), "sum": TotalLayer()},
    [(NetPort("Input"), "pool"), (["pool", "pool"], "twice"), (["twice", NetPort("Input")], "sum")],
)
STEPS = NetChain([ConvolutionLayer(4, 3, Stride=2), PoolingLayer(3, 2)])

NETS = [
    (STEPS, {"Input": (1, "h")}),
    (STEPS, {"Input": (1, "h"), "Output": (4, 3)}),
    (HALVED, {"Input": (3, "h")}),
    (ReshapeLayer((2, Automatic)), {"Input": "h"}),
    (NetChain([ReshapeLayer((2, Automatic)), ReshapeLayer((3, Automatic))]), {"Input": "h"}),
    (NetChain([PoolingLayer(2, 2), ReshapeLayer((3, Automatic))]), {"Input": (1, "h")}),
    (ConvolutionLayer(6, 1, ChannelGroups=3), {"Input": ("h", 5)}),
    (FlattenLayer(), {"Input": ("h", 3, "w"), "Output": 24}),
    (FlattenLayer(), {"Input": ("h", "h"), "Output": 49}),
    (NetChain([PoolingLayer(2, 2), ReshapeLayer((3, Automatic))]), {"Input": (1, "h", "w")}),
    (CatenateLayer(InputPorts=["a", "b"]), {"a": ("h",), "b": ("w",), "Output": (7,)}),
]
each_net = pytest.mark.parametrize(("net", "ports"), NETS, ids=range(len(NETS)))


def fits(shapes, **sizes):
    """Whether the net can be solved with these sizes, which leave nothing open."""
    try:
        found = shapes.subs(sizes)
    except ShapeError:
        return False
    return all(isinstance(dim, int) for row in found for dim in row.dims)


def names(ports):
    given = [
        dim for dims in ports.values() for dim in (dims if isinstance(dims, tuple) else [dims])
    ]
    return sorted({dim for dim in given if isinstance(dim, str)})


@each_net
def test_solutions_are_those_that_solve(net, ports):
    shapes, most = NetShapes(net, **ports), 19
    known = names(ports)
    tried = itertools.product(range(1, most + 1), repeat=len(known))
    choices = [dict(zip(known, sizes, strict=True)) for sizes in tried]
    true = [sizes for sizes in choices if fits(shapes, **sizes)]

    found = shapes.solutions(limit=400)
    assert [sizes for sizes in found if max(sizes.values()) <= most] == true
    for name in known:
        sizes = [size for size in shapes.solutions(name, limit=most) if size <= most]
        assert sizes[:7] == sorted({each[name] for each in true})[:7]


@each_net
def test_constraints_are_those_of_the_sizes_that_solve(net, ports):
    shapes = NetShapes(net, **ports)
    known = names(ports)
    symbols = sympy.symbols(known, integer=True, positive=True)
    for sizes in itertools.product(range(1, 13), repeat=len(known)):
        values = dict(zip(symbols, sizes, strict=True))
        agrees = all(each.subs(values) == sympy.true for each in shapes.constraints)
        assert agrees == fits(shapes, **dict(zip(known, sizes, strict=True))), sizes


# ---- what is listed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "ports", "facts"),
    [
        (STEPS, {"Input": (1, "h")}, ("h >= 7",)),
        (STEPS, {"Input": (1, "h"), "Output": (4, 3)}, ("15 <= h <= 18",)),
        (HALVED, {"Input": (3, "h")}, ("h is even: h mod 2 = 0",)),
        (ReshapeLayer((2, Automatic)), {"Input": "n"}, ("n is even: n mod 2 = 0",)),
        (ReshapeLayer((16, Automatic)), {"Input": "h"}, ("h mod 16 = 0",)),
        (FlattenLayer(), {"Input": (4, "h", 5, "w"), "Output": "f"}, ("f = 20*h*w",)),
        (
            FlattenLayer(),
            {"Input": (Automatic, 2, "h"), "Output": "n"},
            ("n is even: n mod 2 = 0", "n mod (2*h) = 0"),
        ),
        (CatenateLayer(InputPorts=[("a",), ("b",)]), {"Output": "c"}, ("c = a + b",)),
        (CatenateLayer(InputPorts=[3, ("a",)]), {"Output": "b"}, ("b = a + 3",)),
        (NetChain([Ramp, Ramp]), {"Input": ("h", 3), "Output": ("w", "c")}, ("w = h", "c = 3")),
    ],
)  # fmt: skip
def test_facts(net, ports, facts):
    assert NetShapes(net, **ports).facts == facts


def test_constraints_are_relations():
    n, h, w = sympy.symbols("n h w", integer=True, positive=True)
    even = NetShapes(ReshapeLayer((2, Automatic)), Input="n")
    between = NetShapes(STEPS, Input=(1, "h"), Output=(4, 3))

    assert even.constraints == (sympy.Eq(sympy.Mod(n, 2), 0),)
    assert between.constraints == (sympy.Ge(h, 15), sympy.Le(h, 18))
    product = NetShapes(FlattenLayer(), Input=("h", 3, "w"), Output=24)
    assert product.constraints[-1] == sympy.Eq(h * w, 8)


def test_latex_lists_what_was_learned():
    text = NetShapes(FlattenLayer(), Input=("h", 3, "w"), Output=24).latex()

    assert text.startswith("\\begin{array}{l}\n\\begin{array}{lllll}")
    assert text.endswith("\\end{array} \\\\\nh \\leq 8 \\\\\nw \\leq 8 \\\\\nh w = 8\n\\end{array}")
    odd = NetShapes(ReshapeLayer((2, Automatic)), Input="n").latex()
    assert "n \\equiv 0 \\pmod{2}" in odd
    assert r"\{15, \ldots, 18\}" in NetShapes(STEPS, Output=(4, 3)).latex()


# ---- solutions --------------------------------------------------------------------------------


def test_solutions_of_names_and_of_dimensions():
    shapes = NetShapes(STEPS, Input=(1, "h"), Output=(4, 3))

    assert shapes.solutions("h") == [15, 16, 17, 18]
    assert shapes.solutions(sympy.Symbol("h")) == [15, 16, 17, 18]
    assert shapes.solutions(("Input", 2)) == [15, 16, 17, 18]
    assert shapes.solutions((2, "Input", 2)) == [7, 8]
    assert shapes.solutions((2, "Output", 2)) == [3]
    assert shapes.solutions() == [{"h": 15}, {"h": 16}, {"h": 17}, {"h": 18}]


def test_solutions_leave_out_what_bounds_do_not_see():
    shapes = NetShapes(FlattenLayer(), Input=("h", 3, "w"), Output=24)

    assert shapes.solutions("h") == [1, 2, 4, 8]
    assert [sizes["w"] for sizes in shapes.solutions()] == [8, 4, 2, 1]
    opened = NetShapes(FlattenLayer(), Input=(Automatic, 3, Automatic), Output=24)
    assert opened.solutions(("Input", 3)) == [1, 2, 4, 8]


def test_a_size_is_listed_only_if_the_others_can_be_completed():
    net = NetChain([PoolingLayer(2, 2), FlattenLayer()])
    shapes = NetShapes(net, Input=("c", "h", "h"), Output=18)

    assert shapes.solutions("c") == [2, 18]
    assert shapes.solutions("h") == [2, 3, 6, 7]


def test_without_an_end_the_first_are_listed():
    shapes = NetShapes(HALVED, Input=(3, "h"))

    assert shapes.solutions("h", limit=4) == [2, 4, 6, 8]
    assert len(shapes.solutions("h")) == 100
    assert NetShapes(NetChain([Ramp]), Input="n").solutions(limit=2) == [{"n": 1}, {"n": 2}]
    assert NetShapes(FlattenLayer(), Input=(2, 3)).solutions() == []
    assert NetShapes(FlattenLayer(), Input=(2, Automatic)).solutions(("Input", 2), limit=2) == [
        1,
        2,
    ]


@pytest.mark.parametrize(
    ("of", "kind", "facts"),
    [
        ("g", SettingError, {"call": "solutions", "setting": "g", "expected": "h", "got": "'g'"}),
        ("hh", SettingError, {"nearest": "h"}),
        (("Inptu", 1), StructureError, {"nearest": "Input"}),
        (("Input", 3), StructureError, {"port": "Input", "expected": "1 to 2", "got": 3}),
        (("Input",), SettingError, {"expected": "for instance ('Input', 1)"}),
        ((1, "Output", 0), StructureError, {"got": 0}),
    ],
)
def test_bad_questions(of, kind, facts):
    shapes = NetShapes(STEPS, Input=(1, "h"))
    with pytest.raises(kind) as error:
        shapes.solutions(of)
    assert error.value.facts.items() >= facts.items()


def test_a_bad_limit():
    with pytest.raises(SettingError) as error:
        NetShapes(STEPS, Input=(1, "h")).solutions("h", limit=0)
    assert error.value.facts["setting"] == "limit"
