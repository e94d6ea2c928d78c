"""How shapes are asked for: dimensions at the end of positions, widths of lines, bad calls."""

import pytest

from netdsl import (
    Automatic,
    ConvolutionLayer,
    Information,
    LinearLayer,
    NetChain,
    NetEncoder,
    NetError,
    NetShapes,
    SettingError,
    StructureError,
    WhyShape,
)

NET = NetChain({"conv": ConvolutionLayer(3, 5), "out": 10})
SHAPES = NetShapes(NET, Input=(2, 9, "w"))


@pytest.mark.parametrize(
    ("position", "size"),
    [
        (("Input", 2), 9),
        (("conv", "Weights", 2), 2),
        ((1, "Weights", 1), 3),
        (["out", "Biases", 1], 10),
    ],
)
def test_a_dimension_at_the_end(position, size):
    assert SHAPES[position] == size
    assert SHAPES[tuple(position[:-1])][position[-1] - 1] == size


def test_a_dimension_where_the_rank_is_open():
    net = NetChain([10, LinearLayer(4)])

    assert NetShapes(net)["Input", 2] is Automatic
    why = WhyShape(NetChain([LinearLayer(3)]), (1, "Weights", 2))
    assert why.heading.endswith("is open, since")
    assert "nothing says" in why.open_because[0]
    assert WhyShape(net, ("Input", 1)).heading == "The rank of Input is open, since"


@pytest.mark.parametrize("at", ["2", True, 2.0, None])
def test_what_is_no_dimension(at):
    for ask in (SHAPES.__getitem__, SHAPES.solutions, lambda spot: WhyShape(NET, spot)):
        with pytest.raises(StructureError, match="A dimension at the end") as error:
            ask(("out", "Weights", at))
        assert error.value.facts["got"] == repr(at)


@pytest.mark.parametrize("at", [0, 3, -1])
def test_dimensions_that_are_not_there(at):
    with pytest.raises(StructureError) as error:
        SHAPES["out", "Weights", at]
    assert error.value.facts["expected"] == "1 to 2"


def test_a_step_by_number():
    why = WhyShape(NET, ("conv", "Output"), Input=(2, 9, 9))

    assert why[0] is why.steps[0]
    assert why[-1] == why.steps[-1]
    assert why[:2] == why.steps[:2]


@pytest.mark.parametrize("width", [0, -5, "a", True, 2.5])
def test_widths_that_are_none(width):
    reports = (SHAPES, WhyShape(NET, "Input"), Information(NET), Information(NetEncoder("Scalar")))
    for report in reports:
        with pytest.raises(SettingError) as error:
            report.text(width)
        assert error.value.facts["got"] == repr(width)
        assert report.text(1)


def test_solutions_take_one_thing():
    with pytest.raises(NetError):
        SHAPES.solutions("h", "w")
    with pytest.raises(SettingError) as error:
        SHAPES.solutions("w", limt=3)
    assert error.value.facts["nearest"] == "limit"
