"""Every layer's samples and a dozen nets in each form of the report: nothing is lost or broken."""

import html
import json
import re
import xml.etree.ElementTree as Tree

import pytest

from netdsl import (
    Automatic,
    BatchNormalizationLayer,
    ConvolutionLayer,
    EmbeddingLayer,
    EuclideanDistance,
    FunctionLayer,
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    NetArray,
    NetChain,
    NetDecoder,
    NetDifference,
    NetEncoder,
    NetGraph,
    NetInitialize,
    PoolingLayer,
    Ramp,
    SequenceLastLayer,
    SettingError,
    SoftmaxLayer,
)
from netdsl.report.coders import CoderReport
from netdsl.report.declared import ClassReport
from netdsl.report.html import RULE
from netdsl.report.layout import BRACKET, GLUE, HYPHEN, TIGHT
from netdsl.spec import registry
from tests.architectures import nets, transformers
from tests.properties.samples import BY_LAYER

TWIN = NetChain({"a|b": LinearLayer(20, Weights=NetArray("W_1"), Biases=None), "<c>": Ramp})
NETS = {
    "chain": NetChain([LinearLayer(1234), Ramp, LinearLayer(3)], Input=4321),
    "initialized": NetInitialize(NetChain([LinearLayer(4), Ramp, LinearLayer(3)], Input=2)),
    "bare": NetChain([ConvolutionLayer(20, 5), PoolingLayer(2, 2), LinearLayer(7)]),
    "symbolic": nets.lenet(Input=(1, "h", "w")),
    "open rank": NetChain([Ramp, LinearLayer([])]),
    "varying": NetChain(
        [EmbeddingLayer(5, 20), LongShortTermMemoryLayer(6), SequenceLastLayer(), 2],
        Input="Varying",
    ),
    "siamese": NetGraph(
        {"left": TWIN, "right": TWIN, "far": FunctionLayer(EuclideanDistance)},
        [(["left", "right"], "far")],
        Input1=784,
        Input2=784,
    ),
    "state": NetChain(
        [ConvolutionLayer(4, 3, LearningRateMultipliers=None), BatchNormalizationLayer()],
        Input=(2, 7, 5),
    ),
    "coders": NetChain(
        {"[x]": LinearLayer(2), "*$&%~^_\\{}#": SoftmaxLayer()},
        Input=NetEncoder("Class", ["a", "b", "c"], "IndicatorVector"),
        Output=NetDecoder("Class", ["`tick`", "$1"]),
    ),
    "residual": nets.resnet(slim=8, Input=(3, 64, 64)),
    "crossed": nets.unet(slim=8, Input=(1, "h", "w")),
    "attention": transformers.transformer_encoder(slim=16, depth=2, Input=("n", 32)),
}
SAMPLES = {f"{name}{at}": s.layer for name, all_ in BY_LAYER.items() for at, s in enumerate(all_)}
ALL = {**NETS, **SAMPLES}
OTHER = NetChain([ConvolutionLayer(8, 3, LearningRateMultipliers=0)], Input=(3, "h", "w"))
WIDTHS = (None, 120, 80, 60, 40)


@pytest.fixture(scope="module", params=ALL, ids=str)
def report(request):
    return Information(ALL[request.param])


def squeezed(text):
    return re.sub(r"\s", "", text)


def told(report):
    """What each form must tell: the paths, the arrays, the sums."""
    keys = {part.path[-1] for part in report.facts.walk() if part.path}
    arrays = {array.name for part in report.facts.walk() for array in part.arrays}
    columns = {"trainable", "frozen", "state", "shared"} if arrays else set()
    sums = {"layers", "parameters", "bytes", "multiply-adds", "activations", "FLOPs"}
    return {str(each) for each in keys | arrays} | columns | sums


# ---- as text ----------------------------------------------------------------------------------


def test_text_keeps_within_each_width_and_tells_all(report):
    for width in WIDTHS:
        text = report.text(width)

        assert width is None or max(map(len, text.splitlines())) <= width
        assert [each for each in told(report) if squeezed(each) not in squeezed(text)] == []


def test_every_number_of_the_table_stands_in_the_text(report):
    whole, narrow = (squeezed(report.text(width)) for width in (None, 40))

    for name, count in report.to_dict()["totals"].items():
        if isinstance(count, int):
            assert f"{count:,}" in whole, name
            assert f"{count:,}" in narrow, name


def test_the_text_of_a_net_has_a_row_for_each_part():
    for net in NETS.values():
        facts = Information(net).facts
        lines = Information(net).text().split("\n\n")[1].splitlines()
        assert len([line for line in lines[1:] if not line.startswith(" " * 12)]) == len(
            [part for part in facts.walk() if part.path]
        )


def test_a_long_sum_is_written_in_its_shortest_form():
    report = Information(NETS["crossed"])
    (line,) = [line for line in report.text().splitlines() if line.startswith("activations")]

    assert re.fullmatch(r"activations [\d,]+\*h\*w( - [\d,]+\*[hw]){2} \+ [\d,]+ bytes .*", line)
    assert report.to_dict()["totals"]["activation_bytes"].count("h") == 2


def test_a_net_like_one_above_is_folded_on_a_terminal_alone():
    report = Information(NETS["attention"])
    whole, folded = report.text(), report.text(folded=True)

    assert re.search(r"^2 +NetGraph of 19, like 1 ", folded, re.MULTILINE)
    assert "like 1" not in whole
    inside = sum(1 for _ in report.facts.parts[1].walk()) - 1
    assert len(folded.splitlines()) == len(whole.splitlines()) - inside
    assert folded.split("\n\n")[2:] == whole.split("\n\n")[2:]


# ---- as HTML ----------------------------------------------------------------------------------


def test_html_is_well_formed_and_tells_all(report):
    page = report._repr_html_()
    tree = Tree.fromstring(page)

    text = squeezed(html.unescape("".join(tree.itertext())))
    assert [each for each in told(report) if squeezed(each) not in text] == []
    assert "<script" not in page
    assert "http" not in page
    assert "#fff" not in page


def test_html_has_the_same_columns_at_each_depth():
    for net in NETS.values():
        tree = Tree.fromstring(Information(net)._repr_html_())
        rows = [each for each in tree.iter() if "netdsl-row" in (each.get("class") or "")]
        parts = [part for part in Information(net).facts.walk() if part.path]
        columns = [(each.get("style") or "").count("minmax(") for each in tree.iter("div")]
        assert {len(row) for row in rows} == set(columns) - {0}
        assert all("style" not in row.attrib for row in rows)
        assert len(rows) in (0, len(parts) + 1)
        nested = [part for part in parts if part.parts]
        assert len(list(tree.iter("details"))) == len(nested)


def test_numbers_stand_to_the_right_in_html():
    page = Information(NETS["siamese"])._repr_html_()
    tree = Tree.fromstring(page)

    numbers = [each for each in tree.iter("span") if each.get("class") == "netdsl-number"]
    texts = {"".join(each.itertext()) for each in numbers}
    assert texts == {"parameters", "multiply-adds", "15,680", ""}


# ---- as data ----------------------------------------------------------------------------------


def test_as_a_dict_it_is_json(report):
    found = report.to_dict()

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    totals = found["totals"]
    assert {"multiply_adds", "activation_bytes", "trainable", "shared"} <= totals.keys()
    roles = [totals[role]["elements"] for role in ("trainable", "frozen", "state")]
    if all(isinstance(count, int) for count in roles):
        assert sum(roles) == totals["parameters"]


def test_a_net_has_the_sums_of_its_parts():
    found = Information(NETS["siamese"]).to_dict()

    left, right, _ = found["parts"]
    assert left["multiply_adds"] == right["multiply_adds"] == 20 * 784
    assert found["multiply_adds"] == found["totals"]["multiply_adds"] == 2 * 20 * 784
    assert left["parameters"] == right["parameters"] == found["parameters"] == 20 * 784
    assert found["totals"]["shared"] == {"arrays": 1, "elements": 15680, "bytes": 62720}
    assert found["totals"]["trainable"] == found["totals"]["shared"]


def test_open_costs_are_null():
    found = Information(NETS["bare"]).to_dict()

    assert found["totals"]["multiply_adds"] is None
    assert found["parts"][0]["activation_bytes"] is None
    assert Information(LinearLayer(3, Input="n")).to_dict()["totals"]["multiply_adds"] == "3*n"
    assert Information(LinearLayer(3)).costs[()].multiply_adds is Automatic


# ---- as Markdown ------------------------------------------------------------------------------


def cells(row):
    return len(re.findall(r"(?<!\\)\|", row))


def tables(text):
    return [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]


def test_rows_of_markdown_have_the_same_cells(report):
    text = report.to_markdown()

    for rows in tables(text):
        assert len({cells(row) for row in rows}) == 1
        assert len({len(row) for row in rows}) == 1
    plain = squeezed(re.sub(r"\\(?=[^\w\s])", "", text))
    names = told(report) - {"*$&%~^_\\{}#"}
    assert [each for each in names if squeezed(each) not in plain] == []


def test_markdown_indents_and_escapes():
    text = Information(NETS["siamese"]).to_markdown()

    assert "\n| &emsp;a\\|b " in text
    assert " Weights\\* 20 x 784 (shared as 'W_1') " in text
    assert "| &emsp;\\<c>" in text
    assert "| ------------: |" in text
    assert "\\`tick\\`" in Information(NETS["coders"]).to_markdown()


# ---- as LaTeX ---------------------------------------------------------------------------------


def test_latex_is_balanced(report):
    text = report.to_latex()

    bare = re.sub(r"\\.", "", text)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    assert not re.search(r"[%#]", bare)
    assert re.search(r"\\\\\s*[*\[]", text) is None
    found = re.findall(r"\\begin{tabular}{(\w+)}\n(.*?)\\end{tabular}", text, re.DOTALL)
    assert len(found) == text.count("tabular") / 2
    for columns, body in found:
        for row in body.strip().splitlines():
            assert row.endswith((r"\\", r"\\ \hline"))
            assert len(re.findall(r"(?<!\\)&", row)) == len(columns) - 1


def test_latex_tells_sizes_in_mathematics():
    text = Information(NETS["siamese"]).to_latex()

    assert r"\begin{tabular}{lllllrr}" in text
    assert r"  \quad a$|$b & LinearLayer(20) & " in text
    assert r"Weights* 20 $\times$ 784 (shared as 'W\_1')" in text
    assert "\n{}* has no value yet" in text
    assert "\n  {}[x] & " in Information(NETS["coders"]).to_latex()
    assert "\\[\n" in Information(LinearLayer(3, Input=2)).to_latex()


# ---- classes and coders -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", registry.values(), ids=list(registry))
def test_a_class_has_each_form(kind):
    report = ClassReport(kind)

    Tree.fromstring(report._repr_html_())
    found = report.to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["call"] == report.call
    assert len(found["arrays"]) == len(report.arrays.lines)
    for rows in tables(report.to_markdown()):
        assert len({cells(row) for row in rows}) == 1
    assert report.to_latex().count("tabular") == 2 * len(list(report.tables()))


def test_a_coder_has_each_form():
    report = CoderReport(NetEncoder("Class", ["a|b", "c_d"]))

    Tree.fromstring(report._repr_html_())
    assert "('a\\|b', 'c_d')" in report.to_markdown()
    assert r"('a$|$b', 'c\_d')" in report.to_latex()


# ---- in all forms -----------------------------------------------------------------------------


def test_no_form_has_a_character_of_the_layout(report):
    for printed in (report, Information([report.net] * 2), NetDifference(report.net, OTHER)):
        forms = (printed.text(), printed.text(60), printed.to_html(), printed.to_markdown())
        text = "".join((*forms, printed.to_latex(), json.dumps(printed.to_dict())))

        assert [mark for mark in (GLUE, TIGHT, BRACKET, HYPHEN) if mark in text] == []


@pytest.mark.parametrize("suffix", [".html", ".md", ".tex", ".txt", ".json"])
def test_a_report_is_saved_by_its_suffix(tmp_path, suffix):
    printed = Information(NETS["chain"])
    file = printed.save(tmp_path / f"report{suffix}")
    text = file.read_text(encoding="utf-8")

    forms = {
        ".html": printed.to_html(),
        ".md": printed.to_markdown(),
        ".tex": printed.to_latex(),
        ".txt": printed.text(),
    }
    if suffix == ".json":
        assert json.loads(text) == json.loads(json.dumps(printed.to_dict()))
    else:
        assert forms[suffix] in text


@pytest.mark.parametrize("path", ["report.png", 3, None, "no/such/folder/report.md"])
def test_a_place_or_form_that_there_is_not(path):
    with pytest.raises(SettingError) as error:
        Information(NETS["chain"]).save(path)

    assert error.value.facts["call"] == "save"


def test_reports_of_a_list_stand_one_below_the_other():
    nets = [NETS["chain"], LinearLayer]
    several = Information(nets)

    assert isinstance(several, list)
    assert repr(several) == "\n\n".join(repr(Information(net)) for net in nets)
    Tree.fromstring(several._repr_html_())
    assert all(Information(net).to_html() in several._repr_html_() for net in nets)


@pytest.mark.parametrize(
    ("name", "width"), [("chain", 50), ("chain", 60), ("residual", 80), ("residual", 100)]
)
def test_output_and_parameters_stay_beside_the_layer(name, width):
    head = Information(NETS[name]).text(width).split("\n\n")[1].splitlines()[0].split()

    assert {"output", "parameters"} <= set(head)


def test_flat_and_nested_tables_have_rules_between_rows():
    flat, nested = (Information(NETS[name]).to_html() for name in ("chain", "residual"))

    assert flat.count(RULE) == 3 + 3  # the layers, and the totals
    assert RULE in nested
