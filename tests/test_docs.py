"""The pages that are built: a section, a picture and a formula for each activation and layer."""

import math
import re
from pathlib import Path

import pytest

from docs import build, formulas, gallery
from netdsl import NetPortGradient, layers
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


def with_formulas():
    names = {kind.__name__ for kind in vars(layers).values() if isinstance(kind, type(Layer))}
    return sorted(names - {"PlaceholderLayer"})


def test_the_page_of_formulas_was_built_with_every_layer():
    assert layers_of(ROOT / "docs/formulas.md") == with_formulas(), "python -m docs.build"


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
