"""The pages that are built: a section, a picture and a formula for each activation and layer."""

import math
import re
from pathlib import Path

import pytest

import netdsl
from docs import build, formulas, gallery, pictures
from docs import layers as layers_page
from netdsl import NetPortGradient, layers
from netdsl.formula.result import Formula
from netdsl.spec import Layer

ROOT = Path(__file__).parents[1]
POINTS = [-3.7, -0.6, 0.4, 1.3, 4.1]


def test_the_pages(tmp_path):
    pytest.importorskip("matplotlib")

    build.build(tmp_path)

    page = (tmp_path / "gallery.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[.*\]\((.*)\)", page)
    assert len(set(pictures)) == len(gallery.ACTIVATIONS) == page.count("```math")
    for picture in pictures:
        text = (tmp_path / picture).read_text(encoding="utf-8")
        assert "f'(x)" in text
        assert "NaN" not in text
    assert "ITE" not in page
    assert "Heaviside" not in page
    assert layers_of(tmp_path / "formulas.md") == with_formulas()


def layers_of(page):
    return re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)


def all_layers():
    return {kind.__name__ for kind in vars(layers).values() if isinstance(kind, type(Layer))}


def with_formulas():
    return sorted(all_layers() - {"PlaceholderLayer"})


def test_the_page_of_formulas_was_built_with_every_layer():
    assert layers_of(ROOT / "docs/formulas.md") == with_formulas(), "python -m docs.build"


def test_the_page_of_layers_was_built_of_what_they_declare():
    page = (ROOT / "docs/layers.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (.*)$", page, re.MULTILINE)

    assert page == layers_page.page(), "python -m docs.build"
    assert sorted(sections) == sorted(
        {*all_layers(), "FunctionLayer", "InstanceNormalizationLayer"}
    )


def test_a_section_of_layers():
    assert layers_page.section("PoolingLayer").startswith(
        "### PoolingLayer\n\n"
        "Take the largest entry of each window, channel by channel, or the mean or the total. "
        "More: [formula](formulas.md#poolinglayer), [guide](images-and-sequences.md).\n\n"
        "`PoolingLayer(KernelSize, Stride)`\n\n"
        "| setting | default | meaning |\n| --- | --- | --- |\n"
    )


def test_each_layer_is_in_the_dictionary_and_can_be_made_so():
    page = (ROOT / "docs/from-other-libraries.md").read_text(encoding="utf-8")
    table = page.partition("## Layers")[2].partition("## Options")[0]
    letters = {"c": 4, "n": 6, "k": 3, "g": 2, "m": 5, "p": 0.5, "h": 7, "w": 8, "classes": 9}
    names = {**vars(netdsl), **letters, "f": abs, "gradient": None}
    found = set()
    for row in re.findall(r"^\| .* \| (.*) \|$", table, re.MULTILINE)[2:]:
        for code in re.findall(r"`([^`]+)`", row):
            eval(code, names)
            found |= set(re.findall(r"\w+Layer", code))
    assert all_layers() <= found


def test_links_between_pages_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    for page in pages:
        text = re.sub(r"(?s)```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"))
        for file, anchor in re.findall(r"\]\((?!http)([^)#\s]*)(?:#([\w-]+))?\)", text):
            target = page.parent / file if file else page
            assert target.exists(), f"{page.name}: {file}"
            if anchor:
                assert anchor in anchors(target), f"{page.name}: {file}#{anchor}"


def anchors(page):
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", gallery.ACTIVATIONS)
def test_what_is_drawn_is_what_is_computed(name):
    one = gallery.curve(name)
    second = gallery.OF_TWO.get(name)
    net = gallery.layer(name)

    for x in POINTS:
        at = {gallery.X: x}
        drawn = float(one.value.subs(at)), float(one.slope.subs(at))
        if second is None:
            computed = net([x])[0], net([x], NetPortGradient("Input"))[0]
        else:
            near = [net([x + d, x + d if second[1] else 0])[0] for d in (-0.01, 0, 0.01)]
            computed = near[1], (near[2] - near[0]) / 0.02
        assert drawn == pytest.approx(computed, rel=1e-3, abs=1e-4)


def test_jumps_are_gaps():
    broken = gallery.broken([0.0, 0.01, 1.0, 1.01])

    assert [math.isnan(value) for value in broken] == [False, False, True, False]


def test_the_article_names_what_the_gallery_draws():
    article = (ROOT / "docs/activations.md").read_text(encoding="utf-8")

    for name in re.findall(r'ElementwiseLayer\("(\w+)"\)', str(gallery.ACTIVATIONS)):
        assert f'`"{name}"`' in article
    for layer in ("SoftmaxLayer()", "ParametricRampLayer", "PartLayer", "[SoftmaxLayer(), Log]"):
        assert layer in article


def test_a_section_of_formulas():
    text = formulas.section("TransposeLayer", formulas.BY_LAYER["TransposeLayer"][:1])

    assert text == (
        "## TransposeLayer\n\nExchange levels.\n\n`TransposeLayer(Input=(2, 3))`\n\n"
        "```math\n{\\mathrm{Output}}_{i,j} = {\\mathrm{Input}}_{j,i}\n```\n"
    )


def test_every_property_stands_in_the_guide():
    page = (ROOT / "docs/looking-at-nets.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w[\w, ]*) \| (.*) \|$", page, re.MULTILINE)
    found = {name for names, said in rows for name in re.findall(r"\w+", names)}
    found |= set(re.findall(r"\b(\w+) is an old name", page))

    assert found - {"property"} == set(netdsl.Information(netdsl.LinearLayer(3), "Properties"))


def test_the_picture_of_the_guide_is_what_the_guide_draws():
    drawing = pictures.names_on("looking-at-nets.md")["drawing"]

    picture = ROOT / "docs/pictures/net.svg"
    assert drawing.svg() == picture.read_text(encoding="utf-8"), "python -m docs.build"


def test_formulas_that_are_shown_are_those_of_the_nets_on_the_page():
    text = (ROOT / "docs/what-a-net-computes.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```math\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    names = pictures.names_on("what-a-net-computes.md")
    known = {value.latex() for value in names.values() if isinstance(value, Formula)}

    assert len(shown) >= 5
    assert set(shown) <= known
