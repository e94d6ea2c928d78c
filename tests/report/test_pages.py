"""Reports within a page: wide ones scroll by themselves, columns give way, formulas are set."""

import re
import xml.etree.ElementTree as Tree

import pytest

from netdsl import (
    Formula,
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    NetChain,
    NetDifference,
    NetShapes,
    Ramp,
    WhyShape,
)
from netdsl.report.html import EM
from tests.architectures import nets

LSTM = LongShortTermMemoryLayer(4, Input=("n", 3))
CHAIN = NetChain([LinearLayer(3), Ramp, LinearLayer(2)], Input=4)
OTHER = NetChain([LinearLayer(5), Ramp, LinearLayer(2)], Input=4)


def scrolling(tree):
    """The parts of a page that scroll by themselves."""
    return [each for each in tree.iter("div") if "overflow-x:auto" in (each.get("style") or "")]


@pytest.mark.parametrize(
    "thing",
    [
        Information(CHAIN),
        Information(LSTM),
        Information(LinearLayer),
        Information([CHAIN, OTHER, CHAIN]),
        NetDifference(CHAIN, OTHER),
        NetShapes(CHAIN),
    ],
    ids=["net", "layer", "class", "comparison", "difference", "shapes"],
)
def test_tables_and_formulas_scroll_by_themselves(thing):
    tree = Tree.fromstring(thing._repr_html_())
    tables = list(tree.iter("table"))
    formulas = [each for each in tree.iter("p") if "$" in (each.text or "")]

    inside = {each for part in scrolling(tree) for each in part.iter()}
    assert tables
    assert set(tables) | set(formulas) <= inside


def test_a_formula_is_left_to_the_page():
    page = Information(LSTM)._repr_html_()

    (formula,) = re.findall(r"\$(.*?)\$", "".join(Tree.fromstring(page).itertext()), re.DOTALL)
    assert formula == f"\\displaystyle {Formula(LSTM).latex()}"
    assert Formula(LSTM)._repr_latex_() == f"${formula}$"


def test_columns_of_nested_nets_give_way():
    page = Information(nets.resnet(50, Input=(3, 224, 224)))._repr_html_()

    style = re.search(r'"netdsl-parts" style="(.*?)"', page)[1]
    pairs = [tuple(map(float, pair)) for pair in re.findall(r"minmax\((.*?)ch,(.*?)ch\)", style)]
    least, most = (float(end) for end in re.findall(r"calc\((.*?)ch", style))
    names = ["path", "layer", "from", "output", "arrays", "parameters", "multiply-adds"]
    found = dict(zip(names, pairs, strict=True))
    assert all(narrow <= wide for narrow, wide in pairs)
    assert found["layer"][0] < found["layer"][1]
    assert found["output"][0] == found["output"][1]  # sizes stay on one line
    assert least == pytest.approx(sum(narrow for narrow, _ in pairs), abs=0.5)
    assert most == pytest.approx(sum(wide for _, wide in pairs), abs=0.5)


def test_no_table_has_the_spaces_that_only_text_needs():
    small, large = (nets.lenet(Input=(1, size, size)) for size in (28, 32))
    for thing in (
        Information([small, large]),
        NetDifference(small, large),
        Information(nets.lenet(Input=(1, "h", "w"))),
    ):
        page = thing._repr_html_()
        assert set(re.findall(r"[^\x00-\x7f]", page)) <= {EM}


def test_steps_and_notes_stand_close():
    why = Tree.fromstring(WhyShape(CHAIN, (3, "Weights"))._repr_html_())
    shapes = Tree.fromstring(NetShapes(nets.lenet(), Input=(1, "h", "w"))._repr_html_())

    items = list(why.iter("li"))
    assert items
    assert [len(item) for item in items] == [0] * len(items)
    assert len(list(shapes.iter("p"))) == 1
    assert "".join(next(shapes.iter("p")).itertext()) == "h >= 16w >= 16"
    assert list(Tree.fromstring(NetShapes(CHAIN)._repr_html_()).iter("p")) == []
