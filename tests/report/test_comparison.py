"""Several nets side by side: parts aligned, marked where they differ, in every form."""

import json
import re
from html.parser import HTMLParser

import pytest

from netdsl import (
    BatchNormalizationLayer,
    ConvolutionLayer,
    DropoutLayer,
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    NetArray,
    NetChain,
    NetDecoder,
    NetEncoder,
    NetGraph,
    ParametricRampLayer,
    Ramp,
    SequenceLastLayer,
    SettingError,
    SoftmaxLayer,
    Tanh,
)
from netdsl.report.comparing.comparison import Comparison
from netdsl.report.report import NetReport
from tests.architectures import nets as architectures

IMAGES = {"Input": (1, 28, 28)}
LENET = architectures.lenet(**IMAGES)


def edited():
    """LeNet with a smaller kernel, and a layer more."""
    parts: dict = {}
    for key, part in LENET.nodes.items():
        parts[key] = ConvolutionLayer(20, 3) if key == "conv1" else part
        if key == "ramp1":
            parts["norm1"] = BatchNormalizationLayer()
    return NetChain(parts, **IMAGES)


DENSE = NetChain([LinearLayer(20), Ramp, LinearLayer(3), SoftmaxLayer()], Input=4)
SEQUENCE = NetChain(
    [LongShortTermMemoryLayer(20), SequenceLastLayer(), LinearLayer(3), SoftmaxLayer()],
    Input=("n", 4),
)
SHIFTED = NetChain([LinearLayer(20), DropoutLayer(), Ramp, LinearLayer(3), SoftmaxLayer()], Input=4)


def nested(size):
    parts = {"body": [LinearLayer(3), Ramp], "head": {"a<b": Tanh, "x|y": LinearLayer(size)}}
    return NetGraph(parts, [("body", "head")], Input=3)


NESTED, OTHER = nested(2), nested(5)
GROUPS = [
    (LENET, edited()),
    (DENSE, SEQUENCE),
    (DENSE, SHIFTED),
    (NESTED, OTHER),
    (NESTED, OTHER, DENSE),
    (LENET, edited(), DENSE, SEQUENCE, NESTED),
    (LinearLayer(3), LinearLayer(4, Input=2)),
    (LinearLayer(3), DENSE),
    (DENSE,),
]


def paths(*nets):
    """The keys of the parts in each row."""
    return [tuple(path and path[-1] for path in row.paths) for row in Comparison(nets).rows]


# ---- a sequence of reports --------------------------------------------------------------------


def test_it_is_a_sequence_of_reports():
    both = Information([DENSE, SEQUENCE])

    assert len(both) == 2
    assert [type(report) for report in both] == [NetReport, NetReport]
    assert both[-1].net is SEQUENCE
    assert [report.net for report in both[:1]] == [DENSE]
    assert Information((DENSE, SEQUENCE))[0].text() == Information(DENSE).text()
    with pytest.raises(IndexError):
        both[2]


def test_other_lists_stay_lists():
    encoder = NetEncoder("Boolean")

    assert Information([]) == []
    assert Information([DENSE, SEQUENCE], "LayersCount") == [4, 4]
    assert isinstance(Information([DENSE, encoder]), list)
    assert Information([DropoutLayer, DENSE])[1].text() == Information(DENSE).text()
    assert [len(each) for each in Information([[DENSE, SEQUENCE], [DENSE]])] == [2, 1]
    with pytest.raises(SettingError):
        Information([DENSE, 3])


# ---- alignment --------------------------------------------------------------------------------


def test_an_inserted_layer_leaves_a_gap_and_shifts_nothing():
    assert paths(DENSE, SHIFTED) == [(1, 1), (None, 2), (2, 3), (3, 4), (4, 5)]
    assert paths(SHIFTED, DENSE) == [(1, 1), (2, None), (3, 2), (4, 3), (5, 4)]
    assert ("norm1" in dict.fromkeys(key for _, key in paths(LENET, edited()))) is True
    assert [pair for pair in paths(LENET, edited()) if None in pair] == [(None, "norm1")]


def test_layers_of_different_kinds_have_rows_of_their_own():
    assert paths(DENSE, SEQUENCE) == [(1, None), (2, None), (None, 1), (None, 2), (3, 3), (4, 4)]


def test_three_nets():
    assert paths(DENSE, SHIFTED, SEQUENCE) == [
        (1, 1, None),
        (None, 2, None),
        (2, 3, None),
        (None, None, 1),
        (None, None, 2),
        (3, 4, 3),
        (4, 5, 4),
    ]


def test_nested_nets_are_aligned_inside():
    rows = Comparison((NESTED, OTHER)).rows

    assert [(row.depth, row.paths[1], row.differs) for row in rows] == [
        (0, ("body",), False),
        (1, ("body", 1), False),
        (1, ("body", 2), False),
        (0, ("head",), True),
        (1, ("head", "a<b"), False),
        (1, ("head", "x|y"), True),
    ]
    assert [row.is_hidden for row in rows] == [False, True, True, False, False, False]


def test_a_deeper_resnet_has_seventeen_blocks_more():
    both = Information([architectures.resnet(50, slim=16), architectures.resnet(101, slim=16)])

    gaps = [row for row in both.rows if None in row.paths and not row.is_hidden]
    assert [row.paths for row in gaps] == [(None, ("layer3", at)) for at in range(7, 24)]
    assert [row.paths[0] for row in both.rows if row.differs and row.depth == 0] == [("layer3",)]


# ---- facts ------------------------------------------------------------------------------------


def test_facts():
    facts = Information([DENSE, SEQUENCE]).facts

    assert facts["layers"] == (4, 4)
    assert facts["parameters"] == (4 * 20 + 20 + 20 * 3 + 3, 4 * (4 * 20 + 20 * 20 + 20) + 63)
    assert facts["bytes"] == (652, 4 * facts["parameters"][1])
    assert facts["multiply-adds"][0] == 4 * 20 + 20 * 3
    assert facts["input Input"] == ("vector of size 4", "matrix of size n x 4")
    assert not {"frozen", "state", "shared"} & set(facts)


def test_facts_that_are_told_where_there_are_any():
    shared = NetChain([LinearLayer(3, Weights=NetArray("W"))] * 2, Input=3)
    frozen = NetChain([3, BatchNormalizationLayer()], Input=3, LearningRateMultipliers={1: 0})
    decoded = NetChain([SoftmaxLayer()], Output=NetDecoder("Class", ["a", "b"]))
    facts = Information([shared, frozen, decoded]).facts

    assert facts["shared"] == (9, 0, 0)
    assert facts["frozen"] == (0, 12, 0)
    assert facts["state"] == (0, 6, 0)
    assert facts["output Output"][2].startswith("NetDecoder('Class'")


def test_a_port_that_one_net_lacks():
    two = NetGraph({"a": LinearLayer(3), "b": LinearLayer(2)}, [])

    assert Information([DENSE, two]).facts["output Output2"] == (None, "vector of size 2")
    assert "none" in str(Information([DENSE, two]))


# ---- as text ----------------------------------------------------------------------------------


def same(text, expected):
    """Whether a text is this one, which starts and ends with a line break."""
    assert text.splitlines() == expected.strip("\n").splitlines()


def parts_text(nets, width):
    return Information(nets).text(width).split("\n\n", 1)[1]


def test_two_nets_side_by_side():
    expected = """
   1: path  layer                   output  parameters  multiply-adds  2: path  layer                   output  parameters  multiply-adds
   1        LinearLayer(20)         20             100             80  1        LinearLayer(20)         20             100             80
+                                                                      2        DropoutLayer            20
   2        ElementwiseLayer(Ramp)  20                                 3        ElementwiseLayer(Ramp)  20
   3        LinearLayer(3)          3               63             60  4        LinearLayer(3)          3               63             60
   4        SoftmaxLayer            3                                  5        SoftmaxLayer            3

~ differs, + only in 2
"""  # noqa: E501  (as it is printed)
    same(parts_text([DENSE, SHIFTED], 140), expected)


def test_multiply_adds_are_left_out_where_there_is_no_room_for_them():
    wide, narrow = (parts_text([DENSE, SHIFTED], width) for width in (140, 110))

    assert "multiply-adds" in wide
    assert "multiply-adds" not in narrow
    assert [len(text.splitlines()) for text in (wide, narrow)] == [8, 8]


def test_a_nested_net_has_its_sums_in_every_column():
    gone = NetChain([[3, Ramp], [3, Ramp], [3, Ramp]], Input=3)
    line = parts_text([gone, NetChain([[3, Ramp]], Input=3)], None).splitlines()

    assert [each.split().count("12") for each in line if "NetChain of 2" in each] == [2, 1, 1]


def test_in_60_columns_a_part_has_two_lines():
    expected = """
   path   1: layer                2: layer
            output; parameters      output; parameters
   body   NetChain of 2           NetChain of 2
            3; 12                   3; 12
~  head   NetChain of 2           NetChain of 2
            2; 8                    5; 20
     a<b  ElementwiseLayer(Tanh)  ElementwiseLayer(Tanh)
            3                       3
~    x|y  LinearLayer(2)          LinearLayer(5)
            2; 8                    5; 20

~ differs
what is inside of nested nets is left out where they are the
  same, or repeat one above
"""
    same(parts_text([NESTED, OTHER], 60), expected)


@pytest.mark.parametrize("nets", GROUPS)
@pytest.mark.parametrize("width", [60, 80, 140])
def test_lines_fit_and_every_part_stands_there(nets, width):
    comparison = Information(list(nets))
    lines = comparison.text(width).splitlines()

    assert max(map(len, lines)) <= width
    assert "..." not in comparison.text()
    for row in comparison.rows:
        if not row.is_hidden:
            keys = {str(path[-1]) for path in row.paths if path}
            assert all(any(key in line for line in lines) for key in keys)


def test_more_nets_than_fit_stand_below_each_other():
    five = Information([LENET] * 5)

    heads = [line for line in five.text(80).splitlines() if ": layer" in line]
    assert [head.count(": layer") for head in heads] == [3, 2]
    (head,) = (line for line in five.text().splitlines() if ": layer" in line)
    assert head.count(": layer") == 5


def test_nothing_is_marked_where_nets_are_the_same():
    lines = Information([LENET, LENET]).text().splitlines()

    assert not any(line.startswith("~") for line in lines[:-1])


# ---- in other forms ---------------------------------------------------------------------------


class Cells(HTMLParser):
    """Checks that tags close in order; counts the columns of each row of each table."""

    def __init__(self):
        super().__init__()
        self.open, self.tables, self.seen = [], [], set()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append(0)
        if tag in ("td", "th"):
            self.tables[-1][-1] += int(dict(attrs).get("colspan", 1))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("nets", GROUPS)
def test_as_html_every_row_has_the_columns_of_its_table(nets):
    cells = Cells()
    cells.feed(Information(list(nets))._repr_html_())

    assert cells.open == []
    assert "script" not in cells.seen
    assert [len(set(table)) for table in cells.tables] == [1, 1]


def test_html_is_escaped():
    text = Information([NESTED, OTHER])._repr_html_()

    assert "a&lt;b" in text
    assert "a<b" not in text


@pytest.mark.parametrize("nets", GROUPS)
def test_as_a_dict_it_is_json(nets):
    found = Information(list(nets)).to_dict()

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert all(len(part["layers"]) == len(nets) for part in found["parts"])


def test_the_dict_has_every_part():
    parts = Information([NESTED, OTHER]).to_dict()["parts"]

    assert parts[5] == {
        "depth": 1,
        "differs": True,
        "paths": [["head", "x|y"], ["head", "x|y"]],
        "layers": ["LinearLayer(2)", "LinearLayer(5)"],
        "outputs": [["2"], ["5"]],
        "parameters": [8, 20],
        "multiply_adds": [6, 15],
    }


def test_as_markdown():
    text = Information([NESTED, OTHER]).to_markdown()
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]

    own = [r"\~", r"&emsp;x\|y", "LinearLayer(2)", "2", "8", "6", "LinearLayer(5)", "5", "20", "15"]
    assert own in rows
    assert {len(row) for row in rows} == {len(rows[0]), len(own)}


@pytest.mark.parametrize("nets", GROUPS)
def test_as_latex_every_row_has_the_columns_of_its_array(nets):
    text = Information(list(nets)).to_latex()

    assert text.count("{") == text.count("}")
    for block in text.split(r"\begin{tabular}")[1:]:
        columns, body = block[1:].split("}", 1)
        rows = [line for line in body.splitlines() if line.startswith("  ")]
        assert rows
        assert {line.replace(r"\&", "").count("&") + 1 for line in rows} == {len(columns)}


def test_parameters_that_are_open():
    nets = NetChain([LinearLayer(3), ParametricRampLayer()]), NetChain([LinearLayer(3)])
    found = Information(list(nets))

    assert found.to_dict()["facts"]["parameters"] == [None, None]
    assert "6 + ?" in found.text()


def test_nets_of_a_dict_have_their_names():
    both = Information({"old": DENSE, "new": SHIFTED})
    text = both.text()

    assert both[1].net is SHIFTED
    assert "old: NetChain of 4" in text
    assert "new: layer" in text or "new: path" in text
    assert "+ only in new" in text
    assert both.to_dict()["names"] == ["old", "new"]
    assert "<th" in both.to_html()
    assert "new: NetChain of 5" in both.to_html()


def test_a_dict_of_nets_and_a_property_is_a_dict():
    assert Information({"a": DENSE, "b": SHIFTED}, "LayersCount") == {"a": 4, "b": 5}
    assert Information({}) == {}


def test_rows_are_tinted_by_what_they_are():
    first, second = NetChain([3, Ramp], Input=2), NetChain([4, DropoutLayer(), Ramp], Input=2)

    for nets, others in (((first, second), True), ((second, first), False)):
        rows = [row for row in Comparison(nets)._repr_html_().split("<tr") if "rgba(2" in row]
        rows += [row for row in Comparison(nets)._repr_html_().split("<tr") if "rgba(0,190" in row]
        tints = {re.search(r"background:(rgba[^\"]*)", row)[1] for row in rows}
        assert len(tints) == 2
        assert ("rgba(0,190,90,.16)" in tints) == others
        assert ("rgba(255,60,60,.16)" in tints) != others
        assert "rgba(255,190,0,.16)" in tints


def test_an_array_with_a_name_is_shared_as_in_the_report():
    net = NetChain([LinearLayer(3, Weights=NetArray("once"))], Input=2)
    found = Information([net, NetChain([LinearLayer(3)], Input=2)])

    assert (
        found.facts["shared"] == (found[0].to_dict()["totals"]["shared"]["elements"], 0) == (6, 0)
    )
