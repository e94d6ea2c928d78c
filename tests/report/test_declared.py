"""What a class of layers says of itself: by Information, and by help()."""

import doctest
import inspect
import pydoc

import pytest

from netdsl import (
    ConvolutionLayer,
    CrossEntropyLossLayer,
    DropoutLayer,
    Information,
    LongShortTermMemoryLayer,
    MeanSquaredLossLayer,
    PaddingLayer,
    ReshapeLayer,
    SoftmaxLayer,
    TotalLayer,
)
from netdsl.report.declared import ClassReport
from netdsl.spec import registry
from netdsl.spec.classes import fields

DROPOUT = """\
DropoutLayer(Probability)

Set each entry to 0 with a probability, in training, and scale the others up.

setting      default    meaning
Probability  0.5        probability of an entry to be left out
Method       'Dropout'  Dropout or AlphaDropout
OutputPorts  'Output'   Output, BinaryMask, or a list of both

port                dimensions  meaning
Input       input   *d
Output      output  *d
BinaryMask  output  *d          1 for each entry that stays, else 0

*d: any number of dimensions d; equal names are equal sizes
Ports and arrays are settings too, given by name."""


def names(table):
    return [line.cells[0][0] for line in table.lines]


def test_a_class_as_text():
    assert str(Information(DropoutLayer)) == DROPOUT
    assert Information([DropoutLayer])[0].text() == DROPOUT


def test_dimensions_that_a_setting_decides():
    (input_, output) = Information(ConvolutionLayer).ports.lines

    assert input_.cells[2] == ("c +d (Interleaving=False)", "+d c (Interleaving=True)")
    assert output.cells[2][0] == "Channels +e (Interleaving=False)"
    assert "Channels: the setting" in Information(ConvolutionLayer).legend


def test_dimensions_that_several_settings_decide():
    (_, reference, _) = Information(ReshapeLayer).ports.lines

    assert reference.cells[2] == ("*e : r",)
    assert "filled_with" not in PaddingLayer.__doc__


def test_what_must_be_given_and_what_is_hidden():
    report = Information(LongShortTermMemoryLayer)

    assert report.call == "LongShortTermMemoryLayer(Size)"
    assert report.settings.lines[0].cells[1] == ("required",)
    assert [line.cells[:2] for line in report.ports.lines[2:]] == [
        (("State",), ("state",)),
        (("CellState",), ("state",)),
    ]


def test_any_number_of_inputs_and_a_number_as_output():
    assert [line.cells[:3] for line in Information(TotalLayer).ports.lines] == [
        (("InputPorts",), ("inputs",), ("*d",)),
        (("Output",), ("output",), ("*e",)),
    ]
    assert Information(MeanSquaredLossLayer).ports.lines[-1].cells[2] == ("a number",)


def test_rates_are_told_where_there_are_arrays():
    assert "LearningRateMultipliers" in names(Information(ConvolutionLayer).settings)
    assert "LearningRateMultipliers" not in str(Information(SoftmaxLayer))
    assert "LearningRateMultipliers" not in SoftmaxLayer.__doc__


def test_as_html():
    html = Information(CrossEntropyLossLayer)._repr_html_()

    assert html.count("<table") == 2
    assert "Form=&#x27;Index&#x27;" in html


@pytest.mark.parametrize("name", registry)
def test_all_that_a_class_declares_is_told(name):
    kind = registry[name]
    report, text = ClassReport(kind), inspect.getdoc(kind)
    told = [*names(report.settings), *names(report.ports), *names(report.arrays)]
    declared = set(fields(kind)) - (set() if report.arrays.lines else {"LearningRateMultipliers"})

    assert set(told) == declared
    assert max(map(len, report.text(60).splitlines())) <= 60
    for field in declared:
        assert f"\n    {field}" in text
        assert fields(kind)[field].doc in text.replace("\n", " ")


def test_help_tells_the_settings_and_the_example_is_one():
    text = pydoc.plain(pydoc.render_doc(DropoutLayer))
    (found,) = doctest.DocTestFinder(recurse=False).find(DropoutLayer)

    assert "Probability (0.5): probability of an entry to be left out" in text
    assert "BinaryMask (*d): 1 for each entry that stays, else 0" in text
    assert text.count("DropoutLayer(0.25)([1.0, 2.0, 3.0])") == 1
    assert len(found.examples) == 2
