"""NetShapes: every port and array, for ports and named sizes to try."""

import json
import subprocess
import sys

import pytest
import sympy

from netdsl import (
    Automatic,
    ConvolutionLayer,
    CrossEntropyLossLayer,
    FlattenLayer,
    LinearLayer,
    NetChain,
    NetEncoder,
    NetGraph,
    NetShapes,
    ParametricRampLayer,
    PoolingLayer,
    Ramp,
    ReshapeLayer,
    Restricted,
    SettingError,
    ShapeError,
    SoftmaxLayer,
    StructureError,
    TotalLayer,
)

CHAIN = NetChain([FlattenLayer(), LinearLayer(3)])
GRAPH = NetGraph(
    {"net": NetChain([LinearLayer(4), ParametricRampLayer()]), "flat": FlattenLayer()},
    [("net", "flat")],
)
SIZES = NetGraph(
    {"a": ParametricRampLayer(2), "b": FlattenLayer()},
    [("a", "b")],
    Input=("Varying", 3),
)
c, h = sympy.symbols("c h", integer=True, positive=True)


def test_names_flow_forwards():
    shapes = NetShapes(CHAIN, Input=("c", "h", 2))

    assert shapes[1, "Output"] == (2 * c * h,)
    assert shapes[2, "Weights"] == (3, 2 * c * h)
    assert shapes["Output"] == (3,)


def test_shapes_flow_backwards():
    shapes = NetShapes(NetChain([ParametricRampLayer(), Ramp]), Output=(5, 7))

    assert shapes["Input"] == (5, 7)
    assert shapes[1, "Slope"] == (5,)


def test_a_name_is_solved_for():
    shapes = NetShapes(NetChain([FlattenLayer(), LinearLayer(Input=24)]), Input=("c", 3, 4))

    assert shapes.facts == ("c = 2",)
    assert shapes["Input"] == (2, 3, 4)


def test_an_open_size_has_bounds():
    shapes = NetShapes(FlattenLayer(), Input=(Automatic, 3, Automatic), Output=24)

    row = next(iter(shapes))
    assert row.position == ("Input",)
    assert row.dims == (Automatic, 3, Automatic)
    assert row.bounds == ((1, 8), (3, 3), (1, 8))
    assert row.text == "{1..8} x 3 x {1..8}"


def test_what_is_given_replaces_what_the_net_says():
    net = NetChain([FlattenLayer(), SoftmaxLayer()], Input=(2, 3))

    assert NetShapes(net)["Output"] == (6,)
    assert NetShapes(net, Input=(5, 7))["Output"] == (35,)
    assert NetShapes(net, Input=Automatic)["Output"] is Automatic


def test_the_kind_of_elements_stays():
    loss = CrossEntropyLossLayer("Index", Target=("Varying", Restricted("Integer", 9)))

    rows = {row.name: row.text for row in NetShapes(loss, Target=(7,))}

    assert rows["Target"] == "7, integer 1..9"


def test_substitution_solves_again():
    shapes = NetShapes(CHAIN, Input=("c", "h", 2))

    assert shapes.subs(c=5).subs(h=7)[2, "Weights"] == (3, 70)
    assert shapes.subs(c=5, h=7).facts == ("c = 5", "h = 7")
    assert shapes.subs(h="c")[2, "Weights"] == (3, 2 * c**2)
    assert shapes.subs(c="h")["Input"] == ("h", "h", 2)
    assert shapes[2, "Weights"] == (3, 2 * c * h)


def test_sizes_to_substitute_may_stand_in_a_dict():
    shapes = NetShapes(CHAIN, Input=("c", "h", 2))

    assert shapes.subs({"c": 5, h: 7})[2, "Weights"] == (3, 70)
    assert shapes.subs({"c": 5}, h=7)[2, "Weights"] == (3, 70)
    assert shapes.subs({})[2, "Weights"] == shapes[2, "Weights"]


def test_rows_and_positions():
    shapes = NetShapes(GRAPH, Input=5)

    assert len(shapes) == len(list(shapes)) == len(shapes.dims) == 13
    assert shapes.dims == {row.position: row.dims for row in shapes}
    assert {row.position: row.kind for row in shapes}["net", 1, "Weights"] == "array"
    assert shapes["net", 2, "Slope"] == shapes["net", -1, "Slope"] == shapes[["net", 2, "Slope"]]
    assert shapes[1, 1, "Weights"] == (4, 5)


def test_as_a_dict_it_is_json():
    found = NetShapes(NetChain([3, FlattenLayer()]), Input=("c", Automatic)).to_dict()

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    weights = next(row for row in found["rows"] if row["name"] == "Weights")
    assert weights["path"] == [1]
    assert (weights["kind"], weights["dims"], weights["text"]) == ("array", [3, None], "3 x ?")
    assert weights["bounds"] == [[3, 3], [1, None]]
    assert found["parameters"] is None
    assert found["open_because"]
    named = NetShapes(LinearLayer(3), Input=("c", 2)).to_dict()
    assert named["parameters"] == "6*c + 3"


def test_open_ranks_are_automatic():
    assert NetShapes(CHAIN)["Input"] is Automatic


def test_sets_of_sizes_are_data():
    net = NetChain([ConvolutionLayer(4, 3, Stride=2), FlattenLayer()])
    row = NetShapes(net, Input=(1, Automatic), Output=12).rows[0]

    assert row.text == "1 x {7, 8}"
    assert row.dims == (1, Automatic)
    assert list(row.sizes[1]) == [7, 8]
    assert (7 in row.sizes[1], 9 in row.sizes[1]) == (True, False)
    assert (row.sizes[1].low, row.sizes[1].high, row.sizes[1].step) == (7, 8, 1)
    assert row.bounds == ((1, 1), (7, 8))


def test_sets_with_a_step_or_without_an_end():
    even = NetShapes(ReshapeLayer((2, Automatic)), Input=(Automatic,))
    long = NetShapes(NetChain([ConvolutionLayer(4, 3)]), Input=(1, Automatic))

    assert even.rows[0].text == "{2, 4, ...}"
    assert long.rows[0].text == "1 x {3..}"
    assert r"1 \times \{3, \ldots\}" in long.latex()


# ---- why something is open --------------------------------------------------------------------

BODY = [ConvolutionLayer(20, 5), PoolingLayer(2, 2), ConvolutionLayer(50, 5), PoolingLayer(2, 2)]


def test_an_open_rank_says_which_port_would_tell():
    shapes = NetShapes(NetChain([*BODY, FlattenLayer(), 500]))
    rank = "nothing says the rank of Input (give Input=...)"

    assert shapes.open_because == (
        f"Open since {rank}: Input, Input of net[1], Weights of net[1] and 12 more",
    )
    rows = {row.position: row for row in shapes}
    assert rows["Input",].reasons == (rank,)
    assert rows[2, "Output"].reasons == (f"net[2] = PoolingLayer(2, 2) waits for a rank; {rank}",)
    assert rows[1, "Input"].reasons == (
        f"net[1] = ConvolutionLayer(20, 5) waits for a rank; {rank}",
    )
    assert rows["Output",].reasons == ()
    assert str(shapes).endswith(shapes.open_because[0])


def test_an_open_dimension_is_said_in_terms_of_the_input():
    shapes = NetShapes(NetChain([*BODY, FlattenLayer(), 500]), Input=(1, Automatic, Automatic))
    head = "nothing says dimensions 2 and 3 of Input (give Input=(1, ..., ...))"

    assert shapes.open_because == (
        f"Open since {head}: Input, Input of net[1], Output of net[1] and 10 more",
        (
            "dimension 2 of Weights of net[6] is 50*(floor(m/4) - 3)*(floor(n/4) - 3), "
            "where m and n are dimensions 2 and 3 of Input"
        ),
    )
    rows = {row.position: row for row in shapes}
    assert rows["Input",].reasons == (head, head)
    assert rows[1, "Output"].reasons[0] == (f"it is n - 4, where n is dimension 2 of Input; {head}")


def test_an_equation_that_leaves_several_sizes_is_named():
    shapes = NetShapes(FlattenLayer(), Input=(Automatic, 3, Automatic), Output=24)

    assert shapes.rows[0].reasons[0] == "n * 3 * m = 24 in FlattenLayer() leaves n in {1..8}"
    assert NetShapes(TotalLayer()).open_because == (
        "Open since nothing says how many inputs TotalLayer() has: Output",
    )
    assert NetShapes(CHAIN, Input=(2, 3)).open_because == ()


# ---- as text ----------------------------------------------------------------------------------


def test_the_table():
    expected = """\
path  layer                           name    shape
      NetGraph of 2           input   Input   length x 3
                              output  Output  3*length
a     ParametricRampLayer(2)  input   Input   length x 3
                              array   Slope   3
                              output  Output  length x 3
b     FlattenLayer            input   Input   length x 3
                              output  Output  3*length
length is Varying"""
    assert str(NetShapes(SIZES)) == expected
    assert repr(NetShapes(SIZES)) == expected


def test_a_layer_needs_no_path():
    expected = """\
layer                        name    shape
ParametricRampLayer  input   Input   3 x h
                     array   Slope   3
                     output  Output  3 x h"""
    assert str(NetShapes(ParametricRampLayer(), Input=(3, "h"))) == expected


def test_sums_stand_in_brackets_and_sizes_are_not_broken():
    net = NetChain([ConvolutionLayer(20, 5), PoolingLayer(2, 2)])
    shapes = NetShapes(net, Input=(1, "h", "w"))

    assert shapes.rows[5].text == "20 x (h - 4) x (w - 4)"
    assert shapes.rows[-1].words == "array of size 20 x (floor(h/2) - 2) x (floor(w/2) - 2)"
    assert r"20 \times \left(h - 4\right) \times \left(w - 4\right)" in shapes.latex()
    lines = [line.split()[-1] for line in shapes.text(62).splitlines()]
    assert "floor(h/2)" not in lines
    assert "(floor(w/2) - 2)" in shapes.text(56)


def test_nested_nets_are_indented_and_wrapped():
    expected = """\
path  layer                 name     shape
      NetGraph of   input   Input    5 x n
        2
                    output  Output   4
net   NetChain of   input   Input    5 x n
        2
                    output  Output   4
  1   LinearLayer(  input   Input    5 x n
        4)
                    array   Weights  4 x 5*n
                    array   Biases   4
                    output  Output   4
  2   Parametric    input   Input    4
        RampLayer
                    array   Slope    4
                    output  Output   4
flat  FlattenLayer  input   Input    4
                    output  Output   4"""
    assert NetShapes(GRAPH, Input=(5, "n")).text(44) == expected


def test_html_has_full_paths_and_is_escaped():
    page = NetShapes(NetChain({"<i>": [LinearLayer(4)]}), Input=5)._repr_html_()

    assert "&lt;i&gt;, 1" in page
    assert "<i>" not in page


def test_latex():
    expected = r"""\begin{array}{lllll}
  \text{path} & \text{layer} &  & \text{name} & \text{shape} \\ \hline
   & \text{NetChain of 1} & \text{input} & \text{Input} & c \times \mathit{h1} \\
   & \text{NetChain of 1} & \text{output} & \text{Output} & c \mathit{h1} \\
  \text{in\_1} & \text{FlattenLayer} & \text{input} & \text{Input} & c \times \mathit{h1} \\
  \text{in\_1} & \text{FlattenLayer} & \text{output} & \text{Output} & c \mathit{h1} \\
\end{array}"""
    shapes = NetShapes(NetChain({"in_1": FlattenLayer()}), Input=("c", "h1"))

    assert shapes.latex() == expected
    assert r"\text{Input} & ? \\" in NetShapes(CHAIN).latex()


def test_numbers_do_without_sympy():
    script = (
        "import sys; from netdsl import *; net = NetChain([LinearLayer(3), SoftmaxLayer()]);"
        "shapes = NetShapes(net, Input=5); str(shapes); shapes.latex(); str(Information(net));"
        "assert 'sympy' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", script], check=True)


# ---- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind", "facts"),
    [
        (lambda: NetShapes(CHAIN, Inpt=3), SettingError, {"port": "Inpt", "nearest": "Input"}),
        (lambda: NetShapes(CHAIN, Input=0), SettingError, {"port": "Input", "got": "0"}),
        (lambda: NetShapes(CHAIN, 3), SettingError, {"expected": "net, ports"}),
        (lambda: NetShapes(), SettingError, {"expected": "net, ports"}),
        (lambda: NetShapes("net"), SettingError, {"call": "NetShapes", "got": "'net'"}),
        (lambda: NetShapes(LinearLayer), SettingError, {"nearest": "LinearLayer()"}),
        (lambda: NetShapes(CHAIN, Input="c").subs(3), SettingError, {"call": "subs", "got": "3"}),
        (lambda: NetShapes(CHAIN, Input="c").subs({}, {}), SettingError, {"got": "{}, {}"}),
        (lambda: NetShapes(CHAIN, Input="c").subs({"c": 3}, c=3), SettingError, {"setting": "c"}),
        (
            lambda: NetShapes(CHAIN, Input="c").subs({3: 4}),
            SettingError,
            {"setting": "3", "expected": "c"},
        ),
        (
            lambda: NetShapes(NetChain([LinearLayer(3, Input=2), Ramp]), Input=5),
            ShapeError,
            {"because": ("Input is given as 5", "Input of net[1] is given as 2")},
        ),
        (
            lambda: NetShapes(CHAIN, Input=("c", 2)).subs(d=3),
            SettingError,
            {"setting": "d", "expected": "c"},
        ),
        (lambda: NetShapes(CHAIN).subs(c=3), SettingError, {"setting": "c"}),
        (lambda: NetShapes(CHAIN, Input="c").subs(c=-1), SettingError, {"setting": "c"}),
        (lambda: NetShapes(CHAIN, Input="c").subs(c="Varying"), SettingError, {"setting": "c"}),
        (lambda: NetShapes(CHAIN, Input="c").subs(c=Automatic), SettingError, {"setting": "c"}),
        (lambda: NetShapes(CHAIN, Input=2)[2, "Weight"], StructureError, {"nearest": "Weights"}),
        (lambda: NetShapes(CHAIN, Input=2)[3, "Weights"], StructureError, {"got": "3"}),
        (lambda: NetShapes(CHAIN, Input=2)[()], StructureError, {"got": "()"}),
    ],
)
def test_bad_calls(call, kind, facts):
    with pytest.raises(kind) as error:
        call()
    assert error.value.facts.items() >= facts.items()


def test_a_size_that_does_not_fit_is_named():
    net = NetChain([FlattenLayer(), LinearLayer(3, Input=24)])
    shapes = NetShapes(net, Input=("c", "h", 4))

    with pytest.raises(ShapeError) as error:
        shapes.subs(c=5)
    assert "c is given as 5" in error.value.facts["because"]


def test_a_class_of_coders_is_not_offered_where_none_will_do():
    with pytest.raises(SettingError) as error:
        NetShapes(NetEncoder)
    assert "nearest" not in error.value.facts
