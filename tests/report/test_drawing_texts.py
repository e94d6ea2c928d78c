"""Drawings as DOT and as Mermaid, read again by the rules of these languages."""

import re

import pytest

from netdsl import Information, NetChain, Ramp
from netdsl.report.drawing import operations_graphic
from netdsl.report.drawing.dot import quoted
from tests.architectures.nets import unet
from tests.architectures.transformers import bert
from tests.report.test_drawing import CODED, NASTY, RECURRENT, SIAMESE
from tests.report.test_drawing_layout import ODD, random_graph

STRING = r'"(?:[^"\\\n]|\\.)*"'
VALUE = rf"(?:{STRING}|[A-Za-z_]\w*|\d+)"
ATTRIBUTES = rf"\[\w+={VALUE}(?:, \w+={VALUE})*\]"
DOT = {
    "edge": rf"(\w+) -> (\w+)(?: {ATTRIBUTES})?;",
    "begin": r"subgraph cluster_(\w+) \{",
    "end": r"\}",
    "given": rf"\w+={STRING};",
    "defaults": rf"(?:node|edge) {ATTRIBUTES};",
    "node": rf"(\w+) {ATTRIBUTES};",
}
WORDS = r'"[^"`|\[\]{}<>]*(?:<br>[^"`|\[\]{}<>]*)*"'
MERMAID = {
    "edge": rf"(\w+) -->(?:\|{WORDS}\|)? (\w+)",
    "begin": rf"subgraph (\w+) \[{WORDS}\]",
    "end": r"end",
    "style": r"classDef \w+ fill:#\w{6},stroke:#\w{6},color:#\w{6}",
    "class": r"class \w+(?:,\w+)* \w+",
    "node": rf"(\w+)(?:\(\[{WORDS}\]\)|\[{WORDS}\])",
}
GRAPHICS = {
    "siamese": Information(SIAMESE, "FullSummaryGraphic"),
    "siamese in short": Information(SIAMESE, "SummaryGraphic"),
    "recurrent": Information(RECURRENT, "FullSummaryGraphic"),
    "coded": Information(CODED, "FullSummaryGraphic"),
    "U-Net": Information(unet(), "FullSummaryGraphic"),
    "BERT": Information(bert(depth=2), "FullSummaryGraphic"),
    "nasty": Information(NetChain({NASTY: Ramp, "end": [Ramp]}), "FullSummaryGraphic"),
    "copied": Information(ODD["the same in a frame"], "FullSummaryGraphic"),
    "operations": operations_graphic(random_graph(7)),
}


def read(lines, rules):
    """What is in each line, by the rule that it follows, and the depth at which it stands."""
    depth, found = 0, []
    for line in lines:
        matches = ((kind, re.fullmatch(rule, line.strip())) for kind, rule in rules.items())
        kind, match = next(((k, m) for k, m in matches if m), (None, None))
        assert kind is not None, line
        depth -= kind == "end"
        assert depth >= 0
        found.append((kind, match.groups(), depth))
        depth += kind == "begin"
    assert depth == 0
    return found


def lines_of(graphic, form):
    if form == "mermaid":
        first, *lines = graphic.mermaid().splitlines()
        assert first == "flowchart TD"
        return read(lines, MERMAID)
    first, *lines, last = graphic.dot().splitlines()
    assert (first, last) == ("digraph net {", "}")
    return read(lines, DOT)


@pytest.mark.parametrize("form", ["dot", "mermaid"])
@pytest.mark.parametrize("graphic", GRAPHICS.values(), ids=list(GRAPHICS))
def test_all_is_there_and_well_formed(graphic, form):
    found = lines_of(graphic, form)
    nodes = list(graphic.graph.walk())
    leaves = [groups[0] for kind, groups, _ in found if kind == "node"]
    frames = [groups[0] for kind, groups, _ in found if kind == "begin"]

    assert len(set(leaves)) == len(leaves) == sum(1 for node in nodes if node.inner is None)
    assert len(set(frames)) == len(frames) == sum(1 for node in nodes if node.inner is not None)
    # Every input of a box has an edge that comes from a box.
    ends = [groups for kind, groups, _ in found if kind == "edge"]
    fed = sum(
        1
        for _, edge in graphic.graph.all_edges()
        if edge.target is not None
        and next(node for node in nodes if node.id == edge.target).inner is None
    )
    assert len(ends) == fed
    assert {name for pair in ends for name in pair} <= set(leaves)


def test_edges_pass_frames():
    lines = [line.strip() for line in GRAPHICS["siamese"].mermaid().splitlines()]
    ramps = [line.partition("[")[0] for line in lines if line.endswith('["2  Ramp"]')]
    joined = next(line.partition("[")[0] for line in lines if "1  Threading" in line)

    assert f'{ramps[0]} -->|"Input1: 5"| {joined}' in lines
    assert f'{ramps[1]} -->|"Input2: 5"| {joined}' in lines


def test_shapes_and_ports_stand_at_edges():
    dot = GRAPHICS["recurrent"].dot()

    assert 'label="4", taillabel="State", headlabel="State"' in dot
    assert '"State \N{RIGHTWARDS ARROW} State: 4"' in GRAPHICS["recurrent"].mermaid()


@pytest.mark.parametrize("text", ["a\\", '"', 'a\\"b', "\\n", "a\nb", NASTY.replace("\x0b", " ")])
def test_strings_of_dot_come_back(text):
    found = quoted(text)

    assert re.fullmatch(STRING, found)
    assert re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], found[1:-1]) == text


def test_bad_text_is_seen():
    for text, rules in (('n1 [label="a"b"];', DOT), ('n1["a"b"]', MERMAID), ("}", DOT)):
        with pytest.raises(AssertionError):
            read([text], rules)
